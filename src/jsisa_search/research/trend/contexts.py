"""Where a string occurs in a folded text."""

from __future__ import annotations

from collections.abc import Iterator


def places_of(wanted: str, folded: str) -> Iterator[int]:
    """Yield where a string begins in a folded text, overlaps not counted."""
    at = folded.find(wanted)
    while at >= 0:
        yield at
        at = folded.find(wanted, at + len(wanted))
