"""The score that evidence gives: terms in the passage, and in the whole release around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.query.evidence import Evidence
from jsisa_search.search.scoring import FieldModel
from jsisa_search.search.searcher import ArraySearcher
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]

#: `kind` of the one document a release that is no passage.
RELEASE_KIND = "release"
#: The number of bits of `place` that count passages; those above name the release.
PLACE_BITS = 15


def evidence_scores(searcher: ArraySearcher, evidence: Evidence, docs: Array) -> Array:
    """Return the score of the evidence in `docs` (int64, ascending) as float32."""
    scores = searcher.scores_at(evidence.terms, docs)
    if evidence.release_terms:
        scores += np.float32(evidence.release) * _release_scores(searcher, evidence, docs)
    return scores


def _release_scores(searcher: ArraySearcher, evidence: Evidence, docs: Array) -> Array:
    """Return the BM25 score of the release around each of `docs`, as if it were one text."""
    scores = np.zeros(len(docs), np.float32)
    releases = searcher.count(wq.Term("kind", RELEASE_KIND)) or 1
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if first < last:
            inside = docs[first:last] - view.base
            scores[first:last] = _in_segment(searcher, evidence, number, view, inside, releases)
    return scores


def _in_segment(
    searcher: ArraySearcher,
    evidence: Evidence,
    number: int,
    view: SegmentView,
    docs: Array,
    release_count: int,
) -> Array:
    """Return the scores of the releases around documents of one segment."""
    starts = view.runs("place", PLACE_BITS)
    wanted, which = np.unique(starts.searchsorted(docs, "right") - 1, return_inverse=True)
    firsts, ends = starts[wanted], starts[wanted + 1]
    totals = np.zeros(len(wanted), np.float32)
    norms: Array | None = None
    for field, text in evidence.release_terms:
        leaf = searcher.term(field, text)[number]
        if leaf is None or leaf.model is None:
            continue
        if norms is None:
            sums = view.length_sums(field)
            average = searcher.total_length(field) / release_count
            norms = FieldModel(leaf.model.k1, leaf.model.b, average or 1.0).norms(sums[ends] - sums[firsts])
        counts = leaf.counts_between(firsts, ends).astype(np.float32)
        totals += leaf.weight * counts / (counts + norms)
    return totals[which]
