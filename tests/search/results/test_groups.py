from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArgumentError
from jsisa_search.model import SortOrder
from tests.cluster.engines import Place
from tests.conftest import page_text


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of releases with one to five passages about the same, read only."""
    folder = tmp_path_factory.mktemp("groups")
    with Index.create(place(folder / "index")) as index:
        for number in range(1, 6):
            texts = [f"第{count}项工作，全市推进网格化管理，服务到位。" for count in range(number)]
            page = page_text(f"关于{number}的通报", *texts, published=f"202{number}-01-01")
            (folder / f"{number}.txt").write_text(page, encoding="utf-8")
            index.update([folder])
        yield index


@pytest.mark.parametrize("sort", get_args(SortOrder))
@pytest.mark.parametrize("query", ["网格化", "网格化 第4项", "量子纠缠"])
def test_each_release_comes_with_its_first_passage(filled: Index, query: str, sort: SortOrder) -> None:
    """In the order of the hits without groups; the others of each release are counted."""
    hits = filled.search(query, limit=100, sort=sort).hits
    firsts = {hit.id: hit for hit in reversed(hits)}
    expected = [hit for hit in hits if firsts[hit.id] is hit]
    grouped = filled.search(query, limit=100, sort=sort, group_by="release")
    assert [(hit.path, hit.line, hit.matches_all) for hit in grouped] == [
        (hit.path, hit.line, hit.matches_all) for hit in expected
    ]
    passages = Counter(hit.id for hit in hits)
    assert [hit.others + 1 for hit in grouped] == [passages[hit.id] for hit in grouped]
    assert (grouped.groups, grouped.total) == (len(expected), len(hits))


def test_pages_are_of_releases(filled: Index) -> None:
    """One after the other they are the whole, each release once."""
    whole = filled.search("网格化", limit=100, group_by="release").hits
    pages = [filled.search("网格化", limit=2, offset=at, group_by="release").hits for at in (0, 2, 4, 6)]
    assert tuple(hit for page in pages for hit in page) == whole
    assert len(whole) == 5


def test_without_groups_nothing_is_folded(filled: Index) -> None:
    """Every passage is a hit, and there is no number of groups."""
    results = filled.search("网格化", limit=100)
    assert results.groups is None
    assert {hit.others for hit in results} == {0}


def test_another_grouping_is_refused(filled: Index) -> None:
    """The message says what there is."""
    with pytest.raises(ArgumentError, match="one of release"):
        filled.search("网格化", group_by="year")  # type: ignore[arg-type]
