"""One search in one snapshot: its queries in every segment, and what they find in the whole index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.search.engine.evaluate import Evaluation
from jsisa_search.search.engine.evaluate_leaves import Context
from jsisa_search.search.engine.segment_view import Scope, SegmentView
from jsisa_search.search.engine.substring import needle_of
from jsisa_search.search.engine.top_k import best_of, top

Array = NDArray[Any]


class Found(NamedTuple):
    """Documents found, best first: their numbers in the whole index (int64) and scores (float32).

    `total` is how many documents match, or `None` where that was neither asked for nor at hand.
    """

    docs: Array
    scores: Array
    total: int | None

    def pairs(self) -> Iterator[tuple[int, float]]:
        """Yield (document, score), best first."""
        return zip(self.docs.tolist(), self.scores.tolist(), strict=True)


class Execution:
    """Runs the queries of one search, in each segment of a snapshot. It belongs to one thread.

    The parts of a search ask for the same: what they count in texts is kept in here for each other.
    """

    def __init__(self, context: Context, scopes: Sequence[Scope], passing: Any = None) -> None:
        """Take the segments with their live documents, and a query that documents must match as well."""
        self._context = context
        self._evaluations = [Evaluation(context, scope) for scope in scopes]
        if passing is not None:
            with context.concluding_damage():
                self._evaluations = [self._narrowed(each, passing) for each in self._evaluations]

    def _narrowed(self, evaluation: Evaluation, passing: Any) -> Evaluation:
        """Return the evaluation among the documents that match `passing`."""
        view = evaluation.scope.view
        allowed = np.zeros(view.doc_count, np.bool_)
        allowed[evaluation.docs(passing)] = True
        return Evaluation(self._context, Scope(view, evaluation.scope.index, allowed))

    def search(self, q: Any, k: int, *, count: bool = False) -> Found:
        """Return the `k` best documents: see `ArraySearcher.search`."""
        with self._context.concluding_damage():
            if len(self._evaluations) == 1:
                docs, scores, total = best_of(self._evaluations[0], q, k, 0.0, count=count)
                return Found(docs.astype(np.int64), scores, total)
            return _best_of_all(self._evaluations, q, k, count)

    def documents(self, q: Any) -> Array:
        """Return every document that matches `q` (int64, ascending)."""
        with self._context.concluding_damage():
            parts = [
                evaluation.docs(q).astype(np.int64) + evaluation.scope.view.base
                for evaluation in self._evaluations
            ]
            return np.concatenate([*parts, np.zeros(0, np.int64)])

    def scored(self, q: Any) -> tuple[Array, Array]:
        """Return every document that matches `q` (int64, ascending) and its score (float32)."""
        docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        with self._context.concluding_damage():
            for evaluation in self._evaluations:
                found, found_scores = evaluation.scored(q)
                docs.append(found.astype(np.int64) + evaluation.scope.view.base)
                scores.append(found_scores)
            return np.concatenate(docs), np.concatenate(scores)

    def occurrences(self, field: str, text: str, docs: Array) -> int:
        """Return how often a string stands in a field of `docs` (int64, ascending), not counting overlaps."""
        needle = needle_of(fold(text))
        with self._context.concluding_damage():
            return sum(
                evaluation.occurrences(needle, field, inside)
                for evaluation in self._evaluations
                for inside in (_inside(evaluation.scope.view, docs),)
            )


def _inside(view: SegmentView, docs: Array) -> Array:
    """Return those of `docs` (int64, ascending) that are in a segment, by their numbers in it."""
    first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
    inside: Array = docs[first:last] - view.base
    return inside


def _best_of_all(evaluations: Sequence[Evaluation], q: Any, k: int, count: bool) -> Found:
    """Return the `k` best documents of all segments."""
    docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    totals: list[int | None] = []
    least = 0.0
    for evaluation in evaluations:
        found, found_scores, total = best_of(evaluation, q, k, least, count=count)
        docs.append(found.astype(np.int64) + evaluation.scope.view.base)
        scores.append(found_scores)
        totals.append(total)
        if len(found_scores) >= k > 0:
            least = max(least, float(found_scores[-1]))
    known = [total for total in totals if total is not None]
    all_docs, all_scores = np.concatenate(docs), np.concatenate(scores)
    order = all_docs.argsort()
    best = top(all_docs[order], all_scores[order], k)
    return Found(*best, sum(known) if len(known) == len(totals) else None)
