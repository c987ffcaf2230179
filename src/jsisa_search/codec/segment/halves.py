"""Integers below 16, two of them a byte."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ArraySlot

Array = NDArray[Any]

#: Both halves of each byte as two bytes, the low half first.
_BOTH = (np.arange(256, dtype="<u2") & 15) | (np.arange(256, dtype="<u2") >> 4 << 8)

#: So few are decoded at once where they are to be looked up: an array of bytes is three times as fast.
_FEW = 4096


class Halves:
    """Integers below 16, sliced and taken like an array of them; the first of a byte is its low half."""

    __slots__ = ("_odd", "_packed", "count")

    def __init__(self, packed: Array, odd: int, count: int) -> None:
        """Take `count` elements of `packed` (uint8), without the first half where `odd` is 1."""
        self._packed, self._odd, self.count = packed, odd, count

    def __len__(self) -> int:
        return self.count

    def part(self, start: int, end: int) -> Halves | Array:
        """Return the elements from `start` to `end`: decoded (uint8) where they are few."""
        if end - start <= _FEW:
            return self[start:end]
        start += self._odd
        end += self._odd
        return Halves(self._packed[start >> 1 : end + 1 >> 1], start & 1, end - start)

    def __getitem__(self, key: slice) -> Array:
        """Return some consecutive elements (uint8)."""
        start, end, _ = key.indices(self.count)
        start += self._odd
        end += self._odd
        both = _BOTH.take(self._packed[start >> 1 : end + 1 >> 1]).view(np.uint8)
        return both[start & 1 : (start & 1) + end - start]

    def take(self, indices: Array) -> Array:
        """Return the elements at `indices`, of which those beyond the end give anything (uint8)."""
        at = indices + self._odd if self._odd else indices
        shifts = at.astype(np.uint8)
        shifts &= 1
        shifts <<= 2
        taken: Array = self._packed.take(at >> 1, mode="clip")
        taken >>= shifts
        taken &= 15
        return taken


class HalvesSlot:
    """Room for integers below 16 in a file that is being written."""

    def __init__(self, slot: ArraySlot) -> None:
        self._slot = slot
        self._waiting = np.zeros(0, np.uint8)  # an element whose byte lacks the second

    def append(self, piece: Array) -> None:
        """Write the low halves of the next elements."""
        low = np.concatenate([self._waiting, piece.astype(np.uint8) & 15])
        whole = len(low) // 2 * 2
        self._slot.append(low[0:whole:2] | low[1:whole:2] << 4)
        self._waiting = low[whole:]

    def finish(self) -> None:
        """Write the last element, where it is alone in its byte."""
        self._slot.append(self._waiting)
