"""Sorted runs of postings, and their merge in slices of terms.

A run is what a batch of documents gives for one field. Spilling a batch, committing and merging
segments are one operation: merge sources of postings that follow each other in document order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import offsets_of, packed, spread
from jsisa_search.codec.segment.postings_slice import PostingsSlice

Array = NDArray[Any]

#: Occurrences merged at a time; bounds the memory of a merge to some 40 bytes each.
SLICE_OCCURRENCES = 1_000_000


class Source(Protocol):
    """Where a merge takes postings from.

    `terms` has the merged numbers of its terms, ascending; `counts` and `occurrences` are how many
    postings and occurrences each has.
    """

    terms: Array
    counts: Array
    occurrences: Array

    def postings(self, start: int, end: int) -> PostingsSlice:
        """Return the postings of its terms number `start` to `end`."""
        ...


class Run:
    """A source in memory: the postings of a batch, with its terms in merged order."""

    def __init__(self, terms: Array, postings: PostingsSlice) -> None:
        """Take postings whose i-th term has the merged number `terms[i]`, in any order."""
        if len(terms) > 1 and not (terms[1:] > terms[:-1]).all():
            order = np.argsort(terms)
            terms, postings = terms[order], postings.take(order)
        self.terms = terms
        self.counts = postings.counts
        self.occurrences = postings.occurrences()
        self._all = postings
        self._starts = offsets_of(self.counts)
        self._occurrence_starts = offsets_of(self.occurrences)

    def postings(self, start: int, end: int) -> PostingsSlice:
        """Return the postings of its terms number `start` to `end`, as views."""
        part = slice(self._starts[start], self._starts[end])
        positions, weights, values = self._all.positions, self._all.weights, self._all.values
        if positions is not None:
            positions = positions[self._occurrence_starts[start] : self._occurrence_starts[end]]
        return PostingsSlice(
            self.counts[start:end],
            self._all.docs[part],
            self._all.freqs[part],
            positions,
            None if weights is None else weights[part],
            None if values is None else values[part],
        )


def term_totals(sources: Sequence[Source], term_count: int) -> tuple[Array, Array]:
    """Return the number of postings and of occurrences of each merged term (int64)."""
    counts = np.zeros(term_count, np.int64)
    occurrences = np.zeros(term_count, np.int64)
    for source in sources:
        counts[source.terms] += source.counts
        occurrences[source.terms] += source.occurrences
    return counts, occurrences


def merge(sources: Sequence[Source], counts: Array, occurrences: Array) -> Iterator[PostingsSlice]:
    """Yield the merged postings in slices of consecutive terms; the totals are `term_totals`'."""
    ends = np.cumsum(occurrences + counts)
    start = 0
    while start < len(counts):
        done = int(ends[start - 1]) if start else 0
        end = max(int(ends.searchsorted(done + SLICE_OCCURRENCES, "right")), start + 1)
        yield _merge_slice(sources, start, end, counts[start:end], occurrences[start:end])
        start = end


def _merge_slice(
    sources: Sequence[Source], start: int, end: int, counts: Array, occurrences: Array
) -> PostingsSlice:
    parts: list[tuple[Array, PostingsSlice]] = []
    for source in sources:
        first, last = source.terms.searchsorted((start, end))
        if first < last:
            parts.append((source.terms[first:last] - start, source.postings(int(first), int(last))))
    if len(parts) == 1:
        return replace(parts[0][1], counts=counts)
    return _interleave(parts, counts, occurrences)


def _interleave(parts: list[tuple[Array, PostingsSlice]], counts: Array, occurrences: Array) -> PostingsSlice:
    """Append the postings of each part to those of the parts before it, term by term."""
    total = int(counts.sum())
    docs = np.empty(total, np.uint32)
    freqs = np.empty(total, np.uint32)
    has_positions = any(part.positions is not None for _, part in parts)
    positions = np.empty(int(occurrences.sum()), np.uint32) if has_positions else None
    weights = np.empty(total, np.float32) if any(part.weights is not None for _, part in parts) else None
    values: list[bytes] | None = [b""] * total if any(part.values for _, part in parts) else None
    next_posting = offsets_of(counts)[:-1].copy()
    next_occurrence = offsets_of(occurrences)[:-1].copy()
    for terms, part in parts:
        to = spread(next_posting[terms], part.counts)
        next_posting[terms] += part.counts
        docs[to] = part.docs
        freqs[to] = part.freqs
        if positions is not None and part.positions is not None:
            lengths = part.occurrences()
            positions[spread(next_occurrence[terms], lengths)] = part.positions
            next_occurrence[terms] += lengths
        if weights is not None:
            weights[to] = part.freqs if part.weights is None else part.weights
        if values is not None and part.values is not None:
            for index, value in zip(to.tolist(), part.values, strict=True):
                values[index] = value
    return PostingsSlice(
        counts,
        docs,
        packed(freqs),
        None if positions is None else packed(positions),
        weights,
        None if values is None else tuple(values),
    )
