"""Why a query finds nothing: pieces that stand nowhere, filters that leave nothing, unread files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jsisa_search.lexicon import Part, nearest_parts
from jsisa_search.lexicon.spelling import Correction
from jsisa_search.query import Piece, UserQuery, all_terms_tree
from jsisa_search.query.literal import Literal
from jsisa_search.search.searcher import ArraySearcher

#: Pieces of a query that are looked into; a pasted text has hundreds.
MAX_PIECES = 5

# Parts of a piece that are named.
_PARTS = 2


@dataclass(frozen=True, slots=True)
class MissingPiece:
    """A piece that no passage has.

    `parts` are the longest parts of it that stand in some, each with the number of passages;
    `corrections` what may have been meant.
    """

    text: str
    parts: tuple[Part, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a query finds nothing, as far as it can be told.

    `missing` are the pieces that no passage has. `found_apart` tells whether there are several and each
    is found on its own. `without_filters` is the number of passages found without the filters, 0 where
    there are none. `unreadable` are the files, each with the reason, that the last update could not read.
    """

    missing: tuple[MissingPiece, ...] = ()
    found_apart: bool = False
    without_filters: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()


def missing_pieces(
    searcher: ArraySearcher,
    query: UserQuery,
    values_of: Callable[[str], Iterable[str]],
    corrections_of: Callable[[str], tuple[Correction, ...]],
) -> tuple[MissingPiece, ...]:
    """Return the first pieces of a query that no passage has, each once, `MAX_PIECES` at most."""
    added = {wording for _, wording in query.expansions}
    missing: list[MissingPiece] = []
    for piece in query.pieces:
        if piece.text not in added and len(missing) < MAX_PIECES and not _count(searcher, piece, values_of):
            parts = nearest_parts(
                piece.text, lambda text: searcher.count(Literal("text", text)), limit=_PARTS
            )
            missing.append(MissingPiece(piece.typed, parts, corrections_of(piece.typed)))
    return tuple(missing)


def _count(searcher: ArraySearcher, piece: Piece, values_of: Callable[[str], Iterable[str]]) -> int:
    return searcher.count(all_terms_tree(UserQuery(piece.typed, (piece,), piece), values_of))
