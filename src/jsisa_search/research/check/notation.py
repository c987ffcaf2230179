"""Texts whose numbers may be written in another way: 14 and 十四, 99% and 百分之九十九, 3.6万 and 三点六万.

A quotation that differs from a passage in nothing else has the same value and is no altered one; it has not
the same words either. What a number is, and what its forms are, `query/equivalents.py` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from jsisa_search.analysis import fold
from jsisa_search.query.equivalents import numbers_in
from jsisa_search.research.check.aligning import Edit
from jsisa_search.research.check.lettered import SIGNS, Lettered, cuts_figure, has_same_numbers

# 2.40 is more exact than 2.4: no other way to write it.
_ZERO_AT_END = re.compile(r"\d\.\d*0(?!\d)")
_MEASURES = ("", "年", "个")
# Characters that replace the numbers of a text; no text has them.
_FIRST = 0xF0000


class Notated:
    """The letters of a text, with one character for each number however it is written.

    `starts` are where the letters of each character begin, and behind the last one.
    """

    def __init__(self, text: Lettered, values: dict[str, str]) -> None:
        self.text = text
        units: list[str] = []
        self.starts: list[int] = []
        at = 0
        for span, value in numbers_in(text.folded.text):
            first, last = (text.number_of[edge] for edge in span)
            if first < at or _ZERO_AT_END.search(text.folded.text[slice(*span)]):
                continue
            units += text.letters[at:first]
            self.starts += range(at, first)
            units.append(values.setdefault(value, chr(_FIRST + len(values))))
            self.starts.append(first)
            at = last
        self.units = "".join(units) + text.letters[at:]
        self.starts += range(at, len(text) + 1)


class NotatedQuotation:
    """A quotation, looked for in texts whose numbers may be written in another way."""

    def __init__(self, quoted: Lettered) -> None:
        self._quoted = quoted
        self._values: dict[str, str] = {}

    @cached_property
    def _own(self) -> Notated:
        return Notated(self._quoted, self._values)

    @property
    def has_numbers(self) -> bool:
        """Whether it has numbers that can be written in another way."""
        return any(ord(char) >= _FIRST for char in self._own.units)

    def occurrences(self, text: Lettered) -> Iterator[list[Edit]]:
        """Yield where a text has the quotation, as edits: what differs are numbers of equal value."""
        own = self._own.units
        there = Notated(text, self._values)
        at = there.units.find(own)
        while at >= 0:
            edited = list(_edits(self._own, there, at))
            # Where all letters are equal, marks differ: that is no matter of numbers.
            if not all(edit.is_equal for edit in edited) and _is_same(self._quoted, text, edited):
                yield edited
            at = there.units.find(own, at + 1)


def _edits(own: Notated, there: Notated, at: int) -> Iterator[Edit]:
    """Yield the letters of equal characters, those in a row that are the same as one."""
    waiting: Edit | None = None
    for number in range(len(own.units)):
        quoted = own.starts[number], own.starts[number + 1]
        passage = there.starts[at + number], there.starts[at + number + 1]
        is_equal = own.text.letters[slice(*quoted)] == there.text.letters[slice(*passage)]
        if waiting and waiting.is_equal and is_equal:
            waiting = Edit(True, (waiting.quoted[0], quoted[1]), (waiting.passage[0], passage[1]))
            continue
        if waiting:
            yield waiting
        waiting = Edit(is_equal, quoted, passage)
    if waiting:
        yield waiting


def _is_same(quoted: Lettered, text: Lettered, edited: Sequence[Edit]) -> bool:
    """Return whether equal letters have the same marks in numbers, and no number has another sign or end."""
    if cuts_figure(text.folded.text, *text.folded_range(edited[0].passage[0], edited[-1].passage[1])):
        return False
    for edit in edited:
        (first, last), start = edit.quoted, edit.passage[0]
        if edit.is_equal and not has_same_numbers(quoted, first, text, start, last - first):
            return False
        marks = (quoted.marks_before(first), text.marks_before(start))
        if not edit.is_equal and marks[0].endswith(SIGNS) != marks[1].endswith(SIGNS):
            return False
    return True


def is_same_value(one: str, other: str) -> bool:
    """Return whether two texts are one number in two notations, with a unit perhaps: 十四个 and 14个."""
    if not one or not other or fold(one) == fold(other):
        return False
    values: dict[str, str] = {}
    # 五 and 二〇一二 are numbers before a measure.
    pairs = ([Notated(Lettered(text + unit), values).units for text in (one, other)] for unit in _MEASURES)
    return any(first == second for first, second in pairs)
