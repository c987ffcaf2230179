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

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.query.custom_queries import InRelease, Literal, NamedScore, Proximity, Quoted
from jsisa_search.schema import CHARS, PASSAGE_BITS
from jsisa_search.search.engine.evaluation.conjunction import conjunction
from jsisa_search.search.engine.evaluation.document_sets import find
from jsisa_search.search.engine.evaluation.evaluate_leaves import LeafEvaluation, boosted
from jsisa_search.search.engine.evaluation.needle import needle_of
from jsisa_search.search.engine.evaluation.quotation import quoted_needle
from jsisa_search.search.engine.evaluation.substring import matching_proximity
from jsisa_search.search.engine.scoring.term_scorer import Matches

Array = NDArray[Any]


class Evaluation(LeafEvaluation):
    """Evaluates queries in one segment, or within some of its documents.

    In two steps: `docs` finds what matches, without scores; `scores` then scores some of that. So what is
    known to be needed in few documents only is asked of those.
    """

    def docs(self, q: query.Query) -> Array:
        """Return the documents that match `q`, ascending."""
        find_docs = _DOCS.get(type(q))
        found = find_docs(self, q) if find_docs else None
        return self._fall_back_docs(q) if found is None else found

    def found_docs(self, q: query.Query) -> Array:
        """Return the documents that match the whole query of a search; cached."""
        docs = self.known_docs(q)
        if docs is None:
            docs = self.docs(q)
            self.keep_found(q, docs)
        return docs

    def known_docs(self, q: query.Query) -> Array | None:
        """Return what `found_docs` has found before; `None` where it was not asked."""
        known = self._found.whole.get(id(q))
        return known[1] if known else None

    def keep_found(self, q: query.Query, docs: Array) -> None:
        """Keep the documents that match a whole query, with the query: so no other gets its `id`."""
        self._found.whole[id(q)] = q, docs

    def scores(self, q: query.Query, docs: Array) -> Array:
        """Return the scores of `docs`, all of which match `q` (float32).

        Sums are taken in the order of the query: those of float32 differ with it, and the sizes of lists
        must not show.
        """
        score = _SCORES.get(type(q))
        found = score(self, q, docs) if score else None
        return self._fall_back_scores(q, docs) if found is None else found

    def scored(self, q: query.Query) -> Matches:
        """Return the documents that match `q`, ascending, and their scores."""
        docs = self.docs(q)
        return docs, self.scores(q, docs)

    def added(self, q: query.Query, docs: Array) -> Array | None:
        """Return what `q` adds to the scores of `docs`: 0 where it does not match, `None` for nothing."""
        add = _ADDED.get(type(q))
        return add(self, q, docs) if add else self._added_where_it_matches(q, docs)

    def among(self, docs: Array) -> Evaluation:
        """Return the evaluation of queries within `docs`, which are some of those that this one may find."""
        return self if docs is self._chosen else Evaluation(self._context, self.scope, docs, self._found)

    def _added_where_it_matches(self, q: query.Query, docs: Array) -> Array | None:
        inside = self.among(docs).docs(q)
        if len(inside) == len(docs):
            return self.scores(q, docs)
        if not len(inside):
            return None
        added = np.zeros(len(docs), np.float32)
        added[self._rows(inside, docs)] = self.scores(q, inside)
        return added

    def _sum_of_added(self, parts: Sequence[query.Query], docs: Array, scores: Array | None = None) -> Array:
        """Return what all parts add to the scores of `docs`, and `scores`, if given."""
        for part in parts:
            added = self.added(part, docs)
            if added is not None:
                scores = added if scores is None else scores + added
        return np.zeros(len(docs), np.float32) if scores is None else scores

    # Through Whoosh's matchers

    def _fall_back(self, q: query.Query) -> Matches:
        """Return what Whoosh finds in the segment; asked for once a search."""
        known = self._found.by_whoosh.get(id(q))
        if known is None:
            # The query is stored beside its answer, so that its `id` is not reused.
            known = self._found.by_whoosh[id(q)] = q, self._context.fall_back(q, self.scope, scored=True)
        return known[1]

    def _fall_back_docs(self, q: query.Query) -> Array:
        docs = self._fall_back(q)[0]
        return docs if self._chosen is None else self._chosen[self._is_in(docs, self._chosen)]

    def _fall_back_scores(self, q: query.Query, docs: Array) -> Array:
        found, scores = self._fall_back(q)
        return scores[found.searchsorted(docs)]

    # Conjunctions

    def _and_docs(self, q: query.And) -> Array:
        if not q.subqueries:
            return self._nothing()
        terms = [part for part in q.subqueries if type(part) is query.Term]
        docs: Array | None = None
        if terms:
            scorers = self._scorers([(part.fieldname, part.text, 1.0) for part in terms])
            if not scorers:
                return self._nothing()
            found = conjunction(scorers, self.scope.allowed, self._chosen)
            docs = found.docs
            self._found.keep_postings(found)
        for part in self._rarest_first([part for part in q.subqueries if type(part) is not query.Term]):
            docs = self.docs(part) if docs is None else self.among(docs).docs(part)
            if not len(docs):
                break
        assert docs is not None
        return docs

    def _rarest_first(self, parts: Sequence[query.Query]) -> Sequence[query.Query]:
        """Return the parts, those with the fewest documents first, negations last."""
        if len(parts) < 2:
            return parts
        return sorted(parts, key=lambda part: (type(part) is query.Not, self._size(part)))

    def _size(self, q: query.Query) -> int:
        """Return about how many documents match `q`; a cheap estimate that separates few from many."""
        match q:
            case query.Term():
                scorer = self.scorer(q.fieldname, q.text)
                return scorer.doc_frequency if scorer else 0
            case Literal():
                needle = needle_of(q.text)
                return self._size_of_grams(q.fieldname, [(needle.gram_suffix, gram) for gram in needle.grams])
            case Quoted():
                return self._size_of_grams(q.fieldname, quoted_needle(q.text).grams)
            case query.Or():
                return sum([self._size(part) for part in q.subqueries])
            case query.And() if q.subqueries:
                return min([self._size(part) for part in q.subqueries])
            case query.AndMaybe() | query.AndNot() | query.Require():
                return self._size(q.a)
            case query.ConstantScoreQuery():
                return self._size(q.child)
            case _:
                return self.scope.view.doc_count

    def _size_of_grams(self, fieldname: str, grams: Sequence[tuple[str, str]]) -> int:
        if fieldname + CHARS not in self._context.schema:
            return 0  # a title: few have any string
        scorers = [self.scorer(fieldname + suffix, gram) for suffix, gram in grams]
        return min([scorer.doc_frequency if scorer else 0 for scorer in scorers], default=0)

    def _and_scores(self, q: query.And, docs: Array) -> Array:
        scores: Array | None = None
        for part in q.subqueries:
            if not _adds_nothing(part):
                found = self.scores(part, docs)
                scores = found if scores is None else scores + found
        return boosted(np.zeros(len(docs), np.float32) if scores is None else scores, q.boost)

    def _require_docs(self, q: query.Require) -> Array:
        return self.among(self.docs(q.a)).docs(q.b)

    def _first_scores(self, q: query.AndNot | query.Require, docs: Array) -> Array:
        return self.scores(q.a, docs)

    # Disjunctions

    def _or_docs(self, q: query.Or) -> Array:
        if self._chosen is None:
            return self._union([self.docs(part) for part in q.subqueries])
        if all(type(part) is query.Term for part in q.subqueries):
            return self._with_any([self.scorer(part.fieldname, part.text) for part in q.subqueries])
        missing, found = self._chosen, []
        for part in q.subqueries:
            some = self.among(missing).docs(part)
            if len(some) == len(self._chosen):
                return self._chosen
            if len(some):
                found.append(some)
                missing = self._without(missing, some)
            if not len(missing):
                return self._chosen
        return self._union(found)

    def _or_scores(self, q: query.Or, docs: Array) -> Array | None:
        if q.scale:
            return None
        if len(q.subqueries) < 2:
            return self.scores(q.subqueries[0], docs) if q.subqueries else np.zeros(0, np.float32)
        return boosted(self._sum_of_added(q.subqueries, docs), q.boost)

    def _or_added(self, q: query.Or, docs: Array) -> Array | None:
        if q.scale or len(q.subqueries) < 2:
            return self._added_where_it_matches(q, docs)
        return boosted(self._sum_of_added(q.subqueries, docs), q.boost)

    def _disjunction_max_scores(self, q: query.DisjunctionMax, docs: Array) -> Array:
        if len(q.subqueries) < 2:
            return self.scores(q.subqueries[0], docs) if q.subqueries else np.zeros(0, np.float32)
        scores = np.zeros(len(docs), np.float32)
        for part in q.subqueries:
            added = self.added(part, docs)
            if added is not None:
                scores = np.maximum(scores, added)
        return boosted(scores, q.boost)

    # Negations, and parts that may match

    def _not_docs(self, q: query.Not) -> Array:
        docs = self._all()
        return docs[~self._is_in(self.docs(q.query), docs)]

    def _and_not_docs(self, q: query.AndNot) -> Array:
        docs = self.docs(q.a)
        return self._without(docs, self.among(docs).docs(q.b))

    def _and_maybe_docs(self, q: query.AndMaybe) -> Array:
        return self.docs(q.a)

    def _and_maybe_scores(self, q: query.AndMaybe, docs: Array) -> Array:
        return self._sum_of_added((q.b,), docs, self.scores(q.a, docs))

    # Constant scores

    def _constant_docs(self, q: query.ConstantScoreQuery) -> Array:
        return self.docs(q.child)

    def _constant_scores(self, q: query.ConstantScoreQuery, docs: Array) -> Array:
        return np.full(len(docs), q.score, np.float32)

    def _constant_added(self, q: query.ConstantScoreQuery, docs: Array) -> Array | None:
        return self._added_where_it_matches(q, docs) if q.score else None

    def _numeric_range_scores(self, q: query.NumericRange, docs: Array) -> Array | None:
        return self._boost_scores(q, docs) if q.constantscore else None

    def _numeric_range_docs(self, q: query.NumericRange) -> Array:
        field = self._context.schema[q.fieldname]
        # Whoosh takes an open lower bound of unsigned numbers for the highest number there is.
        start = field.min_value if q.start is None else q.start
        end = field.max_value if q.end is None else q.end
        bounded = query.NumericRange(q.fieldname, start, end, q.startexcl, q.endexcl)
        return self.docs(bounded._compile_query(self._context))

    def _in_release_docs(self, q: InRelease) -> Array:
        view, known = self.scope.view, self._found.in_releases.get(id(q))
        if known is None:
            starts = view.runs("sequence", PASSAGE_BITS)
            releases = view.run_values("sequence", PASSAGE_BITS)
            runs = find(self._context.distinct_values("sequence", PASSAGE_BITS, q.child), releases)[
                1
            ].nonzero()[0]
            docs = spread(starts[runs], starts[runs + 1] - starts[runs]).astype(view.doc_dtype)
            known = self._found.in_releases[id(q)] = q, docs
        docs = known[1]
        if self._chosen is not None:
            return self._chosen[self._is_in(docs, self._chosen)]
        return docs if self.scope.allowed is None else docs[self.scope.allowed.take(docs)]

    def _proximity_docs(self, q: Proximity) -> Array:
        return matching_proximity(self.scope.view, q, self.docs(q.candidates()))


