"""One wording in the passages of a timeline: how often in each period, first and last, and by whom.

Passages come in parts, which are added up: an engine need not have all of them in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.model import Hit, Plain
from jsisa_search.query import UserQuery
from jsisa_search.query.parser.syntax import make_piece
from jsisa_search.research.trend.companions import Companions
from jsisa_search.research.trend.concordance import ConcordanceLine
from jsisa_search.research.trend.timeline import Periods, moment_of
from jsisa_search.schema import UNDATED
from jsisa_search.search.interface import Searcher
from jsisa_search.search.ranking.answer import RankedPassage
from jsisa_search.search.results.hits import read_hit
from jsisa_search.search.timeline import Uses

Array = NDArray[Any]
PathOf = Callable[[str], str]

_PER_MILLION = 1_000_000
# Later than any date.
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Usage(Plain):
    """How often a wording occurs in some text; `per_million` is occurrences per million characters of it."""

    passages: int
    releases: int
    occurrences: int
    per_million: float | None


@dataclass(frozen=True, slots=True)
class SourceUsage(Plain):
    """A source that uses a wording: since when, until when, how often, and how often in each period.

    `source` is the publisher where no source is stated, `None` where neither is. `first` and `last` are the
    days of its dated passages; `occurrences_by_period` is in the order of the periods of the trend, and empty
    unless it was asked for.
    """

    source: str | None
    first: datetime | None
    last: datetime | None
    passages: int
    releases: int
    occurrences: int
    occurrences_by_period: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording(Plain):
    """A wording through time.

    `total` counts all passages, `by_period` those of each period of the trend, and `undated` those without a
    date, which no period has. A release, and with its reprints a family, counts in the first period in which
    it has the wording. `first` and `last` are the earliest and latest dated passage that has it, `sources`
    who uses it, in order of the first use. `companions` and `lines` are empty unless asked for.
    """

    text: str
    total: Usage
    by_period: tuple[Usage, ...]
    undated: Usage
    first: Hit | None = None
    last: Hit | None = None
    sources: tuple[SourceUsage, ...] = ()
    companions: Companions | None = None
    lines: tuple[ConcordanceLine, ...] = ()


class End(NamedTuple):
    """A dated passage: its time, its place among those of its release, and its document."""

    published: int
    sequence: int
    doc: int


class Tally:
    """Adds up the passages that have a wording: by period, by source, and the first and last of them."""

    def __init__(self, text: str, periods: Periods, *, by_source: bool) -> None:
        """Take the wording; with `by_source` each source is counted by period too."""
        self._text, self._periods = text, periods
        self._size = len(periods.numbers) + 1
        self._passages, self._releases, self._occurrences = np.zeros((3, self._size), np.int64)
        self._sources = _Sources(self._size if by_source else 0)
        self._ends: list[End] = []

    def add(self, uses: Uses) -> None:
        """Add some passages."""
        index = self._periods.index_of(uses.months)
        self._passages += np.bincount(index, minlength=self._size)
        self._occurrences += np.bincount(index, uses.counts, self._size).astype(np.int64)
        self._releases += _first_of_each(uses.releases, index, self._size)
        self._sources.add(uses, index)
        self._ends = ends_with(self._ends, uses)

    def wording(self, searcher: Searcher, path_of: PathOf) -> Wording:
        """Return what was counted, with the first and last passage as hits."""
        lists = (self._passages, self._releases, self._occurrences, self._periods.characters)
        *by_period, undated = map(usage_of, *(each.tolist() for each in lists))
        hits = [
            _hit(searcher, self._text, doc, path_of) for doc in dict.fromkeys(end.doc for end in self._ends)
        ]
        return Wording(
            self._text,
            usage_of(*(int(each.sum()) for each in lists)),
            tuple(by_period),
            undated,
            first=hits[0] if hits else None,
            last=hits[-1] if hits else None,
            sources=self._sources.usages(),
        )


class _Sources:
    """Adds up what each source has; by period, where there are periods to count."""

    def __init__(self, periods: int) -> None:
        self._names: Sequence[str] = ()
        self._periods = periods
        #: Passages, releases, occurrences, first and last date of each source by its number; then by period.
        self._counts = np.zeros((3, 0), np.int64)
        self._dates = np.zeros((2, 0), np.int64)
        self._by_period = np.zeros((0, periods), np.int64)

    def add(self, uses: Uses, index: Array) -> None:
        """Add some passages, given the index of the period of each."""
        self._grow(uses.names)
        numbers, size = uses.sources, len(uses.names)
        self._counts[0] += np.bincount(numbers, minlength=size)
        distinct = np.unique(numbers * (int(uses.releases.max(initial=0)) + 1) + uses.releases)
        self._counts[1] += np.bincount(distinct // (int(uses.releases.max(initial=0)) + 1), minlength=size)
        self._counts[2] += np.bincount(numbers, uses.counts, size).astype(np.int64)
        dated = np.flatnonzero(uses.published != UNDATED)
        np.minimum.at(self._dates[0], numbers[dated], uses.published[dated])
        np.maximum.at(self._dates[1], numbers[dated], uses.published[dated])
        if self._periods:
            cells = np.bincount(numbers * self._periods + index, uses.counts, size * self._periods)
            self._by_period += cells.astype(np.int64).reshape(size, self._periods)

    def _grow(self, names: Sequence[str]) -> None:
        more = len(names) - len(self._names)
        self._names = tuple(names)
        if more:
            self._counts = np.pad(self._counts, ((0, 0), (0, more)))
            new = np.array([[_NEVER], [UNDATED]]).repeat(more, axis=1)
            self._dates = np.concatenate([self._dates, new], axis=1)
            self._by_period = np.pad(self._by_period, ((0, more), (0, 0)))

    def usages(self) -> tuple[SourceUsage, ...]:
        """Return the sources that use the wording, in order of the first dated use, those without last."""
        usages = [self._usage(number) for number in np.flatnonzero(self._counts[0]).tolist()]
        return tuple(sorted(usages, key=_order_of_source))

    def _usage(self, number: int) -> SourceUsage:
        passages, releases, occurrences = self._counts[:, number].tolist()
        first, last = self._dates[:, number].tolist()
        is_dated = last != UNDATED
        return SourceUsage(
            source=self._names[number] or None,
            first=moment_of(first) if is_dated else None,
            last=moment_of(last) if is_dated else None,
            passages=passages,
            releases=releases,
            occurrences=occurrences,
            occurrences_by_period=tuple(self._by_period[number][:-1].tolist()),
        )


def _first_of_each(releases: Array, index: Array, size: int) -> Array:
    """Return how many releases are in each of `size` periods (int64), each in the first that has it."""
    keys = np.sort(releases * size + index)
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = keys[1:] // size != keys[:-1] // size
    counts: Array = np.bincount(keys[is_first] % size, minlength=size)
    return counts


def ends_with(ends: Sequence[End], uses: Uses) -> list[End]:
    """Return the first and the last of some dated passages and `ends`; none where there are none."""
    found = list(ends)
    dated = np.flatnonzero(uses.published != UNDATED)
    for end in (np.min, np.max) if len(dated) else ():
        at = dated[uses.published[dated] == end(uses.published[dated])]
        at = at[uses.sequence[at] == end(uses.sequence[at])]
        found += map(End, uses.published[at].tolist(), uses.sequence[at].tolist(), uses.docs[at].tolist())
    return [min(found), max(found)] if found else []


def usage_of(passages: int, releases: int, occurrences: int, characters: int) -> Usage:
    """Return how often a wording occurs in a text of some characters."""
    rate = round(occurrences * _PER_MILLION / characters, 2) if characters else None
    return Usage(passages, releases, occurrences, rate)


def _order_of_source(usage: SourceUsage) -> tuple[bool, datetime, int, str]:
    return usage.first is None, usage.first or datetime.max, -usage.occurrences, usage.source or ""


def _hit(searcher: Searcher, text: str, doc: int, path_of: PathOf) -> Hit:
    """Return a passage with a wording marked in it."""
    piece = replace(make_piece(text, 0, len(text), is_quoted=True), is_whole=False, is_exact=True)
    query = UserQuery(text, (piece,), piece)
    return read_hit(searcher, query, RankedPassage(doc, 0.0, matches_all=True), context=0, path_of=path_of)
