"""The nodes of the syntax tree, and text as a piece with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain, groupby, product
from typing import Literal, TypeAlias

from jsisa_search.analysis import fold, is_counted, is_indexed, query_segmenter, subwords
from jsisa_search.query.equivalents import is_amount
from jsisa_search.query.parser.dates import Period
from jsisa_search.query.parser.document_numbers import DocumentNumber, read_number, read_series
from jsisa_search.query.parser.notation import document_number

FieldName: TypeAlias = Literal[
    "title", "heading", "text", "source", "publisher", "author", "document_number", "release"
]

#: Fields that are text of the passage, so that matches in them can be highlighted.
TEXT_FIELDS: tuple[FieldName, ...] = ("title", "heading", "text")


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit of text to search for: a word, a phrase or a quotation.

    `text` is `typed` folded; `runs` are its jieba words in order, a new run after each punctuation
    mark; `parts` are the dictionary words inside them. `is_literal` if it was quoted or has no
    word: then it matches only as a literal string. `variants` are the equivalent forms, `text` first,
    of a document number, whose year may be in any brackets, and of a piece with 着 or 了, which may be spelt
    著 or 瞭; empty for everything else.
    `resegmented` are all words with user words merged, if the piece contains any. `stands_for` is the folded
    piece beside which the lexicon put this one, another name of the same; it counts less than that piece.
    `number` is the document number that the piece is, with its forms as `variants`; it matches literally.
    A piece that `is_whole` does not match inside longer numbers and Latin words, one that `is_exact` not with
    other punctuation. One that `is_amount`, a number with its unit or a date, is literal without having been
    quoted; one that `is_equivalent` is another form of a number in a piece.
    """

    text: str
    runs: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]
    is_literal: bool
    typed: str
    variants: tuple[str, ...]
    start: int
    end: int
    resegmented: tuple[str, ...] = ()
    stands_for: str = ""
    number: DocumentNumber | None = None
    is_whole: bool = False
    is_exact: bool = False
    is_equivalent: bool = False
    is_amount: bool = False

    @property
    def is_quoted(self) -> bool:
        """Whether the piece is text in quotation marks, or has no word."""
        return self.is_literal and self.number is None and (not self.is_amount or self.is_equivalent)

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the piece in order."""
        return self.resegmented or tuple(chain.from_iterable(self.runs))

    @property
    def own_words(self) -> frozenset[str]:
        """The words that the segmenter alone does not produce; the index may lack them as terms."""
        return frozenset(self.resegmented).difference(*self.runs)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `piece`, a literal one without the asterisk."""

    piece: Piece
    start: int
    end: int

    @property
    def text(self) -> str:
        """The folded beginning."""
        return self.piece.text


@dataclass(frozen=True, slots=True)
class AllOf:
    """A conjunction of two or more parts; a `Not` among them excludes."""

    parts: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A disjunction of two or more parts."""

    parts: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """A negation; alone, it matches everything else.

    Never inside another `Not`, and never directly inside `InField`: the field is inside.
    """

    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InField:
    """`node` restricted to one field; it contains neither another field nor a date.

    The field `release` is the whole release: its passages match where any of them contains `node`.
    """

    field: FieldName
    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """Both in one text, in any order, with at most `distance` characters between them.

    `first` and `second` are a `Piece`, a `Prefix`, or `AnyOf` these.
    """

    first: Node
    second: Node
    distance: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class During:
    """Dated within `period`, or, with `or_undated`, not dated at all."""

    period: Period
    start: int
    end: int
    or_undated: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """A release that states one of `values`, each a field and its exact value: who published or wrote it.

    An alternative to the piece that names it, which the passages of the release need not contain.
    """

    values: tuple[tuple[str, str], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about input that was not understood, and its range in the typed text."""

    message: str
    start: int
    end: int


Node: TypeAlias = Piece | Prefix | AllOf | AnyOf | Not | InField | Near | During | Stated


def positive_pieces(node: Node | None) -> tuple[Piece, ...]:
    """Return the pieces that a matching passage contains, in order; not those of `Not` or metadata fields."""
    return tuple(dict.fromkeys(_positive(node))) if node else ()


def stated_of(node: Node | None) -> tuple[Stated, ...]:
    """Return the parts of a query that releases satisfy by what they state, in order."""
    match node:
        case Stated():
            return (node,)
        case AllOf() | AnyOf():
            return tuple(found for part in node.parts for found in stated_of(part))
        case _:
            return ()


