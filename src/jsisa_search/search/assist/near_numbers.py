"""Document numbers of an index that are like one that no release bears."""

from __future__ import annotations

from collections.abc import Iterable

from jsisa_search.analysis import fold
from jsisa_search.query.parser.document_numbers import DocumentNumber, NumberSeries, read_number

#: Numbers that are offered.
MAX_NUMBERS = 5


def near_numbers(wanted: DocumentNumber, values: Iterable[str]) -> tuple[str, ...]:
    """Return the document numbers among `values` with the letters of `wanted`, the nearest first.

    Those of its year come first, then the same number in other years, then the nearest years.
    """
    found: dict[str, tuple[bool, bool, int, int, str]] = {}
    for value in values:
        number = read_number(fold(value))
        if number and number != wanted and number.letters == wanted.letters:
            years, apart = abs(number.year - wanted.year), abs(number.number - wanted.number)
            found.setdefault(str(number), (years > 0, apart > 0, years, apart, value))
    return tuple(sorted(found, key=lambda number: found[number])[:MAX_NUMBERS])


def near_series(wanted: NumberSeries, values: Iterable[str]) -> tuple[str, ...]:
    """Return the years' series of document numbers among `values` with its letters, the nearest first."""
    numbers = (read_number(fold(value)) for value in values)
    years = {each.year for each in numbers if each and each.letters == wanted.letters} - {wanted.year}
    nearest = sorted(years, key=lambda year: (abs(year - wanted.year), -year))
    return tuple(str(NumberSeries(wanted.letters, year)) for year in nearest[:MAX_NUMBERS])
