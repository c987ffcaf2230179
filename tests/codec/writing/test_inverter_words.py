"""Cutting many texts at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import default_segmenter, fold, is_counted, is_indexed
from jsisa_search.codec.writing.inverter import END, segment_together

_texts = st.text(
    st.sampled_from("网格化治理江苏5g.a-% \n\r\u3000，。\x1e\x1f\x00") | st.characters(codec="utf-8"),
    max_size=20,
)


@given(st.lists(_texts, max_size=5))
def test_texts_segmented_together_are_segmented_as_each_alone(texts: list[str]) -> None:
    """No word crosses from one text into the next, and no text changes the words of its neighbours."""
    folded = [fold(text) for text in texts]
    assert not any(END in text for text in folded)
    words = segment_together(default_segmenter(), folded)
    expected = [default_segmenter().cut(text) for text in folded]
    assert words == [word for text in expected for word in [*text, END]]


def test_the_mark_between_texts_is_neither_found_nor_counted() -> None:
    """A text that has the mark in it loses nothing by having another in its place."""
    assert not is_indexed(END)
    assert not is_counted(END)
    assert not is_counted("\x1f")
