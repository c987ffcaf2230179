"""Many texts to postings of grams at once: what `GramAnalyzer` yields token by token, on arrays.

A gram is numbered by its code points, 21 bits each: numbers in order are terms in the order of bytes,
because UTF-8 keeps the order of code points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import FieldType

from jsisa_search.analysis.grams import GRAMS
from jsisa_search.codec.narrow import offsets_of
from jsisa_search.codec.pair_terms import pair_terms
from jsisa_search.codec.runs import Postings
from jsisa_search.codec.texts import as_text, code_points, default_folder
from jsisa_search.codec.words import invert

Array = NDArray[Any]

_POINT_BITS = 21
_POINT = (1 << _POINT_BITS) - 1
#: Sizes whose numbers leave room for the document in 63 bits.
_SIZES = (1, 2)


def gram_size(field: FieldType) -> int:
    """Return the size of the grams of `field`, 0 where its texts are not indexed as grams on arrays."""
    return field.analyzer.size if type(field) is GRAMS and field.analyzer.size in _SIZES else 0


def invert_grams(texts: Sequence[str], docs: Array, size: int) -> tuple[Array, Postings, Array]:
    """Return (numbers, postings, lengths) of the grams of `texts`, the i-th being in document `docs[i]`.

    `docs` ascends; numbers (int64) ascend; lengths are the number of grams in each text (int64).
    """
    points = default_folder().fold(code_points("".join(texts))).astype(np.int64)
    starts = offsets_of(np.fromiter(map(len, texts), np.int64, len(texts)))
    lengths = np.maximum(np.diff(starts) - (size - 1), 0)
    texts_of = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(starts))
    numbers = points
    if size == 2:
        inside = texts_of[1:] == texts_of[:-1]
        numbers = (points[:-1] << _POINT_BITS | points[1:])[inside]
        texts_of = texts_of[:-1][inside]
    found, postings = invert(numbers, texts_of)
    return found, Postings(postings.counts, docs[postings.docs].astype(np.uint32), postings.freqs), lengths


def gram_terms(numbers: Array, size: int) -> list[bytes]:
    """Return the terms of ascending `numbers` (int64); they ascend too."""
    if size == 1:
        text = as_text(numbers.astype(np.uint32))
        return [char.encode("utf-8", "surrogatepass") for char in text]
    return pair_terms(np.stack([numbers >> _POINT_BITS, numbers & _POINT], axis=1))
