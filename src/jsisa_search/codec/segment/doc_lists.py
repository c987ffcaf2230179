"""The documents of terms, in the containers of a Roaring bitmap: short lists, 16-bit chunks, bitmaps."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import ArraySlot, Container, ContainerWriter
from jsisa_search.codec.segment.halves import HalvesSlot
from jsisa_search.codec.segment.packed_ints import narrowed, offsets_of, search_sorted, unsigned_dtype

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


#: A term that one in so many documents has is dense: its bits take three quarters of what 16 bits for each
#: document do, or less.
DENSE = 12

_WORD = 64
_ONE = np.uint64(1)


class DenseDocs:
    """The dense terms of a field."""

    def __init__(self, container: Container, prefix: str, starts: Any, dtype: np.dtype[Any]) -> None:
        """Read which terms are dense.

        `starts` has the first posting of each term of the field; `dtype` is that of documents.
        """
        self._dtype = dtype
        self._terms: list[int] = []
        counts: list[int] = []
        if prefix + "dense.terms" in container:
            self._terms = container[prefix + "dense.terms"].tolist()
            self._words = container[prefix + "docs.dense"]
            counts = [starts[term + 1] - starts[term] for term in self._terms]
        self._rows = {term: row for row, term in enumerate(self._terms)}
        # Postings of dense terms before each of them, and in all.
        self._starts: list[int] = offsets_of(np.array(counts, np.int64)).tolist()

    def __contains__(self, term: int) -> bool:
        return term in self._rows

    def before(self, term: int) -> int:
        """Return the number of postings of the dense terms before term number `term`."""
        return self._starts[bisect_left(self._terms, term)]

    def bits(self, term: int) -> Bits:
        """Return the documents of a dense term."""
        return Bits(self._words[self._rows[term]], self._dtype)


class Bits:
    """Ascending documents as bits (uint64 words)."""

    def __init__(self, words: Array, dtype: np.dtype[Any]) -> None:
        """Take the words, and the dtype of documents."""
        self._words, self._dtype = words, dtype

    @cached_property
    def _before(self) -> Array:
        """The documents before each word, and in all (uint)."""
        return narrowed(offsets_of(count_ones(self._words)))

    def docs(self) -> Array:
        """Return all of them."""
        bits = np.unpackbits(self._words.view(np.uint8), bitorder="little")
        return bits.view(np.bool_).nonzero()[0].astype(self._dtype)

    def at(self, places: Array) -> Array:
        """Return those at some places."""
        return self.docs().take(places, mode="clip")

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (places, found): where each of `docs` is among them (int64), and whether it is there."""
        at = docs >> 6
        bit = (docs & (_WORD - 1)).astype(np.uint64)
        words = self._words.take(at)
        places = self._before.take(at).astype(np.int64)
        places += count_ones(words & ((_ONE << bit) - _ONE))
        words >>= bit
        words &= _ONE
        return places, words.astype(np.bool_)


class DenseWriter:
    """Writes the documents of the dense terms of a field, slice of terms by slice of terms."""

    def __init__(self, writer: ContainerWriter, prefix: str, terms: Array, doc_count: int) -> None:
        self._doc_count = doc_count
        self._slot: ArraySlot | None = None
        if len(terms):
            writer.add(prefix + "dense.terms", narrowed(terms))
            words = -(-doc_count // _WORD)
            self._slot = writer.reserve(prefix + "docs.dense", np.dtype(np.uint64), len(terms), words)

    def append(self, counts: Array, docs: Array) -> None:
        """Write the documents of the next dense terms, term after term."""
        if self._slot and len(counts):
            self._slot.append(as_bits(counts, docs, self._doc_count))


def as_bits(counts: Array, docs: Array, doc_count: int) -> Array:
    """Return the documents of terms with such counts, term after term, as a row of words for each."""
    bits = -(-doc_count // _WORD) * _WORD
    present = np.zeros((len(counts), bits), np.bool_)
    present[np.repeat(np.arange(len(counts)), counts), docs] = True
    return np.packbits(present, axis=1, bitorder="little").view("<u8")


def _count_ones(words: Array) -> Array:
    """Return the number of ones (uint8) in each word: neighbouring bits, pairs and so on are added up."""
    words = words - (words >> np.uint64(1) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    words = (words & pairs) + (words >> np.uint64(2) & pairs)
    words = words + (words >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (words * np.uint64(0x0101010101010101) >> np.uint64(56)).astype(np.uint8)


#: NumPy before 2 has none.
count_ones = getattr(np, "bitwise_count", _count_ones)
