"""The page of figures through time (数字): values with their passages, what disagrees, and a chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from jsisa_search import FigureCheck, FigureFact, FigureTable, Index
from jsisa_search.errors import JsisaSearchError
from jsisa_search.export.charts import svg_chart
from jsisa_search.export.figures import conflicting, figures_chart
from jsisa_search.translation import gettext as tr
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.pages.study_form import StudyForm
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

# Figures of a page, names of an indicator that are listed, and characters shown on either side of a figure.
_MOST_FIGURES, _MOST_NAMES, _REACH = 300, 12, 45

# Points that a line needs: fewer are no chart.
_LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as it is shown: the text before and after it, where it is read, and what disagrees with it.

    `others` give its period another value; `levels` are those that a change is compared with.
    """

    fact: FigureFact
    sign: str
    before: str
    after: str
    url: str
    others: tuple[FigureFact, ...]
    check: FigureCheck | None
    levels: tuple[FigureFact, ...]


@dataclass(frozen=True, slots=True)
class FiguresView:
    """All that the page says; `table` is `None` where nothing was asked, or `error` says why."""

    form: StudyForm
    table: FigureTable | None = None
    rows: tuple[FigureRow, ...] = ()
    names: tuple[tuple[str, int], ...] = ()
    has_chart: bool = False
    error: str = ""


def figures_page(request: Request) -> Response:
    """Answer with the page of figures through time."""
    form = StudyForm.of(request.query_params)
    view = view_figures(request.app.state.collection.index, form)
    return render(request, "figures.html", status=400 if view.error else 200, view=view, form=form)


def figures_image(request: Request) -> Response:
    """Answer with the chart of the page, as a picture of its own."""
    form = StudyForm.of(request.query_params)
    if not form.q:
        return problem(400, tr("the address names no indicator"))
    table = _table(request.app.state.collection.index, form)
    return Response(svg_chart(figures_chart(table)), media_type="image/svg+xml")


def view_figures(index: Index, form: StudyForm) -> FiguresView:
    """Return what the page shows."""
    if not form.q:
        return FiguresView(form)
    try:
        table = _table(index, form)
    except JsisaSearchError as error:
        return FiguresView(form, error=str(error))
    chart = figures_chart(table)
    return FiguresView(
        form,
        table,
        tuple(_rows(table)),
        table.names[:_MOST_NAMES],
        has_chart=len(chart.periods) >= _LEAST_POINTS,
    )


def _table(index: Index, form: StudyForm) -> FigureTable:
    return index.figures(form.q, filters=form.filters, limit=_MOST_FIGURES)


def _rows(table: FigureTable) -> Iterator[FigureRow]:
    others, checks = conflicting(table), {check.change: check for check in table.checks}
    for at, fact in enumerate(table.facts):
        check = checks.get(at)
        levels = (table.facts[check.before], table.facts[check.after]) if check else ()
        start, end = fact.span
        asked = {"q": f"“{fact.written}”", "at": fact.paragraph or ""}
        yield FigureRow(
            fact,
            {1: "+", -1: "−"}.get(fact.direction, "") if fact.kind == "change" else "",
            ("…" if start > _REACH else "") + fact.text[max(start - _REACH, 0) : start],
            fact.text[end : end + _REACH] + ("…" if end + _REACH < len(fact.text) else ""),
            f"/release/{fact.id}?{urlencode(asked)}",
            tuple(table.facts[other] for other in others.get(at, ())),
            check,
            levels,
        )
