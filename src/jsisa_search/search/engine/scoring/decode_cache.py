"""A term's postings as they are searched, and the cache of decoded arrays.

A *place* is one occurrence of a term: `document << 32 | position`. Places ascend as an array (int64), so two
words are adjacent where a place of the one is a place of the other less one.
"""

from __future__ import annotations

import threading
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import distinct
from jsisa_search.codec.segment.positions import STEP
from jsisa_search.codec.segment.postings import TermPostings
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

#: Bytes of decoded arrays that one searcher caches.
_CACHE_BYTES = 32 << 20
#: The cost of one look-up into a list, in elements decoded. With this, queries put for the first time are no
#: slower than without a cache, and repeated ones take half of what they take with 4096.
_LOOK_UP = 16_384
#: Longer lists are never cached: a few of them would fill the cache.
_LONGEST = 1 << 19
#: The highest factor on the cost of decoding: then only what is asked for again and again is decoded whole.
_HIGHEST_PRICE = 16


class Evictable(Protocol):
    """An object with attributes whose arrays it can decode again."""

    def evict(self) -> None:
        """Set those attributes to `None`."""
        ...


class DecodeCache:
    """Byte-bounded cache; evicts everything when full, so that hits need neither bookkeeping nor a lock.

    The arrays are attributes of their owners: a hit reads one. A cache that fills up is smaller than what
    its queries use: each time it does, decoding a whole list becomes dearer.
    """

    def __init__(self, size: int = _CACHE_BYTES) -> None:
        self._size = size
        self._price = 1
        self._lock = threading.Lock()
        self._owners: list[Evictable] = []
        self._bytes = 0

    def clear(self) -> None:
        """Evict everything."""
        with self._lock:
            self._evict()

    def store(self, owner: Evictable, attribute: str, array: Array) -> None:
        """Publish `array`, which nobody may change from now on, as an attribute of `owner`."""
        array.flags.writeable = False
        with self._lock:
            if self._bytes + array.nbytes > self._size:
                self._price = min(2 * self._price, _HIGHEST_PRICE)
                self._evict()
            setattr(owner, attribute, array)
            self._owners.append(owner)
            self._bytes += array.nbytes

    def _evict(self) -> None:
        for owner in self._owners:
            owner.evict()
        self._owners = []
        self._bytes = 0

    def is_worth_decoding(self, length: int, spent: int) -> bool:
        """Return whether to decode a list of some length whole; `spent` is what look-ups have cost so far.

        Buying when the rent paid so far reaches the price never costs more than twice the best choice.
        """
        return length <= _LONGEST and self._price * length <= spent + _LOOK_UP


def cost_of_look_up(count: int) -> int:
    """Return the cost of looking up `count` elements of a list, in elements decoded."""
    return _LOOK_UP + count


POSITION_BITS = 32

#: Intersecting many documents with a list up to this many times longer goes through a table, else by binary
#: search; measured: 2 ns per posting to fill the table, 15 to 33 ns to search one document.
_TABLE_RATIO = 12
_TABLE_FROM = 512
#: Lists up to this long are decoded to be searched, 0.3 ns a posting.
_DECODED = 200_000


class DecodedPostings:
    """The documents and places of one term in one segment, decoded where that pays.

    Threads share it: what is cached is published whole, and making it twice gives the same.
    """

    __slots__ = ("_cache", "_docs", "_places", "_spent", "_view", "count", "postings")

    def __init__(self, view: SegmentView, postings: TermPostings, cache: DecodeCache) -> None:
        self._view = view
        self._cache = cache
        self.postings = postings
        #: The number of documents that have the term.
        self.count = postings.count
        self.evict()

    def evict(self) -> None:
        """Drop what is decoded."""
        self._docs: Array | None = None
        self._places: Array | None = None
        self._spent = 0

    def docs(self) -> Array:
        """Return the documents, ascending, deleted ones among them."""
        docs = self._docs
        if docs is None:
            docs = self.postings.docs()
            self._cache.store(self, "_docs", docs)
        return docs

    def docs_at(self, postings: Array) -> Array:
        """Return the documents of some postings, which ascend."""
        own = self._docs
        if own is None:
            if not self.postings.is_dense:
                return self.postings.docs_at(postings)
            own = self.docs()  # bits have to be listed as a whole
        return own.take(postings, mode="clip")

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (postings, found) of `docs`: see `TermPostings.find`."""
        if self._is_found_in_bits(docs) or (self._docs is None and self.count > _DECODED):
            return self.postings.find(docs)
        at, own = self.at(docs), self.docs()
        return at, own.take(at, mode="clip") == docs

    def contains(self, docs: Array) -> Array:
        """Return whether each of `docs`, which ascend, has the term (bool)."""
        if len(docs) < _TABLE_FROM or self.count > len(docs) * _TABLE_RATIO:
            return self.find(docs)[1]
        table = np.zeros(self._view.doc_count, np.bool_)
        table[self.docs().astype(np.intp)] = True
        return table.take(docs)

    def at(self, docs: Array) -> Array:
        """Return the postings of `docs`, which ascend; undefined for those that do not have the term."""
        if self._is_found_in_bits(docs):
            return self.postings.find(docs)[0]
        own = self._docs
        if own is None:
            if self.count > _DECODED:
                return self.postings.find(docs)[0]
            own = self.docs()
        if len(docs) < _TABLE_FROM or self.count > len(docs) * _TABLE_RATIO:
            return own.searchsorted(docs)
        table = self._view.new_table()
        table[own.astype(np.intp)] = np.arange(len(own), dtype=np.uint32)
        return table.take(docs, mode="clip").astype(np.int64)

    def _is_found_in_bits(self, docs: Array) -> bool:
        """Return whether the bits of the term, if it has any, are the quickest way to find `docs`."""
        return self.postings.is_dense and (self._docs is None or len(docs) >= _TABLE_FROM)

    def places(self) -> Array:
        """Return the places in all documents."""
        places = self._places
        if places is None:
            is_cached = self.has_places()
            places = self.docs().astype(np.int64) << POSITION_BITS
            freqs = self.postings.freqs()
            if freqs is not None:
                places = places.repeat(freqs)
            places += self.postings.positions()
            if is_cached:
                self._cache.store(self, "_places", places)
        return places

    def has_places(self) -> bool:
        """Return whether the places in all documents are cached, or worth decoding."""
        return self._places is not None or self._cache.is_worth_decoding(self.postings.frequency, self._spent)

    def places_near(self, places: Array) -> Array:
        """Return the places in the documents of `places` that have the term, perhaps in others too."""
        if self.has_places():
            return self.places()
        docs = distinct(np.maximum(places >> POSITION_BITS, 0).astype(self._view.doc_dtype))
        postings, found = self.find(docs)
        return self.places_at(docs[found], postings[found])

    def places_at(self, docs: Array, postings: Array) -> Array:
        """Return the places in `docs`, whose postings are given."""
        self._spent += cost_of_look_up(STEP * len(docs))  # each takes the frequencies of a step
        return self.postings.places(postings, docs.astype(np.int64) << POSITION_BITS)
