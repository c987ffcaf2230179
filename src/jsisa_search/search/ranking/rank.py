"""A query tree to documents in order.

In two steps. The tree that finds the documents scores them by words and by how what was typed stands in
them. The best of those are scored again with everything that speaks for a passage: pairs and single
characters, headings and titles. Documents beyond them keep their place behind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.model import SortOrder
from jsisa_search.query.evidence import Evidence
from jsisa_search.search.engine.execution import Execution
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.top_k import threshold
from jsisa_search.search.ranking.rerank import evidence_scores

Array = NDArray[Any]
EvidenceOf = Callable[[], Evidence]

#: How many documents are scored again. What stands on page 50 is found by narrowing, not by paging.
REFINED = 500


class Ranking:
    """The documents that match a query, put in order as far as a page of them is asked for.

    Among equal scores the newest comes first; documents without a date come last in either date
    order; what is still equal stands in the order of `sequence`, which no update changes.
    """

    def __init__(
        self,
        searcher: ArraySearcher,
        docs: Array,
        scores: Array,
        order: SortOrder,
        evidence: EvidenceOf | None = None,
    ) -> None:
        """Take documents (int64, ascending) and the scores (float32) of the first step.

        `evidence` is asked for once hits are wanted: counting needs none.
        """
        self._searcher = searcher
        self.docs, self._scores = docs, scores
        self._order = order
        self._evidence = evidence

    def __len__(self) -> int:
        return len(self.docs)

    def without(self, other: Ranking) -> Ranking:
        """Return the ranking of the documents that are not in `other`."""
        keep = ~np.isin(self.docs, other.docs)
        return Ranking(self._searcher, self.docs[keep], self._scores[keep], self._order, self._evidence)

    def best(self, count: int) -> tuple[Array, Array]:
        """Return the first `count` documents (int64), best first, and their scores (float32)."""
        if not count:
            return self.docs[:0], self._scores[:0]
        ordered = self._ordered(count)[:count]
        return self.docs[ordered], self._refined[ordered]

    def is_refined(self, doc: int) -> bool:
        """Return whether the score of a document that is ranked has the evidence in it."""
        if not self._evidence or self._order != "relevance":
            return False
        return bool(self._is_refined[self.docs.searchsorted(doc)])

    @cached_property
    def _is_refined(self) -> Array:
        """Which documents are scored again (bool): the best, among equals the newest."""
        if len(self.docs) <= REFINED:
            return np.ones(len(self.docs), np.bool_)
        least = threshold(self._scores, REFINED)
        is_best: Array = self._scores > least
        equal = (self._scores == least).nonzero()[0]
        room = REFINED - int(np.count_nonzero(is_best))
        if room < len(equal):
            published = self._searcher.numbers("published", self.docs[equal])
            last = threshold(published, room)
            newer, level = (published > last).nonzero()[0], (published == last).nonzero()[0]
            level = level[self._searcher.numbers("sequence", self.docs[equal[level]]).argsort()]
            equal = equal[np.concatenate([newer, level])[:room]]
        is_best[equal] = True
        return is_best

    @cached_property
    def _refined(self) -> Array:
        """The final scores (float32)."""
        scores = self._scores.copy()
        if self._evidence and self._order == "relevance":
            scores[self._is_refined] += evidence_scores(
                self._searcher, self._evidence(), self.docs[self._is_refined]
            )
        return scores

    def _ordered(self, count: int) -> Array:
        """Return the indices of at least the first `count` documents, best first."""
        if self._order != "relevance":
            return self._sorted(np.arange(len(self.docs)))
        best = np.flatnonzero(self._is_refined)
        ordered = self._sorted(best)
        if count <= len(ordered) or len(best) == len(self.docs):
            return ordered
        return np.concatenate([ordered, self._sorted(np.flatnonzero(~self._is_refined))])

    def _sorted(self, chosen: Array) -> Array:
        """Return the indices `chosen` in order."""
        docs = self.docs[chosen]
        published = self._searcher.numbers("published", docs)
        age = published if self._order == "oldest" else -published
        keys = [self._searcher.numbers("sequence", docs), age, published == 0]
        if self._order == "relevance":
            keys.append(-self._refined[chosen])
        # The last key is the first to count.
        ordered: Array = chosen[np.lexsort(keys)]
        return ordered


def rank(
    searcher: ArraySearcher,
    run: Execution,
    tree: wq.Query,
    *,
    order: SortOrder = "relevance",
    evidence: EvidenceOf | None = None,
) -> Ranking:
    """Return the documents that match `tree`."""
    return Ranking(searcher, *run.scored(tree), order, evidence)
