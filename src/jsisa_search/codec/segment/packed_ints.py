"""Compact integer arrays: the smallest dtype, small integers with exceptions, and sparse integers.

*Exception-patched* integers (the idea of PForDelta) are three arrays under one name:

    <name>.low   uint8 or uint16  the low bits of each element
    <name>.at    uint             indices of the elements that do not fit `low`, ascending
    <name>.high  uint             what these have above their low bits

*Sparse* integers are 1 except where listed:

    <name>.sparse.at     uint  indices of the elements above 1, ascending
    <name>.sparse.above  uint  what these have above 1
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import Container, ContainerWriter

Array = NDArray[Any]


def unsigned_dtype(maximum: int) -> np.dtype[Any]:
    """Return the smallest unsigned integer dtype that can represent `maximum`."""
    return np.dtype(np.min_scalar_type(max(int(maximum), 0)))


def packed(array: Array) -> Array:
    """Return `array` (integers, none negative) in the smallest unsigned dtype for its maximum."""
    return array.astype(unsigned_dtype(array.max() if array.size else 0), copy=False)


def offsets_of(counts: Array) -> Array:
    """Return the start of each group of `counts[i]` elements, and the end of the last (int64, n + 1)."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def spread(starts: Array, counts: Array) -> Array:
    """Return the concatenated ranges `starts[i] ... starts[i] + counts[i] - 1` (int64)."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)


def search_sorted(haystack: Array, needles: Array) -> tuple[Array, Array]:
    """Return (at, found): the insertion point of each needle in the ascending `haystack`, and membership.

    Both arrays must have the same dtype: NumPy would copy the haystack otherwise.
    """
    at = haystack.searchsorted(needles)
    return at, haystack.take(at, mode="clip") == needles


class PatchedInts:
    """Exception-patched integers; the arrays are as in the module's docstring."""

    __slots__ = ("_at", "at", "high", "low")

    def __init__(self, low: Array, at: Array, high: Array) -> None:
        self.low, self.at, self.high = low, at, high
        self._at = at.data  # bisect is three times as fast on a memoryview

    @classmethod
    def read(cls, container: Container, name: str) -> PatchedInts | None:
        """Open the arrays under `name`; `None` where there are none."""
        if name + ".low" not in container:
            return None
        return cls(container[name + ".low"], container[name + ".at"], container[name + ".high"])

    def part(self, start: int, end: int) -> PatchedInts:
        """Return elements `start` to `end`, numbered from 0; `low` is a view."""
        low = self.low[start:end]
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        if first == last:
            return PatchedInts(low, self.at[:0], self.high[:0])
        return PatchedInts(low, self.at[first:last].astype(np.int64) - start, self.high[first:last])

    def values(self) -> Array:
        """Return all elements: in the dtype of `low` where they all fit, else uint32."""
        if not len(self.at):
            return self.low
        wide = self.low.astype(np.uint32)
        wide[self.at] += self._patches(slice(None))
        return wide

    def slice(self, start: int, end: int) -> Array:
        """Return elements `start` to `end`, as `values` does."""
        return self.part(start, end).values()

    def gather(self, indices: Array) -> Array:
        """Return the elements at `indices` (any shape), as `values` does."""
        low = self.low.take(indices, mode="clip")
        if not len(self.at):
            return low
        found = np.minimum(self.at.searchsorted(indices), len(self.at) - 1)
        exceeds = self.at[found] == indices
        if not exceeds.any():
            return low
        wide = low.astype(np.uint32)
        wide[exceeds] += self._patches(found[exceeds])
        return wide

    def _patches(self, which: Any) -> Array:
        patches: Array = self.high[which].astype(np.uint32) << 8 * self.low.itemsize
        return patches


