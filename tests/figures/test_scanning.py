"""Finding patterns and words without trying all of them at every character, beside the plain way."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures import numbers, periods
from jsisa_search.figures.numbers import find_numbers
from jsisa_search.figures.periods import Calendar, find_periods
from jsisa_search.figures.scanning import matches_from, sizes_by_first, sizes_by_last
from jsisa_search.figures.units import units
from tests.properties import examples

# What numbers and periods are made of, and what comes near them.
PIECES = (
    *"12一二十百千万亿零多余几点.之第前成倍个百分%元年月日号上下半季度今去全目至到-、, 底末起来这近过",
    *"“”五期间同昨明本当",
    *("一个", "一成", "二 倍", "十人", "百分之九十九", "1万1千名", "2012年", "今年以来", "上半年"),
    *("前三季度", "“十三五”时期", "近五年来", "截至目前", "现在", "如今", "昨日", "本月", "上周", "期末"),
    *("同期", "年底", "3日起"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@examples(10)
@given(TEXTS)
def test_numbers_and_periods_are_those_of_their_patterns(text: str) -> None:
    """Where a pattern is tried loses nothing that trying it at every character finds."""
    calendar = Calendar(date(2022, 9, 6))
    found = list(find_numbers(text)), find_periods(text, calendar)
    with pytest.MonkeyPatch.context() as patch:
        for module in (numbers, periods):
            patch.setattr(module, "matches_from", lambda _, pattern, text: pattern.finditer(text))
        assert found == (list(find_numbers(text)), find_periods(text, calendar))


def test_matches_do_not_overlap() -> None:
    """A match does not begin within the one before, as with `re.finditer`."""
    found = matches_from(re.compile("[12]"), re.compile("1[23]+|2"), "1232 2")
    assert [match.span() for match in found] == [(0, 4), (5, 6)]


@given(st.lists(st.text("abc", min_size=1, max_size=3)), st.text("abc", min_size=1, max_size=5))
def test_words_at_a_place_are_found_by_their_sizes(words: list[str], text: str) -> None:
    """Of the sizes by the first or the last character, those of the words that the text has are found."""
    first = [text[:size] for size in sizes_by_first(words).get(text[0], ()) if text[:size] in words]
    assert set(first) == {word for word in words if text.startswith(word)}
    last = [text[-size:] for size in sizes_by_last(words).get(text[-1], ()) if text[-size:] in words]
    assert set(last) == {word for word in words if text.endswith(word)}


@given(st.lists(st.sampled_from((*units().by_form, *"元米千/次")), max_size=3).map("".join))
def test_the_unit_at_a_place_is_the_longest_form_there(text: str) -> None:
    """Looking up the lengths by the first character finds what comparing all forms finds."""
    longest = max((form for form in units().by_form if text.startswith(form)), key=len, default=None)
    found = units().at(text, 0)
    assert found == ((units().by_form[longest], len(longest)) if longest else None)