def _adds_nothing(q: query.Query) -> bool:
    return isinstance(q, query.ConstantScoreQuery) and not q.score


_DOCS: dict[type, Callable[[Evaluation, query.Query], Array | None]] = {
    query.Term: Evaluation._term_docs,
    query.Phrase: Evaluation._phrase_docs,
    Literal: Evaluation._literal_docs,
    Quoted: Evaluation._quoted_docs,
    Proximity: Evaluation._proximity_docs,
    InRelease: Evaluation._in_release_docs,
    query.And: Evaluation._and_docs,
    query.Or: Evaluation._or_docs,
    query.DisjunctionMax: Evaluation._or_docs,
    query.Not: Evaluation._not_docs,
    query.AndNot: Evaluation._and_not_docs,
    query.AndMaybe: Evaluation._and_maybe_docs,
    query.Require: Evaluation._require_docs,
    query.ConstantScoreQuery: Evaluation._constant_docs,
    NamedScore: Evaluation._constant_docs,
    query.Every: Evaluation._every_docs,
    query.NumericRange: Evaluation._numeric_range_docs,
    query.DateRange: Evaluation._numeric_range_docs,
    query.TermRange: Evaluation._multi_term_docs,
    query.Prefix: Evaluation._multi_term_docs,
    query.Wildcard: Evaluation._multi_term_docs,
    _NullQuery: Evaluation._null_docs,
}

