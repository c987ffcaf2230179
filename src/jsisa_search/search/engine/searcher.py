"""`ArraySearcher`: ranked documents for a query tree over an opened index.

index = ArrayIndex(folder)
with ArraySearcher(index) as searcher:
    found = searcher.search(And([Term("text", "网格"), Term("text", "治理")]), 10)
    for doc, score in found.pairs():
        searcher.document(doc)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from whoosh import query
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from jsisa_search.codec.segment.columns import NumberColumn
from jsisa_search.codec.segment.corruption import concluding_damage
from jsisa_search.codec.segment.derivations import Derivations, Derived
from jsisa_search.codec.segment.packed_ints import distinct, distinct_sorted
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexClosedError
from jsisa_search.figures.conditions import ValueCondition
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.query.evidence import Evidence
from jsisa_search.search.engine.evaluation.evaluate import Evaluation
from jsisa_search.search.engine.execution import Execution, Found
from jsisa_search.search.engine.figure_rows import figure_rows
from jsisa_search.search.engine.passages import PassageReader
from jsisa_search.search.engine.scoring.statistics import Statistics
from jsisa_search.search.engine.scoring.term_lookup import TermLookup
from jsisa_search.search.engine.scoring.term_scorer import Matches, TermScorer
from jsisa_search.search.engine.segment_view import Scope, SegmentView
from jsisa_search.search.engine.stated_names import StatedNames
from jsisa_search.search.engine.timeline import ArrayTimeline
from jsisa_search.search.interface import GroupOf, Reprints
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]


class ArraySearcher(PassageReader):
    """Searches one generation of an index: a snapshot, which stays complete while writers go on.

    Any number of threads may share one. What it computes on first use and caches does not
    depend on the thread; scratch state belongs to an `Execution`.
    """

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
        they don't, so that an index that was updated scores like one rebuilt; lengths and rarity are
        taken among the documents that have the field, and the rarity is BM25's own.
        """
        self.weighting = weighting or BM25F()
        self._index = index
        self._is_closed = False
        # Taken before the reader: at worst it is older, and the next check finds this snapshot out of date.
        self._stamp = index.stamp()
        self.reader = index.reader()
        self.schema = self.reader.schema
        self.views = [
            SegmentView(leaf.codec().file, base, leaf.segment().deleted())
            for leaf, base in (self.reader.leaf_readers() if self.reader.doc_count_all() else [])
        ]
        self.doc_count = self.reader.doc_count() if live_statistics else self.reader.doc_count_all()
        self.statistics = Statistics(
            self.schema,
            self.views,
            self.weighting,
            self.doc_count,
            k1_of=k1_of or {},
            is_live=live_statistics,
        )
        self._derived = Derivations()
        self._run_values: dict[tuple[str, int], tuple[list[Array], bool]] = {}
        self._terms = TermLookup(self.schema, self.views, self.statistics)

    def close(self) -> None:
        """Release the files; repeated calls do nothing. No search may be running."""
        if not self._is_closed:
            self._is_closed = True
            self._terms.clear()
            self._derived.clear()
            self.views.clear()
            self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def generation(self) -> int:
        """The number of the state of the index that this is a snapshot of."""
        return int(self._stamp[0])

    def is_current(self) -> bool:
        """Return whether what this searches is still the latest that was committed."""
        return self._index.stamp() == self._stamp

    def derived(self, make: Callable[[], Derived]) -> Derived:
        """Return what `make`, a class, keeps of this snapshot until it is closed; one object for all."""
        return self._derived.of(make)

    def concluding_damage(self) -> AbstractContextManager[None]:
        """Return a context in which an error becomes `IndexDamagedError` where a segment is damaged.

        Any other error passes unchanged: that of an argument is not damage.
        """
        return concluding_damage([view.file for view in self.views], _structural_problem)

    # Searching

    def search(
        self,
        q: query.Query,
        k: int = 10,
        *,
        passing: query.Query | None = None,
        count: bool = False,
    ) -> Found:
        """Return the `k` best documents of query tree `q`.

        `passing` is a query that they must match too, without scores; `count` asks for the exact
        total, which comes by itself where it costs nothing.
        """
        return self.execution(passing).search(q, k, count=count)

    def documents(self, q: query.Query, *, passing: query.Query | None = None) -> Array:
        """Return every document that matches `q` (int64, ascending), without scores."""
        return self.execution(passing).documents(q)

    def scored(self, q: query.Query, *, passing: query.Query | None = None) -> tuple[Array, Array]:
        """Return every document that matches `q` (int64, ascending) and its score (float32)."""
        return self.execution(passing).scored(q)

    def scores_at(self, terms: Iterable[tuple[str, str, float]], docs: Array) -> Array:
        """Return the sum of the scores of some terms, (field, text, boost), in `docs` (int64, ascending)."""
        scores = np.zeros(len(docs), np.float32)
        with self.concluding_damage():
            for number, view in enumerate(self.views):
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                inside = (docs[first:last] - view.base).astype(view.doc_dtype)
                for field, text, boost in terms if len(inside) else ():
                    leaf = self.term(field, text)[number]
                    if leaf:
                        postings, found = leaf.decoded.find(inside)
                        at = found.nonzero()[0]
                        if not len(at):
                            continue
                        scores[at + first] += leaf.scores(inside[at], postings[at]) * np.float32(boost)
        return scores

    def has_term(self, field: str, text: str, docs: Array) -> Array:
        """Return whether each of `docs` (int64, ascending) has a term (bool)."""
        found = np.zeros(len(docs), np.bool_)
        with self.concluding_damage():
            for leaf, view in zip(self.term(field, text), self.views, strict=True):
                first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                if leaf and first < last:
                    inside = (docs[first:last] - view.base).astype(view.doc_dtype)
                    found[first:last] = leaf.contains(inside)
        return found

    def occurrences(self, field: str, text: str, docs: Array) -> int:
        """Return how often a string occurs in a field of `docs` (int64, ascending), not counting overlaps."""
        return self.execution().occurrences(field, text, docs)

    def numbers(self, column: str, docs: Array) -> Array:
        """Return the values of a number column for `docs` (int64, in any order), 0 where there is none."""
        with self.concluding_damage():
            columns = [view.file.column(column) for view in self.views]
            if len(columns) == 1 and isinstance(columns[0], NumberColumn):
                return columns[0].values.take(docs).astype(np.int64)
            values = np.zeros(len(docs), np.int64)
            for view, found in zip(self.views, columns, strict=True):
                if isinstance(found, NumberColumn):
                    inside = ((docs >= view.base) & (docs < view.base + view.doc_count)).nonzero()[0]
                    values[inside] = found.values.take(docs[inside] - view.base)
            return values

    def count_distinct(self, column: str, shift: int, docs: Array) -> int:
        """Return how many values of `column >> shift` there are in `docs` (int64, ascending).

        It is quick where documents with one value are neighbours: runs are counted, and values are looked
        at only where one of them has several runs, be it in several segments.
        """
        with self.concluding_damage():
            runs = [distinct(view.run_numbers(column, shift).take(view.inside(docs))) for view in self.views]
            value_of_run, are_distinct = self._values_of_runs(column, shift)
            if are_distinct:
                return sum(map(len, runs))
            found = [values.take(numbers) for values, numbers in zip(value_of_run, runs, strict=True)]
            return len(distinct_sorted(np.concatenate([*found, np.zeros(0, np.int64)])))

    def distinct_values(self, column: str, shift: int, q: query.Query) -> Array:
        """Return the values of `column >> shift` in all documents that match `q` (int64, ascending)."""
        return distinct_sorted(self.numbers(column, self.documents(q)) >> shift)

    def _values_of_runs(self, column: str, shift: int) -> tuple[list[Array], bool]:
        """Return the value of each run of each segment (int64), and whether all are different."""
        known = self._run_values.get((column, shift))
        if known is None:
            values = [view.run_values(column, shift) for view in self.views]
            everything = np.concatenate([*values, np.zeros(0, np.int64)])
            known = self._run_values[column, shift] = (
                values,
                len(distinct_sorted(everything)) == len(everything),
            )
        return known

    def count(self, q: query.Query, *, passing: query.Query | None = None) -> int:
        """Return how many documents match `q`."""
        return self.execution(passing).count(q)

    def frequency(self, field: str, text: Any) -> int:
        """Return how many documents have a term."""
        if any(len(view.deleted) for view in self.views):
            return self.count(query.Term(field, text))
        return sum(leaf.doc_frequency for leaf in self.term(field, text) if leaf is not None)

    def passages_with(self, words: Mapping[str, float], passing: query.Query | None) -> list[Array]:
        """Return for each of some words the passages that have it and pass (int64, ascending)."""
        execution = self.execution(query.And([PASSAGES, passing]) if passing else PASSAGES)
        return [execution.documents(query.Term("text", word)) for word in words]

    def scopes(self) -> list[Scope]:
        """Return each segment with the documents in it that are not deleted."""
        return [Scope(view, number, view.live) for number, view in enumerate(self.views)]

    def execution(self, passing: query.Query | None = None) -> Execution:
        """Return what runs the queries of one search, among the documents that match `passing`.

        Raises `IndexClosedError`.
        """
        if self._is_closed:
            raise IndexClosedError(tr("the index was closed: open it again to search it"))
        return Execution(self, self.scopes(), passing)

    def figures(
        self, tree: query.Query, *, passing: query.Query | None, wanted: ValueCondition | None
    ) -> Iterator[tuple[dict[str, Any], Array]]:
        """Yield what each document stores that matches and has figures as wanted, and the rows of these."""
        with self.concluding_damage():
            for doc, rows in figure_rows(self.views, self.documents(tree, passing=passing), wanted):
                yield self.document(doc), rows

    def values_of(self, field: str) -> Iterator[str]:
        """Yield the distinct terms of a field of strings, sorted; none for a field that the index lacks."""
        if field not in self.schema:
            return iter(())
        return (term.decode("utf-8") for term in self.reader.lexicon(field))

    def path_groups(self, group_of: GroupOf) -> Iterator[str]:
        """Yield the groups of all files, some of them repeatedly."""
        with self.concluding_damage():
            for view in self.views:
                yield from view.term_groups("path", group_of)[1]

    @cached_property
    def stated_names(self) -> StatedNames:
        """The names of publishers, issuers and so on that the releases state."""
        with self.concluding_damage():
            return StatedNames(self.values_of)

    def timeline(self, passing: query.Query | None, reprints: Reprints | None) -> ArrayTimeline:
        """Return the passages that match `passing`; of those that reprints share, the earliest alone."""
        return ArrayTimeline(self, passing, reprints)

    def document(self, doc: int) -> dict[str, Any]:
        """Return the stored fields of a document, by its number in the whole index."""
        with self.concluding_damage():
            for view in reversed(self.views):
                if doc >= view.base:
                    return view.file.document(doc - view.base)
        raise IndexError(f"there is no document {doc}")

    def matching_leaves(self, tree: query.Query, doc: int) -> Iterator[tuple[query.Query, float]]:
        """Yield the leaves of a tree that add to the score of a document, each with what it adds."""
        for scope in self.scopes():
            if 0 <= doc - scope.view.base < scope.view.doc_count:
                allowed = np.zeros(scope.view.doc_count, np.bool_)
                allowed[doc - scope.view.base] = True
                yield from _leaves(Evaluation(self, Scope(scope.view, scope.index, allowed)), tree)
                return
        raise IndexError(f"there is no document {doc}")

    # For evaluations

    def prepare(self, terms: Iterable[tuple[str, Any]]) -> None:
        """Do nothing: terms are looked up where they are used."""

    def expect(self, evidence: Evidence) -> None:
        """Do nothing: what evidence needs is at hand."""

    def read_together(self, docs: Array) -> None:
        """Do nothing: documents are read where they are used."""

    def term(self, fieldname: str, text: Any, boost: float = 1.0) -> Sequence[TermScorer | None]:
        """Return a term in each segment, `None` where it does not occur; cached."""
        return self._terms.find(fieldname, text, boost)

    def weight(self, fieldname: str, text: Any) -> float:
        """Return the factor of the impacts of a term in a score; 0 where it does not occur."""
        return self._terms.weight(fieldname, text)

    def has_positions(self, fieldname: str) -> bool:
        """Return whether phrases in a field can be evaluated on arrays."""
        return self._terms.has_positions(fieldname)

    def whoosh(self) -> Searcher:
        """Return a new searcher of Whoosh's own over the same snapshot."""
        return Searcher(self.reader, weighting=self.weighting, fromindex=self._index, closereader=False)

    def fall_back(self, q: query.Query, scope: Scope, *, scored: bool) -> Matches:
        """Return what Whoosh's matchers find in a segment."""
        # A new one for each call: they have state that threads may not share. Parts have weak references.
        whole = self.whoosh()
        searcher = whole.leaf_searchers()[scope.index][0]
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


def _leaves(evaluation: Evaluation, tree: query.Query) -> Iterator[tuple[query.Query, float]]:
    """Yield the leaves that match the one document of an evaluation, with scores; none if it fails."""
    if not len(evaluation.docs(tree)):
        return
    match tree:
        case query.Or() | query.And():
            inner = tree.subqueries
        case query.AndMaybe():
            inner = [tree.a, tree.b]
        case query.AndNot():
            inner = [tree.a]
        case _:
            yield tree, float(evaluation.scored(tree)[1].sum())
            return
    for each in inner:
        yield from _leaves(evaluation, each)


def _structural_problem(file: SegmentFile) -> str | None:
    # Imported on demand: a search should not wait for the verification to load.
    from jsisa_search.codec.verify import structural_problem

    return structural_problem(file)
