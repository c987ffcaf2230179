"""Where a text matches a query, word by word: what a reader of a whole release is shown in colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from jsisa_search.model import Mark
from jsisa_search.query import Piece, UserQuery
from jsisa_search.search.results.snippet import find_highlights

# Words of a query with marks of their own; the others share the last. Each is a pass over the text.
_MAX_WORDS = 8


def find_marks(texts: Iterable[str], query: UserQuery) -> Iterator[tuple[Mark, ...]]:
    """Yield the marks of each text, in order and apart; of words that overlap, the first of the query wins.

    A synonym has the number of the word to which it was added.
    """
    words = [replace(query, pieces=pieces) for pieces in _words_of(query)]
    for text in texts:
        yield _marks_of(text, words)


def _words_of(query: UserQuery) -> list[tuple[Piece, ...]]:
    """Return the pieces of each word of the query: those from one place of it."""
    in_order = sorted(query.pieces, key=lambda piece: (piece.start, piece.end))
    words = [tuple(same) for _, same in groupby(in_order, key=lambda piece: (piece.start, piece.end))]
    rest = tuple(piece for pieces in words[_MAX_WORDS - 1 :] for piece in pieces)
    return [*words[: _MAX_WORDS - 1], rest] if len(words) > _MAX_WORDS else words


def _marks_of(text: str, words: list[UserQuery]) -> tuple[Mark, ...]:
    ranges = [find_highlights(text, word) for word in words]
    if not any(ranges):
        return ()
    owners = bytearray(len(text))  # per character the number of its word from 1 on, 0 for none
    for number in range(len(words), 0, -1):
        for start, end in ranges[number - 1]:
            owners[start:end] = bytes([number]) * (end - start)
    marks, start = [], 0
    for owner, run in groupby(owners):
        end = start + sum(1 for _ in run)
        if owner:
            marks.append((start, end, owner - 1))
        start = end
    return tuple(marks)
