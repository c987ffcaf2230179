"""Typed text to a `UserQuery`: syntax tree, pieces, and notes on what was not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jsisa_search.analysis import without_marks
from jsisa_search.errors import QueryError
from jsisa_search.query.parser.grammar import parse_tree
from jsisa_search.query.parser.syntax import Node, Note, Piece, positive_pieces
from jsisa_search.translation import gettext as tr

__all__ = ["MAX_CHARS", "Piece", "UserQuery", "parse_query"]

#: Longer text is a page pasted by mistake.
MAX_CHARS = 2000

# Undecodable bytes of a terminal; they occur in no passage.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as typed, without invisible marks, and as parsed.

    `pieces` are those to highlight in a hit, its heading and its title, in order. `tree` is `None` if
    `text` is blank. `notes` are about what was not understood, in order. `expansions` are pairs of a
    piece and a synonym added to it. `asking` are question words that were typed apart from the rest
    (怎样 计算); they are no pieces.
    """

    text: str
    pieces: tuple[Piece, ...]
    tree: Node | None = None
    notes: tuple[Note, ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()
    asking: tuple[str, ...] = ()


def parse_query(text: str) -> UserQuery:
    """Parse `text`.

    Any text is a query; only text longer than `MAX_CHARS` raises `QueryError`.
    """
    if len(text) > MAX_CHARS:
        raise QueryError(
            tr("a query of {length:,} characters is too long; search for at most {max_chars:,}").format(
                length=len(text), max_chars=MAX_CHARS
            )
        )
    text = _LONE_SURROGATE.sub(" ", without_marks(text))
    tree, notes = parse_tree(text)
    return UserQuery(text, positive_pieces(tree), tree, notes)
