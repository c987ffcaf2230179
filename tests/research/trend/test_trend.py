"""Wordings through time, against a scan of every passage."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index, JsisaSearchError, Trend, make_filters
from jsisa_search.analysis import fold
from tests.cluster.engines import Place
from tests.conftest import SEEDS
from tests.properties import examples
from tests.research.trend.scan import Scan

SAFE = "本市推行网格化管理，把社区分成若干网格，由网格员走访。"
OTHER = "全市提出网格化治理，网格化服务也随之铺开。"


LONG = "会议强调，要坚持问题导向，把群众的小事当作大事来办，把责任落实到每一个岗位、每一个环节。" * 2


@pytest.fixture(scope="module")
def archive(tmp_path_factory: Any, place: Place) -> Iterator[Index]:
    """Return an index of releases of several years, one of them reprinted, one without a date."""
    with Index.create(place(tmp_path_factory.mktemp("trend") / "index")) as index:
        with index.batch() as batch:
            batch.add_text(SAFE, id="a", published="2019-03-05", source="云州发布", title="云州推行网格化")
            batch.add_text(OTHER, id="b", published="2021-07-01", source="临江日报", title="临江的做法")
            for name, day, source in (("c", 1, "云州发布"), ("d", 3, "南山新闻")):
                text = f"{OTHER}\n{LONG}"
                batch.add_text(text, id=name, published=f"2022-02-{day:02d}", source=source, title="经验")
            batch.add_text("老旧小区也有网格化。", id="e", title="没有日期的稿子")
            batch.add_text("这一年没有提到它。", id="f", published="2023-05-01", title="别的事")
        yield index


def counts(trend: Trend, at: int = 0) -> dict[str, tuple[int, int, int]]:
    """Return what a trend counts of a wording in each period that has it, as the oracle does."""
    wording = trend.wordings[at]
    names = [*(period.name for period in trend.periods), ""]
    usages = zip(names, [*wording.by_period, wording.undated], strict=True)
    return {name: (use.passages, use.releases, use.occurrences) for name, use in usages if use.passages}


def test_passages_releases_and_occurrences_are_counted_by_year(archive: Index) -> None:
    """Each year has its counts; a passage that a reprint shares counts once, in the year of the first."""
    trend = archive.trend(["网格化"], by="year")
    assert counts(trend) == {"2019": (2, 1, 2), "2021": (1, 1, 2), "2022": (1, 1, 2), "": (1, 1, 1)}
    assert trend.wordings[0].total.occurrences == 7
    assert [period.name for period in trend.periods] == ["2019", "2021", "2022", "2023"]


def test_every_copy_counts_where_it_is_asked_for(archive: Index) -> None:
    """With `fold=False` the passage of the reprint counts as well."""
    trend = archive.trend(["网格化"], by="year", fold=False)
    assert counts(trend)["2022"] == (2, 2, 4)


def test_a_growing_archive_is_no_growing_topic(index: Index) -> None:
    """A wording that keeps its share of a text of ten times the length has the same rate."""
    with index.batch() as batch:
        for number in range(11):
            year = 2020 if number == 0 else 2021
            text = f"第{number}期：全区推行网格化，各街道都有安排。"
            batch.add_text(text, id=str(number), published=f"{year}-01-01", title=f"简报{number:02d}号")
    early, late = index.trend(["网格化"], by="year").wordings[0].by_period
    assert late.occurrences == 10 * early.occurrences
    assert late.per_million == pytest.approx(early.per_million, rel=0.05)


def test_wordings_stand_side_by_side(archive: Index) -> None:
    """Several wordings are counted in the same periods, each once however often it is given."""
    trend = archive.trend(["网格化管理", "网格化治理", "“网格化管理”"], by="year")
    assert [wording.text for wording in trend.wordings] == ["网格化管理", "网格化治理"]
    assert counts(trend)["2019"] == (1, 1, 1)
    assert counts(trend, 1) == {"2021": (1, 1, 1), "2022": (1, 1, 1)}


def test_first_and_last_use_come_with_their_passages(archive: Index) -> None:
    """The earliest and the latest passage are told, with the wording marked; no undated one is either."""
    (wording,) = archive.trend(["网格化管理"]).wordings
    assert wording.first is not None
    assert (wording.first.text, wording.first.date) == (SAFE, datetime(2019, 3, 5))
    assert [wording.first.text[slice(*span)] for span in wording.first.highlights] == ["网格化管理"]
    (later,) = archive.trend(["网格化"]).wordings
    assert later.last is not None
    assert later.last.date == datetime(2022, 2, 1)


def test_sources_are_told_in_the_order_in_which_they_began(archive: Index) -> None:
    """Who used a wording first is first; the counts by period are there where they are asked for."""
    (wording,) = archive.trend(["网格化"], by="year", by_source=True).wordings
    told = [(each.source, each.first, each.occurrences) for each in wording.sources]
    assert told == [
        ("云州发布", datetime(2019, 3, 5), 4),
        ("临江日报", datetime(2021, 7, 1), 2),
        (None, None, 1),
    ]
    assert wording.sources[0].occurrences_by_period == (2, 0, 2, 0)
    assert archive.trend(["网格化"]).wordings[0].sources[0].occurrences_by_period == ()


def test_filters_restrict_the_text_too(archive: Index) -> None:
    """Of one source, both the counts and the characters that they are related to are its own."""
    everything = archive.trend(["网格化"], by="year")
    trend = archive.trend(["网格化"], by="year", filters=make_filters(source=["临江"]))
    assert counts(trend) == {"2021": (1, 1, 2)}
    assert [period.name for period in trend.periods] == ["2021"]
    assert trend.periods[0] == everything.periods[1]


def test_undated_passages_that_a_date_leaves_out_are_reported(archive: Index) -> None:
    """What has no date is counted where filters by date leave it out, and is there where they include it."""
    assert archive.trend(["网格化"], filters=make_filters(since="2020")).undated_left_out == 1
    included = archive.trend(["网格化"], filters=make_filters(since="2020", include_undated=True))
    assert (included.undated_left_out, included.wordings[0].undated.passages) == (0, 1)


def test_the_unit_fits_the_time_that_the_archive_covers(index: Index) -> None:
    """Within two years months are counted, within six quarters, beyond years."""
    for year, unit in ((2019, "month"), (2020, "month"), (2023, "quarter"), (2026, "year")):
        index.add_text(f"{year}年的工作", id=str(year), published=f"{year}-11-02", title=f"{year}年")
        assert index.trend(["工作"]).by == unit


def test_a_wording_that_nothing_has_is_counted_as_nothing(archive: Index) -> None:
    """What occurs nowhere has counts of zero in each period, and neither first nor last use."""
    (wording,) = archive.trend(["枫桥经验"], companions=3, lines=3).wordings
    assert (wording.total.passages, wording.first, wording.last, wording.sources) == (0, None, None, ())
    assert wording.lines == ()


def test_an_empty_index_has_no_periods(index: Index) -> None:
    """Without any text there is no period and no error."""
    trend = index.trend(["网格化"], companions=3, lines=3)
    assert (trend.periods, trend.wordings[0].total.occurrences) == ((), 0)
    assert trend.wordings[0].total.per_million is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"wordings": []},
        {"wordings": "网格化"},
        {"wordings": [" "]},
        {"wordings": ["“”"]},
        {"wordings": ["网" * 2001]},
        {"wordings": [str(number) for number in range(21)]},
        {"wordings": ["a"], "by": "week"},
        {"wordings": ["a"], "lines": -1},
        {"wordings": ["a"], "companions_since": "2019"},
    ],
)
def test_arguments_that_make_no_sense_are_refused(archive: Index, arguments: Any) -> None:
    """Nothing to look for, too much side by side, and unknown units raise this library's error."""
    with pytest.raises(JsisaSearchError):
        archive.trend(**arguments)


