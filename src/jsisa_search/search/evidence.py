"""The score that evidence gives: terms in the passage and in the release around it, and which are near."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.search.gram_scores import gram_scores, is_gram
from jsisa_search.search.proximity import near_scores
from jsisa_search.search.searcher import ArraySearcher

Array = NDArray[Any]

#: `kind` of the one document a release that is no passage.
RELEASE_KIND = "release"
#: The number of bits of `place` that count passages; those above name the release.
PLACE_BITS = 15


def evidence_scores(searcher: ArraySearcher, evidence: Evidence, docs: Array) -> Array:
    """Return the score of the evidence in `docs` (int64, ascending) as float32."""
    grams: list[WeightedTerm] = []
    others: list[WeightedTerm] = []
    for term in evidence.terms:
        (grams if is_gram(term) else others).append(term)
    scores = searcher.scores_at(others, docs) + gram_scores(searcher, grams, docs)
    if evidence.release_terms:
        scores += _release_scores(searcher, evidence, docs)
    if evidence.nearness:
        scores += np.float32(evidence.nearness) * near_scores(searcher, evidence.near, docs)
    return scores


def _release_scores(searcher: ArraySearcher, evidence: Evidence, docs: Array) -> Array:
    """Return the score of the release around each of `docs`, taken as one text.

    It is BM25 without the length: that a release is long does not make it less about what is asked for.
    """
    scores = np.zeros(len(docs), np.float32)
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if first == last:
            continue
        starts = view.runs("place", PLACE_BITS)
        runs = starts.searchsorted(docs[first:last] - view.base, "right") - 1
        wanted, which = np.unique(runs, return_inverse=True)
        totals = np.zeros(len(wanted), np.float32)
        for field, text, boost in evidence.release_terms:
            leaf = searcher.term(field, text)[number]
            if leaf and leaf.model:
                counts = leaf.counts_between(starts[wanted], starts[wanted + 1]).astype(np.float32)
                totals += leaf.weight * np.float32(boost) * counts / (counts + np.float32(leaf.model.k1))
        scores[first:last] = totals[which]
    return scores
