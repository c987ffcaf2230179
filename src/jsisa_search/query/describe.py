"""A one-line description of how a query was parsed, in the language of the user."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from jsisa_search.query.parser.dates import Period
from jsisa_search.query.parser.document_numbers import DocumentNumber
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
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark, ngettext

# What fields are called; `release` has a wording of its own.
_NAMES = {
    "title": mark("title"),
    "heading": mark("heading"),
    "text": mark("text"),
    "source": mark("source"),
    "publisher": mark("publisher"),
    "author": mark("author"),
    "issuer": mark("issuer"),
    "document_number": mark("document number"),
}


def describe(node: Node | None) -> str:
    """Return how a query was parsed: `网格化 AND (满意率 OR 满意度) WITHOUT 苏州, title contains 平安`.

    Pieces are shown folded, as they are searched; those in quotation marks must occur literally.
    """
    match node:
        case None:
            return tr("nothing at all")
        case Piece():
            return _piece(node)
        case Prefix():
            return f"{node.text}*"
        case AllOf():
            return _all_of(node)
        case AnyOf():
            numbers = {part.number for part in node.parts if isinstance(part, Piece) and part.number}
            return _either(_operand(part) for part in node.parts if not _repeats(part, numbers))
        case Not():
            return tr("everything WITHOUT {excluded}").format(excluded=_operand(node.node))
        case InField():
            return _in_field(node)
        case Near():
            return _near(node)
        case Stated() | During():
            return _fact(node)


def _in_field(node: InField) -> str:
    wanted = _operand(node.node)
    if node.field == "release":
        return tr("in releases with {wanted}").format(wanted=wanted)
    return tr("{field} contains {wanted}").format(field=tr(_NAMES[node.field]), wanted=wanted)


def _near(node: Near) -> str:
    near = ngettext(
        "{first} within {distance} character of {second}",
        "{first} within {distance} characters of {second}",
        node.distance,
    )
    return near.format(first=_operand(node.first), distance=node.distance, second=_operand(node.second))


def _fact(node: Stated | During) -> str:
    if isinstance(node, During):
        period = tr("published {period}").format(period=_period(node.period))
        return tr("{period} or undated").format(period=period) if node.or_undated else period
    is_stated = tr("{field} is {value}")
    return _either(is_stated.format(field=tr(_NAMES[field]), value=value) for field, value in node.values)


def _repeats(node: Node, numbers: Collection[DocumentNumber]) -> bool:
    """Return whether a part of alternatives only says that releases state a number that is named anyway."""
    return (
        bool(numbers)
        and isinstance(node, Stated)
        and all(field == "document_number" for field, _ in node.values)
    )


def _either(parts: Iterable[str]) -> str:
    operator = tr("OR")
    return f" {operator} ".join(parts)


def _piece(piece: Piece) -> str:
    if piece.number:
        return tr("document number {number}").format(number=piece.number)
    text = f"“{piece.text}”" if piece.is_quoted else piece.text
    return tr("{text} with any brackets").format(text=text) if has_brackets(piece) else text


def _operand(node: Node) -> str:
    text = describe(node)
    is_one = isinstance(node, Prefix) or (isinstance(node, Piece) and not has_brackets(node))
    return text if is_one else tr("({text})").format(text=text)


def _all_of(node: AllOf) -> str:
    """Describe the required parts, then the excluded ones, then fields and dates."""
    excluded = [part for part in node.parts if isinstance(part, Not)]
    narrowing = [part for part in node.parts if isinstance(part, InField | During)]
    wanted = [part for part in node.parts if not isinstance(part, Not | InField | During)]
    both, without = tr("AND"), tr("WITHOUT")
    clauses = [f" {both} ".join(map(_operand, wanted))] if wanted else []
    narrowed = [describe(part) for part in narrowing]
    if not clauses:
        clauses, narrowed = [tr(", ").join(narrowed) or tr("everything")], []
    left_out = "".join(f" {without} {_operand(part.node)}" for part in excluded)
    return tr(", ").join([clauses[0] + left_out, *narrowed])


def _period(period: Period) -> str:
    first, last = period.first.date().isoformat(), period.last.date().isoformat()
    if period.first == datetime.min:
        return tr("until {last}").format(last=last)
    if period.last == datetime.max:
        return tr("from {first}").format(first=first)
    return first if first == last else tr("{first} to {last}").format(first=first, last=last)
