"""Where some words occur on a cluster, in the releases that have most of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.cluster.compiler import Clause, all_of, exact_field
from jsisa_search.cluster.mapping import AROUND
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import RELEASE_KIND

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

Array = NDArray[Any]

#: Releases whose passages are looked at: those that have most of the words, by their weights.
CANDIDATES = 500
_LISTED = 5_000


def passages_with(
    searcher: ClusterSearcher, words: Mapping[str, float], passing: wq.Query | None
) -> list[Array]:
    """Return the passages that have each of some words (int64, ascending), in `CANDIDATES` releases."""
    found: list[list[int]] = [[] for _ in words]
    releases = _releases_with(searcher, words, passing)
    if releases:
        named = [
            {"term": {exact_field("text"): {"value": word, "_name": str(number)}}}
            for number, word in enumerate(words)
        ]
        these = [{"terms": {"release": releases}}, *_passages(searcher, passing)]
        clause = {"bool": {"filter": these, "should": named, "minimum_should_match": 1}}
        for hit in searcher.connection.scan(clause, "place", _LISTED, _source=False):
            for name in hit["matched_queries"]:
                found[int(name)].append(hit["sort"][0])
    return [np.array(docs, np.int64) for docs in found]


def count_passages(searcher: ClusterSearcher, releases: Sequence[str]) -> Mapping[str, int]:
    """Return how many passages each of some releases has."""
    counted = {"terms": {"field": "release", "include": list(releases), "size": max(len(releases), 1)}}
    clause = all_of([{"terms": {"release": list(releases)}}, *_passages(searcher, None)])
    body = {"size": 0, "query": {"bool": {"filter": clause}}, "aggs": {"releases": counted}}
    found = searcher.connection.search(body, track_total_hits=False)["aggregations"]["releases"]
    return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def _passages(searcher: ClusterSearcher, passing: wq.Query | None) -> list[Clause]:
    """Return the clauses of the passages that pass."""
    trees = [PASSAGES] if passing is None else [PASSAGES, passing]
    return searcher.compiler.clauses(trees)


def _releases_with(
    searcher: ClusterSearcher, words: Mapping[str, float], passing: wq.Query | None
) -> list[str]:
    """Return the releases that have most of some words, by their weights.

    Where passages have to pass a filter, which releases do not state, they are those of the best passages.
    """
    field, filters = exact_field("text"), _passages(searcher, passing)
    if passing is None:
        field, filters = AROUND, [{"term": {"kind": RELEASE_KIND}}]
    asked = [_weighted(field, word, weight) for word, weight in words.items()]
    body = {
        "size": CANDIDATES,
        "_source": False,
        "docvalue_fields": ["release"],
        "query": {"bool": {"filter": filters, "should": asked, "minimum_should_match": 1}},
        **({} if passing is None else {"collapse": {"field": "release"}}),
    }
    hits = searcher.connection.search(body, track_total_hits=False)["hits"]["hits"] if asked else []
    return [hit["fields"]["release"][0] for hit in hits]


def _weighted(field: str, word: str, weight: float) -> Clause:
    if field == AROUND:
        return {"term": {field: {"value": word, "boost": weight}}}
    return {"constant_score": {"filter": {"term": {field: word}}, "boost": weight}}
