"""Sorted by date, a phrase as typed comes before its words apart, which tells who said it first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index

WritePage = Callable[..., Path]


@pytest.fixture
def filled(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index in which the words of a phrase are apart first, and the phrase comes later."""
    write_page("apart.txt", "整体推进与精准到户结合，推进扶贫开发。", title="会议", published="2012-09-29")
    write_page("first.txt", "要实施精准扶贫，确保如期脱贫。", title="要点", published="2014-03-05")
    write_page("later.txt", "精准扶贫取得进展。", title="进展", published="2016-01-04")
    write_page("undated.txt", "精准扶贫工作总结。", title="总结")
    index.update([folder])
    return index


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("oldest", ["first", "later", "undated", "apart"]),
        ("newest", ["later", "first", "undated", "apart"]),
    ],
)
def test_the_phrase_as_typed_comes_first(filled: Index, sort: str, names: list[str]) -> None:
    """The passage with the words apart is older than all, and comes last; it is counted."""
    results = filled.search("精准扶贫", sort=sort)  # type: ignore[arg-type]
    assert [Path(hit.path).stem for hit in results] == names
    assert (results.total_all_terms, results.scattered) == (4, 1)


def test_where_no_passage_has_the_phrase_the_order_is_that_of_the_dates(filled: Index) -> None:
    """Words apart are all there is, and nothing is put behind."""
    results = filled.search("扶贫精准", sort="newest")
    assert [Path(hit.path).stem for hit in results][-1] == "undated"
    assert results.scattered == results.total_all_terms


def test_by_relevance_nothing_is_counted_apart(filled: Index) -> None:
    """There the order says it."""
    assert filled.search("精准扶贫").scattered == 0
