"""Query expansion: synonyms and other forms of numbers as alternatives of a piece; user words in it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from functools import partial

from jsisa_search.analysis import (
    WordSet,
    fold,
    is_counted,
    is_indexed,
    merge_words,
    query_segmenter,
    subwords,
)
from jsisa_search.query.equivalents import days_of_year, equivalents
from jsisa_search.query.parser.dates import parse_period
from jsisa_search.query.parser.parse import UserQuery
from jsisa_search.query.parser.syntax import (
    AllOf,
    AnyOf,
    During,
    Node,
    Piece,
    Stated,
    flat,
    make_piece,
    map_pieces,
    positive_pieces,
)

Alternatives = Callable[[str], Sequence[str]]
"""Maps the folded text of a piece to what is to be searched as well."""

Resegment = Callable[[Iterable[str]], tuple[str, ...]]
"""Merges user words into the segmentation of a folded text."""


#: Other names in one query; a pasted list of offices has thousands, each of which is another search.
MAX_NAMES = 64

OtherNames = Callable[[str], Sequence[tuple[str, str, str]]]
"""Maps the folded text of a piece to other names of what it names: before each, the name, after it."""


def expand(
    query: UserQuery,
    synonyms: Alternatives,
    other_names: OtherNames,
    occurs: Callable[[str], bool] | None = None,
    leaving_out: Container[str] = (),
) -> UserQuery:
    """Return `query` with alternatives of each piece: synonyms, other names, and other forms of numbers.

    Synonyms are searched like typed text, other names of what a piece names only where they occur as they
    are, `MAX_NAMES` at most. Of the other forms of numbers, which are whole numbers, those are added that
    `occurs` says occur, without it none. Quoted pieces are not expanded. Wordings in `leaving_out` are not
    added.
    """
    added: list[tuple[str, str]] = []
    named: list[Piece] = []
    occurs = occurs or (lambda _: False)

    def widen(piece: Piece) -> Node:
        wordings = [make_piece(wording, piece.start, piece.end) for wording in synonyms(piece.text)]
        free = MAX_NAMES - len(named)
        named.extend(_other_name(*parts, piece) for parts in (other_names(piece.text)[:free] if free else ()))
        wordings += named[MAX_NAMES - free :]
        wordings += [_equivalent(form, piece) for form in filter(occurs, equivalents(piece.text))]
        days, year = days_of_year(piece.text)
        dated = [_equivalent(day, piece) for day in filter(occurs, days)]
        wordings = [each for each in wordings if each.typed not in leaving_out]
        dated = [day for day in dated if _dated(day, year) not in leaving_out]
        added.extend((piece.typed, wording.typed) for wording in wordings)
        added.extend((piece.typed, _dated(day, year)) for day in dated)
        others: list[Node] = [*wordings, *(_in_year(day, year) for day in dated)]
        return AnyOf((piece, *others), piece.start, piece.end) if others else piece

    return replace(_mapped(query, widen), expansions=tuple(dict.fromkeys(added)))


def _dated(day: Piece, year: int) -> str:
    """Return how a day that counts in releases of one year is named among what was added."""
    return f"{day.typed} ({year})"


def _other_name(before: str, name: str, after: str, piece: Piece) -> Piece:
    """Return the piece for another name of what `piece` names; the name is one word of it."""
    if not before and not after:
        made = make_piece(name, piece.start, piece.end, is_quoted=True)
        return replace(made, stands_for=piece.text, is_exact=True)
    made = make_piece(before + name + after, piece.start, piece.end)
    word = WordSet.of([fold(name)])
    return replace(_resegment_piece(made, partial(merge_words, word)), stands_for=piece.text)


def _equivalent(form: str, piece: Piece) -> Piece:
    made = make_piece(form, piece.start, piece.end, is_quoted=True)
    return replace(made, is_exact=True, is_equivalent=True, is_amount=piece.is_amount)


def _in_year(day: Piece, year: int) -> AllOf:
    return AllOf((day, During(parse_period(f"{year:04}"), day.start, day.end)), day.start, day.end)


def with_stated(query: UserQuery, stated: Callable[[Piece], Sequence[tuple[str, str]]]) -> UserQuery:
    """Return `query` with what releases state as alternatives of the pieces that name it.

    `stated` returns the fields and values that a piece names. Pieces that are quoted, excluded, in a field
    or near others are sought in the text alone.
    """
    tree = _with_stated(query.tree, stated) if query.tree else None
    return query if tree == query.tree else replace(query, tree=tree)


def _with_stated(node: Node, stated: Callable[[Piece], Sequence[tuple[str, str]]]) -> Node:
    match node:
        case Piece() if node.number or node.stands_for or not node.is_literal:
            values = tuple(stated(node))
            own = Stated(values, node.start, node.end)
            return AnyOf((node, own), node.start, node.end) if values else node
        case AllOf():
            return replace(node, parts=tuple(_with_stated(part, stated) for part in node.parts))
        case AnyOf():
            return replace(node, parts=flat(_with_stated(part, stated) for part in node.parts))
        case _:
            return node


def resegment(query: UserQuery, cut: Resegment) -> UserQuery:
    """Return `query` with user words as words of its pieces, irrespective of the segmenter."""
    return _mapped(query, lambda piece: piece if piece.is_literal else _resegment_piece(piece, cut))


def _resegment_piece(piece: Piece, cut: Resegment) -> Piece:
    if piece.stands_for:
        return piece
    segmenter = query_segmenter()
    before = tuple(segmenter.cut(piece.text))
    after = cut(before)
    if after == before:
        return piece
    words = tuple(word for word in after if is_counted(word) and is_indexed(word))
    # The merged words remain evidence where the user word itself does not occur.
    inside = [part for word in words for part, _ in subwords(word, segmenter)]
    parts = dict.fromkeys((*inside, *(word for word in piece.words if word not in words)))
    return replace(piece, resegmented=words, parts=tuple(parts))


def _mapped(query: UserQuery, change: Callable[[Piece], Node]) -> UserQuery:
    """Return `query` with `change` applied to each piece that is not quoted."""
    if query.tree is None:
        return query
    tree = map_pieces(query.tree, lambda piece: piece if piece.is_quoted or piece.number else change(piece))
    return query if tree == query.tree else replace(query, tree=tree, pieces=positive_pieces(tree))
