"""Why a query finds nothing, or not what was typed.

Pieces that do not occur, or only word by word; filters that exclude all matches; unreadable files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from jsisa_search.analysis import fold, query_segmenter
from jsisa_search.lexicon.assist.spelling import Correction, Part, occurring_parts
from jsisa_search.model import Plain
from jsisa_search.query import Piece, UserQuery, all_terms_tree
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.evidence import asked_words, question_words
from jsisa_search.query.parser.document_numbers import read_series
from jsisa_search.query.parser.syntax import (
    TEXT_FIELDS,
    AllOf,
    During,
    InField,
    Node,
    Not,
    make_piece,
    named_pieces,
    positive_pieces,
)
from jsisa_search.search.assist.near_numbers import near_numbers, near_series
from jsisa_search.search.interface import Searcher

#: Maximum pieces of a query that are examined; a pasted text has hundreds.
MAX_PIECES = 5

# Maximum parts named of a piece.
_PARTS = 2


@dataclass(frozen=True, slots=True)
class MissingPiece(Plain):
    """A piece that no passage contains.

    `parts` are the longest parts of it that occur, of whole words where there are any, each with the number
    of passages; `corrections` what may have been meant. Where it is a document number, `near_numbers` are the
    numbers of the same office and kind that releases bear, the nearest first; where it is all numbers of a
    year, they are those of other years: 国发〔2019〕. `inside_longer` passages contain it only inside longer
    numbers or Latin words, which don't count for a quoted piece.
    """

    text: str
    parts: tuple[Part, ...] = ()
    corrections: tuple[Correction, ...] = ()
    is_number: bool = False
    near_numbers: tuple[str, ...] = ()
    inside_longer: int = 0


@dataclass(frozen=True, slots=True)
class ScatteredPiece(Plain):
    """A piece that occurs nowhere as it was typed, though `passages` passages contain all its words.

    `corrections` are phrases that do occur and differ from it in one character.
    """

    text: str
    passages: int
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis(Plain):
    """Why a query finds nothing, or not what was typed, as far as that is known.

    `missing` are the pieces that no passage contains, of a question its words; `scattered` those of which
    passages contain only the words. Corrections of either find something when they are typed in their place,
    in as many passages as they count. `found_apart`: there are several pieces, and each
    is found on its own. `without_filters` is the number of passages found without the filters, 0 where
    there are none. `restrictions` are the fields, dates and exclusions of the query without which there would
    be passages: as typed, each with their number. `unreadable` are the files, each with the reason, that the
    last update could not read, ten thousand at most; `unreadable_total` is how many there were, `list_pages`
    how many pages it passed over because they only list links.
    """

    missing: tuple[MissingPiece, ...] = ()
    scattered: tuple[ScatteredPiece, ...] = ()
    found_apart: bool = False
    without_filters: int = 0
    restrictions: tuple[tuple[str, int], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    unreadable_total: int = 0
    list_pages: int = 0


CorrectionsOf = Callable[[str], tuple[Correction, ...]]

CountOf = Callable[[str], int]
"""Returns how many passages satisfy a whole query, as typed."""


def diagnose(
    searcher: Searcher,
    query: UserQuery,
    corrections_of: CorrectionsOf,
    count_of: CountOf,
    *,
    without_filters: int,
    unreadable: tuple[tuple[str, str], ...],
    unreadable_total: int,
    list_pages: int,
) -> Diagnosis:
    """Return why a query finds nothing; what callers know of filters and files is passed in."""
    with searcher.concluding_damage():
        missing, scattered = _examined_pieces(searcher, query, corrections_of, count_of)
        is_found = count_of(query.text) > 0
        kept_out = () if without_filters or is_found else _restrictions(searcher, query)
    is_explained = is_found or missing or without_filters or kept_out
    return Diagnosis(
        missing,
        scattered,
        found_apart=not is_explained and len(query.pieces) > 1,
        without_filters=0 if is_found else without_filters,
        restrictions=kept_out,
        unreadable=unreadable,
        unreadable_total=unreadable_total,
        list_pages=list_pages,
    )


def _examined_pieces(
    searcher: Searcher, query: UserQuery, corrections_of: CorrectionsOf, count_of: CountOf
) -> tuple[tuple[MissingPiece, ...], tuple[ScatteredPiece, ...]]:
    """Return the first pieces that no passage contains, and those that occur only word by word.

    Each once, `MAX_PIECES` at most.
    """
    added = {fold(wording) for _, wording in query.expansions}
    added |= {piece.text for piece in named_pieces(query.tree)} if query.tree else set()
    # Dates and numbers that occur in another form are not missing.
    written = {(piece.start, piece.end) for piece in query.pieces if piece.is_equivalent}
    missing: list[Piece] = []
    scattered: list[tuple[Piece, int]] = []
    for piece in _parts_of_questions(query.pieces):
        if (
            piece.text in added
            or (piece.start, piece.end) in written
            or len(missing) + len(scattered) == MAX_PIECES
        ):
            continue
        if not (passages := _count(searcher, piece)):
            missing.append(piece)
        elif len(piece.words) > 1 and not piece.number and not _literal_count(searcher, piece):
            scattered.append((piece, passages))
    # With two errors, neither correction alone makes the query find anything.
    whole = query if len(missing) < 2 else None

    def corrections(piece: Piece) -> tuple[Correction, ...]:
        return tuple(_confirmed(piece, corrections_of(piece.typed), whole, count_of))

    return (
        tuple(_missing_piece(searcher, piece, corrections) for piece in missing),
        tuple(ScatteredPiece(piece.typed, count, corrections(piece)) for piece, count in scattered),
    )


def _parts_of_questions(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces, of a question its words: no text contains the question itself, nor 什么."""
    for piece in pieces:
        if piece.is_literal or piece.number or not question_words(piece.text):
            yield piece
            continue
        for word in asked_words(piece):
            at = piece.start + max(piece.typed.find(word), 0)
            if len(word) > 1:
                yield make_piece(word, at, at + len(word))


