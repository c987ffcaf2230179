from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.web.pages.marking import Query, _parted, mark_together


def test_a_word_is_marked_alike_in_texts_that_belong_together(index: Index) -> None:
    """Where one text of a group has the word, its parts are no matches in the others; groups are apart."""
    groups = [["健全网格体系", "推进网格化管理"], ["健全网格体系"]]
    together, alone = mark_together(index, Query("网格化"), groups)
    assert together == [(), ((2, 5, 0),)]
    assert alone == [((2, 4, 0),)]


@given(st.lists(st.text(alphabet="网a", max_size=4), max_size=6), st.data())
def test_marks_are_those_of_the_joined_text(texts: list[str], data: st.DataObject) -> None:
    """Each marked character of the joined text is marked in its own text, with the same word."""
    joined = "\n".join(texts)
    edges = sorted(set(data.draw(st.lists(st.integers(0, len(joined)), max_size=8))))
    marks = [(start, end, start % 3) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    expected = {at: word for start, end, word in marks for at in range(start, end) if joined[at] != "\n"}
    found: dict[int, int] = {}
    offset = 0
    for text, own in zip(texts, _parted(texts, marks), strict=True):
        assert all(0 <= start < end <= len(text) for start, end, _ in own)
        found |= {offset + at: word for start, end, word in own for at in range(start, end)}
        offset += len(text) + 1
    assert found == expected
