"""Columns of a whole index: the order of documents by a field, and how often its values occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.columns import BytesColumn, NumberColumn
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]


def sort_documents(
    views: Sequence[SegmentView], field: str, docs: Array, *, descending: bool = False
) -> Array:
    """Return `docs` (int64, ascending) by the column of `field`; without a value last in either order.

    Documents of the same value keep their order.
    """
    keys = np.zeros(len(docs), np.float64)
    present = np.zeros(len(docs), np.bool_)
    ranks = _ranks(views, field)
    for view, start, end in _parts(views, docs):
        column = view.file.column(field)
        local = docs[start:end] - view.base
        if isinstance(column, NumberColumn):
            keys[start:end] = column.values[local]
            present[start:end] = column.present()[local]
        elif isinstance(column, BytesColumn):
            codes = column.codes[local]
            keys[start:end] = _merged_codes(column, ranks)[codes]
            present[start:end] = codes > 0
    if descending:
        keys = -keys
    return docs[np.lexsort((keys, ~present))]


def count_values(views: Sequence[SegmentView], field: str, docs: Array) -> dict[bytes, int]:
    """Return how many of `docs` (int64, ascending) have each value of a bytes column."""
    counts: dict[bytes, int] = {}
    for view, start, end in _parts(views, docs):
        column = view.file.column(field)
        if isinstance(column, BytesColumn):
            found = np.bincount(column.codes[docs[start:end] - view.base])
            for code in found[1:].nonzero()[0] + 1:
                value = column.value(int(code))
                counts[value] = counts.get(value, 0) + int(found[code])
    return counts


def _parts(views: Sequence[SegmentView], docs: Array) -> list[tuple[SegmentView, int, int]]:
    """Return each segment with the part of `docs` that is in it."""
    bounds = docs.searchsorted([*(view.base for view in views), np.iinfo(np.int64).max]).tolist()
    return list(zip(views, bounds, bounds[1:], strict=False))


def _ranks(views: Sequence[SegmentView], field: str) -> dict[bytes, int]:
    """Return the rank of each value of a bytes column in the whole index, from 1."""
    columns = [view.file.column(field) for view in views]
    distinct = {value for column in columns if isinstance(column, BytesColumn) for value in column.distinct()}
    return {value: rank for rank, value in enumerate(sorted(distinct), 1)}


def _merged_codes(column: BytesColumn, ranks: dict[bytes, int]) -> Array:
    return np.array([0, *(ranks[value] for value in column.distinct())], np.int64)
