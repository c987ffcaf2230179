"""The passages of an index along time: which of them count, when they were published, how long they are.

Everything is an array over the counted passages, made once for a snapshot and some filters. A wording is then
counted by table lookups.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.query import Filters, filter_tree
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.matches import FIRST_DAY
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.results.families import Families

Array = NDArray[Any]
PeriodUnit = Literal["month", "quarter", "year"]

_MONTHS: dict[PeriodUnit, int] = {"month": 1, "quarter": 3, "year": 12}
# NumPy counts months from 1970.
_MONTHS_BEFORE_1970 = 1970 * 12
# The unit is chosen so that there are about as many periods as fit a screen.
_MOST_MONTHS, _MOST_QUARTERS = 24, 24
#: Timelines cached for one snapshot: that of all passages, and those of the filters used last.
_CACHED = 4


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that have text, in order.

    `numbers` count units of time from the year 0; `index` (int32) is that of the period of each counted
    passage, or the number of periods for an undated one. `passages`, `releases` and `characters` (int64) are
    what the index has in each period, and, last, without a date.
    """

    unit: PeriodUnit
    numbers: tuple[int, ...]
    index: Array
    passages: Array
    releases: Array
    characters: Array

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the periods: `2018`, `2018-Q3`, `2018-09`."""
        return tuple(period_name(number, self.unit) for number in self.numbers)


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


class Timeline:
    """The passages that count, by document number.

    `docs` (int64, ascending); for each of them, by its row: `published` (int64, microseconds), `sequence`
    (int64), `months` (int32, from the year 0, -1 for undated), `characters` (int32, folded), and `releases`
    (int32), a number that the passages of one release share, and with `fold` those of its reprints.
    """

    def __init__(self, searcher: ArraySearcher, families: Families | None, filters: Filters) -> None:
        """Take the passages that pass `filters`; with `families`, of those that say the same the earliest."""
        docs = searcher.documents(PASSAGES, passing=filter_tree(filters, searcher.values_of))
        published, sequence = searcher.numbers("published", docs), searcher.numbers("sequence", docs)
        releases = sequence >> PASSAGE_BITS
        if families is not None:
            family = families.family_of(docs).astype(np.int64)
            releases = np.where(family > 0, -family, releases)
            kept = _earliest_of_each(families.group_of(docs), published, sequence)
            docs, published, sequence, releases = (
                each[kept] for each in (docs, published, sequence, releases)
            )
        self._searcher = searcher
        self.docs, self.published, self.sequence = docs, published, sequence
        self.releases = np.unique(releases, return_inverse=True)[1].astype(np.int32)
        self.characters = _characters(searcher, docs)
        moments = (FIRST_DAY + published.astype("timedelta64[us]")).astype("datetime64[M]")
        months = moments.astype(np.int64) + _MONTHS_BEFORE_1970
        self.months = np.where(published == UNDATED, -1, months).astype(np.int32)
        self._rows = np.full(sum(view.doc_count for view in searcher.views), -1, np.int32)
        self._rows[docs] = np.arange(len(docs), dtype=np.int32)
        self._periods: dict[PeriodUnit, Periods] = {}

    def __len__(self) -> int:
        return len(self.docs)

    def rows_of(self, docs: Array) -> Array:
        """Return the rows of those of `docs` (int64, ascending) that count (int64, ascending)."""
        rows: Array = self._rows.take(docs)
        return rows[rows >= 0].astype(np.int64)

    def natural_unit(self) -> PeriodUnit:
        """Return the unit in which the dated passages make about a screen of periods."""
        dated = self.months[self.months >= 0]
        months = int(dated.max() - dated.min()) + 1 if len(dated) else 0
        if months <= _MOST_MONTHS:
            return "month"
        return "quarter" if months <= 3 * _MOST_QUARTERS else "year"

    def periods(self, unit: PeriodUnit) -> Periods:
        """Return the periods of a unit; cached."""
        found = self._periods.get(unit)
        if found is None:
            found = self._periods[unit] = self._find_periods(unit)
        return found

    def _find_periods(self, unit: PeriodUnit) -> Periods:
        numbers = np.where(self.months < 0, -1, self.months // _MONTHS[unit])
        distinct, index = np.unique(numbers, return_inverse=True)
        has_undated = bool(len(distinct)) and distinct[0] < 0
        dated = distinct[1:] if has_undated else distinct
        index = np.where(numbers < 0, len(dated), index - has_undated).astype(np.int32)
        count = len(dated) + 1
        return Periods(
            unit,
            tuple(dated.tolist()),
            index,
            np.bincount(index, minlength=count),
            self.releases_by(index, np.arange(len(self)), count),
            np.bincount(index, self.characters, count).astype(np.int64),
        )

    def releases_by(self, index: Array, rows: Array, count: int) -> Array:
        """Return how many releases of some rows are in each of `count` periods (int64).

        `index` has the period of each row. A release counts once, in the first period that has it.
        """
        keys = np.sort(self.releases[rows].astype(np.int64) * count + index)
        is_first = np.ones(len(keys), np.bool_)
        is_first[1:] = keys[1:] // count != keys[:-1] // count
        counts: Array = np.bincount(keys[is_first] % count, minlength=count)
        return counts

    def is_since(self, day: datetime) -> Array:
        """Return whether each passage is of a day or later (bool); an undated one is not."""
        first = int((np.datetime64(day, "us") - FIRST_DAY) // np.timedelta64(1, "us"))
        since: Array = (self.published >= first) & (self.published != UNDATED)
        return since

    def in_time(self, rows: Array) -> Array:
        """Return the dated ones of some rows in order of time, those of a release in that of its page."""
        rows = rows[self.published[rows] != UNDATED]
        ordered: Array = rows[np.lexsort([self.sequence[rows], self.published[rows]])]
        return ordered

    @cached_property
    def _names(self) -> tuple[list[str], Array]:
        """The names of those who publish, and the number of the one of each row (int64)."""
        names: dict[str, int] = {"": 0}
        numbers = np.zeros(len(self), np.int64)
        # Where no source is stated, the publisher speaks for itself.
        for field in ("source", "publisher"):
            for view in self._searcher.views:
                column = view.file.column(field)
                if isinstance(column, BytesColumn):
                    values = ["", *(value.decode("utf-8") for value in column.distinct())]
                    known = np.array([names.setdefault(value, len(names)) for value in values])
                    first, last = self.docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                    found = known[column.codes[self.docs[first:last] - view.base]]
                    numbers[first:last] = np.where(numbers[first:last] > 0, numbers[first:last], found)
        return list(names), numbers

    def names_of(self, rows: Array) -> tuple[list[str], Array]:
        """Return all names of sources, and for each of some rows the number of its own (int64); 0 is none."""
        names, numbers = self._names
        return names, numbers[rows]


def _earliest_of_each(groups: Array, published: Array, sequence: Array) -> Array:
    """Return which of some passages are in no group, or the first of it in time (int64, ascending)."""
    is_kept = groups == 0
    grouped = np.flatnonzero(~is_kept)
    keys = [sequence[grouped], published[grouped], published[grouped] == UNDATED, groups[grouped]]
    order = np.lexsort(keys)
    ordered = groups[grouped][order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    is_kept[grouped[order[is_first]]] = True
    return np.flatnonzero(is_kept)


def _characters(searcher: ArraySearcher, docs: Array) -> Array:
    """Return the length of the folded text of each of `docs` (int32)."""
    lengths = np.zeros(len(docs), np.int32)
    for view in searcher.views:
        texts = view.file.texts("text")
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if texts is not None and first < last:
            of_rows = np.concatenate([[0], np.diff(texts.starts.astype(np.int64))])
            lengths[first:last] = of_rows[texts.rows.take(docs[first:last] - view.base)]
    return lengths


class TimelineCache:
    """The timelines of the current snapshot of an index; threads may make one twice at worst."""

    def __init__(self) -> None:
        self._last: tuple[ArraySearcher | None, dict[tuple[Filters, bool], Timeline]] = None, {}

    def of(self, searcher: ArraySearcher, families: Families | None, filters: Filters) -> Timeline:
        """Return the timeline of a snapshot, with reprints counted once where `families` are given."""
        key = filters, families is not None
        known = self._last[1] if self._last[0] is searcher else {}
        timeline = known.get(key)
        if timeline is None:
            timeline = Timeline(searcher, families, filters)
            latest = dict(list(known.items())[1 - _CACHED :])
            self._last = searcher, latest | {key: timeline}
        return timeline
