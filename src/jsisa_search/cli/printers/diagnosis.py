"""What is printed on standard error about a query that finds nothing, or less than was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jsisa_search.cli.printers.terminal import located, quantity
from jsisa_search.export.plain import one_line
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext

if TYPE_CHECKING:
    from jsisa_search.search.assist.diagnosis import Diagnosis, MissingPiece, ScatteredPiece

# Unreadable files and values of a field that are named; the rest are counted.
_NAMED = 5


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield why nothing was found, one sentence per line."""
    yield from piece_lines(diagnosis)
    if diagnosis.found_apart:
        yield _("Each part of the query occurs, but no passage satisfies all of it.")
    for typed, count in diagnosis.restrictions:
        restriction = ngettext(
            "“{typed}” excludes everything; without it there is {passages}.",
            "“{typed}” excludes everything; without it there are {passages}.",
            count,
        )
        yield restriction.format(typed=typed, passages=quantity(count, "passage"))
    if diagnosis.without_filters:
        filtered = ngettext(
            "The filters exclude everything; without them there is {passages}.",
            "The filters exclude everything; without them there are {passages}.",
            diagnosis.without_filters,
        )
        yield filtered.format(passages=quantity(diagnosis.without_filters, "passage"))
    yield from _unreadable_lines(diagnosis.unreadable, diagnosis.unreadable_total)
    if diagnosis.list_pages:
        pages = quantity(diagnosis.list_pages, "page")
        passed = _(
            "The last update passed over {pages} of links; jsisa-search index PATH --list-all names them."
        )
        yield passed.format(pages=pages)


def piece_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield which parts of a query occur nowhere, or only word by word, and what may have been meant."""
    for missing in diagnosis.missing:
        yield from _missing_piece_lines(missing)
    for piece in diagnosis.scattered:
        if piece.corrections:
            scattered = _("“{piece}” itself occurs in no passage, only its words do.")
            yield scattered.format(piece=piece.text)
            yield from _correction_lines(piece)


def _missing_piece_lines(piece: MissingPiece) -> Iterator[str]:
    if piece.is_number:
        yield from _missing_number_lines(piece)
        return
    if piece.inside_longer:
        inside = _(
            "“{piece}” occurs only inside longer numbers or words ({passages}); "
            "these are found without quotation marks."
        )
        yield inside.format(piece=piece.text, passages=quantity(piece.inside_longer, "passage"))
        return
    parts = ", ".join(f"“{part.text}” ({quantity(part.count, 'passage')})" for part in piece.parts)
    if parts:
        longest = _("“{piece}” occurs in no passage; the longest parts of it that occur: {parts}.")
        yield longest.format(piece=piece.text, parts=parts)
    else:
        yield _("“{piece}” occurs in no passage.").format(piece=piece.text)
    yield from _correction_lines(piece)


def _correction_lines(piece: MissingPiece | ScatteredPiece) -> Iterator[str]:
    suggestion = _("Did you mean “{text}” for “{piece}”? ({passages}; {reason})")
    for found in piece.corrections:
        count = quantity(found.count, "passage")
        yield suggestion.format(text=found.text, piece=piece.text, passages=count, reason=_(found.reason))


def _missing_number_lines(piece: MissingPiece) -> Iterator[str]:
    yield _("No release bears or cites the document number {number}.").format(number=piece.text)
    if piece.near_numbers:
        near = ", ".join(map(one_line, piece.near_numbers))
        yield _("The nearest numbers that releases bear: {numbers}").format(numbers=near)


def unknown_value_line(field: str, name: str, known: tuple[str, ...]) -> str:
    """Return that no value of a field contains `name`, with some of those there are."""
    if not known:
        return _("No {field} contains “{name}”; the index has none.").format(field=_(field), name=name)
    more = ", …" if len(known) > _NAMED else ""
    named = ", ".join(one_line(value, " / ") for value in known[:_NAMED])
    unknown = _("No {field} contains “{name}”; the index has {number}: {names}")
    return unknown.format(field=_(field), name=name, number=len(known), names=named + more)


def _unreadable_lines(files: tuple[tuple[str, str], ...], total: int) -> Iterator[str]:
    if not files:
        return
    unread = _("The last update could not read {files}, which may contain it:")
    yield unread.format(files=quantity(total, "file"))
    for path, reason in files[:_NAMED]:
        yield f"  {located(path, reason)}"
    if total > _NAMED:
        more = _("  and {number} more; jsisa-search index PATH --list-all names them")
        yield more.format(number=total - _NAMED)
