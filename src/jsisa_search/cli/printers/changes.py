"""What differs between two texts, marked for reading."""

from __future__ import annotations

from difflib import SequenceMatcher

# Longer texts are compared as wholes: it takes time, and the marks would be hard to read.
_MOST_MARKED = 500
_LEAST_COMMON = 2


def marked_changes(before: str, after: str) -> tuple[str, str]:
    """Return two texts with what only one of them has in 【】."""
    if max(len(before), len(after)) > _MOST_MARKED:
        return before, after
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    marked, ends = ["", ""], [0, 0]
    for *starts, size in blocks:
        # A single character in common is a coincidence, unless it begins or ends both.
        at_edge = not any(starts) or starts == [len(before) - size, len(after) - size]
        if size < _LEAST_COMMON and not at_edge and (size or starts != [len(before), len(after)]):
            continue
        for side, text in enumerate((before, after)):
            other = text[ends[side] : starts[side]]
            common = text[starts[side] : starts[side] + size]
            marked[side] += (f"【{other}】" if other else "") + common
            ends[side] = starts[side] + size
    return marked[0], marked[1]