def _missing_piece(
    searcher: Searcher, piece: Piece, corrections: Callable[[Piece], tuple[Correction, ...]]
) -> MissingPiece:
    if piece.number:
        near = near_numbers(piece.number, searcher.values_of("document_number"))
        return MissingPiece(piece.text, is_number=True, near_numbers=near)
    if series := read_series(piece.text):
        near = near_series(series, searcher.values_of("document_number"))
        if near or series.has_kind:
            return MissingPiece(piece.text, is_number=True, near_numbers=near)
    if inside := _literal_count(searcher, piece):
        return MissingPiece(piece.typed, inside_longer=inside)
    parts = occurring_parts(
        piece.text,
        lambda text: searcher.count(Literal("text", text)),
        words=query_segmenter().cut(piece.text),
        limit=_PARTS,
    )
    # Two letters of a Latin word occur inside any other.
    distinctive = tuple(part for part in parts if len(part.text) > 2 or not part.text.isascii())
    return MissingPiece(piece.typed, distinctive, corrections(piece))


def _confirmed(
    piece: Piece, corrections: Iterable[Correction], whole: UserQuery | None, count_of: CountOf
) -> Iterator[Correction]:
    """Yield the corrections that find something in place of a piece in the whole query, with that count."""
    for correction in corrections:
        typed = correction.text
        if whole:
            before, inside, after = _around(whole.text, piece)
            typed = before + inside.replace(piece.typed, correction.text, 1) + after
        if count := count_of(typed):
            yield replace(correction, count=count)


def _around(text: str, piece: Piece) -> tuple[str, str, str]:
    return text[: piece.start], text[piece.start : piece.end], text[piece.end :]


def _restrictions(searcher: Searcher, query: UserQuery) -> tuple[tuple[str, int], ...]:
    """Return the restricting parts of a query that leave nothing, with the passages found without each.

    Where none of them does so alone, all of them together are one entry.
    """
    parts = query.tree.parts if isinstance(query.tree, AllOf) else ()
    restricting = tuple(part for part in parts if _is_restricting(part))

    def without(dropped: tuple[Node, ...]) -> int:
        rest = tuple(part for part in parts if part not in dropped)
        if not rest or not dropped:
            return 0
        tree = rest[0] if len(rest) == 1 else AllOf(rest, rest[0].start, rest[-1].end)
        narrowed = replace(query, tree=tree, pieces=positive_pieces(tree))
        return searcher.count(all_terms_tree(narrowed, searcher.values_of))

    alone = [(query.text[part.start : part.end], without((part,))) for part in restricting]
    if found := tuple((typed, count) for typed, count in alone if count):
        return found
    together = without(restricting)
    return ((" ".join(typed for typed, _ in alone), together),) if together else ()


def _is_restricting(node: Node) -> bool:
    return isinstance(node, Not | During) or (isinstance(node, InField) and node.field not in TEXT_FIELDS)


def _count(searcher: Searcher, piece: Piece) -> int:
    return searcher.count(all_terms_tree(UserQuery(piece.typed, (piece,), piece), searcher.values_of))


def _literal_count(searcher: Searcher, piece: Piece) -> int:
    return sum(searcher.count(Literal("text", text)) for text in piece.variants or (piece.text,))
