"""The passages of an index with the most of some terms, by the weights of these alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.query.evidence import WeightedTerm

if TYPE_CHECKING:
    from jsisa_search.search.engine.searcher import ArraySearcher
    from jsisa_search.search.engine.segment_view import Scope

Array = NDArray[Any]


def likest(
    searcher: ArraySearcher, scopes: Sequence[Scope], terms: Sequence[WeightedTerm], count: int
) -> list[int]:
    """Return up to `count` documents of some segments that have some of the terms, those with most first."""
    docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    for scope in scopes:
        view = scope.view
        votes = np.zeros(view.doc_count, np.float32)
        for field, text, weight in terms:
            leaf = searcher.term(field, text)[scope.index]
            if leaf is not None:
                votes[leaf.docs()] += np.float32(weight)
        if scope.allowed is not None:
            votes[~scope.allowed] = 0
        found = votes.nonzero()[0]
        if len(found) > count:
            # All that are level with the last.
            found = found[votes[found] >= np.partition(votes[found], -count)[-count]]
        docs.append(found + view.base)
        scores.append(votes[found])
    return _ordered(searcher, np.concatenate(docs), np.concatenate(scores), count)


def likest_among(
    searcher: ArraySearcher, docs: Array, terms: Sequence[WeightedTerm], count: int
) -> list[int]:
    """Return up to `count` of some documents (int64, ascending), those with most of the terms first."""
    scores = np.zeros(len(docs), np.float32)
    for field, text, weight in terms:
        scores += np.float32(weight) * searcher.has_term(field, text, docs)
    return _ordered(searcher, docs, scores, count)


def _ordered(searcher: ArraySearcher, docs: Array, scores: Array, count: int) -> list[int]:
    """Return up to `count` documents by their scores, equal ones by their releases."""
    order = np.lexsort([docs, searcher.numbers("sequence", docs), -scores])[:count]
    found: list[int] = docs[order].tolist()
    return found
