"""Pieces to `whoosh.query` trees: one that wants every piece, one that is content with some."""

from __future__ import annotations

from collections.abc import Iterable

from whoosh import query as wq

from jsisa_search.query.parse import Piece, UserQuery

#: How much a word counts in each field. Not yet calibrated: text over heading over title.
FIELD_BOOSTS = {"text": 1.0, "heading": 0.5, "subheading": 0.5, "title": 0.3}

#: What the words of a piece side by side add over the same words scattered.
PHRASE_BOOST = 2.0

#: What a paragraph has ahead of a title or heading with the same words: those are short, so BM25
#: likes them, but what people quote is the paragraph.
PARAGRAPH_BONUS = 4.0


def all_terms_tree(query: UserQuery) -> wq.Query:
    """Return the tree of the passages that satisfy every piece.

    A piece may be satisfied by the text, the heading or the title, but at least one word must
    stand in the text: a hit always has something to show.
    """
    if not query.pieces:
        return wq.NullQuery
    in_text = wq.Or([wq.Term("text", word) for piece in query.pieces for word in piece.words])
    # Not `wq.Require`: Whoosh 2.7.4 forgets its second part once a score is high enough to skip by.
    wanted = wq.And([*map(_piece_tree, query.pieces), wq.ConstantScoreQuery(in_text, 0.0)])
    paragraphs = wq.Or([wq.Term("kind", "paragraph"), wq.Term("kind", "lead")])
    return wq.AndMaybe(wanted, wq.ConstantScoreQuery(paragraphs, PARAGRAPH_BONUS))


def some_terms_tree(query: UserQuery) -> wq.Query:
    """Return the tree of the passages whose text has some word of the query or a word inside one.

    Single Han characters count only where a piece has nothing longer: 的 alone finds everything.
    """
    if any(piece.is_literal for piece in query.pieces):
        return wq.NullQuery
    terms = {term: None for piece in query.pieces for term in _relaxed_terms(piece)}
    return wq.Or([wq.Term("text", term) for term in terms]) if terms else wq.NullQuery


def _piece_tree(piece: Piece) -> wq.Query:
    if len(piece.words) == 1:
        return _in_any_field(piece.words[0])
    if piece.is_literal:
        return wq.Or([_side_by_side(field, piece, boost) for field, boost in FIELD_BOOSTS.items()])
    scattered = wq.And([_in_any_field(word) for word in piece.words])
    return wq.AndMaybe(scattered, _side_by_side("text", piece, PHRASE_BOOST))


def _side_by_side(field: str, piece: Piece, boost: float) -> wq.Query:
    return wq.And([wq.Phrase(field, list(run), boost=boost) for run in piece.runs])


def _in_any_field(word: str) -> wq.Query:
    return wq.Or([wq.Term(field, word, boost=boost) for field, boost in FIELD_BOOSTS.items()])


def _relaxed_terms(piece: Piece) -> Iterable[str]:
    terms = piece.parts + piece.words
    longer = [term for term in terms if len(term) > 1]
    return longer or terms
