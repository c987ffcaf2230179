"""A query tree to documents in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.model import SortOrder
from jsisa_search.search.searcher import ArraySearcher
from jsisa_search.search.topk import threshold

Array = NDArray[Any]


class Ranking:
    """The documents that match a query, put in order as far as a page of them is asked for.

    Among equal scores the newest comes first; documents without a date come last in either date
    order; what is still equal stands in the order of `place`, which no update changes.
    """

    def __init__(self, searcher: ArraySearcher, docs: Array, scores: Array, order: SortOrder) -> None:
        """Take documents (int64) and their scores (float32) in any order."""
        self._searcher = searcher
        self._docs, self._scores = docs, scores
        self._order = order

    def __len__(self) -> int:
        return len(self._docs)

    def without(self, other: Ranking) -> Ranking:
        """Return the ranking of the documents that are not in `other`."""
        keep = ~np.isin(self._docs, other._docs)
        return Ranking(self._searcher, self._docs[keep], self._scores[keep], self._order)

    def page(self, offset: int, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (document, score) from position `offset` on, best first."""
        docs, scores = self._docs, self._scores
        last = offset + limit
        if self._order == "relevance" and 0 < last < len(docs):
            # Only what can stand on the page, and its equals, need to be put in order.
            keep = scores >= threshold(scores, last)
            docs, scores = docs[keep], scores[keep]
        chosen = self._sorted(docs, scores)[offset:last]
        return list(zip(docs[chosen].tolist(), scores[chosen].tolist(), strict=True))

    def _sorted(self, docs: Array, scores: Array) -> Array:
        published = self._searcher.numbers("published", docs)
        age = published if self._order == "oldest" else -published
        keys = [self._searcher.numbers("place", docs), age, published == 0]
        if self._order == "relevance":
            keys.append(-scores)
        # The last key is the first to count.
        return np.lexsort(keys)


def rank(
    searcher: ArraySearcher, tree: wq.Query, *, passing: wq.Query | None, order: SortOrder = "relevance"
) -> Ranking:
    """Return the documents that match `tree` and `passing`."""
    return Ranking(searcher, *searcher.scored(tree, passing=passing), order)
