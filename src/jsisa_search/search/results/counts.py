"""Counts without hits: by source, year and so on, and of many strings at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.codec.segment.packed_ints import distinct_sorted
from jsisa_search.model import CountUnit, FacetField, StringCount
from jsisa_search.query import Filters, UserQuery, all_terms_tree, filter_tree, parse_query
from jsisa_search.query.compiler import PASSAGES, releases_with
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.parser.syntax import AllOf, During, InField, Not, Piece, Prefix
from jsisa_search.query.undated import UNDATED, including_undated, is_restricted_to_dates
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.schema import UNDATED as NO_DATE
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.results.facets import count_facets

Array = NDArray[Any]


def matching(searcher: ArraySearcher, query: UserQuery | None, filters: Filters) -> Array:
    """Return the passages (int64, ascending) that satisfy a whole query, or all, and pass `filters`."""
    tree = PASSAGES if query is None else all_terms_tree(query, searcher.values_of)
    return searcher.documents(tree, passing=filter_tree(filters, searcher.values_of))


def count_left_out(searcher: ArraySearcher, query: UserQuery, filters: Filters) -> int | None:
    """Return how many passages match but for the dates of query and filters, which their releases lack.

    `None` where nothing is restricted to dates, or undated releases are included.
    """
    if filters.include_undated or not (filters.is_dated or is_restricted_to_dates(query.tree)):
        return None
    others = filter_tree(replace(filters, since=None, until=None), searcher.values_of)
    undated = searcher.execution(wq.And([UNDATED, others]) if others else UNDATED)
    count = undated.count(all_terms_tree(including_undated(query), searcher.values_of))
    # One part of `网格 OR 日期:2022` may be satisfied without the other.
    found = 0 if filters.is_dated else undated.count(all_terms_tree(query, searcher.values_of))
    return count - found


def count_still_named(searcher: ArraySearcher, query: UserQuery, docs: Array) -> tuple[tuple[str, int], ...]:
    """Return what a query excludes from passages, as typed, that releases of some of `docs` name elsewhere.

    Each comes with the number of such passages; `docs` (int64, ascending) are those that satisfy the query.
    """
    parts = query.tree.parts if isinstance(query.tree, AllOf) else (query.tree,)
    found = []
    for part in parts:
        if isinstance(part, Not) and not isinstance(part.node, InField | During):
            releases = searcher.distinct_values(
                "sequence", PASSAGE_BITS, releases_with(part.node, searcher.values_of)
            )
            count = int(np.isin(_releases(searcher, docs), releases).sum())
            if count:
                found.append((_as_value(query.text[part.node.start : part.node.end]), count))
    return tuple(found)


def _as_value(typed: str) -> str:
    """Return what was typed as the value of a field: several pieces in parentheses."""
    node = parse_query(typed).tree
    return typed if isinstance(node, Piece | Prefix) else f"({typed})"


def count_undated(searcher: ArraySearcher, docs: Array) -> int:
    """Return how many of `docs` (int64) are of releases without a date."""
    return int((searcher.numbers("published", docs) == NO_DATE).sum())


def count_by(
    searcher: ArraySearcher,
    field: FacetField,
    docs: Array,
    unit: CountUnit,
    path_of: Callable[[str], str] = str,
) -> dict[str, int]:
    """Return the values of `field` in `docs` (int64, ascending), with the passages or releases of each.

    Ordered as facets are: names by their counts, years and months from the latest on. `path_of` converts
    stored paths to shown ones.
    """
    if unit == "releases":
        if field == "section":
            return _count_sections(searcher, docs)
        docs = _one_per_release(searcher, docs)
    (facet,) = count_facets(searcher, [field], docs, path_of)
    return dict(facet.counts)


def count_strings(searcher: ArraySearcher, strings: Iterable[str]) -> Iterator[StringCount]:
    """Yield for each string how often it occurs literally, once characters are folded."""
    for text in strings:
        docs = searcher.documents(Literal("text", text))
        releases = len(distinct_sorted(_releases(searcher, docs)))
        yield StringCount(text, len(docs), releases, searcher.occurrences("text", text, docs))


def _releases(searcher: ArraySearcher, docs: Array) -> Array:
    """Return the number of the release of each of `docs` (int64)."""
    numbers: Array = searcher.numbers("sequence", docs) >> PASSAGE_BITS
    return numbers


def _one_per_release(searcher: ArraySearcher, docs: Array) -> Array:
    """Return the first of the documents of each release (int64, ascending)."""
    _, first = np.unique(_releases(searcher, docs), return_index=True)
    return docs[np.sort(first)]


def _count_sections(searcher: ArraySearcher, docs: Array) -> dict[str, int]:
    """Return in how many releases each section has one of `docs`."""
    found: Counter[str] = Counter()
    for view in searcher.views:
        column = view.file.column("section")
        if not isinstance(column, BytesColumn):
            continue
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        inside = docs[first:last]
        codes = column.codes[inside - view.base].astype(np.int64)
        pairs = np.unique(np.stack([codes, _releases(searcher, inside)]), axis=1)
        values, counts = np.unique(pairs[0], return_counts=True)
        for code, count in zip(values.tolist(), counts.tolist(), strict=True):
            if code:
                found[column.value(code).decode("utf-8")] += count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
