from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index, make_filters
from jsisa_search.errors import ArgumentError
from jsisa_search.model import FacetField

WritePage = Callable[..., Path]


@pytest.fixture(scope="module")
def filled(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index in two segments, with a release that is gone and one without source and date."""
    write_shared_page(
        "a.txt", "全市推进网格化管理。", "网格化服务到位。", source="澄川发布", published="2022-09-06"
    )
    write_shared_page("b.txt", "网格化工作完成。", source="新华社", published="2021-03-05 10:00")
    gone = write_shared_page("c.txt", "网格化工作推迟。", source="新华社", published="2020-01-01")
    shared_index.update([shared_folder])
    gone.unlink()
    write_shared_page("d.txt", "网格化有新的做法。", source="新华社", published="2022-12-31 23:59:59")
    write_shared_page("e.txt", "部署了下一阶段的任务，健全网格体系。", "健全网格体系", "网格化覆盖全区。")
    shared_index.update([shared_folder])
    return shared_index


def counts(index: Index, field: FacetField, query: str = "网格化", **filters: Any) -> dict[str, int]:
    """Return the counts of a facet."""
    (facet,) = index.search(query, limit=1, facets=[field], filters=make_filters(**filters)).facets
    assert facet.field == field
    return dict(facet.counts)


def test_names_come_with_the_most_frequent_first(filled: Index) -> None:
    """All passages found count, not only those of the page; equal counts stand by name."""
    found: Any = filled.search("网格化", limit=1, facets=["source"])
    expected = Counter(hit.source for hit in filled.search("网格化", limit=100) if hit.source)
    assert dict(found.facets[0].counts) == expected
    values = [count for _, count in found.facets[0].counts]
    assert values == sorted(values, reverse=True)
    assert set(expected) == {"澄川发布", "新华社"}


def test_years_and_months_are_of_the_publication(filled: Index) -> None:
    """The latest comes first; a release without a date counts nowhere, one that is gone neither."""
    assert list(counts(filled, "year")) == ["2022", "2021"]
    assert list(counts(filled, "month")) == ["2022-12", "2022-09", "2021-03"]
    hits = filled.search("网格化", limit=100)
    assert counts(filled, "year") == Counter(str(hit.published.year) for hit in hits if hit.published)


def test_a_section_is_its_heading(filled: Index) -> None:
    """Passages before the first heading have none."""
    assert set(counts(filled, "section")) == {"健全网格体系"}


def test_passages_with_a_part_of_the_query_count_too(filled: Index) -> None:
    """The counts are those of the total."""
    results = filled.search("网格化 新的做法", limit=100, facets=["source"])
    assert results.total > results.total_all_terms == 1
    assert dict(results.facets[0].counts) == Counter(hit.source for hit in results if hit.source)


def test_filters_hold_for_facets(filled: Index) -> None:
    """What the filters leave out is not counted."""
    assert list(counts(filled, "source", source=["新华"])) == ["新华社"]


def test_facets_come_in_the_order_asked_for(filled: Index) -> None:
    """Each once; without any there are none."""
    facets = filled.search("网格化", facets=["year", "source", "year"]).facets
    assert [facet.field for facet in facets] == ["year", "source"]
    assert filled.search("网格化").facets == ()


def test_nothing_found_has_empty_facets(filled: Index) -> None:
    """Every facet is there, without values."""
    results = filled.search("量子纠缠", facets=["source", "month", "publisher"])
    assert [facet.counts for facet in results.facets] == [(), (), ()]


def test_an_unknown_facet_is_refused(filled: Index) -> None:
    """The message names those that there are."""
    with pytest.raises(ArgumentError, match="one of source, publisher"):
        filled.search("网格化", facets=["colour"])  # type: ignore[list-item]