def named_pieces(node: Node) -> frozenset[Piece]:
    """Return the pieces to which what releases state is an alternative, with their other names."""
    match node:
        case AnyOf() if any(isinstance(part, Stated) for part in node.parts):
            return frozenset(part for part in node.parts if isinstance(part, Piece))
        case AllOf() | AnyOf():
            return frozenset().union(*map(named_pieces, node.parts))
        case _:
            return frozenset()


def without_stated(node: Node) -> Node:
    """Return `node` as passages satisfy it by what they contain alone."""
    match node:
        case AllOf():
            return replace(node, parts=tuple(map(without_stated, node.parts)))
        case AnyOf():
            parts = tuple(without_stated(part) for part in node.parts if not isinstance(part, Stated))
            return replace(node, parts=parts) if len(parts) > 1 else parts[0]
        case _:
            return node


def flat(parts: Iterable[Node]) -> tuple[Node, ...]:
    """Return the parts of a disjunction, with those of disjunctions among them in their place."""
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,)))


def _positive(node: Node) -> list[Piece]:
    match node:
        case Piece():
            return [node]
        case Prefix():
            return [node.piece]
        case AllOf() | AnyOf():
            return [piece for part in node.parts for piece in _positive(part)]
        case Near():
            return _positive(node.first) + _positive(node.second)
        case InField() if node.field in TEXT_FIELDS:
            return _positive(node.node)
        case _:
            return []


def map_pieces(node: Node, change: Callable[[Piece], Node]) -> Node:
    """Return `node` with `change` applied to each piece; alternatives of alternatives are merged."""
    match node:
        case Piece():
            return change(node)
        case AllOf():
            return replace(node, parts=tuple(map_pieces(part, change) for part in node.parts))
        case AnyOf():
            return replace(node, parts=flat(map_pieces(part, change) for part in node.parts))
        case Not() | InField():
            return replace(node, node=map_pieces(node.node, change))
        case Near():
            first, second = (map_pieces(part, change) for part in (node.first, node.second))
            return replace(node, first=first, second=second)
        case _:
            return node


def whole_only(node: Node) -> Node:
    """Return `node` without matches inside longer numbers and Latin words."""
    return map_pieces(node, lambda piece: replace(piece, is_whole=True))


def exact_only(node: Node) -> Node:
    """Return `node` without matches of quotations with other punctuation."""
    return map_pieces(node, lambda piece: replace(piece, is_exact=True))


def make_piece(typed: str, start: int, end: int, *, is_quoted: bool = False) -> Piece:
    """Return the piece for `typed`, from the characters `[start, end)` of the query."""
    segmenter = query_segmenter()
    typed = typed.strip()
    text = fold(typed)
    number = None if is_quoted else read_number(text)
    if number:
        text, variants = str(number), number.forms
    else:
        variants = () if is_quoted else _bracket_variants(text) or _spelling_variants(text)
    counted = filter(is_counted, segmenter.cut(text))
    runs = tuple(tuple(run) for indexed, run in groupby(counted, is_indexed) if indexed)
    parts = tuple(part for run in runs for word in run for part, _ in subwords(word, segmenter))
    amount = not is_quoted and number is None and is_amount(text)
    return Piece(
        text,
        runs,
        parts,
        is_literal=is_quoted or amount or not runs or number is not None,
        typed=typed,
        variants=variants,
        start=start,
        end=end,
        number=number,
        is_whole=is_quoted,
        is_exact=amount,
        is_amount=amount,
    )


#: Characters that are one in some words and two in others, so that folding can't decide: 显著, 看着 (看著).
_SPELLINGS = {"着": "著", "著": "着", "了": "瞭", "瞭": "了"}
#: More of them are too many to try.
_MOST_SPELLINGS = 3


def _spelling_variants(text: str) -> tuple[str, ...]:
    """Return `text` and how else it may be spelt with 着 and 著, 了 and 瞭; empty if it has none of them."""
    found = [at for at, char in enumerate(text) if char in _SPELLINGS]
    if not 0 < len(found) <= _MOST_SPELLINGS or len(text) == 1:
        return ()
    choices = ((char, _SPELLINGS[char]) if char in _SPELLINGS else (char,) for char in text)
    return tuple("".join(chars) for chars in product(*choices))


def has_brackets(piece: Piece) -> bool:
    """Whether a piece has the year of a document number in brackets, which may be any."""
    return bool(piece.variants and not piece.number and document_number()[0].search(piece.variants[-1]))


def _bracket_variants(text: str) -> tuple[str, ...]:
    if series := read_series(text):
        return tuple(dict.fromkeys((text, *series.forms)))
    year, brackets = document_number()
    if not year.search(text):
        return ()
    forms = (year.sub(rf"{opening}\g<year>{closing}", text) for opening, closing in brackets)
    return tuple(dict.fromkeys((text, *forms)))
