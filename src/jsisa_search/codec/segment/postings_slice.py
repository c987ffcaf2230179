"""Postings of consecutive terms in memory: what segments are merged from and documents are inverted to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import offsets_of, spread

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class PostingsSlice:
    """Postings term by term, documents ascending.

    `counts` is the number of postings of each term; `docs` and `freqs` have one element per posting;
    `positions` one per occurrence or `None`. `weights` (float32) is `None` where a weight is its
    frequency. `values` are what formats beyond `whoosh.formats.Positions` encode per posting.
    """

    counts: Array
    docs: Array
    freqs: Array
    positions: Array | None = None
    weights: Array | None = None
    values: tuple[bytes, ...] | None = None

    def occurrences(self) -> Array:
        """Return the sum of frequencies of each term (int64)."""
        return sums(self.freqs, self.counts)

    def take(self, terms: Array) -> PostingsSlice:
        """Return the postings of the terms numbered `terms`, in that order."""
        counts = self.counts[terms]
        at = spread(offsets_of(self.counts)[:-1][terms], counts)
        positions = self.positions
        if positions is not None:
            positions = positions[spread(offsets_of(self.freqs)[:-1][at], self.freqs[at])]
        weights = None if self.weights is None else self.weights[at]
        values = None if self.values is None else tuple(self.values[i] for i in at.tolist())
        return PostingsSlice(counts, self.docs[at], self.freqs[at], positions, weights, values)

    def renumbered(self, documents: Array | None) -> PostingsSlice:
        """Return the postings with document d renumbered `documents[d]`, dropping those below 0.

        `None` leaves every document its number.
        """
        if documents is None:
            return self
        docs = documents[self.docs]
        keep = docs >= 0
        if keep.all():
            return replace(self, docs=docs)
        positions = self.positions
        if positions is not None:
            positions = positions[np.repeat(keep, self.freqs)]
        weights = None if self.weights is None else self.weights[keep]
        values = None
        if self.values is not None:
            values = tuple(value for value, is_in in zip(self.values, keep.tolist(), strict=True) if is_in)
        counts = sums(keep, self.counts)
        return PostingsSlice(counts, docs[keep], self.freqs[keep], positions, weights, values)


def sums(values: Array, counts: Array) -> Array:
    """Return the int64 sum of each of the consecutive groups of `values` that `counts` describes."""
    totals = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=totals[1:])
    return np.diff(totals[offsets_of(counts)])
