"""`fold` for many texts at once, on arrays of their code points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.fold import CHINESE, THOUSANDS, folded_form

Array = NDArray[Any]

_UNKNOWN = 0xFFFFFFFF
#: In the table, what is from here on stands for the form with that number less this.
_FORMS = 0x80000000
_BLANK, _COMMA = ord(" "), ord(",")


def code_points(text: str) -> Array:
    """Return the characters of `text` as uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def as_text(points: Array) -> str:
    """Return the text of code points (any unsigned dtype)."""
    return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class FoldedTexts(NamedTuple):
    """Folded texts, one after the other.

    `points` are their code points (uint32), `bounds` (int64) where each begins and the last ends. `origins`
    (int64) are the places of the points in the originals, as in `FoldedText`; `None` where all are the same.
    """

    points: Array
    bounds: Array
    origins: Array | None

    def texts(self) -> list[str]:
        """Return the texts."""
        joined, bounds = as_text(self.points), self.bounds.tolist()
        return [joined[start:end] for start, end in pairwise(bounds)]


class BulkFolder:
    """A table of folded forms by code point, filled as characters are met."""

    def __init__(self) -> None:
        self._table = np.full(0x110000, _UNKNOWN, np.uint32)
        #: The forms that are not one character.
        self._forms: list[Array] = []

    def fold(self, texts: Sequence[str]) -> FoldedTexts:
        """Return `texts` folded."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        bounds = np.concatenate([[0], lengths.cumsum()])
        points = self._look_up(code_points("".join(texts)))
        origins: Array | None = None
        is_form = points >= _FORMS
        if is_form.any():
            points, origins = self._with_forms(points, is_form.nonzero()[0])
            bounds = origins.searchsorted(bounds)
        dropped = np.concatenate([_meaningless_blanks(points, bounds), _thousands_commas(points, bounds)])
        if len(dropped):
            is_kept = np.ones(len(points), np.bool_)
            is_kept[dropped] = False
            origins = is_kept.nonzero()[0] if origins is None else origins[is_kept]
            points = points[is_kept]
            bounds = bounds - np.sort(dropped).searchsorted(bounds)
        return FoldedTexts(points, bounds, origins)

    def _look_up(self, points: Array) -> Array:
        """Return the folded code point of each, or the number of its form from `_FORMS` on."""
        folded: Array = self._table.take(points)
        unknown = folded == _UNKNOWN
        if unknown.any():
            for point in np.unique(points[unknown]).tolist():
                form = folded_form(chr(point))
                if len(form) == 1:
                    self._table[point] = ord(form)
                else:
                    self._table[point] = _FORMS + len(self._forms)
                    self._forms.append(code_points(form))
            folded = self._table.take(points)
        return folded

    def _with_forms(self, points: Array, at: Array) -> tuple[Array, Array]:
        """Return `points` with the forms at `at` (int64, ascending) inserted, and the origin of each."""
        forms = [self._forms[number] for number in (points[at] - _FORMS).tolist()]
        sizes = np.ones(len(points), np.int64)
        sizes[at] = list(map(len, forms))
        origins = np.arange(len(points)).repeat(sizes)
        inserted = points.take(origins)
        inserted[inserted >= _FORMS] = np.concatenate(forms)
        return inserted, origins


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
    """Return where commas part the thousands of numbers."""
    at: Array = (points == _COMMA).nonzero()[0]
    at = at[(at > 0) & (at < len(points) - 1)]
    at = at[_is_digit(points[at - 1]) & _is_digit(points[at + 1])]
    if not len(at):
        return at
    # Only what is around such commas is looked at: runs of digits and commas, with what is before them.
    others = (~(_is_digit(points) | (points == _COMMA))).nonzero()[0]
    before = np.append(others, -1)[others.searchsorted(at) - 1]
    after = np.append(others, len(points))[others.searchsorted(at)]
    texts = bounds.searchsorted(at, "right") - 1
    starts = np.unique(np.maximum(before - 1, bounds[texts]))
    ends = np.unique(np.minimum(after, bounds[texts + 1]))
    # One string of all, with a blank behind each.
    sizes = ends - starts + 1
    places = np.arange(int(sizes.sum())) + (starts - (sizes.cumsum() - sizes)).repeat(sizes)
    around = points.take(places, mode="clip")
    around[sizes.cumsum() - 1] = _BLANK
    is_inside = np.zeros(len(around), np.bool_)
    for number in THOUSANDS.finditer(as_text(around)):
        is_inside[number.start() : number.end()] = True
    dropped: Array = places[is_inside & (around == _COMMA)]
    return dropped


def _is_digit(points: Array) -> Array:
    return _is_between(points, ord("0"), ord("9"))


def _is_between(points: Array, first: int, last: int) -> Array:
    return np.logical_and(points >= first, points <= last)
