from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from jsisa_search import Index, JsisaSearchError, Progress
from jsisa_search.errors import PageError
from jsisa_search.indexing import reading as reading_module
from jsisa_search.indexing import workers
from jsisa_search.indexing.folder import FileState
from jsisa_search.indexing.update import UpdateReport

WritePage = Callable[..., Path]

GRID = "全市推进网格化管理，设置网格3268个。"
SAFETY = "全市开展安全生产检查，发现隐患412处。"
GARBAGE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))


def counts(report: UpdateReport) -> tuple[int, int, int, int, int]:
    """Return what an update did: new, changed, moved, removed, unreadable."""
    return report.new, report.changed, report.moved, report.removed, len(report.unreadable)


def found(index: Index, text: str) -> list[str]:
    """Return the names of the files in which `text` is found, without the partial matches."""
    return [Path(hit.path).name for hit in index.search(text, limit=50, fold=False) if hit.matches_all]


def age(path: Path, seconds: int = 60) -> None:
    """Set a file's time back, as if it had been saved before."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def test_every_page_below_a_folder_is_indexed(index: Index, folder: Path, write_page: WritePage) -> None:
    """Subfolders too; totals count what the index holds."""
    write_page("a.txt", GRID)
    write_page("2024/b.txt", SAFETY, GRID)
    report = index.update([folder])
    assert counts(report) == (2, 0, 0, 0, 0)
    assert (report.releases, report.paragraphs) == (2, 3)
    assert sorted(found(index, "网格化")) == ["a.txt", "b.txt"]


@pytest.mark.folder_only("the files of an index folder")
def test_the_second_time_nothing_is_done(index: Index, folder: Path, write_page: WritePage) -> None:
    """An update without changes writes nothing and says so."""
    write_page("a.txt", GRID)
    index.update([folder])
    before = sorted(index.info().folder.glob("*.toc"))
    report = index.update([folder])
    assert not report.has_changes
    assert report.unchanged == 1
    assert sorted(index.info().folder.glob("*.toc")) == before


def test_settled_files_are_not_even_read(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size and time are enough for a file that was written well before it was indexed."""
    age(write_page("a.txt", GRID))
    index.update([folder])

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr(reading_module, "read_bytes", refuse)
    assert index.update([folder]).unchanged == 1


def test_a_changed_page_is_replaced(index: Index, folder: Path, write_page: WritePage) -> None:
    """What it said before is not found any more."""
    write_page("a.txt", GRID)
    index.update([folder])
    write_page("a.txt", SAFETY)
    assert counts(index.update([folder])) == (0, 1, 0, 0, 0)
    assert found(index, "网格化") == []
    assert found(index, "安全生产") == ["a.txt"]


