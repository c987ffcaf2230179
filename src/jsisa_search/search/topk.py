"""The k best of an array of scores."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


def top(docs: Array, scores: Array, k: int) -> tuple[Array, Array]:
    """Return the `k` documents of the highest scores and those, best first; ties by document number.

    `docs` (any unsigned dtype) ascends; `scores` (float32) belongs to it.
    """
    if len(docs) > k:
        best = (scores >= threshold(scores, k)).nonzero()[0]
        docs, scores = docs[best], scores[best]
    elif len(docs) < 2:
        return docs[:k], scores[:k]
    order = (-scores).argsort(kind="stable")[:k]
    return docs[order], scores[order]


def threshold(scores: Array, k: int) -> Any:
    """Return the k-th highest of `scores` (numbers of any type), or 0 where there are fewer."""
    if len(scores) < k or not k:
        return 0.0
    scores = scores.copy()
    scores.partition(len(scores) - k)
    return scores[len(scores) - k]
