"""A merge gives no altered array a right checksum."""

from __future__ import annotations

import json
import math
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from whoosh.fields import ID, NUMERIC, TEXT, Schema

from jsisa_search.analysis.analyzers import GRAMS, WordAnalyzer
from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexDamagedError

_TEXT = "推进网格化治理，網格員入戶走訪。"


def make(folder: Path) -> ArrayIndex:
    """Return an index of one segment with texts, columns and stored fields."""
    schema = Schema(
        key=ID(unique=True, stored=True, sortable=True),
        text=TEXT(WordAnalyzer(), stored=True),
        pairs=GRAMS(2),
        number=NUMERIC(stored=True, sortable=True),
    )
    index = ArrayIndex.create(folder, schema)
    with index.writer() as writer:
        for number in range(40):
            text = _TEXT * (1 + number % 3)
            writer.add_document(key=str(number), text=text, pairs=text, number=number)
    return index


def damaged_copies(index: ArrayIndex, work: Path) -> Iterator[tuple[str, ArrayIndex]]:
    """Yield a copy of the index for every other array, with a bit of that flipped."""
    (segment,) = index.folder.glob("*.segment")
    content = segment.read_bytes()
    start, length = struct.unpack_from("<QQ", content, 16)
    random = Random(3)
    arrays = json.loads(content[start : start + length])["arrays"]
    for number, (name, (dtype, shape, offset, _)) in enumerate(arrays.items()):
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size:
            at = offset + random.randrange(size)
            altered = content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]
            copy = work / str(number)
            shutil.copytree(index.folder, copy)
            (copy / segment.name).unlink()
            (copy / segment.name).write_bytes(altered)
            yield name, ArrayIndex(copy)


@pytest.mark.slow
def test_no_update_makes_a_damaged_index_verify_as_sound(tmp_path: Path) -> None:
    """Whichever array a bit is flipped in, merging it names file and array and leaves the index as it was."""
    arrays = 0
    for name, index in damaged_copies(make(tmp_path / "sound"), tmp_path):
        before = sorted(path.name for path in index.folder.iterdir() if "LOCK" not in path.name)
        with (
            pytest.raises(IndexDamagedError, match=r"segment is damaged: .*--rebuild"),
            index.writer() as writer,
        ):
            writer.update_document(key="7", text=_TEXT)
        assert [problem.what for problem in verify(index.folder).problems] == [
            f"array {name} does not have its checksum"
        ]
        assert sorted(path.name for path in index.folder.iterdir() if "LOCK" not in path.name) == before
        index.writer().cancel()
        arrays += 1
    assert arrays > 30


def test_an_update_that_merges_nothing_leaves_the_damage_in_sight(tmp_path: Path) -> None:
    """What is not written again is not checked, and `verify` names it before and after."""
    _, index = next(damaged_copies(make(tmp_path / "sound"), tmp_path))
    writer = index.writer()
    writer.add_document(key="new", text=_TEXT)
    writer.commit(merge=False)
    assert len(verify(index.folder).problems) == 1


def test_segmenting_again_checks_what_it_reads(tmp_path: Path) -> None:
    """New words are not made of altered texts."""
    copies = dict(damaged_copies(make(tmp_path / "sound"), tmp_path))
    with (
        pytest.raises(IndexDamagedError, match="text/text/units"),
        copies["text/text/units"].writer() as writer,
    ):
        writer.resegment(("网格员",))


def test_documents_of_a_damaged_index_are_not_copied(tmp_path: Path) -> None:
    """Whoosh's `add_reader` refuses altered arrays too."""
    copies = dict(damaged_copies(make(tmp_path / "sound"), tmp_path))
    other = make(tmp_path / "other")
    with (
        copies["stored/data"].reader() as reader,
        pytest.raises(IndexDamagedError, match="stored/data"),
        other.writer() as writer,
    ):
        writer.add_reader(reader)


def test_each_segment_is_checked_once_by_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spills and merges of one writer read a segment once for its checksums."""
    index = make(tmp_path / "index")
    looks: list[str] = []
    original = Container.wrong_checksums

    def looking(self: Container) -> Iterator[str]:
        looks.append(self.path.name)
        return original(self)

    monkeypatch.setattr(Container, "wrong_checksums", looking)
    with index.writer() as writer:
        writer.resegment(())
        writer.update_document(key="7", text=_TEXT)
    assert len(looks) == len(set(looks)) == 3
