"""`ClusterSearcher`: what `search/interface.py` asks of an engine, answered by a cluster.

One is made for each use of an index. It shares the statistics of its generation with others, and keeps the
passages it has read, so that ranking reads each once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.cluster.around import Around
from jsisa_search.cluster.compiler import NOTHING, Clause, Compiler, all_of, needs_frequencies
from jsisa_search.cluster.confirmed import Confirmed, to_confirm
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.documents import figures_of, stored_of
from jsisa_search.cluster.enclosed import Enclosed
from jsisa_search.cluster.mapping import (
    FIGURE_UNITS,
    FIGURE_VALUES,
    FIGURES,
    K1,
    PACKED,
)
from jsisa_search.cluster.matches import ClusterSearch
from jsisa_search.cluster.packing import original
from jsisa_search.cluster.passage_store import PAGE, PassageStore
from jsisa_search.cluster.passages import CANDIDATE_FIELDS, Passage, Passages
from jsisa_search.cluster.requests import Requests
from jsisa_search.cluster.scoring import Scoring
from jsisa_search.cluster.statistics import Statistics
from jsisa_search.cluster.timeline import ClusterTimeline
from jsisa_search.cluster.word_search import count_passages, passages_with
from jsisa_search.codec.segment.derivations import Derived
from jsisa_search.figures.conditions import ValueCondition
from jsisa_search.model import Range
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.evidence import Evidence, WeightedTerm
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.interface import GroupOf, Names, Reprints

Array = NDArray[Any]

_LIST_PAGE = 10_000
# Clauses of which it is kept how many documents match, and their characters in JSON.
_KEPT_TOTALS, _LONGEST_KEPT = 10_000, 1_000

# The answer to a search for the best that nothing matches.
_EMPTY: dict[str, Any] = {"hits": {"total": {"value": 0}, "hits": []}}

_WITH_FIGURES: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": [PACKED, FIGURES]}


class ClusterSearcher:
    """Searches an index on a cluster; the methods are those of `search.interface.Searcher`."""

    def __init__(
        self, requests: Requests, statistics: Statistics, word_boost: float, generation: int
    ) -> None:
        """Take the current generation with its statistics, and the factor by which words are scored."""
        self.generation = generation
        self.statistics = statistics
        self.requests = requests
        self.store = PassageStore(requests)
        self.confirmed = Confirmed(requests, word_boost)
        self._enclosed = Enclosed(requests)
        self.around = Around(requests, self.weight)
        self._awaited: dict[tuple[str, Any], None] = {}  # terms whose frequencies are asked for next

    @property
    def connection(self) -> Connection:
        """The connection, for requests that `requests` does not send."""
        return self.requests.connection

    @property
    def compiler(self) -> Compiler:
        """What compiles trees; it confirms one leaf after the other, `clause` all of a tree together."""
        return self.confirmed.compiler

    def derived(self, make: Callable[[], Derived]) -> Derived:
        """Return what `make`, a class, keeps of this snapshot; one object for all who ask."""
        return self.statistics.derivations.of(make)

    def concluding_damage(self) -> AbstractContextManager[None]:
        """Return a context that changes nothing: the connection raises errors of this package."""
        return nullcontext()

    # Searching

    def execution(self, passing: wq.Query | None = None) -> ClusterSearch:
        """Return a search among the documents that match `passing`."""
        return ClusterSearch(self, [] if passing is None else [self.clause(passing)])

    def clause(self, tree: wq.Query) -> Clause:
        """Return the clause of a tree; see `Confirmed`."""
        return self.confirmed.clause(tree)

    def ranked(self, tree: wq.Query, body_of: Callable[[Clause], dict[str, Any]]) -> dict[str, Any]:
        """Return the answer to the search that `body_of` makes of the clause of a tree.

        In the same request are asked what is needed next: the frequencies of terms, and what may match beside
        the certain. Only if any of that does, the search is repeated. For what is nothing, nothing is sent.
        """
        clause, leaves = self.confirmed.tried(tree)
        if clause == NOTHING and not leaves:
            return _EMPTY
        terms = self.statistics.unknown(self._awaited)
        self._awaited = {}
        bodies = [
            body_of(clause),
            *map(to_confirm, leaves.values()),
            *(self.statistics.frequency_body(*term) for term in terms),
        ]
        answer, *others = self.requests.searches(bodies, ranked=int(needs_frequencies(clause)))
        self.confirmed.confirm(leaves, others[: len(leaves)])
        self.statistics.keep(terms, others[len(leaves) :])
        if leaves and (confirmed := self.compiler.clause(tree)) != clause:
            (answer,) = self.requests.searches([body_of(confirmed)], ranked=1)
        return answer

    def count(self, q: wq.Query, *, passing: wq.Query | None = None) -> int:
        """Return how many documents match a tree."""
        if isinstance(q, Literal) and q.fieldname == "text" and not q.is_whole and passing is None:
            known = self._enclosed.count(q.text)
            if known is not None:
                return known
        return self.execution(passing).count(q)

    def total(self, clause: Clause) -> int:
        """Return how many documents match a clause; what is short enough is kept for the generation."""
        known, key = self.statistics.totals, json.dumps(clause, ensure_ascii=False)
        total = known.get(key)
        if total is None:
            answer = self.requests.search({"size": 0, "track_total_hits": True, "query": clause})
            total = int(answer["hits"]["total"]["value"])
            if len(key) <= _LONGEST_KEPT and len(known) < _KEPT_TOTALS:
                known[key] = total
        return total

    def documents(self, q: wq.Query, *, passing: wq.Query | None = None) -> Array:
        """Return all documents that match a tree (int64, ascending)."""
        return self.execution(passing).matches(q).docs

    def listed(self, clause: Clause) -> Array:
        """Return all documents that match a clause (int64, ascending); their dates are kept."""
        docs: list[int] = []
        dates: list[int] = []
        more = {"stored_fields": "_none_", "docvalue_fields": ["published"]}
        for hit in self.connection.scan(clause, "place", _LIST_PAGE, **more):
            docs.append(hit["sort"][0])
            dates.append(next(iter(hit.get("fields", {}).get("published", ())), 0))
        self.store.keep_dates(docs, dates)
        return np.array(docs, np.int64)

    def scoring(self, docs: Array) -> Scoring:
        """Return what scores trees for some documents."""
        return Scoring(self.passages(docs), self.statistics, lambda tree: self._among(tree, docs))

    def matching_leaves(self, tree: wq.Query, doc: int) -> Iterator[tuple[wq.Query, float]]:
        """Yield the leaves of a tree that add to the score of a document, each with what it adds."""
        return self.scoring(np.array([doc], np.int64)).leaves(tree)

    def _among(self, tree: wq.Query, docs: Array) -> Array:
        """Return which of some documents match a tree (bool)."""
        clause = all_of([self.clause(tree), {"terms": {"place": docs.tolist()}}])
        return np.isin(docs, self.listed(clause))

    def enclosed_spans(self, text: str, left: str, right: str) -> Sequence[Range]:
        """Return the stretches of a folded text that occur between two marks, the longest first."""
        return self._enclosed.spans(text, left, right)

    # Documents

    def passages(self, docs: Array) -> Passages:
        """Return documents with what they store; those that are not known yet are read together."""
        return self.store.set_of(docs)

    def timeline(
        self,
        passing: wq.Query | None,
        reprints: Reprints | None,
    ) -> ClusterTimeline:
        """Return the passages that match `passing`; of those that reprints share, the earliest if it can."""
        return ClusterTimeline(self, passing, fold=reprints is not None)

    def document(self, doc: int) -> dict[str, Any]:
        """Return what a document stores."""
        return stored_of(self.store.passage(doc).source)

    def read_ahead(self, docs: Array) -> Iterator[int]:
        """Yield documents, reading some hundreds at a time."""
        for first in range(0, len(docs), PAGE):
            some = docs[first : first + PAGE]
            self.store.forget()
            self.read_together(some)
            yield from some.tolist()

    def read_together(self, docs: Array) -> None:
        """Read documents in one request."""
        self.store.read(docs.tolist())

    def text(self, doc: int) -> str:
        """Return the original text of a document, empty where it has none."""
        (passage,) = self.store.read([doc])
        return original(passage.source).get("text") or ""

    def live_texts(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the original text of each document that has one."""
        clause: Clause = {"exists": {"field": "length_text"}}
        for hit in self.connection.scan(clause, "place", PAGE, **CANDIDATE_FIELDS):
            passage = Passage.of_hit(hit)
            if text := original(passage.source)["text"]:
                yield passage.place, text

    def figures(
        self, tree: wq.Query, *, passing: wq.Query | None, wanted: ValueCondition | None
    ) -> Iterator[tuple[dict[str, Any], Array]]:
        """Yield what each document stores that matches and has figures as wanted, and the rows of these."""
        filters: list[Clause] = [{"exists": {"field": FIGURE_VALUES}}]
        if wanted is not None:
            least, most = wanted.bounds()
            filters = [{"range": {FIGURE_VALUES: {"gte": least, "lte": most}}}]
            filters += [] if wanted.unit is None else [{"term": {FIGURE_UNITS: wanted.unit}}]
        clause: Clause = {"bool": {"filter": [self.execution(passing).clause(tree), *filters]}}
        for hit in self.connection.scan(clause, "place", PAGE, **_WITH_FIGURES):
            rows = figures_of(hit["fields"][FIGURES][0])
            if wanted is not None:  # value and unit may have been of two figures
                rows = rows[wanted.holds(rows)]
            if len(rows):
                yield stored_of(Passage.of_hit(hit).source), rows

    def numbers(self, column: str, docs: Array) -> Array:
        """Return the values of `sequence`, `published` or `said` for documents (int64)."""
        if column == "sequence" and (docs >= 0).all():
            return docs
        if column == "published" and (dates := self.store.dates(docs.tolist())) is not None:
            return dates
        return self.passages(docs).numbers(column)

    def values_of(self, field: str) -> Iterator[str]:
        """Yield the distinct values of a field of strings, sorted."""
        return iter(self.statistics.values_of(field))

    def path_groups(self, group_of: GroupOf) -> Iterator[str]:
        """Yield the groups of all files."""
        return (group for path in self.values_of("path") if (group := group_of(path)) is not None)

    @property
    def stated_names(self) -> Names:
        """The names that the releases state."""
        return self.statistics.names

    # What passages contain, and how rare that is

    def prepare(self, terms: Iterable[tuple[str, Any]]) -> None:
        """Ask for the frequencies of some terms with the next request that needs one."""
        self._awaited |= dict.fromkeys(terms)

    def expect(self, evidence: Evidence) -> None:
        """Ask with the next request, and beside those after it, for what the evidence needs."""
        self.prepare(evidence.all_terms())
        self.around.expect(evidence.release_terms, evidence.covered)

    @property
    def doc_count(self) -> int:
        """How many documents there are."""
        return self.statistics.doc_count

    def frequency(self, field: str, text: Any) -> int:
        """Return how many documents have a term."""
        return self._statistics_with(field, text).frequency(field, text)

    def occurs(self, field: str, text: Any) -> bool:
        """Return whether a term occurs."""
        return self._statistics_with(field, text).frequency(field, text) > 0

    def passages_with(self, words: Mapping[str, float], passing: wq.Query | None) -> list[Array]:
        """Return for each of some words the passages that have it and pass; see `word_search.py`."""
        return passages_with(self, words, passing)

    def passage_counts(self, releases: Array) -> Array:
        """Return how many passages releases have (int64), by their numbers."""
        ids = [f"{release:012x}" for release in releases.tolist()]
        counts = count_passages(self, ids)
        return np.array([counts.get(release, 0) for release in ids], np.int64)

    def weight(self, fieldname: str, text: Any) -> float:
        """Return the factor of the impacts of a term in a score; 0 where it does not occur."""
        return self._statistics_with(fieldname, text).weight(fieldname, text)

    def _statistics_with(self, field: str, text: Any) -> Statistics:
        """Return the statistics, which know the frequency of a term and of all that are awaited."""
        if self.statistics.unknown([(field, text)]):
            terms, self._awaited = [(field, text), *self._awaited], {}
            self.statistics.prepare(terms)
        return self.statistics

    def k1(self, field: str) -> float:
        """Return BM25's k1 of a field, 0 where it is not scored."""
        model = self.statistics.model(field)
        return model.k1 if model else 0.0

    def norms(self, field: str, docs: Array) -> Array:
        """Return BM25's norms of documents (float32)."""
        model = self.statistics.model(field)
        return np.ones(len(docs), np.float32) if model is None else self.passages(docs).norms(field, model)

    def has_term(self, field: str, text: str, docs: Array) -> Array:
        """Return whether each of `docs` has a term (bool)."""
        return self.passages(docs).counts(field, text) > 0

    def has_positions(self, fieldname: str) -> bool:  # noqa: ARG002  # it is so of all texts
        """Return whether it is known where in a text its words occur."""
        return True

    def scores_at(self, terms: Iterable[WeightedTerm], docs: Array) -> Array:
        """Return the sum of the scores of some terms in documents (float32)."""
        scores = np.zeros(len(docs), np.float32)
        passages = self.passages(docs)
        norms: dict[str, Array] = {}
        for field, text, boost in terms:
            weight = np.float32(self.weight(field, text))
            counts = passages.counts(field, text) if weight else None
            if counts is None or not counts.any():
                continue
            model = self.statistics.model(field)
            if model is not None:
                if field not in norms:
                    norms[field] = passages.norms(field, model)
                counts = counts / (norms[field] + counts)
            scores += counts * weight * np.float32(boost)
        return scores

    def lengths(self, field: str, docs: Array) -> Array:
        """Return the characters of the folded text of each document (int64)."""
        _, lengths = self.units(field, docs)
        return lengths

    def units(self, field: str, docs: Array) -> tuple[Array, Array]:
        """Return the folded units (uint16) of the texts of documents, and the length of each text (int64)."""
        return self.passages(docs).units(field)

    def word_places(self, field: str, word: str, docs: Array) -> Array:
        """Return where a word occurs (int64, ascending): row of the document, `ROW_BITS` up, and position."""
        return self.passages(docs).places(field, word)

    def release_word_scores(self, terms: Sequence[WeightedTerm], covered: float, docs: Array) -> Array:
        """Return the score of the release around each document, taken as one text (float32)."""
        return self.around.scores(terms, covered, self.numbers("sequence", docs) >> PASSAGE_BITS)

    def below_lead(self, docs: Array) -> Array:
        """Return how many passages each document is below the first paragraph; -1 above it (int64)."""
        return self.passages(docs).numbers("below_lead")


def word_boost(version: str) -> float:
    """Return the factor of the scores of words: up to version 2 they come multiplied by k1 + 1."""
    return 1.0 if int(version.partition(".")[0]) <= 2 else K1 + 1
