"""`ArraySearcher`: ranked documents for a query tree over an opened index.

index = ArrayIndex(folder)
with ArraySearcher(index) as searcher:
    found = searcher.search(And([Term("text", "网格"), Term("text", "治理")]), 10)
    for doc, score in found.pairs():
        searcher.document(doc)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from whoosh import query
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from jsisa_search.analysis import fold
from jsisa_search.codec.columns import NumberColumn
from jsisa_search.codec.damage import SYMPTOMS, damage_of, damage_told
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.search.evaluate import Evaluation
from jsisa_search.search.leaf import Leaf, Matches
from jsisa_search.search.literal import count_by_grams, needle_of
from jsisa_search.search.literal import occurrences as count_occurrences
from jsisa_search.search.pruned import top_of_any, top_of_term
from jsisa_search.search.scoring import FieldModel, bm25_idf, field_model, whoosh_idf
from jsisa_search.search.segment_view import Scope, SegmentView
from jsisa_search.search.topk import top

Array = NDArray[Any]

#: Terms whose place in each segment is kept.
_KEPT_TERMS = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """Documents found, best first: their numbers in the whole index (int64) and scores (float32).

    `total` is how many documents match, or `None` where that was neither asked for nor at hand.
    """

    docs: Array
    scores: Array
    total: int | None

    def pairs(self) -> Iterator[tuple[int, float]]:
        """Yield (document, score), best first."""
        return zip(self.docs.tolist(), self.scores.tolist(), strict=True)


class ArraySearcher:
    """Searches one generation of an index; it stays complete while writers go on."""

    def __init__(
        self,
        index: ArrayIndex,
        *,
        weighting: BM25F | None = None,
        k1_of: Mapping[str, float] | None = None,
        live_statistics: bool = False,
    ) -> None:
        """Open the current generation; `weighting` defaults to Whoosh's BM25F, `k1_of` are fields' own k1.

        Whoosh's statistics count deleted documents until a merge drops them. With `live_statistics`
        they don't, so that an index that was updated scores like one built anew; lengths and rarity are
        taken among the documents that have the field, and the rarity is BM25's own.
        """
        self.weighting = weighting or BM25F()
        self._index = index
        self._is_closed = False
        self.reader = index.reader()
        self.schema = self.reader.schema
        self.whoosh = Searcher(self.reader, weighting=self.weighting, fromindex=index)
        self._leaf_searchers = [searcher for searcher, _ in self.whoosh.leaf_searchers()]
        self.views = [
            SegmentView(leaf.codec().file, base, leaf.segment().deleted())
            for leaf, base in (self.reader.leaf_readers() if self.reader.doc_count_all() else [])
        ]
        self._scopes = [Scope(view, index, view.live) for index, view in enumerate(self.views)]
        self._k1_of = k1_of or {}
        self._live_statistics = live_statistics
        self.doc_count = self.reader.doc_count() if live_statistics else self.reader.doc_count_all()
        self._models: dict[str, FieldModel | None] = {}
        self._having_counts: dict[str, int] = {}
        self._terms: dict[tuple[str, Any], list[Leaf | None]] = {}

    def close(self) -> None:
        """Let go of the files; doing it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_current(self) -> bool:
        """Return whether the generation that this searches is the latest."""
        return bool(self._index.latest_generation() == self.reader.generation())

    # Searching

    def search(
        self,
        q: Any,
        k: int = 10,
        *,
        passing: Any = None,
        count: bool = False,
    ) -> Found:
        """Return the `k` best documents of query tree `q`.

        `passing` is a query that they must match too, without scores; `count` asks for the exact
        total, which comes by itself where it costs nothing.
        """
        try:
            scopes = self._scopes if passing is None else list(self.scopes(passing))
            if len(scopes) == 1:
                docs, scores, total = self._search_segment(scopes[0], q, k, 0.0, count)
                return Found(docs.astype(np.int64), scores, total)
            return self._search_segments(scopes, q, k, count)
        except SYMPTOMS as error:
            raise damage_of(error) from error

    def _search_segments(self, scopes: Sequence[Scope], q: Any, k: int, count: bool) -> Found:
        """Return the `k` best documents of all segments."""
        docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        totals: list[int | None] = []
        least = 0.0
        for scope in scopes:
            found, found_scores, total = self._search_segment(scope, q, k, least, count)
            docs.append(found.astype(np.int64) + scope.view.base)
            scores.append(found_scores)
            totals.append(total)
            if len(found_scores) >= k > 0:
                least = max(least, float(found_scores[-1]))
        known = [total for total in totals if total is not None]
        all_docs, all_scores = np.concatenate(docs), np.concatenate(scores)
        order = all_docs.argsort()
        best = top(all_docs[order], all_scores[order], k)
        return Found(*best, sum(known) if len(known) == len(totals) else None)

    def _search_segment(
        self, scope: Scope, q: Any, k: int, least: float, count: bool
    ) -> tuple[Array, Array, int | None]:
        """Return the `k` best documents of a segment, their scores, and the number of all that match."""
        evaluation = Evaluation(self, scope)
        kind = type(q)
        if kind is query.Term or (kind is query.Or and _is_plain_or(q)):
            terms = [q] if kind is query.Term else q.subqueries
            found = [evaluation.leaf(term.fieldname, term.text, term.boost) for term in terms]
            leaves = [leaf for leaf in found if leaf]
            total = None
            if not leaves:
                total = 0
            elif len(leaves) == 1 and scope.allowed is None:
                total = leaves[0].doc_frequency
            elif count:
                total = len(evaluation.docs(q))
            if len(leaves) > 1:
                return *top_of_any(leaves, k, least, scope.allowed), total
            if leaves:
                return *top_of_term(leaves[0], k, least, scope.allowed), total
        docs, scores = evaluation.scored(q)
        return *top(docs, scores, k), len(docs)

    def documents(self, q: Any, *, passing: Any = None) -> Array:
        """Return every document that matches `q` (int64, ascending), without scores."""
        with damage_told():
            parts = [
                Evaluation(self, scope).docs(q).astype(np.int64) + scope.view.base
                for scope in self.scopes(passing)
            ]
            return np.concatenate([*parts, np.zeros(0, np.int64)])

    def scored(self, q: Any, *, passing: Any = None) -> tuple[Array, Array]:
        """Return every document that matches `q` (int64, ascending) and its score (float32)."""
        docs, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        with damage_told():
            for scope in self.scopes(passing):
                found, found_scores = Evaluation(self, scope).scored(q)
                docs.append(found.astype(np.int64) + scope.view.base)
                scores.append(found_scores)
            return np.concatenate(docs), np.concatenate(scores)

    def scores_at(self, terms: Iterable[tuple[str, Any, float]], docs: Array) -> Array:
        """Return the sum of the scores of some terms, (field, text, boost), in `docs` (int64, ascending)."""
        scores = np.zeros(len(docs), np.float32)
        with damage_told():
            for number, view in enumerate(self.views):
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                inside = (docs[first:last] - view.base).astype(view.doc_dtype)
                for field, text, boost in terms if len(inside) else ():
                    leaf = self.term(field, text)[number]
                    if leaf:
                        postings, found = leaf.find(inside)
                        at = found.nonzero()[0]
                        scores[at + first] += leaf.scores(inside[at], postings[at]) * np.float32(boost)
        return scores

    def occurrences(self, field: str, text: str, docs: Array) -> int:
        """Return how often a string stands in a field of `docs` (int64, ascending), not counting overlaps."""
        needle, total = needle_of(fold(text)), 0
        with damage_told():
            for view in self.views:
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                inside = docs[first:last] - view.base
                counted = count_by_grams(view, needle, field, inside)
                if counted is None:
                    counted = int(count_occurrences(view, needle, field, inside).sum())
                total += counted
        return total

    def numbers(self, column: str, docs: Array) -> Array:
        """Return the values of a number column for `docs` (int64, in any order), 0 where there is none."""
        with damage_told():
            columns = [view.file.column(column) for view in self.views]
            if len(columns) == 1 and isinstance(columns[0], NumberColumn):
                return columns[0].values.take(docs).astype(np.int64)
            values = np.zeros(len(docs), np.int64)
            for view, held in zip(self.views, columns, strict=True):
                if isinstance(held, NumberColumn):
                    inside = ((docs >= view.base) & (docs < view.base + view.doc_count)).nonzero()[0]
                    values[inside] = held.values.take(docs[inside] - view.base)
            return values

    def count(self, q: Any, *, passing: Any = None) -> int:
        """Return how many documents match `q`."""
        return len(self.documents(q, passing=passing))

    def scopes(self, passing: Any = None) -> Iterator[Scope]:
        """Yield each segment with the documents in it that are not deleted and match `passing`."""
        for scope in self._scopes:
            if passing is None:
                yield scope
                continue
            allowed = np.zeros(scope.view.doc_count, np.bool_)
            allowed[Evaluation(self, scope).docs(passing)] = True
            yield Scope(scope.view, scope.index, allowed)

    def document(self, doc: int) -> dict[str, Any]:
        """Return the stored fields of a document, by its number in the whole index."""
        with damage_told():
            for view in reversed(self.views):
                if doc >= view.base:
                    return view.file.document(doc - view.base)
        raise IndexError(f"there is no document {doc}")

    # What evaluations ask for

    def term(self, fieldname: str, text: Any) -> Sequence[Leaf | None]:
        """Return a term in each segment, `None` where it does not occur; kept for the next time."""
        try:
            return self._terms[fieldname, text]
        except KeyError:
            if len(self._terms) >= _KEPT_TERMS:
                self._terms.clear()
            leaves = self._terms[fieldname, text] = self._find_term(fieldname, text)
            return leaves

    def _find_term(self, fieldname: str, text: Any) -> list[Leaf | None]:
        nowhere: list[Leaf | None] = [None] * len(self.views)
        if fieldname not in self.schema:
            return nowhere
        try:
            term = self.schema[fieldname].to_bytes(text)
        except ValueError:
            return nowhere
        fields = [view.file.field(fieldname) for view in self.views]
        numbers = [field.terms.find(term) if field else -1 for field in fields]
        frequency = sum(
            field.doc_frequency(number)
            for field, number in zip(fields, numbers, strict=True)
            if field and number >= 0
        )
        if not frequency:
            return nowhere
        if self._live_statistics:
            frequency -= sum(
                view.deleted_among(field.term(number).docs())
                for view, field, number in zip(self.views, fields, numbers, strict=True)
                if field and number >= 0
            )
        model = self.model(fieldname)
        idf = bm25_idf if self._live_statistics else whoosh_idf
        weight = idf(self._having(fieldname) or 1, frequency) * (model.k1 + 1) if model else 1.0
        return [
            Leaf(view, fieldname, number, model, weight) if number >= 0 else None
            for view, number in zip(self.views, numbers, strict=True)
        ]

    def model(self, fieldname: str) -> FieldModel | None:
        """Return how a field is scored, `None` where it is not."""
        if fieldname not in self._models:
            model = None
            if self.schema[fieldname].scorable:
                average = self.total_length(fieldname) / (self._having(fieldname) or 1)
                model = field_model(self.weighting, fieldname, average, self._k1_of.get(fieldname))
            self._models[fieldname] = model
        return self._models[fieldname]

    def total_length(self, fieldname: str) -> int:
        """Return the length of a field in all documents that count together."""
        fields = [(view, view.file.field(fieldname)) for view in self.views]
        length: int = sum(field.total_length for _, field in fields if field)
        if self._live_statistics:
            length -= sum(view.deleted_length(field) for view, field in fields if field)
        return length

    def _having(self, fieldname: str) -> int:
        """Return the number of documents by which the average length and the rarity of terms are taken.

        Whoosh takes all. With live statistics it is those that have the field: a record of a file has no
        text, and should not make the texts of others seem long, nor their words rarer than they are.
        """
        if not self._live_statistics:
            return int(self.doc_count)
        if fieldname not in self._having_counts:
            self._having_counts[fieldname] = self._count_having(fieldname)
        return self._having_counts[fieldname]

    def _count_having(self, fieldname: str) -> int:
        fields = [(view, view.file.field(fieldname)) for view in self.views]
        having: int = sum(
            int(np.count_nonzero(field.lengths)) - int(np.count_nonzero(field.lengths[view.deleted]))
            for view, field in fields
            if field and field.lengths is not None
        )
        return having

    def has_positions(self, fieldname: str) -> bool:
        """Return whether phrases in a field can be evaluated on arrays."""
        fields = [view.file.field(fieldname) for view in self.views]
        return fieldname in self.schema and all(field.has_positions for field in fields if field)

    def expand(self, q: Any, scope: Scope) -> Sequence[int] | None:
        """Return the term numbers in a segment that a multi-term query stands for."""
        field = scope.view.file.field(q.field())
        if field is None or q.field() not in self.schema:
            return None
        reader = self._leaf_searchers[scope.index].reader()
        return [field.terms.find(text) for text in q._btexts(reader) if text]

    def fall_back(self, q: Any, scope: Scope, *, scored: bool) -> Matches:
        """Return what Whoosh's matchers find in a segment."""
        searcher = self._leaf_searchers[scope.index]
        context = searcher.context() if scored else searcher.boolean_context()
        matcher = q.matcher(searcher, context)
        docs: list[int] = []
        scores: list[float] = []
        while matcher.is_active():
            docs.append(matcher.id())
            scores.append(matcher.score() if scored else 0.0)
            matcher.next()
        # Whoosh's matchers of nested documents come back to some of them.
        found, first = np.unique(np.array(docs, scope.view.doc_dtype), return_index=True)
        found_scores = np.array(scores, np.float32)[first]
        if scope.allowed is None:
            return found, found_scores
        keep = scope.allowed[found]
        return found[keep], found_scores[keep]


def _is_plain_or(q: Any) -> bool:
    """Return whether `q` is a disjunction of terms and nothing else."""
    if q.scale or q.boost != 1.0 or len(q.subqueries) < 2:
        return False
    return all(type(part) is query.Term for part in q.subqueries)
