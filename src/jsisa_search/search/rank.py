"""A query tree to documents in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
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
    return sorted(found, key=_sort_key(searcher, order))


def _sort_key(searcher: Searcher, order: SortOrder) -> Callable[[Ranked], tuple[Any, ...]]:
    published = _column(searcher, "published", 0)
    path = _column(searcher, "path", b"")
    place = _column(searcher, "place", 0)

    def key(ranked: Ranked) -> tuple[Any, ...]:
        docnum, score = ranked
        moment = published(docnum)
        age = (moment == 0, moment if order == "oldest" else -moment)
        stands = (path(docnum), place(docnum))
        return (*age, *stands) if order != "relevance" else (-score, *age, *stands)

    return key


def _column(searcher: Searcher, field: str, missing: Any) -> Callable[[int], Any]:
    """Return a function from document number to the value of a column.

    Whoosh's own reader over several segments gives wrong documents where a segment has no value.
    """
    columns = []
    starts = []
    for reader, start in searcher.reader().leaf_readers():
        starts.append(start)
        has_column = reader.has_column(field)
        columns.append(reader.column_reader(field, translate=False) if has_column else None)

    def value(docnum: int) -> Any:
        segment = bisect_right(starts, docnum) - 1
        column = columns[segment]
        return missing if column is None else column[docnum - starts[segment]]

    return value
