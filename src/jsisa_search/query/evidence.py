"""Evidence for the relevance of a passage beyond its matching words, and the weight of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Any

from jsisa_search.analysis import is_indexed, query_segmenter
from jsisa_search.analysis.analyzers import grams
from jsisa_search.package_data import load_toml, read_data
from jsisa_search.query.parser.parse import UserQuery
from jsisa_search.query.parser.syntax import AllOf, Piece, positive_pieces
from jsisa_search.schema import CHARS, PAIRS


@dataclass(frozen=True, slots=True)
class Weights:
    """Factors of the BM25 scores of each kind of evidence, and bonuses for kinds of matches.

    `fields` is by field; `literal`, `amount`, `equivalent`, `punctuation`, `aligned`, `paragraph` and `first`
    are added to the score; `pairs_k1` is BM25's k1 for pairs of characters; `covered`, `position` and `share`
    are factors of the IDF of the query's words; `other_name` is the factor of all that another name of a
    typed piece adds.
    """

    fields: dict[str, float]
    parts: float
    pairs: float
    chars: float
    pairs_k1: float
    near: float
    literal: float
    amount: float
    equivalent: float
    punctuation: float
    aligned: float
    paragraph: float
    first: float
    release: float
    covered: float
    position: float
    share: float
    other_name: float
    number: float
    stated: float


@cache
def weights() -> Weights:
    """Return the weights of this version."""
    return Weights(**load_toml("jsisa_search.query", "weights"))


WeightedTerm = tuple[str, Any, float]
"""A field, a term in it, and the factor of its BM25 score."""

_TITLES = ("title", "heading", "subheading")

#: Kinds of passages other than titles and headings.
PARAGRAPH_KINDS = ("lead", "paragraph", "number")

#: A query with a piece of more words is a sentence: a passage need not contain all of them.
_KEYWORDS = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What to look for in the candidate passages to rerank them.

    `terms` in the passage itself; `release_terms` in its whole release, where each that occurs adds its IDF
    times `covered`; any two of the words `near` that occur near each other count by `nearness`. `position`
    and `share` are the factors of how early, and how many, the candidates of a release are.
    """

    terms: tuple[WeightedTerm, ...] = ()
    release_terms: tuple[WeightedTerm, ...] = ()
    near: tuple[str, ...] = ()
    nearness: float = 0.0
    covered: float = 0.0
    position: float = 0.0
    share: float = 0.0

    def all_terms(self) -> Iterator[tuple[str, Any]]:
        """Yield the fields and texts of all terms whose weights are needed."""
        yield from ((field, text) for field, text, _ in (*self.terms, *self.release_terms))
        yield from (("text", word) for word in self.near)


def evidence_of(query: UserQuery, *, is_whole: bool) -> Evidence:
    """Return the evidence for a query.

    Question words are left out if the query has anything else. `is_whole` says which tree found the
    passages: the words and kinds that it has not scored are added.
    """
    weight = weights()
    found: dict[tuple[str, Any], float] = {}
    near: dict[str, None] = {}
    for piece in query.pieces:
        if piece.is_equivalent:
            continue  # a longer form of a number would count for more than the one that was typed
        if piece.stands_for:
            found = _of_other_name(piece) | found
            continue
        if piece.number:
            found |= {("document_number", form): weight.number for form in piece.number.forms}
        asked = _asked_for(piece.text)
        for stretch in asked:
            found |= {("text" + PAIRS, pair): weight.pairs for pair in grams(stretch, 2)}
            found |= {("text" + CHARS, char): weight.chars for char in stretch}
        words = asked_words(piece)
        parts = [part for part in piece.parts if part not in words]
        # User words are terms only of an index segmented with them; the words they merge always are.
        cut = [word for word in chain.from_iterable(piece.runs) if word in parts]
        near |= dict.fromkeys((*words, *cut))
        found |= {(field, word): weight.fields[field] for field in _TITLES for word in (*words, *parts)}
        unscored = parts if is_whole else [word for word in words if len(word) == 1]
        found |= {("text", word): weight.parts if is_whole else 1.0 for word in unscored}
    if found:
        found["paragraph", 1] = weight.first
    if found and not is_whole:
        found |= {("kind", kind): weight.paragraph for kind in PARAGRAPH_KINDS}
    terms = tuple((field, text, boost) for (field, text), boost in found.items() if boost)
    around = tuple(("text", word, weight.release) for word in near)
    return Evidence(terms, around, tuple(near), weight.near, weight.covered, weight.position, weight.share)


