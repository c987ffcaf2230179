"""The `whoosh.query` trees of a piece of a query: its literal occurrences, its words, its other names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from whoosh import query as wq

from jsisa_search.analysis.marks import quotation_of
from jsisa_search.query.custom_queries import Literal, NamedScore, Quoted
from jsisa_search.query.evidence import asked_words, weights
from jsisa_search.query.parser.syntax import Piece, Prefix

#: Shorter names are looked for as words.
_MIN_LITERAL = 3


def piece_tree(piece: Piece, fields: tuple[str, ...]) -> wq.Query:
    """Return the tree of the passages that satisfy a piece in some fields.

    A literal occurrence in the text counts more than the same words scattered, one that begins and ends
    where words do more again; one inside a longer number or Latin word counts nothing.
    """
    if piece.stands_for:
        return other_names_tree([piece], fields)
    weight = weights()
    literal = _literals(piece, fields)
    is_one_word = piece.words == (piece.text,)
    if (piece.is_whole if is_one_word else piece.is_literal) or not piece.words:
        return wq.Or(literal)
    if is_one_word:
        # Where the word occurs, the piece occurs literally, which is a part of the tree already.
        scattered: wq.Query = wq.Term("text", piece.text) if "text" in fields else wq.NullQuery
    else:
        own = piece.own_words
        scattered = wq.And([_in_fields(word, fields, is_own=word in own) for word in asked_words(piece)])
    if "text" in fields:
        aligned = wq.ConstantScoreQuery(_side_by_side("text", piece), weight.aligned)
        scattered = wq.AndMaybe(scattered, aligned)
    return wq.Or([*literal, scattered])


def other_names_tree(names: Sequence[Piece], fields: tuple[str, ...]) -> wq.Query:
    """Return the tree of the passages with any other name of a typed piece: it counts less than the piece.

    Several count as one: 发展改革委 is in 发展改革委员会.
    """
    weight = weights()
    boost = weight.other_name * (weight.literal + weight.aligned)
    trees: list[wq.Query] = []
    for field in fields:
        if field in ("text", "title") or len(fields) < 3:
            inside = wq.Or([_piece_in(field, name) for name in names])
            trees.append(NamedScore("other name", inside, boost if field == "text" else 0.0))
    return trees[0] if len(trees) == 1 else wq.Or(trees)


def _piece_in(field: str, piece: Piece) -> wq.Query:
    """Return the tree of the passages in whose field another name occurs, with the words beside it."""
    if piece.is_literal:
        return _name_in(field, piece.text)
    own = piece.own_words
    words = [wq.Term(field, word) for word in asked_words(piece) if word not in own]
    return wq.And([*(_name_in(field, name) for name in sorted(own)), *words])


def _name_in(field: str, name: str) -> wq.Query:
    """Return the tree of the passages in whose field a name occurs, and not as the beginning of a word."""
    if len(name) < _MIN_LITERAL or name.isascii():
        # 央行 is in 中央行政, and PPI in shopping: only the word is the name.
        return wq.Term(field, name)
    if name.endswith("部"):  # 教育部门 names no ministry
        return wq.AndNot(Literal(field, name), Literal(field, name + "门"))
    return Literal(field, name)


def _literals(piece: Piece, fields: tuple[str, ...], *, is_scored: bool = True) -> list[wq.Query]:
    """Return the queries of the literal occurrences of a piece in some fields: those of its text score.

    What contains others comes before them, so that these are looked for among its documents.
    """
    weight = weights()
    best = weight.equivalent if piece.is_equivalent else weight.literal
    best += weight.amount if piece.is_amount else 0.0
    found: list[wq.Query] = []
    for field, text in product(fields, piece.variants or (piece.text,)):
        boost = best if is_scored and field == "text" else 0.0
        whole = Literal(field, text, boost=boost, is_whole=True)
        if whole.is_whole and not piece.is_whole:
            found.append(Literal(field, text, boost=0.0))
        if boost or piece.is_whole or not whole.is_whole:
            found.append(whole)
        if piece.is_quoted and not piece.is_exact and quotation_of(piece.typed):
            found.append(Quoted(field, piece.typed, boost=weight.punctuation if boost else 0.0))
    return found


def _in_fields(word: str, fields: tuple[str, ...], *, is_own: bool) -> wq.Query:
    # The weight of words in titles and headings is part of the evidence.
    boosts = {field: float(field == "text") for field in fields}
    terms: list[wq.Query] = [wq.Term(field, word, boost=boosts[field]) for field in fields]
    if is_own:
        terms += [Literal(field, word, boost=boosts[field]) for field in fields]
    return wq.Or(terms)


def _side_by_side(field: str, piece: Piece) -> wq.Query:
    cut = _all_of([_phrase(field, run) for run in piece.runs])
    # An index segmented with user words has other words side by side.
    return wq.Or([cut, _phrase(field, piece.resegmented)]) if piece.resegmented else cut


def _phrase(field: str, words: Sequence[str]) -> wq.Query:
    return wq.Phrase(field, list(words)) if len(words) > 1 else wq.Term(field, words[0])


def _all_of(queries: Sequence[wq.Query]) -> wq.Query:
    return queries[0] if len(queries) == 1 else wq.And(queries)


def prefix_tree(prefix: Prefix, fields: tuple[str, ...]) -> wq.Query:
    """Return the tree of the passages with a word, or a string of Chinese characters, that starts so."""
    parts: list[wq.Query] = [wq.Prefix(field, prefix.text) for field in fields]
    if not prefix.text[-1].isascii():
        # A word may begin with these characters anywhere; the segmenter need not know it.
        parts += [Literal(field, prefix.text, boost=weights().literal) for field in fields]
    return wq.Or(parts)


def text_part_trees(piece: Piece) -> list[wq.Query]:
    """Return the tree of the passages whose text contains part of a piece."""
    if piece.stands_for:
        return [_piece_in("text", piece)]
    literal = _literals(piece, ("text",), is_scored=False)
    if piece.is_literal or piece.words == (piece.text,):
        return literal
    own: list[wq.Query] = [Literal("text", word) for word in sorted(piece.own_words)]
    return literal + own + [wq.Term("text", word) for word in asked_words(piece)]


def loose_trees(piece: Piece) -> list[wq.Query]:
    """Return the parts of a piece that a passage may have.

    Single Han characters count only where a piece has nothing longer: 的 alone finds everything.
    """
    if piece.stands_for:
        names = sorted(piece.own_words) or [piece.text]
        boost = weights().other_name * weights().literal
        return [NamedScore("other name", wq.Or([_name_in("text", name) for name in names]), boost)]
    if piece.is_quoted or piece.number:
        return _literals(piece, ("text",))
    words = asked_words(piece)
    boosts = dict.fromkeys(piece.parts, weights().parts) | dict.fromkeys(words, 1.0)
    longer = [term for term in boosts if len(term) > 1] or list(boosts)
    own: list[wq.Query] = [Literal("text", word) for word in sorted(piece.own_words) if word in longer]
    return own + [wq.Term("text", term, boost=boosts[term]) for term in longer]