_SCORES: dict[type, Callable[[Evaluation, query.Query, Array], Array | None]] = {
    query.Term: Evaluation._term_scores,
    query.Phrase: Evaluation._phrase_scores,
    Literal: Evaluation._boost_scores,
    Quoted: Evaluation._boost_scores,
    Proximity: Evaluation._boost_scores,
    InRelease: Evaluation._one_scores,
    query.And: Evaluation._and_scores,
    query.Or: Evaluation._or_scores,
    query.DisjunctionMax: Evaluation._disjunction_max_scores,
    query.Not: Evaluation._one_scores,
    query.AndNot: Evaluation._first_scores,
    query.AndMaybe: Evaluation._and_maybe_scores,
    query.Require: Evaluation._first_scores,
    query.ConstantScoreQuery: Evaluation._constant_scores,
    NamedScore: Evaluation._constant_scores,
    query.Every: Evaluation._boost_scores,
    query.NumericRange: Evaluation._numeric_range_scores,
    query.DateRange: Evaluation._numeric_range_scores,
    query.TermRange: Evaluation._multi_term_scores,
    query.Prefix: Evaluation._multi_term_scores,
    query.Wildcard: Evaluation._multi_term_scores,
    _NullQuery: Evaluation._one_scores,
}

#: Where adding is more than scoring what matches, or less.
_ADDED: dict[type, Callable[[Evaluation, query.Query, Array], Array | None]] = {
    query.Term: Evaluation._term_added,
    query.Or: Evaluation._or_added,
    query.ConstantScoreQuery: Evaluation._constant_added,
    NamedScore: Evaluation._constant_added,
    Literal: Evaluation._literal_added,
    Quoted: Evaluation._quoted_added,
}