def test_a_trend_is_plain_data(archive: Index) -> None:
    """As a dict it has texts, numbers and lists only, with dates in ISO 8601."""
    data = archive.trend(["网格化"], by="month", companions=2, lines=1).to_dict()
    assert data["by"] == "month"
    assert data["periods"][0] == {"name": "2019-03", "passages": 2, "releases": 1, "characters": 34}
    wording = data["wordings"][0]
    assert wording["first"]["path"].startswith("text:")
    assert wording["sources"][0]["first"] == "2019-03-05T00:00:00"
    assert wording["by_period"][0]["occurrences"] == 2


def test_what_is_added_counts_at_once(index: Index) -> None:
    """After a commit the counts are those of the new generation."""
    for number in (1, 2):
        index.add_text("网格化又有进展。", id=str(number), published=f"202{number}-01-01")
        assert index.trend(["网格化"]).wordings[0].total.occurrences == number


ALPHABET = "网格化，5a ，“”臺１"


@examples(0.5)
@given(
    passages=st.lists(
        st.tuples(st.text(ALPHABET, min_size=1, max_size=12), st.integers(0, 5)), min_size=1, max_size=12
    ),
    wanted=st.text(ALPHABET, min_size=1, max_size=3).filter(fold),
    by=st.sampled_from(["month", "quarter", "year"]),
    fold_copies=st.booleans(),
)
def test_counts_are_those_of_a_scan(
    tmp_path_factory: Any, place: Place, passages: Any, wanted: str, by: Any, fold_copies: bool
) -> None:
    """For any texts, dates and strings, each period has what reading every passage counts."""
    with Index.create(place(tmp_path_factory.mktemp("trend") / "index")) as index:
        with index.batch() as batch:
            for number, (text, date) in enumerate(passages):
                published = f"2022-{2 * date:02d}-01" if date else None
                batch.add_text(text, id=str(number), published=published)
        scan = Scan(index, fold=fold_copies)
        trend = index.trend([wanted], by=by, fold=fold_copies)
        assert counts(trend) == scan.usage(fold(wanted.strip()), by)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: Any, place: Place) -> Iterator[Index]:
    """Return an index of the sample pages."""
    with Index.create(place(tmp_path_factory.mktemp("trend") / "index")) as index:
        index.update([SEEDS])
        yield index


@pytest.mark.slow
@pytest.mark.parametrize("fold_copies", [True, False])
def test_five_hundred_strings_are_counted_as_a_scan_counts_them(seeds: Index, fold_copies: bool) -> None:
    """Random strings of the sample pages have the passages, releases, occurrences and sources of a scan."""
    scan = Scan(seeds, fold=fold_copies)
    chance = random.Random(13)
    for number in range(500):
        text = fold(scan.draw(chance))
        by = ("month", "quarter", "year")[number % 3]
        trend = seeds.trend([f"“{text}”"], by=by, by_source=True, fold=fold_copies)  # type: ignore[arg-type]
        assert counts(trend) == scan.usage(text, by), text
        sources = {each.source or "": each.occurrences for each in trend.wordings[0].sources}
        assert sources == scan.sources(text), text
        characters = {period.name: period.characters for period in (*trend.periods, trend.undated)}
        assert {name: count for name, count in characters.items() if count} == scan.characters(by)
