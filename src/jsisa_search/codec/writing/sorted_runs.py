"""Sorted runs of postings, and their merge in slices of terms.

A run is the postings of a batch of documents in one field. Spilling a batch, committing and merging
segments are one operation: merge sources of postings that follow each other in document order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import offsets_of, packed, spread
from jsisa_search.codec.segment.postings_slice import PostingsSlice
from jsisa_search.codec.segment.term_dictionary import SortedTerms, as_bytes

Array = NDArray[Any]

#: Occurrences merged at a time; bounds the memory of a merge to some 40 bytes each.
SLICE_OCCURRENCES = 1_000_000


class Source(Protocol):
    """Where a merge takes postings from; `terms` has the merged numbers of its terms, ascending."""

    terms: Array

    def totals(self) -> tuple[Array, Array]:
        """Return the number of postings and of occurrences of each term (int64)."""
        ...

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
        self._all = postings
        self._starts = packed(offsets_of(postings.counts))
        self._occurrence_starts = packed(offsets_of(postings.occurrences()))

    def totals(self) -> tuple[Array, Array]:
        """Return the number of postings and of occurrences of each term (int64)."""
        return self._all.counts.astype(np.int64), self._all.occurrences()

    def postings(self, start: int, end: int) -> PostingsSlice:
        """Return the postings of its terms number `start` to `end`, as views."""
        part = slice(self._starts[start], self._starts[end])
        positions, weights, values = self._all.positions, self._all.weights, self._all.values
        if positions is not None:
            positions = positions[self._occurrence_starts[start] : self._occurrence_starts[end]]
        return PostingsSlice(
            self._all.counts[start:end],
            self._all.docs[part],
            self._all.freqs[part],
            positions,
            None if weights is None else weights[part],
            None if values is None else values[part],
        )


def merge_terms(lists: Sequence[Callable[[], SortedTerms]]) -> tuple[SortedTerms, list[Array]]:
    """Return the sorted union of sorted terms, and for each list the numbers of its terms in it.

    Each list is produced twice, so that only one is in memory at a time: there may be many segments.
    """
    if len(lists) == 1:
        only = lists[0]()
        return only, [packed(np.arange(len(only)))]
    codes: Array = np.zeros(0, np.int64)
    for terms_of in lists:
        terms = terms_of()
        if isinstance(terms, list) and terms:
            return _merge_bytes(lists)
        codes = np.union1d(codes, np.asarray(terms, np.int64))
    return codes, [packed(codes.searchsorted(np.asarray(terms_of(), np.int64))) for terms_of in lists]


def _merge_bytes(lists: Sequence[Callable[[], SortedTerms]]) -> tuple[list[bytes], list[Array]]:
    union: set[bytes] = set()
    for terms_of in lists:
        union.update(as_bytes(terms_of()))
    merged = sorted(union)
    del union
    numbers = dict(zip(merged, range(len(merged)), strict=True))
    found = []
    for terms_of in lists:
        terms = as_bytes(terms_of())
        found.append(packed(np.fromiter(map(numbers.__getitem__, terms), np.int64, len(terms))))
    return merged, found


def term_totals(sources: Sequence[Source], term_count: int) -> tuple[Array, Array]:
    """Return the number of postings and of occurrences of each merged term (int64)."""
    counts = np.zeros(term_count, np.int64)
    occurrences = np.zeros(term_count, np.int64)
    for source in sources:
        own_counts, own_occurrences = source.totals()
        counts[source.terms] += own_counts
        occurrences[source.terms] += own_occurrences
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
        # Bisected as plain numbers: `searchsorted` would copy terms of another dtype than its needles.
        first, last = bisect_left(source.terms.data, start), bisect_left(source.terms.data, end)
        if first < last:
            parts.append((source.terms[first:last] - start, source.postings(first, last)))
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
