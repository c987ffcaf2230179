"""Charts through time as SVG."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jsisa_search.export.charts import WIDTH, Chart, Series, svg_chart
from tests.cli.printers.hostile import hostile_text

YEARS = ("2020", "2021", "2022", "2023")
YEARS_OF_MONTHS = tuple(map(str, range(2017, 2023)))
SVG = "{http://www.w3.org/2000/svg}"


def parsed(chart: Chart) -> Any:
    """Return the root element of a chart."""
    return etree.fromstring(svg_chart(chart).encode("utf-8"))


def texts(root: Any) -> list[str]:
    """Return what is written in a chart."""
    return [each.text for each in root.iter(f"{SVG}text")]


def test_a_line_goes_through_the_values_and_the_axis_names_the_periods() -> None:
    """A greater value is higher, each period is named in order, and a single line has its values."""
    root = parsed(Chart("网格化", YEARS, (Series("网格化", (1, 4, 2, 3)),), unit="次"))
    (line,) = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [-y for _, y in points]
    assert sorted(range(4), key=heights.__getitem__) == [0, 2, 3, 1]
    assert [text for text in texts(root) if text in YEARS] == list(YEARS)
    assert {"1", "4", "次"} <= set(texts(root))


def test_a_line_is_broken_where_there_is_no_value() -> None:
    """No line bridges a period without a value, and none is drawn as zero."""
    root = parsed(Chart("x", YEARS, (Series("a", (1.0, None, 2.0, 3.0)),)))
    assert [len(line.get("points").split()) for line in root.iter(f"{SVG}polyline")] == [1, 2]


def test_several_lines_have_a_legend_and_differ_without_colour() -> None:
    """Each series is named in the legend, and two differ in dash and mark as well as in colour."""
    root = parsed(Chart("x", YEARS, (Series("社会治理", (1, 2, 3, 4)), Series("社会管理", (4, 3, 2, 1)))))
    assert {"社会治理", "社会管理"} <= set(texts(root))
    first, second = list(root.iter(f"{SVG}polyline"))[-2:]
    assert first.get("stroke-dasharray") != second.get("stroke-dasharray")
    assert first.get("stroke") != second.get("stroke")


def test_bars_are_as_high_as_their_values() -> None:
    """A bar of twice the value is twice as high, and a zero has no height."""
    root = parsed(Chart("x", YEARS, (Series("a", (2, 4, 0, None)),), kind="bar"))
    heights = [float(bar.get("height")) for bar in root.iter(f"{SVG}rect") if bar.get("class") == "fill"]
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.01)
    assert heights[2:] == [0.0]


def test_a_chart_is_described_in_words() -> None:
    """Who does not see the picture is told its title and every value of it."""
    root = parsed(Chart("满意率", ("2021", "2022"), (Series("全省", (98.5, 99.14)),), unit="%"))
    assert root.find(f"{SVG}title").text == "满意率"
    assert "2021: 98.5, 2022: 99.14" in root.find(f"{SVG}desc").text


def test_dark_surroundings_change_colours_on_screens_only() -> None:
    """The one style is for dark screens: what is printed, or shown without styles, is dark on white."""
    text = svg_chart(Chart("x", YEARS, (Series("a", (1, 2, 3, 4)),)))
    assert text.count("@media") == 1
    assert "@media screen and (prefers-color-scheme: dark)" in text
    assert 'fill="#ffffff"' in text


def test_only_the_first_periods_of_years_are_named_where_all_have_no_room() -> None:
    """Of many months those that begin a year have its name."""
    months = tuple(f"{year}-{month:02d}" for year in range(2017, 2023) for month in range(1, 13))
    root = parsed(Chart("x", months, (Series("a", (1.0,) * len(months)),)))
    assert [text for text in texts(root) if text in YEARS_OF_MONTHS] == list(YEARS_OF_MONTHS)


def test_years_and_parts_of_years_have_an_axis_of_years() -> None:
    """Where a half-year stands among forty years, decades are named and not the half-year alone."""
    periods = (*map(str, range(1978, 2018)), "2018-H1", "2018", "2019-Q3", "2022")
    root = parsed(Chart("x", periods, (Series("a", (1.0,) * len(periods)),)))
    named = [text for text in texts(root) if text.isdecimal() and len(text) == 4]
    assert len(named) >= 8
    assert named[0] == "1978"
    assert named == sorted(named)
    assert "2018-H1" not in texts(root)


def test_a_line_goes_over_gaps_where_it_shall() -> None:
    """Otherwise points with a gap between are not joined."""
    values = Series("a", (1.0, None, 3.0))
    for joins, lines in ((True, 1), (False, 2)):
        root = parsed(Chart("x", ("2020", "2021", "2022"), (values,), joins_gaps=joins))
        assert len(list(root.iter(f"{SVG}polyline"))) == lines


def test_a_series_has_a_value_for_each_period() -> None:
    """A series that is too short is refused, not drawn shifted."""
    with pytest.raises(ValueError, match="one value for each period"):
        svg_chart(Chart("x", YEARS, (Series("a", (1, 2)),)))


@given(
    title=hostile_text,
    name=hostile_text,
    values=st.lists(st.none() | st.floats(-1e12, 1e12), max_size=40),
    kind=st.sampled_from(["line", "bar"]),
)
def test_any_texts_and_values_make_a_picture(title: str, name: str, values: Any, kind: Any) -> None:
    """Whatever names and numbers are, the SVG is well-formed, has no element of theirs and is no wider."""
    periods = tuple(f"{name}{number}" for number in range(len(values)))
    series = (Series(name, tuple(values)), Series("other", (0.0,) * len(values)))
    root = parsed(Chart(title, periods, series, note=name, kind=kind))
    known = {"svg", "title", "desc", "style", "rect", "line", "text", "g", "polyline", "circle", "path"}
    assert {etree.QName(each).localname for each in root.iter()} <= known
    for line in root.iter(f"{SVG}polyline"):
        assert all(0 <= float(point.split(",")[0]) <= WIDTH for point in line.get("points").split())
