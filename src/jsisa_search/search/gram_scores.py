"""The BM25 scores of characters and pairs of characters in some passages, counted in their texts.

That gives the same as the postings of the grams; but a query has dozens of them, and a few hundred short
texts are counted through once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.narrow import spread
from jsisa_search.codec.texts import Texts
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.query.literal import CHARS, PAIRS
from jsisa_search.search.searcher import ArraySearcher
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]

_UNITS = 1 << 16


def is_gram(term: WeightedTerm) -> bool:
    """Return whether a term is one that texts are counted for: what is beyond the basic plane is not."""
    field, text, _ = term
    return field.endswith((PAIRS, CHARS)) and not any(
        "\ud800" <= char <= "\udfff" or char > "\uffff" for char in text
    )


def gram_scores(searcher: ArraySearcher, grams: Sequence[WeightedTerm], docs: Array) -> Array:
    """Return the sum of the scores of `grams`, of one text field, in `docs` (int64, ascending) as float32."""
    scores = np.zeros(len(docs), np.float32)
    weights = [np.float32(searcher.weight(field, text) * boost) for field, text, boost in grams]
    for view in searcher.views if grams else ():
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        texts = view.file.texts(grams[0][0].removesuffix(PAIRS).removesuffix(CHARS))
        if first == last or texts is None:
            continue
        inside = docs[first:last] - view.base
        counts = _count(texts, inside, [text for _, text, _ in grams])
        norms = {field: _norms(searcher, view, field, inside) for field in {field for field, _, _ in grams}}
        # One after the other: a sum must not depend on how many passages there are.
        for (field, _, _), weight, found in zip(grams, weights, counts, strict=True):
            scores[first:last] += weight * found / (found + norms[field])
    return scores


def _norms(searcher: ArraySearcher, view: SegmentView, fieldname: str, docs: Array) -> Array:
    model, field = searcher.statistics.model(fieldname), view.file.field(fieldname)
    if model is None or field is None:
        return np.ones(len(docs), np.float32)
    return view.norms(fieldname, field, model).take(docs)


def _count(texts: Texts, docs: Array, grams: Sequence[str]) -> Array:
    """Return how often each gram stands in the text of each document: a row a gram (float32)."""
    chars = {char: number for number, char in enumerate(dict.fromkeys("".join(grams)), 1)}
    size = len(chars) + 1
    numbers = np.zeros(_UNITS, np.int64)
    numbers[[ord(char) for char in chars]] = list(chars.values())
    units, rows = _units_of(texts, docs)
    # Of all characters only those that are asked for go on.
    coded = numbers.take(units)
    at = coded.nonzero()[0]
    coded, rows = coded.take(at), rows.take(at)
    follows = ((at[1:] - at[:-1] == 1) & (rows[1:] == rows[:-1])).nonzero()[0]
    pairs = coded.take(follows) * size + coded.take(follows + 1)
    of_char = _table(coded, rows, size, len(docs))
    asked = {gram: number for number, gram in enumerate((gram for gram in grams if len(gram) == 2), 1)}
    pair_numbers = np.zeros(size * size, np.int64)
    pair_numbers[[chars[pair[0]] * size + chars[pair[1]] for pair in asked]] = list(asked.values())
    of_pair = _table(pair_numbers.take(pairs), rows.take(follows), len(asked) + 1, len(docs))
    found = [of_pair[asked[gram]] if len(gram) == 2 else of_char[chars[gram]] for gram in grams]
    return np.array(found, np.float32)


def _units_of(texts: Texts, docs: Array) -> tuple[Array, Array]:
    """Return the folded units (uint16) of some documents' texts, and the row of each in `docs` (int64)."""
    held = texts.rows.take(docs).astype(np.int64)
    numbers = np.maximum(held - 1, 0)
    starts = texts.starts.take(numbers).astype(np.int64)
    lengths = np.where(held > 0, texts.starts.take(numbers + 1) - starts, 0)
    return texts.units.take(spread(starts, lengths)), np.arange(len(docs)).repeat(lengths)


def _table(numbers: Array, rows: Array, size: int, count: int) -> Array:
    """Return how often each of `size` numbers comes with each of `count` rows: a row a number."""
    return np.bincount(numbers * count + rows, minlength=size * count).reshape(size, count)
