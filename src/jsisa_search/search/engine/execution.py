"""One search in one snapshot: its queries in every segment, and what they find in the whole index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from jsisa_search.analysis import fold
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.search.engine.evaluation.evaluate import Evaluation
from jsisa_search.search.engine.evaluation.needle import needle_of
from jsisa_search.search.engine.evaluation.quotation import quoted_needle
from jsisa_search.search.engine.likest import likest, likest_among
from jsisa_search.search.engine.matches import ArrayMatches
from jsisa_search.search.engine.scoring.top_k import best_of, count_of, threshold, top
from jsisa_search.search.engine.segment_view import Scope

if TYPE_CHECKING:
    from jsisa_search.search.engine.searcher import ArraySearcher

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

    The parts of a search need the same counts of strings in texts: they are cached here.
    """

    def __init__(
        self, context: ArraySearcher, scopes: Sequence[Scope], passing: query.Query | None = None
    ) -> None:
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

    def search(self, q: query.Query, k: int, *, count: bool = False) -> Found:
        """Return the `k` best documents, ties by number: see `ArraySearcher.search`."""
        docs, scores = self.best(q, k)
        return Found(*top(docs, scores, k), self.count(q) if count else None)

    def best(self, q: query.Query, k: int) -> tuple[Array, Array]:
        """Return the documents with the `k` highest scores (int64, ascending) and the scores (float32).

        All that are level with the last are there, so that there may be more than `k`.
        """
        docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        least = 0.0
        with self._context.concluding_damage():
            for evaluation in self._evaluations if k else ():
                found, found_scores = best_of(evaluation, q, k, least)
                docs.append(found.astype(np.int64) + evaluation.scope.view.base)
                scores.append(found_scores)
                if len(found_scores) >= k:
                    least = max(least, float(found_scores.min()))
        if len(self._evaluations) == 1:
            return docs[-1], scores[-1]
        all_docs, all_scores = np.concatenate(docs), np.concatenate(scores)
        keep = all_scores >= threshold(all_scores, k)
        return all_docs[keep], all_scores[keep]

    def matches(self, tree: query.Query) -> ArrayMatches:
        """Return what matches a tree."""
        return ArrayMatches(self._context, self, tree)

    def matches_of_each(self, trees: Iterable[query.Query]) -> list[ArrayMatches]:
        """Return what matches each of some trees."""
        return [self.matches(tree) for tree in trees]

    def count(self, q: query.Query) -> int:
        """Return how many documents match `q`."""
        with self._context.concluding_damage():
            return sum([count_of(evaluation, q) for evaluation in self._evaluations])

    def likest(
        self, terms: Sequence[WeightedTerm], count: int, *, among: query.Query | None = None
    ) -> list[int]:
        """Return up to `count` documents with the greatest sum of the weights of the terms they have.

        They have one of the terms at least, or, with `among`, match that.
        """
        with self._context.concluding_damage():
            if among is None:
                return likest(self._context, [each.scope for each in self._evaluations], terms, count)
            return likest_among(self._context, self.documents(among), terms, count)

    def count_among(self, q: query.Query, docs: Array) -> int:
        """Return how many of `docs` (int64, ascending), which this search may find, match `q`."""
        with self._context.concluding_damage():
            return sum(
                len(evaluation.among(inside.astype(evaluation.scope.view.doc_dtype)).docs(q))
                for evaluation in self._evaluations
                if len(inside := evaluation.scope.view.inside(docs))
            )

    def documents(self, q: query.Query) -> Array:
        """Return every document that matches `q` (int64, ascending)."""
        with self._context.concluding_damage():
            parts = [
                evaluation.found_docs(q).astype(np.int64) + evaluation.scope.view.base
                for evaluation in self._evaluations
            ]
            return np.concatenate([*parts, np.zeros(0, np.int64)])

    def scores(self, q: query.Query, docs: Array) -> Array:
        """Return the scores of `docs` (int64, ascending), all of which match `q` (float32)."""
        scores = np.zeros(len(docs), np.float32)
        with self._context.concluding_damage():
            for evaluation in self._evaluations:
                view = evaluation.scope.view
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                if first < last:
                    inside = (docs[first:last] - view.base).astype(view.doc_dtype)
                    scores[first:last] = evaluation.scores(q, inside)
        return scores

    def scored(self, q: query.Query) -> tuple[Array, Array]:
        """Return every document that matches `q` (int64, ascending) and its score (float32)."""
        docs = self.documents(q)
        return docs, self.scores(q, docs)

    def without(self, docs: Array) -> Execution:
        """Return the same search among all documents but `docs` (int64, ascending)."""
        other = Execution(self._context, ())
        for evaluation in self._evaluations:
            scope = evaluation.scope
            allowed = np.ones(scope.view.doc_count, np.bool_)
            if scope.allowed is not None:
                allowed &= scope.allowed
            allowed[scope.view.inside(docs)] = False
            other._evaluations.append(Evaluation(self._context, Scope(scope.view, scope.index, allowed)))
        return other

    def occurrences(self, field: str, text: str, docs: Array, *, is_whole: bool = False) -> int:
        """Return how often a string occurs in a field of `docs` (int64, ascending), not counting overlaps.

        With `is_whole`, not where it is inside a longer number or Latin word.
        """
        folded = fold(text)
        if not folded:
            return 0
        needle = needle_of(folded, is_whole=is_whole)
        with self._context.concluding_damage():
            return sum(
                evaluation.occurrences(needle, field, evaluation.scope.view.inside(docs))
                for evaluation in self._evaluations
            )

    def occurrences_in(self, field: str, text: str, docs: Array) -> Array:
        """Return how often a string occurs in a field of each of `docs` (int64, ascending), as int64.

        Overlaps are not counted. No document has an empty string.
        """
        folded = fold(text)
        counts = np.zeros(len(docs), np.int64)
        if not folded:
            return counts
        needle = needle_of(folded)
        with self._context.concluding_damage():
            for evaluation in self._evaluations:
                view = evaluation.scope.view
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                if first < last:
                    counts[first:last] = evaluation.occurrences_in(
                        needle, field, docs[first:last] - view.base
                    )
        return counts

    def quotations(self, field: str, text: str, docs: Array) -> int:
        """Return how often a quotation occurs in a field of `docs` (int64, ascending), however punctuated."""
        quoted = quoted_needle(text)
        with self._context.concluding_damage():
            return sum(
                evaluation.quotations(quoted, field, evaluation.scope.view.inside(docs))
                for evaluation in self._evaluations
            )
