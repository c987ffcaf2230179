"""A segment that somebody tampered with, its checksums made right again: nothing of it is run."""

from __future__ import annotations

import pickle
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from whoosh import fields, formats, query
from whoosh.analysis import StandardAnalyzer
from whoosh.index import open_dir
from whoosh.writing import IndexingError

from jsisa_search import Index
from jsisa_search.codec.segment.container import ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexDamagedError
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.format_parser import Parser
from tests.codec.whoosh_compat.test_toc import Bomb


def put_values(segment: Path, field: str, value: bytes) -> None:
    """Give every posting of a field `value`, in place of what is kept of its positions."""
    parser = Parser(segment)
    prefix = f"field/{field}/"
    count = int(parser.arrays[prefix + "starts"][-1])
    with ContainerWriter(segment) as writer:
        for name, array in parser.arrays.items():
            if not name.startswith((prefix + "positions.", prefix + "values.")):
                writer.add(name, array)
        writer.add(prefix + "values.starts", packed(offsets_of(np.full(count, len(value)))))
        writer.add(prefix + "values.bytes", np.frombuffer(value * count, np.uint8))
        writer.finish(parser.meta)


def test_a_search_runs_nothing_that_a_posting_holds(
    index: Index, folder: Path, write_page: Callable[..., Path], tmp_path: Path
) -> None:
    """Positions that were replaced by a pickle that would run code are damage."""
    write_page("a.txt", "推进网格化管理。")
    index.update([folder])
    trap = tmp_path / "ran"
    value = struct.pack("!I", 1) + pickle.dumps(Bomb(trap), 2)
    put_values(next((tmp_path / "index").glob("*.segment")), "text", value)
    with Index.open(tmp_path / "index") as opened, pytest.raises(IndexDamagedError):
        opened.search("网格化管理")
    assert not trap.exists()


@pytest.mark.parametrize(
    "format_",
    [formats.Positions, formats.Characters, formats.PositionBoosts, formats.CharacterBoosts],
    ids=lambda format_: format_.__name__,
)
def test_every_format_is_read_without_running_anything(tmp_path: Path, format_: type) -> None:
    """What a format keeps for a posting comes back as it was; what names a class does not."""
    text = fields.TEXT(analyzer=StandardAnalyzer(stoplist=None))
    text.format = format_()
    made = ArrayIndex.create(tmp_path / "index", fields.Schema(text=text))
    with made.writer() as writer:
        writer.add_document(text="the fox and the dog")
    phrase = query.Phrase("text", ["the", "dog"])
    with ArraySearcher(made) as searcher:
        assert searcher.count(phrase) == 1
    trap = tmp_path / "ran"
    head = struct.pack("!If", 1, 1.0) if "Boosts" in format_.__name__ else struct.pack("!I", 1)
    segment = next((tmp_path / "index").glob("*.segment"))
    put_values(segment, "text", head + pickle.dumps(Bomb(trap), 2))
    with ArraySearcher(ArrayIndex(tmp_path / "index")) as searcher, pytest.raises(IndexDamagedError):
        searcher.documents(phrase)
    with open_dir(str(tmp_path / "index")).searcher() as plain, pytest.raises(IndexDamagedError):
        plain.search(phrase)
    assert not trap.exists()


def test_a_bomb_among_stored_fields_is_not_inflated(tmp_path: Path) -> None:
    """A group of stored fields that would be a gigabyte is damage, and takes some megabytes to find out."""
    made = ArrayIndex.create(tmp_path / "index", fields.Schema(key=fields.ID(stored=True)))
    with made.writer() as writer:
        writer.add_document(key="a")
    (segment,) = (tmp_path / "index").glob("*.segment")
    parser = Parser(segment)
    bomb = zlib.compress(bytes(80 << 20), 1)
    with ContainerWriter(segment) as file:
        for name, array in parser.arrays.items():
            if name == "stored/data":
                array = np.frombuffer(bomb, np.uint8)
            file.add(name, packed(offsets_of(np.array([len(bomb)]))) if name == "stored/groups" else array)
        file.finish(parser.meta)
    tracemalloc.start()
    try:
        with ArraySearcher(ArrayIndex(tmp_path / "index")) as searcher:
            with pytest.raises(IndexDamagedError, match="beyond 32 MB"):
                searcher.document(0)
            assert tracemalloc.get_traced_memory()[1] < 72 << 20
    finally:
        tracemalloc.stop()


def test_stored_fields_that_could_not_be_read_again_are_not_written(tmp_path: Path) -> None:
    """More than a reader would inflate is refused when it is committed, and the index stays as it was."""
    made = ArrayIndex.create(tmp_path, fields.Schema(key=fields.STORED))
    writer = made.writer()
    for _ in range(3):
        writer.add_document(key="x" * (11 << 20))
    with pytest.raises(IndexingError, match="store less"):
        writer.commit()
    with made.writer() as writer:
        writer.add_document(key="x")
    assert made.doc_count() == 1
