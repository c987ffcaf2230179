"""Periods of time: months, quarters or years that have text, with what the index has in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jsisa_search.query import Filters
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.matches import FIRST_DAY
from jsisa_search.search.engine.timeline import microseconds_of
from jsisa_search.search.interface import Searcher
from jsisa_search.search.timeline import MonthCounts, Timeline

Array = NDArray[Any]
PeriodUnit = Literal["month", "quarter", "year"]

_MONTHS: dict[PeriodUnit, int] = {"month": 1, "quarter": 3, "year": 12}
# The unit is chosen so that there are about as many periods as fit a screen.
_MOST_MONTHS, _MOST_QUARTERS = 24, 24
#: Timelines cached for one snapshot: that of all passages, and those of the filters used last.
_CACHED = 4


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that have text, in order.

    `numbers` count units of time from the year 0; `table` (int64) has the index of the period of each month
    from the year 0, and, last, that of no date. `passages`, `releases` and `characters` (int64) are what the
    index has in each period, and, last, without a date.
    """

    unit: PeriodUnit
    numbers: tuple[int, ...]
    table: Array
    passages: Array
    releases: Array
    characters: Array

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the periods: `2018`, `2018-Q3`, `2018-09`."""
        return tuple(period_name(number, self.unit) for number in self.numbers)

    def index_of(self, months: Array) -> Array:
        """Return the index of the period of each of some months (int64), from the year 0; -1 for no date.

        What a commit has added meanwhile, in months of which there was no text, is in the period before.
        """
        # The last but one is the latest month; -1 is the last.
        index: Array = self.table.take(np.minimum(months, len(self.table) - 2))
        return index


def periods_of(counts: MonthCounts, unit: PeriodUnit | None) -> Periods:
    """Return the periods of some months, by default in the unit in which they make about a screen."""
    dated = counts.months[counts.months >= 0]
    unit = unit or _natural_unit(dated)
    numbers = np.unique(dated // _MONTHS[unit])
    months = np.arange(int(dated.max(initial=0)) + 1)
    before = numbers.searchsorted(months // _MONTHS[unit], "right") - 1
    table = np.append(np.maximum(before, 0), len(numbers))
    index = table.take(counts.months)
    sums = (
        np.bincount(index, values, len(numbers) + 1).astype(np.int64)
        for values in (counts.passages, counts.releases, counts.characters)
    )
    return Periods(unit, tuple(numbers.tolist()), table, *sums)


def _natural_unit(months: Array) -> PeriodUnit:
    covered = int(months.max() - months.min()) + 1 if len(months) else 0
    if covered <= _MOST_MONTHS:
        return "month"
    return "quarter" if covered <= 3 * _MOST_QUARTERS else "year"


def last_year(counts: MonthCounts) -> datetime | None:
    """Return the first day of the last calendar year with text; `None` where nothing is dated."""
    latest = int(counts.months.max(initial=-1))
    return datetime(latest // 12, 1, 1) if latest >= 12 else None


def latest_times(counts: MonthCounts) -> datetime:
    """Return when the last year with text begins; of less than two years, the later half, or half a year.

    The beginning of time where nothing is dated.
    """
    dated = counts.months[counts.months >= 0]
    if not len(dated):
        return datetime.min
    latest = int(dated.max())
    covered = latest - int(dated.min()) + 1
    first = latest + 1 - (12 if covered >= _MOST_MONTHS else max(min(covered // 2, 6), 1))
    return datetime(first // 12, first % 12 + 1, 1)


def period_name(number: int, unit: PeriodUnit) -> str:
    """Return the name of a period, given its number from the year 0 on."""
    if unit == "year":
        return f"{number:04d}"
    if unit == "quarter":
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def period_number(name: str, unit: PeriodUnit) -> int:
    """Return the number of a period, given its name."""
    year, _, part = name.partition("-")
    if unit == "year":
        return int(year)
    return int(year) * 4 + int(part[1:]) - 1 if unit == "quarter" else int(year) * 12 + int(part) - 1


def moment_of(published: int) -> datetime:
    """Return the time of a value of the column `published`."""
    moment: datetime = (FIRST_DAY + np.timedelta64(published, "us")).item()
    return moment


def is_since(published: Array, day: datetime) -> Array:
    """Return whether each of some times is of a day or later (bool); no date is not."""
    since: Array = (published >= microseconds_of(day)) & (published != UNDATED)
    return since


class TimelineCache:
    """The timelines of the current snapshot of an index; threads may make one twice at worst."""

    def __init__(self) -> None:
        self._last: tuple[Searcher | None, dict[tuple[Filters, bool], Timeline]] = None, {}

    def of(
        self, searcher: Searcher, filters: Filters, make: Callable[[], Timeline], *, fold: bool
    ) -> Timeline:
        """Return the timeline of a snapshot, made by `make` where it is not known."""
        key = filters, fold
        known = self._last[1] if self._last[0] is searcher else {}
        timeline = known.get(key)
        if timeline is None:
            timeline = make()
            latest = dict(list(known.items())[1 - _CACHED :])
            self._last = searcher, latest | {key: timeline}
        return timeline
