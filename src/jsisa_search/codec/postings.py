"""The postings of a field in a segment file: how they lie there, and how they are read.

Terms are numbered as in the dictionary; postings are numbered through the field, term by term.
A term with `LONG` postings or more is *long*. Arrays, under the prefix of the field:

    starts             uint     first posting of each term, and the end of the last
    occurrence.starts  uint     sum of the frequencies before each term, and in all
    docs.short         uint     documents of the postings of all other terms (uint32, or uint16 in a
                                segment of 65,536 documents or fewer)
    docs.long          uint16   low 16 bits of the documents of the postings of long terms
    long.terms         uint     numbers of the long terms
    long.starts        uint     first posting of each long term in `docs.long`, and the end of the last
    long.chunks        uint     only beyond 65,536 documents; row per long term: where the postings of
                                each run of 65,536 documents begin, relative to the term's first, and
                                their end
    long.blocks        float32  the highest impact (below) among each 128 postings of a long term
    long.occurrences   uint     sum of the frequencies of a long term before each of its blocks
    long.blockstarts   uint     first block of each long term, and the end of the last
    freqs.*            bytes    frequency per posting (absent where all are 1)
    positions.first.*  bytes    position of the first occurrence per posting (absent where the format
                                keeps none)
    positions.rest.*   bytes    positions of the further occurrences, posting after posting
    weights            float32  weight per posting (absent where it is the frequency)
    values.*           ...      what other formats keep: `values.bytes`, `values.starts`
    lengths            uint     length of the field in each document (absent where it is not scorable)

`bytes` are three arrays: `.low` (uint8, the low byte of each element), `.at` and `.high` (indices of the
elements of 256 or more, and what is above their low byte).

The impact of a posting is `f / (f + K1 * (1 - B + B * length / average))`: BM25 without idf and K1 + 1.
The file records K1, B and the average; see `search.scoring` for why a bound outlives the average.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import ArraySlot, Container, ContainerWriter
from jsisa_search.codec.narrow import Bytes, narrowed, offsets_of, spread
from jsisa_search.codec.runs import Postings
from jsisa_search.codec.terms import TermDictionary

Array = NDArray[Any]

#: Shorter lists lie as they are searched; measured on news, that is 8 % more bytes and 30 % less time.
LONG = 4096
BLOCK = 128
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Impact:
    """The parameters of BM25 under which the highest impact of each block was taken."""

    k1: float = 1.2
    b: float = 0.75

    def of(self, freqs: Array, lengths: Array, average: float) -> Array:
        """Return the impacts of postings (float32)."""
        norms = self.k1 * (1 - self.b + self.b * lengths.astype(np.float32) / np.float32(average))
        return (freqs / (freqs + norms)).astype(np.float32)


class _BytesWriter:
    """Writes integers piece by piece as low bytes and exceptions."""

    def __init__(self, writer: ContainerWriter, name: str, count: int) -> None:
        self._writer, self._name = writer, name
        self._low = writer.reserve(name + ".low", np.dtype(np.uint8), count)
        self._written = 0
        self._at: list[Array] = []
        self._high: list[Array] = []

    def append(self, piece: Array) -> None:
        self._low.append((piece & 0xFF).astype(np.uint8))
        if piece.dtype != np.uint8:
            exceeding = np.flatnonzero(piece > 0xFF)
            self._at.append(exceeding + self._written)
            self._high.append(piece[exceeding] >> 8)
        self._written += len(piece)

    def finish(self) -> None:
        empty = np.zeros(0, np.uint8)
        self._writer.add(self._name + ".at", narrowed(np.concatenate([*self._at, empty])))
        self._writer.add(self._name + ".high", narrowed(np.concatenate([*self._high, empty])))


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
    ) -> None:
        """Take the totals of the terms that have postings; `lengths` is the field's in each document."""
        self._writer, self._prefix = writer, prefix
        self._lengths, self._doc_count, self._impact = lengths, doc_count, impact
        self._is_long = counts >= LONG
        self._term = 0
        long_counts = counts[self._is_long]
        self._long_terms = np.flatnonzero(self._is_long)
        total, total_long = int(counts.sum()), int(long_counts.sum())
        starts = offsets_of(counts)
        writer.add(prefix + "starts", narrowed(starts))
        writer.add(prefix + "occurrence.starts", narrowed(offsets_of(occurrences)))
        writer.add(prefix + "long.terms", narrowed(self._long_terms))
        writer.add(prefix + "long.starts", narrowed(offsets_of(long_counts)))
        writer.add(prefix + "long.blockstarts", narrowed(offsets_of(-(-long_counts // BLOCK))))
        self._docs_short = writer.reserve(prefix + "docs.short", short_dtype(doc_count), total - total_long)
        self._docs_long = writer.reserve(prefix + "docs.long", np.dtype(np.uint16), total_long)
        self._freqs = _BytesWriter(writer, prefix + "freqs", total) if occurrences.sum() != total else None
        self._total, self._total_occurrences = total, int(occurrences.sum())
        self._first: _BytesWriter | None = None
        self._rest: _BytesWriter | None = None
        self._weights: ArraySlot | None = None
        self._value_lengths: list[int] = []
        self._values: list[bytes] = []
        self._chunks: list[Array] = []
        self._blocks: list[Array] = []
        self._block_occurrences: list[Array] = []

    def write(self, slices: Iterable[Postings], *, positions: bool, weights: bool) -> None:
        """Write all postings; say beforehand whether they carry positions and weights of their own."""
        if positions:
            name = self._prefix + "positions."
            further = self._total_occurrences - self._total
            self._first = _BytesWriter(self._writer, name + "first", self._total)
            self._rest = _BytesWriter(self._writer, name + "rest", further)
        if weights:
            self._weights = self._writer.reserve(self._prefix + "weights", np.dtype(np.float32), self._total)
        for postings in slices:
            self._write_slice(postings)
        self._finish()

    def _write_slice(self, postings: Postings) -> None:
        counts = postings.counts[postings.counts > 0]
        is_long = self._is_long[self._term : self._term + len(counts)]
        self._term += len(counts)
        in_long = np.repeat(is_long, counts)
        self._docs_short.append(postings.docs[~in_long])
        if is_long.any():
            self._write_long(counts[is_long], postings.docs[in_long], postings.freqs[in_long])
        if self._freqs:
            self._freqs.append(postings.freqs)
        if self._first and self._rest and postings.positions is not None:
            is_first = np.zeros(len(postings.positions), np.bool_)
            is_first[offsets_of(postings.freqs)[:-1]] = True
            self._first.append(postings.positions[is_first])
            self._rest.append(postings.positions[~is_first])
        if self._weights:
            self._weights.append(postings.freqs if postings.weights is None else postings.weights)
        if postings.values is not None:
            self._values.extend(postings.values)

    def _write_long(self, counts: Array, docs: Array, freqs: Array) -> None:
        self._docs_long.append((docs & (CHUNK - 1)).astype(np.uint16))
        if self._doc_count > CHUNK:
            self._chunks.append(_chunk_starts(counts, docs, -(-self._doc_count // CHUNK)))
        block_starts = _block_starts(counts)
        if self._freqs:
            before = offsets_of(freqs)
            of_term = np.repeat(before[offsets_of(counts)[:-1]], -(-counts // BLOCK))
            self._block_occurrences.append(before[block_starts] - of_term)
        if self._lengths is not None:
            average = self._lengths.mean(dtype=np.float64) or 1.0
            impacts = self._impact.of(freqs, self._lengths[docs], average)
            self._blocks.append(np.maximum.reduceat(impacts, block_starts))

    def _finish(self) -> None:
        writer, prefix = self._writer, self._prefix
        for part in (self._freqs, self._first, self._rest):
            if part:
                part.finish()
        if self._chunks:
            writer.add(prefix + "long.chunks", narrowed(np.concatenate(self._chunks)))
        if self._blocks:
            writer.add(prefix + "long.blocks", np.concatenate(self._blocks))
        if self._block_occurrences:
            occurrences = narrowed(np.concatenate(self._block_occurrences))
            writer.add(prefix + "long.occurrences", occurrences)
        if self._values:
            lengths = np.fromiter(map(len, self._values), np.int64, len(self._values))
            writer.add(prefix + "values.starts", narrowed(offsets_of(lengths)))
            writer.add(prefix + "values.bytes", np.frombuffer(b"".join(self._values), np.uint8))
        if self._lengths is not None:
            writer.add(prefix + "lengths", narrowed(self._lengths))


def short_dtype(doc_count: int) -> np.dtype[Any]:
    """Return the dtype of document numbers in a segment of `doc_count` documents."""
    return np.dtype(np.uint16 if doc_count <= CHUNK else np.uint32)


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
    return spread(np.zeros(len(counts), np.int64), blocks) * BLOCK + np.repeat(
        offsets_of(counts)[:-1], blocks
    )


class FieldPostings:
    """The terms and postings of one field of one segment.

    Document numbers come as uint16 in a segment of 65,536 documents or fewer, else as uint32.
    """

    def __init__(self, container: Container, name: str, doc_count: int) -> None:
        prefix = f"field/{name}/"
        self.doc_count = doc_count
        self.terms = TermDictionary(container, prefix)
        self._starts = memoryview(container[prefix + "starts"])
        self._occurrence_starts = memoryview(container[prefix + "occurrence.starts"])
        self._long_terms = container[prefix + "long.terms"]
        self._long_starts = memoryview(container[prefix + "long.starts"])
        self._block_starts = memoryview(container[prefix + "long.blockstarts"])
        self._docs_short = container[prefix + "docs.short"]
        self._docs_long = container[prefix + "docs.long"]
        self._chunks = container.get(prefix + "long.chunks")
        self._blocks = container.get(prefix + "long.blocks")
        self._block_occurrences = container.get(prefix + "long.occurrences")
        self._freqs = _bytes(container, prefix + "freqs")
        self._first = _bytes(container, prefix + "positions.first")
        self._rest = _bytes(container, prefix + "positions.rest")
        self._weights = container.get(prefix + "weights")
        self._value_starts = container.get(prefix + "values.starts")
        self._values = container.get(prefix + "values.bytes")
        self.lengths = container.get(prefix + "lengths")
        settings = container.meta["fields"][name]
        self.total_length: int = settings["length"]
        self.impact = Impact(settings["k1"], settings["b"])

    @property
    def has_positions(self) -> bool:
        """Whether positions are kept in their own array."""
        return self._first is not None

    @property
    def has_weights(self) -> bool:
        """Whether weights differ from frequencies."""
        return self._weights is not None

    def counts(self) -> Array:
        """Return the number of postings of each term (int64)."""
        return np.diff(np.asarray(self._starts).astype(np.int64))

    def occurrence_counts(self) -> Array:
        """Return the sum of the frequencies of each term (int64)."""
        return np.diff(np.asarray(self._occurrence_starts).astype(np.int64))

    def postings(self, start: int, end: int) -> Postings:
        """Return the postings of the terms number `start` to `end`."""
        counts = np.diff(np.asarray(self._starts[start : end + 1]).astype(np.int64))
        first, last = self._starts[start], self._starts[end]
        freqs = np.ones(last - first, np.uint8) if self._freqs is None else self._freqs.slice(first, last)
        values = None
        if self._value_starts is not None:
            values = tuple(value for term in range(start, end) for value in self.values(term) or ())
        return Postings(
            counts=counts,
            docs=self._docs_between(start, end, counts),
            freqs=freqs,
            positions=self._positions_between(start, end, freqs) if self.has_positions else None,
            weights=None if self._weights is None else self._weights[first:last],
            values=values,
        )

    def _docs_between(self, start: int, end: int, counts: Array) -> Array:
        """Return the documents of the terms number `start` to `end`, term after term."""
        docs = np.empty(int(counts.sum()), np.uint32)
        is_long = np.repeat(counts >= LONG, counts)
        ranks = range(*self._long_terms.searchsorted((start, end)).tolist())
        long_before = self._long_starts[ranks.start]
        short_start = self._starts[start] - long_before
        short_end = self._starts[end] - self._long_starts[ranks.stop]
        docs[~is_long] = self._docs_short[short_start:short_end]
        if ranks:
            docs[is_long] = np.concatenate([self.docs(int(self._long_terms[rank])) for rank in ranks])
        return docs

    def doc_frequency(self, term: int) -> int:
        """Return the number of documents of term number `term`, deleted ones among them."""
        return self._starts[term + 1] - self._starts[term]

    def frequency(self, term: int) -> int:
        """Return the number of occurrences of term number `term`."""
        return self._occurrence_starts[term + 1] - self._occurrence_starts[term]

    def docs(self, term: int) -> Array:
        """Return the documents of term number `term`, ascending."""
        start, end = self._starts[term], self._starts[term + 1]
        rank = int(self._long_terms.searchsorted(term))
        long_start = self._long_starts[rank]
        if end - start < LONG:
            return self._docs_short[start - long_start : end - long_start]
        low = self._docs_long[long_start : self._long_starts[rank + 1]]
        if self._chunks is None:
            return low
        docs = low.astype(np.uint32)
        bounds = self._chunks[rank].tolist()
        for chunk in range(1, len(bounds) - 1):
            docs[bounds[chunk] : bounds[chunk + 1]] += chunk * CHUNK
        return docs

    def all_docs(self) -> Array:
        """Return the documents of all postings, in no order."""
        ranks = range(len(self._long_terms))
        return np.concatenate([self._docs_short, *(self.docs(int(self._long_terms[rank])) for rank in ranks)])

    def block_impacts(self, term: int) -> Array | None:
        """Return the highest impact in each 128 postings (float32), or `None` for a short list."""
        if self._blocks is None or self.doc_frequency(term) < LONG:
            return None
        rank = int(self._long_terms.searchsorted(term))
        return self._blocks[self._block_starts[rank] : self._block_starts[rank + 1]]

    def freqs(self, term: int) -> Array | None:
        """Return the frequencies of term number `term` (uint8 or uint32); `None` means all are 1."""
        if self._freqs is None:
            return None
        return self._freqs.slice(self._starts[term], self._starts[term + 1])

    def freqs_at(self, term: int, postings: Array) -> Array | None:
        """Return the frequencies of some postings, numbered from the term's first."""
        if self._freqs is None:
            return None
        return self._freqs.gather(postings + self._starts[term])

    def weights(self, term: int) -> Array | None:
        """Return the weights of term number `term` (float32) or its frequencies where they are the same."""
        if self._weights is None:
            return self.freqs(term)
        return self._weights[self._starts[term] : self._starts[term + 1]]

    def all_positions(self, term: int) -> Array:
        """Return the positions of all occurrences of term number `term`, posting after posting."""
        freqs = self.freqs(term)
        if freqs is None:
            freqs = np.ones(self.doc_frequency(term), np.uint8)
        return self._positions_between(term, term + 1, freqs)

    def _positions_between(self, start: int, end: int, freqs: Array) -> Array:
        """Return the positions of the terms number `start` to `end`, whose frequencies are `freqs`."""
        assert self._first is not None
        assert self._rest is not None
        first, last = self._starts[start], self._starts[end]
        one = self._first.slice(first, last)
        if len(freqs) == self._occurrence_starts[end] - self._occurrence_starts[start]:
            return one
        further = self._rest.slice(
            self._occurrence_starts[start] - first, self._occurrence_starts[end] - last
        )
        is_first = np.zeros(len(one) + len(further), np.bool_)
        is_first[offsets_of(freqs)[:-1]] = True
        positions = np.empty(len(is_first), np.promote_types(one.dtype, further.dtype))
        positions[is_first] = one
        positions[~is_first] = further
        return positions

    def position_starts(self, term: int) -> Array:
        """Return where the positions of each posting begin among the term's, and the end (int64)."""
        freqs = self.freqs(term)
        if freqs is None:
            return np.arange(self.doc_frequency(term) + 1)
        return offsets_of(freqs)

    def places(self, term: int, postings: Array, rows: Array) -> Array:
        """Return where the term stands in the documents of some postings: `rows << 32 | position`, sorted.

        `postings` are numbered from the term's first; `rows` (int64) has a number for each.
        """
        assert self._first is not None
        assert self._rest is not None
        start = self._starts[term]
        rows = rows << 32
        places = rows + self._first.gather(postings + start)
        freqs = self.freqs_at(term, postings)
        if freqs is None:
            return places
        repeated = np.flatnonzero(freqs > 1)
        if not len(repeated):
            return places
        again = postings[repeated]
        counts = freqs[repeated].astype(np.int64) - 1
        starts = self._occurrences_before(term, again) - again
        first = self._occurrence_starts[term] - start
        further = self._rest.gather(spread(starts + first, counts))
        places = np.concatenate([places, np.repeat(rows[repeated], counts) + further])
        places.sort()
        return places

    def _occurrences_before(self, term: int, postings: Array) -> Array:
        """Return the sum of the term's frequencies before each of some postings (int64)."""
        assert self._freqs is not None
        length = self.doc_frequency(term)
        if length < LONG or self._block_occurrences is None or len(postings) * BLOCK > length:
            return self.position_starts(term).take(postings)
        rank = int(self._long_terms.searchsorted(term))
        blocks = postings // BLOCK
        before = self._block_occurrences[self._block_starts[rank] + blocks].astype(np.int64)
        within = postings - blocks * BLOCK
        rows = (blocks * BLOCK)[:, None] + np.arange(BLOCK)
        in_block = self._freqs.gather(np.minimum(rows, length - 1) + self._starts[term])
        in_block = np.where(np.arange(BLOCK) < within[:, None], in_block, 0)
        return before + in_block.sum(axis=1, dtype=np.int64)

    def find(self, term: int, docs: Array) -> tuple[Array, Array]:
        """Return (postings, found): where each of `docs` is among the term's, and whether it is there.

        `docs` ascends and has the dtype of documents of this segment; postings are int64 and mean
        nothing where `found` is false. The list of a long term is searched as it lies, undecoded.
        """
        if self._chunks is None or self.doc_frequency(term) < LONG:
            return search_sorted(self.docs(term), docs)
        rank = int(self._long_terms.searchsorted(term))
        first = self._long_starts[rank]
        bounds = self._chunks[rank].tolist()
        cuts = docs.searchsorted(np.arange(len(bounds), dtype=np.uint32) * CHUNK).tolist()
        low = docs.astype(np.uint16)
        postings = np.zeros(len(docs), np.int64)
        found = np.zeros(len(docs), np.bool_)
        for chunk in range(len(bounds) - 1):
            start, end = cuts[chunk], cuts[chunk + 1]
            if start < end and bounds[chunk] < bounds[chunk + 1]:
                part = self._docs_long[first + bounds[chunk] : first + bounds[chunk + 1]]
                at, found[start:end] = search_sorted(part, low[start:end])
                postings[start:end] = at + bounds[chunk]
        return postings, found

    def docs_at(self, term: int, postings: Array) -> Array:
        """Return the documents of some postings, numbered from the term's first, ascending."""
        if self._chunks is None or self.doc_frequency(term) < LONG:
            return self.docs(term)[postings]
        rank = int(self._long_terms.searchsorted(term))
        docs = self._docs_long[postings + self._long_starts[rank]].astype(np.uint32)
        bounds = postings.searchsorted(self._chunks[rank][1:-1])
        for start in bounds.tolist():
            docs[start:] += CHUNK
        return docs

    def values(self, term: int) -> list[bytes] | None:
        """Return what the format keeps for each posting, or `None` where it is derived."""
        if self._value_starts is None or self._values is None:
            return None
        bounds = self._value_starts[self._starts[term] : self._starts[term + 1] + 1].tolist()
        return [bytes(self._values[a:b]) for a, b in pairwise(bounds)]


def search_sorted(haystack: Array, needles: Array) -> tuple[Array, Array]:
    """Return where each needle is in the ascending `haystack`, and whether it is there (same dtypes)."""
    at = haystack.searchsorted(needles)
    np.minimum(at, len(haystack) - 1, out=at)
    return at, haystack.take(at) == needles


def _bytes(container: Container, name: str) -> Bytes | None:
    if name + ".low" not in container:
        return None
    return Bytes(container[name + ".low"], container[name + ".at"], container[name + ".high"])
