"""One wording in the passages of a timeline: how often in each period, first and last, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.model import Hit, Plain
from jsisa_search.query import UserQuery
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.parser.syntax import make_piece
from jsisa_search.research.trend.companions import Companions
from jsisa_search.research.trend.concordance import ConcordanceLine
from jsisa_search.research.trend.timeline import Periods, Timeline, moment_of
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.answer import RankedPassage
from jsisa_search.search.results.hits import read_hit

Array = NDArray[Any]
PathOf = Callable[[str], str]

_PER_MILLION = 1_000_000


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


@dataclass(frozen=True, slots=True)
class Uses:
    """The rows of a timeline that have a wording (int64, ascending), and how often each does (int64)."""

    text: str
    rows: Array
    counts: Array


def find_uses(searcher: ArraySearcher, timeline: Timeline, text: str) -> Uses:
    """Return where a string occurs literally, once characters are folded."""
    execution = searcher.execution()
    rows = timeline.rows_of(execution.documents(Literal("text", text)))
    return Uses(text, rows, execution.occurrences_in("text", text, timeline.docs[rows]))


def measure(timeline: Timeline, periods: Periods, uses: Uses) -> Wording:
    """Return how often a wording occurs in each of some periods."""
    count = len(periods.numbers) + 1
    index = periods.index[uses.rows]
    passages = np.bincount(index, minlength=count).tolist()
    releases = timeline.releases_by(index, uses.rows, count).tolist()
    occurrences = np.bincount(index, uses.counts, count).astype(np.int64).tolist()
    *by_period, undated = map(usage_of, passages, releases, occurrences, periods.characters.tolist())
    everything = int(periods.characters.sum())
    total = usage_of(sum(passages), sum(releases), sum(occurrences), everything)
    return Wording(uses.text, total, tuple(by_period), undated)


def usage_of(passages: int, releases: int, occurrences: int, characters: int) -> Usage:
    """Return how often a wording occurs in a text of some characters."""
    rate = round(occurrences * _PER_MILLION / characters, 2) if characters else None
    return Usage(passages, releases, occurrences, rate)


def find_ends(
    searcher: ArraySearcher, timeline: Timeline, uses: Uses, path_of: PathOf
) -> tuple[Hit | None, Hit | None]:
    """Return the earliest and the latest dated passage with a wording, marked in it."""
    ordered = timeline.in_time(uses.rows)
    if not len(ordered):
        return None, None
    first, last = (int(timeline.docs[ordered[at]]) for at in (0, -1))
    earliest = _hit(searcher, uses.text, first, path_of)
    return earliest, earliest if first == last else _hit(searcher, uses.text, last, path_of)


def find_sources(timeline: Timeline, periods: Periods | None, uses: Uses) -> tuple[SourceUsage, ...]:
    """Return who uses a wording, in order of the first dated use, those without one last.

    With `periods`, how often each does in each of them.
    """
    names, numbers = timeline.names_of(uses.rows)
    order = np.lexsort([timeline.published[uses.rows], numbers])
    edges = np.flatnonzero(np.diff(numbers[order], prepend=-1, append=-1)) if len(order) else order
    parts = [order[start:end] for start, end in pairwise(edges.tolist())]
    usages = [
        _source_usage(
            timeline, Uses(names[int(numbers[part[0]])], uses.rows[part], uses.counts[part]), periods
        )
        for part in parts
    ]
    return tuple(sorted(usages, key=_order_of_source))


def _source_usage(timeline: Timeline, uses: Uses, periods: Periods | None) -> SourceUsage:
    """Return the usage of the source that `uses` names; its rows are in order of time."""
    dated = timeline.published[uses.rows]
    dated = dated[dated != UNDATED]
    by_period: list[int] = []
    if periods is not None:
        index = periods.index[uses.rows]
        counts = np.bincount(index, uses.counts, len(periods.numbers) + 1)
        by_period = counts[:-1].astype(np.int64).tolist()
    return SourceUsage(
        source=uses.text or None,
        first=moment_of(int(dated[0])) if len(dated) else None,
        last=moment_of(int(dated[-1])) if len(dated) else None,
        passages=len(uses.rows),
        releases=len(np.unique(timeline.releases[uses.rows])),
        occurrences=int(uses.counts.sum()),
        occurrences_by_period=tuple(by_period),
    )


def _order_of_source(usage: SourceUsage) -> tuple[bool, datetime, int, str]:
    return usage.first is None, usage.first or datetime.max, -usage.occurrences, usage.source or ""


def _hit(searcher: ArraySearcher, text: str, doc: int, path_of: PathOf) -> Hit:
    """Return a passage with a wording marked in it."""
    piece = replace(make_piece(text, 0, len(text), is_quoted=True), is_whole=False, is_exact=True)
    query = UserQuery(text, (piece,), piece)
    return read_hit(searcher, query, RankedPassage(doc, 0.0, matches_all=True), context=0, path_of=path_of)
