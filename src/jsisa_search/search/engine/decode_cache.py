"""A term's postings as they are searched, and the cache of what was decoded.

A *place* is one occurrence of a term: `document << 32 | position`. Places ascend as an array (int64), so two
words are adjacent where a place of the one is a place of the other less one.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.term_postings import STEP, TermPostings
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

#: Bytes that the terms of one searcher keep together.
_ROOM_BYTES = 32 << 20
#: What looking up some of a list costs, in elements made: queries put for the first time are no slower
#: than if nothing were made whole, and those put again take half of what they take with 4096.
_LOOK_UP = 16_384
#: Longer lists are never kept: a few of them would fill the room.
_AT_MOST = 1 << 19
#: How much dearer making a list may become: then only what is asked for again and again is made.
_HIGHEST_PRICE = 16


class Holder(Protocol):
    """Something that keeps arrays which it can make again."""

    def let_go(self) -> None:
        """Keep nothing any longer."""
        ...


class Room:
    """Bounds what terms keep decoded. When it is full all is let go, so that using a list costs nothing.

    A room that fills up holds less than its queries use: whenever it does, lists become dearer to make.
    """

    def __init__(self, size: int = _ROOM_BYTES) -> None:
        self._size = size
        self._price = 1
        self.clear()

    def clear(self) -> None:
        """Start anew; what is held stays with its holders."""
        self._holders: list[Holder] = []
        self._taken = 0

    def keep(self, holder: Holder, array: Array) -> None:
        """Count `array`, which `holder` is going to keep and nobody may change."""
        array.flags.writeable = False
        if self._taken + array.nbytes > self._size:
            self._price = min(2 * self._price, _HIGHEST_PRICE)
            for one in self._holders:
                one.let_go()
            self.clear()
        self._holders.append(holder)
        self._taken += array.nbytes

    def is_worth_making(self, length: int, spent: int) -> bool:
        """Return whether a list is to be made whole; `spent` is what looking some of it up has cost so far.

        Who buys when the rent so far comes to the price never pays more than twice what would have been best.
        """
        return length <= _AT_MOST and self._price * length <= spent + _LOOK_UP


def cost_of_look_up(count: int) -> int:
    """Return what it costs to look up `count` elements of a list, in elements made."""
    return _LOOK_UP + count


POSITION_BITS = 32

#: Intersecting many documents with a list up to this many times longer goes through a table, else by binary
#: search; measured: 2 ns per posting to fill the table, 15 to 33 ns to search one document.
_TABLE_RATIO = 12
_TABLE_FROM = 512
#: Lists up to this long are decoded to be searched, 0.3 ns a posting.
_DECODED = 200_000


class DecodedTerm:
    """The documents and places of one term in one segment."""

    __slots__ = ("_docs", "_places", "_room", "_spent", "_view", "count", "postings")

    def __init__(self, view: SegmentView, postings: TermPostings, room: Room) -> None:
        self._view = view
        self._room = room
        self.postings = postings
        #: The number of documents that have the term.
        self.count = postings.count
        self.let_go()

    def let_go(self) -> None:
        """Keep nothing any longer."""
        self._docs: Array | None = None
        self._places: Array | None = None
        self._spent = 0

    def docs(self) -> Array:
        """Return the documents, ascending, deleted ones among them."""
        docs = self._docs
        if docs is None:
            docs = self.postings.docs()
            self._room.keep(self, docs)
            self._docs = docs
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

    def at(self, docs: Array) -> Array:
        """Return the postings of `docs`, which ascend; nonsense for those that do not have the term."""
        if self._is_found_in_bits(docs):
            return self.postings.find(docs)[0]
        own = self._docs
        if own is None:
            if self.count > _DECODED:
                return self.postings.find(docs)[0]
            own = self.docs()
        if len(docs) < _TABLE_FROM or self.count > len(docs) * _TABLE_RATIO:
            return own.searchsorted(docs)
        table = self._view.table()
        table[own.astype(np.intp)] = np.arange(len(own), dtype=np.uint32)
        return table.take(docs, mode="clip").astype(np.int64)

    def _is_found_in_bits(self, docs: Array) -> bool:
        """Return whether the bits of the term, if it has any, are the quickest way to find `docs`."""
        return self.postings.is_dense and (self._docs is None or len(docs) >= _TABLE_FROM)

    def places(self) -> Array:
        """Return the places in all documents."""
        places = self._places
        if places is None:
            is_kept = self.has_places()
            places = self.docs().astype(np.int64) << POSITION_BITS
            freqs = self.postings.freqs()
            if freqs is not None:
                places = places.repeat(freqs)
            places += self.postings.positions()
            if is_kept:
                self._room.keep(self, places)
                self._places = places
        return places

    def has_places(self) -> bool:
        """Return whether the places in all documents are at hand, or worth making."""
        return self._places is not None or self._room.is_worth_making(self.postings.frequency, self._spent)

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


def distinct(values: Array) -> Array:
    """Return `values`, which ascend, once each."""
    if len(values) < 2:
        return values
    is_first = np.empty(len(values), np.bool_)
    is_first[0] = True
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return values[is_first]
