"""A one-line description of how a query was parsed."""

from __future__ import annotations

from datetime import datetime

from jsisa_search.query.parser.dates import Period
from jsisa_search.query.parser.syntax import (
    AllOf,
    AnyOf,
    During,
    InField,
    Near,
    Node,
    Not,
    Piece,
    Prefix,
    Stated,
    has_brackets,
)


def describe(node: Node | None) -> str:
    """Return how a query was parsed: `网格化 AND (满意率 OR 满意度) WITHOUT 苏州, title contains 平安`.

    Pieces are shown folded, as they are searched; those in quotation marks must occur literally.
    """
    match node:
        case None:
            return "nothing"
        case Piece():
            return _piece(node)
        case Prefix():
            return f"{node.text}*"
        case AllOf():
            return _all_of(node)
        case AnyOf():
            return " OR ".join(map(_operand, node.parts))
        case Not():
            return f"everything WITHOUT {_operand(node.node)}"
        case InField():
            where = (
                "in releases with" if node.field == "release" else f"{node.field.replace('_', ' ')} contains"
            )
            return f"{where} {_operand(node.node)}"
        case Near():
            characters = "character" if node.distance == 1 else "characters"
            return f"{_operand(node.first)} within {node.distance} {characters} of {_operand(node.second)}"
        case Stated() | During():
            return _fact(node)


def _fact(node: Stated | During) -> str:
    if isinstance(node, During):
        return f"published {_period(node.period)}{' or undated' if node.or_undated else ''}"
    return " OR ".join(f"{field.replace('_', ' ')} is {value}" for field, value in node.values)


def _piece(piece: Piece) -> str:
    if piece.number:
        return f"document number {piece.number}"
    text = f"“{piece.text}”" if piece.is_quoted else piece.text
    return f"{text} with any brackets" if has_brackets(piece) else text


def _operand(node: Node) -> str:
    text = describe(node)
    is_one = isinstance(node, Prefix) or (isinstance(node, Piece) and not has_brackets(node))
    return text if is_one else f"({text})"


def _all_of(node: AllOf) -> str:
    """Describe the required parts, then the excluded ones, then fields and dates."""
    excluded = [part for part in node.parts if isinstance(part, Not)]
    narrowing = [part for part in node.parts if isinstance(part, InField | During)]
    wanted = [part for part in node.parts if not isinstance(part, Not | InField | During)]
    clauses = [" AND ".join(map(_operand, wanted))] if wanted else []
    narrowed = [describe(part) for part in narrowing]
    if not clauses:
        clauses, narrowed = [", ".join(narrowed) or "everything"], []
    without = "".join(f" WITHOUT {_operand(part.node)}" for part in excluded)
    return ", ".join([clauses[0] + without, *narrowed])


def _period(period: Period) -> str:
    first, last = period.first.date().isoformat(), period.last.date().isoformat()
    if period.first == datetime.min:
        return f"until {last}"
    if period.last == datetime.max:
        return f"from {first}"
    return first if first == last else f"{first} to {last}"
