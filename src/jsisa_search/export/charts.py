"""Charts of values through time as SVG: one picture for a browser, a report and a printer.

    chart = Chart("网格化", ("2021", "2022"), (Series("网格化", (3.2, 5.1)),), unit="每百万字次数")
    svg = svg_chart(chart)

The picture is complete without a script, a font or a style sheet of its surroundings. Its colours are
attributes of the shapes, so that it is legible where styles are forbidden; a style adds those for dark
surroundings. Lines differ in their marks and dashes too, for readers who do not see the colours, and for
printers.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from jsisa_search.export.periods import period_label
from jsisa_search.export.plain import one_line, plain_text

ChartKind = Literal["line", "bar"]

WIDTH = 880
_FONT = (
    "'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',"
    "'WenQuanYi Micro Hei',SimHei,sans-serif"
)
_SIZE = 13
_LINE = 22
_MARGIN = 24
_PLOT_HEIGHT = 300
# Colours that readers with any colour vision distinguish, for light and for dark surroundings (Okabe and Ito,
# Color Universal Design, 2008; the yellow is darkened for paper).
_COLORS = ("#0072b2", "#d55e00", "#007a5a", "#a8508a", "#8a6d00", "#2f2f2f", "#3a8fbf")
_DARK_COLORS = ("#56b4e9", "#ff9b52", "#2fc79b", "#e39bc6", "#f0e442", "#e8e8e8", "#9ad1ef")
_DASHES = ("", "7 4", "2 3", "10 3 2 3")
_INK, _PAPER, _GRID, _FAINT = "#222222", "#ffffff", "#dddddd", "#595959"
_DARK_INK, _DARK_PAPER, _DARK_GRID, _DARK_FAINT = "#e8e8e8", "#1b1d21", "#3d4148", "#b3b7be"
# Labels on the vertical axis, about, and points whose values are written beside them, at most.
_TICKS = 5
_MOST_LABELLED = 16
# Points that have a mark: beyond, a line of marks is no line.
_MOST_MARKED = 60


@dataclass(frozen=True, slots=True)
class Series:
    """A line, or bars of one colour: a value for each period of the chart, `None` where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Values through time: `periods` are the names along the horizontal axis, in order.

    `unit` says what the vertical axis counts; `note` is printed below, as a source of the figures. The
    vertical axis of lines and bars begins at 0, or at the least value where `from_zero` is false. A line
    ends at a period without a value, and goes on over it where `joins_gaps`.
    """

    title: str
    periods: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""
    kind: ChartKind = "line"
    from_zero: bool = True
    joins_gaps: bool = False


def svg_chart(chart: Chart) -> str:
    """Return a chart as an SVG document.

    Raises `ValueError` where a series does not have one value for each period.
    """
    for series in chart.series:
        if len(series.values) != len(chart.periods):
            raise ValueError(f"{series.name} has not one value for each period")
    return "\n".join(_Drawing(chart).lines()) + "\n"


class _Drawing:
    """Where everything of one chart is."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        known = [value for series in chart.series for value in series.values if value is not None]
        self._ticks = _ticks(known, from_zero=chart.from_zero)
        self._legend = list(_legend_rows(chart.series)) if len(chart.series) > 1 else []
        self._title = _wrapped(chart.title, WIDTH - 2 * _MARGIN, 17)
        self._note = _wrapped(chart.note, WIDTH - 2 * _MARGIN, 12) if chart.note else []
        widest = max(map(_width, map(_number, self._ticks)), default=0)
        self._left = _MARGIN + widest * _SIZE + 10
        self._right = WIDTH - _MARGIN - 14
        above = 24 * len(self._title) + _LINE * len(self._legend) + (_LINE if chart.unit else 0)
        self._top = _MARGIN + above + 10
        self._bottom = self._top + _PLOT_HEIGHT
        self.height = self._bottom + 34 + 18 * len(self._note) + 8
        #: How wide a period is.
        self._room = (self._right - self._left) / max(len(chart.periods), 1)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the document."""
        chart = self._chart
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="jsisa-chart" role="img" '
            f'viewBox="0 0 {WIDTH} {self.height:.0f}" width="{WIDTH}" height="{self.height:.0f}" '
            f"aria-label={_attribute(chart.title)} font-family={quoteattr(_FONT)} "
            f'font-size="{_SIZE}" fill="{_INK}">'
        )
        yield f"<title>{_text(chart.title)}</title>"
        yield f"<desc>{_text(description(chart))}</desc>"
        yield _STYLE
        yield f'<rect class="paper" width="100%" height="100%" fill="{_PAPER}"/>'
        yield from self._heads()
        yield from self._axes()
        draw = self._bars if chart.kind == "bar" else self._line
        for number, series in enumerate(chart.series):
            yield f'<g aria-label={_attribute(series.name)} class="s{number % len(_COLORS)}">'
            yield from draw(number, series)
            yield "</g>"
        for row, line in enumerate(self._note):
            yield _label(_MARGIN, self._bottom + 52 + 18 * row, line, "start", size=12, faint=True)
        yield "</svg>"

    def _heads(self) -> Iterator[str]:
        at = _MARGIN + 14.0
        for line in self._title:
            yield _label(_MARGIN, at, line, "start", size=17, bold=True)
            at += 24
        for row in self._legend:
            for number, left, name in row:
                yield f'<g class="s{number % len(_COLORS)}">'
                yield self._stroke([(left, at - 5), (left + 26, at - 5)], number)
                yield _mark(left + 13, at - 5, number) + "</g>"
                yield _label(left + 32, at, name, "start")
            at += _LINE
        if self._chart.unit:
            yield _label(_MARGIN, at + 2, self._chart.unit, "start", size=12, faint=True)

    def _axes(self) -> Iterator[str]:
        for tick in self._ticks:
            y = self._y(tick)
            yield (
                f'<line class="grid" x1="{self._left:.1f}" x2="{self._right:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
                f'stroke="{_GRID}"/>'
            )
            yield _label(self._left - 8, y + 4, _number(tick), "end", faint=True)
        for number, label in _labelled(self._chart.periods, self._room).items():
            yield _label(self._x(number), self._bottom + 20, label, "middle", faint=True)

    def _line(self, number: int, series: Series) -> Iterator[str]:
        points = [
            None if value is None else (self._x(at), self._y(value)) for at, value in enumerate(series.values)
        ]
        drawn = [point for point in points if point is not None] if self._chart.joins_gaps else points
        for is_there, run in groupby(drawn, key=lambda point: point is not None):
            if is_there:
                yield self._stroke([point for point in run if point is not None], number)
        are_labelled = len(self._chart.series) == 1 and len(points) <= _MOST_LABELLED
        for at, point in enumerate(points):
            value = series.values[at]
            if point is None or value is None:
                continue
            is_alone = points[max(at - 1, 0) : at + 2].count(None) == min(at, 1) + (at + 1 < len(points))
            mark = _mark(*point, number) if len(points) <= _MOST_MARKED or is_alone else ""
            # The area that shows the value under a pointer is larger than the mark.
            area = f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="9" fill-opacity="0"/>'
            yield self._pointed(at, series, mark + area)
            if are_labelled:
                yield _label(point[0], point[1] - 10, _number(value), "middle", size=12)

    def _bars(self, number: int, series: Series) -> Iterator[str]:
        # All bars of a period together take three quarters of its width.
        width = 0.75 * self._room / len(self._chart.series)
        for at, value in enumerate(series.values):
            if value is None:
                continue
            left = self._x(at) - 0.375 * self._room + number * width
            top, base = sorted((self._y(value), self._y(max(self._ticks[0], 0.0))))
            bar = (
                f'<rect class="fill" x="{left:.1f}" y="{top:.1f}" width="{max(width - 1, 0.5):.1f}" '
                f'height="{base - top:.1f}" fill="{_COLORS[number % len(_COLORS)]}"/>'
            )
            yield self._pointed(at, series, bar)
            if len(self._chart.series) == 1 and len(series.values) <= _MOST_LABELLED:
                yield _label(self._x(at), top - 6, _number(value), "middle", size=12)

    def _pointed(self, at: int, series: Series, shape: str) -> str:
        """Return a shape that says its value under the pointer."""
        value = series.values[at]
        said = f"{series.name} {period_label(self._chart.periods[at])}: {_number(value or 0)}"
        return f"<g>{shape}<title>{_text(said)}</title></g>"

    def _stroke(self, points: list[tuple[float, float]], number: int) -> str:
        dash = _DASHES[number % len(_DASHES)]
        return (
            f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" '
            f'stroke="{_COLORS[number % len(_COLORS)]}" stroke-width="2.2" stroke-linejoin="round"'
            + (f' stroke-dasharray="{dash}"/>' if dash else "/>")
        )

    def _x(self, number: int) -> float:
        return self._left + (number + 0.5) * self._room

    def _y(self, value: float) -> float:
        least, most = self._ticks[0], self._ticks[-1]
        return self._bottom - (value - least) / (most - least) * _PLOT_HEIGHT


def description(chart: Chart) -> str:
    """Return what a chart shows in words, for readers who do not see it."""
    if not chart.periods:
        return chart.title
    labels = tuple(map(period_label, chart.periods))
    parts = [f"{labels[0]} – {labels[-1]}" + (f" ({chart.unit})" if chart.unit else "")]
    for series in chart.series:
        values = zip(labels, series.values, strict=True)
        said = ", ".join(f"{period}: {_number(value)}" for period, value in values if value is not None)
        parts.append(f"{series.name}: {said}")
    return ". ".join(parts)


def _labelled(periods: tuple[str, ...], space: float) -> dict[int, str]:
    """Return labels of periods by their numbers: all if they fit, else of years, as many as fit.

    A year labels its first period, which may be a part of it.
    """
    labels = dict(enumerate(map(period_label, periods)))
    if _wide(labels.values()) > space:
        of_years = {
            at: name[:4] for at, name in enumerate(periods) if name[:4] != periods[at - 1][:4] or not at
        }
        labels = of_years if len(of_years) > 1 else labels
    chosen: dict[int, str] = {}
    needed = _wide(labels.values())
    for number, label in labels.items():
        if not chosen or (number - max(chosen)) * space >= needed:
            chosen[number] = label
    return chosen


def _wide(labels: Iterable[str]) -> float:
    return max(map(_width, labels), default=0.0) * _SIZE + 12


def _ticks(values: list[float], *, from_zero: bool) -> list[float]:
    """Return round values for an axis, from below the least to above the greatest of some values."""
    least, most = min(values, default=0.0), max(values, default=0.0)
    if from_zero:
        least, most = min(least, 0.0), max(most, 0.0)
    span = most - least or abs(most) or 1.0
    step = 10.0 ** math.floor(math.log10(span / _TICKS))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (factor * step) <= _TICKS)
    first = math.floor(least / step)
    last = max(math.ceil(most / step - 1e-9), first + 1)
    return [number * step for number in range(first, last + 1)]


def _number(value: float) -> str:
    """Return a value as people write it: 1,234, 0.25."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.3g}"


