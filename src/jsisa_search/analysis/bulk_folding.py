"""`fold` for many texts at once, on arrays of their code points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.fold import CHINESE, folded_form

Array = NDArray[Any]

_UNKNOWN = 0xFFFFFFFF
#: In the table, what is from here on means the form with that number less this.
_FORMS = 0x80000000
_BLANK, _COMMA, _POINT = ord(" "), ord(","), ord(".")


def code_points(text: str) -> Array:
    """Return the characters of `text` as uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def as_text(points: Array) -> str:
    """Return the text of code points (any unsigned dtype)."""
    return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class FoldedTexts(NamedTuple):
    """Folded texts, one after the other.

    `points` are their code points (uint32), `bounds` (int64) where each begins and the last ends. `at`
    (int64) are the places in the originals of the characters whose form has another length, `sizes` (int64)
    the lengths of these forms, 0 for marks. `dropped` (int64) are the blanks and commas left out, as places
    in the texts with these forms. Places ascend.
    """

    points: Array
    bounds: Array
    at: Array
    sizes: Array
    dropped: Array

    def texts(self) -> list[str]:
        """Return the texts."""
        joined, bounds = as_text(self.points), self.bounds.tolist()
        return [joined[start:end] for start, end in pairwise(bounds)]


#: Where one element in fewer than this is replaced, what is between them is copied run by run.
_SPARSE = 50
_NONE = np.zeros(0, np.int64)


def spliced(values: Array, at: Array, sizes: Array, inserted: Array) -> Array:
    """Return `values` with the elements at some places (int64, ascending) replaced by runs.

    `sizes` (int64) are the lengths of the runs, which are one after the other in `inserted`.
    """
    if not len(at):
        return values
    if len(at) * _SPARSE > len(values):
        repeats = np.ones(len(values), np.int64)
        repeats[at] = sizes
        is_replaced = np.zeros(len(values), np.bool_)
        is_replaced[at] = True
        result: Array = values.repeat(repeats)
        result[is_replaced.repeat(repeats)] = inserted
        return result
    parts: list[Array] = []
    first = taken = 0
    for place, size in zip(at.tolist(), sizes.tolist(), strict=True):
        parts += (values[first:place], inserted[taken : taken + size])
        first, taken = place + 1, taken + size
    return np.concatenate([*parts, values[first:]]).astype(values.dtype, copy=False)


def without_places(values: Array, places: Array) -> Array:
    """Return `values` without those at some places (int64, ascending)."""
    return spliced(values, places, np.zeros_like(places), values[:0])


class BulkFolder:
    """A table of folded forms by code point, filled as characters are met; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._table = np.full(0x110000, _UNKNOWN, np.uint32)
        #: The forms that are not one character.
        self._forms: list[Array] = []

    def fold(self, texts: Sequence[str]) -> FoldedTexts:
        """Return `texts` folded."""
        found = self._read(texts)
        return found._replace(points=without_places(found.points, found.dropped))

    def lengths(self, texts: Sequence[str]) -> Array:
        """Return the lengths of `texts` once they are folded (int64), in half the time."""
        return np.diff(self._read(texts).bounds)

    def _read(self, texts: Sequence[str]) -> FoldedTexts:
        """Return `texts` folded, but with `dropped` among their points."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        bounds = np.concatenate([[0], lengths.cumsum()])
        points = self._look_up(code_points("".join(texts)))
        at, sizes = _NONE, _NONE
        is_form = points >= _FORMS
        if is_form.any():
            at = is_form.nonzero()[0]
            forms = [self._forms[number] for number in (points[at] - _FORMS).tolist()]
            sizes = np.fromiter(map(len, forms), np.int64, len(forms))
            points = spliced(points, at, sizes, np.concatenate(forms))
            bounds = bounds + np.concatenate([[0], (sizes - 1).cumsum()])[at.searchsorted(bounds)]
        dropped = np.concatenate([_meaningless_blanks(points, bounds), _thousands_commas(points, bounds)])
        if len(dropped):
            dropped.sort()
            bounds = bounds - dropped.searchsorted(bounds)
        return FoldedTexts(points, bounds, at, sizes, dropped)

    def _look_up(self, points: Array) -> Array:
        """Return the folded code point of each, or the number of its form from `_FORMS` on."""
        folded: Array = self._table.take(points)
        unknown = folded == _UNKNOWN
        if unknown.any():
            with self._lock:
                for point in np.unique(points[unknown]).tolist():
                    self._learn(point)
            folded = self._table.take(points)
        return folded

    def _learn(self, point: int) -> None:
        form = folded_form(chr(point))
        if len(form) != 1:
            self._forms.append(code_points(form))
        self._table[point] = ord(form) if len(form) == 1 else _FORMS + len(self._forms) - 1


