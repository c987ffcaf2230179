"""The documents of the terms of a field, in three kinds of containers, as in a Roaring bitmap.

A term with at least `long` postings (a number in the field's metadata) is *long*:

    array    terms that are not long: the documents one after the other
    chunked  long terms: the low 16 bits of the documents, in chunks of 65,536 document numbers
    bitmap   long terms that more than one document in `BITMAP_SHARE` has: a bit for each document

Arrays, under the field's prefix; rows and elements of the long terms are in the order of the terms:

    starts           uint    first posting of each term, and the end of the last
    docs.array       uint16  low 16 bits of the documents of the array containers, term after term
    docs.array.high  uint8   what is above these (uint16 beyond 2^24 documents); only beyond 65,536 documents
    docs.chunked     uint16  low 16 bits of the documents of the chunked containers, term after term
    docs.bitmap      uint64  row per bitmap: bit d % 64 (0 is the lowest) of word d // 64 is document d
    long.terms       uint    numbers of the long terms
    long.starts      uint    postings of long terms before each of them, and in all
    long.offsets     uint    first element of `docs.chunked`, or row of `docs.bitmap`
    long.chunks      uint    row per long term, only beyond 65,536 documents: where each chunk begins
                             among its postings, and their end
"""

from __future__ import annotations

from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ArraySlot, Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed, search_sorted, unsigned_dtype

Array = NDArray[Any]

CHUNK_BITS = 16
CHUNK = 1 << CHUNK_BITS
#: A bitmap then takes at most three quarters of a chunked container, n / 8 bytes to 2n / 12.
BITMAP_SHARE = 12

_WORD_BITS = 64
_ONE = np.uint64(1)


def doc_dtype(doc_count: int) -> np.dtype[Any]:
    """Return the dtype of document numbers in a segment of `doc_count` documents: uint16 or uint32."""
    return np.dtype(np.uint16 if doc_count <= CHUNK else np.uint32)


class DocList(Protocol):
    """The ascending documents of one term; their dtype is `doc_dtype`."""

    def docs(self) -> Array:
        """Return all documents."""
        ...

    def at(self, ranks: Array) -> Array:
        """Return the documents at some ranks (ascending integers from 0)."""
        ...

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (ranks, found): how many documents precede each of `docs` (int64), and membership (bool).

        `docs` ascends and has the dtype of the list.
        """
        ...


class ArrayContainer:
    """Documents as an array; `high` is `None` where the low 16 bits are all."""

    __slots__ = ("_high", "_low")

    def __init__(self, low: Array, high: Array | None) -> None:
        self._low, self._high = low, high

    def docs(self) -> Array:
        """Return all documents."""
        if self._high is None:
            return self._low
        docs = self._high.astype(np.uint32)
        docs <<= CHUNK_BITS
        docs += self._low
        return docs

    def at(self, ranks: Array) -> Array:
        """Return the documents at some ranks."""
        return self.docs().take(ranks, mode="clip")

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (ranks, found) of `docs`."""
        return search_sorted(self.docs(), docs)


class ChunkedContainer:
    """Documents as their low 16 bits, and where each chunk of them begins; searched without decoding."""

    __slots__ = ("_bounds", "_low")

    def __init__(self, low: Array, bounds: Array) -> None:
        """Take the low bits (uint16), and the start of each chunk among them with the end of the last."""
        self._low, self._bounds = low, bounds

    def docs(self) -> Array:
        """Return all documents."""
        docs = self._low.astype(np.uint32)
        bounds = self._bounds.tolist()
        for chunk in range(1, len(bounds) - 1):
            docs[bounds[chunk] : bounds[chunk + 1]] += chunk * CHUNK
        return docs

    def at(self, ranks: Array) -> Array:
        """Return the documents at some ranks."""
        docs: Array = self._low[ranks].astype(np.uint32)
        for start in ranks.searchsorted(self._bounds[1:-1]).tolist():
            docs[start:] += CHUNK
        return docs

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (ranks, found) of `docs`."""
        bounds = self._bounds.tolist()
        cuts = docs.searchsorted(np.arange(len(bounds), dtype=np.uint32) * CHUNK).tolist()
        low = docs.astype(np.uint16)
        ranks = np.empty(len(docs), np.int64)
        found = np.zeros(len(docs), np.bool_)
        for chunk in range(len(bounds) - 1):
            asked = slice(cuts[chunk], cuts[chunk + 1])
            part = self._low[bounds[chunk] : bounds[chunk + 1]]
            if not len(part):
                ranks[asked] = bounds[chunk]
            elif asked.start < asked.stop:
                at, found[asked] = search_sorted(part, low[asked])
                ranks[asked] = at + bounds[chunk]
        return ranks, found


class BitmapContainer:
    """Documents as bits: quick to look up, slower to list."""

    __slots__ = ("_dtype", "_ranks", "_words")

    def __init__(self, words: Array, dtype: np.dtype[Any]) -> None:
        """Take the words (uint64), and the dtype of documents."""
        self._words, self._dtype = words, dtype
        # Documents before each word, counted on opening (8 us for 200,000): threads share the object.
        self._ranks = offsets_of(count_ones(words))

    def docs(self) -> Array:
        """Return all documents."""
        bits = np.unpackbits(self._words.view(np.uint8), bitorder="little")
        return bits.view(np.bool_).nonzero()[0].astype(self._dtype)

    def at(self, ranks: Array) -> Array:
        """Return the documents at some ranks."""
        return self.docs().take(ranks, mode="clip")

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (ranks, found) of `docs`."""
        at = docs >> 6
        bit = (docs & (_WORD_BITS - 1)).astype(np.uint64)
        words = self._words.take(at)
        ranks = self._ranks.take(at)
        ranks += count_ones(words & ((_ONE << bit) - _ONE))
        words >>= bit
        words &= _ONE
        return ranks, words.astype(np.bool_)


