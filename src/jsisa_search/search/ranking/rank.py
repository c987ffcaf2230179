"""A query tree to documents in order.

In two steps. The tree that finds the documents scores them by words and by how what was typed occurs in
them; the best of those are found with bounds on the scores. They are scored again with everything that
speaks for a passage: pairs and single characters, headings and titles. Documents beyond them follow
in the order of the first step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.model import SortOrder
from jsisa_search.query.evidence import Evidence
from jsisa_search.search.engine.scoring.top_k import threshold
from jsisa_search.search.interface import Matches, Search, Searcher
from jsisa_search.search.ranking.pointers import put_behind_targets
from jsisa_search.search.ranking.release_scores import candidate_scores
from jsisa_search.search.ranking.rerank import evidence_scores, evidence_scores_of

Array = NDArray[Any]
EvidenceOf = Callable[[], Evidence]

#: Documents that are reranked. What is on page 50 is found by narrowing the query, not by paging.
REFINED = 500


class Ranking:
    """The documents that match a query, ordered as far as pages are requested.

    Among equal scores the newest comes first; documents without a date come last in either date order;
    what is still equal is in the order of `sequence`, which no update changes.
    """

    def __init__(
        self,
        searcher: Searcher,
        execution: Search,
        tree: wq.Query,
        order: SortOrder = "relevance",
        evidence: EvidenceOf | None = None,
        typed: wq.Query | None = None,
    ) -> None:
        """Take the tree that finds the documents; `evidence` is called once hits are requested.

        In an order by date, those that match `typed` come before the others.
        """
        self._searcher = searcher
        self._execution = execution
        self._tree = tree
        self._order = order
        self._evidence = evidence
        self._typed = typed
        self._added: Array | None = None
        self._by_release: Array | None = None
        self._behind: Array | None = None

    def __len__(self) -> int:
        return len(self.matches)

    @cached_property
    def matches(self) -> Matches:
        """What matches."""
        return self._execution.matches(self._tree)

    @property
    def docs(self) -> Array:
        """All documents that match (int64, ascending)."""
        return self.matches.docs

    def best(self, count: int) -> tuple[Array, Array]:
        """Return the first `count` documents (int64), best first, and their scores (float32)."""
        if not count:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if self._order != "relevance":
            docs = self.docs[self._by_date(self.docs)[:count]]
            ascending = docs.argsort()
            scores = np.empty(len(docs), np.float32)
            scores[ascending] = self._execution.scores(self._tree, docs[ascending])
            return docs, scores
        docs, scores = self._refined
        if count > len(docs) == REFINED:
            more, more_scores = self._beyond(docs)
            docs, scores = np.concatenate([docs, more]), np.concatenate([scores, more_scores])
        return docs[:count], scores[:count]

    def refine_with(self, other: Ranking, *, mixed: bool) -> None:
        """Score the best of this ranking and of another, which has other documents, at once.

        If they are `mixed` in one order, the candidates of a release are those in both.
        """
        wanted = [
            (each._searcher, each._evidence(), each._chosen[0])
            for each in (self, other)
            if each._evidence and each._order == "relevance" and each._added is None
        ]
        if len(wanted) == 2:
            self._added, other._added = evidence_scores_of(wanted)
            if mixed:
                groups = [self._scored(self._added), other._scored(other._added)]
                self._by_release, other._by_release = candidate_scores(self._searcher, wanted[0][1], groups)

    def is_refined(self, doc: int) -> bool:
        """Return whether the score of a document that is ranked has the evidence in it."""
        return self._order == "relevance" and self._evidence is not None and doc in self._refined[0]

    def added_by_release(self, doc: int) -> float:
        """Return what the candidates of its release add to a document that is refined."""
        docs, _ = self._chosen
        return 0.0 if self._by_release is None else float(self._by_release[docs.searchsorted(doc)])

    def put_behind(self, doc: int) -> float:
        """Return by how much a document that is refined is put behind what it names, as less than 0."""
        docs, _ = self._chosen
        return 0.0 if self._behind is None else float(self._behind[docs.searchsorted(doc)])

    def _scored(self, added: Array) -> tuple[Array, Array]:
        docs, scores = self._chosen
        return docs, scores + added

    @cached_property
    def _refined(self) -> tuple[Array, Array]:
        """The reranked documents, best first, and their final scores."""
        docs, scores = self._chosen
        if self._evidence:
            evidence = self._evidence()
            if self._added is None:
                self._added = evidence_scores(self._searcher, evidence, docs)
            docs, scores = self._scored(self._added)
            if self._by_release is None:
                (self._by_release,) = candidate_scores(self._searcher, evidence, [(docs, scores)])
            scores = scores + self._by_release
            self._behind = put_behind_targets(self._searcher, docs, scores) - scores
            scores = scores + self._behind
        order = self._by_score(docs, scores)
        return docs[order], scores[order]

    @cached_property
    def _chosen(self) -> tuple[Array, Array]:
        """Return the documents with the best scores (ascending), among equals the newest, and the scores."""
        docs, scores = self._execution.best(self._tree, REFINED)
        if len(docs) <= REFINED:
            return docs, scores
        is_best: Array = scores > threshold(scores, REFINED)
        level = (~is_best).nonzero()[0]
        free = REFINED - (len(docs) - len(level))
        is_best[level[self._first_by_date(docs[level], free)]] = True
        return docs[is_best], scores[is_best]

    def _first_by_date(self, docs: Array, count: int) -> Array:
        """Return the indices of the `count` newest of some documents, in no order."""
        published = self._searcher.numbers("published", docs)
        last = threshold(published, count)
        newer, level = (published > last).nonzero()[0], (published == last).nonzero()[0]
        level = level[self._searcher.numbers("sequence", docs[level]).argsort()]
        return np.concatenate([newer, level])[:count]

    def _beyond(self, refined: Array) -> tuple[Array, Array]:
        """Return the documents that are not reranked, best first, and their scores."""
        docs = self.docs[~np.isin(self.docs, refined)]
        scores = self._execution.scores(self._tree, docs)
        order = self._by_score(docs, scores)
        return docs[order], scores[order]

    def _by_score(self, docs: Array, scores: Array) -> Array:
        """Return the indices of documents in the order of their scores."""
        published = self._searcher.numbers("published", docs)
        # The last key is the first to count.
        return np.lexsort([self._searcher.numbers("sequence", docs), -published, -scores])

    def _by_date(self, docs: Array) -> Array:
        """Return the indices of documents in the order of their dates."""
        published = self._searcher.numbers("published", docs)
        age = published if self._order == "oldest" else -published
        scattered = np.isin(docs, self.scattered)
        return np.lexsort([self._searcher.numbers("sequence", docs), age, published == 0, scattered])

    @cached_property
    def scattered(self) -> Array:
        """The documents (int64, ascending) that match, but not as typed; none without a tree for that."""
        if self._typed is None:
            return np.zeros(0, np.int64)
        return np.setdiff1d(self.docs, self._execution.matches(self._typed).docs, assume_unique=True)
