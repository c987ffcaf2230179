"""The k best documents of one term, or of any of several, without scoring what cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.postings import BLOCK
from jsisa_search.search.leaf import Leaf
from jsisa_search.search.scoring import FieldModel
from jsisa_search.search.topk import threshold, top

Array = NDArray[Any]

#: Blocks scored first, for a threshold; beyond some multiple of k it only costs.
_FIRST_BLOCKS = 16
#: Sums of float32 differ in the last digits with the order of their parts.
_ROUNDING = 0.99999
#: Lists shorter than this many blocks are scored whole.
_FEW_BLOCKS = 48


def top_of_term(term: Leaf, k: int, least: float) -> tuple[Array, Array]:
    """Return the `k` best documents of a term with a score of `least` or more, best first."""
    bounds = block_bounds(term)
    if bounds is None or len(bounds) < _FEW_BLOCKS:
        return top(*term.matches(), k)
    first = np.argpartition(bounds, len(bounds) - _FIRST_BLOCKS)[-_FIRST_BLOCKS:]
    first.sort()
    docs, scores = score_blocks(term, first)
    least = max(least, threshold(scores, k))
    rest = np.flatnonzero(bounds >= least)
    rest = rest[~np.isin(rest, first)] if len(rest) > len(first) else np.setdiff1d(rest, first)
    if len(rest):
        more_docs, more_scores = score_blocks(term, rest)
        docs, scores = np.concatenate([docs, more_docs]), np.concatenate([scores, more_scores])
        order = np.argsort(docs)
        docs, scores = docs[order], scores[order]
    return top(docs, scores, k)


def block_bounds(term: Leaf) -> Array | None:
    """Return the highest possible score in each block of postings (float32), `None` where unknown."""
    model: FieldModel | None = term.plan.model
    if model is None or term.field.has_weights:
        return None
    blocks = term.field.block_impacts(term.number)
    factor = model.bound_factor(term.field)
    if blocks is None or factor is None:
        return None
    return blocks * np.float32(factor * term.plan.weight)


def score_blocks(term: Leaf, blocks: Array) -> tuple[Array, Array]:
    """Return the documents of some blocks (ascending) that may be found, and their scores."""
    postings = ((blocks * BLOCK)[:, None] + np.arange(BLOCK)).ravel()
    if len(blocks) and postings[-1] >= term.doc_frequency:
        postings = postings[: term.doc_frequency - int(postings[-1]) - 1]
    docs = term.field.docs_at(term.number, postings)
    scores = term.scores(docs, postings)
    keep = term.scope.keep(docs)
    return (docs, scores) if keep is None else (docs[keep], scores[keep])


def top_of_any(terms: Sequence[Leaf], k: int, least: float) -> tuple[Array, Array]:
    """Return the `k` best documents that have any of some terms, by the sum of scores, best first.

    Terms come in the order of the most they can add. Once what the terms to come can add together does
    not reach the k-th best so far, no document is taken in any more; those there are looked up.
    """
    lists = sorted((_Bounded(term) for term in terms), key=lambda one: -one.most)
    to_come = [*np.cumsum([one.most for one in lists][::-1])[::-1].tolist(), 0.0]
    docs = np.zeros(0, lists[0].term.scope.doc_dtype())
    scores = np.zeros(0, np.float32)
    for i, one in enumerate(lists):
        docs, scores = one.add_to(docs, scores)
        if to_come[i] >= least:
            docs, scores = _union(docs, scores, *one.new(docs, least - to_come[i + 1]))
        least = max(least, threshold(scores, k) * _ROUNDING)
        keep = scores >= np.float32(least - to_come[i + 1])
        docs, scores = docs[keep], scores[keep]
    return top(docs, scores, k)


class _Bounded:
    """A term with the most it can add to a score."""

    def __init__(self, term: Leaf) -> None:
        self.term = term
        self._bounds = block_bounds(term)
        self._matches: tuple[Array, Array] | None = None
        if self._bounds is None:
            self._matches = term.matches()
            self.most = float(self._matches[1].max(initial=0))
        else:
            self.most = float(self._bounds.max())

    def add_to(self, docs: Array, scores: Array) -> tuple[Array, Array]:
        """Return `docs` with what this term adds to their `scores`."""
        if len(docs):
            at, found = self.term.find(docs)
            hits = np.flatnonzero(found)
            if len(hits):
                scores[hits] += self.term.scores(docs[hits], at[hits])
        return docs, scores

    def new(self, known: Array, least: float) -> tuple[Array, Array]:
        """Return the documents beside `known` that get `least` or more of this term alone."""
        if self._matches is not None:
            docs, scores = self._matches
        elif self._bounds is not None and least > 0:
            blocks = np.flatnonzero(self._bounds >= np.float32(least))
            if len(blocks) * 2 < len(self._bounds):
                docs, scores = score_blocks(self.term, blocks)
            else:
                docs, scores = self.term.matches()
        else:
            docs, scores = self.term.matches()
        if least > 0:
            keep = scores >= np.float32(least)
            docs, scores = docs[keep], scores[keep]
        if len(known) and len(docs):
            at = np.minimum(known.searchsorted(docs), len(known) - 1)
            new = known.take(at) != docs
            docs, scores = docs[new], scores[new]
        return docs, scores


def _union(docs: Array, scores: Array, more: Array, more_scores: Array) -> tuple[Array, Array]:
    """Merge two ascending, disjoint lists of documents."""
    if not len(docs):
        return more, more_scores
    if not len(more):
        return docs, scores
    merged = np.concatenate([docs, more])
    order = np.argsort(merged, kind="stable")
    return merged[order], np.concatenate([scores, more_scores])[order]
