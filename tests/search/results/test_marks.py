from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.query import parse_query
from jsisa_search.search.results.marks import find_marks
from tests.cluster.engines import beside

TEXT = "全市推进网格化管理，群众满意率达97.42%，網格化见效。"


def _marked(index: Index, query: str, text: str = TEXT) -> list[tuple[str, int]]:
    (marks,) = index.mark(query, [text])
    return [(text[start:end], word) for start, end, word in marks]


def test_each_word_of_a_query_has_its_own_number(index: Index) -> None:
    """Matches are numbered in the order of the query, in either form of characters."""
    assert _marked(index, "满意率 网格化") == [("网格化", 1), ("满意率", 0), ("網格化", 1)]


def test_the_earlier_word_wins_where_words_overlap(index: Index) -> None:
    """A character belongs to one word only, so that marks never overlap."""
    assert _marked(index, "网格化 化管理") == [("网格化", 0), ("管理", 1), ("網格化", 0)]


def test_a_synonym_has_the_number_of_its_word(index: Index, tmp_path: Path) -> None:
    """What a synonym finds has the colour of the word that was typed."""
    (beside(index) / "synonyms.txt").write_text("满意度 = 满意率\n", encoding="utf-8")
    assert _marked(index, "网格化 满意度")[1] == ("满意率", 1)
    (marks,) = index.mark("网格化 满意度", [TEXT], synonyms=False)
    assert {word for _, _, word in marks} >= {0}


def test_a_query_of_many_words_shares_the_last_number(index: Index) -> None:
    """The number of passes over a text is bounded, whatever was pasted."""
    (marks,) = index.mark(" ".join(TEXT), [TEXT])
    assert max(word for _, _, word in marks) == 7


def test_marks_and_passages_correspond(index: Index, write_page: Callable[..., Path]) -> None:
    """One tuple of marks comes for each passage; a blank query marks nothing."""
    assert index.mark("网格", ["网格", "", "没有"]) == (((0, 2, 0),), (), ())
    assert index.mark(" ", ["网格"]) == ((),)


@given(
    st.text(alphabet="网格化 管理a”“()-", max_size=12), st.text(alphabet="网格化 管理a\u0301", max_size=30)
)
def test_marks_lie_inside_the_text_and_apart(query: str, text: str) -> None:
    """Whatever is asked of whatever text, marks are in order, not empty, and do not overlap."""
    (marks,) = find_marks([text], parse_query(query))
    edges = [edge for start, end, _ in marks for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end, _ in marks)