class SparseInts:
    """Integers that are 1 except at `at`, where they are `1 + above`; the interface of `PatchedInts`."""

    __slots__ = ("_at", "_count", "above", "at")

    def __init__(self, at: Array, above: Array, count: int) -> None:
        self.at, self.above = at, above
        self._at = at.data
        self._count = count

    def sum(self, start: int, end: int) -> int:
        """Return the sum of elements `start` to `end`."""
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        return end - start + (int(self.above[first:last].sum(dtype=np.int64)) if first < last else 0)

    def sums(self, starts: Array) -> Array:
        """Return the sum of each range `starts[i]` to `starts[i + 1]` (int64)."""
        above = offsets_of(self.above)[self.at.searchsorted(starts)]
        return np.diff(starts.astype(np.int64) + above)

    def part(self, start: int, end: int) -> SparseInts:
        """Return elements `start` to `end`, numbered from 0."""
        first, last = bisect_left(self._at, start), bisect_left(self._at, end)
        return SparseInts(self.at[first:last].astype(np.int64) - start, self.above[first:last], end - start)

    def values(self) -> Array:
        """Return all elements (the smallest dtype for them)."""
        above = self.above.astype(np.uint32)
        values = np.ones(self._count, unsigned_dtype(int(above.max(initial=0)) + 1))
        values[self.at] += above.astype(values.dtype)
        return values

    def slice(self, start: int, end: int) -> Array:
        """Return elements `start` to `end`, as `values` does."""
        return self.part(start, end).values()

    def gather(self, indices: Array) -> Array:
        """Return the elements at `indices` (unsigned)."""
        if len(indices) * 8 > self._count:
            return self.values().take(indices, mode="clip")
        values = np.ones(len(indices), np.uint32)
        if len(self.at):
            at = self.at.astype(np.int64, copy=False)
            found = np.minimum(at.searchsorted(indices), len(at) - 1)
            exceeds = at[found] == indices
            values[exceeds] += self.above[found[exceeds]]
        return values


class IntsWriter(Protocol):
    """Writes integers of a known number piece by piece."""

    def append(self, piece: Array) -> None:
        """Write the next elements."""
        ...

    def finish(self) -> None:
        """Write what had to wait for the last element."""
        ...


class _Listed:
    """The elements that a compact array can't represent: where they are, and their excess."""

    def __init__(self, writer: ContainerWriter, at_name: str, excess_name: str) -> None:
        self._writer, self._names = writer, (at_name, excess_name)
        self._seen = 0
        self._at: list[Array] = []
        self._excess: list[Array] = []

    def append(self, excess: Array) -> None:
        """Take the excess of the next elements, 0 for those that fit."""
        at = np.flatnonzero(excess)
        if len(at):
            self._at.append(packed(at + self._seen))
            self._excess.append(packed(excess[at]))
        self._seen += len(excess)

    def skip(self, count: int) -> None:
        """Pass over elements that fit."""
        self._seen += count

    def finish(self) -> None:
        """Write both lists."""
        for name, pieces in zip(self._names, (self._at, self._excess), strict=True):
            size = max((piece.itemsize for piece in pieces), default=1)
            slot = self._writer.reserve(name, np.dtype(f"u{size}"), sum(map(len, pieces)))
            for piece in pieces:
                slot.append(piece)


class PatchedWriter:
    """Writes exception-patched integers with low parts of `dtype`."""

    def __init__(self, writer: ContainerWriter, name: str, count: int, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._low = writer.reserve(name + ".low", dtype, count)
        self._exceptions = _Listed(writer, name + ".at", name + ".high")

    def append(self, piece: Array) -> None:
        """Write the next elements."""
        self._low.append(piece.astype(self._dtype))
        if piece.itemsize > self._dtype.itemsize:
            self._exceptions.append(piece >> 8 * self._dtype.itemsize)
        else:
            self._exceptions.skip(len(piece))

    def finish(self) -> None:
        """Write the exceptions."""
        self._exceptions.finish()


class SparseWriter:
    """Writes sparse integers."""

    def __init__(self, writer: ContainerWriter, name: str) -> None:
        self._exceptions = _Listed(writer, name + ".sparse.at", name + ".sparse.above")

    def append(self, piece: Array) -> None:
        """Take the next elements."""
        self._exceptions.append(piece - piece.dtype.type(1))

    def finish(self) -> None:
        """Write the elements above 1."""
        self._exceptions.finish()


# NumPy's `unique` loads `numpy.ma` on its first call, 40 ms that a first query would wait for.


def distinct(values: Array) -> Array:
    """Return `values`, which ascend, once each."""
    return values[_is_first(values)] if len(values) > 1 else values


def distinct_sorted(values: Array) -> Array:
    """Return `values`, in any order, once each, ascending."""
    return distinct(np.sort(values))


def distinct_with_inverse(values: Array) -> tuple[Array, Array]:
    """Return `values`, in any order, once each, ascending, and where among those each of them is (int64)."""
    order = values.argsort(kind="stable")
    ordered = values[order]
    is_first = _is_first(ordered)
    inverse = np.empty(len(values), np.int64)
    inverse[order] = is_first.cumsum() - 1
    return ordered[is_first], inverse


def _is_first(values: Array) -> Array:
    """Return whether each of some ascending values differs from the one before it (bool)."""
    is_first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return is_first