class DocLists:
    """The documents of all terms of one field."""

    def __init__(self, container: Container, prefix: str, doc_count: int, long: int) -> None:
        """Open the arrays; `long` is the least number of postings of a long term."""
        self._doc_count, self._long = doc_count, long
        self._dtype = doc_dtype(doc_count)
        # A memoryview gives plain ints, three times as fast as an array gives scalars.
        self._starts = container[prefix + "starts"].data
        self._low = container[prefix + "docs.array"]
        self._high = container.get(prefix + "docs.array.high")
        self._chunked = container[prefix + "docs.chunked"]
        self._bitmaps = container.get(prefix + "docs.bitmap")
        self._long_terms = container[prefix + "long.terms"]
        self._long_starts = container[prefix + "long.starts"].data
        self._offsets = container[prefix + "long.offsets"].data
        self._chunks = container.get(prefix + "long.chunks")

    def rank(self, term: int) -> int:
        """Return how many long terms precede term number `term`."""
        return int(self._long_terms.searchsorted(term))

    def of(self, term: int) -> DocList:
        """Return the documents of term number `term`."""
        start, end = self._starts[term], self._starts[term + 1]
        rank = self.rank(term)
        if end - start < self._long:
            before = self._long_starts[rank]
            return self._array(start - before, end - before)
        offset = self._offsets[rank]
        if self._bitmaps is not None and (end - start) * BITMAP_SHARE > self._doc_count:
            return BitmapContainer(self._bitmaps[offset], self._dtype)
        low = self._chunked[offset : offset + end - start]
        return (
            ArrayContainer(low, None) if self._chunks is None else ChunkedContainer(low, self._chunks[rank])
        )

    def _array(self, start: int, end: int) -> ArrayContainer:
        return ArrayContainer(self._low[start:end], None if self._high is None else self._high[start:end])

    def between(self, start: int, end: int) -> Array:
        """Return the documents of the terms number `start` to `end`, term after term."""
        first, last = self._long_terms.searchsorted((start, end)).tolist()
        array_start = self._starts[start] - self._long_starts[first]
        array_docs = self._array(array_start, self._starts[end] - self._long_starts[last]).docs()
        long = self._long_terms[first:last].tolist()
        cuts = [
            self._starts[term] - self._long_starts[rank] - array_start
            for rank, term in enumerate(long, first)
        ]
        pieces = [array_docs[a:b] for a, b in zip([0, *cuts], [*cuts, len(array_docs)], strict=True)]
        long_docs = [self.of(term).docs() for term in long]
        return np.concatenate([*chain.from_iterable(zip(pieces, long_docs, strict=False)), pieces[-1]])


