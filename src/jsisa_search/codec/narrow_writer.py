"""Writing integers in small types, piece by piece, as `codec.narrow` reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import ContainerWriter
from jsisa_search.codec.narrow import narrowed

Array = NDArray[Any]


class MostlyWriter:
    """Writes integers as low parts of one dtype and exceptions: see `narrow.Mostly`."""

    def __init__(self, writer: ContainerWriter, name: str, count: int, dtype: np.dtype[Any]) -> None:
        self._writer, self._name, self._dtype = writer, name, dtype
        self._low = writer.reserve(name + ".low", dtype, count)
        self._written = 0
        self._at: list[Array] = []
        self._high: list[Array] = []

    def append(self, piece: Array) -> None:
        """Write the next elements."""
        self._low.append(piece.astype(self._dtype))
        if piece.itemsize > self._dtype.itemsize:
            exceeding = np.flatnonzero(piece > np.iinfo(self._dtype).max)
            self._at.append(exceeding + self._written)
            self._high.append(piece[exceeding] >> 8 * self._dtype.itemsize)
        self._written += len(piece)

    def finish(self) -> None:
        """Write the exceptions."""
        _add_narrowed(self._writer, self._name + ".at", self._at)
        _add_narrowed(self._writer, self._name + ".high", self._high)


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
