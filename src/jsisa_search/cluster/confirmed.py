"""Trees as clauses, where the query language does not suffice: what may match is confirmed in the texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from whoosh import query as wq

from jsisa_search.cluster.compiler import Clause, Compiler, Unsure, any_of
from jsisa_search.cluster.passage_store import PAGE
from jsisa_search.cluster.passages import CANDIDATE_FIELDS, Passage, Passages
from jsisa_search.cluster.requests import Requests
from jsisa_search.cluster.statistics import buckets


class Confirmed:
    """Compiles trees; what was confirmed is kept, so that the texts of no leaf are read twice."""

    def __init__(self, requests: Requests, word_boost: float) -> None:
        """Take what sends searches, and the factor by which words are scored."""
        self._requests = requests
        self._open: dict[str, Unsure] | None = None  # leaves to be confirmed, while they are gathered
        self._known: dict[str, Clause] = {}
        self.compiler = Compiler(self._confirmed, self._in_releases, word_boost)

    def clause(self, tree: wq.Query) -> Clause:
        """Return the clause of a tree; all its leaves that must be confirmed are confirmed in one request."""
        clause, leaves = self.tried(tree)
        if leaves:
            self.confirm(leaves, self._requests.searches([to_confirm(leaf) for leaf in leaves.values()]))
            clause = self.compiler.clause(tree)
        return clause

    def tried(self, tree: wq.Query) -> tuple[Clause, dict[str, Unsure]]:
        """Return the clause of a tree if nothing but the certain matches, and the leaves to be confirmed."""
        self._open = {}
        try:
            return self.compiler.clause(tree), self._open
        finally:
            self._open = None

    def confirm(self, leaves: Mapping[str, Unsure], answers: Iterable[dict[str, Any]]) -> None:
        """Read the documents that may match some leaves; `answers` are those to `to_confirm`."""
        for (key, leaf), answer in zip(leaves.items(), answers, strict=True):
            hits: Iterable[dict[str, Any]] = answer["hits"]["hits"]
            if len(answer["hits"]["hits"]) == PAGE:
                hits = self._requests.connection.scan(leaf.unsure, "place", PAGE, **CANDIDATE_FIELDS)
            found = [place for place, text in _folded(hits, leaf.field) if leaf.is_match(text)]
            confirmed: list[Clause] = [{"terms": {"place": found}}] if found else []
            self._known[key] = any_of([leaf.certain, *confirmed])

    def _confirmed(self, leaf: Unsure) -> Clause:
        """Return the clause of a leaf, once the texts of the documents that may match were read."""
        key = repr((leaf.field, leaf.certain, leaf.unsure))
        known = self._known.get(key)
        if known is None and self._open is not None:
            self._open[key] = leaf
            return leaf.certain
        if known is None:
            self.confirm({key: leaf}, self._requests.searches([to_confirm(leaf)]))
            known = self._known[key]
        return known

    def _in_releases(self, clause: Clause) -> Clause:
        """Return the clause of all documents of the releases of which one matches a clause."""
        key = repr(("releases", clause))
        known = self._known.get(key)
        if known is None:
            found = [release for (release,), _ in buckets(self._requests.connection, clause, ["release"])]
            known = self._known[key] = {"terms": {"release": found}}
        return known


def to_confirm(leaf: Unsure) -> dict[str, Any]:
    """Return the search for the first of the documents that may match a leaf."""
    return {
        "size": PAGE,
        "query": leaf.unsure,
        "sort": ["place"],
        "track_total_hits": False,
    } | CANDIDATE_FIELDS


def _folded(hits: Iterable[dict[str, Any]], field: str) -> Iterator[tuple[int, str]]:
    """Yield the number of the document of each hit, and the folded text of a field."""
    rest = iter(hits)
    while some := [Passage.of_hit(hit) for hit in islice(rest, PAGE)]:
        yield from zip((each.place for each in some), Passages(some).folded(field), strict=True)
