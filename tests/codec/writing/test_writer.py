"""The writer: one document per key, nothing before commit, nothing after a failure, who holds the lock."""

from __future__ import annotations

import errno
import getpass
import os
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from whoosh.analysis import KeywordAnalyzer, StemmingAnalyzer
from whoosh.columns import PickleColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.query import Term
from whoosh.writing import CLEAR, NO_MERGE, OPTIMIZE, IndexingError

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat import toc as toc_module
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.writing import writer as writer_module
from jsisa_search.errors import (
    CommitWarning,
    IndexDamagedError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
)
from jsisa_search.own_files import replace_file
from jsisa_search.progress import Progress
from jsisa_search.search.engine.searcher import ArraySearcher


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


def test_a_writer_reports_what_it_does(tmp_path: Path) -> None:
    """Writing and merging count the postings up to their number, also where documents were deleted."""
    index = make(tmp_path)
    calls: list[Progress] = []
    for number in range(3):
        with index.writer() as writer:
            writer.on_progress = calls.append
            for each in range(50):
                writer.add_document(path=f"{number} {each}", text=f"网格化管理{each}", tags="甲", number=each)
            if number == 2:
                writer.delete_by_term("path", "0 7")
                writer.spill()
                writer.add_document(path="last", text="网格")
    with index.writer() as writer:
        writer.on_progress = calls.append
        writer.delete_by_term("path", "0 8")
        writer.commit(optimize=True)
    for phase in ("writing", "merging"):
        found = [call for call in calls if call.phase == phase and call.total]
        assert found
        assert all(call.done < call.total and call.share == call.done / call.total for call in found)
    # What follows the last posting is the flush to disk.
    ends = [after.phase for before, after in pairwise(calls) if before.total and before.phase != after.phase]
    assert set(ends) <= {"saving", "merging", "checking"}
    assert calls[-1].phase == "saving"


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
        writer.spill()
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
        writer.spill()
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
        patched.setattr(toc_module if step == "sync_folder" else writer_module, step, fail)
        with pytest.raises(OSError, match="no space"):
            writer.commit()
    assert writer.is_closed
    assert contents(index) == [("a", None)]
    with index.writer() as writer:
        writer.add_document(path="b")
    assert [path for path, _ in contents(index)] == ["a", "b"]


def test_nothing_after_the_commit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that can't be flushed and old files that can't be removed are warnings; the lock is free."""
    index = make(tmp_path)
    renamed: list[Path] = []

    def rename(path: Path, content: bytes) -> None:
        replace_file(path, content)
        renamed.append(path)

    def fail_once_renamed(*_: Any) -> None:
        if renamed:
            raise OSError(errno.EIO, "Input/output error")

    writer = index.writer()
    writer.add_document(path="a")
    with monkeypatch.context() as patched:
        patched.setattr(toc_module, "replace_file", rename)
        patched.setattr(toc_module, "sync_folder", fail_once_renamed)
        patched.setattr(writer_module, "remove_stale_files", fail_once_renamed)
        with pytest.warns(CommitWarning) as warned:
            writer.commit()
    said = [str(warning.message) for warning in warned]
    assert [("flushed" in text, "removed" in text) for text in said] == [(True, False), (False, True)]
    assert contents(index) == [("a", None)]
    assert len(list(tmp_path.glob("*.toc"))) == 2
    index.writer().cancel()
    assert len(list(tmp_path.glob("*.toc"))) == 1


def test_a_writer_that_cannot_tidy_up_after_giving_up_says_why_it_gave_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first error is the one that is raised, and the lock is free."""
    index = make(tmp_path)

    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError), index.writer() as writer:
        writer.add_document(path="a")
        patched.setattr(writer_module, "remove_stale_files", fail)
        raise ZeroDivisionError
    index.writer().cancel()


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
            writer.spill()
    segments = index.reader().leaf_readers()
    assert len(list(segments)) == 1
    with ArraySearcher(index) as searcher:
        assert [searcher.document(doc)["key"] for doc in range(6)] == list("012345")


def test_a_removed_field_does_not_come_back_as_another(tmp_path: Path) -> None:
    """A name can be given to another kind of field once no segment holds the old one any more."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", text="网格", tags="甲")
    with index.writer() as writer:
        writer.remove_field("text")
        with pytest.raises(IndexingError, match=r"still have another field 'text'.*optimize=True"):
            writer.add_field("text", KEYWORD(stored=True))
    with index.writer() as writer:
        writer.commit(optimize=True)
    with index.writer() as writer:
        writer.add_field("text", KEYWORD(stored=True))
        writer.add_document(path="b", text="平安")
    with ArraySearcher(ArrayIndex(tmp_path)) as searcher:
        assert searcher.documents(Term("text", "网格")).tolist() == []
        assert [searcher.document(doc)["path"] for doc in searcher.documents(Term("text", "平安"))] == ["b"]
    assert not verify(tmp_path).problems


def test_optimizing_a_tidy_index_changes_nothing(tmp_path: Path) -> None:
    """One segment without deletions is left as it is."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a")
    before = {path.name for path in tmp_path.glob("*.segment")}
    with index.writer() as writer:
        writer.commit(optimize=True)
    assert {path.name for path in tmp_path.glob("*.segment")} == before


