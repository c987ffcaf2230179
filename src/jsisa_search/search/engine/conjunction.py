"""Terms of one segment together: the documents that have all of them, in any order or as a phrase.

Documents are ascending arrays in the segment's own dtype. `allowed` says of each document of the segment
whether it may be found (bool); `None` means that all may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.search.engine.decode_cache import POSITION_BITS, distinct
from jsisa_search.search.engine.term_scorer import TermScorer

Array = NDArray[Any]


class Conjunction:
    """Documents that have all of some terms, and for each term its postings in them (`None`: all it has)."""

    __slots__ = ("_leaves", "docs", "postings")

    def __init__(self, leaves: Sequence[TermScorer], docs: Array) -> None:
        self._leaves = leaves
        self.docs = docs
        self.postings: list[Array | None] = [None] * len(leaves)

    def keep(self, kept: Array) -> Array:
        """Drop the documents for which `kept` (bool) is false; return where the others were."""
        rows: Array = kept.nonzero()[0]
        if len(rows) < len(self.docs):
            self.docs = self.docs[rows]
            self.postings = [rows if part is None else part[rows] for part in self.postings]
        return rows

    def looked_up(self) -> Iterator[tuple[TermScorer, Array]]:
        """Yield the terms whose postings in the documents are known, with those."""
        for leaf, postings in zip(self._leaves, self.postings, strict=True):
            if postings is not None:
                yield leaf, postings

    def find_in(self, number: int) -> None:
        """Keep the documents that have term `number` as well."""
        at, present = self._leaves[number].decoded.find(self.docs)
        rows = self.keep(present)
        self.postings[number] = at if len(rows) == len(at) else at[rows]


def conjunction(
    leaves: Sequence[TermScorer], allowed: Array | None, within: Array | None = None
) -> Conjunction:
    """Intersect terms of one segment, those with the fewest documents first, and `within` before them."""
    order = sorted(range(len(leaves)), key=[leaf.doc_frequency for leaf in leaves].__getitem__)
    if within is None:
        found = Conjunction(leaves, leaves[order[0]].decoded.docs())
        if allowed is not None:
            found.keep(allowed.take(found.docs, mode="clip"))
        order = order[1:]
    else:
        found = Conjunction(leaves, within)
    for number in order:
        if not len(found.docs):
            break
        found.find_in(number)
    return found


def phrase(
    leaves: Sequence[TermScorer], slop: int, allowed: Array | None, within: Array | None = None
) -> Conjunction:
    """Return the documents in which the terms stand in order, each 1 to `slop` positions after the last.

    Where `within` is given, it is only some of those documents that are asked for.
    """
    return (
        _exact_phrase(leaves, allowed, within) if slop == 1 else _sloppy_phrase(leaves, slop, allowed, within)
    )


def _exact_phrase(leaves: Sequence[TermScorer], allowed: Array | None, within: Array | None) -> Conjunction:
    """Return the documents in which the terms stand side by side, looking for the rarest first."""
    order = sorted(range(len(leaves)), key=[leaf.postings.frequency for leaf in leaves].__getitem__)
    before = order[0]
    places = _first_places(leaves, before, within)
    for number in order[1:]:
        places = _common(places + (number - before), leaves[number])
        before = number
        if not len(places):
            break
    view = leaves[0].view
    docs = distinct((places >> POSITION_BITS).astype(view.doc_dtype))
    if allowed is not None:
        docs = docs[allowed.take(docs, mode="clip")]
    return Conjunction(leaves, docs)


def _first_places(leaves: Sequence[TermScorer], rarest: int, within: Array | None) -> Array:
    """Return the places of the rarest term; of a long list that is not at hand, those that may matter."""
    leaf = leaves[rarest]
    if within is not None:
        postings, found = leaf.decoded.find(within)
        return leaf.decoded.places_at(within[found], postings[found])
    if leaf.decoded.has_places():
        return leaf.decoded.places()
    return _places(leaf, conjunction(leaves, None), rarest)


def _common(places: Array, leaf: TermScorer) -> Array:
    """Return those of `places` where the term of `leaf` stands."""
    own = leaf.decoded.places_near(places)
    if not len(own):
        return own
    found: Array = places[own.take(own.searchsorted(places), mode="clip") == places]
    return found


def _sloppy_phrase(
    leaves: Sequence[TermScorer], slop: int, allowed: Array | None, within: Array | None
) -> Conjunction:
    found = conjunction(leaves, allowed, within)
    if not len(found.docs):
        return found
    reached = _places(leaves[0], found, 0)
    for number in range(1, len(leaves)):
        if len(reached):
            places = _places(leaves[number], found, number)
            before = reached.searchsorted(places) - 1
            nearest = reached.take(before, mode="clip")
            # Documents are further apart than any slop, so what is near is in the same one.
            reached = places[(before >= 0) & (places - nearest <= slop)]
    kept = np.zeros(len(found.docs), np.bool_)
    kept[found.docs.searchsorted((reached >> POSITION_BITS).astype(found.docs.dtype))] = True
    found.keep(kept)
    return found


def _places(leaf: TermScorer, found: Conjunction, number: int) -> Array:
    postings = found.postings[number]
    if postings is None:
        return leaf.decoded.places()
    return leaf.decoded.places_at(found.docs, postings)
