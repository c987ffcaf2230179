"""Text to terms: folding, words, grams, and the analyzers that give Whoosh its tokens."""

from __future__ import annotations

from jsisa_search.analysis.fold import (
    FOLDING_VERSION,
    FoldedText,
    fold,
    fold_characters,
    is_chinese,
    without_marks,
)
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
    "FoldedText",
    "Segmenter",
    "WordSet",
    "default_segmenter",
    "fold",
    "fold_characters",
    "is_chinese",
    "is_counted",
    "is_indexed",
    "merge_words",
    "query_segmenter",
    "segmenter_with",
    "subwords",
    "without_marks",
]