def test_one_field_takes_texts_and_boosted_texts_in_turn(tmp_path: Path) -> None:
    """Texts that are indexed many at a time and others keep the order of their documents."""
    index = make(tmp_path)
    boosts = [1.0, 2.0, 2.0, 1.0, 1.0, 3.0, 1.0]
    with index.writer() as writer:
        for number, boost in enumerate(boosts):
            writer.add_document(path=str(number), text="网格 治理" * (number + 1), _text_boost=boost)
    with index.reader() as reader:
        matcher = reader.postings("text", "治理")
        found = []
        while matcher.is_active():
            found.append((matcher.id(), matcher.weight(), len(matcher.value_as("positions"))))
            matcher.next()
    assert found == [(n, boost * (n + 1), n + 1) for n, boost in enumerate(boosts)]
    assert not verify(tmp_path).problems


def test_weights_and_plain_frequencies_merge(tmp_path: Path) -> None:
    """A segment with weights of its own and one without make one with the weights of both."""
    index = make(tmp_path)
    for path, boost in (("a", 1.0), ("b", 2.5)):
        writer = index.writer()
        writer.add_document(path=path, text="网格，网格", _text_boost=boost)
        writer.commit(merge=False)
    index.optimize()
    with index.reader() as reader:
        matcher = reader.postings("text", "网格")
        weights = [(matcher.id(), matcher.weight()), (matcher.next(), matcher.id(), matcher.weight())]
    assert weights == [(0, 2.0), (False, 1, 5.0)]


def test_memory_is_bounded_by_spilling(tmp_path: Path) -> None:
    """More than fits is written out before the commit, and nobody sees it until then."""
    index = make(tmp_path)
    with index.writer(limitmb=1) as writer:
        for number in range(60):
            writer.add_document(path=str(number), text=f"网格{number}" * 6_000)
        assert list(tmp_path.glob("*.segment"))
        assert contents(index) == []
        assert writer.doc_count() < 60
    assert len(contents(index)) == 60
    assert not verify(tmp_path).problems


def test_words_are_forgotten_when_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that forgets its words whenever it spills makes the same index."""
    found = []
    for most in (0, 1_000):
        monkeypatch.setattr("jsisa_search.codec.writing.writer._MOST_WORDS", most)
        index = make(tmp_path / str(most))
        with index.writer() as writer:
            for number, text in enumerate(["推进网格化", "网格员入户", "推进平安建设", "网格化治理"]):
                writer.add_document(path=str(number), text=text)
                writer.spill()
        with index.reader() as reader:
            found.append(
                [(name, term, reader.doc_frequency(name, term)) for name, term in reader.all_terms()]
            )
        assert not verify(tmp_path / str(most)).problems
    assert found[0] == found[1] != []


def test_clearing_on_commit_keeps_what_is_new(tmp_path: Path) -> None:
    """Whoosh's `CLEAR` forgets the older segments, `NO_MERGE` and `OPTIMIZE` merge none and all."""
    index = make(tmp_path)
    for mergetype, paths, segments in ((NO_MERGE, "a", 1), (NO_MERGE, "ab", 2), (OPTIMIZE, "abc", 1)):
        writer = index.writer()
        writer.add_document(path=paths[-1])
        writer.commit(mergetype=mergetype)
        assert [path for path, _ in contents(index)] == list(paths)
        assert len(list(tmp_path.glob("*.segment"))) == segments
    writer = index.writer()
    writer.add_document(path="d")
    writer.spill()
    writer.add_document(path="e")
    writer.commit(mergetype=CLEAR)
    assert [path for path, _ in contents(index)] == ["d", "e"]


def test_single_documents_are_deleted_and_brought_back(tmp_path: Path) -> None:
    """By number in the whole index, in this writer or a later one; a number too high is an error."""
    index = make(tmp_path)
    for path in "abc":
        writer = index.writer()
        writer.add_document(path=path)
        writer.commit(merge=False)
    writer = index.writer()
    writer.delete_document(1)
    writer.delete_document(2)
    writer.delete_document(2, delete=False)
    writer.commit(merge=False)
    with index.reader() as reader:
        assert [reader.is_deleted(doc) for doc in range(3)] == [False, True, False]
    writer = index.writer()
    writer.delete_document(0)
    writer.delete_document(0, delete=False)
    with pytest.raises(IndexingError, match="no document 3"):
        writer.delete_document(3)
    writer.commit(merge=False)
    assert [path for path, _ in contents(index)] == ["a", "c"]


