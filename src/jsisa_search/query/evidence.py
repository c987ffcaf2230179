"""What speaks for a passage beyond the words by which it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jsisa_search.analysis.grams import grams
from jsisa_search.query.literal import CHARS, PAIRS
from jsisa_search.query.parse import UserQuery
from jsisa_search.query.weights import weights

WeightedTerm = tuple[str, str, float]
"""A field, a term in it, and what its BM25 score is multiplied with."""

_TITLES = ("title", "heading", "subheading")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Terms that tell passages apart, and terms whose score in the whole release counts by `release`."""

    terms: tuple[WeightedTerm, ...]
    release_terms: tuple[tuple[str, str], ...]
    release: float


def evidence_of(query: UserQuery, *, with_parts: bool) -> Evidence:
    """Return the evidence for what a query asks for.

    Words of a question are left out, where the query has anything else; `with_parts` adds the words
    inside words in the text, for trees that do not score them themselves.
    """
    weight = weights()
    found: dict[tuple[str, str], float] = {}
    for piece in query.pieces:
        asked = _asked_for(piece.text)
        for stretch in asked:
            found |= {("text" + PAIRS, pair): weight.pairs for pair in grams(stretch, 2)}
            found |= {("text" + CHARS, char): weight.chars for char in stretch}
        words = [word for word in (*piece.words, *piece.parts) if any(word in stretch for stretch in asked)]
        found |= {(field, word): weight.fields[field] for field in _TITLES for word in words}
        for part in piece.parts:
            if part not in piece.words and with_parts:
                found["text", part] = weight.parts
    release_terms = tuple(term for term in found if term[0] == "text" + PAIRS)
    terms = tuple((field, text, boost) for (field, text), boost in found.items() if boost)
    return Evidence(terms, release_terms if weight.release else (), weight.release)


def question_words(folded: str) -> frozenset[str]:
    """Return the words in a text that ask, where it says anything else."""
    asked = _asked_for(folded)
    return frozenset() if asked == [folded] else frozenset(_question().findall(folded))


def _asked_for(folded: str) -> list[str]:
    """Return the stretches of a text between the words that ask, or the text where there are none."""
    stretches = [stretch for stretch in _question().split(folded) if stretch.strip()]
    return stretches or [folded]


@cache
def _question() -> re.Pattern[str]:
    text = files("jsisa_search.query").joinpath("data/question_words.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    # The longest first, so that 什么时候 is not cut into 什么 and 时候.
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
