"""The documents of long terms that are not dense: 16 bits each.

In a segment of more than 65,536 documents they lie in chunks of as many document numbers, of which the
file says where each begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.narrow import search_sorted

Array = NDArray[Any]

CHUNK = 1 << 16


class Chunked:
    """Ascending documents: `low` (uint16), and where each chunk of them begins, and their end."""

    def __init__(self, low: Array, bounds: Array | None) -> None:
        """Take the low bits; `bounds` is `None` where there is but one chunk."""
        self._low, self._bounds = low, bounds

    def docs(self) -> Array:
        """Return all of them (uint16, or uint32 where there are chunks)."""
        if self._bounds is None:
            return self._low
        docs = self._low.astype(np.uint32)
        bounds = self._bounds.tolist()
        for chunk in range(1, len(bounds) - 1):
            docs[bounds[chunk] : bounds[chunk + 1]] += chunk * CHUNK
        return docs

    def at(self, places: Array) -> Array:
        """Return those at some places, which ascend."""
        if self._bounds is None:
            return self._low.take(places, mode="clip")
        docs: Array = self._low[places].astype(np.uint32)
        for start in places.searchsorted(self._bounds[1:-1]).tolist():
            docs[start:] += CHUNK
        return docs

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (places, found): where each of `docs` is among them (int64), and whether it is there."""
        if self._bounds is None:
            return search_sorted(self._low, docs)
        bounds = self._bounds.tolist()
        cuts = docs.searchsorted(np.arange(len(bounds), dtype=np.uint32) * CHUNK).tolist()
        low = docs.astype(np.uint16)
        places = np.zeros(len(docs), np.int64)
        found = np.zeros(len(docs), np.bool_)
        for chunk in range(len(bounds) - 1):
            start, end = cuts[chunk], cuts[chunk + 1]
            if start < end and bounds[chunk] < bounds[chunk + 1]:
                part = self._low[bounds[chunk] : bounds[chunk + 1]]
                at, found[start:end] = search_sorted(part, low[start:end])
                places[start:end] = at + bounds[chunk]
        return places, found
