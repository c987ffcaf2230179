"""Writing the postings of a field; `codec.postings` says how they lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ArraySlot, ContainerWriter
from jsisa_search.codec.segment.doc_lists import CHUNK, DENSE, DenseWriter, ShortDocsWriter
from jsisa_search.codec.segment.packed_ints import (
    FreqsWriter,
    HalvesWriter,
    MostlyWriter,
    freqs_writer,
    narrowed,
    offsets_of,
    position_dtype,
    spread,
)
from jsisa_search.codec.segment.postings import BLOCK, LONG, Impact
from jsisa_search.codec.segment.term_postings import STEP
from jsisa_search.codec.writing.sorted_runs import Postings

Array = NDArray[Any]


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

        Terms of `long` postings or more are cut into blocks, and have documents of 16 bits or as bits.
        """
        self._writer, self._prefix = writer, prefix
        self._lengths, self._doc_count, self._impact = lengths, doc_count, impact
        self._is_long = counts >= long
        self._term = 0
        self._is_dense = self._is_long & (counts * DENSE > doc_count)
        long_counts = counts[self._is_long]
        self._long_terms = np.flatnonzero(self._is_long)
        total, total_long = int(counts.sum()), int(long_counts.sum())
        starts = offsets_of(counts)
        writer.add(prefix + "starts", narrowed(starts))
        writer.add(prefix + "long.terms", narrowed(self._long_terms))
        writer.add(prefix + "long.starts", narrowed(offsets_of(long_counts)))
        writer.add(prefix + "long.blockstarts", narrowed(offsets_of(-(-long_counts // BLOCK))))
        self._docs_short = ShortDocsWriter(writer, prefix, count=total - total_long, doc_count=doc_count)
        self._dense = DenseWriter(writer, prefix, np.flatnonzero(self._is_dense), doc_count)
        in_docs_long = total_long - int(counts[self._is_dense].sum())
        self._docs_long = writer.reserve(prefix + "docs.long", np.dtype(np.uint16), in_docs_long)
        self._freqs: FreqsWriter | None = None
        self._occurrences = occurrences
        self._total, self._total_occurrences = total, int(occurrences.sum())
        self._first: MostlyWriter | None = None
        self._rest: MostlyWriter | None = None
        self._weights: ArraySlot | None = None
        self._values: list[bytes] = []
        self._chunks: list[Array] = []
        self._blocks: list[Array] = []
        self._steps: list[Array] = []
        self._written = self._further = 0

    def write(self, slices: Iterable[Postings], *, positions: bool, weights: bool) -> None:
        """Write all postings; say beforehand whether they carry positions and weights of their own."""
        if positions:
            name = self._prefix + "positions."
            further = self._total_occurrences - self._total
            dtype = position_dtype(self._lengths)
            self._first = MostlyWriter(self._writer, name + "first", self._total, dtype)
            self._rest = MostlyWriter(self._writer, name + "rest", further, dtype)
        self._freqs = freqs_writer(
            self._writer,
            self._prefix + "freqs",
            count=self._total,
            total=self._total_occurrences,
            can_be_sparse=not positions,
        )
        if isinstance(self._freqs, MostlyWriter | HalvesWriter):
            self._writer.add(self._prefix + "occurrence.starts", narrowed(offsets_of(self._occurrences)))
        if weights:
            self._weights = self._writer.reserve(self._prefix + "weights", np.dtype(np.float32), self._total)
        for postings in slices:
            self._write_slice(postings)
        self._finish()

    def _write_slice(self, postings: Postings) -> None:
        counts = postings.counts[postings.counts > 0]
        self._write_docs(counts, postings.docs, postings.freqs)
        if self._freqs:
            self._freqs.append(postings.freqs)
        if self._first and self._rest and postings.positions is not None:
            is_first = np.zeros(len(postings.positions), np.bool_)
            is_first[offsets_of(postings.freqs)[:-1]] = True
            self._first.append(postings.positions[is_first])
            self._rest.append(postings.positions[~is_first])
            self._write_steps(postings.freqs)
        if self._weights:
            self._weights.append(postings.freqs if postings.weights is None else postings.weights)
        if postings.values is not None:
            self._values.extend(postings.values)

    def _write_docs(self, counts: Array, docs: Array, freqs: Array) -> None:
        terms = slice(self._term, self._term + len(counts))
        self._term += len(counts)
        is_long, is_dense = self._is_long[terms], self._is_dense[terms]
        in_long, in_dense = np.repeat(is_long, counts), np.repeat(is_dense, counts)
        self._docs_short.append(docs[~in_long])
        self._docs_long.append((docs[in_long & ~in_dense] & (CHUNK - 1)).astype(np.uint16))
        self._dense.append(counts[is_dense], docs[in_dense])
        if is_long.any():
            self._write_blocks(counts[is_long], docs[in_long], freqs[in_long])

    def _write_steps(self, freqs: Array) -> None:
        further = offsets_of(freqs) - np.arange(len(freqs) + 1) + self._further
        # A copy: a view would keep eight bytes for every posting of the field until it is finished.
        self._steps.append(further[-self._written % STEP : len(freqs) : STEP].copy())
        self._written += len(freqs)
        self._further = int(further[-1])

    def _write_blocks(self, counts: Array, docs: Array, freqs: Array) -> None:
        if self._doc_count > CHUNK:
            self._chunks.append(_chunk_starts(counts, docs, -(-self._doc_count // CHUNK)))
        block_starts = _block_starts(counts)
        if self._lengths is not None:
            average = self._lengths.mean(dtype=np.float64) or 1.0
            impacts = self._impact.of(freqs, self._lengths[docs], average)
            self._blocks.append(np.maximum.reduceat(impacts, block_starts))

    def _finish(self) -> None:
        writer, prefix = self._writer, self._prefix
        for part in (self._docs_short, self._freqs, self._first, self._rest):
            if part:
                part.finish()
        if self._chunks:
            writer.add(prefix + "long.chunks", narrowed(np.concatenate(self._chunks)))
        if self._blocks:
            writer.add(prefix + "long.blocks", np.concatenate(self._blocks))
        if self._steps:
            writer.add(prefix + "positions.steps", narrowed(np.concatenate(self._steps)))
        if self._values:
            lengths = np.fromiter(map(len, self._values), np.int64, len(self._values))
            writer.add(prefix + "values.starts", narrowed(offsets_of(lengths)))
            writer.add(prefix + "values.bytes", np.frombuffer(b"".join(self._values), np.uint8))
        if self._lengths is not None:
            writer.add(prefix + "lengths", narrowed(self._lengths))


def _chunk_starts(counts: Array, docs: Array, chunk_count: int) -> Array:
    """Return, per term, where each chunk begins among its postings, and their end (int64 rows)."""
    terms = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    per_chunk = np.bincount(terms * chunk_count + (docs >> 16), minlength=len(counts) * chunk_count)
    rows = np.zeros((len(counts), chunk_count + 1), np.int64)
    np.cumsum(per_chunk.reshape(len(counts), chunk_count), axis=1, out=rows[:, 1:])
    return rows


def _block_starts(counts: Array) -> Array:
    """Return where each block of `BLOCK` postings begins; every term begins a block."""
    blocks = -(-counts // BLOCK)
    in_term: Array = spread(np.zeros(len(counts), np.int64), blocks) * BLOCK
    in_term += np.repeat(offsets_of(counts)[:-1], blocks)
    return in_term
