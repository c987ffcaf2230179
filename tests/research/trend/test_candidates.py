"""Candidates for set phrases; reading every text character by character is the oracle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.research.trend.candidates import CandidateRules, find_candidates
from jsisa_search.search.timeline import TextBlock
from tests.properties import examples

pytestmark = pytest.mark.folder_only("the arrays of the engine")

SINCE = datetime(2022, 1, 1)
# Either pair of marks may be within the other.
QUOTED = (re.compile("“([^“”]*)”"), re.compile("「([^「」]*)」"))
WORD = re.compile("[㐀-鿿0-9a-z·+]+")
HAN = re.compile("[㐀-鿿]+")


def rules(sizes: tuple[int, int], least: int = 1) -> CandidateRules:
    """Return rules by which nothing is left out but by its length."""
    return CandidateRules((2, 12), (4, 10), least, 0.0, 1.0, frozenset(), sizes)


def counted(texts: list[tuple[str, int]], pattern: re.Pattern[str], size: tuple[int, int]) -> Counter[Any]:
    """Return how many of the texts of either side have each string of a pattern, once for each occurrence."""
    found: Counter[Any] = Counter()
    for text, side in texts:
        for match in pattern.finditer(text):
            if size[0] <= len(match[1]) <= size[1] and WORD.fullmatch(match[1]):
                found[match[1], side] += 1
    return found


def of_both_sides(found: Counter[Any]) -> dict[str, tuple[int, int]]:
    """Return the counts of each string on either side."""
    return {string: (found[string, 0], found[string, 1]) for string, _ in found}


def blocks_of(index: Index) -> tuple[list[TextBlock], tuple[int, int]]:
    """Return all texts of an index, and how many passages are of before the day and since."""
    with index._snapshots.use() as searcher:
        timeline = searcher.timeline(None, None)
        return list(timeline.blocks(SINCE)), timeline.sides(SINCE).passages


def texts_of(index: Index) -> Iterator[tuple[str, int]]:
    """Yield each passage of an index with its side."""
    for release in index.releases():
        for section in index.release(release.id).sections:
            for paragraph in section.paragraphs:
                yield paragraph.text, int(release.published is not None and release.published >= SINCE)


TEXT = st.text("乡村振兴治理“”「」，a1·", min_size=1, max_size=24)


@pytest.mark.slow
@examples(0.5)
@given(st.lists(st.tuples(TEXT, st.booleans()), min_size=1, max_size=8))
def test_candidates_are_those_of_reading_every_text(
    tmp_path_factory: Any, texts: list[tuple[str, bool]]
) -> None:
    """Quotations and clauses of any texts, in several segments, have the counts of a plain scan."""
    with Index.create(tmp_path_factory.mktemp("candidates") / "index") as index:
        for number, (text, is_late) in enumerate(texts):
            index.add_text(f"头{text}尾", id=str(number), title="题", published=f"202{1 + is_late}-01-01")
        blocks, sizes = blocks_of(index)
        found = find_candidates(blocks, rules(sizes))
        read = list(texts_of(index))
    quoted = sum((counted(read, pattern, (2, 12)) for pattern in QUOTED), Counter[Any]())
    clauses: Counter[Any] = Counter()
    for text, side in read:
        words = (match[0] for match in WORD.finditer(text))
        clauses.update((word, side) for word in words if HAN.fullmatch(word) and 4 <= len(word) <= 10)
    assert found["quotation"] == of_both_sides(quoted)
    assert found["clause"] == of_both_sides(clauses)


def test_a_quotation_does_not_go_on_in_the_next_text(index: Index) -> None:
    """A mark that nothing closes quotes nothing, even where the next text begins with a closing one."""
    for number, text in enumerate(("他们说「推进", "治理」的话", "要「网格治理」")):
        index.add_text(text, id=str(number), title="题", published="2022-01-01")
    blocks, sizes = blocks_of(index)
    assert find_candidates(blocks, rules(sizes))["quotation"] == {"网格治理": (0, 1)}


def test_a_clause_is_bounded_by_marks_and_by_the_ends_of_its_text(index: Index) -> None:
    """A letter or digit beside Chinese characters belongs to the clause, but not one of the next text."""
    for number, text in enumerate(("推进网格治理", "5个街道，推进网格治理2次", "推进网格治理。A")):
        index.add_text(text, id=str(number), title="题", published="2022-01-01")
    blocks, sizes = blocks_of(index)
    assert find_candidates(blocks, rules(sizes))["clause"] == {"推进网格治理": (0, 2)}


def test_words_of_four_characters_have_their_passages_on_either_side(index: Index) -> None:
    """A word of the dictionary, and two words side by side, are counted on the side of their passages."""
    for number in range(4):
        text = "坚持实事求是，乡村振兴有成效。"
        index.add_text(text, id=str(number), title="题", published=f"202{1 + (number > 0)}-01-01")
    blocks, sizes = blocks_of(index)
    found = find_candidates(blocks, rules(sizes, least=3))["four characters"]
    assert (found["实事求是"], found["乡村振兴"]) == ((1, 3), (1, 3))
