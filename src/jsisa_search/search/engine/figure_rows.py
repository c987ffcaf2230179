"""The figures of passages, from the column in which each segment has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.columns import RowsOfColumn
from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.figures.conditions import ValueCondition
from jsisa_search.schema import FIGURE_NUMBERS
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

_DTYPE = np.dtype(list(FIGURE_NUMBERS))
_COMPARED = np.dtype([each for each in FIGURE_NUMBERS if each[0] in ("value", "unit")])


def figure_rows(
    views: Sequence[SegmentView], docs: Array, wanted: ValueCondition | None
) -> Iterator[tuple[int, Array]]:
    """Yield those of `docs` (int64, ascending) that have figures as wanted, each with their rows."""
    for view in views:
        column = view.file.column("figures")
        inside = view.inside(docs).astype(np.int64)
        if not isinstance(column, RowsOfColumn) or not len(inside):
            continue
        starts = column.starts.astype(np.int64)
        counts = starts[inside + 1] - starts[inside]
        at, owners = spread(starts[inside], counts), np.repeat(inside, counts)
        if wanted is not None:
            fits = wanted.holds(column.rows(at, _COMPARED))
            at, owners = at[fits], owners[fits]
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        rows = np.split(column.rows(at, _DTYPE), first[1:])
        yield from zip((owners[first] + view.base).tolist(), rows, strict=False)
