"""Integers of half a byte, alone and with exceptions."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jsisa_search.codec.segment import halves as halves_module
from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.halves import Halves
from jsisa_search.codec.segment.packed_ints import HalvesWriter, Mostly

PIECES = st.lists(st.lists(st.integers(0, 17) | st.integers(0, 70_000), max_size=7), min_size=1, max_size=5)


@settings(deadline=None)  # a file is written each time
@pytest.mark.parametrize("few", [0, 4096])
@given(pieces=PIECES, data=st.data())
def test_halves_with_exceptions_are_the_integers(
    few: int, pieces: list[list[int]], data: st.DataObject
) -> None:
    """However they were cut on their way into the file, parts, slices and chosen elements come back."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(halves_module, "_FEW", few)
        check(pieces, data)


def check(pieces: list[list[int]], data: st.DataObject) -> None:
    """Compare what was written and read with the plain list."""
    plain = [value for piece in pieces for value in piece]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        with ContainerWriter(path) as writer:
            halves = HalvesWriter(writer, "x", len(plain))
            for piece in pieces:
                halves.append(np.array(piece, np.uint32))
            halves.finish()
            writer.finish({})
        file = Container(path)
        whole = Mostly(Halves(file["x.halves"], 0, len(plain)), file["x.at"], file["x.high"])
    start = data.draw(st.integers(0, len(plain)))
    end = data.draw(st.integers(start, len(plain)))
    part = whole.part(start, end)
    assert whole.slice(start, end).tolist() == part.slice(0, end - start).tolist() == plain[start:end]
    middle = start + (end - start) // 2
    assert part.part(middle - start, end - start).slice(0, end - middle).tolist() == plain[middle:end]
    chosen = np.array(
        data.draw(st.lists(st.integers(0, max(end - start - 1, 0)), max_size=5 * (end > start))), np.int64
    )
    assert part.gather(chosen).tolist() == [plain[start + index] for index in chosen]
