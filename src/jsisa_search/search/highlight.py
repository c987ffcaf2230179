"""Where in a text the terms of a query stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from jsisa_search.analysis import fold
from jsisa_search.model import Range
from jsisa_search.query import Piece, UserQuery

_ZERO_WIDTH_JOINER = "\u200d"


def find_highlights(text: str, query: UserQuery) -> tuple[Range, ...]:
    """Return the `[start, end)` ranges of `text` that the query asks for, in order and apart.

    A piece is marked where it stands literally, else where its words stand, else the dictionary
    words inside them. Ranges that overlap or touch are one.
    """
    folded = fold(text)
    found = [span for piece in query.pieces for span in _piece_ranges(folded, piece)]
    return merge_ranges(_whole_characters(text, span) for span in found)


def merge_ranges(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges in order, those that overlap or touch merged into one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _piece_ranges(folded: str, piece: Piece) -> list[Range]:
    texts = piece.variants or (piece.text,)
    if (literal := [span for text in texts for span in _occurrences(folded, text)]) or piece.is_literal:
        return literal
    for terms in (piece.words, piece.parts):
        longer = [term for term in terms if len(term) > 1] or terms
        if spans := [span for term in longer for span in _occurrences(folded, term)]:
            return spans
    return []


def _occurrences(text: str, term: str) -> Iterator[Range]:
    start = text.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = text.find(term, start + len(term))


def _whole_characters(text: str, span: Range) -> Range:
    """Widen `span` so that no accent, variation selector or joined emoji is cut off its base."""
    start, end = span
    while start > 0 and _continues(text, start):
        start -= 1
    while end < len(text) and _continues(text, end):
        end += 1
    return start, end


def _continues(text: str, index: int) -> bool:
    char = text[index]
    return (
        unicodedata.category(char) in ("Mn", "Me")
        or char == _ZERO_WIDTH_JOINER
        or text[index - 1] == _ZERO_WIDTH_JOINER
    )
