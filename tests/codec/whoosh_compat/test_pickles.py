"""A crafted table of contents: refused before it takes memory, time or the stack."""

from __future__ import annotations

import pickle
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import fields

from jsisa_search.codec.whoosh_compat import pickles
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.pickles import load_pickle
from jsisa_search.codec.whoosh_compat.segment import ArraySegment
from jsisa_search.codec.whoosh_compat.toc import read_toc
from jsisa_search.errors import IndexDamagedError
from tests.codec.whoosh_compat.test_toc import replace_segments

CRAFTED = {
    "a memo of 4 GB": (b"\x80\x02]r\xff\xff\xff\xff.", "reserves space"),
    "a text of 4 GB": (b"\x80\x02X\xff\xff\xff\xffab.", "truncated"),
    "bytes of 2^60": (b"\x80\x04\x8e" + struct.pack("<Q", 1 << 60) + b".", "instruction"),
    "a long of 2 GB": (b"\x80\x02\x8b\xff\xff\xff\x7f1.", "instruction"),
    "an endless pickle": (b"\x80\x02" + b"]0" * 400_000, "instruction"),
    "many lists": (b"\x80\x02" + b"]" * 20_000 + b".", "larger"),
    "a deep tuple": (b"\x80\x02)" + b"\x85" * 200_000 + b".", "deeply nested"),
    "deep marks": (b"\x80\x02" + b"(" * 5_000 + b".", "deeply nested"),
    "an extension": (b"\x80\x02\x82\x01.", "instruction"),
    "a persistent name": (b"\x80\x02Pabc\n.", "instruction"),
    "an instance": (b"(ios\nsystem\n.", "instruction"),
    "a number as text": (b"I" + b"9" * 100_000 + b"\n.", "instruction"),
    "no end": (b"\x80\x02]", "truncated"),
    "half a name": (b"\x80\x02cwhoosh.fields\n", "truncated"),
    "half a number": (b"\x80\x02J\x01", "truncated"),
    "nothing": (b"", "truncated"),
    "a long pattern": (
        b"\x80\x02cre\n_compile\nX" + struct.pack("<I", 20_000) + b"a" * 20_000 + b"K\x00\x86R.",
        "regular expression",
    ),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_pickle_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The table of contents is damaged, and finding out takes a few megabytes."""
    monkeypatch.setattr(pickles, "_MAX_INSTRUCTIONS", 15_000)
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    payload, what = CRAFTED[name]
    replace_segments(tmp_path / "_MAIN_0.toc", payload)
    tracemalloc.start()
    try:
        with pytest.raises(IndexDamagedError, match=rf"_MAIN_0\.toc is damaged: .*{what}"):
            ArrayIndex(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_what_schemas_hold_passes(protocol: int) -> None:
    """Texts, bytes, numbers, lists, dictionaries and sets come back, in every protocol that is written."""
    value = {"a": [1, -1, 1 << 40, 2.5, None, True], "b": ("x", ("y",)), "c": b"\xff" * 300, "d": "字" * 300}
    assert load_pickle(pickle.dumps(value, protocol)) == value


SEGMENTS: dict[str, tuple[Callable[[ArraySegment], Any], str]] = {
    "in another folder": (lambda it: setattr(it, "indexname", "../MAIN"), "impossible name"),
    "of another index": (lambda it: setattr(it, "indexname", "OTHER"), "impossible name"),
    "with a path for an id": (lambda it: setattr(it, "segid", "../x"), "impossible name"),
    "without an id": (lambda it: delattr(it, "segid"), "described"),
    "with a list for an id": (lambda it: setattr(it, "segid", ["a"]), "described"),
    "with more than it has": (lambda it: setattr(it, "codec", None), "described"),
    "of less than no documents": (lambda it: setattr(it, "_doc_count", -1), "number of documents"),
    "of too many documents": (lambda it: setattr(it, "_doc_count", 1 << 40), "number of documents"),
    "of half a document": (lambda it: setattr(it, "_doc_count", 0.5), "described"),
    "with a text for deletions": (lambda it: setattr(it, "_deleted", "1234"), "described"),
    "with half a deletion": (lambda it: setattr(it, "_deleted", b"\0\0"), "deleted"),
    "with a deletion beyond": (lambda it: setattr(it, "_deleted", deletions(5)), "deleted"),
    "with a deletion twice": (lambda it: setattr(it, "_deleted", deletions(3, 3)), "deleted"),
    "with deletions out of order": (lambda it: setattr(it, "_deleted", deletions(3, 1)), "deleted"),
}


def deletions(*docs: int) -> bytes:
    """Return deleted documents as a segment has them."""
    return np.array(docs, "<u4").tobytes()


@pytest.mark.parametrize("kind", SEGMENTS)
def test_an_impossible_segment_is_refused(tmp_path: Path, kind: str) -> None:
    """What a table of contents says of a segment is checked before any file is opened."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    segment = ArraySegment("MAIN", 5)
    segment._deleted = deletions(1, 4)
    replace_segments(tmp_path / "_MAIN_0.toc", pickle.dumps([segment], 4))
    assert read_toc(tmp_path, "MAIN").segments[0].deleted_count() == 2
    change, what = SEGMENTS[kind]
    change(segment)
    (tmp_path / "_MAIN_0.toc").unlink()
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    replace_segments(tmp_path / "_MAIN_0.toc", pickle.dumps([segment], 4))
    with pytest.raises(IndexDamagedError, match=what):
        read_toc(tmp_path, "MAIN")


def test_a_schema_with_many_user_words_passes() -> None:
    """A large dictionary of users is no attack."""
    words = tuple(str(number) for number in range(300_000))
    assert load_pickle(pickle.dumps(words, 2)) == words


def test_a_segment_is_named_once(tmp_path: Path) -> None:
    """The same file twice would count its documents twice."""
    ArrayIndex.create(tmp_path, fields.Schema(text=fields.TEXT))
    segment = ArraySegment("MAIN", 5)
    replace_segments(tmp_path / "_MAIN_0.toc", pickle.dumps([segment, segment], 4))
    with pytest.raises(IndexDamagedError, match="names a segment twice"):
        read_toc(tmp_path, "MAIN")
