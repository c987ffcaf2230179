"""Integers that are 1 but for a few."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.codec.segment.packed_ints import Sparse

VALUES = st.lists(st.sampled_from([1, 1, 1, 1, 2, 3, 300]), min_size=1, max_size=60)


@given(values=VALUES, data=st.data())
def test_sparse_integers_are_the_integers(values: list[int], data: st.DataObject) -> None:
    """Slices, parts and gathered elements are those of the plain list."""
    plain = np.array(values)
    at = np.flatnonzero(plain > 1)
    sparse = Sparse(at.astype(np.uint32), (plain[at] - 1).astype(np.uint16), len(plain))
    start = data.draw(st.integers(0, len(values)))
    end = data.draw(st.integers(start, len(values)))
    assert sparse.slice(start, end).tolist() == values[start:end]
    assert sparse.part(start, end).slice(0, end - start).tolist() == values[start:end]
    chosen = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=5))
    assert sparse.gather(np.array(chosen, np.int64)).tolist() == [values[index] for index in chosen]
