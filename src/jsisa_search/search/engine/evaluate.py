"""Query trees on arrays: the documents a query matches in one segment, with or without scores.

What a class of query means here is what Whoosh's matcher of that class does, with three exceptions where
Whoosh 2.7.4 does not do what it documents: `Require` keeps the documents that match both parts (Whoosh
drops them), `DisjunctionMax` takes the highest score among the parts that match the document (Whoosh also
looks at parts that don't), and a `Prefix`, `Wildcard` or `TermRange` of constant score gives each document
its boost (Whoosh's score depends on how many of the terms a segment has). Classes without an evaluation of
their own go through Whoosh's matchers over the same postings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query
from whoosh.query.qcore import _NullQuery

from jsisa_search.query.custom_queries import Literal, Proximity
from jsisa_search.search.engine.conjunction import conjunction
from jsisa_search.search.engine.evaluate_leaves import LeafEvaluation, boosted, find
from jsisa_search.search.engine.substring import matching_proximity, needle_of
from jsisa_search.search.engine.term_scorer import Matches

Array = NDArray[Any]

#: Up to so many documents, searching their list is faster than filling a table of all documents.
_TABLE_FROM = 512


class Evaluation(LeafEvaluation):
    """Evaluates queries in one segment, or within some of its documents.

    What is known to be needed in few documents only is asked of those: see `among`.
    """

    def scored(self, q: Any) -> Matches:
        """Return the documents that match `q`, ascending, and their scores (float32)."""
        evaluate = _SCORED.get(type(q))
        found = evaluate(self, q) if evaluate else None
        return self._fall_back(q) if found is None else found

    def docs(self, q: Any) -> Array:
        """Return the documents that match `q`, ascending."""
        evaluate = _UNSCORED.get(type(q))
        found = evaluate(self, q) if evaluate else None
        return self.scored(q)[0] if found is None else found

    def among(self, docs: Array) -> Evaluation:
        """Return the evaluation of queries within `docs`, which are some of those that this one may find."""
        return Evaluation(self._context, self.scope, docs, self._counted)

    def _fall_back(self, q: Any) -> Matches:
        docs, scores = self._context.fall_back(q, self.scope, scored=True)
        if self._chosen is None:
            return docs, scores
        at, present = find(docs, self._chosen)
        return self._chosen[present], scores[at[present]]

    def _proximity(self, q: Any) -> Matches:
        docs = self._proximity_docs(q)
        return docs, np.full(len(docs), q.boost, np.float32)

    def _proximity_docs(self, q: Any) -> Array:
        return matching_proximity(self.scope.view, q, self.docs(q.candidates()))

    # Compounds

    def _and(self, q: Any) -> Matches:
        if len(q.subqueries) < 2:
            return self.scored(q.subqueries[0]) if q.subqueries else self._nothing()
        terms = [part for part in q.subqueries if type(part) is query.Term]
        others = [part for part in q.subqueries if type(part) is not query.Term]
        matches: dict[int, Matches] = {}
        docs: Array | None = None
        if terms:
            leaves = self._leaves([(part.fieldname, part.text, part.boost) for part in terms])
            if leaves is None:
                return self._nothing()
            joint = conjunction(leaves, self.scope.allowed, self._chosen)
            docs, _ = matches[-1] = joint.docs, joint.scores()
        for number, part in self._rarest_first(others):
            if docs is not None and not len(docs):
                return self._nothing()
            evaluation = self if docs is None else self.among(docs)
            docs, _ = matches[number] = evaluation.scored(part)
        assert docs is not None
        # In the order of the query: sums of float32 differ with it, and the sizes of lists must not show.
        scores = np.zeros(len(docs), np.float32)
        for _, (found, found_scores) in sorted(matches.items(), key=lambda item: item[0]):
            scores += found_scores[found.searchsorted(docs)]
        return docs, boosted(scores, q.boost)

    def _rarest_first(self, parts: Sequence[Any]) -> list[tuple[int, Any]]:
        """Return the parts with their numbers, those with the fewest documents first, negations last."""
        if len(parts) < 2:
            return list(enumerate(parts))
        return sorted(enumerate(parts), key=lambda part: (type(part[1]) is query.Not, self._size(part[1])))

    def _size(self, q: Any) -> int:
        """Return about how many documents match `q`; it only has to tell few from many, and to be cheap."""
        match q:
            case query.Term():
                leaf = self.leaf(q.fieldname, q.text)
                return leaf.doc_frequency if leaf else 0
            case Literal():
                needle = needle_of(q.text)
                leaves = [self.leaf(needle.gram_field(q.fieldname), gram) for gram in needle.grams]
                return min((leaf.doc_frequency if leaf else 0 for leaf in leaves), default=0)
            case query.Or() | query.And() if q.subqueries:
                return self._size(q.subqueries[0])
            case query.AndMaybe() | query.AndNot() | query.Require():
                return self._size(q.a)
            case query.ConstantScoreQuery():
                return self._size(q.child)
            case _:
                return self.scope.view.doc_count

    def _and_docs(self, q: Any) -> Array:
        if not q.subqueries:
            return self._nothing()[0]
        terms = [part for part in q.subqueries if type(part) is query.Term]
        docs: Array | None = None
        if terms:
            leaves = self._leaves([(part.fieldname, part.text, 1.0) for part in terms])
            if not leaves:
                return self._nothing()[0]
            docs = conjunction(leaves, self.scope.allowed, self._chosen).docs
        for _, part in self._rarest_first([part for part in q.subqueries if type(part) is not query.Term]):
            docs = self.docs(part) if docs is None else self.among(docs).docs(part)
        assert docs is not None
        return docs

    def _or(self, q: Any) -> Matches | None:
        if q.scale:
            return None
        if len(q.subqueries) < 2:
            return self.scored(q.subqueries[0]) if q.subqueries else self._nothing()
        docs, scores = self._combined([self.scored(part) for part in q.subqueries], np.add)
        return docs, boosted(scores, q.boost)

    def _or_docs(self, q: Any) -> Array:
        return self._union([self.docs(part) for part in q.subqueries])

    def _disjunction_max(self, q: Any) -> Matches:
        if len(q.subqueries) < 2:
            return self.scored(q.subqueries[0]) if q.subqueries else self._nothing()
        docs, scores = self._combined([self.scored(part) for part in q.subqueries], np.maximum)
        return docs, boosted(scores, q.boost)

    def _combined(self, parts: Sequence[Matches], combine: np.ufunc) -> Matches:
        """Return the union of the parts, the scores of a document put together by `combine`."""
        docs = self._union([part[0] for part in parts])
        scores = np.zeros(len(docs), np.float32)
        place = self._places(docs)
        for part_docs, part_scores in parts:
            at = place(part_docs)
            scores[at] = combine(scores[at], part_scores)
        return docs, scores

    def _places(self, docs: Array) -> Callable[[Array], Array]:
        """Return what tells where in `docs` some of them are."""
        if len(docs) < _TABLE_FROM:
            return docs.searchsorted
        table = self.scope.view.new_table()
        table[docs] = np.arange(len(docs), dtype=np.uint32)
        return table.take

    def _not(self, q: Any) -> Matches:
        docs = self._not_docs(q)
        return docs, np.ones(len(docs), np.float32)

    def _not_docs(self, q: Any) -> Array:
        docs = self._all()
        return docs[~find(self.docs(q.query), docs)[1]]

    def _and_not(self, q: Any) -> Matches:
        docs, scores = self.scored(q.a)
        return _without(docs, scores, self.among(docs).docs(q.b))

    def _and_not_docs(self, q: Any) -> Array:
        docs = self.docs(q.a)
        return docs[~find(self.among(docs).docs(q.b), docs)[1]]

    def _and_maybe(self, q: Any) -> Matches:
        docs, scores = self.scored(q.a)
        if not len(docs):
            return docs, scores
        more, more_scores = self.among(docs).scored(q.b)
        scores = scores.copy()
        scores[docs.searchsorted(more)] += more_scores
        return docs, scores

    def _and_maybe_docs(self, q: Any) -> Array:
        return self.docs(q.a)

    def _require(self, q: Any) -> Matches:
        docs, scores = self.scored(q.a)
        kept = self.among(docs).docs(q.b)
        return kept, scores[docs.searchsorted(kept)]

    def _require_docs(self, q: Any) -> Array:
        return self.among(self.docs(q.a)).docs(q.b)

    # Constant scores

    def _constant(self, q: Any) -> Matches:
        docs = self.docs(q.child)
        return docs, np.full(len(docs), q.score, np.float32)

    def _constant_docs(self, q: Any) -> Array:
        return self.docs(q.child)

    def _numeric_range(self, q: Any) -> Matches | None:
        if not q.constantscore:
            return None
        docs = self._numeric_range_docs(q)
        return docs, np.full(len(docs), q.boost, np.float32)

    def _numeric_range_docs(self, q: Any) -> Array:
        field = self._context.schema[q.fieldname]
        # Whoosh takes an open lower bound of unsigned numbers for the highest number there is.
        start = field.min_value if q.start is None else q.start
        end = field.max_value if q.end is None else q.end
        bounded = query.NumericRange(q.fieldname, start, end, q.startexcl, q.endexcl)
        return self.docs(bounded._compile_query(self._context))


def _without(docs: Array, scores: Array, excluded: Array) -> Matches:
    keep = ~find(excluded, docs)[1]
    return docs[keep], scores[keep]


_SCORED: dict[type, Callable[[Evaluation, Any], Matches | None]] = {
    query.Term: Evaluation._term,
    query.Phrase: Evaluation._phrase,
    Literal: Evaluation._literal,
    Proximity: Evaluation._proximity,
    query.And: Evaluation._and,
    query.Or: Evaluation._or,
    query.DisjunctionMax: Evaluation._disjunction_max,
    query.Not: Evaluation._not,
    query.AndNot: Evaluation._and_not,
    query.AndMaybe: Evaluation._and_maybe,
    query.Require: Evaluation._require,
    query.ConstantScoreQuery: Evaluation._constant,
    query.Every: Evaluation._every,
    query.NumericRange: Evaluation._numeric_range,
    query.DateRange: Evaluation._numeric_range,
    query.TermRange: Evaluation._multi_term,
    query.Prefix: Evaluation._multi_term,
    query.Wildcard: Evaluation._multi_term,
    _NullQuery: Evaluation._null,
}

_UNSCORED: dict[type, Callable[[Evaluation, Any], Array | None]] = {
    query.Term: Evaluation._term_docs,
    query.Phrase: Evaluation._phrase_docs,
    Literal: Evaluation._literal_docs,
    Proximity: Evaluation._proximity_docs,
    query.And: Evaluation._and_docs,
    query.Or: Evaluation._or_docs,
    query.DisjunctionMax: Evaluation._or_docs,
    query.Not: Evaluation._not_docs,
    query.AndNot: Evaluation._and_not_docs,
    query.AndMaybe: Evaluation._and_maybe_docs,
    query.Require: Evaluation._require_docs,
    query.ConstantScoreQuery: Evaluation._constant_docs,
    query.Every: Evaluation._every_docs,
    query.NumericRange: Evaluation._numeric_range_docs,
    query.DateRange: Evaluation._numeric_range_docs,
    query.TermRange: Evaluation._multi_term_docs,
    query.Prefix: Evaluation._multi_term_docs,
    query.Wildcard: Evaluation._multi_term_docs,
}
