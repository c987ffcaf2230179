"""What a release adds to its passages: its words, how many are candidates, and how early these are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import distinct_with_inverse
from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]

#: Passages so far below the first paragraph of a release are equally late. Calibrated with the weights:
#: without a limit, late items of a bulletin would be far behind, and nothing would be gained.
_LATE = 6


def word_scores(searcher: ArraySearcher, terms: Sequence[WeightedTerm], covered: float, docs: Array) -> Array:
    """Return the score of the release around each of `docs` (int64, ascending), taken as one text (float32).

    It is BM25 without the length: that a release is long does not make it less about what is asked for.
    Each term that occurs at all adds its IDF times `covered`.
    """
    scores = np.zeros(len(docs), np.float32)
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if first == last:
            continue
        starts = view.runs("sequence", PASSAGE_BITS)
        runs = starts.searchsorted(docs[first:last] - view.base, "right") - 1
        wanted, which = distinct_with_inverse(runs)
        totals = np.zeros(len(wanted), np.float32)
        for field, text, boost in terms:
            scorer = searcher.term(field, text)[number]
            if scorer and scorer.model:
                counts = scorer.counts_between(starts[wanted], starts[wanted + 1]).astype(np.float32)
                impacts = np.float32(boost) * counts / (counts + np.float32(scorer.model.k1))
                totals += scorer.weight * (impacts + np.float32(covered) * (counts > 0))
        scores[first:last] = totals[which]
    return scores


def candidate_scores(
    searcher: ArraySearcher, evidence: Evidence, groups: Sequence[tuple[Array, Array]]
) -> list[Array]:
    """Return what the release of each candidate adds for all candidates that are of it (float32).

    `groups` are candidates (int64, ascending) with their scores so far (float32); releases are compared over
    all of them. All candidates of a release get the same, so that their order stays: for their number, and
    for how early the best of them is. The latter is the difference that it makes to the best score of the
    release whether its passages are weighted by their positions. Titles and what else is above the first
    paragraph decide only where nothing else is a candidate: they always come first.
    """
    docs = np.concatenate([docs for docs, _ in groups])
    scores = np.concatenate([scores for _, scores in groups])
    positions = np.concatenate([_earliness(searcher, docs) for docs, _ in groups])
    is_above = positions > 1
    releases = searcher.numbers("sequence", docs) >> PASSAGE_BITS
    _, which, counts = np.unique(releases, return_inverse=True, return_counts=True)
    scale = sum(searcher.weight("text", word) for word in evidence.near)
    is_only = np.bincount(which, ~is_above, len(counts)) == 0
    decides = ~is_above | is_only[which]
    best, best_placed = (np.full(len(counts), -np.inf, np.float32) for _ in range(2))
    np.maximum.at(best, which[decides], scores[decides])
    placed = scores + np.float32(evidence.position * scale) * np.minimum(positions, 1)
    np.maximum.at(best_placed, which[decides], placed[decides])
    number = np.float32(evidence.share * scale) * np.log1p(counts.astype(np.float32))
    added = (best_placed - best + number)[which]
    return np.split(added, np.cumsum([len(docs) for docs, _ in groups])[:-1])


def _earliness(searcher: ArraySearcher, docs: Array) -> Array:
    """Return for `docs` (int64, ascending) how early they are in their releases (float32).

    1 for the first paragraph, then less by the square root of the distance, down to `_LATE`; 2 above it.
    """
    found = np.ones(len(docs), np.float32)
    leads_of = searcher.term("paragraph", 1)
    for number, view in enumerate(searcher.views):
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        leads = leads_of[number]
        if first == last or leads is None:
            continue
        inside, own = docs[first:last] - view.base, leads.docs()
        starts = view.runs("sequence", PASSAGE_BITS)
        # In the type of the list, which NumPy would convert as a whole otherwise.
        at = own.searchsorted(inside.astype(own.dtype), "right")
        lead = own.take(at - 1, mode="clip").astype(np.int64)
        begins = starts.take(starts.searchsorted(inside, "right") - 1)
        is_below = (lead >= begins) & (lead <= inside)
        distance = np.where(is_below, np.minimum(inside - lead, _LATE), 0)
        found[first:last] = np.where(is_below, 1 / np.sqrt(1 + distance), 2)
    return found
