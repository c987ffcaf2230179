"""Typed text to a `UserQuery`: its syntax tree, the pieces to look for, and what was not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jsisa_search.errors import QueryError
from jsisa_search.query.parser.grammar import parse_tree
from jsisa_search.query.parser.syntax import Node, Note, Piece, positive_pieces

__all__ = ["MAX_CHARS", "Piece", "UserQuery", "parse_query"]

#: More than anybody types; a pasted page is a mistake and would keep the engine busy.
MAX_CHARS = 2000

# What a terminal hands over for bytes that are no text; it stands in no passage.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as typed and as read.

    `pieces` are those that a passage, its heading or its title is to contain, in order: what is
    marked in a hit. `tree` is `None` where `text` is blank. `notes` are about what was not understood,
    in order. `expansions` are the wordings that synonyms added, each with the piece it stands beside.
    """

    text: str
    pieces: tuple[Piece, ...]
    tree: Node | None = None
    notes: tuple[Note, ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


def parse_query(text: str) -> UserQuery:
    """Return how `text` is read.

    Any text is a query; only one longer than `MAX_CHARS` raises `QueryError`.
    """
    if len(text) > MAX_CHARS:
        raise QueryError(f"a query of {len(text):,} characters is too long; search for at most {MAX_CHARS:,}")
    text = _LONE_SURROGATE.sub(" ", text)
    tree, notes = parse_tree(text)
    return UserQuery(text, positive_pieces(tree), tree, notes)
