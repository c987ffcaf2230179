"""Typed text to pieces: what is parted by blanks, or held together by quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, groupby

from jsisa_search.analysis import default_segmenter, fold, is_counted, is_indexed, subwords
from jsisa_search.errors import QueryError

#: More than anybody types; a pasted page is a mistake and would keep the engine busy.
MAX_CHARS = 2000

# What a terminal hands over for bytes that are no text; it stands in no passage.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# A quotation mark opens a literal piece only where its partner follows.
_PIECE = re.compile(r'"(?P<straight>[^"]+)"|“(?P<curly>[^”]+)”|(?P<plain>\S+)')


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing the user asks for.

    `text` is folded; `runs` are its jieba words in order, a new run after each punctuation mark;
    `parts` are the dictionary words inside them. `is_literal` when it was quoted: then only words
    side by side will do.
    """

    text: str
    runs: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]
    is_literal: bool

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the piece in order."""
        return tuple(chain.from_iterable(self.runs))


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as typed, and its pieces; pieces without a letter, digit or Han character are left out."""

    text: str
    pieces: tuple[Piece, ...]


def parse_query(text: str) -> UserQuery:
    """Return the pieces of `text`.

    Any text is a query; only one longer than `MAX_CHARS` raises `QueryError`.
    """
    if len(text) > MAX_CHARS:
        raise QueryError(f"a query of {len(text):,} characters is too long; search for at most {MAX_CHARS:,}")
    text = _LONE_SURROGATE.sub(" ", text)
    pieces = (
        _make_piece(match[match.lastgroup or 0], is_literal=match.lastgroup != "plain")
        for match in _PIECE.finditer(text)
    )
    return UserQuery(text, tuple(piece for piece in pieces if piece.runs))


def _make_piece(text: str, *, is_literal: bool) -> Piece:
    segmenter = default_segmenter()
    folded = fold(text).strip()
    counted = filter(is_counted, segmenter.cut(folded))
    runs = tuple(tuple(run) for indexed, run in groupby(counted, is_indexed) if indexed)
    parts = tuple(part for run in runs for word in run for part, _ in subwords(word, segmenter))
    return Piece(folded, runs, parts, is_literal)
