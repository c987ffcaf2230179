from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.analysis.marks import ENCLOSING, quotation_of

CHARS = st.sampled_from("住的不是5.a，、。 “”《》-%\n")


def is_mark(char: str) -> bool:
    """Return whether a character is punctuation or a blank, and no part of a number or name."""
    return (unicodedata.category(char)[0] in "PZ" and char not in "%#&@") or char == "\n"


def may_be_between(before: str, typed: str, found: str, behind: str) -> bool:
    """Return whether a text may have `found` between two letters where the quotation has `typed`."""
    if (before + behind).isascii() and (before + behind).isalnum():
        return found == typed if not typed or typed in set(".,:-/'") else bool(found)
    return bool(typed) or all(mark in ENCLOSING for mark in found)


def slow_spans(text: str, quotation: str) -> list[tuple[int, int]]:
    """Return where a text has the letters of a quotation with marks between that may be there."""
    places = [at for at, char in enumerate(quotation) if not is_mark(char)]
    inside = [at for at, char in enumerate(text) if not is_mark(char)]
    spans: list[tuple[int, int]] = []
    for first in range(len(inside) - len(places) + 1):
        chosen = inside[first : first + len(places)]
        pairs = list(zip(places, chosen, strict=True))
        is_same = all(quotation[typed] == text[at] for typed, at in pairs) and all(
            may_be_between(text[at], quotation[typed + 1 : next_typed], text[at + 1 : next_at], text[next_at])
            for (typed, at), (next_typed, next_at) in pairwise(pairs)
        )
        letters = "".join(quotation[at] for at in places)
        start, end = chosen[0], chosen[-1] + 1
        # The neighbours of the letters decide whether they are whole, as if no mark were between them.
        lifted = text[:start] + letters + text[end:]
        is_whole = (start, start + len(letters)) in overlapping(lifted, letters)
        if is_same and is_whole and (not spans or start >= spans[-1][1]):
            spans.append((start, end))
    return spans


def overlapping(text: str, piece: str) -> set[tuple[int, int]]:
    """Return all places where a piece is whole, overlapping ones among them."""
    found: set[tuple[int, int]] = set()
    for cut in range(len(text)):
        head = text[max(cut - 3, 0) : cut]
        shift = cut - len(head)
        found |= {
            (start + shift, end + shift)
            for start, end in whole_spans(text[shift:], piece)
            if start + shift == cut
        }
    return found


@pytest.mark.parametrize(
    "text",
    [
        "房子是用来住的、不是用来炒的",
        "房子是用来住的，不是用来炒的",
        "房子是用来住的 不是用来炒的",
        "房子是用来住的。\n不是用来炒的",
        "房子是用来住的不是用来炒的",
        "“房子是用来住的”，“不是用来炒的”",
        "《房子》是用来住的、不是用来炒的。",
    ],
)
def test_punctuation_of_a_quotation_may_be_another(text: str) -> None:
    """Where the quotation has a mark the text has any or none, elsewhere only marks that enclose words."""
    quotation = quotation_of(fold("房子是用来住的，不是用来炒的"))
    assert quotation
    assert list(quotation.spans(fold(text)))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("房子是用来住的", "房子，是用来住的"),
        ("增长2.4个百分点", "增长24个百分点"),
        ("增长2.4个百分点", "增长2,4个百分点"),
        ("12 34 56 号", "123456号"),
        ("covid-19疫情", "covid19疫情"),
        ("有6.9亿元收入", "有3“6.9”亿元收入"),
    ],
)
def test_a_mark_that_separates_is_not_passed_over(typed: str, text: str) -> None:
    """A clause does not end inside a quotation, and numbers and names keep their marks."""
    quotation = quotation_of(fold(typed))
    assert quotation
    assert not list(quotation.spans(fold(text)))


@pytest.mark.parametrize("typed", ["三体", "“三体”", "，", "", "好。", "甲、乙", "2012", "open"])
def test_what_is_short_or_one_word_is_only_found_as_it_is(typed: str) -> None:
    """Less than four letters, or Latin ones without a mark, have no other form."""
    assert quotation_of(fold(typed)) is None


@given(text=st.text(CHARS, max_size=24), typed=st.text(CHARS, min_size=4, max_size=9))
def test_spans_are_those_of_a_slow_scan(text: str, typed: str) -> None:
    """Whatever marks, blanks and numbers there are."""
    text, typed = fold(text), fold(typed)
    quotation = quotation_of(typed)
    if quotation is not None:
        assert list(quotation.spans(text)) == slow_spans(text, typed)
        assert list(quotation.spans(typed))


def test_a_long_run_of_marks_takes_linear_time() -> None:
    """A hostile text of marks, and one of beginnings, is passed over once for each beginning."""
    quotation = quotation_of(fold("房子，是用来，住的，不是，炒的"))
    assert quotation
    assert not list(quotation.spans("房子" + "，" * 200_000 + "是用来" + "。" * 200_000))