def test_a_change_of_the_same_size_within_a_clock_step_is_seen(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A file saved just before it was indexed is compared by content, not by time."""
    path = write_page("a.txt", "全市共有网格3268个。")
    status = path.stat()
    index.update([folder])
    write_page("a.txt", "全市共有网格4268个。")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(index.update([folder])) == (0, 1, 0, 0, 0)


def test_a_page_saved_again_unchanged_is_not_indexed_again(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new time with the same content is only noted, so that the next update need not read it."""
    path = write_page("a.txt", GRID)
    index.update([folder])
    age(path, 3600)
    report = index.update([folder])
    assert (report.has_changes, report.unchanged) == (False, 1)
    assert found(index, "网格化") == ["a.txt"]
    monkeypatch.delattr(reading_module, "read_bytes")
    report = index.update([folder])
    assert (report.unchanged, report.unreadable) == (1, ())


def test_a_vanished_page_is_taken_out(index: Index, folder: Path, write_page: WritePage) -> None:
    """Nothing of it is found any more."""
    write_page("a.txt", GRID)
    write_page("b.txt", GRID)
    index.update([folder])
    (folder / "a.txt").unlink()
    report = index.update([folder])
    assert counts(report) == (0, 0, 0, 1, 0)
    assert (report.releases, found(index, "网格化")) == (1, ["b.txt"])


def test_a_moved_page_is_recognised(index: Index, folder: Path, write_page: WritePage) -> None:
    """A file of the same content elsewhere is the same release under a new path."""
    write_page("a.txt", GRID)
    index.update([folder])
    (folder / "archive").mkdir()
    (folder / "a.txt").rename(folder / "archive" / "z.txt")
    assert counts(index.update([folder])) == (0, 0, 1, 0, 0)
    assert found(index, "网格化") == ["z.txt"]


def test_a_copy_is_a_release_of_its_own(index: Index, folder: Path, write_page: WritePage) -> None:
    """Two files of the same content are two releases, not one moved about."""
    write_page("a.txt", GRID)
    index.update([folder])
    (folder / "b.txt").write_bytes((folder / "a.txt").read_bytes())
    assert counts(index.update([folder])) == (1, 0, 0, 0, 0)


def test_one_of_two_copies_that_moves_is_moved_once(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A vanished file can have moved to one place only."""
    write_page("a.txt", GRID)
    index.update([folder])
    content = (folder / "a.txt").read_bytes()
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_bytes(content)
    (folder / "c.txt").write_bytes(content)
    assert counts(index.update([folder])) == (1, 0, 1, 0, 0)


def test_folders_that_are_not_named_are_left_alone(index: Index, folder: Path, write_page: WritePage) -> None:
    """Updating one folder takes nothing of another out."""
    write_page("one/a.txt", GRID)
    write_page("two/b.txt", GRID)
    index.update([folder / "one"])
    assert counts(index.update([folder / "two"])) == (1, 0, 0, 0, 0)
    assert sorted(found(index, "网格化")) == ["a.txt", "b.txt"]


def test_rebuilding_forgets_what_is_not_named(index: Index, folder: Path, write_page: WritePage) -> None:
    """After a rebuild the index holds the named paths only."""
    write_page("one/a.txt", GRID)
    write_page("two/b.txt", GRID)
    index.update([folder])
    report = index.update([folder / "two"], rebuild=True)
    assert (counts(report), report.releases) == ((1, 0, 0, 0, 0), 1)
    assert found(index, "网格化") == ["b.txt"]


def test_a_file_that_fails_is_reported_and_the_rest_is_indexed(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """The report names the file and the reason."""
    write_page("a.txt", GRID)
    (folder / "b.txt").write_bytes(GARBAGE)
    report = index.update([folder])
    assert counts(report) == (1, 0, 0, 0, 1)
    (unreadable,) = report.unreadable
    assert unreadable.path == folder / "b.txt"
    assert "b.txt" in unreadable.reason
    assert found(index, "网格化") == ["a.txt"]


def test_a_page_that_turns_unreadable_is_taken_out(index: Index, folder: Path, write_page: WritePage) -> None:
    """The index does not go on quoting what the file no longer says."""
    path = write_page("a.txt", GRID)
    index.update([folder])
    path.write_bytes(GARBAGE)
    report = index.update([folder])
    assert (len(report.unreadable), report.releases) == (1, 0)
    assert report.removed == 1
    assert found(index, "网格化") == []


def test_a_page_that_can_not_be_opened_keeps_its_place(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that another program holds is reported; what was indexed of it stays."""
    write_page("a.txt", GRID)
    index.update([folder])

    def locked(path: Path) -> bytes:
        raise PageError(f"{path}: can not be read (Permission denied)") from PermissionError(13, "denied")

    monkeypatch.setattr(reading_module, "read_bytes", locked)
    report = index.update([folder])
    monkeypatch.undo()
    assert (len(report.unreadable), report.releases) == (1, 1)
    assert "Permission denied" in report.unreadable[0].reason
    assert found(index, "网格化") == ["a.txt"]


def test_other_formats_are_counted_and_hidden_files_are_not_looked_at(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """Nothing is passed over in silence but what is hidden."""
    write_page("a.txt", GRID)
    write_page(".hidden.txt", GRID)
    write_page(".git/b.txt", GRID)
    (folder / "picture.JPG").write_bytes(b"")
    (folder / "README").write_bytes(b"")
    report = index.update([folder])
    assert (report.new, report.passed_over) == (1, {".jpg": 1, "": 1})


def test_a_file_that_is_named_is_always_tried(index: Index, folder: Path) -> None:
    """A format without a reader is an error for a named file, not passed over."""
    path = folder / "a.xyz"
    path.write_text(GRID, encoding="utf-8")
    report = index.update([path])
    assert (len(report.unreadable), report.passed_over) == (1, {})


@pytest.mark.folder_only("the files of an index folder")
def test_an_index_inside_the_folder_does_not_index_itself(folder: Path, write_page: WritePage) -> None:
    """Files below the index folder are not pages."""
    write_page("a.txt", GRID)
    with Index.create(folder / "index") as inner:
        (folder / "index" / "note.txt").write_text(GRID, encoding="utf-8")
        assert inner.update([folder]).new == 1


def test_a_path_that_does_not_exist_changes_nothing(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A misspelt folder is an error, not an empty folder whose pages have all gone."""
    write_page("a.txt", GRID)
    index.update([folder])
    with pytest.raises(JsisaSearchError, match="does not exist"):
        index.update([folder, folder / "nowhere"])
    assert found(index, "网格化") == ["a.txt"]
    assert index.update([folder]).unchanged == 1


@pytest.mark.folder_only("the segments that are written and merged")
def test_progress_goes_from_listing_to_the_commit(index: Index, folder: Path, write_page: WritePage) -> None:
    """Each file is named while it is read, each phase ends, and no share is less than the one before."""
    for name in "abc":
        write_page(f"{name}.txt", GRID)
    calls: list[Progress] = []
    index.update([folder], progress=calls.append)
    assert [phase for phase, _ in groupby(call.phase for call in calls)] == [
        "listing",
        "reading",
        "writing",
        "saving",
    ]
    assert [call.done for call in calls if call.phase == "listing"] == [0, 3]
    reading = [call for call in calls if call.phase == "reading"]
    assert [call for call, _ in groupby((call.done, call.total, call.file) for call in reading)] == [
        (0, 3, folder / "a.txt"),
        (1, 3, folder / "b.txt"),
        (2, 3, folder / "c.txt"),
        (3, 3, None),
    ]
    for phase in ("reading", "writing"):
        shares = [call.share for call in calls if call.phase == phase]
        assert shares == sorted(shares)
    assert (reading[0].share, reading[-1].share) == (0.0, 1.0)


@pytest.mark.folder_only("the segments that are written and merged")
def test_progress_counts_only_what_is_read(index: Index, folder: Path, write_page: WritePage) -> None:
    """Of files that are known to be unchanged nothing is said; a merge is checked and merged."""
    age(write_page("a.txt", GRID))
    index.update([folder])
    write_page("b.txt", GRID)
    calls: list[Progress] = []
    index.update([folder], progress=calls.append)
    assert {call.total for call in calls if call.phase == "reading"} == {1}
    phases = [phase for phase, _ in groupby(call.phase for call in calls)]
    assert phases == ["listing", "reading", "writing", "checking", "merging", "saving"]


@pytest.mark.slow
def test_large_files_count_for_more(index: Index, folder: Path) -> None:
    """The share follows the bytes, within a file of many releases as well."""
    (folder / "a.txt").write_text(GRID, encoding="utf-8")
    line = json.dumps({"title": "网格", "text": GRID * 20}) + "\n"
    (folder / "b.jsonl").write_text(line * 500, encoding="utf-8")
    calls: list[Progress] = []
    index.update([folder], progress=calls.append)
    shares = [call.share for call in calls if call.phase == "reading" and call.done == 1]
    assert shares[0] < 0.1
    assert len(set(shares)) == 500
    assert shares[-1] > 0.9


@pytest.mark.slow
def test_many_files_are_read_in_processes_with_the_same_result(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two jobs find what one finds."""
    monkeypatch.setattr(workers, "_PARALLEL_FROM", 2)
    for number in range(10):
        write_page(f"{number}.txt", f"全市推进网格化管理，设置网格{number}个。")
    (folder / "bad.txt").write_bytes(GARBAGE)
    assert counts(index.update([folder], jobs=2)) == (10, 0, 0, 0, 1)
    assert len(found(index, "网格化")) == 10


@pytest.mark.folder_only("the files of an index folder")
def test_an_index_and_its_folder_can_move_together(tmp_path: Path, write_page: WritePage) -> None:
    """Paths are kept relative to the index, so a copied archive needs no reindexing."""
    age(write_page("a.txt", GRID))
    with Index.create(tmp_path / "index") as before:
        before.update([tmp_path / "pages"])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "index").rename(elsewhere / "index")
    (tmp_path / "pages").rename(elsewhere / "pages")
    with Index.open(elsewhere / "index") as after:
        assert after.update([elsewhere / "pages"]).unchanged == 1
        (hit,) = after.search("网格化")
        assert Path(hit.path) == elsewhere / "pages" / "a.txt"


def test_a_locked_file_is_told_from_a_bad_one(folder: Path, write_page: WritePage) -> None:
    """What the system does not open says nothing of its content, whichever process tried."""
    path = write_page("a.txt", GRID)
    state = FileState(path, 0, 0)
    assert [each.reading.release for each in reading_module.read_file(state).readings] != [None]
    path.unlink()
    assert reading_module.read_file(state).is_locked
    path.write_bytes(GARBAGE)
    assert not reading_module.read_file(state).is_locked


def test_an_index_whose_pages_have_all_gone_still_answers(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """Only deleted documents are left; nothing is found and nothing fails."""
    write_page("a.txt", GRID)
    index.update([folder])
    (folder / "a.txt").unlink()
    assert index.update([folder]).releases == 0
    assert index.search("网格化 满意率").total == 0


def test_parts_of_a_saved_page_are_no_releases(index: Index, folder: Path, write_page: WritePage) -> None:
    """The folder that a browser puts beside a page is passed by; one without its page is read."""
    html = f"<p>{GRID}</p>".encode()
    for name in ("page_files/frame.html", "other_files/a.html"):
        write_page("x.txt", GRID)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(html)
    (folder / "page.html").write_bytes(html)
    index.update([folder])
    assert sorted(found(index, "网格化")) == ["a.html", "page.html", "x.txt"]


def test_only_doubts_that_the_index_did_not_have_are_new(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """They are known of a file that is as it was, changed or moved, and new where another is added."""

    def doubts() -> list[tuple[str, bool]]:
        return [(file.path.name, file.is_new) for file in index.update([folder]).doubtful]

    path = write_page("a.txt", GRID)
    assert doubts() == [("a.txt", True)]
    assert doubts() == [("a.txt", False)]
    write_page("a.txt", GRID, "又有一段新的内容。")
    assert doubts() == [("a.txt", False)]
    path.rename(folder / "b.txt")
    assert doubts() == [("b.txt", False)]
    (folder / "b.txt").write_text("只有标题", encoding="utf-8")
    assert doubts() == [("b.txt", True)]
    report = index.update([folder], rebuild=True)
    assert [file.is_new for file in report.doubtful] == [True]


def test_list_pages_and_unreadable_files_are_new_once(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """They are reported by every update; a list page is passed over, alone and in an archive."""
    write_page("a.txt", GRID)
    (folder / "bad.txt").write_bytes(GARBAGE)
    page = "<html><body>" + "<a href='/1'>云浦市召开网格化推进会</a><br>" * 30 + "</body></html>"
    (folder / "list.html").write_text(page, encoding="utf-8")
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("list.html", page)
    for is_new in (True, False):
        report = index.update([folder])
        assert [(file.path.name, file.is_new) for file in report.unreadable] == [("bad.txt", is_new)]
        assert [(page.path, page.is_new) for page in report.list_pages] == [
            (folder / "list.html", is_new),
            (folder / "pages.zip!" / "list.html", is_new),
        ]
    (folder / "list.html").unlink()
    (folder / "pages.zip").unlink()
    assert index.update([folder]).list_pages == ()
    assert index.explain_nothing("无此词语").list_pages == 0


def test_doubts_are_kept_with_the_file(index: Index, folder: Path, write_page: WritePage) -> None:
    """A file without a date is doubtful in the update that reads it and in those after."""
    path = write_page("a.txt", GRID)
    age(path)
    for _ in range(2):
        report = index.update([folder])
        assert [(file.path.name, file.doubts[0][0]) for file in report.doubtful] == [("a.txt", "no date")]
