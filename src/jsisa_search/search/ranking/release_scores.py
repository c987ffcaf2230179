"""What a release adds to its candidates: for how many they are, and how early."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.query.evidence import Evidence
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.interface import Searcher

Array = NDArray[Any]

#: Passages so far below the first paragraph of a release are equally late. Calibrated with the weights:
#: without a limit, late items of a bulletin would be far behind, and nothing would be gained.
_LATE = 6


def candidate_scores(
    searcher: Searcher, evidence: Evidence, groups: Sequence[tuple[Array, Array]]
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


def _earliness(searcher: Searcher, docs: Array) -> Array:
    """Return for `docs` (int64, ascending) how early they are in their releases (float32).

    1 for the first paragraph, then less by the square root of the distance, down to `_LATE`; 2 above it.
    """
    below = searcher.below_lead(docs)
    earliness = 1 / np.sqrt(1 + np.clip(below, 0, _LATE))
    return np.where(below < 0, 2, earliness).astype(np.float32)
