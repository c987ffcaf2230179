"""What reprints share counts once along time on both engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

import pytest

from jsisa_search import Index, make_filters
from jsisa_search.analysis import fold
from jsisa_search.cluster import reprint_search
from tests.cluster.conftest import NewAddress, on_both
from tests.cluster.reprinted import write_reprints
from tests.research.trend.scan import Scan, trend_options
from tests.research.trend.test_trend import counts

pytestmark = pytest.mark.cluster

Engines = tuple[Index, Index]


@pytest.fixture(scope="module")
def engines(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Return many reprints in an index in a folder, and in one on the cluster."""
    folder = tmp_path_factory.mktemp("reprints")
    write_reprints(folder / "pages")
    with on_both(folder, new_address()) as made:
        for index in made:
            index.update([folder / "pages"])
        yield made


_OPTIONS = trend_options("澄川", "2021", "2022-02", "做法")


@pytest.mark.parametrize("page", [2_000, 7])
def test_a_trend_counts_reprints_once(engines: Engines, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, ends, sources, companions and lines of random strings are those of a folder and of a scan."""
    for name in ("_PAGE", "_NUMBERS_PAGE"):
        monkeypatch.setattr(f"jsisa_search.cluster.timeline.{name}", page)
    monkeypatch.setattr("jsisa_search.cluster.folding._PAGE", page)
    chance, scan = random.Random(3), Scan(engines[0], fold=True)
    for number in range(30 if page > 1_000 else 10):
        text = fold(scan.draw(chance))
        options = _OPTIONS[number % len(_OPTIONS)]
        one, other = (engine.trend([f"“{text}”"], **options) for engine in engines)
        assert other.fold
        assert one.to_dict() == other.to_dict(), (text, options)
        if "filters" not in options:
            assert counts(other) == scan.usage(text, other.by)


def test_folding_changes_the_counts(engines: Engines) -> None:
    """There are reprints to fold: with every one of them there is more of everything."""
    folded, whole = (engines[1].trend(["网格"], fold=each).wordings[0].total for each in (True, False))
    assert folded.passages < whole.passages
    assert folded.releases < whole.releases


@pytest.mark.parametrize("day", [datetime(2022, 1, 1), datetime(2022, 2, 10)])
def test_new_phrases_count_reprints_once(engines: Engines, day: datetime) -> None:
    """What appeared, rose and vanished is told of the passages that count, as in a folder."""
    for filters in (None, make_filters(source=["澄川"])):
        one, other = (engine.new_phrases(day, filters=filters) for engine in engines)
        assert one.to_dict() == other.to_dict()
        assert other.fold


def test_of_more_releases_than_can_be_compared_each_counts(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says that it counts every reprint."""
    monkeypatch.setattr(reprint_search, "MOST_COMPARED", 10)
    engines[1].add_text("另一代。", id="another generation")
    trend = engines[1].trend(["网格"])
    assert not trend.fold
    assert trend.wordings == engines[1].trend(["网格"], fold=False).wordings
