"""The documents of terms that many have: a bit for each document of the segment.

Arrays, under the prefix of the field, absent where it has no such term:

    dense.terms  uint    numbers of the dense terms, ascending
    docs.dense   uint64  row per dense term: bit d % 64 of word d // 64 says that document d has it
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import ArraySlot, Container, ContainerWriter
from jsisa_search.codec.narrow import narrowed, offsets_of

Array = NDArray[Any]

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
        """The documents before each word, and in all (int64)."""
        return offsets_of(count_ones(self._words))

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
        places = self._before.take(at)
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
    """Return the number of ones in each word (uint64): neighbouring bits, pairs and so on are added up."""
    words = words - (words >> np.uint64(1) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    words = (words & pairs) + (words >> np.uint64(2) & pairs)
    words = words + (words >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return words * np.uint64(0x0101010101010101) >> np.uint64(56)


#: NumPy before 2 has none.
count_ones = getattr(np, "bitwise_count", _count_ones)
