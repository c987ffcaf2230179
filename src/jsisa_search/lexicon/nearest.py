"""Why a piece finds nothing: the longest parts of it that stand in the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jsisa_search.analysis import is_indexed

#: Characters of a piece that are looked at; each costs two counts at most.
MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a piece that stands in the corpus: from character `start` on, `count` times."""

    text: str
    start: int
    count: int


def nearest_parts(piece: str, count_of: Callable[[str], int], *, limit: int = 3) -> tuple[Part, ...]:
    """Return the parts of `piece` that stand in the corpus and lie in no longer one, longest first.

    `count_of(text)` tells how often a text stands literally; where a text does, its parts must too.
    It is called twice a character at most, for the first `MAX_CHARS` of them. Among parts of one
    length the rarer comes first: it says more. Single characters are given only where nothing longer
    stands.
    """
    parts = list(_maximal_parts(piece[:MAX_CHARS], count_of))
    longer = [part for part in parts if len(part.text.strip()) > 1]
    return tuple(sorted(longer or parts, key=lambda part: (-len(part.text), part.count, part.start))[:limit])


def _maximal_parts(piece: str, count_of: Callable[[str], int]) -> Iterator[Part]:
    """Yield the stretches that stand and can't be made longer on either side, from left to right."""
    start = end = count = 0
    while end < len(piece):
        # piece[start:end] stands, `count` times; it grows to the right while it can.
        if grown := count_of(piece[start : end + 1]):
            end, count = end + 1, grown
            continue
        if end > start and is_indexed(piece[start:end]):
            yield Part(piece[start:end], start, count)
        start, end, count = _next_start(piece, start, end, count_of)
    if end > start and is_indexed(piece[start:end]):
        yield Part(piece[start:end], start, count)


def _next_start(piece: str, start: int, end: int, count_of: Callable[[str], int]) -> tuple[int, int, int]:
    """Return the next stretch that stands with the character at `end`, or the empty one after it."""
    while start < end:
        start += 1
        if grown := count_of(piece[start : end + 1]):
            return start, end + 1, grown
    return end + 1, end + 1, 0
