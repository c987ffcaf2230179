"""What the user typed, as something Whoosh can evaluate."""

from __future__ import annotations

from jsisa_search.query.dates import Period, parse_period
from jsisa_search.query.filters import Filters, filter_tree, make_filters
from jsisa_search.query.parse import Piece, UserQuery, parse_query
from jsisa_search.query.tree import all_terms_tree, some_terms_tree

__all__ = [
    "Filters",
    "Period",
    "Piece",
    "UserQuery",
    "all_terms_tree",
    "filter_tree",
    "make_filters",
    "parse_period",
    "parse_query",
    "some_terms_tree",
]
