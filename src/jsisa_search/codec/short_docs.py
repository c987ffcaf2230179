"""The documents of short lists: low 16 bits, and beyond 65,536 documents what is above them.

Arrays, under the prefix of the field:

    docs.short         uint16  low 16 bits of each document
    docs.short.halves  uint8   what is above, two documents a byte (beyond 65,536 documents)
    docs.short.high    uint8   the same, one a byte (beyond 1,048,576; uint16 beyond 16,777,216)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import Container, ContainerWriter
from jsisa_search.codec.halves import HalvesSlot
from jsisa_search.codec.narrow import unsigned_dtype

Array = NDArray[Any]

_BITS = 16
_BYTES = np.arange(256, dtype="<u8")
#: What both halves of a byte add to two documents (uint32): one look-up instead of four operations.
_ADDED = (_BYTES & 15) << _BITS | (_BYTES >> 4) << 32 + _BITS


def _has_halves(highest: int) -> bool:
    return 0 < highest < 16


class ShortDocs:
    """Documents of one field, sliced like an array of them: uint16, or uint32 beyond 65,536 documents."""

    def __init__(self, container: Container, prefix: str, doc_count: int) -> None:
        self._low = container[prefix + "docs.short"]
        self._highest = _highest(doc_count)
        name = "docs.short.halves" if _has_halves(self._highest) else "docs.short.high"
        self._high = container[prefix + name] if self._highest else None

    def __len__(self) -> int:
        return len(self._low)

    def between(self, start: int, end: int) -> Array:
        """Return the documents number `start` to `end`."""
        low = self._low[start:end]
        if self._high is None:
            return low
        if _has_halves(self._highest):
            added = _ADDED.take(self._high[start >> 1 : end + 1 >> 1]).view(np.uint32)
            docs = added[start & 1 : (start & 1) + end - start]
        else:
            docs = self._high[start:end].astype(np.uint32)
            docs <<= _BITS
        docs += low
        return docs


class ShortDocsWriter:
    """Writes the documents of short lists piece by piece."""

    def __init__(self, writer: ContainerWriter, prefix: str, *, count: int, doc_count: int) -> None:
        """Set aside room for `count` documents of a segment of `doc_count`."""
        self._low = writer.reserve(prefix + "docs.short", np.dtype(np.uint16), count)
        self._halves = self._high = None
        highest = _highest(doc_count)
        if _has_halves(highest):
            slot = writer.reserve(prefix + "docs.short.halves", np.dtype(np.uint8), -(-count // 2))
            self._halves = HalvesSlot(slot)
        elif highest:
            self._high = writer.reserve(prefix + "docs.short.high", unsigned_dtype(highest), count)

    def append(self, docs: Array) -> None:
        """Write the next documents."""
        self._low.append((docs & (1 << _BITS) - 1).astype(np.uint16))
        high = self._halves or self._high
        if high:
            high.append(docs >> _BITS)

    def finish(self) -> None:
        """Write what waits for the other half of its byte."""
        if self._halves:
            self._halves.finish()


def _highest(doc_count: int) -> int:
    """Return what is above the low bits of the last document."""
    return max(doc_count - 1, 0) >> _BITS
