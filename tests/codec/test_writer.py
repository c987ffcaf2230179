"""The writer: one document per key, nothing before commit, nothing after a failure, who holds the lock."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

import pytest
from whoosh.analysis import KeywordAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.query import Term
from whoosh.writing import IndexingError

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec import writer as writer_module
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.verify import verify
from jsisa_search.errors import IndexExistsError, IndexLockedError, IndexNotFoundError
from jsisa_search.search.searcher import ArraySearcher


def make(folder: Path) -> ArrayIndex:
    """Return an empty index."""
    schema = Schema(
        path=ID(unique=True, stored=True),
        text=TEXT(analyzer=WordAnalyzer(), stored=True),
        tags=KEYWORD(stored=True),
        number=NUMERIC(stored=True, sortable=True),
        note=STORED,
    )
    return ArrayIndex.create(folder, schema)


def contents(index: ArrayIndex) -> list[tuple[str, str | None]]:
    """Return (path, text) of every live document, in order."""
    with index.reader() as reader:
        return [(fields["path"], fields.get("text")) for fields in reader.all_stored_fields()]


def test_documents_come_back_as_they_went_in(tmp_path: Path) -> None:
    """Stored fields keep their values and types; texts keep every character."""
    document: dict[str, Any] = {
        "path": "一",
        "text": "２０２２年，網格化 “ABC” 𠮷野家\n第二行",
        "tags": "甲 乙",
        "number": -5,
        "note": {"list": [1, 2.5, None, b"\x00"], "tuple": (1, "x")},
    }
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(**document)
        writer.add_document(path="二")
    with index.reader() as reader:
        assert list(reader.all_stored_fields()) == [document, {"path": "二"}]


def test_updating_a_key_twice_keeps_the_last(tmp_path: Path) -> None:
    """Within a batch, over a spill and over commits, a unique key has one document."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.update_document(path="a", text="一")
        writer.update_document(path="b", text="二")
        writer.update_document(path="a", text="三")
        writer._spill()
        writer.update_document(path="a", text="四")
    assert sorted(contents(index)) == [("a", "四"), ("b", "二")]
    with index.writer() as writer:
        writer.update_document(path="a", text="五")
    assert sorted(contents(index)) == [("a", "五"), ("b", "二")]
    assert not verify(tmp_path).problems


def test_deleting_by_term_reaches_what_the_batch_added(tmp_path: Path) -> None:
    """A deletion takes out what was added before it, and leaves what is added after it."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", text="一")
        writer.delete_by_term("path", "a")
        writer.add_document(path="a", text="二")
    assert contents(index) == [("a", "二")]


def test_deleting_by_a_word_and_by_a_query(tmp_path: Path) -> None:
    """Words of the bulk analyzer and whole queries can say what to delete."""
    index = make(tmp_path)
    with index.writer() as writer:
        for path, text in (("a", "网格化治理"), ("b", "平安江苏"), ("c", "网格")):
            writer.add_document(path=path, text=text)
        assert writer.delete_by_query(Term("text", "平安")) == 1
        writer.delete_by_term("text", "网格化")
    assert contents(index) == [("c", "网格")]


def test_cancelling_leaves_index_and_lock_as_they_were(tmp_path: Path) -> None:
    """After `cancel`, or an error in a `with` block, nothing has changed and the next writer gets in."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ZeroDivisionError), index.writer() as writer:
        writer.delete_by_term("path", "a")
        writer.add_document(path="b")
        writer._spill()
        raise ZeroDivisionError
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert contents(index) == [("a", None)]
    with index.writer() as writer:
        writer.add_document(path="c")
    assert [path for path, _ in contents(index)] == ["a", "c"]


@pytest.mark.parametrize("step", ["write_segment", "write_toc", "sync_folder"])
def test_a_failing_commit_leaves_index_and_lock_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A full disk at any step of a commit costs the batch, nothing else."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a")

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    writer = index.writer()
    writer.update_document(path="a", text="新")
    with monkeypatch.context() as patched:
        patched.setattr(writer_module, step, fail)
        with pytest.raises(OSError, match="no space"):
            writer.commit()
    assert writer.is_closed
    assert contents(index) == [("a", None)]
    with index.writer() as writer:
        writer.add_document(path="b")
    assert [path for path, _ in contents(index)] == ["a", "b"]


