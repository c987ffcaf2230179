"""The page of wordings through time (提法): chart, table, first and last use, companions, and occurrences.

Below them it has the phrases that are new, which `phrases_page` finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jsisa_search import ConcordanceLine, Hit, Index, Trend, Wording
from jsisa_search.errors import ArgumentError, JsisaSearchError
from jsisa_search.export.charts import svg_chart
from jsisa_search.export.citation import citation
from jsisa_search.export.trends import measure_name, trend_chart
from jsisa_search.translation import gettext as tr
from jsisa_search.web.pages.phrases_page import found_phrases, phrases_part
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.pages.trend_form import TrendForm
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

# What is shown of each wording: companions of each sort, occurrences, sources in order of their first use.
_COMPANIONS, _LINES, _SOURCES = 12, 20, 8


@dataclass(frozen=True, slots=True)
class End:
    """The first or last passage that has a wording: its citation, and where it is read."""

    hit: Hit
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class WordingView:
    """A wording as it is shown beside the table."""

    wording: Wording
    url: str
    first: End | None
    last: End | None
    lines: tuple[tuple[ConcordanceLine, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A period: for each wording its count, and the address of a search within it (empty for none)."""

    period: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TrendView:
    """All that the page says; `trend` is `None` where nothing was asked, or `error` says why."""

    form: TrendForm
    trend: Trend | None = None
    rows: tuple[Row, ...] = ()
    undated: Row | None = None
    wordings: tuple[WordingView, ...] = ()
    unit: str = ""
    error: str = ""

    @property
    def is_unfolded(self) -> bool:
        """Whether every reprint was counted though that was not asked for: on a large cluster."""
        return self.trend is not None and not self.trend.fold and self.form.fold != "0"


def trend_page(request: Request) -> Response:
    """Answer with the page of wordings through time."""
    form = TrendForm.of(request.query_params)
    view = view_trend(request.app.state.collection.index, form)
    status = 400 if view.error else 200
    phrases = phrases_part(request, form)
    return render(request, "trend.html", status=status, view=view, form=form, phrases=phrases)


async def lists_page(request: Request) -> Response:
    """Answer with the page and its lists of new phrases, for browsers without scripts."""
    form = TrendForm.of(request.query_params)
    found = await found_phrases(request, form)

    def page() -> Response:
        view = view_trend(request.app.state.collection.index, form)
        return render(request, "trend.html", view=view, form=form, phrases=phrases_part(request, form, found))

    return await run_in_threadpool(page)


def trend_image(request: Request) -> Response:
    """Answer with the chart of the page, as a picture of its own: a style within a page is forbidden."""
    form = TrendForm.of(request.query_params)
    if not form.wordings:
        return problem(400, tr("the address names no wording"))
    index: Index = request.app.state.collection.index
    found = _trend(index, form, details=False)
    return Response(svg_chart(trend_chart(found, form.measure)), media_type="image/svg+xml")  # type: ignore[arg-type]


def view_trend(index: Index, form: TrendForm) -> TrendView:
    """Return what the page shows."""
    if not form.wordings:
        return TrendView(form)
    try:
        trend = _trend(index, form, details=True)
    except (ArgumentError, JsisaSearchError) as error:
        return TrendView(form, error=str(error))
    return TrendView(
        form,
        trend,
        tuple(_rows(form, trend)),
        _undated(form, trend),
        tuple(_wording_view(form, wording) for wording in trend.wordings),
        measure_name(form.measure),  # type: ignore[arg-type]
    )


def _trend(index: Index, form: TrendForm, *, details: bool) -> Trend:
    return index.trend(
        form.wordings,
        by=form.by or None,  # type: ignore[arg-type]
        filters=form.filters,
        fold=form.fold != "0",
        companions=_COMPANIONS if details else 0,
        lines=_LINES if details else 0,
        line_order=form.order,  # type: ignore[arg-type]
    )


def _rows(form: TrendForm, trend: Trend) -> Iterator[Row]:
    """Yield the periods, the latest first."""
    for number in range(len(trend.periods) - 1, -1, -1):
        name = trend.periods[number].name
        cells = tuple(_cell(form, wording, number, name) for wording in trend.wordings)
        yield Row(name, cells)


def _cell(form: TrendForm, wording: Wording, number: int, period: str) -> tuple[str, str]:
    usage = wording.by_period[number]
    url = form.search_url(wording.text, period) if usage.occurrences else ""
    return _shown(getattr(usage, form.measure)), url


def _undated(form: TrendForm, trend: Trend) -> Row | None:
    """Return the counts of what has no date; `None` where there is nothing."""
    if not any(wording.undated.passages for wording in trend.wordings):
        return None
    cells = tuple((_shown(getattr(each.undated, form.measure)), "") for each in trend.wordings)
    return Row("", cells)


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _wording_view(form: TrendForm, wording: Wording) -> WordingView:
    lines = tuple((line, _read_url(line.id, wording.text, line.paragraph)) for line in wording.lines)
    return WordingView(
        wording,
        form.search_url(wording.text),
        _end(wording.first, wording.text),
        _end(wording.last, wording.text),
        lines,
    )


def _end(hit: Hit | None, text: str) -> End | None:
    return None if hit is None else End(hit, citation(hit), _read_url(hit.id, text, hit.paragraph))


def _read_url(release: str, text: str, paragraph: int | None) -> str:
    return f"/release/{release}?{urlencode({'q': f'“{text}”', 'at': paragraph or ''})}"
