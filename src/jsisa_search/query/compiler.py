"""A query to `whoosh.query` trees: an all-terms query and a relaxed any-term query.

A piece matches where it occurs literally, or where all its words occur in the text, the heading or the
title of a passage; but part of the query must occur in the text itself, so that a hit always has
something to highlight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.query.custom_queries import InRelease, NamedScore, Proximity
from jsisa_search.query.evidence import PARAGRAPH_KINDS, weights
from jsisa_search.query.parser.parse import UserQuery
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
    map_pieces,
    named_pieces,
    positive_pieces,
    stated_of,
    without_stated,
)
from jsisa_search.query.piece_trees import (
    loose_trees,
    other_names_tree,
    piece_tree,
    prefix_tree,
    text_part_trees,
)
from jsisa_search.query.undated import UNDATED

ValuesOf = Callable[[str], Iterable[str]]
"""Gives the distinct values of a field in the index."""

#: Where a piece may occur, by its field; `None` for a piece without a field.
_FIELDS: dict[str | None, tuple[str, ...]] = {
    None: ("text", "heading", "subheading", "title"),
    "text": ("text",),
    "heading": ("heading", "subheading"),
    "title": ("title",),
}


#: Matches every passage.
PASSAGES = wq.Or(
    [wq.Term("kind", kind) for kind in ("title", "number", "heading", "lead", "paragraph", "link", "caption")]
)
#: Matches the first paragraph of each release, which represents it where only its facts match.
_FIRST = wq.Term("paragraph", 1)
_PARAGRAPHS = wq.Or([wq.Term("kind", kind) for kind in PARAGRAPH_KINDS])


def all_terms_tree(query: UserQuery, values_of: ValuesOf) -> wq.Query:
    """Return the tree of the passages that satisfy the whole query."""
    if query.tree is None:
        return wq.NullQuery
    if isinstance(query.tree, Piece) and query.tree.is_literal:
        # It has to occur in the text anyway: titles need not be searched.
        wanted = piece_tree(query.tree, ("text",))
        return wq.AndMaybe(wanted, wq.ConstantScoreQuery(_PARAGRAPHS, weights().paragraph))
    wanted = _node_tree(query.tree, None, values_of)
    shown = _shown(query.tree, values_of)
    if shown is not None:
        # Not `wq.Require`: Whoosh 2.7.4 forgets its second part once a score is high enough to skip by.
        wanted = wq.And([wanted, wq.ConstantScoreQuery(shown, 0.0)])
    return wq.AndMaybe(wanted, wq.ConstantScoreQuery(_PARAGRAPHS, weights().paragraph))


def typed_tree(query: UserQuery, values_of: ValuesOf) -> wq.Query:
    """Return the tree of the passages in which no piece of a query is only its words scattered."""
    if query.tree is None:
        return wq.NullQuery
    tree = map_pieces(query.tree, lambda piece: replace(piece, is_literal=True))
    return all_terms_tree(replace(query, tree=tree), values_of)


def _shown(node: Node, values_of: ValuesOf) -> wq.Query | None:
    """Return the tree of the passages of which part of a query is in the text; `None` for all.

    Of a release that only states a name, the text need not have it: then passages with other parts of the
    query are shown, or its first paragraph.
    """
    pieces = _unscoped(node)
    in_text = [part for piece in pieces for part in text_part_trees(piece)]
    if not in_text:
        return None
    names = named_pieces(node)
    if not names:
        return wq.Or(in_text)
    others = [part for piece in pieces if piece not in names for part in text_part_trees(piece)]
    first = [] if all(name.number for name in names) else [_FIRST]
    alone = wq.And([_node_tree(without_stated(node), None, values_of), wq.Or(in_text)])
    return wq.Or([*others, *first, *(piece_tree(name, ("text",)) for name in names), alone])


def some_terms_tree(query: UserQuery, values_of: ValuesOf) -> wq.Query:
    """Return the tree of the passages whose text has part of the query, and nothing excluded."""
    node = query.tree
    parts = node.parts if isinstance(node, AllOf) else (node,) if node else ()
    fixed = [part for part in parts if isinstance(part, Not | During | InField)]
    loose = [part for part in parts if part not in fixed]
    pieces = [piece for part in loose for piece in positive_pieces(part)]
    if not pieces or (len(pieces) == 1 and pieces[0].is_literal):
        return wq.NullQuery
    some: wq.Query = wq.Or([part for piece in pieces for part in loose_trees(piece)])
    for part in fixed:
        if isinstance(part, Not):
            some = wq.AndNot(some, _excluded_tree(part.node, None, values_of))
        else:
            some = wq.And([some, wq.ConstantScoreQuery(_node_tree(part, None, values_of), 0.0)])
    return some


def _node_tree(node: Node, field: str | None, values_of: ValuesOf) -> wq.Query:
    match node:
        case Piece():
            return piece_tree(node, _FIELDS[field])
        case Prefix():
            return prefix_tree(node, _FIELDS[field])
        case AllOf():
            return _all_tree(node, field, values_of)
        case AnyOf():
            return _any_tree(node, field, values_of)
        case Not():
            return wq.AndNot(
                wq.ConstantScoreQuery(PASSAGES, 0.0), _excluded_tree(node.node, field, values_of)
            )
        case InField():
            return _field_tree(node, values_of)
        case Stated():
            return _stated_tree([node])
        case Near():
            fields = _FIELDS[field or "text"]
            return wq.Or([_proximity(name, node) for name in fields])
        case During():
            within: wq.Query = wq.DateRange("published", node.period.first, node.period.last)
            return wq.ConstantScoreQuery(wq.Or([within, UNDATED]) if node.or_undated else within, 0.0)


def _field_tree(node: InField, values_of: ValuesOf) -> wq.Query:
    if node.field in _FIELDS:
        return _node_tree(node.node, node.field, values_of)
    if node.field == "release":
        wanted: wq.Query = wq.And([PASSAGES, releases_with(node.node, values_of)])
    else:
        wanted = _value_tree(node.field, node.node, values_of)
    return wq.ConstantScoreQuery(wanted, 0.0)


def _all_tree(node: AllOf, field: str | None, values_of: ValuesOf) -> wq.Query:
    wanted = [part for part in node.parts if not isinstance(part, Not)]
    excluded = [part.node for part in node.parts if isinstance(part, Not)]
    tree: wq.Query = wq.ConstantScoreQuery(PASSAGES, 0.0)
    if wanted:
        tree = wq.And([_node_tree(part, field, values_of) for part in wanted])
    for part in excluded:
        tree = wq.AndNot(tree, _excluded_tree(part, field, values_of))
    return tree


def _excluded_tree(node: Node, field: str | None, values_of: ValuesOf) -> wq.Query:
    """Return the tree of what `node` excludes: where it is 中国银行, 中国 and 银行 apart are not meant."""
    if isinstance(node, InField) and node.field == "release":
        return releases_with(node.node, values_of)
    return _node_tree(_as_typed(node), field, values_of)


def releases_with(node: Node, values_of: ValuesOf) -> wq.Query:
    """Return the tree of all passages of the releases that contain what `node` asks for, literally."""
    match node:
        case AllOf():
            wanted = [releases_with(part, values_of) for part in node.parts if not isinstance(part, Not)]
            tree: wq.Query = wq.And(wanted) if wanted else PASSAGES
            for part in node.parts:
                if isinstance(part, Not):
                    tree = wq.AndNot(tree, releases_with(part.node, values_of))
            return tree
        case Not():
            return wq.AndNot(PASSAGES, releases_with(node.node, values_of))
        case _:
            return InRelease(_node_tree(_as_typed(node), "text", values_of))


def _as_typed(node: Node) -> Node:
    """Return `node` where pieces that are not quoted match only as they are, as whole numbers and words."""

    def as_typed(piece: Piece) -> Piece:
        return piece if piece.is_quoted else replace(piece, is_literal=True, is_whole=True, is_exact=True)

    return map_pieces(node, as_typed)


def _any_tree(node: AnyOf, field: str | None, values_of: ValuesOf) -> wq.Query:
    names = [part for part in node.parts if isinstance(part, Piece) and part.stands_for]
    stated = stated_of(node)
    rest = [part for part in node.parts if part not in names and part not in stated]
    trees = [_node_tree(part, field, values_of) for part in rest]
    if names:
        trees.append(other_names_tree(names, _FIELDS[field]))
    return wq.Or([*trees, _stated_tree(stated)] if stated else trees)


def _stated_tree(stated: Sequence[Stated]) -> wq.Query:
    """Return the tree of the passages whose releases state one of some values; several count as one."""
    terms = dict.fromkeys(value for each in stated for value in each.values)
    return NamedScore("stated", wq.Or([wq.Term(*term) for term in terms]), weights().stated)


def _proximity(field: str, node: Near) -> wq.Query:
    return Proximity(field, _texts_of(node.first), _texts_of(node.second), node.distance, weights().literal)


def _texts_of(node: Node) -> tuple[str, ...]:
    return tuple(text for piece in positive_pieces(node) for text in (piece.variants or (piece.text,)))


def _value_tree(field: str, node: Node, values_of: ValuesOf) -> wq.Query:
    """Return the tree of the documents with a value in `field` that contains what `node` asks for."""
    match node:
        case Piece() | Prefix():
            piece = node.piece if isinstance(node, Prefix) else node
            wanted = piece.variants or (piece.text,)
            matching = [value for value in values_of(field) if any(text in fold(value) for text in wanted)]
            return wq.Or([wq.Term(field, value) for value in matching]) if matching else wq.NullQuery
        case AnyOf():
            return wq.Or([_value_tree(field, part, values_of) for part in node.parts])
        case AllOf():
            required = [
                _value_tree(field, part, values_of) for part in node.parts if not isinstance(part, Not)
            ]
            tree: wq.Query = wq.And(required) if required else PASSAGES
            for part in node.parts:
                if isinstance(part, Not):
                    tree = wq.AndNot(tree, _value_tree(field, part.node, values_of))
            return tree
        case Not():
            return wq.AndNot(PASSAGES, _value_tree(field, node.node, values_of))
        case Near():
            return wq.And([_value_tree(field, part, values_of) for part in (node.first, node.second)])
        case _:
            return wq.NullQuery


def _unscoped(node: Node) -> tuple[Piece, ...]:
    """Return the pieces without a field, or of the text."""
    match node:
        case AllOf() | AnyOf():
            return tuple(piece for part in node.parts for piece in _unscoped(part))
        case InField() if node.field != "text":
            return ()
        case _:
            return positive_pieces(node)
