"""Text to terms: folding, words, grams, and the analyzers that give Whoosh its tokens."""

from __future__ import annotations

from jsisa_search.analysis.fold import FOLDING_VERSION, fold
from jsisa_search.analysis.segmenter import (
    Segmenter,
    WordSet,
    cut_with,
    default_segmenter,
    is_counted,
    is_indexed,
    query_segmenter,
    segmenter_with,
    subwords,
)

__all__ = [
    "FOLDING_VERSION",
    "Segmenter",
    "WordSet",
    "cut_with",
    "default_segmenter",
    "fold",
    "is_counted",
    "is_indexed",
    "query_segmenter",
    "segmenter_with",
    "subwords",
]
