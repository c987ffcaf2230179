"""What is damage and what is not: only what is found in the bytes of a segment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh import fields, query

from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import IndexDamagedError
from jsisa_search.search.engine.searcher import ArraySearcher


@pytest.fixture
def made(tmp_path: Path) -> ArrayIndex:
    """Return an index of one segment."""
    index = ArrayIndex.create(tmp_path, fields.Schema(key=fields.ID(stored=True)))
    with index.writer() as writer:
        for number in range(40):
            writer.add_document(key=str(number))
    return index


@pytest.fixture
def searcher(made: ArrayIndex) -> Iterator[ArraySearcher]:
    """Return a searcher of that index."""
    with ArraySearcher(made) as searcher:
        yield searcher


def flip(folder: Path, array: str) -> None:
    """Flip a bit of an array in the only segment, under whoever has it open."""
    (path,) = folder.glob("*.segment")
    at = Container(path).entries[array].offset
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("kind", [OverflowError, MemoryError, IndexError, ValueError, TypeError])
def test_an_error_over_sound_files_is_not_damage(searcher: ArraySearcher, kind: type[Exception]) -> None:
    """Whatever a wrong argument leads to is raised as it is."""
    with pytest.raises(kind), searcher.concluding_damage():
        raise kind("an argument")


def test_a_document_that_is_not_there_is_not_damage(searcher: ArraySearcher) -> None:
    """Numbers that no document has are the caller's fault."""
    for doc in (40, 1 << 70, -1 - (1 << 70)):
        with pytest.raises((IndexError, OverflowError)):
            searcher.document(doc)


@pytest.mark.parametrize("kind", [KeyError, MemoryError])
def test_an_error_over_a_damaged_file_is_damage(
    tmp_path: Path, searcher: ArraySearcher, kind: type[Exception]
) -> None:
    """The message names file, array and remedy, and the error is the cause."""
    flip(tmp_path, "stored/starts")
    said = r"\.segment is damaged: array stored/starts does not have its checksum; .*--rebuild"
    with pytest.raises(IndexDamagedError, match=said) as caught, searcher.concluding_damage():
        raise kind
    assert isinstance(caught.value.__cause__, kind)


def test_a_file_is_checked_once(searcher: ArraySearcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second error over files that were found sound costs no second look at them."""
    looks: list[str] = []
    original = Container.wrong_checksums

    def looking(self: Container) -> Iterator[str]:
        looks.append(self.path.name)
        return original(self)

    monkeypatch.setattr(Container, "wrong_checksums", looking)
    for _ in range(3):
        with pytest.raises(ValueError, match="argument"), searcher.concluding_damage():
            raise ValueError("an argument")
    assert len(looks) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses to truncate a mapped file")
def test_a_truncated_file_under_an_open_reader_is_damage(tmp_path: Path, searcher: ArraySearcher) -> None:
    """A search that begins after the truncation says so, and does not end the process."""
    (path,) = tmp_path.glob("*.segment")
    os.truncate(path, 64)
    with pytest.raises(IndexDamagedError, match="its size has changed since it was opened"):
        searcher.count(query.Term("key", "1"))
