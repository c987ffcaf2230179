"""Counts without hits: by source, year and so on, and of many strings at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from whoosh import query as wq

from jsisa_search.model import CountUnit, FacetField, StringCount
from jsisa_search.query import Filters, UserQuery, all_terms_tree, filter_tree, parse_query
from jsisa_search.query.compiler import PASSAGES, releases_with
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.parser.syntax import AllOf, During, InField, Not, Piece, Prefix
from jsisa_search.query.undated import UNDATED, including_undated, is_restricted_to_dates
from jsisa_search.search.interface import Matches, Searcher
from jsisa_search.search.results.facets import facet_of

# Strings that are counted together: of each some hundred passages may be read.
_TOGETHER = 10


def matching(searcher: Searcher, query: UserQuery | None, filters: Filters) -> Matches:
    """Return the passages that satisfy a whole query, or all, and pass `filters`."""
    tree = PASSAGES if query is None else all_terms_tree(query, searcher.values_of)
    return searcher.execution(filter_tree(filters, searcher.values_of)).matches(tree)


def count_left_out(searcher: Searcher, query: UserQuery, filters: Filters) -> int | None:
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


def count_still_named(searcher: Searcher, query: UserQuery, found: Matches) -> tuple[tuple[str, int], ...]:
    """Return what a query excludes from passages, as typed, that releases of some found name elsewhere.

    Each comes with the number of such passages; `found` are those that satisfy the query.
    """
    parts = query.tree.parts if isinstance(query.tree, AllOf) else (query.tree,)
    named = []
    for part in parts:
        if isinstance(part, Not) and not isinstance(part.node, InField | During):
            count = found.count_in_releases(releases_with(part.node, searcher.values_of))
            if count:
                named.append((_as_value(query.text[part.node.start : part.node.end]), count))
    return tuple(named)


def _as_value(typed: str) -> str:
    """Return what was typed as the value of a field: several pieces in parentheses."""
    node = parse_query(typed).tree
    return typed if isinstance(node, Piece | Prefix) else f"({typed})"


def count_by(
    searcher: Searcher,
    field: FacetField,
    found: Matches,
    unit: CountUnit,
    path_of: Callable[[str], str] = str,
) -> dict[str, int]:
    """Return the values of `field` in what is found, with the passages or releases of each.

    Ordered as facets are: names by their counts, years and months from the latest on. `path_of` converts
    stored paths to shown ones.
    """
    return dict(facet_of(searcher, field, [found], path_of, by_release=unit == "releases").counts)


def count_strings(searcher: Searcher, strings: Iterable[str]) -> Iterator[StringCount]:
    """Yield for each string how often it occurs literally, once characters are folded."""
    rest = iter(strings)
    while some := list(islice(rest, _TOGETHER)):
        matches = searcher.execution().matches_of_each([Literal("text", text) for text in some])
        for text, found in zip(some, matches, strict=True):
            occurrences = found.occurrences(text)
            if occurrences is None:
                occurrences = sum(int(uses.counts.sum()) for uses in searcher.timeline(None, None).uses(text))
            yield StringCount(text, len(found), found.count_releases(), occurrences)