def test_a_second_writer_is_told_whose_the_lock_is(tmp_path: Path) -> None:
    """The message names process, user and time; when the first is done, the second gets in."""
    index = make(tmp_path)
    writer = index.writer()
    with pytest.raises(IndexLockedError, match=f"process {os.getpid()} of {getpass.getuser()} on .* since 2"):
        index.writer(timeout=0.1)
    writer.cancel()
    index.writer().cancel()


def test_leftovers_of_a_killed_writer_are_removed(tmp_path: Path) -> None:
    """The next writer clears temporary files and segments that no table of contents mentions."""
    index = make(tmp_path)
    names = ["MAIN_0123456789abcdef.segment", "MAIN_0123456789abcdef.segment.tmp", "_MAIN_7.toc.tmp"]
    for name in names:
        (tmp_path / name).write_bytes(b"half")
    foreign = tmp_path / "notes.txt"
    foreign.write_text("mine")
    index.writer().cancel()
    assert not [name for name in names if (tmp_path / name).exists()]
    assert foreign.exists()


def test_creating_over_an_index_is_refused(tmp_path: Path) -> None:
    """`create` never overwrites, and opening nothing says how to make an index."""
    make(tmp_path)
    with pytest.raises(IndexExistsError, match="already"):
        make(tmp_path)
    with pytest.raises(IndexNotFoundError, match="jsisa-search index"):
        ArrayIndex(tmp_path / "nowhere")


def test_optimizing_and_merging_keep_the_documents(tmp_path: Path) -> None:
    """However commits merge, the live documents stay, and deleted ones go from the file."""
    index = make(tmp_path)
    for number in range(30):
        with index.writer() as writer:
            writer.add_document(path=str(number), text="网格" * (number + 1), number=number)
            writer.delete_by_term("path", str(number - 3))
    expected = [(str(number), "网格" * (number + 1)) for number in range(27, 30)]
    assert sorted(contents(index)) == expected
    with index.writer() as writer:
        writer.commit(optimize=True)
    with index.reader() as reader:
        assert (reader.doc_count_all(), reader.has_deletions()) == (3, False)
    assert sorted(contents(index)) == expected
    assert not verify(tmp_path).problems


def test_unknown_and_unsupported_fields_are_refused(tmp_path: Path) -> None:
    """A field that is not in the schema, or asks for term vectors, is an error, not silence."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_field("vectors", TEXT(analyzer=KeywordAnalyzer(), vector=True))
        with pytest.raises(IndexingError, match="no field"):
            writer.add_document(nothing="x")
        with pytest.raises(IndexingError, match="term vectors"):
            writer.add_document(vectors="x")


def test_a_removed_field_goes_with_the_next_merge(tmp_path: Path) -> None:
    """Removing a field from the schema hides it at once; merging drops its data."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", text="网格", number=1)
    with index.writer() as writer:
        writer.remove_field("text")
        writer.commit(optimize=True)
    with index.reader() as reader:
        assert reader.stored_fields(0) == {"path": "a", "number": 1}
    with index.writer() as writer:
        writer.add_document(path="b")
        writer.commit(optimize=True)
    with index.reader() as reader:
        assert sorted(reader.indexed_field_names()) == ["number", "path"]


def test_another_index_can_be_added(tmp_path: Path) -> None:
    """`add_reader` brings in the live documents of another index."""
    first, second = make(tmp_path / "first"), make(tmp_path / "second")
    with first.writer() as writer:
        writer.add_document(path="a", text="网格")
        writer.add_document(path="b", text="平安")
    with first.writer() as writer:
        writer.delete_by_term("path", "b")
    with second.writer() as writer, first.reader() as reader:
        writer.add_document(path="c", text="网格")
        writer.add_reader(reader)
    assert contents(second) == [("a", "网格"), ("c", "网格")] or contents(second) == [
        ("c", "网格"),
        ("a", "网格"),
    ]
    with ArraySearcher(second) as searcher:
        assert searcher.count(Term("text", "网格")) == 2


def test_what_one_commit_adds_is_one_segment(tmp_path: Path) -> None:
    """However often the memory was full in between, searches have one segment to look at."""
    index = ArrayIndex.create(tmp_path, Schema(key=ID(stored=True), text=TEXT(WordAnalyzer(), stored=True)))
    with index.writer() as writer:
        for number in range(6):
            writer.add_document(key=str(number), text="网格化管理")
            writer._spill()
    segments = index.reader().leaf_readers()
    assert len(list(segments)) == 1
    with ArraySearcher(index) as searcher:
        assert [searcher.document(doc)["key"] for doc in range(6)] == list("012345")
