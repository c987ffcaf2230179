"""Why nothing was found, or a piece of a query was not, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.cli.terminal import counted, shown_path
from jsisa_search.search.diagnosis import Diagnosis, MissingPiece

# Unreadable files that are named; the rest are counted.
_FILES = 5


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield what a diagnosis says, a sentence each."""
    for piece in diagnosis.missing:
        yield from missing_lines(piece)
    if diagnosis.found_apart:
        yield "Each piece is found on its own, but no passage is all that the query asks for."
    for typed, count in diagnosis.restrictions:
        yield f"“{typed}” leaves nothing; without it there {_are(count, 'passage')}."
    if diagnosis.without_filters:
        yield f"The filters leave nothing; without them there {_are(diagnosis.without_filters, 'passage')}."
    yield from _unreadable_lines(diagnosis.unreadable)


def missing_lines(piece: MissingPiece) -> Iterator[str]:
    """Yield what is known of a piece that no passage has."""
    nowhere = f"No passage has “{piece.text}”"
    parts = ", ".join(f"“{part.text}” ({counted(part.count, 'passage')})" for part in piece.parts)
    yield f"{nowhere}; the longest parts of it that are found: {parts}." if parts else f"{nowhere}."
    for found in piece.corrections:
        count = counted(found.count, "passage")
        yield f"Did you mean “{found.text}” for “{piece.text}”? ({count}; {found.reason})"


def _unreadable_lines(files: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if not files:
        return
    yield f"The last update could not read {counted(len(files), 'file')}, which a search can't know:"
    for path, reason in files[:_FILES]:
        # A reason begins with the path where it has one.
        yield f"  {reason}" if path in reason else f"  {shown_path(path)}: {reason}"
    if len(files) > _FILES:
        yield f"  and {len(files) - _FILES} more; jsisa-search index names them"


def _are(number: int, thing: str) -> str:
    return f"{'is' if number == 1 else 'are'} {counted(number, thing)}"
