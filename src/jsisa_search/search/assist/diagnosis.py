"""Why a query finds nothing: pieces that do not occur, filters that exclude all matches, unreadable files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from jsisa_search.analysis import fold
from jsisa_search.lexicon.assist.spelling import Correction, Part, occurring_parts
from jsisa_search.model import Plain
from jsisa_search.query import Piece, UserQuery, all_terms_tree
from jsisa_search.query.custom_queries import Literal
from jsisa_search.query.parser.syntax import TEXT_FIELDS, AllOf, During, InField, Node, Not, positive_pieces
from jsisa_search.search.assist.near_numbers import near_numbers
from jsisa_search.search.engine.searcher import ArraySearcher

#: Maximum pieces of a query that are examined; a pasted text has hundreds.
MAX_PIECES = 5

# Maximum parts named of a piece.
_PARTS = 2


@dataclass(frozen=True, slots=True)
class MissingPiece(Plain):
    """A piece that no passage contains.

    `parts` are the longest parts of it that occur, each with the number of passages;
    `corrections` what may have been meant. Where it is a document number, `near_numbers` are the numbers of
    the same office and kind that releases bear, the nearest first.
    """

    text: str
    parts: tuple[Part, ...] = ()
    corrections: tuple[Correction, ...] = ()
    is_number: bool = False
    near_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis(Plain):
    """Why a query finds nothing, as far as that is known.

    `missing` are the pieces that no passage contains. `found_apart`: there are several pieces, and each
    is found on its own. `without_filters` is the number of passages found without the filters, 0 where
    there are none. `restrictions` are the fields, dates and exclusions of the query without which there would
    be passages: as typed, each with their number. `unreadable` are the files, each with the reason, that the
    last update could not read, ten thousand at most; `unreadable_total` is how many there were, `list_pages`
    how many pages it passed over because they only list links.
    """

    missing: tuple[MissingPiece, ...] = ()
    found_apart: bool = False
    without_filters: int = 0
    restrictions: tuple[tuple[str, int], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    unreadable_total: int = 0
    list_pages: int = 0


CorrectionsOf = Callable[[str], tuple[Correction, ...]]


def diagnose(
    searcher: ArraySearcher,
    query: UserQuery,
    corrections_of: CorrectionsOf,
    *,
    without_filters: int,
    unreadable: tuple[tuple[str, str], ...],
    unreadable_total: int,
    list_pages: int,
) -> Diagnosis:
    """Return why a query finds nothing; what callers know of filters and files is passed in."""
    with searcher.concluding_damage():
        missing = _missing_pieces(searcher, query, corrections_of)
        kept_out = () if without_filters else _restrictions(searcher, query)
    is_explained = missing or without_filters or kept_out
    return Diagnosis(
        missing,
        found_apart=not is_explained and len(query.pieces) > 1,
        without_filters=without_filters,
        restrictions=kept_out,
        unreadable=unreadable,
        unreadable_total=unreadable_total,
        list_pages=list_pages,
    )


def _missing_pieces(
    searcher: ArraySearcher, query: UserQuery, corrections_of: CorrectionsOf
) -> tuple[MissingPiece, ...]:
    """Return the first pieces of a query that no passage contains, each once, `MAX_PIECES` at most."""
    added = {fold(wording) for _, wording in query.expansions}
    missing: list[MissingPiece] = []
    for piece in query.pieces:
        if piece.text in added or len(missing) == MAX_PIECES or _count(searcher, piece):
            continue
        if piece.number:
            near = near_numbers(piece.number, searcher.values_of("document_number"))
            missing.append(MissingPiece(piece.text, is_number=True, near_numbers=near))
        else:
            parts = occurring_parts(
                piece.text, lambda text: searcher.count(Literal("text", text)), limit=_PARTS
            )
            missing.append(MissingPiece(piece.typed, parts, corrections_of(piece.typed)))
    return tuple(missing)


def _restrictions(searcher: ArraySearcher, query: UserQuery) -> tuple[tuple[str, int], ...]:
    """Return the restricting parts of a query that leave nothing, with the passages found without each.

    Where none of them does so alone, all of them together are one entry.
    """
    parts = query.tree.parts if isinstance(query.tree, AllOf) else ()
    restricting = tuple(part for part in parts if _is_restricting(part))

    def without(dropped: tuple[Node, ...]) -> int:
        rest = tuple(part for part in parts if part not in dropped)
        if not rest or not dropped:
            return 0
        tree = rest[0] if len(rest) == 1 else AllOf(rest, rest[0].start, rest[-1].end)
        narrowed = replace(query, tree=tree, pieces=positive_pieces(tree))
        return searcher.count(all_terms_tree(narrowed, searcher.values_of))

    alone = [(query.text[part.start : part.end], without((part,))) for part in restricting]
    if found := tuple((typed, count) for typed, count in alone if count):
        return found
    together = without(restricting)
    return ((" ".join(typed for typed, _ in alone), together),) if together else ()


def _is_restricting(node: Node) -> bool:
    return isinstance(node, Not | During) or (isinstance(node, InField) and node.field not in TEXT_FIELDS)


def _count(searcher: ArraySearcher, piece: Piece) -> int:
    return searcher.count(all_terms_tree(UserQuery(piece.typed, (piece,), piece), searcher.values_of))
