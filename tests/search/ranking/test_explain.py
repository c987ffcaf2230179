"""The parts of a score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.model import SortOrder
from jsisa_search.search.ranking.explain import PARTS
from tests.cluster.engines import Place, beside
from tests.conftest import SEEDS

QUERIES = [
    "网格化",
    "网格化 满意率",
    "“网格化” -满意率",
    "网格* OR 应急",
    "网格 NEAR/9 服务",
    "标题:网格 满意率",
    "小标题:网格",
    "网格长如何提高群众满意率",
    "日期:2025 平安",
    "来源:澄川 网格",
    "一网统揽工作",
]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of the sample pages with a user's word and a synonym."""
    with Index.create(place(tmp_path_factory.mktemp("explain") / "index")) as index:
        index.update([SEEDS])
        (beside(index) / "user-words.txt").write_text("一网统揽\n", encoding="utf-8")
        (beside(index) / "synonyms.txt").write_text("网格长 = 网格员\n", encoding="utf-8")
        yield index


@pytest.mark.parametrize("sort", ["relevance", "newest"])
@pytest.mark.parametrize("typed", QUERIES)
def test_the_parts_add_up_to_the_score(seeds: Index, typed: str, sort: SortOrder) -> None:
    """Whatever a query asks for and however hits are sorted, the parts of each score add up to it."""
    hits = seeds.search(typed, limit=50, sort=sort, explain=True)
    assert len(hits)
    for hit in hits:
        assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score, abs=1e-3)
        assert {name for name, _ in hit.explanation} <= set(PARTS)


def test_the_parts_of_a_hit_without_evidence_add_up(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits beyond those that are scored again are explained by what they were found by alone."""
    monkeypatch.setattr(import_module("jsisa_search.search.ranking.rank"), "REFINED", 3)
    for hit in seeds.search("网格化 服务", limit=50, explain=True):
        assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score, abs=1e-3)


def test_nothing_is_explained_unasked(seeds: Index) -> None:
    """A search that is not asked to explain does not."""
    assert not any(hit.explanation for hit in seeds.search("网格化"))


def test_a_piece_that_stands_literally_is_told_apart(
    index: Index, folder: Path, write_page: Callable[..., Path]
) -> None:
    """A literal occurrence is a part of its own; the same words scattered have none."""
    write_page("a.txt", "推进平安建设工作取得成效，群众满意。", title="甲")
    write_page("b.txt", "建设平安社区工作取得成效，群众满意。", title="乙")
    index.update([folder])
    literal, scattered = index.search("平安建设", explain=True)
    assert "literal" in dict(literal.explanation)
    assert "literal" not in dict(scattered.explanation)
