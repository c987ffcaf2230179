"""Whether an occurrence of a string is whole: no number or Latin word goes on beyond its ends.

`6.9亿元` in 36.9亿元 is inside a longer number, and so are `2.4万` in 2.4万亿, `九年` in 十九年 and `5g` in
15g; `app` in happy is inside a longer word. Only like continues like: the numbers of 5g, 5.2% and pm2.5 are
whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.package_data import load_toml

Array = NDArray[Any]

#: Chinese digits, and the numerals that multiply them.
DIGITS = "〇零一二三四五六七八九"
SCALES = "十百千万亿"

# Classes of characters, as bits.
_WESTERN, _LETTER, _DIGIT, _SCALE, _POINT, _CHINESE_POINT = 1, 2, 4, 8, 16, 32
_NUMERAL = _DIGIT | _SCALE

#: Latin, Greek, Cyrillic and Armenian, the scripts with spaces between words, end before this character.
_END_OF_LETTERS = 0x590


@cache
def _class_by_char() -> dict[str, int]:
    """Return the classes of the characters that have one."""
    kinds = {
        "0123456789": _WESTERN,
        "".join(char for char in map(chr, range(_END_OF_LETTERS)) if char.isalpha()): _LETTER,
        DIGITS: _DIGIT,
        SCALES: _SCALE,
        ".": _POINT,
        "点": _CHINESE_POINT,
    }
    return {char: kind for chars, kind in kinds.items() for char in chars}


@cache
def _classes() -> Array:
    """Return the class of each 16-bit character (uint8), 0 for most."""
    table = np.zeros(1 << 16, np.uint8)
    table[[ord(char) for char in _class_by_char()]] = list(_class_by_char().values())
    return table


@cache
def measures() -> tuple[str, ...]:
    """Return the words that make a single Chinese numeral before them a number: 九年, 三人."""
    return tuple(load_toml("jsisa_search.analysis", "numbers")["measures"])


@dataclass(frozen=True, slots=True)
class Ends:
    """What could continue a string at its ends.

    `first` and `last` are the classes of the first and last character, 0 where nothing continues the
    string; `second` and `before` those of their neighbours in it.
    """

    first: int
    second: int
    before: int
    last: int

    def is_whole(self, units: Array, starts: Array, ends: Array, low: Array, high: Array) -> Array:
        """Return whether occurrences are whole (bool).

        An occurrence is what `units` (uint16, folded texts) have from `starts` to `ends`; its text is from
        `low` to `high` (int64 each).
        """
        is_inside = np.zeros(len(starts), np.bool_)
        if self.first:
            is_inside |= _go_on(self.first, self.second, units, starts - 1, -1, low, high)
        if self.last:
            is_inside |= _go_on(self.last, self.before, units, ends, 1, low, high)
            if self.last == _SCALE:
                is_inside |= _is(_classes_at(units, ends, low, high), _WESTERN)  # 3万 in 3万5千
        return ~is_inside

    def is_whole_at(self, folded: str, start: int, end: int) -> bool:
        """Return whether one occurrence in a folded text is whole."""
        kinds = _class_by_char()
        if self.first:
            one, two = (kinds.get(folded[at : at + 1] if at >= 0 else "", 0) for at in (start - 1, start - 2))
            if _goes_on(self.first, self.second, one, two):
                return False
        if self.last:
            one, two = (kinds.get(folded[at : at + 1], 0) for at in (end, end + 1))
            if _goes_on(self.last, self.before, one, two) or (self.last == _SCALE and _is(one, _WESTERN)):
                return False
        return True


def _go_on(own: int, inner: int, units: Array, at: Array, step: int, low: Array, high: Array) -> Array:
    """Return which strings go on at some places beyond their ends (bool); `step` leads away from them."""
    one = _classes_at(units, at, low, high)
    go_on: Array = _goes_on(own, inner, one, 0)
    # The character after the next one matters rarely.
    rest = (~go_on & _is(one, _POINT | _CHINESE_POINT | _DIGIT)).nonzero()[0]
    if len(rest):
        two = _classes_at(units, at[rest] + step, low[rest], high[rest])
        go_on[rest] = _goes_on(own, inner, one[rest], two)
    return go_on


def _classes_at(units: Array, at: Array, low: Array, high: Array) -> Array:
    """Return the classes of the characters at some places (uint8), 0 outside the text."""
    found: Array = _classes().take(units.take(at, mode="clip"))
    found[(at < low) | (at >= high)] = 0
    return found


def _goes_on(own: int, inner: int, one: Any, two: Any) -> Any:
    """Return whether a string goes on beyond an end: for numbers a bool, for arrays an array of them.

    `own` and `inner` are the classes of its last two characters there, `one` and `two` of the next two.
    """
    if own == _LETTER:
        return _is(one, _LETTER)
    if own == _WESTERN:
        return _is(one, _WESTERN) | (_is(one, _POINT) & _is(two, _WESTERN))
    is_decimal = _is(one, _CHINESE_POINT) & _is(two, _NUMERAL)
    if own == _SCALE:
        return _is(one, _NUMERAL) | is_decimal
    # Two digits in a row are a number only as part of a longer row, 一九四九: not in 唯一一次.
    is_row = _is(one, _DIGIT) & (_is(two, _DIGIT) | bool(inner & _DIGIT))
    return _is(one, _SCALE) | is_row | is_decimal


def _is(kinds: Any, wanted: int) -> Any:
    """Return which characters are of one of the wanted classes."""
    return (kinds & wanted) != 0


def has_class(char: str) -> bool:
    """Return whether a folded character is one of those that numbers and Latin words consist of."""
    return char in _class_by_char()


def continuing(folded: str) -> tuple[str, str]:
    """Return the characters before and behind a folded string that may continue it; empty where none does."""
    ends = ends_of(folded)
    if ends is None:
        return "", ""
    behind = _CONTINUED_BY.get(ends.last, 0) | (_WESTERN if ends.last == _SCALE else 0)
    return _of_classes(_CONTINUED_BY.get(ends.first, 0)), _of_classes(behind)


# By the class of the end of a string: the classes of the characters with which `_goes_on` begins.
_CONTINUED_BY = {
    _LETTER: _LETTER,
    _WESTERN: _WESTERN | _POINT,
    _SCALE: _NUMERAL | _CHINESE_POINT,
    _DIGIT: _NUMERAL | _CHINESE_POINT,
}


@cache
def _of_classes(classes: int) -> str:
    return "".join(char for char, kind in _class_by_char().items() if kind & classes)


@lru_cache(maxsize=1024)
def ends_of(folded: str) -> Ends | None:
    """Return what could continue a folded string at its ends, `None` where nothing could."""
    if not folded:
        return None
    kinds = [_class_by_char().get(char, 0) for char in folded]
    first = kinds[0] if _is_open_before(folded, kinds) else 0
    last = kinds[-1] if _is_open_behind(folded, kinds) else 0
    if not first and not last:
        return None
    second, before = (kinds[1], kinds[-2]) if len(kinds) > 1 else (0, 0)
    return Ends(first, second, before, last)


def _is_open_before(folded: str, kinds: list[int]) -> bool:
    if kinds[0] & (_WESTERN | _LETTER):
        return True
    # 亿元 in 36.9亿元 is a unit, and 百年 in 一百年 a word.
    if len(folded) < 2 or not (kinds[0] & _DIGIT or folded[0] == "十"):
        return False
    return bool(kinds[1] & (_NUMERAL | _CHINESE_POINT)) or folded.startswith((*measures(), "分之"), 1)


def _is_open_behind(folded: str, kinds: list[int]) -> bool:
    if kinds[-1] & (_WESTERN | _LETTER):
        return True
    start = len(folded)
    while start and kinds[start - 1] & _NUMERAL:
        start -= 1
    if start == len(folded):
        return False
    if start and (kinds[start - 1] & (_WESTERN | _CHINESE_POINT) or folded[start - 1] in "第之"):
        return True
    # The 一 of 唯一 is in a word, and so is that of 万一.
    return len(folded) - start > 1 and bool(kinds[start] & _DIGIT or folded[start] == "十")


def whole_spans(folded: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where `text` is whole in a longer folded text, as `[start, end)`, without overlaps."""
    ends = ends_of(text)
    start = folded.find(text) if text else -1
    while start >= 0:
        end = start + len(text)
        if ends is None or ends.is_whole_at(folded, start, end):
            yield start, end
            start = folded.find(text, end)
        else:
            start = folded.find(text, start + 1)