def test_a_deletion_of_a_past_commit_is_taken_back(tmp_path: Path) -> None:
    """As long as its segment was not merged, a deleted document can come back."""
    index = make(tmp_path)
    with index.writer() as writer:
        for path in "abcdefgh":
            writer.add_document(path=path)
    writer = index.writer()
    writer.delete_document(1)
    writer.commit(merge=False)
    writer = index.writer()
    writer.delete_document(1, delete=False)
    writer.commit(merge=False)
    assert [path for path, _ in contents(index)] == list("abcdefgh")


def test_deleting_what_cannot_be_there_deletes_nothing(tmp_path: Path) -> None:
    """An unknown field and a value that is none of the field's are not errors, as in Whoosh."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", number=1)
        assert writer.delete_by_term("nothing", "x") == 0
        assert writer.delete_by_term("number", "x") == 0
    assert contents(index) == [("a", None)]


def test_words_of_the_same_batch_can_be_deleted(tmp_path: Path) -> None:
    """Deleting by a word reaches documents that were added before, not those added after."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", text="网格")
        writer.delete_by_term("text", "网格")
        writer.add_document(path="b", text="网格", note=None)
    assert [path for path, _ in contents(index)] == ["b"]


def test_a_removed_field_spills_what_was_added(tmp_path: Path) -> None:
    """Documents that were added before a field was removed are kept without it."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a", text="网格", number=3)
        writer.remove_field("number")
        writer.add_document(path="b", text="平安")
    with index.reader() as reader:
        assert [reader.stored_fields(doc)["path"] for doc in range(2)] == ["a", "b"]
        assert not any("number" in reader.stored_fields(doc) for doc in range(2))
        assert "number" not in reader.indexed_field_names()


@pytest.mark.parametrize(
    ("field", "what"),
    [
        (TEXT(analyzer=StemmingAnalyzer(), spelling=True), "separate spelling field"),
        (NUMERIC(float, sortable=True), "has a NumericColumn .* another column or default"),
        (COLUMN(PickleColumn(VarBytesColumn())), "has a PickleColumn"),
    ],
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, field: Any, what: str) -> None:
    """Spelling fields, columns of pickles and defaults of another type are refused by name."""
    writer = make(tmp_path).writer()
    writer.add_field("strange", field)
    with pytest.raises(IndexingError, match=rf"'strange' .*{what}"):
        writer.add_document(strange="1")
    writer.cancel()


def test_a_value_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    """Only what can be read back without running code is stored; the document is not added."""
    index = make(tmp_path)
    with index.writer() as writer:
        with pytest.raises(TypeError, match="type complex cannot be stored"):
            writer.add_document(path="a", note=1j)
        writer.add_document(path="b")
    assert [path for path, _ in contents(index)] == ["b"]


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    """After commit or cancel nothing can be added, and leaving the block does no harm."""
    with make(tmp_path).writer() as writer:
        writer.commit()
        for call in (writer.commit, writer.cancel, writer.delete_all, writer.add_document):
            with pytest.raises(IndexingError, match="closed"):
                call()


def test_a_damaged_index_does_not_keep_the_lock(tmp_path: Path) -> None:
    """A writer that cannot read the table of contents gives the lock back."""
    index = make(tmp_path)
    toc = tmp_path / "_MAIN_0.toc"
    content = toc.read_bytes()
    toc.write_bytes(content[:-1])
    with pytest.raises(IndexDamagedError):
        index.writer()
    toc.write_bytes(content)
    index.writer().cancel()


def test_every_document_of_a_segment_can_go(tmp_path: Path) -> None:
    """A segment of which nothing is left is dropped by the next commit that merges."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.add_document(path="a")
    with index.writer() as writer:
        writer.delete_by_term("path", "a")
    assert list(tmp_path.glob("*.segment")) == []
    with index.reader() as reader:
        assert reader.doc_count_all() == 0


@pytest.mark.slow
def test_a_merge_holds_no_more_for_more_postings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postings are merged in slices: what a merge allocates at most does not grow with what it writes."""
    monkeypatch.setattr("jsisa_search.codec.writing.sorted_runs.SLICE_OCCURRENCES", 20_000)
    peaks = []
    for repeats in (1, 8):
        # The same documents and terms, with eight times the postings in each.
        words = " ".join(f"w{number}" for number in range(20 * repeats))
        index = ArrayIndex.create(tmp_path / str(repeats), Schema(text=TEXT(KeywordAnalyzer())))
        writer = index.writer()
        for _ in range(2):
            for _ in range(1_600):
                writer.add_document(text=words)
            writer.spill()
        tracemalloc.start()
        writer.commit()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]