@cache
def default_folder() -> BulkFolder:
    """Return the folder of this process."""
    return BulkFolder()


def _meaningless_blanks(points: Array, bounds: Array) -> Array:
    """Return where blanks mean nothing: at the ends of texts, beside Chinese characters, after a blank."""
    at: Array = (points == _BLANK).nonzero()[0]
    if not len(at):
        return at
    texts = bounds.searchsorted(at, "right") - 1
    is_first = np.ones(len(at), np.bool_)
    is_first[1:] = (at[1:] - at[:-1] > 1) | (texts[1:] != texts[:-1])
    runs = is_first.cumsum() - 1
    firsts = is_first.nonzero()[0]
    starts, ends = at[firsts], at[np.append(firsts[1:], len(at)) - 1] + 1
    is_edge = (starts == bounds[texts[firsts]]) | (ends == bounds[texts[firsts] + 1])
    beside = points.take(starts - 1, mode="clip"), points.take(ends, mode="clip")
    is_meaningless = is_edge | _is_chinese(beside[0]) | _is_chinese(beside[1])
    dropped: Array = at[is_meaningless[runs] | ~is_first]
    return dropped


def _is_chinese(points: Array) -> Array:
    is_in: Array = np.logical_or.reduce([_is_between(points, first, last) for first, last in CHINESE])
    return is_in


def _thousands_commas(points: Array, bounds: Array) -> Array:
    """Return where commas part the thousands of numbers, as `fold.THOUSANDS` describes them."""
    at: Array = (points == _COMMA).nonzero()[0]
    # Before a digit first: after most commas there is none.
    at = at[_is_digit(points.take(at + 1, mode="clip"))]
    at = at[_is_digit(points.take(at - 1, mode="clip"))]
    if not len(at):
        return at
    texts = bounds.searchsorted(at, "right") - 1
    starts, ends = bounds[texts], bounds[texts + 1]

    def beside(distance: int | Array) -> Array:
        """Return the characters at a distance from the commas, 0 where the text has none."""
        places: Array = at + distance
        return np.where((places >= starts) & (places < ends), points.take(places, mode="clip"), 0)

    # Commas four apart are of one number.
    is_first = np.ones(len(at), np.bool_)
    is_first[1:] = (at[1:] - at[:-1] != 4) | (texts[1:] != texts[:-1])
    is_right = _is_digit(beside(1)) & _is_digit(beside(2)) & _is_digit(beside(3)) & ~_is_digit(beside(4))
    has_two = _is_digit(beside(-2))
    has_three = has_two & _is_digit(beside(-3))
    size = 1 + has_two + has_three
    first, before = beside(-size), beside(-size - 1)
    is_inside = ((before == _COMMA) | (before == _POINT)) & _is_digit(beside(-size - 2))
    is_head = _is_digit(first) & (first != ord("0")) & ~_is_digit(before) & ~is_inside
    firsts = is_first.nonzero()[0]
    is_number = np.logical_and.reduceat(is_right & (is_head | ~is_first), firsts)
    parting: Array = at[is_number[is_first.cumsum() - 1]]
    return parting


def _is_digit(points: Array) -> Array:
    return _is_between(points, ord("0"), ord("9"))


def _is_between(points: Array, first: int, last: int) -> Array:
    return np.logical_and(points >= first, points <= last)
