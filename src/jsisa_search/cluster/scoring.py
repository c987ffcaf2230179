"""The scores that a query tree gives to some passages, from their texts alone.

The cluster chooses candidates by its own scores, with lengths in one byte. Theirs are computed again here, as
the array engine does, in the same order of sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq
from whoosh.query.qcore import _NullQuery
from whoosh.util.times import datetime_to_long

from jsisa_search.cluster.mapping import TEXTS
from jsisa_search.cluster.passages import Passages
from jsisa_search.cluster.statistics import Statistics
from jsisa_search.query.custom_queries import Literal, NamedScore, Proximity, Quoted

Array = NDArray[Any]
Scored = tuple[Array, Array]
"""Which passages match (bool), and what they score (float32), 0 where they don't match."""


class Scoring:
    """Scores trees for some passages; what is not in their texts is asked of `matching`."""

    def __init__(
        self, passages: Passages, statistics: Statistics, matching: Callable[[wq.Query], Array]
    ) -> None:
        """Take the passages; `matching` returns which of them match a tree (bool)."""
        self._passages = passages
        self._statistics = statistics
        self._matching = matching

    def scored(self, tree: wq.Query) -> Scored:
        """Return which passages match a tree, and their scores."""
        score = _SCORED.get(type(tree))
        if score is None:
            found = self._matching(tree)
            return found, found.astype(np.float32)
        return score(self, tree)

    def leaves(self, tree: wq.Query) -> Iterator[tuple[wq.Query, float]]:
        """Yield the leaves that match the first passage, with scores; none if `tree` does not match it."""
        matches, scores = self.scored(tree)
        if not matches[0]:
            return
        match tree:
            case wq.Or() | wq.And():
                inner = tree.subqueries
            case wq.AndMaybe():
                inner = [tree.a, tree.b]
            case wq.AndNot():
                inner = [tree.a]
            case _:
                yield tree, float(scores[0])
                return
        for each in inner:
            yield from self.leaves(each)

    def _constant(self, matches: Sequence[bool] | Array, score: float) -> Scored:
        found = np.array(matches, np.bool_)
        return found, found * np.float32(score)

    def _term(self, q: wq.Term) -> Scored:
        counts = self._passages.counts(q.fieldname, q.text)
        found = counts > 0
        if q.fieldname not in TEXTS:
            return self._constant(found, q.boost)
        model = self._statistics.model(q.fieldname)
        if not found.any() or not q.boost or model is None:
            return found, np.zeros(len(found), np.float32)
        weight = np.float32(np.float32(self._statistics.weight(q.fieldname, q.text)) * q.boost)
        return found, counts / (self._passages.norms(q.fieldname, model) + counts) * weight

    def _phrase(self, q: wq.Phrase) -> Scored:
        return self._constant(self._passages.have_phrase(q.fieldname, q.words), q.boost)

    def _string(self, q: Literal | Proximity) -> Scored:
        found = [q.matches_text(each) for each in self._passages.folded(q.fieldname)]
        return self._constant(found, q.boost)

    def _quoted(self, q: Quoted) -> Scored:
        typed = Literal(q.fieldname, q.quotation.typed, is_whole=True)
        texts = self._passages.folded(q.fieldname)
        found = [typed.matches_text(text) or any(True for _ in q.quotation.spans(text)) for text in texts]
        return self._constant(found, q.boost)

    def _and(self, q: wq.And) -> Scored:
        parts = [self.scored(part) for part in q.subqueries]
        found = np.logical_and.reduce([matches for matches, _ in parts])
        return found, self._sum([scores for _, scores in parts]) * found

    def _or(self, q: wq.Or) -> Scored:
        parts = [self.scored(part) for part in q.subqueries]
        if not parts:
            return self._nothing(q)
        return np.logical_or.reduce([matches for matches, _ in parts]), self._sum([s for _, s in parts])

    def _and_not(self, q: wq.AndNot) -> Scored:
        (found, scores), (excluded, _) = self.scored(q.a), self.scored(q.b)
        return found & ~excluded, scores * ~excluded

    def _and_maybe(self, q: wq.AndMaybe) -> Scored:
        (found, scores), (_, added) = self.scored(q.a), self.scored(q.b)
        return found, (scores + added) * found

    def _constant_score(self, q: wq.ConstantScoreQuery) -> Scored:
        return self._constant(self.scored(q.child)[0], q.score)

    def _prefix(self, q: wq.Prefix) -> Scored:
        if q.fieldname not in TEXTS:
            return self._constant(self._matching(q), q.boost)
        wanted = f" {q.text}"
        return self._constant([wanted in words for words in self._passages.words(q.fieldname)], q.boost)

    def _date_range(self, q: wq.DateRange) -> Scored:
        first = datetime_to_long(q.startdate) if q.startdate else 1
        last = datetime_to_long(q.enddate) if q.enddate else 2**62
        dates = self._passages.numbers("published")
        return self._constant((dates > 0) & (first <= dates) & (dates <= last), 1.0)

    def _nothing(self, _: wq.Query) -> Scored:
        return self._constant(np.zeros(len(self._passages), np.bool_), 0.0)

    def _sum(self, parts: Sequence[Array]) -> Array:
        """Return the sum of float32 scores, in the order of the parts."""
        found = np.zeros(len(self._passages), np.float32)
        for scores in parts:
            found = found + scores
        return found


_SCORED: dict[type, Callable[[Scoring, Any], Scored]] = {
    wq.Term: Scoring._term,
    wq.Phrase: Scoring._phrase,
    Literal: Scoring._string,
    Proximity: Scoring._string,
    Quoted: Scoring._quoted,
    wq.And: Scoring._and,
    wq.Or: Scoring._or,
    wq.AndNot: Scoring._and_not,
    wq.AndMaybe: Scoring._and_maybe,
    wq.ConstantScoreQuery: Scoring._constant_score,
    NamedScore: Scoring._constant_score,
    wq.Prefix: Scoring._prefix,
    wq.DateRange: Scoring._date_range,
    _NullQuery: Scoring._nothing,
}
