"""What is printed on standard error about a query that finds nothing, or less than was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jsisa_search.cli.printers.terminal import located, quantity
from jsisa_search.export.plain import one_line

if TYPE_CHECKING:
    from jsisa_search.search.assist.diagnosis import Diagnosis, MissingPiece, ScatteredPiece

# Unreadable files and values of a field that are named; the rest are counted.
_NAMED = 5


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield why nothing was found, one sentence per line."""
    yield from piece_lines(diagnosis)
    if diagnosis.found_apart:
        yield "Each part of the query occurs, but no passage satisfies all of it."
    for typed, count in diagnosis.restrictions:
        yield f"“{typed}” excludes everything; without it there {_are(count, 'passage')}."
    if diagnosis.without_filters:
        there_are = _are(diagnosis.without_filters, "passage")
        yield f"The filters exclude everything; without them there {there_are}."
    yield from _unreadable_lines(diagnosis.unreadable, diagnosis.unreadable_total)
    if diagnosis.list_pages:
        pages = quantity(diagnosis.list_pages, "page")
        yield f"The last update passed over {pages} of links; jsisa-search index PATH --list-all names them."


def piece_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield which parts of a query occur nowhere, or only word by word, and what may have been meant."""
    for missing in diagnosis.missing:
        yield from _missing_piece_lines(missing)
    for piece in diagnosis.scattered:
        if piece.corrections:
            yield f"“{piece.text}” itself occurs in no passage, only its words do."
            yield from _correction_lines(piece)


def _missing_piece_lines(piece: MissingPiece) -> Iterator[str]:
    if piece.is_number:
        yield from _missing_number_lines(piece)
        return
    parts = ", ".join(f"“{part.text}” ({quantity(part.count, 'passage')})" for part in piece.parts)
    longest = f"; the longest parts of it that occur: {parts}" if parts else ""
    yield f"“{piece.text}” occurs in no passage{longest}."
    yield from _correction_lines(piece)


def _correction_lines(piece: MissingPiece | ScatteredPiece) -> Iterator[str]:
    for found in piece.corrections:
        count = quantity(found.count, "passage")
        yield f"Did you mean “{found.text}” for “{piece.text}”? ({count}; {found.reason})"


def _missing_number_lines(piece: MissingPiece) -> Iterator[str]:
    yield f"No release bears or cites the document number {piece.text}."
    if piece.near_numbers:
        yield f"The nearest numbers that releases bear: {', '.join(map(one_line, piece.near_numbers))}"


def unknown_value_line(field: str, name: str, known: tuple[str, ...]) -> str:
    """Return that no value of a field contains `name`, with some of those there are."""
    if not known:
        return f"No {field} contains “{name}”; the index has none."
    more = ", …" if len(known) > _NAMED else ""
    named = ", ".join(one_line(value, " / ") for value in known[:_NAMED])
    return f"No {field} contains “{name}”; the index has {len(known)}: {named}{more}"


def _unreadable_lines(files: tuple[tuple[str, str], ...], total: int) -> Iterator[str]:
    if not files:
        return
    yield f"The last update could not read {quantity(total, 'file')}, which may contain it:"
    for path, reason in files[:_NAMED]:
        yield f"  {located(path, reason)}"
    if total > _NAMED:
        yield f"  and {total - _NAMED} more; jsisa-search index PATH --list-all names them"


def _are(number: int, thing: str) -> str:
    return f"{'is' if number == 1 else 'are'} {quantity(number, thing)}"
