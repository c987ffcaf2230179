"""Compact integer arrays give back the integers that were written."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import (
    PatchedInts,
    PatchedWriter,
    SparseInts,
    SparseWriter,
    distinct,
    distinct_sorted,
    distinct_with_inverse,
)
from tests.properties import examples

PIECES = st.lists(
    st.lists(st.sampled_from([1, 1, 1, 1, 2, 3, 255, 256, 300, 70_000]), max_size=20), min_size=1, max_size=5
)


def write_and_read(kind: str, pieces: list[list[int]]) -> PatchedInts | SparseInts:
    """Return the integers that were written piece by piece, each in the smallest dtype."""
    arrays = [np.array(piece, np.min_scalar_type(max(piece, default=0))) for piece in pieces]
    count = sum(map(len, arrays))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        with ContainerWriter(path) as file:
            if kind == "sparse":
                writer: PatchedWriter | SparseWriter = SparseWriter(file, "x")
            else:
                writer = PatchedWriter(file, "x", count, np.dtype(kind))
            for array in arrays:
                writer.append(array)
            writer.finish()
            file.finish({})
        read = Container(path)
        if kind == "sparse":
            return SparseInts(read["x.sparse.at"], read["x.sparse.above"], count)
        patched = PatchedInts.read(read, "x")
        assert patched is not None
        return patched


@examples(1 / 2)  # a file is written each time
@pytest.mark.parametrize("kind", ["uint8", "uint16", "sparse"])
@given(pieces=PIECES, data=st.data())
def test_integers_come_back(kind: str, pieces: list[list[int]], data: st.DataObject) -> None:
    """Values, slices, parts, parts of parts and chosen elements are those of the plain list."""
    plain = [value for piece in pieces for value in piece]
    ints = write_and_read(kind, pieces)
    start = data.draw(st.integers(0, len(plain)))
    end = data.draw(st.integers(start, len(plain)))
    middle = start + (end - start) // 2
    part = ints.part(start, end)
    assert ints.values().tolist() == plain
    assert ints.slice(start, end).tolist() == part.values().tolist() == plain[start:end]
    assert part.part(middle - start, end - start).values().tolist() == plain[middle:end]
    indices = st.lists(st.integers(0, max(end - start - 1, 0)), max_size=5 * (end > start))
    chosen = np.array(data.draw(indices), np.int64)
    assert part.gather(chosen).tolist() == [plain[start + index] for index in chosen]


def test_small_integers_stay_small() -> None:
    """A slice without exceptions keeps the small dtype, so that frequencies cost a byte each."""
    ints = write_and_read("uint8", [[1, 300, 2, 3]])
    assert ints.slice(2, 4).dtype == np.uint8
    assert ints.gather(np.array([0, 2])).dtype == np.uint8


@examples(1 / 2)
@given(values=st.lists(st.sampled_from([1, 1, 1, 2, 300]), min_size=1), data=st.data())
def test_sums_of_sparse_integers(values: list[int], data: st.DataObject) -> None:
    """One sum and many sums at once are those of the plain list."""
    ints = write_and_read("sparse", [values])
    assert isinstance(ints, SparseInts)
    bounds = sorted(data.draw(st.lists(st.integers(0, len(values)), min_size=2, max_size=6)))
    expected = [sum(values[a:b]) for a, b in pairwise(bounds)]
    assert ints.sums(np.array(bounds)).tolist() == expected
    assert [ints.sum(a, b) for a, b in pairwise(bounds)] == expected


@given(st.lists(st.integers(-5, 5)))
def test_distinct_values_are_those_of_numpy(values: list[int]) -> None:
    """Distinct values, ascending, and where each value is among them, are what NumPy's `unique` gives."""
    array = np.array(values, np.int64)
    expected, inverse = np.unique(array, return_inverse=True)
    found, which = distinct_with_inverse(array)
    assert np.array_equal(found, expected)
    assert np.array_equal(which, inverse)
    assert np.array_equal(distinct_sorted(array), expected)
    assert np.array_equal(distinct(np.sort(array)), expected)
