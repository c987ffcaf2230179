"""Wordings side by side through time: what `Index.trend` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from whoosh import query as wq

from jsisa_search.analysis import Segmenter, fold
from jsisa_search.arguments import check_choice, check_flag, check_moment, check_number, check_texts, refused
from jsisa_search.model import Plain
from jsisa_search.query import Filters, check_filters, filter_tree
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.parser.parse import MAX_CHARS
from jsisa_search.query.undated import UNDATED
from jsisa_search.research.trend.companions import CompanionCount
from jsisa_search.research.trend.concordance import Concordance, LineOrder
from jsisa_search.research.trend.timeline import Periods, PeriodUnit, last_year, periods_of
from jsisa_search.research.trend.wordings import PathOf, Tally, Wording
from jsisa_search.search.interface import Searcher
from jsisa_search.search.timeline import Timeline
from jsisa_search.translation import gettext as tr

#: Wordings side by side: more can no longer be distinguished.
MOST_WORDINGS = 20
_MOST_LINES = 100_000
_QUOTATION_MARKS = ("“”", '""', "「」", "『』", "‘’")


@dataclass(frozen=True, slots=True)
class Period(Plain):
    """A period with what the index has in it: `2018`, `2018-Q3` or `2018-09`.

    `characters` are those of its passages as they are searched: blanks beside Chinese characters are none.
    """

    name: str
    passages: int
    releases: int
    characters: int


@dataclass(frozen=True, slots=True)
class Trend(Plain):
    """Wordings through time.

    `periods` are those of which the index has text, in order; each wording is counted in each. A passage that
    several reprints have is counted once, as the earliest, unless `fold` is false. `undated` counts what has
    no date, in which wordings are counted apart; `undated_left_out` counts the undated passages with one of
    the wordings that filters by date have left out.
    """

    by: PeriodUnit
    fold: bool
    periods: tuple[Period, ...]
    undated: Period
    wordings: tuple[Wording, ...]
    undated_left_out: int = 0


@dataclass(frozen=True, slots=True)
class TrendRequest:
    """The arguments of a trend, as `Index.trend` describes them; raises `ArgumentError`."""

    wordings: Iterable[str]
    by: PeriodUnit | None = None
    by_source: bool = False
    filters: Filters | None = None
    fold: bool = True
    companions: int = 0
    companions_since: datetime | None = None
    lines: int = 0
    line_order: LineOrder = "newest"

    def __post_init__(self) -> None:
        checked = {
            "wordings": _check_wordings(self.wordings),
            "filters": check_filters(self.filters),
            "companions": check_number("companions", self.companions, 0, _MOST_LINES),
            "companions_since": check_moment("companions_since", self.companions_since),
            "lines": check_number("lines", self.lines, 0, _MOST_LINES),
            "line_order": check_choice("line_order", self.line_order, get_args(LineOrder)),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        check_flag("by_source", self.by_source)
        check_flag("fold", self.fold)
        if self.by is not None:
            check_choice("by", self.by, get_args(PeriodUnit))


def _check_wordings(values: object) -> tuple[str, ...]:
    """Return the wordings without blanks and quotation marks around them, each once."""
    distinct: dict[str, str] = {}
    for typed in check_texts("wordings", values):
        text = typed.strip()
        if text[:1] + text[-1:] in _QUOTATION_MARKS:
            text = text[1:-1].strip()
        if not fold(text):
            raise refused(tr("a wording"), typed, tr("text that is not blank"))
        if len(text) > MAX_CHARS:
            raise refused(
                tr("a wording"), typed, tr("text of at most {limit:,} characters").format(limit=MAX_CHARS)
            )
        distinct.setdefault(fold(text), text)
    if not 0 < len(distinct) <= MOST_WORDINGS:
        raise refused(
            "wordings",
            list(distinct.values()),
            tr("one to {limit} wordings").format(limit=MOST_WORDINGS),
        )
    return tuple(distinct.values())


def trend_of(
    searcher: Searcher,
    timeline: Timeline,
    request: TrendRequest,
    segmenter: Callable[[], Segmenter],
    path_of: PathOf,
) -> Trend:
    """Return the wordings of a request in the passages of a timeline; `path_of` as for a search."""
    counts = timeline.months()
    periods = periods_of(counts, request.by)
    since = (request.companions_since or last_year(counts)) if request.companions else None
    wordings = []
    for text in request.wordings:
        tally = Tally(text, periods, by_source=request.by_source)
        beside = CompanionCount(fold(text), since, segmenter()) if since else None
        lines = Concordance(fold(text), request.lines, request.line_order) if request.lines else None
        with_texts = beside is not None or (lines is not None and lines.needs_texts)
        for uses in timeline.uses(text, with_texts=with_texts):
            for part in (tally, beside, lines):
                if part is not None:
                    part.add(uses)
        wordings.append(
            replace(
                tally.wording(searcher, path_of),
                companions=beside.companions(request.companions) if beside else None,
                lines=lines.lines(searcher, path_of) if lines else (),
            )
        )
    *dated, undated = _periods(periods)
    left_out = _count_left_out(searcher, request)
    return Trend(periods.unit, request.fold, tuple(dated), undated, tuple(wordings), left_out)


def _periods(periods: Periods) -> list[Period]:
    """Return the periods, and last what has no date."""
    names = (*periods.names, "")
    counts = (periods.passages.tolist(), periods.releases.tolist(), periods.characters.tolist())
    return [Period(*each) for each in zip(names, *counts, strict=True)]


def _count_left_out(searcher: Searcher, request: TrendRequest) -> int:
    """Return how many undated passages with a wording are left out by the dates of the filters alone."""
    filters = check_filters(request.filters)
    if filters.include_undated or not filters.is_dated:
        return 0
    others = filter_tree(replace(filters, since=None, until=None), searcher.values_of)
    execution = searcher.execution(wq.And([UNDATED, others]) if others else UNDATED)
    return execution.count(wq.Or([Literal("text", text) for text in request.wordings]))
