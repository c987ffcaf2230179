"""A query tree to documents in order."""

from __future__ import annotations

from typing import Any, NamedTuple

from whoosh import query as wq
from whoosh.searching import Searcher

from jsisa_search.model import SortOrder


class Ranked(NamedTuple):
    """A document that matches, with its score."""

    docnum: int
    score: float


def rank(
    searcher: Searcher, tree: wq.Query, *, passing: wq.Query | None, order: SortOrder = "relevance"
) -> list[Ranked]:
    """Return every document that matches `tree` and `passing`, best first.

    Among equals the newest comes first; documents without a date come last in either date order.
    """
    found = [
        Ranked(docnum, score) for score, docnum in searcher.search(tree, limit=None, filter=passing).top_n
    ]
    return sorted(found, key=_sort_key(searcher, order)) if found else []


def _sort_key(searcher: Searcher, order: SortOrder) -> Any:
    reader = searcher.reader()
    published = reader.column_reader("published", translate=False)
    path = reader.column_reader("path", translate=False)
    place = reader.column_reader("place", translate=False)

    def key(ranked: Ranked) -> tuple[object, ...]:
        docnum, score = ranked
        moment = published[docnum]
        age = (moment == 0, moment if order == "oldest" else -moment)
        stands = (path[docnum], place[docnum])
        return (*age, *stands) if order != "relevance" else (-score, *age, *stands)

    return key