class DocListsWriter:
    """Writes the documents of a field, slice of terms by slice of terms."""

    def __init__(
        self, writer: ContainerWriter, prefix: str, *, counts: Array, doc_count: int, long: int
    ) -> None:
        """Take the number of postings of each term, none of them 0."""
        self._doc_count = doc_count
        #: Whether each term is long (bool).
        self.is_long = counts >= long
        self._is_bitmap = self.is_long & (counts * BITMAP_SHARE > doc_count)
        writer.add(prefix + "starts", packed(offsets_of(counts)))
        writer.add(prefix + "long.terms", packed(np.flatnonzero(self.is_long)))
        writer.add(prefix + "long.starts", packed(offsets_of(counts[self.is_long])))
        writer.add(prefix + "long.offsets", packed(self._offsets_of_long(counts)))
        self._reserve(writer, prefix, counts)

    def _offsets_of_long(self, counts: Array) -> Array:
        in_chunked = offsets_of(np.where(self.is_long & ~self._is_bitmap, counts, 0))[:-1]
        in_bitmaps = offsets_of(self._is_bitmap)[:-1]
        return np.where(self._is_bitmap, in_bitmaps, in_chunked)[self.is_long]

    def _reserve(self, writer: ContainerWriter, prefix: str, counts: Array) -> None:
        uint16 = np.dtype(np.uint16)
        array_size = int(counts[~self.is_long].sum())
        chunked_size = int(counts[self.is_long & ~self._is_bitmap].sum())
        bitmaps, long = int(self._is_bitmap.sum()), int(self.is_long.sum())
        self._low = writer.reserve(prefix + "docs.array", uint16, array_size)
        self._high = self._bitmaps = self._chunks = None
        self._chunked = writer.reserve(prefix + "docs.chunked", uint16, chunked_size)
        if bitmaps:
            words = -(-self._doc_count // _WORD_BITS)
            self._bitmaps = writer.reserve(prefix + "docs.bitmap", np.dtype(np.uint64), bitmaps, words)
        if self._doc_count > CHUNK:
            highest = unsigned_dtype(self._doc_count - 1 >> CHUNK_BITS)
            self._high = writer.reserve(prefix + "docs.array.high", highest, array_size)
            if long:
                dtype, chunks = unsigned_dtype(counts.max()), -(-self._doc_count // CHUNK)
                self._chunks = writer.reserve(prefix + "long.chunks", dtype, long, chunks + 1)

    def append(self, first: int, counts: Array, docs: Array) -> None:
        """Write the documents of the terms from number `first` on, which have such counts."""
        terms = slice(first, first + len(counts))
        is_long, is_bitmap = self.is_long[terms], self._is_bitmap[terms]
        in_long, in_bitmap = np.repeat(is_long, counts), np.repeat(is_bitmap, counts)
        array_docs = docs[~in_long]
        self._low.append((array_docs & (CHUNK - 1)).astype(np.uint16))
        if self._high:
            self._high.append(array_docs >> CHUNK_BITS)
        self._chunked.append((docs[in_long & ~in_bitmap] & (CHUNK - 1)).astype(np.uint16))
        if self._chunks:
            self._chunks.append(_chunk_starts(counts[is_long], docs[in_long], -(-self._doc_count // CHUNK)))
        if self._bitmaps:
            self._append_bitmaps(self._bitmaps, counts[is_bitmap], docs[in_bitmap])

    def _append_bitmaps(self, slot: ArraySlot, counts: Array, docs: Array) -> None:
        """Write the bitmaps term by term: a slice may have many, and each takes a byte per document here."""
        start = 0
        for count in counts.tolist():
            slot.append(as_bitmap(docs[start : start + count], self._doc_count))
            start += count


def as_bitmap(docs: Array, doc_count: int) -> Array:
    """Return documents as the words of a bitmap (uint64)."""
    present = np.zeros(-(-doc_count // _WORD_BITS) * _WORD_BITS, np.bool_)
    present[docs] = True
    return np.packbits(present, bitorder="little").view("<u8")


def _chunk_starts(counts: Array, docs: Array, chunk_count: int) -> Array:
    """Return, per term, where each chunk begins among its postings, and their end (int64 rows)."""
    terms = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    per_chunk = np.bincount(terms * chunk_count + (docs >> CHUNK_BITS), minlength=len(counts) * chunk_count)
    rows = np.zeros((len(counts), chunk_count + 1), np.int64)
    np.cumsum(per_chunk.reshape(len(counts), chunk_count), axis=1, out=rows[:, 1:])
    return rows


def _count_ones(words: Array) -> Array:
    """Return the number of ones (uint8) in each word: neighbouring bits, pairs and so on are added up."""
    words = words - (words >> np.uint64(1) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    words = (words & pairs) + (words >> np.uint64(2) & pairs)
    words = words + (words >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (words * np.uint64(0x0101010101010101) >> np.uint64(56)).astype(np.uint8)


#: NumPy before 2 has none.
count_ones = getattr(np, "bitwise_count", _count_ones)
