"""One search on a cluster, and what it finds: counted there, and listed only when that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.cluster.compiler import Clause, all_of, constant, exact_field, needs_frequencies
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.passages import CANDIDATE_FIELDS
from jsisa_search.cluster.statistics import BUCKETS, buckets, composite
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.scoring.top_k import threshold
from jsisa_search.search.interface import GroupOf

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

Array = NDArray[Any]

#: Candidates that come with the total; so many are ranked with all evidence.
CANDIDATES = 500
# The cluster rounds the lengths of texts down, some by a tenth. Where they matter, so many more are scored
# exactly, which suffices for 130 of 135 queries to 190,000 passages; for the others so many are read on.
_MARGIN, _FURTHER = 40, (200, 800)
# Relative difference of scores that are the same, computed in another order with 32 bits.
_ROUNDING = 1e-5
_PAGE = 10_000
# Documents that are read at a time in order of their dates: most callers want the first.
_READ = (10, 50, 250, 1_000)


class ClusterSearch:
    """A search among the documents of some filters; see `search.interface.Search`."""

    def __init__(
        self, searcher: ClusterSearcher, filters: list[Clause], excluded: Array | None = None
    ) -> None:
        """Take the filters, and documents that are not to be found."""
        self._searcher = searcher
        self._filters = filters
        self._excluded = excluded
        # Trees are kept with their answers, so that no other gets its `id`.
        self._found: dict[int, tuple[wq.Query, ClusterMatches]] = {}

    @property
    def searcher(self) -> ClusterSearcher:
        """The snapshot."""
        return self._searcher

    def clause(self, tree: wq.Query) -> Clause:
        """Return the clause of a tree in this search."""
        return self.filtered(self._searcher.clause(tree))

    def filtered(self, found: Clause) -> Clause:
        """Return a clause with the filters of this search."""
        excluded = [] if self._excluded is None else [{"terms": {"place": self._excluded.tolist()}}]
        if not self._filters and not excluded:
            return found
        return {"bool": {"must": [found], "filter": self._filters, "must_not": excluded}}

    def matches(self, tree: wq.Query) -> ClusterMatches:
        """Return what matches a tree."""
        known = self._found.get(id(tree))
        if known is None:
            # Of what is asked for next, partial matches, the releases are not.
            matches = ClusterMatches(self, tree, is_counted=not self._found and self._excluded is None)
            known = self._found[id(tree)] = tree, matches
        return known[1]

    def matches_of_each(self, trees: Iterable[wq.Query]) -> list[ClusterMatches]:
        """Return what matches each of some trees, in one request for all that nothing is unsure of."""
        found = [ClusterMatches(self, tree, is_counted=True) for tree in trees]
        certain = [(each, body) for each in found if (body := each.certain_body()) is not None]
        answers = self._searcher.requests.searches([body for _, body in certain], ranked=len(certain))
        for (each, _), answer in zip(certain, answers, strict=True):
            each.take(answer)
        self._searcher.requests.send_along()
        return found

    def best(self, tree: wq.Query, count: int) -> tuple[Array, Array]:
        """Return the best documents (int64, ascending), up to `CANDIDATES`, and their scores (float32).

        Of those that are level with the last the newest are there, so that there may be more.
        """
        matches, count = self.matches(tree), min(count, CANDIDATES)
        while True:
            candidates, of_cluster = matches.candidates, matches.candidate_scores
            order = candidates.argsort()
            docs = candidates[order]
            scores = self._searcher.scoring(docs).scored(tree)[1]
            if has_best(scores, of_cluster[order], count) or not matches.read_on():
                is_best = scores >= threshold(scores, count)
                return docs[is_best], scores[is_best]

    def scores(self, tree: wq.Query, docs: Array) -> Array:
        """Return the scores of `docs`, all of which match `tree` (float32); of many, those of the cluster."""
        if len(docs) <= CANDIDATES:
            return self._searcher.scoring(docs).scored(tree)[1]
        scores = np.zeros(len(docs), np.float32)
        more = {"stored_fields": "_none_", "track_scores": True}
        for hit in self._searcher.connection.scan(self.clause(tree), "place", _PAGE, **more):
            at = int(docs.searchsorted(hit["sort"][0]))
            if at < len(docs) and docs[at] == hit["sort"][0]:
                scores[at] = hit["_score"]
        return scores

    def likest(
        self, terms: Sequence[WeightedTerm], count: int, *, among: wq.Query | None = None
    ) -> list[int]:
        """Return up to `count` documents with the greatest sum of the weights of the terms they have.

        They have one of the terms at least, or, with `among`, match that.
        """
        weighted = [
            constant({"term": {exact_field(field): text}}, weight) for field, text, weight in terms if weight
        ]
        if among is None and not weighted:
            return []
        clauses = [] if among is None else [self._searcher.compiler.clause(among)]
        body = {
            "size": count,
            "query": {
                "bool": {
                    "filter": [*self._filters, *clauses],
                    "should": weighted,
                    "minimum_should_match": int(among is None),
                }
            },
            "sort": ["_score", "sequence", "place"],
        } | CANDIDATE_FIELDS
        hits = self._searcher.connection.search(body, track_total_hits=False)["hits"]["hits"]
        self._searcher.store.keep(hits)
        return [hit["sort"][-1] for hit in hits]

    def count(self, tree: wq.Query) -> int:
        """Return how many documents match a tree."""
        return self._searcher.total(self.clause(tree))

    def without(self, docs: Array) -> ClusterSearch:
        """Return the same search among all documents but some."""
        return ClusterSearch(self._searcher, self._filters, docs)


class ClusterMatches:
    """The documents that match a tree; `search.interface.Matches` describes the methods."""

    def __init__(self, search: ClusterSearch, tree: wq.Query, *, is_counted: bool) -> None:
        """Take the search, its tree, and whether their releases will be counted."""
        self._search = search
        self._tree = tree
        self._is_counted = is_counted
        self._releases: int | None = None
        self._times_read_on = 0

    @property
    def _connection(self) -> Connection:
        return self._search.searcher.connection

    @cached_property
    def _clause(self) -> Clause:
        return self._search.clause(self._tree)

    @cached_property
    def _first(self) -> tuple[int, list[list[Any]]]:
        """The number of all documents; of the best, in order, the score of the cluster, date and number."""
        return self._taken(self._search.searcher.ranked(self._tree, self._ranked_body))

    def certain_body(self) -> dict[str, Any] | None:
        """Return the search for them, `None` where some must be confirmed in their texts."""
        clause, unsure = self._search.searcher.confirmed.tried(self._tree)
        return None if unsure else self._ranked_body(clause)

    def take(self, answer: dict[str, Any]) -> None:
        """Take the answer to that search."""
        self._first = self._taken(answer)

    def _taken(self, answer: dict[str, Any]) -> tuple[int, list[list[Any]]]:
        found = answer["hits"]
        self._total = int(found["total"]["value"])
        if self._total > CANDIDATES and self._is_counted:
            body = {"size": 0, "track_total_hits": False, "query": self._clause}
            releases = {"aggs": {"releases": composite(["release"])}}
            self._search.searcher.requests.ask_along(body | releases, self._take_releases)
        # Meanwhile the passages are unpacked and scored.
        self._search.searcher.around.begin(hit["sort"][-1] for hit in found["hits"])
        self._search.searcher.store.keep(found["hits"])
        return self._total, [hit["sort"] for hit in found["hits"]]

    def read_on(self) -> bool:
        """Read the next candidates; return whether there were any, and not too many were read before."""
        total, first = self._first
        if len(first) >= total or self._times_read_on == len(_FURTHER):
            return False
        more = {
            "size": _FURTHER[self._times_read_on],
            "search_after": first[-1],
            "track_total_hits": False,
        }
        self._times_read_on += 1
        body = self._sorted_body(self._clause) | more
        (answer,) = self._search.searcher.requests.searches([body], ranked=1)
        hits = answer["hits"]["hits"]
        self._search.searcher.store.keep(hits)
        first += [hit["sort"] for hit in hits]
        return bool(hits)

    def _take_releases(self, answer: dict[str, Any]) -> None:
        self._releases = len(answer["aggregations"]["releases"]["buckets"])

    def _ranked_body(self, clause: Clause) -> dict[str, Any]:
        size = CANDIDATES + (_MARGIN if needs_frequencies(clause) else 0)
        return self._sorted_body(self._search.filtered(clause)) | {"size": size, "track_total_hits": True}

    def _sorted_body(self, clause: Clause) -> dict[str, Any]:
        return {"query": clause, "sort": ["_score", {"published": "desc"}, "place"]} | CANDIDATE_FIELDS

    @cached_property
    def _total(self) -> int:
        return self._first[0]

    def __len__(self) -> int:
        return self._total

    @property
    def candidates(self) -> Array:
        """The best documents (int64), best first by the scores of the cluster."""
        return np.array([place for _, _, place in self._first[1]], np.int64)

    @property
    def candidate_scores(self) -> Array:
        """The scores of the cluster for these (float64)."""
        return np.array([score for score, _, _ in self._first[1]], np.float64)

    @cached_property
    def docs(self) -> Array:
        """All of them (int64, ascending)."""
        if "_first" in self.__dict__ and len(self) <= CANDIDATES:
            return np.sort(self.candidates)
        return self._search.searcher.listed(self._clause)

    def by_date(self) -> Iterator[int]:
        """Yield them in order of time, what has no date last; ever more are read at a time."""
        is_dated = {"constant_score": {"filter": {"range": {"published": {"gt": UNDATED}}}}}
        body: dict[str, Any] = {
            "query": {"bool": {"filter": [self._clause], "should": [is_dated]}},
            "sort": ["_score", "published", "sequence", "place"],
        } | CANDIDATE_FIELDS
        for size in chain(_READ, repeat(_READ[-1])):
            body["size"] = size
            answer = self._connection.search(body, track_total_hits="search_after" not in body)["hits"]
            if "search_after" not in body:
                self._total = int(answer["total"]["value"])
            hits = answer["hits"]
            self._search.searcher.store.keep(hits)
            yield from (hit["sort"][-1] for hit in hits)
            if len(hits) < size:
                return
            body["search_after"] = hits[-1]["sort"]

    def count_also(self, tree: wq.Query) -> int:
        """Return how many of them match another tree."""
        if len(self) <= CANDIDATES:
            return int(np.count_nonzero(self._search.searcher.scoring(self.docs).scored(tree)[0]))
        clause = self._search.clause(tree)
        return len(self) if clause == self._clause else self._search.searcher.total(clause)

    def count_in_releases(self, tree: wq.Query) -> int:
        """Return how many of them are in releases of which a passage matches a tree."""
        compiler = self._search.searcher.compiler
        return self._search.searcher.total(
            all_of([self._clause, compiler.in_releases(compiler.clause(tree))])
        )

    def count_releases(self) -> int:
        """Return how many releases they are in."""
        if len(self) <= CANDIDATES:
            return len(np.unique(self._search.searcher.numbers("sequence", self.docs) >> PASSAGE_BITS))
        if self._releases is not None and self._releases < BUCKETS:
            return self._releases
        return sum(1 for _ in buckets(self._connection, self._clause, ["release"]))

    def count_undated(self) -> int:
        """Return how many of them are in releases without a date."""
        return self._search.searcher.total(all_of([self._clause, {"term": {"published": UNDATED}}]))

    def count_values(self, field: str, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the values of a facet with the passages, or the releases, that have each."""
        asked = "month" if field == "year" else field
        found: Counter[str] = Counter()
        for value, count in self._counted(asked, by_release=by_release):
            found[value[:4] if field == "year" else value] += count
        return found

    def count_groups(self, group_of: GroupOf, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the groups of their files with the passages, or the releases, that are in each."""
        found: Counter[str] = Counter()
        for path, count in self._counted("path", by_release=by_release):
            if (group := group_of(path)) is not None:
                found[group] += count
        return found

    def _counted(self, field: str, *, by_release: bool) -> list[tuple[str, int]]:
        """Return the values of a field with the passages or releases that have each."""
        fields = [field, "release"] if by_release else [field]
        counted = buckets(self._connection, self._clause, fields)
        return [(value, 1 if by_release else count) for (value, *_), count in counted]

    def occurrences(self, text: str, *, is_whole: bool = False) -> int | None:
        """Return how often a string occurs in their texts; `None` for more than are read anyway."""
        folded = fold(text)
        if len(self) > CANDIDATES or not folded:
            return None if folded else 0
        texts = self._search.searcher.passages(self.candidates).folded("text")
        if is_whole:
            return sum(1 for each in texts for _ in whole_spans(each, folded))
        return sum(each.count(folded) for each in texts)

    def quotations(self, text: str) -> int | None:
        """Return how often a quotation occurs in their texts, however punctuated; `None` as above."""
        quotation = quotation_of(text)
        if quotation is None:
            return self.occurrences(text, is_whole=True)
        if len(self) > CANDIDATES:
            return None
        total = 0
        for folded in self._search.searcher.passages(self.candidates).folded("text"):
            typed = sum(1 for _ in whole_spans(folded, quotation.typed))
            total += typed or sum(1 for _ in quotation.spans(folded))
        return total


def has_best(scores: Array, of_cluster: Array, count: int) -> bool:
    """Return whether documents have the `count` best scores among all: what was not read has no better one.

    `of_cluster` are the scores by which they were chosen. What was not read has at most the least of these,
    and its own score exceeds that at most as far as theirs do: rounded lengths make scores higher, but the
    cluster counts documents that were deleted until it merges them away.
    """
    if len(scores) < count:
        return True  # there are no more
    positive = of_cluster > 0
    excess = float(np.max(scores[positive] / of_cluster[positive], initial=1.0))
    return bool(threshold(scores, count) * (1 + _ROUNDING) >= of_cluster.min() * excess)
