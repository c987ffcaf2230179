"""Writing the postings of a field; `segment.postings` has their layout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ArraySlot, ContainerWriter
from jsisa_search.codec.segment.doc_lists import DocListsWriter
from jsisa_search.codec.segment.packed_ints import (
    IntsWriter,
    PatchedWriter,
    SparseWriter,
    offsets_of,
    packed,
    spread,
    unsigned_dtype,
)
from jsisa_search.codec.segment.positions import STEP
from jsisa_search.codec.segment.postings import BLOCK, LONG, Impact
from jsisa_search.codec.segment.postings_slice import PostingsSlice

Array = NDArray[Any]

#: Bytes of an element that is listed by index and excess.
_LISTED_BYTES = 5


class PostingsWriter:
    """Writes the postings of one field, slice of terms by slice of terms."""

    def __init__(
        self,
        writer: ContainerWriter,
        prefix: str,
        *,
        counts: Array,
        occurrences: Array,
        lengths: Array | None,
        doc_count: int,
        impact: Impact,
        long: int = LONG,
    ) -> None:
        """Take the totals of the terms that have postings; `lengths` is the field's in each document.

        Terms of `long` postings or more are cut into blocks, and have chunked or bitmap containers.
        """
        self._writer, self._prefix = writer, prefix
        self._occurrences = occurrences
        self._total, self._total_occurrences = int(counts.sum()), int(occurrences.sum())
        self._docs = DocListsWriter(writer, prefix, counts=counts, doc_count=doc_count, long=long)
        self._blocks = _BlocksWriter(writer, prefix, counts[self._docs.is_long], lengths, impact)
        self._lengths = lengths
        self._term = 0
        self._freqs: IntsWriter | None = None
        self._positions: _PositionsWriter | None = None
        self._weights: ArraySlot | None = None
        self._values: list[bytes] = []

    def write(self, slices: Iterable[PostingsSlice], *, positions: bool, weights: bool) -> None:
        """Write all postings; `positions` and `weights` say beforehand whether there are any."""
        if positions:
            further = self._total_occurrences - self._total
            dtype = position_dtype(self._lengths)
            self._positions = _PositionsWriter(self._writer, self._prefix, self._total, further, dtype)
        self._freqs = self._freqs_writer(can_be_sparse=not positions)
        if weights:
            self._weights = self._writer.reserve(self._prefix + "weights", np.dtype(np.float32), self._total)
        for postings in slices:
            self._write_slice(postings)
        self._finish()

    def _freqs_writer(self, *, can_be_sparse: bool) -> IntsWriter | None:
        """Return the writer that takes the fewest bytes for the frequencies, `None` where all are 1."""
        name, above = self._prefix + "freqs", self._total_occurrences - self._total
        if not above:
            return None
        if can_be_sparse and above * _LISTED_BYTES < self._total:
            return SparseWriter(self._writer, name)
        self._writer.add(self._prefix + "occurrence.starts", packed(offsets_of(self._occurrences)))
        return PatchedWriter(self._writer, name, self._total, np.dtype(np.uint8))

    def _write_slice(self, postings: PostingsSlice) -> None:
        counts = postings.counts[postings.counts > 0]
        is_long = self._docs.is_long[self._term : self._term + len(counts)]
        self._docs.append(self._term, counts, postings.docs)
        if is_long.any():
            in_long = np.repeat(is_long, counts)
            self._blocks.append(counts[is_long], postings.docs[in_long], postings.freqs[in_long])
        self._term += len(counts)
        if self._freqs:
            self._freqs.append(postings.freqs)
        if self._positions and postings.positions is not None:
            self._positions.append(postings.positions, postings.freqs)
        if self._weights:
            self._weights.append(postings.freqs if postings.weights is None else postings.weights)
        if postings.values is not None:
            self._values.extend(postings.values)

    def _finish(self) -> None:
        writer, prefix = self._writer, self._prefix
        for part in (self._freqs, self._positions):
            if part:
                part.finish()
        if self._values:
            lengths = np.fromiter(map(len, self._values), np.int64, len(self._values))
            writer.add(prefix + "values.starts", packed(offsets_of(lengths)))
            writer.add(prefix + "values.bytes", np.frombuffer(b"".join(self._values), np.uint8))
        if self._lengths is not None:
            writer.add(prefix + "lengths", packed(self._lengths))


class _PositionsWriter:
    """Writes positions: see `segment.positions`."""

    def __init__(
        self, writer: ContainerWriter, prefix: str, count: int, further: int, dtype: np.dtype[Any]
    ) -> None:
        name = prefix + "positions."
        self._first = PatchedWriter(writer, name + "first", count, dtype)
        self._rest = PatchedWriter(writer, name + "rest", further, dtype)
        self._steps = writer.reserve(name + "steps", unsigned_dtype(further), -(-count // STEP))
        self._written = self._further = 0

    def append(self, positions: Array, freqs: Array) -> None:
        """Write the next positions; `freqs` has the number of those of each posting."""
        is_first = np.zeros(len(positions), np.bool_)
        is_first[offsets_of(freqs)[:-1]] = True
        self._first.append(positions[is_first])
        self._rest.append(positions[~is_first])
        further = offsets_of(freqs) - np.arange(len(freqs) + 1) + self._further
        self._steps.append(further[-self._written % STEP : len(freqs) : STEP])
        self._written += len(freqs)
        self._further = int(further[-1])

    def finish(self) -> None:
        """Write the exceptions."""
        self._first.finish()
        self._rest.finish()


class _BlocksWriter:
    """Writes the highest impact of each block of the long terms."""

    def __init__(
        self, writer: ContainerWriter, prefix: str, counts: Array, lengths: Array | None, impact: Impact
    ) -> None:
        """Take the number of postings of each long term."""
        blocks = -(-counts // BLOCK)
        writer.add(prefix + "long.blockstarts", packed(offsets_of(blocks)))
        self._impact, self._slot = impact, None
        if lengths is not None and len(counts):
            self._lengths = lengths
            self._average = lengths.mean(dtype=np.float64) or 1.0
            self._slot = writer.reserve(prefix + "long.blocks", np.dtype(np.float32), int(blocks.sum()))

    def append(self, counts: Array, docs: Array, freqs: Array) -> None:
        """Write the blocks of the next long terms, which have such postings."""
        if self._slot:
            impacts = self._impact.of(freqs, self._lengths[docs], self._average)
            self._slot.append(np.maximum.reduceat(impacts, _block_starts(counts)))


def _block_starts(counts: Array) -> Array:
    """Return where each block of `BLOCK` postings begins; every term begins a block."""
    blocks = -(-counts // BLOCK)
    in_term: Array = spread(np.zeros(len(counts), np.int64), blocks) * BLOCK
    in_term += np.repeat(offsets_of(counts)[:-1], blocks)
    return in_term


def position_dtype(lengths: Array | None) -> np.dtype[Any]:
    """Return the dtype of the low parts of positions that makes the smaller file: uint8 or uint16.

    `lengths` is the field's in each document, `None` where it is unknown.
    """
    if lengths is None:
        return np.dtype(np.uint16)
    longer = lengths[lengths > 256]
    beyond = int(longer.sum(dtype=np.int64)) - 256 * len(longer)
    return np.dtype(np.uint8 if beyond * _LISTED_BYTES <= int(lengths.sum(dtype=np.int64)) else np.uint16)
