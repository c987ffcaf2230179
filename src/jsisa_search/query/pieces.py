"""A stretch of typed text as a `Piece`: folded, cut into words, with the forms of a document number."""

from __future__ import annotations

from itertools import groupby

from jsisa_search.analysis import default_segmenter, fold, is_counted, is_indexed, subwords
from jsisa_search.query.rules import document_number
from jsisa_search.query.syntax import Piece


def make_piece(typed: str, start: int, end: int, *, is_quoted: bool = False) -> Piece:
    """Return the piece for `typed`, which was read from the characters `[start, end)` of the query."""
    segmenter = default_segmenter()
    typed = typed.strip()
    text = fold(typed)
    counted = filter(is_counted, segmenter.cut(text))
    runs = tuple(tuple(run) for indexed, run in groupby(counted, is_indexed) if indexed)
    parts = tuple(part for run in runs for word in run for part, _ in subwords(word, segmenter))
    variants = () if is_quoted else _bracket_variants(text)
    return Piece(text, runs, parts, is_quoted or not runs, typed, variants, start, end)


def _bracket_variants(text: str) -> tuple[str, ...]:
    year, brackets = document_number()
    if not year.search(text):
        return ()
    forms = (year.sub(rf"{opening}\g<year>{closing}", text) for opening, closing in brackets)
    return tuple(dict.fromkeys((text, *forms)))
