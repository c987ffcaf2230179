"""着 and 著, 了 and 瞭: one character in some words and two in others, found either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index

WritePage = Callable[..., Path]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("各地著眼長遠推進治理。", "着眼长远"),
        ("各地着眼长远推进治理。", "著眼長遠"),
        ("記者瞭解到有關情況。", "了解到有关"),
        ("成效显着，群众满意。", "成效显著"),
    ],
)
def test_a_word_is_found_however_it_is_spelt(
    index: Index, folder: Path, write_page: WritePage, written: str, typed: str
) -> None:
    """The whole word is found as such and highlighted; in quotation marks it is as typed."""
    write_page("a.txt", written, title="简讯")
    index.update([folder])
    results = index.search(typed)
    assert (results.total_all_terms, results.occurrences) == (1, 1)
    start, end = results.hits[0].highlights[0]
    assert end - start == len(typed)
    assert results.reading == index.search(typed, synonyms=False).reading


def test_the_reading_names_no_brackets(index: Index, folder: Path, write_page: WritePage) -> None:
    """The query is described as it was typed."""
    write_page("a.txt", "各地着眼长远。", title="简讯")
    index.update([folder])
    assert index.search("着眼长远 -取得了").reading == "着眼长远 WITHOUT 取得了"


def test_quotations_are_as_typed(index: Index, folder: Path, write_page: WritePage) -> None:
    """A quotation does not match the other spelling."""
    write_page("a.txt", "成效显着，群众满意。", title="简讯")
    index.update([folder])
    assert index.search("“成效显著”").total == 0
