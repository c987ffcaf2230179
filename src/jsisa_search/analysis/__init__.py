"""Text to terms: folding, words, grams, and the analyzers that give Whoosh its tokens."""

from __future__ import annotations

from jsisa_search.analysis.fold import FOLDING_VERSION, fold
from jsisa_search.analysis.segmenter import (
    Segmenter,
    WordSet,
    default_segmenter,
    is_counted,
    is_indexed,
    merge_words,
    query_segmenter,
    segmenter_with,
    subwords,
)

__all__ = [
    "FOLDING_VERSION",
    "Segmenter",
    "WordSet",
    "default_segmenter",
    "fold",
    "is_counted",
    "is_indexed",
    "merge_words",
    "query_segmenter",
    "segmenter_with",
    "subwords",
]
