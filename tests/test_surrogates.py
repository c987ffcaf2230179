"""Lone surrogates in strings from files, names and arguments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.page.lines import clean_text
from jsisa_search.surrogates import is_unicode, without_surrogates

MIXED = st.text(st.sampled_from("网a\ud83d\ude00\udcff\ud800"))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("网格", "网格"),
        ("\ud83d\ude00", "😀"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\udc00\ud83d\ude00", "\ufffd😀"),
        ("网\udcff", "网\ufffd"),
    ],
)
def test_pairs_are_joined_and_the_rest_is_replaced(text: str, clean: str) -> None:
    """Two halves of a character become that character, each other surrogate U+FFFD; pages do the same."""
    assert without_surrogates(text) == clean
    assert clean_text(text) == clean


@given(MIXED)
def test_the_result_can_be_encoded(text: str) -> None:
    """What is left is valid Unicode, and cleaning it again changes nothing."""
    clean = without_surrogates(text)
    assert is_unicode(clean)
    assert clean.encode("utf-8").decode("utf-8") == without_surrogates(clean) == clean
    assert is_unicode(text) == (clean == text)