def _legend_rows(series: tuple[Series, ...]) -> Iterator[list[tuple[int, float, str]]]:
    """Yield the rows of the legend: number, left edge and name of each series."""
    row: list[tuple[int, float, str]] = []
    left = float(_MARGIN)
    for number, each in enumerate(series):
        name = _shortened(each.name, WIDTH - 2 * _MARGIN - 40)
        width = 32 + _width(name) * _SIZE + 24
        if row and left + width > WIDTH - _MARGIN:
            yield row
            row, left = [], float(_MARGIN)
        row.append((number, left, name))
        left += width
    yield row


def _wrapped(text: str, width: float, size: int) -> list[str]:
    """Return a text in up to three lines of a width; what does not fit is cut off with …."""
    lines = [""]
    for char in one_line(text):
        if _width(lines[-1] + char) * size > width:
            lines.append("")
        lines[-1] += char
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][:-1] + "…"]


def _shortened(text: str, width: float) -> str:
    text = one_line(text)
    if _width(text) * _SIZE <= width:
        return text
    while _width(text) * _SIZE > width - _SIZE:
        text = text[:-1]
    return text + "…"


def _width(text: str) -> float:
    """Return how wide a text is, in its own size, about."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6 for char in text)


def _mark(x: float, y: float, number: int) -> str:
    """Return the mark of a point: a disc, a square, a triangle or a diamond."""
    color = _COLORS[number % len(_COLORS)]
    shapes = (
        f'<circle class="fill" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>',
        f'<rect class="fill" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{color}"/>',
        f'<path class="fill" d="M{x:.1f} {y - 5:.1f}l5 9h-10z" fill="{color}"/>',
        f'<path class="fill" d="M{x:.1f} {y - 5.5:.1f}l5 5.5-5 5.5-5-5.5z" fill="{color}"/>',
    )
    return shapes[number % len(shapes)]


def _label(
    x: float, y: float, text: str, anchor: str, *, size: int = _SIZE, bold: bool = False, faint: bool = False
) -> str:
    attributes = f' font-size="{size}"' if size != _SIZE else ""
    attributes += ' font-weight="bold"' if bold else ""
    attributes += f' class="faint" fill="{_FAINT}"' if faint else ' class="ink"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{_text(text)}</text>'


def _text(text: str) -> str:
    """Return text within elements: nothing in it is markup, and XML allows each of its characters."""
    return escape(plain_text(one_line(text)))


def _attribute(text: str) -> str:
    return quoteattr(plain_text(one_line(text)))


# Only colours: what is not understood or forbidden leaves the light form.
_STYLE = "\n".join(
    [
        "<style>@media screen and (prefers-color-scheme: dark) {",
        f".jsisa-chart {{ fill: {_DARK_INK} }}",
        f".jsisa-chart .paper {{ fill: {_DARK_PAPER} }}",
        f".jsisa-chart .grid {{ stroke: {_DARK_GRID} }}",
        f".jsisa-chart .faint {{ fill: {_DARK_FAINT} }}",
        *(
            f".jsisa-chart .s{number} .line {{ stroke: {color} }}\n"
            f".jsisa-chart .s{number} .fill {{ fill: {color} }}"
            for number, color in enumerate(_DARK_COLORS)
        ),
        "}</style>",
    ]
)
