"""Writing integers in small types, piece by piece, as `codec.narrow` reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import ContainerWriter
from jsisa_search.codec.halves import HalvesSlot
from jsisa_search.codec.narrow import narrowed

Array = NDArray[Any]

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
