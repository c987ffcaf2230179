"""The postings of a field in a segment file: how they lie there, and how they are read.

Terms are numbered as in the dictionary; postings are numbered through the field, term by term.
A term with as many postings as the field's `long` says, or more, is *long*. Arrays, under the field's prefix:

    starts             uint     first posting of each term, and the end of the last
    occurrence.starts  uint     sum of the frequencies before each term, and in all (absent without `freqs.*`)
    docs.short.*       ...      documents of the postings of all other terms: see `codec.short_docs`
    docs.dense         uint64   documents of the long terms that are in many: see `codec.dense`
    docs.long          uint16   low 16 bits of the documents of the postings of the other long terms
    long.terms         uint     numbers of the long terms
    long.starts        uint     postings of long terms before each of them, and in all
    long.chunks        uint     only beyond 65,536 documents; row per long term: where the postings of
                                each run of 65,536 documents begin, relative to the term's first, and
                                their end
    long.blocks        float32  the highest impact (below) among each 128 postings of a long term
    long.blockstarts   uint     first block of each long term, and the end of the last
    freqs.*            mostly   frequency per posting (absent where all are 1)
    freqs.sparse.*     sparse   the same in fields without positions where few are not 1
    positions.first.*  mostly   position of the first occurrence per posting (absent where the format
                                keeps none)
    positions.rest.*   mostly   positions of the further occurrences, posting after posting
    positions.steps    uint     how many further occurrences there are before each 32nd posting
    weights            float32  weight per posting (absent where it is the frequency)
    values.*           ...      what other formats keep: `values.bytes`, `values.starts`
    lengths            uint     length of the field in each document (absent where it is not scorable)

`mostly` is three arrays: `.low` (the low part of each element: uint8, or uint16 for positions; `.halves`
of bytes for most frequencies), `.at` and `.high` (indices of the elements that do not fit, and what is
above their low part). `sparse` is two: `.at` and `.above` (indices of the elements that are not 1, and
what they have above 1).

The impact of a posting is `f / (f + K1 * (1 - B + B * length / average))`: BM25 without idf and K1 + 1.
The file records K1, B and the average; see `search.scoring` for why a bound outlives the average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.segment.doc_lists import CHUNK, Bits, Chunked, DenseDocs, ShortDocs
from jsisa_search.codec.segment.halves import Halves
from jsisa_search.codec.segment.packed_ints import Mostly, Sparse, offsets_of
from jsisa_search.codec.segment.term_dictionary import read_terms
from jsisa_search.codec.segment.term_postings import TermPostings
from jsisa_search.codec.writing.sorted_runs import Postings

Array = NDArray[Any]

#: Shorter lists lie as they are searched; measured on news, that is 8 % more bytes and 30 % less time.
LONG = 4096
#: Lists of grams are many and mostly short; 16-bit numbers from here on make them a third smaller.
LONG_GRAMS = 64
BLOCK = 128


@dataclass(frozen=True, slots=True)
class Impact:
    """The parameters of BM25 under which the highest impact of each block was taken."""

    k1: float = 1.2
    b: float = 0.75

    def of(self, freqs: Array, lengths: Array, average: float) -> Array:
        """Return the impacts of postings (float32)."""
        norms = self.k1 * (1 - self.b + self.b * lengths.astype(np.float32) / np.float32(average))
        impacts: Array = freqs / (freqs + norms)
        return impacts.astype(np.float32)


def short_dtype(doc_count: int) -> np.dtype[Any]:
    """Return the dtype of document numbers in a segment of `doc_count` documents."""
    return np.dtype(np.uint16 if doc_count <= CHUNK else np.uint32)


class FieldPostings:
    """The terms and postings of one field of one segment."""

    def __init__(self, container: Container, name: str, doc_count: int) -> None:
        prefix = f"field/{name}/"
        self.doc_count = doc_count
        self.terms = read_terms(container, prefix)
        self.starts = container[prefix + "starts"].data
        self.long_terms = container[prefix + "long.terms"]
        self.long_starts = container[prefix + "long.starts"].data
        self.block_starts = container[prefix + "long.blockstarts"].data
        self.docs_short = ShortDocs(container, prefix, doc_count)
        self.docs_long = container[prefix + "docs.long"]
        self.dense = DenseDocs(container, prefix, self.starts, short_dtype(doc_count))
        self.chunks = container.get(prefix + "long.chunks")
        self.blocks = container.get(prefix + "long.blocks")
        self.freqs = _freqs(container, prefix + "freqs", self.starts[-1])
        # Without an array of their own, occurrences are postings, but for the few that are sparse.
        self.occurrence_starts = self.starts
        if isinstance(self.freqs, Mostly):
            self.occurrence_starts = container[prefix + "occurrence.starts"].data
        self.first = _mostly(container, prefix + "positions.first")
        self.rest = _mostly(container, prefix + "positions.rest")
        self.steps = container.get(prefix + "positions.steps")
        self.weights = container.get(prefix + "weights")
        self.value_starts = container.get(prefix + "values.starts")
        self.values = container.get(prefix + "values.bytes")
        self.lengths = container.get(prefix + "lengths")
        settings = container.meta["fields"][name]
        self.total_length: int = settings["length"]
        self.impact = Impact(settings["k1"], settings["b"])
        #: From so many postings on, a term is long.
        self.long: int = settings["long"]

    @property
    def has_positions(self) -> bool:
        """Whether positions are kept in arrays of their own."""
        return self.first is not None

    @property
    def has_weights(self) -> bool:
        """Whether weights differ from frequencies."""
        return self.weights is not None

    def doc_frequency(self, term: int) -> int:
        """Return the number of documents of term number `term`, deleted ones among them."""
        return self.starts[term + 1] - self.starts[term]

    def frequency(self, term: int) -> int:
        """Return how often term number `term` occurs in all documents together."""
        if isinstance(self.freqs, Sparse):
            return self.freqs.sum(self.starts[term], self.starts[term + 1])
        occurrences: int = self.occurrence_starts[term + 1] - self.occurrence_starts[term]
        return occurrences

    def term(self, number: int) -> TermPostings:
        """Return the postings of term number `number`."""
        return TermPostings(self, number)

    def kept(self, term: int, rank: int) -> Bits | Chunked:
        """Return the documents of term number `term`, the long one of number `rank`."""
        if term in self.dense:
            return self.dense.bits(term)
        start = self.long_starts[rank] - self.dense.before(term)
        end = start + self.doc_frequency(term)
        return Chunked(self.docs_long[start:end], None if self.chunks is None else self.chunks[rank])

    def all_docs(self) -> Array:
        """Return the documents of all postings, in no order."""
        return self.docs_of(0, self.terms.count)

    def docs_of(self, start: int, end: int) -> Array:
        """Return the documents of the terms number `start` to `end`, in no order, some more than once."""
        first, last = self.long_terms.searchsorted((start, end)).tolist()
        long = [self.term(number).docs() for number in self.long_terms[first:last].tolist()]
        short = self.docs_short.between(
            self.starts[start] - self.long_starts[first], self.starts[end] - self.long_starts[last]
        )
        return np.concatenate([short, *long])

    # In bulk, for merging

    def counts(self) -> Array:
        """Return the number of postings of each term (int64)."""
        return np.diff(np.asarray(self.starts).astype(np.int64))

    def occurrence_counts(self) -> Array:
        """Return the sum of the frequencies of each term (int64)."""
        if isinstance(self.freqs, Sparse):
            return self.freqs.sums(np.asarray(self.starts))
        return np.diff(np.asarray(self.occurrence_starts).astype(np.int64))

    def postings(self, start: int, end: int) -> Postings:
        """Return the postings of the terms number `start` to `end`."""
        counts = np.diff(np.asarray(self.starts[start : end + 1]).astype(np.int64))
        first, last = self.starts[start], self.starts[end]
        freqs = np.ones(last - first, np.uint8) if self.freqs is None else self.freqs.slice(first, last)
        values = None
        if self.values is not None:
            values = tuple(value for term in range(start, end) for value in self.term(term).values() or ())
        return Postings(
            counts=counts,
            docs=self._docs_between(start, end, counts),
            freqs=freqs,
            positions=self.positions_between(start, end, freqs) if self.has_positions else None,
            weights=None if self.weights is None else self.weights[first:last],
            values=values,
        )

    def _docs_between(self, start: int, end: int, counts: Array) -> Array:
        """Return the documents of the terms number `start` to `end`, term after term."""
        docs = np.empty(int(counts.sum()), np.uint32)
        is_long = np.repeat(counts >= self.long, counts)
        ranks = range(*self.long_terms.searchsorted((start, end)).tolist())
        short_start = self.starts[start] - self.long_starts[ranks.start]
        short_end = self.starts[end] - self.long_starts[ranks.stop]
        docs[~is_long] = self.docs_short.between(short_start, short_end)
        if ranks:
            docs[is_long] = np.concatenate([self.term(int(self.long_terms[rank])).docs() for rank in ranks])
        return docs

    def positions_between(self, start: int, end: int, freqs: Array) -> Array:
        """Return the positions of the terms number `start` to `end`, whose frequencies are `freqs`."""
        assert self.first is not None
        assert self.rest is not None
        first, last = self.starts[start], self.starts[end]
        one = self.first.slice(first, last)
        if len(freqs) == self.occurrence_starts[end] - self.occurrence_starts[start]:
            return one
        further = self.rest.slice(self.occurrence_starts[start] - first, self.occurrence_starts[end] - last)
        is_first = np.zeros(len(one) + len(further), np.bool_)
        is_first[offsets_of(freqs)[:-1]] = True
        positions = np.empty(len(is_first), np.promote_types(one.dtype, further.dtype))
        positions[is_first] = one
        positions[~is_first] = further
        return positions


def _freqs(container: Container, name: str, count: int) -> Mostly | Sparse | None:
    if name + ".sparse.at" in container:
        return Sparse(container[name + ".sparse.at"], container[name + ".sparse.above"], count)
    if name + ".halves" in container:
        halves = Halves(container[name + ".halves"], 0, count)
        return Mostly(halves, container[name + ".at"], container[name + ".high"])
    return _mostly(container, name)


def _mostly(container: Container, name: str) -> Mostly | None:
    if name + ".low" not in container:
        return None
    return Mostly(container[name + ".low"], container[name + ".at"], container[name + ".high"])