def _of_other_name(piece: Piece) -> dict[tuple[str, Any], float]:
    """Return the evidence for another name of a piece: for longer names in all no more than for the piece."""
    weight = weights()
    share = weight.other_name * min(len(piece.stands_for) / len(piece.text), 1.0)
    found = {("text" + PAIRS, pair): weight.pairs * share for pair in grams(piece.text, 2)}
    found |= {("text" + CHARS, char): weight.chars * share for char in piece.text}
    found |= {("text", word): share for word in piece.words}
    return found | {(field, word): weight.fields[field] * share for field in _TITLES for word in piece.words}


def asked_words(piece: Piece) -> tuple[str, ...]:
    """Return the words of a piece in order, without question words if it has any others."""
    asking = question_words(piece.text)
    return tuple(word for word in piece.words if word not in asking) or piece.words


def is_question(query: UserQuery) -> bool:
    """Return whether a query contains question words."""
    return bool(query.asking) or any(
        question_words(piece.text) for piece in query.pieces if not piece.is_literal
    )


def without_asking(query: UserQuery) -> UserQuery:
    """Return `query` without the pieces that only ask: no answer contains the 怎样 of 怎样 计算.

    Nothing changes where nothing else is asked for. Single characters are kept, since 何 is a surname; 谁 is
    not.
    """
    parts = query.tree.parts if isinstance(query.tree, AllOf) else ()
    asking = [part for part in parts if isinstance(part, Piece) and _only_asks(part)]
    rest = tuple(part for part in parts if part not in asking)
    if not asking or not any(map(positive_pieces, rest)):
        return query
    tree = rest[0] if len(rest) == 1 else AllOf(rest, rest[0].start, rest[-1].end)
    return replace(
        query, tree=tree, pieces=positive_pieces(tree), asking=tuple(piece.text for piece in asking)
    )


def _only_asks(piece: Piece) -> bool:
    spans = () if piece.is_literal else _questions(piece.text)
    asks = sum(end - first for first, end in spans) == len(piece.text)
    return asks and (len(piece.text) > 1 or piece.text == "谁")


def questions_of(query: UserQuery) -> tuple[str, ...]:
    """Return the question words of a query, each once, in order; no question marks."""
    pieces = [piece for piece in query.pieces if not piece.is_literal and question_words(piece.text)]
    found = [piece.text[first:end] for piece in pieces for first, end in _questions(piece.text)]
    return tuple(word for word in dict.fromkeys((*query.asking, *found)) if is_indexed(word))


def is_sentence(query: UserQuery) -> bool:
    """Return whether a query is a sentence or question rather than keywords."""
    lengths = [len(piece.words) for piece in query.pieces if not piece.is_literal]
    return is_question(query) or max(lengths, default=0) > _KEYWORDS


def question_words(folded: str) -> frozenset[str]:
    """Return the question words in a text, if it has any others."""
    asking = [folded[first:end] for first, end in _questions(folded)]
    return frozenset(asking) if "".join(_asked_for(folded)) != folded else frozenset()


def _asked_for(folded: str) -> list[str]:
    """Return the parts of a text between question words, or the text if there are none."""
    edges = [0, *(edge for span in _questions(folded) for edge in span), len(folded)]
    stretches = [folded[first:end] for first, end in zip(edges[::2], edges[1::2], strict=True)]
    return [stretch for stretch in stretches if stretch.strip()] or [folded]


@lru_cache(maxsize=256)
def _questions(folded: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of question words; a single character only if it is a word: 何 is also a surname."""
    found = [match.span() for match in _question().finditer(folded)]
    if all(end - first > 1 for first, end in found):
        return tuple(found)
    ends = list(accumulate(map(len, query_segmenter().cut(folded)), initial=0))
    return tuple((first, end) for first, end in found if end - first > 1 or {first, end} <= {*ends})


@cache
def _question() -> re.Pattern[str]:
    text = read_data("jsisa_search.query", "question_words.txt")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    # The longest first, so that 什么时候 is not split into 什么 and 时候.
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
