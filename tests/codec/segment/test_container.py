"""The container: what it refuses to write, and what it says of a file that is not whole."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from jsisa_search.codec.segment import container
from jsisa_search.codec.segment.container import Container, ContainerWriter, sync_folder
from jsisa_search.errors import IndexDamagedError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a container with two arrays."""
    path = tmp_path / "x.segment"
    with ContainerWriter(path) as writer:
        writer.add("first", np.arange(10, dtype=np.uint16))
        writer.add("second", np.arange(6, dtype=np.float32).reshape(2, 3))
        writer.finish({"docs": 1})
    return path


def test_arrays_come_back_as_views_that_nobody_can_change(path: Path) -> None:
    """Shape and dtype are those that were written."""
    opened = Container(path)
    assert (opened["first"].dtype, opened["first"].tolist()) == (np.uint16, list(range(10)))
    assert opened["second"].shape == (2, 3)
    assert opened.get("third") is None
    assert ("first" in opened, "third" in opened) == (True, False)
    assert list(opened.wrong_checksums()) == []
    with pytest.raises(ValueError, match="read-only"):
        opened["first"][0] = 1
    with pytest.raises(IndexDamagedError, match="it has no array third"):
        opened["third"]


def test_a_slot_must_be_filled(tmp_path: Path) -> None:
    """Room that was set aside and not written is an error before the file gets its name."""
    match = "4 bytes were written where 8 were reserved"
    with pytest.raises(ValueError, match=match), ContainerWriter(tmp_path / "x") as writer:
        writer.reserve("a", np.dtype(np.uint32), 2).append(np.zeros(1, np.uint32))
        writer.finish({})
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Two arrays of one name are an error, and what was begun is removed."""
    with (
        pytest.raises(ValueError, match="'a' is already in the file"),
        ContainerWriter(tmp_path / "x") as file,
    ):
        file.add("a", np.zeros(1))
        file.add("a", np.zeros(1))
    assert list(tmp_path.iterdir()) == []


def with_preamble(data: bytes, offset: int, value: bytes) -> bytes:
    """Return a file with a part of its preamble replaced and the checksum of that made right."""
    head = data[:offset] + value + data[offset + len(value) : 32]
    return head + struct.pack("<I", zlib.crc32(head)) + data[36:]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data[:40], "is truncated"),
        (lambda data: data[:-1], "bytes instead of"),
        (lambda data: data + b"x", "bytes instead of"),
        (lambda data: b"PK" + data[2:], "not a segment file"),
        (lambda data: data[:20] + b"\x01" + data[21:], "preamble was altered"),
        (lambda data: data[:-2] + b"  ", "directory was altered"),
        (lambda data: with_preamble(data, 16, struct.pack("<Q", 1 << 40)), "bytes instead of"),
    ],
    ids=["empty", "short", "long", "magic", "preamble", "directory", "offset"],
)
def test_what_is_wrong_is_said(path: Path, change: object, what: str) -> None:
    """The message names the file, what is wrong with it and the command that mends it."""
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(IndexDamagedError, match=rf"x\.segment .*{what}.*--rebuild"):
        Container(path)


def test_a_folder_is_not_flushed_where_that_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows can't flush a folder: asking for it does nothing there, not even looking."""
    with monkeypatch.context() as patched:
        patched.setattr(container, "os", SimpleNamespace(name="nt"))
        sync_folder(tmp_path / "no such folder")
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "no such folder")
