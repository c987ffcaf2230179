"""What the user typed, as something Whoosh can evaluate."""

from __future__ import annotations

from jsisa_search.query.dates import Period, parse_period, parse_period_range
from jsisa_search.query.filters import Filters, filter_tree, make_filters
from jsisa_search.query.parse import UserQuery, parse_query
from jsisa_search.query.reading import describe
from jsisa_search.query.syntax import Note, Piece
from jsisa_search.query.tree import all_terms_tree, some_terms_tree

__all__ = [
    "Filters",
    "Note",
    "Period",
    "Piece",
    "UserQuery",
    "all_terms_tree",
    "describe",
    "filter_tree",
    "make_filters",
    "parse_period",
    "parse_period_range",
    "parse_query",
    "some_terms_tree",
]
