"""Trends as charts and tables."""

from __future__ import annotations

import pytest

from jsisa_search import Index
from jsisa_search.export.trends import COLUMNS, trend_chart, trend_rows


@pytest.fixture
def archive(index: Index) -> Index:
    """Return an index of three releases: two of one source, and nothing in the second quarter."""
    with index.batch() as batch:
        batch.add_text("推行网格化管理。", id="a", published="2022-01-05", source="云州发布")
        batch.add_text("网格化与网格化。", id="b", published="2022-08-01", source="云州发布")
        batch.add_text("没有网格化的稿子。", id="c", published="2022-09-01", source="临江日报")
    return index


def test_a_chart_has_a_line_for_each_wording_and_a_gap_where_there_is_no_text(archive: Index) -> None:
    """Each wording is a series over all periods; of one without text it has no value, not zero."""
    chart = trend_chart(archive.trend(["网格化", "管理"], by="quarter"), "occurrences")
    assert chart.periods == ("2022-Q1", "2022-Q2", "2022-Q3")
    assert [(series.name, series.values) for series in chart.series] == [
        ("网格化", (1, None, 3)),
        ("管理", (1, None, 0)),
    ]


def test_the_sources_of_one_wording_are_lines(archive: Index) -> None:
    """Counted by source, one wording has a line for each, the most frequent first, in occurrences."""
    chart = trend_chart(archive.trend(["网格化"], by="month", by_source=True))
    assert chart.unit == "occurrences"
    assert [series.name for series in chart.series] == ["云州发布", "临江日报"]
    assert [value for value in chart.series[0].values if value is not None] == [1, 2, 0]


def test_rates_are_charted_unless_something_else_is_asked_for(archive: Index) -> None:
    """A chart is of occurrences per million characters, so that a growing archive is no growing topic."""
    trend = archive.trend(["网格化"], by="year")
    chart = trend_chart(trend)
    assert chart.series[0].values == (trend.wordings[0].by_period[0].per_million,)
    assert "per million" in chart.unit
    assert chart.note == "3 dated releases; reprints are counted once"


def test_rows_have_each_wording_in_each_period_and_then_its_sources(archive: Index) -> None:
    """The table has the columns of the counts; rows of sources count occurrences alone."""
    trend = archive.trend(["网格化"], by="year", by_source=True)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in trend_rows(trend)]
    assert (rows[0]["period"], rows[0]["occurrences"], rows[0]["source"]) == ("2022", 4, None)
    assert (rows[1]["period"], rows[1]["passages"]) == ("", 0)
    assert [(row["source"], row["occurrences"]) for row in rows[2:]] == [("云州发布", 3), ("临江日报", 1)]


def test_an_index_without_dates_has_an_empty_chart(index: Index) -> None:
    """Without any dated text there is a chart without periods, and no error."""
    index.add_text("网格化。", id="a")
    assert trend_chart(index.trend(["网格化"])).periods == ()
