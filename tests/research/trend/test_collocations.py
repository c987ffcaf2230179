"""Two words side by side that are a unit."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.research.trend.collocations import find_collocations
from jsisa_search.search.timeline import TextBlock
from tests.properties import examples

pytestmark = pytest.mark.folder_only("the arrays of the engine")

WORDS = {"乡村", "振兴", "国成", "成立", "共和", "和国"}


def collocations(index: Index, words: set[str], most: float = 0.5) -> dict[str, tuple[int, int]]:
    """Return the collocations in all texts of an index, all of them on the first side."""
    with index._snapshots.use() as searcher:
        blocks = []
        for view in searcher.views:
            texts = view.file.texts("text")
            if texts is not None:
                passages = np.stack([np.bincount(texts.rows[:], minlength=len(texts) + 1)[1:]] * 2)
                blocks.append(TextBlock(texts.units, texts.starts, passages, ({}, {})))
        return find_collocations(blocks, words, np.greater_equal, most)


def test_a_string_within_various_neighbours_is_a_unit(index: Index) -> None:
    """乡村振兴 stands beside many characters; 和国成立 always behind 共, so that it is a part."""
    with index.batch() as batch:
        for number, (before, behind) in enumerate(zip("和与对为", "的局事战", strict=True)):
            text = f"{before}乡村振兴{behind}，{before}共和国成立{behind}。"
            batch.add_text(text, id=str(number))
    assert set(collocations(index, WORDS)) == {"乡村振兴"}


def test_marks_and_ends_of_texts_are_no_neighbours(index: Index) -> None:
    """A clause of its own is a unit, however often the same mark is beside it."""
    for number in range(4):
        index.add_text(f"乡村振兴，第{number}件事。乡村振兴", id=str(number))
    assert collocations(index, WORDS)["乡村振兴"] == (8, 8)


@pytest.mark.slow
@examples(0.5)
@given(st.lists(st.text("乡村振兴国，a", min_size=1, max_size=12), min_size=1, max_size=6))
def test_occurrences_are_those_of_a_scan(tmp_path_factory: Any, texts: list[str]) -> None:
    """For any texts, each string of two words is counted wherever it occurs, overlaps too."""
    words = {"乡村", "振兴", "村振", "国国"}
    with Index.create(tmp_path_factory.mktemp("pairs") / "index") as index:
        index.add_text("。".join(dict.fromkeys(texts)), id="all", title="题")
        (release,) = index.releases()
        expected: Counter[str] = Counter()
        for paragraph in index.release(release.id).paragraphs:
            for at in range(len(paragraph.text) - 3):
                string = paragraph.text[at : at + 4]
                if string[:2] in words and string[2:] in words:
                    expected[string] += 1
        found = collocations(index, words, most=1.0)
        assert {text: count for text, (count, _) in found.items()} == dict(expected)
