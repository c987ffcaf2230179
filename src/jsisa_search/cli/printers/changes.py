"""What differs between two texts, marked for reading."""

from __future__ import annotations

from collections.abc import Iterable

from jsisa_search.export.changes import differing
from jsisa_search.model import Range


def marked_changes(before: str, after: str) -> tuple[str, str]:
    """Return two texts with what only one of them has in 【】."""
    first, second = differing(before, after)
    return _marked(before, first), _marked(after, second)


def _marked(text: str, ranges: Iterable[Range]) -> str:
    marked, last = "", 0
    for start, end in ranges:
        marked += f"{text[last:start]}【{text[start:end]}】"
        last = end
    return marked + text[last:]
