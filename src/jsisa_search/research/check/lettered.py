"""A text as its letters: everything but punctuation and blanks, each with its place in the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from jsisa_search.analysis import FoldedText
from jsisa_search.analysis.boundaries import DIGITS, SCALES, ends_of
from jsisa_search.analysis.bulk_folding import as_text, code_points
from jsisa_search.analysis.marks import mark_table
from jsisa_search.figures.numbers import find_numbers
from jsisa_search.figures.year_parts import MONTHS, SEASONS
from jsisa_search.model import Range

_WESTERN = frozenset("0123456789")
#: Western and Chinese digits, and the numerals that multiply them.
NUMERALS = _WESTERN | frozenset(DIGITS + SCALES)
# Marks that are part of a number; of others, one says the same as another.
_IN_NUMBERS = frozenset(".:-/~'·")
# Characters on either side of a place in which a figure that it is in begins and ends.
_REACH = 24
# Of these units the number says as much as both: 12 and 12名.
_COUNTED = frozenset({"count", "time", "rank"})
_CHINESE = "".join(sorted(NUMERALS - _WESTERN))
# What has a number and says another thing without its beginning or end: 上半年, 1-3月, -5°c, 三分之一.
_TOKENS = re.compile(rf"{SEASONS}|{MONTHS}|\d(?:[%‰]|°c?)|[{_CHINESE}]+分之[{_CHINESE}]+")
SIGNS = ("-", "~", "±", "<", ">")
# Quotation marks within a quotation and titles within a title have other forms than by themselves.
_INNER = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "『": "'", "』": "'"})
_ALIKE = str.maketrans({"'": '"', "〈": "《", "〉": "》"})


class Lettered:
    """A text with its folded letters: `places` (int64) are their offsets in the folded text."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.folded = FoldedText.of(original)
        points = code_points(self.folded.text)
        table = mark_table()
        is_mark = (points < len(table)) & (table.take(points, mode="clip") != 0)
        self.places = (~is_mark).nonzero()[0]
        self.letters = as_text(points[self.places])

    def __len__(self) -> int:
        return len(self.letters)

    @cached_property
    def number_of(self) -> list[int]:
        """How many letters begin before each character of the folded text; one more for its end."""
        found = np.zeros(len(self.folded.text) + 1, np.int64)
        found[self.places + 1] = 1
        numbers: list[int] = found.cumsum().tolist()
        return numbers

    def folded_range(self, first: int, last: int) -> Range:
        """Return where the letters `[first, last)`, at least one, are in the folded text."""
        return int(self.places[first]), int(self.places[last - 1]) + 1

    def original_range(self, first: int, last: int) -> Range:
        """Return where the letters `[first, last)` are in the original; of none, the place before `first`."""
        if first < last:
            return self.folded.original_range(*self.folded_range(first, last))
        if not len(self):
            return 0, 0
        at = (
            self.original_range(first, first + 1)[0]
            if first < len(self)
            else self.original_range(0, first)[1]
        )
        return at, at

    @cached_property
    def outer_marks(self) -> tuple[str, str]:
        """The marks before the first letter and behind the last one, as `typeset` gives them."""
        first, last = self.original_range(0, len(self))
        return typeset(self.original[:first].lstrip()), typeset(self.original[last:].rstrip())

    def marks_before(self, number: int) -> str:
        """Return the folded marks before letter `number`, or behind the last one."""
        start = int(self.places[number - 1]) + 1 if number else 0
        return self.folded.text[start : int(self.places[number]) if number < len(self) else None]


def typeset(text: str) -> str:
    """Return a text with one form for the quotation marks of both levels."""
    return text.translate(_INNER).translate(_ALIKE)


def has_same_numbers(one: Lettered, at: int, other: Lettered, there: int, length: int) -> bool:
    """Return whether `length` equal letters, from `at` and from `there`, have the same marks in numbers.

    2.4 is not 24, and -5 not 5; a list may have one mark for another: 1、3、5 and 1,3,5.
    """
    return all(
        not changes_number(one, at + step, other, there + step, is_first=not step) for step in range(length)
    )


def changes_number(one: Lettered, at: int, other: Lettered, there: int, *, is_first: bool = False) -> bool:
    """Return whether the marks before two equal letters make different numbers of them."""
    letter = one.letters[at]
    if letter not in NUMERALS:
        return False
    if not is_first and one.letters[at - 1] in NUMERALS and _is_raised(one, at) != _is_raised(other, there):
        return True  # 10² and 102
    marks, others = one.marks_before(at), other.marks_before(there)
    if marks == others:
        return False
    if letter in _WESTERN and marks.endswith(SIGNS) != others.endswith(SIGNS) and "--" not in (marks, others):
        # What a quotation leaves out before its first letter is no sign, unless the number has one.
        return True
    if is_first or one.letters[at - 1] not in NUMERALS:
        return False
    return not (marks and others and _IN_NUMBERS.isdisjoint(marks + others))


def _is_raised(text: Lettered, at: int) -> bool:
    """Return whether a Western digit was one of another form: ² or ①, but not the full-width ２."""
    start, end = text.original_range(at, at + 1)
    return text.letters[at] in _WESTERN and not text.original[start:end].isdecimal()


def occurrences(quoted: Lettered, text: Lettered) -> Iterator[int]:
    """Yield where a text has the letters of a quotation, whole and with the same numbers."""
    at = text.letters.find(quoted.letters)
    while at >= 0:
        last = at + len(quoted)
        if is_whole(quoted.letters, text, at, last) and has_same_numbers(quoted, 0, text, at, len(quoted)):
            yield at
        at = text.letters.find(quoted.letters, at + 1)


def is_whole(letters: str, text: Lettered, first: int, last: int) -> bool:
    """Return whether an occurrence of `letters` does not begin or end inside a number or Latin word."""
    ends = ends_of(letters)
    start, end = text.folded_range(first, last)
    is_one = ends is None or ends.is_whole_at(text.folded.text, start, end)
    return is_one and not cuts_figure(text.folded.text, start, end)


def cuts_figure(folded: str, start: int, end: int) -> bool:
    """Return whether a range begins or ends within a figure or a part of a year, so that it says another one.

    So do 15.89 of 15.89亿元, 3.6 of 3.6% and 5个月 of 前5个月, but neither 12 of 12名 nor 三季度 of 第三季度.
    """
    return _cuts_end(folded, end) or _cuts_start(folded, start)


def _cuts_end(folded: str, end: int) -> bool:
    window, at = _around(folded, end)
    if NUMERALS.isdisjoint(window):
        return False
    if NUMERALS.issuperset(window[at - 1 : at + 1]) and at < len(window):
        return True
    for number in find_numbers(window):
        if number.start < at < number.end:
            is_counted = number.unit.kind in _COUNTED and window[at] not in SCALES
            return not is_counted
    return any(each.start() < at < each.end() for each in _TOKENS.finditer(window))


def _cuts_start(folded: str, start: int) -> bool:
    window, at = _around(folded, start)
    if NUMERALS.isdisjoint(window):
        return False
    if any(number.start < at < number.end for number in find_numbers(window)):
        return window[at] in NUMERALS
    found = (each for each in _TOKENS.finditer(window) if each.start() < at < each.end())
    return any(window[each.start() : at] != "第" for each in found)


def _around(folded: str, at: int) -> tuple[str, int]:
    """Return some characters around a place, and where it is in them."""
    first = max(at - _REACH, 0)
    return folded[first : at + _REACH], at - first
