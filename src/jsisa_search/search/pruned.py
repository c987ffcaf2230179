"""The k best documents of one term, or of any of several, without scoring what cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.postings import BLOCK
from jsisa_search.search.leaf import Leaf, Matches
from jsisa_search.search.topk import threshold, top

Array = NDArray[Any]

#: Blocks scored first, for a threshold; beyond some multiple of k it only costs.
_FIRST_BLOCKS = 16
#: Documents of the rarest term whose whole score is taken first, for a threshold.
_FIRST_DOCS = 32
#: Sums of float32 differ in the last digits with the order of their parts.
_ROUNDING = 0.99999
_IN_BLOCK = np.arange(BLOCK)


def top_of_term(leaf: Leaf, k: int, least: float, allowed: Array | None) -> Matches:
    """Return the `k` best documents of a term with a score of `least` or more, best first."""
    bounds = leaf.block_bounds()
    if bounds is None:
        return top(*leaf.matches(allowed), k)
    first = bounds.argpartition(len(bounds) - _FIRST_BLOCKS)[-_FIRST_BLOCKS:]
    first.sort()
    docs, scores = score_blocks(leaf, first, allowed)
    least = max(least, threshold(scores, k))
    docs, scores = _reaching(docs, scores, least)
    rest = bounds >= least
    rest[first] = False
    more = rest.nonzero()[0]
    if len(more):
        docs, scores = _union(docs, scores, *_reaching(*score_blocks(leaf, more, allowed), least))
    return top(docs, scores, k)


def score_blocks(leaf: Leaf, blocks: Array, allowed: Array | None) -> Matches:
    """Return the documents of some blocks (ascending) that may be found, and their scores."""
    postings = ((blocks * BLOCK)[:, None] + _IN_BLOCK).ravel()
    if len(blocks) and postings[-1] >= leaf.doc_frequency:
        postings = postings[: leaf.doc_frequency - int(postings[-1]) - 1]
    docs = leaf.decoded.docs_at(postings)
    scores = leaf.scores(docs, postings)
    if allowed is None:
        return docs, scores
    keep = allowed.take(docs, mode="clip")
    return docs[keep], scores[keep]


def sum_of_any(leaves: Sequence[Leaf], allowed: Array | None) -> Matches:
    """Return all documents that have any of some terms, ascending, and the sums of their scores."""
    parts = [leaf.matches(allowed) for leaf in leaves]
    docs = np.concatenate([part[0] for part in parts])
    if not len(docs):
        return parts[0]
    order = docs.argsort(kind="stable")
    docs = docs[order]
    is_first = np.empty(len(docs), np.bool_)
    is_first[0] = True
    np.not_equal(docs[1:], docs[:-1], out=is_first[1:])
    first = is_first.nonzero()[0]
    scores = np.concatenate([part[1] for part in parts])[order]
    return docs[first], np.add.reduceat(scores, first)


def top_of_any(leaves: Sequence[Leaf], k: int, least: float, allowed: Array | None) -> Matches:
    """Return the `k` best documents that have any of some terms, scoring no more of them than can matter.

    Terms come in the order of the most they can add. Once what the terms to come can add together does
    not reach the k-th best so far, no document is taken in any more; those there are looked up.
    """
    lists = sorted((_Bounded(leaf, allowed) for leaf in leaves), key=lambda one: -one.most)
    to_come = [0.0]
    for one in reversed(lists):
        to_come.insert(0, to_come[0] + one.most)
    docs, scores = lists[0].new(least - to_come[1])
    least = max(least, _first_threshold(lists, docs, scores, k))
    docs, scores = _reaching(docs, scores, least - to_come[1])
    for i, one in enumerate(lists[1:], 1):
        scores = one.added(docs, scores)
        if to_come[i] >= least:
            docs, scores = _union(docs, scores, *_without(*one.new(least - to_come[i + 1]), docs))
        if len(scores) >= k:
            least = max(least, threshold(scores, k) * _ROUNDING)
        docs, scores = _reaching(docs, scores, least - to_come[i + 1])
    return top(docs, scores, k)


class _Bounded:
    """A term with the most it can add to a score."""

    def __init__(self, leaf: Leaf, allowed: Array | None) -> None:
        self.leaf = leaf
        self._allowed = allowed
        self._bounds = leaf.block_bounds()
        self._matches: Matches | None = None
        if self._bounds is None:
            self._matches = leaf.matches(allowed)
            self.most = float(self._matches[1].max(initial=0))
        else:
            self.most = float(self._bounds.max())

    def added(self, docs: Array, scores: Array) -> Array:
        """Return `scores`, those of `docs`, and what this term adds to them."""
        if not len(docs):
            return scores
        at, present = self.leaf.decoded.find(docs)
        hits = present.nonzero()[0]
        if len(hits):
            scores = scores.copy()
            scores[hits] += self.leaf.scores(docs[hits], at[hits])
        return scores

    def new(self, least: float) -> Matches:
        """Return the documents that get `least` or more of this term alone."""
        if self._matches is None:
            assert self._bounds is not None
            blocks = (self._bounds >= np.float32(least)).nonzero()[0]
            if len(blocks) * 2 < len(self._bounds):
                docs, scores = score_blocks(self.leaf, blocks, self._allowed)
            else:
                docs, scores = self._matches = self.leaf.matches(self._allowed)
        else:
            docs, scores = self._matches
        return _reaching(docs, scores, least)


def _first_threshold(lists: Sequence[_Bounded], docs: Array, scores: Array, k: int) -> float:
    """Return a score that `k` documents reach: those that get most from the first term, scored whole."""
    if len(docs) < k:
        return 0.0
    count = min(len(docs), max(k, _FIRST_DOCS))
    best = scores.argpartition(len(docs) - count)[len(docs) - count :]
    best.sort()
    some, whole = docs[best], scores[best]
    for one in lists[1:]:
        whole = one.added(some, whole)
    return float(threshold(whole, k)) * _ROUNDING


def _reaching(docs: Array, scores: Array, least: float) -> Matches:
    """Return the documents with a score of `least` or more."""
    if least <= 0 or not len(docs):
        return docs, scores
    keep = (scores >= np.float32(least)).nonzero()[0]
    return (docs, scores) if len(keep) == len(docs) else (docs[keep], scores[keep])


def _without(docs: Array, scores: Array, known: Array) -> Matches:
    """Return the documents that are not in `known`."""
    if not len(known) or not len(docs):
        return docs, scores
    at = np.minimum(known.searchsorted(docs), len(known) - 1)
    new = (known.take(at) != docs).nonzero()[0]
    return docs[new], scores[new]


def _union(docs: Array, scores: Array, more: Array, more_scores: Array) -> Matches:
    """Merge two ascending, disjoint lists of documents."""
    if not len(docs):
        return more, more_scores
    if not len(more):
        return docs, scores
    merged = np.concatenate((docs, more))
    order = merged.argsort(kind="stable")
    return merged[order], np.concatenate((scores, more_scores))[order]
