"""Where two forms of a sentence differ, for any edge to mark."""

from __future__ import annotations

from difflib import SequenceMatcher

from jsisa_search.model import Range

# Longer sentences are compared as wholes: it takes time, and the marks would be hard to read.
_MOST_MARKED = 500
# Characters in common between two differences; fewer are chance.
_LEAST_COMMON = 2


def differing(before: str, after: str) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Return the ranges of each of two texts that the other has otherwise; none where one is too long."""
    if not before or not after or max(len(before), len(after)) > _MOST_MARKED:
        return (), ()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: tuple[list[Range], list[Range]] = [], []
    ends = [0, 0]
    for *starts, size in matcher.get_matching_blocks():
        # A single character in common is a coincidence, unless it begins or ends both.
        at_edge = not any(starts) or starts == [len(before) - size, len(after) - size]
        if size < _LEAST_COMMON and not at_edge and (size or starts != [len(before), len(after)]):
            continue
        for side in (0, 1):
            if ends[side] < starts[side]:
                found[side].append((ends[side], starts[side]))
            ends[side] = starts[side] + size
    return tuple(found[0]), tuple(found[1])
