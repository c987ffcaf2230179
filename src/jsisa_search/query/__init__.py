"""Typed queries: parsing, filters, and compilation to Whoosh query trees."""

from __future__ import annotations

from jsisa_search.query.compiler import all_terms_tree, some_terms_tree, typed_tree
from jsisa_search.query.describe import describe
from jsisa_search.query.filters import Filters, check_filters, filter_tree, make_filters
from jsisa_search.query.parser.dates import Period, parse_period, parse_period_range
from jsisa_search.query.parser.parse import UserQuery, parse_query
from jsisa_search.query.parser.syntax import Note, Piece

__all__ = [
    "Filters",
    "Note",
    "Period",
    "Piece",
    "UserQuery",
    "all_terms_tree",
    "check_filters",
    "describe",
    "filter_tree",
    "make_filters",
    "parse_period",
    "parse_period_range",
    "parse_query",
    "some_terms_tree",
    "typed_tree",
]
