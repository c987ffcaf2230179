"""Integer arrays in the smallest type that holds them, read and written."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ContainerWriter
from jsisa_search.codec.segment.halves import Halves, HalvesSlot

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


#: One that is not 1 takes five bytes, and half a byte otherwise: below one in ten, a list is smaller.
_SPARSE = 10
#: Where the mean is below this, so few do not fit half a byte (five bytes each) that all together is smaller.
_MEAN_OF_HALVES = 4


class _Exceptions:
    """The elements that do not fit `bits` bits."""

    def __init__(self, writer: ContainerWriter, name: str, bits: int) -> None:
        self._writer, self._name, self._bits = writer, name, bits
        self._seen = 0
        self._at: list[Array] = []
        self._high: list[Array] = []

    def append(self, piece: Array) -> None:
        """Take the next elements."""
        if 8 * piece.itemsize > self._bits:
            exceeding = np.flatnonzero(piece >> self._bits)
            self._at.append(exceeding + self._seen)
            self._high.append(piece[exceeding] >> self._bits)
        self._seen += len(piece)

    def finish(self) -> None:
        """Write where they are, and what is above their low bits."""
        _add_narrowed(self._writer, self._name + ".at", self._at)
        _add_narrowed(self._writer, self._name + ".high", self._high)


class MostlyWriter:
    """Writes integers as low parts of one dtype and exceptions: see `narrow.Mostly`."""

    def __init__(self, writer: ContainerWriter, name: str, count: int, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._low = writer.reserve(name + ".low", dtype, count)
        self._exceptions = _Exceptions(writer, name, 8 * dtype.itemsize)

    def append(self, piece: Array) -> None:
        """Write the next elements."""
        self._low.append(piece.astype(self._dtype))
        self._exceptions.append(piece)

    def finish(self) -> None:
        """Write the exceptions."""
        self._exceptions.finish()


class HalvesWriter:
    """Writes integers as halves of bytes and exceptions: see `narrow.Mostly`."""

    def __init__(self, writer: ContainerWriter, name: str, count: int) -> None:
        self._halves = HalvesSlot(writer.reserve(name + ".halves", np.dtype(np.uint8), -(-count // 2)))
        self._exceptions = _Exceptions(writer, name, 4)

    def append(self, piece: Array) -> None:
        """Write the next elements."""
        self._halves.append(piece)
        self._exceptions.append(piece)

    def finish(self) -> None:
        """Write the last half and the exceptions."""
        self._halves.finish()
        self._exceptions.finish()


class SparseWriter:
    """Writes integers that are mostly 1: see `narrow.Sparse`."""

    def __init__(self, writer: ContainerWriter, name: str) -> None:
        self._writer, self._name = writer, name
        self._written = 0
        self._at: list[Array] = []
        self._above: list[Array] = []

    def append(self, piece: Array) -> None:
        """Take the next elements."""
        at = np.flatnonzero(piece > 1)
        self._at.append((at + self._written).astype(np.uint32 if self._written < 1 << 31 else np.uint64))
        self._above.append(narrowed(piece[at] - 1))
        self._written += len(piece)

    def finish(self) -> None:
        """Write those that are not 1."""
        _add_narrowed(self._writer, self._name + ".at", self._at)
        _add_narrowed(self._writer, self._name + ".above", self._above)


FreqsWriter = MostlyWriter | HalvesWriter | SparseWriter


def freqs_writer(
    writer: ContainerWriter, name: str, *, count: int, total: int, can_be_sparse: bool
) -> FreqsWriter | None:
    """Return what writes `count` frequencies with such a sum in least room, `None` where all are 1."""
    if total == count:
        return None
    if can_be_sparse and (total - count) * _SPARSE < count:
        return SparseWriter(writer, name + ".sparse")
    if total < count * _MEAN_OF_HALVES:
        return HalvesWriter(writer, name, count)
    return MostlyWriter(writer, name, count, np.dtype(np.uint8))


def position_dtype(lengths: Array | None) -> np.dtype[Any]:
    """Return the dtype of the low parts of positions in a field of such lengths: the smaller file.

    An exception takes five bytes. `None` stands for lengths that are not known.
    """
    if lengths is None:
        return np.dtype(np.uint16)
    beyond = int(np.maximum(lengths - 256, 0).sum())
    return np.dtype(np.uint8 if beyond * 5 <= int(lengths.sum()) else np.uint16)


def _add_narrowed(writer: ContainerWriter, name: str, pieces: list[Array]) -> None:
    writer.add(name, narrowed(np.concatenate([*pieces, np.zeros(0, np.uint8)])))
