"""The smallest integer types that hold an array, and the small types with a list of exceptions."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.halves import Halves

Array = NDArray[Any]


def unsigned_dtype(maximum: int) -> np.dtype[Any]:
    """Return the smallest unsigned integer dtype that holds `maximum`."""
    return np.dtype(np.min_scalar_type(max(int(maximum), 0)))


def narrowed(array: Array) -> Array:
    """Return `array` (integers of 0 or more) in the smallest unsigned dtype that holds its maximum."""
    return array.astype(unsigned_dtype(array.max() if array.size else 0), copy=False)


def offsets_of(counts: Array) -> Array:
    """Return where each run of `counts` begins, and the end of the last: n + 1 integers from 0."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def spread(starts: Array, counts: Array) -> Array:
    """Return the indices `starts[i] ... starts[i] + counts[i] - 1` of every run i, one after the other."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)


def search_sorted(haystack: Array, needles: Array) -> tuple[Array, Array]:
    """Return where each needle is in the ascending `haystack`, and whether it is there (same dtypes)."""
    at = haystack.searchsorted(needles)
    return at, haystack.take(at, mode="clip") == needles


class Mostly:
    """Integers that mostly fit a small type: their low parts, and a sorted list of those that do not fit.

    `low` (uint8, uint16 or halves of bytes) has every element; `at` holds the indices of the elements that
    exceed its type and `high` what is above their low part.
    """

    __slots__ = ("_at", "_shift", "at", "high", "low")

    def __init__(self, low: Array | Halves, at: Array, high: Array, shift: int | None = None) -> None:
        """Take the parts; `shift` is the bits of a low part, where it is not a whole element of `low`."""
        self.low, self.at, self.high = low, at, high
        self._at = at.data
        self._shift = shift or (4 if isinstance(low, Halves) else 8 * low.itemsize)

    def part(self, start: int, end: int) -> Mostly:
        """Return the elements from `start` to `end` as a list of their own, the low parts as a view."""
        first, last = (0, 0)
        if len(self.at):
            first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        low = self.low.part(start, end) if isinstance(self.low, Halves) else self.low[start:end]
        if first == last:
            return Mostly(low, self.at[:0], self.high[:0], self._shift)
        at = self.at[first:last].astype(np.int64) - start
        return Mostly(low, at, self.high[first:last], self._shift)

    def slice(self, start: int, end: int) -> Array:
        """Return the elements from `start` to `end`: in the small type where they all fit, else uint32."""
        low = self.low[start:end]
        if not len(self.at):
            return low
        first, last = self.at.searchsorted((start, end))
        if first == last:
            return low
        wide = low.astype(np.uint32)
        wide[self.at[first:last] - start] += self.high[first:last].astype(np.uint32) << self._shift
        return wide

    def gather(self, indices: Array) -> Array:
        """Return the elements at `indices`: in the small type where they all fit, else uint32."""
        low = self.low.take(indices) if isinstance(self.low, Halves) else self.low.take(indices, mode="clip")
        if not len(self.at):
            return low
        found = np.minimum(self.at.searchsorted(indices), len(self.at) - 1)
        exceeds = self.at[found] == indices
        if not exceeds.any():
            return low
        wide = low.astype(np.uint32)
        wide[exceeds] += self.high[found[exceeds]].astype(np.uint32) << self._shift
        return wide


class Sparse:
    """Integers that are 1 but for a few: the sorted indices `at` of those, and what they have `above` 1.

    Used like `Mostly`, at a tenth of its size where nine in ten are 1.
    """

    __slots__ = ("_at", "_count", "above", "at")

    def __init__(self, at: Array, above: Array, count: int) -> None:
        self.at, self.above = at, above
        self._at = at.data
        self._count = count

    def sum(self, start: int, end: int) -> int:
        """Return the sum of the elements from `start` to `end`."""
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        return end - start + (int(self.above[first:last].sum(dtype=np.int64)) if first < last else 0)

    def sums(self, starts: Array) -> Array:
        """Return the sum of each run of elements (int64); `starts` has their starts and the end."""
        above = offsets_of(self.above)[self.at.searchsorted(starts)]
        return np.diff(starts.astype(np.int64) + above)

    def part(self, start: int, end: int) -> Sparse:
        """Return the elements from `start` to `end` as a list of their own."""
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        return Sparse(self.at[first:last].astype(np.int64) - start, self.above[first:last], end - start)

    def slice(self, start: int, end: int) -> Array:
        """Return the elements from `start` to `end` (uint8, or uint32 where one does not fit)."""
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        above = self.above[first:last].astype(np.uint32)
        values = np.ones(end - start, unsigned_dtype(int(above.max(initial=0)) + 1))
        values[self.at[first:last].astype(np.int64) - start] += above.astype(values.dtype)
        return values

    def gather(self, indices: Array) -> Array:
        """Return the elements at `indices` (uint8 or uint32)."""
        if len(indices) * 8 > self._count:
            return self.slice(0, self._count).take(indices, mode="clip")
        values = np.ones(len(indices), np.uint32)
        if len(self.at):
            at = self.at.astype(np.int64, copy=False)
            found = np.minimum(at.searchsorted(indices), len(at) - 1)
            exceeds = at[found] == indices
            values[exceeds] += self.above[found[exceeds]]
        return values
