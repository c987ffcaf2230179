"""What the leaves of a query tree match on arrays: terms, phrases, strings and ranges in one segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from jsisa_search.analysis.marks import ENCLOSING
from jsisa_search.query.custom_queries import Literal, Quoted
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.evaluation.conjunction import conjunction, phrase
from jsisa_search.search.engine.evaluation.context import Context, FoundInSegment
from jsisa_search.search.engine.evaluation.document_sets import DocumentSets
from jsisa_search.search.engine.evaluation.multi_terms import matching_terms
from jsisa_search.search.engine.evaluation.needle import Needle, needle_of
from jsisa_search.search.engine.evaluation.quotation import QuotedNeedle, count_quotation, quoted_needle
from jsisa_search.search.engine.evaluation.substring import (
    confirmed,
    count_by_gram,
    counts_of_gram,
    looked_through,
    occurrences,
)
from jsisa_search.search.engine.scoring.term_scorer import TermScorer
from jsisa_search.search.engine.segment_view import Scope

Array = NDArray[Any]


#: Up to so many documents, comparing their texts is faster than looking up what they must have.
_FEW_DOCUMENTS = 100
#: From one term in so many on, reading all postings of a field costs less than finding those of each term.
_MANY_TERMS = 64


class LeafEvaluation(DocumentSets):
    """Evaluates queries that have no parts, in one segment, or `within` some of its documents.

    Looking ten documents up in a list of a hundred thousand costs less than reading the list.
    """

    def __init__(
        self,
        context: Context,
        scope: Scope,
        within: Array | None = None,
        found: FoundInSegment | None = None,
    ) -> None:
        super().__init__(scope, within)
        self._context = context
        self._found = found or FoundInSegment()

    def occurrences(self, needle: Needle, fieldname: str, docs: Array) -> int:
        """Return how often a string occurs in a field of `docs` (int64, ascending), not counting overlaps."""
        counted = count_by_gram(self.scorer(needle.gram_field(fieldname), needle.text), needle, docs)
        if counted is not None:
            return counted
        return int(occurrences(self.scope.view, needle, fieldname, docs, self._found.counts).sum())

    def occurrences_in(self, needle: Needle, fieldname: str, docs: Array) -> Array:
        """Return how often a string occurs in a field of each of `docs` (int64, ascending), as integers."""
        if needle.is_counted_by_gram:
            scorer = self.scorer(needle.gram_field(fieldname), needle.text)
            return np.zeros(len(docs), np.int64) if scorer is None else counts_of_gram(scorer, docs)
        return occurrences(self.scope.view, needle, fieldname, docs, self._found.counts)

    def quotations(self, quoted: QuotedNeedle, fieldname: str, docs: Array) -> int:
        """Return how often a quotation occurs in a field of `docs` (int64, ascending).

        In documents that have it as it was typed, other occurrences don't count.
        """
        view, counts = self.scope.view, self._found.counts
        exact = self._literal_docs(Literal(fieldname, quoted.exact.text, is_whole=True))
        is_exact = self._is_in(exact, docs)
        typed = occurrences(view, quoted.exact, fieldname, docs[is_exact], counts)
        others = count_quotation(view, quoted, fieldname, docs[~is_exact], counts)
        return int(typed.sum() + others.sum())

    def scorer(self, fieldname: str, text: Any, boost: float = 1.0) -> TermScorer | None:
        """Return a term in this segment, `None` where it does not occur."""
        return self._context.term(fieldname, text, boost)[self.scope.index]

    def _scorers(self, terms: Iterable[tuple[str, Any, float]]) -> list[TermScorer] | None:
        """Return several terms in this segment, `None` where one of them does not occur."""
        term_of, index = self._context.term, self.scope.index
        found = [term_of(*term)[index] for term in terms]
        scorers = [scorer for scorer in found if scorer]
        return scorers if len(scorers) == len(found) else None

    def _term_docs(self, q: query.Term) -> Array:
        scorer = self.scorer(q.fieldname, q.text)
        if scorer is None:
            return self._nothing()
        if self._chosen is not None:
            return self._chosen[scorer.contains(self._chosen)]
        docs, allowed = scorer.docs(), self.scope.allowed
        return docs if allowed is None else docs.compress(allowed.take(docs, mode="clip"))

    def _term_scores(self, q: query.Term, docs: Array) -> Array:
        scorer = self.scorer(q.fieldname, q.text, q.boost)
        if scorer is None:
            return np.zeros(len(docs), np.float32)
        if len(docs) == scorer.doc_frequency:
            return scorer.scores(docs)
        known = self._found.postings.get((scorer.field, scorer.postings.number))
        return scorer.scores(docs, known[1]) if known and known[0] is docs else scorer.added(docs)

    def _term_added(self, q: query.Term, docs: Array) -> Array | None:
        scorer = self.scorer(q.fieldname, q.text, q.boost) if q.boost else None
        return scorer.added(docs) if scorer else None

    def _with_any(self, scorers: Iterable[TermScorer | None]) -> Array:
        """Return those of the chosen documents that have any of some terms."""
        assert self._chosen is not None
        found: Array | None = None
        for scorer in scorers:
            if scorer:
                has_term = scorer.contains(self._chosen)
                found = has_term if found is None else found | has_term
        if found is None:
            return self._nothing()
        return self._chosen if found.all() else self._chosen[found]

    def _phrase_docs(self, q: query.Phrase) -> Array | None:
        if not self._context.has_positions(q.fieldname):
            return None
        scorers = self._scorers([(q.fieldname, word, 1.0) for word in q.words])
        if not scorers:
            return self._nothing()
        return phrase(scorers, q.slop, self.scope.allowed, self._chosen).docs

    def _phrase_scores(self, q: query.Phrase, docs: Array) -> Array | None:
        if not self._context.has_positions(q.fieldname):
            return None
        scores = np.zeros(len(docs), np.float32)
        for scorer in self._scorers([(q.fieldname, word, 1.0) for word in q.words]) or ():
            scores += scorer.added(docs)
        return boosted(scores, q.boost)

    def _literal_docs(self, q: Literal) -> Array:
        if not q.text:
            return self._nothing()
        needle = needle_of(q.text, is_whole=q.is_whole)
        if needle.ends and self._is_most_of(q.fieldname, needle):
            # Once in all documents, rather than in most of them again and again.
            LeafEvaluation(self._context, self.scope, None, self._found)._literal_docs(q)
        return self._known_or(q.fieldname, needle.key, lambda: self._look_for_literal(q.fieldname, needle))

    def _is_most_of(self, fieldname: str, needle: Needle) -> bool:
        """Return whether the chosen documents are many of those known to have a string, whole or not."""
        anywhere = self._found.literals.get((fieldname, (needle.text, False)))
        chosen = self._chosen
        return anywhere is not None and chosen is not None and len(anywhere) <= 2 * len(chosen)

    def _known_or(self, fieldname: str, key: object, look: Callable[[], Array]) -> Array:
        """Return the documents found for a string or quotation before, else what `look` finds."""
        known = self._found.literals.get((fieldname, key))
        if known is None:
            known = look()
            if self._chosen is None:
                self._found.literals[fieldname, key] = known
        elif self._chosen is not None and known is not self._chosen:
            return self._chosen[self._is_in(known, self._chosen)]
        return known

    def _look_for_literal(self, fieldname: str, needle: Needle) -> Array:
        anywhere = self._found.literals.get((fieldname, (needle.text, False))) if needle.ends else None
        within = anywhere if self._chosen is None else self._chosen
        where = (self.scope.allowed, within, self._found.counts)
        grams = needle.gram_field(fieldname)
        if grams not in self._context.schema:
            return looked_through(self.scope.view, needle, fieldname, *where)
        scorers = self._scorers([(grams, gram, 1.0) for gram in needle.grams])
        if not scorers:
            return self._nothing()
        if anywhere is not None and self._chosen is None:
            counts = occurrences(self.scope.view, needle, fieldname, anywhere, self._found.counts)
            return anywhere[counts > 0]
        # A number that is one word may still go on, 3.5.2%, and how it occurs is asked for next.
        has_ends = needle.ends or len(needle.forms) > 1
        word = self.scorer(fieldname, needle.text) if len(needle) > 2 and not has_ends else None
        return confirmed(scorers, needle, fieldname, word, *where)

    def _quoted_docs(self, q: Quoted) -> Array:
        quoted = quoted_needle(q.text)
        return self._known_or(q.fieldname, quoted, lambda: self._look_for_quotation(q.fieldname, quoted))

    def _look_for_quotation(self, fieldname: str, quoted: QuotedNeedle) -> Array:
        """Return the documents with a quotation: those that have it as typed, and others, confirmed."""
        exact = self._literal_docs(Literal(fieldname, quoted.exact.text, is_whole=True))
        if fieldname + CHARS not in self._context.schema:
            rest = self._without(self._all(), exact)
            return self._union([exact, self._confirmed(quoted, fieldname, rest)])
        found, allowed = [exact], self.scope.allowed
        if quoted.has_own_marks:
            docs = self._without(self._with_grams(fieldname, quoted.grams, allowed), exact)
            found.append(self._confirmed(quoted, fieldname, docs))
        if quoted.may_enclose:
            docs = self._with_grams(fieldname, quoted.chars, self._enclosing(fieldname))
            docs = self._with_enclosed(fieldname, quoted, self._without(docs, exact))
            found.append(self._confirmed(quoted, fieldname, docs))
        return self._union(found)

    def _with_grams(self, fieldname: str, grams: Iterable[tuple[str, str]], allowed: Array | None) -> Array:
        """Return the documents of those `allowed` that have all n-grams, given after their field's suffix."""
        scorers = self._scorers([(fieldname + suffix, gram, 1.0) for suffix, gram in grams])
        return conjunction(scorers, allowed, self._chosen).docs if scorers else self._nothing()

    def _with_enclosed(self, fieldname: str, quoted: QuotedNeedle, docs: Array) -> Array:
        """Return those of some documents, if they are many, that have a mark where the quotation has none."""
        if len(docs) <= _FEW_DOCUMENTS:
            return docs
        marks = [mark for mark in ENCLOSING if self.scorer(fieldname + CHARS, mark)]
        found = []
        for before, behind in quoted.enclosable:
            having = docs
            for pairs in ([before + mark for mark in marks], [mark + behind for mark in marks]):
                if len(having):
                    having = having[self._among(having)._has_any(fieldname + PAIRS, pairs)]
            found.append(having)
        return self._union(found)

    def _has_any(self, fieldname: str, texts: Iterable[str]) -> Array:
        """Return which of the chosen documents have any of some terms (bool)."""
        assert self._chosen is not None
        found = np.zeros(len(self._chosen), np.bool_)
        for text in texts:
            if scorer := self.scorer(fieldname, text):
                found |= scorer.contains(self._chosen)
        return found

    def _confirmed(self, quoted: QuotedNeedle, fieldname: str, docs: Array) -> Array:
        return docs[count_quotation(self.scope.view, quoted, fieldname, docs, self._found.counts) > 0]

    def _enclosing(self, fieldname: str) -> Array:
        """Return which documents may be found and have a mark that encloses words (bool)."""
        known = self.scope.view.enclosing.get(fieldname)
        if known is None:
            marks = [scorer for mark in ENCLOSING if (scorer := self.scorer(fieldname + CHARS, mark))]
            known = self.scope.view.enclosing[fieldname] = self._table(*(scorer.docs() for scorer in marks))
        return known if self.scope.allowed is None else known & self.scope.allowed

    def _literal_added(self, q: Literal, docs: Array) -> Array | None:
        return self._boost_added(q, docs, self._among(docs)._literal_docs) if q.boost else None

    def _quoted_added(self, q: Quoted, docs: Array) -> Array | None:
        return self._boost_added(q, docs, self._among(docs)._quoted_docs) if q.boost else None

    def _boost_added(self, q: Any, docs: Array, find_docs: Callable[[Any], Array]) -> Array | None:
        inside = find_docs(q)
        if len(inside) == len(docs):
            return self._boost_scores(q, docs)
        if not len(inside):
            return None
        added = np.zeros(len(docs), np.float32)
        added[self._rows(inside, docs)] = q.boost
        return added

    def _among(self, docs: Array) -> LeafEvaluation:
        return LeafEvaluation(self._context, self.scope, docs, self._found)

    def _every_docs(self, q: query.Every) -> Array:
        if q.fieldname is None:
            return self._all()
        field = self.scope.view.file.field(q.fieldname)
        if field is None:
            return self._nothing()
        present = np.zeros(self.scope.view.doc_count, np.bool_)
        present[field.all_docs()] = True
        return self._among_all(present)

    def _multi_term_docs(self, q: query.MultiTerm) -> Array:
        field = self.scope.view.file.field(q.fieldname)
        if field is None or q.fieldname not in self._context.schema:
            return self._nothing()
        numbers = matching_terms(field.terms, self._context.schema[q.fieldname], q)
        if isinstance(numbers, range):
            docs = self._distinct(field.docs_of(numbers.start, numbers.stop))
        elif len(numbers) * _MANY_TERMS > field.terms.count:
            is_wanted = np.zeros(field.terms.count, np.bool_)
            is_wanted[numbers] = True
            docs = self._distinct(field.all_docs()[is_wanted.repeat(field.counts())])
        else:
            docs = self._union([field.term(number).docs() for number in numbers])
        if self._chosen is not None:
            return self._chosen[self._is_in(docs, self._chosen)]
        allowed = self.scope.allowed
        return docs if allowed is None else docs[allowed.take(docs)]

    def _multi_term_scores(self, q: query.MultiTerm, docs: Array) -> Array | None:
        return self._boost_scores(q, docs) if q.constantscore else None

    def _null_docs(self, q: query.Query) -> Array:  # noqa: ARG002  # the signature of all evaluations
        return self._nothing()

    def _boost_scores(self, q: query.Query, docs: Array) -> Array:
        return np.full(len(docs), q.boost, np.float32)

    def _one_scores(self, q: query.Query, docs: Array) -> Array:  # noqa: ARG002  # the signature of all evaluations
        return np.ones(len(docs), np.float32)


def boosted(scores: Array, boost: float) -> Array:
    """Return `scores` multiplied, as they are where there is nothing to do."""
    return scores if boost == 1.0 else scores * np.float32(boost)
