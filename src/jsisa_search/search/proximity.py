"""What it counts that words of a query stand near each other in a passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.search.leaf import Leaf
from jsisa_search.search.searcher import ArraySearcher

Array = NDArray[Any]

#: Two words are near each other with at most so many positions between their beginnings: a sentence or less.
#: Calibrated with `NEAR_WORDS`: 12 to 25 gain nearly as much, 50 half.
WINDOW = 20
#: So many words are looked at, the rarest: what is near 的 tells nothing, and the time goes with the pairs.
NEAR_WORDS = 5

_ROW_BITS = 40


def near_scores(searcher: ArraySearcher, words: Iterable[str], docs: Array) -> Array:
    """Return for `docs` (int64, ascending) the sum over pairs of words near each other (float32).

    A pair counts as much as the commoner of the two is rare.
    """
    scores = np.zeros(len(docs), np.float32)
    if not searcher.has_positions("text"):
        return scores
    terms = [searcher.term("text", word) for word in dict.fromkeys(words)]
    # The same in every segment, whether it has them or not.
    rarest = sorted(filter(any, terms), key=_rarity)[-NEAR_WORDS:]
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if first < last:
            inside = (docs[first:last] - view.base).astype(view.doc_dtype)
            leaves = [leaf for term in rarest if (leaf := term[number])]
            scores[first:last] = _in_segment(leaves, inside)
    return scores


def _rarity(term: Sequence[Leaf | None]) -> float:
    return max(float(leaf.weight) for leaf in term if leaf)


def _in_segment(leaves: list[Leaf], docs: Array) -> Array:
    """Return the scores of documents of one segment; the leaves come with the rarest last."""
    scores = np.zeros(len(docs), np.float32)
    places = [_places(leaf, docs) for leaf in leaves]
    for (common, leaf), (rare, _) in combinations(zip(places, leaves, strict=True), 2):
        is_near = rare.searchsorted(common - WINDOW) < rare.searchsorted(common + WINDOW, "right")
        has_near = np.zeros(len(docs), np.bool_)
        has_near[common[is_near] >> _ROW_BITS] = True
        k1 = leaf.model.k1 if leaf.model else 0.0
        scores += has_near * (leaf.weight / np.float32(k1 + 1))
    return scores


def _places(leaf: Leaf, docs: Array) -> Array:
    """Return where a term stands in `docs`: the row shifted far beyond any position, plus the position."""
    at, present = leaf.decoded.find(docs)
    rows = present.nonzero()[0]
    return leaf.postings.places(np.asarray(at)[rows].astype(np.int64), rows << _ROW_BITS)
