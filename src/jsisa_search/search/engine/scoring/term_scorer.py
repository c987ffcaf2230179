"""One term in one segment: its documents and their scores.

Documents are ascending arrays in the segment's own dtype, scores float32. `allowed` says of each
document of the segment whether it may be found (bool); `None` means that all may.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.codec.segment.postings import FieldPostings, TermPostings
from jsisa_search.search.engine.scoring.bm25 import FieldModel
from jsisa_search.search.engine.scoring.decode_cache import DecodeCache, DecodedPostings, cost_of_look_up
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]
Matches = tuple[Array, Array]

#: Many documents, in which the term may be as often or a few times as often, are scored through a table.
_TABLE_FROM, _TABLE_RATIO = 512, 4


class TermScorer:
    """A term in one segment; `weight` multiplies impacts (weights, where the field is not scorable)."""

    __slots__ = (
        "_bounds",
        "_cache",
        "_norms",
        "_scores",
        "_spent",
        "decoded",
        "doc_frequency",
        "field",
        "model",
        "postings",
        "view",
        "weight",
    )

    def __init__(
        self,
        view: SegmentView,
        name: str,
        number: int,
        *,
        model: FieldModel | None,
        weight: float,
        cache: DecodeCache,
    ) -> None:
        field = view.file.field(name)
        assert field is not None
        self.view: SegmentView = view
        self.field: FieldPostings = field
        self.postings: TermPostings = field.term(number)
        self.decoded = DecodedPostings(view, self.postings, cache)
        self.model = model
        self.weight = np.float32(weight)
        self.doc_frequency = self.postings.count
        self._norms = None if model is None else view.norms(name, field, model)
        self._cache = cache
        self._clear()

    def _clear(self) -> None:
        self._bounds: Array | None = None
        self.evict()

    def evict(self) -> None:
        """Drop the scores."""
        self._scores: Array | None = None
        self._spent = 0

    def boosted(self, boost: float) -> TermScorer:
        """Return this term with its scores multiplied."""
        other = TermScorer.__new__(TermScorer)
        for name in TermScorer.__slots__:
            setattr(other, name, getattr(self, name))
        other.weight = np.float32(self.weight * boost)
        other._clear()
        return other

    def docs(self) -> Array:
        """Return the documents that have the term."""
        return self.decoded.docs()

    def contains(self, docs: Array) -> Array:
        """Return whether each of `docs`, which ascend, has the term (bool)."""
        return self.decoded.contains(docs)

    def added(self, docs: Array) -> Array:
        """Return what the term adds to the scores of `docs`, which ascend: 0 where it does not occur."""
        if len(docs) >= _TABLE_FROM and len(docs) * _TABLE_RATIO >= self.doc_frequency:
            table = np.zeros(self.view.doc_count, np.float32)
            own = self.docs()
            table[own.astype(np.intp)] = self.scores(own)
            return table.take(docs)
        at, present = self.decoded.find(docs)
        if present.all():
            return self.scores(docs, at)
        rows = present.nonzero()[0]
        added = np.zeros(len(docs), np.float32)
        added[rows] = self.scores(docs[rows], at[rows])
        return added

    def scores(self, docs: Array, postings: Array | None = None) -> Array:
        """Return the scores of `docs`: all postings of the term, or those numbered `postings`."""
        scores = self._scores
        if scores is None:
            if not self._cache.is_worth_decoding(self.postings.listing_cost, self._spent):
                self._spent += cost_of_look_up(len(docs))
                return self._scored(docs, postings)
            scores = self._scored(self.docs(), None)
            self._cache.store(self, "_scores", scores)
        return scores if postings is None else scores.take(postings)

    def _scored(self, docs: Array, postings: Array | None) -> Array:
        freqs: Any = self._freqs(postings)
        if self._norms is None:
            if freqs is None:
                return np.full(len(docs), self.weight, np.float32)
            scores: Array = freqs * self.weight
            return scores
        norms = self._norms.take(docs, mode="clip")
        if freqs is None:
            norms += 1
            return np.divide(self.weight, norms, out=norms)
        norms += freqs
        np.divide(freqs, norms, out=norms)
        norms *= self.weight
        return norms

    def _freqs(self, postings: Array | None) -> Array | None:
        if self.postings.has_weights:
            weights = self.postings.weights()
            assert weights is not None
            return weights if postings is None else weights[postings]
        return self.postings.freqs() if postings is None else self.postings.freqs_at(postings)

    def matches(self, allowed: Array | None) -> Matches:
        """Return the documents that may be found, and their scores."""
        docs = self.docs()
        scores = self.scores(docs)
        if allowed is None:
            return docs, scores
        keep = allowed.take(docs, mode="clip")
        return docs[keep], scores[keep]

    def counts_between(self, firsts: Array, ends: Array) -> Array:
        """Return how often the term occurs in the documents `firsts[i]` to `ends[i] - 1` (int64)."""
        if self.postings.is_dense:
            first = self.postings.find(firsts)[0]
            last, is_there = self.postings.find(ends - 1)
            end = last + is_there
        else:
            own = self.docs()
            # In the type of the list: it would be copied otherwise.
            first = own.searchsorted(firsts.astype(own.dtype))
            end = own.searchsorted((ends - 1).astype(own.dtype), "right")
        counts = end - first
        freqs = self.postings.freqs_at(spread(first, counts))
        if freqs is None:
            return counts
        sums = np.concatenate([[0], freqs.cumsum(dtype=np.int64)])
        ends_of_counts = counts.cumsum()
        found: Array = sums[ends_of_counts] - sums[ends_of_counts - counts]
        return found

    def block_bounds(self) -> Array | None:
        """Return the highest possible score in each block of postings (float32), `None` where unknown."""
        if self._bounds is None and self.model is not None and not self.postings.has_weights:
            blocks = self.postings.block_impacts()
            factor = self.model.bound_factor(self.field)
            if blocks is not None and factor is not None:
                self._bounds = blocks * np.float32(factor * self.weight)
        return self._bounds
