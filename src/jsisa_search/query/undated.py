"""Releases without a date, which a restriction to a period leaves out unless they are asked for."""

from __future__ import annotations

from dataclasses import replace

from whoosh import query as wq

from jsisa_search.query.parser.parse import UserQuery
from jsisa_search.query.parser.syntax import AllOf, AnyOf, During, Node, Piece
from jsisa_search.schema import UNDATED_TERM

#: Matches the passages of releases without a date.
UNDATED = wq.Term("date_from", UNDATED_TERM)


def is_restricted_to_dates(node: Node | None) -> bool:
    """Return whether a query requires a period; one that excludes a period matches undated releases."""
    match node:
        case During():
            return True
        case AllOf() if any(isinstance(part, Piece) and part.is_equivalent for part in node.parts):
            return False  # a form of a date that was typed, which need not be in the period
        case AllOf() | AnyOf():
            return any(map(is_restricted_to_dates, node.parts))
        case _:
            return False


def including_undated(query: UserQuery) -> UserQuery:
    """Return a query whose periods undated releases satisfy, too; excluded periods stay as they are."""
    return query if query.tree is None else replace(query, tree=_including(query.tree))


def _including(node: Node) -> Node:
    match node:
        case During():
            return replace(node, or_undated=True)
        case AllOf() | AnyOf():
            return replace(node, parts=tuple(map(_including, node.parts)))
        case _:
            return node
