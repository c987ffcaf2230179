"""Terms of one segment together: the documents that have all of them, in any order or as a phrase.

Documents are ascending arrays in the segment's own dtype. `allowed` says of each document of the segment
whether it may be found (bool); `None` means that all may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import distinct
from jsisa_search.search.engine.scoring.decode_cache import POSITION_BITS
from jsisa_search.search.engine.scoring.term_scorer import TermScorer

Array = NDArray[Any]


class Conjunction:
    """Documents that have all of some terms, and for each term its postings in them (`None`: all it has)."""

    __slots__ = ("_scorers", "docs", "postings")

    def __init__(self, scorers: Sequence[TermScorer], docs: Array) -> None:
        self._scorers = scorers
        self.docs = docs
        self.postings: list[Array | None] = [None] * len(scorers)

    def keep(self, mask: Array) -> Array:
        """Drop the documents for which `mask` (bool) is false; return where the others were."""
        rows: Array = mask.nonzero()[0]
        if len(rows) < len(self.docs):
            self.docs = self.docs[rows]
            self.postings = [rows if part is None else part[rows] for part in self.postings]
        return rows

    def looked_up(self) -> Iterator[tuple[TermScorer, Array]]:
        """Yield the terms whose postings in the documents are known, with those."""
        for scorer, postings in zip(self._scorers, self.postings, strict=True):
            if postings is not None:
                yield scorer, postings

    def find_in(self, number: int) -> None:
        """Keep the documents that have term `number` as well."""
        at, present = self._scorers[number].decoded.find(self.docs)
        rows = self.keep(present)
        self.postings[number] = at if len(rows) == len(at) else at[rows]


def conjunction(
    scorers: Sequence[TermScorer], allowed: Array | None, within: Array | None = None
) -> Conjunction:
    """Intersect terms of one segment, those with the fewest documents first, and `within` before them."""
    order = sorted(range(len(scorers)), key=[scorer.doc_frequency for scorer in scorers].__getitem__)
    if within is None:
        found = Conjunction(scorers, scorers[order[0]].decoded.docs())
        if allowed is not None:
            found.keep(allowed.take(found.docs, mode="clip"))
        order = order[1:]
    else:
        found = Conjunction(scorers, within)
    for number in order:
        if not len(found.docs):
            break
        found.find_in(number)
    return found


def phrase(
    scorers: Sequence[TermScorer], slop: int, allowed: Array | None, within: Array | None = None
) -> Conjunction:
    """Return the documents in which the terms occur in order, each 1 to `slop` positions after the last.

    Where `within` is given, it is only some of those documents that are asked for.
    """
    if slop == 1:
        return _exact_phrase(scorers, allowed, within)
    return _sloppy_phrase(scorers, slop, allowed, within)


def _exact_phrase(scorers: Sequence[TermScorer], allowed: Array | None, within: Array | None) -> Conjunction:
    """Return the documents in which the terms are adjacent, looking for the rarest first."""
    order = sorted(range(len(scorers)), key=[scorer.postings.frequency for scorer in scorers].__getitem__)
    before = order[0]
    places = _first_places(scorers, before, within)
    for number in order[1:]:
        places = _common(places + (number - before), scorers[number])
        before = number
        if not len(places):
            break
    view = scorers[0].view
    docs = distinct((places >> POSITION_BITS).astype(view.doc_dtype))
    if allowed is not None:
        docs = docs[allowed.take(docs, mode="clip")]
    return Conjunction(scorers, docs)


def _first_places(scorers: Sequence[TermScorer], rarest: int, within: Array | None) -> Array:
    """Return the places of the rarest term; of a long list that is not at hand, those that may matter."""
    scorer = scorers[rarest]
    if within is not None:
        postings, found = scorer.decoded.find(within)
        return scorer.decoded.places_at(within[found], postings[found])
    if scorer.decoded.has_places():
        return scorer.decoded.places()
    return _places(scorer, conjunction(scorers, None), rarest)


def _common(places: Array, scorer: TermScorer) -> Array:
    """Return those of `places` where the term of `scorer` occurs."""
    own = scorer.decoded.places_near(places)
    if not len(own):
        return own
    found: Array = places[own.take(own.searchsorted(places), mode="clip") == places]
    return found


def _sloppy_phrase(
    scorers: Sequence[TermScorer], slop: int, allowed: Array | None, within: Array | None
) -> Conjunction:
    found = conjunction(scorers, allowed, within)
    if not len(found.docs):
        return found
    reached = _places(scorers[0], found, 0)
    for number in range(1, len(scorers)):
        if len(reached):
            places = _places(scorers[number], found, number)
            before = reached.searchsorted(places) - 1
            nearest = reached.take(before, mode="clip")
            # Documents are further apart than any slop, so what is near is in the same one.
            reached = places[(before >= 0) & (places - nearest <= slop)]
    is_phrase = np.zeros(len(found.docs), np.bool_)
    is_phrase[found.docs.searchsorted((reached >> POSITION_BITS).astype(found.docs.dtype))] = True
    found.keep(is_phrase)
    return found


def _places(scorer: TermScorer, found: Conjunction, number: int) -> Array:
    postings = found.postings[number]
    if postings is None:
        return scorer.decoded.places()
    return scorer.decoded.places_at(found.docs, postings)
