"""A text as its letters: everything but punctuation and blanks, each with its place in the original."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from jsisa_search.analysis import FoldedText
from jsisa_search.analysis.boundaries import DIGITS, SCALES, ends_of
from jsisa_search.analysis.bulk_folding import as_text, code_points
from jsisa_search.analysis.marks import mark_table
from jsisa_search.model import Range

_WESTERN = frozenset("0123456789")
#: Western and Chinese digits, and the numerals that multiply them.
NUMERALS = _WESTERN | frozenset(DIGITS + SCALES)
# Marks that are part of a number; of others, one says the same as another.
_IN_NUMBERS = frozenset(".:-/~'·")
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
    marks, others = one.marks_before(at), other.marks_before(there)
    if marks == others:
        return False
    if letter in _WESTERN and marks.endswith(SIGNS) != others.endswith(SIGNS) and "--" not in (marks, others):
        # What a quotation leaves out before its first letter is no sign, unless the number has one.
        return True
    if is_first or one.letters[at - 1] not in NUMERALS:
        return False
    return not (marks and others and _IN_NUMBERS.isdisjoint(marks + others))


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
    return ends is None or ends.is_whole_at(text.folded.text, *text.folded_range(first, last))
