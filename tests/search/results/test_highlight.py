from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.query import parse_query
from jsisa_search.search.results.snippet import find_highlights, merge_ranges


def marked(text: str, typed: str) -> list[str]:
    """Return the highlighted parts of `text` for the query `typed`."""
    return [text[start:end] for start, end in find_highlights(text, parse_query(typed))]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("推进网格化治理", "网格化", ["网格化"]),
        ("推进網格化治理", "网格化", ["網格化"]),
        ("满意率达９７％。", "97%", ["９７％"]),
        ("网格在网格化中", "网格", ["网格", "网格"]),
        ("马克思主义", "马克思", ["马克思"]),
        ("群众的安全感", "群众安全感", ["群众", "安全感"]),
        ("以网格为基础", "网格化", ["网格"]),
        ("平安建设", "平安 建设", ["平安建设"]),
        ("社会治理", "营商环境", []),
    ],
)
def test_marks_what_the_query_asks_for(text: str, typed: str, expected: list[str]) -> None:
    """A piece is marked literally, else by its words, else by the words inside; touching marks are one."""
    assert marked(text, typed) == expected


def test_a_piece_that_stands_literally_marks_nothing_else() -> None:
    """Where 群众安全感 stands, a 群众 elsewhere is not marked."""
    assert marked("群众对群众安全感的评价", "群众安全感") == ["群众安全感"]


def test_an_accent_is_not_cut_off_its_letter() -> None:
    """A mark never splits a character from what combines with it."""
    assert marked("cafe\u0301社区", "cafe") == ["cafe\u0301"]


def test_a_joined_emoji_is_marked_as_a_whole() -> None:
    """Characters joined by a zero-width joiner stay together."""
    assert marked("甲\u200d乙", "甲") == ["甲\u200d乙"]


def test_ranges_that_overlap_or_touch_are_merged() -> None:
    """What comes out is in order and apart."""
    assert merge_ranges([(5, 7), (0, 2), (2, 3), (6, 9)]) == ((0, 3), (5, 9))


ALPHABET = st.sampled_from("网格化治理群众安全感的，。 aＢ9%\u0301")


@given(st.text(ALPHABET, max_size=60), st.text(ALPHABET, max_size=8))
def test_highlights_lie_in_the_text_apart_and_hold_query_terms(text: str, typed: str) -> None:
    """Ranges are ordered, do not touch, and each begins with a piece, a word or a part of the query."""
    query = parse_query(typed)
    terms = {t for piece in query.pieces for t in (piece.text, *piece.words, *piece.parts)}
    last = -1
    for start, end in find_highlights(text, query):
        assert last < start < end <= len(text)
        last = end
        assert any(term in fold(text[start:end]) for term in terms)
