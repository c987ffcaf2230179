"""What is listed below a folder, and what can't be."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, BatchError, MassRemovalError, PageError
from jsisa_search.indexing import reading as reading_module
from jsisa_search.indexing.folder import list_files
from jsisa_search.indexing.unreadable import REPORT_FILE

WritePage = Callable[..., Path]
Forbid = Callable[..., None]

GRID = "全市推进网格化管理，设置网格3268个。"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
bytes_as_names = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")


def found(index: Index, text: str = "网格化") -> list[str]:
    """Return the names of the files in which `text` is found."""
    return sorted(Path(hit.path).name for hit in index.search(text, limit=50, fold=False) if hit.matches_all)


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Forbid:
    """Return a function that makes listing a folder fail: nothing is forbidden to root."""
    scandir = os.scandir

    def make(folder: Path, code: int = errno.EACCES) -> None:
        def fail(path: Any) -> Iterator[os.DirEntry[str]]:
            if Path(path) == folder:
                raise OSError(code, os.strerror(code))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", fail)

    return make


@pytest.fixture
def indexed(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of three pages in two folders."""
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        write_page(name, GRID)
    index.update([folder])
    return index


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOTCONN, errno.ESTALE, errno.EIO])
def test_a_folder_that_can_not_be_listed_is_not_empty(
    indexed: Index, folder: Path, forbid: Forbid, code: int
) -> None:
    """Forbidden, or on a drive that went away: it is reported, and what is indexed from there stays."""
    forbid(folder / "sub", code)
    (folder / "a.txt").unlink()
    report = indexed.update([folder])
    assert [(entry.path, entry.reason) for entry in report.unlisted] == [(folder / "sub", os.strerror(code))]
    assert (report.removed, found(indexed)) == (1, ["b.txt", "c.txt"])
    ((path, reason),) = indexed.explain_nothing("无此词语").unreadable
    assert (path, reason) == (str(folder / "sub"), os.strerror(code))


def test_a_root_that_can_not_be_listed_is_reported(indexed: Index, folder: Path, forbid: Forbid) -> None:
    """Everything from there stays, even where the folder seems to be gone between two looks at it."""
    for code in (errno.EACCES, errno.ENOENT):
        forbid(folder, code)
        report = indexed.update([folder])
        assert ([entry.path for entry in report.unlisted], report.removed) == ([folder], 0)
    assert len(found(indexed)) == 3


def test_a_folder_that_vanishes_while_it_is_listed_is_gone(
    indexed: Index, folder: Path, forbid: Forbid
) -> None:
    """It is no error, and its files are removed."""
    forbid(folder / "sub", errno.ENOENT)
    report = indexed.update([folder])
    assert (report.unlisted, report.removed, found(indexed)) == ((), 2, ["a.txt"])


class Entry:
    """An entry of a folder whose file can't be looked at, or vanished."""

    def __init__(self, entry: os.DirEntry[str], code: int) -> None:
        self._entry = entry
        self._error = OSError(code, os.strerror(code))
        self.name, self.path = entry.name, entry.path
        self.is_dir, self.is_symlink, self.is_file = entry.is_dir, entry.is_symlink, entry.is_file

    def stat(self) -> os.stat_result:
        """Fail as the system does."""
        raise self._error


class Entries:
    """The entries of a folder with some replaced."""

    def __init__(self, entries: Any, names: tuple[str, ...], code: int) -> None:
        self._entries, self._names, self._code = entries, names, code

    def __enter__(self) -> Iterator[Any]:
        return (Entry(e, self._code) if e.name in self._names else e for e in self._entries.__enter__())

    def __exit__(self, *error: object) -> None:
        self._entries.__exit__(*error)


def replace_entries(monkeypatch: pytest.MonkeyPatch, *names: str, code: int) -> None:
    """Make looking at the files of these names fail."""
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: Entries(scandir(path), names, code))


def test_a_folder_whose_files_can_not_be_looked_at_stays(
    indexed: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without the right to enter it gives the names of its files and nothing else."""
    replace_entries(monkeypatch, "b.txt", code=errno.EACCES)
    report = indexed.update([folder])
    assert [entry.path for entry in report.unlisted] == [folder / "sub"]
    assert (report.removed, len(found(indexed))) == (0, 3)


def test_a_file_that_vanishes_before_it_is_looked_at_is_gone(
    indexed: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no error."""
    replace_entries(monkeypatch, "b.txt", code=errno.ENOENT)
    report = indexed.update([folder])
    assert (report.unlisted, report.unreadable, report.removed) == ((), (), 1)
    assert found(indexed) == ["a.txt", "c.txt"]


def test_a_file_that_vanishes_before_it_is_read_is_gone(
    indexed: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no error either, whether it was indexed or is new."""
    write_page("a.txt", GRID, GRID)
    write_page("new.txt", GRID)
    read_bytes = reading_module.read_bytes

    def vanish(path: Path) -> bytes:
        Path(path).unlink()
        return read_bytes(path)

    monkeypatch.setattr(reading_module, "read_bytes", vanish)
    report = indexed.update([folder])
    assert (report.unreadable, report.new, report.removed) == ((), 0, 3)
    assert found(indexed) == []


@posix
def test_links_that_lead_nowhere_or_round_are_passed_over(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A link to itself, to a folder above, and to nothing."""
    write_page("a.txt", GRID)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "up").symlink_to(folder)
    (folder / "nothing.txt").symlink_to(folder / "nowhere")
    report = index.update([folder])
    assert (report.new, report.unlisted, report.unreadable) == (1, (), ())


@posix
def test_a_link_into_a_forbidden_folder_is_reported(
    indexed: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The link costs itself; the files beside it are listed."""
    (tmp_path / "target.txt").write_text(GRID, encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "target.txt")
    indexed.update([folder])
    replace_entries(monkeypatch, "link.txt", code=errno.EACCES)
    report = indexed.update([folder])
    assert [entry.path for entry in report.unlisted] == [folder / "link.txt"]
    assert (report.removed, len(found(indexed))) == (0, 4)


@posix
def test_pipes_and_devices_are_never_opened(index: Index, folder: Path, write_page: WritePage) -> None:
    """Opening a pipe would wait for ever: in a folder they are passed over, named they are an error."""
    write_page("a.txt", GRID)
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.txt"))
        assert index.update([folder]).new == 1
        for path in (folder / "pipe.txt", folder / "socket.txt", Path("/dev/null")):
            with pytest.raises(PageError, match="pipe or a device"):
                index.update([path])


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "x" * 300])
def test_a_path_that_can_not_be_is_an_error(index: Index, folder: Path, name: str) -> None:
    """Names with NUL or beyond what the system allows are refused like those that do not exist."""
    with pytest.raises((PageError, ArgumentError)):
        index.update([folder / name])


@posix
def test_a_root_that_is_a_link_to_itself_is_an_error(index: Index, folder: Path) -> None:
    """A round of links is a path that does not exist."""
    (folder / "round").symlink_to(folder / "round")
    with pytest.raises(PageError, match="does not exist"):
        index.update([folder / "round"])


@bytes_as_names
def test_files_whose_names_are_no_unicode_are_indexed(index: Index, folder: Path) -> None:
    """They are found under their real path, keep their ids, and block no later update."""
    inner = folder / os.fsdecode("材料".encode("gbk"))
    inner.mkdir()
    path = inner / os.fsdecode("网格%DC80.txt".encode("gbk"))
    path.write_text(f"关于网格的通报\n\n{GRID}\n", encoding="utf-8")
    (inner / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"")
    index.update([folder])
    (hit, *_) = index.search("网格化")
    assert hit.path == str(path)
    assert index.find_release(hit.id).path == str(path)
    report = index.update([folder])
    assert (report.has_changes, report.unchanged) == (False, 1)
    assert [file.reason for file in report.unreadable] == [f"{folder}/材料/\\xff\\xfe.txt: holds no text"]
    path.rename(inner / "b.txt")
    assert index.update([folder]).moved == 1


@posix
def test_names_with_line_ends_are_stored(index: Index, folder: Path, write_page: WritePage) -> None:
    """A name may hold any character but `/` and NUL."""
    path = write_page("a\nb\x1b[31m.txt", GRID)
    index.update([folder])
    (hit,) = index.search("网格化")
    assert hit.path == str(path)
    assert index.update([folder]).unchanged == 1


@pytest.fixture
def mounted(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of thirty pages below one folder and two below another."""
    for number in range(30):
        write_page(f"drive/{number}.txt", GRID)
    for number in range(2):
        write_page(f"disk/{number}.txt", GRID)
    index.update([folder / "drive", folder / "disk"])
    return index


def empty(folder: Path, *, keep: int = 0) -> None:
    """Remove the files of a folder but the last `keep`."""
    files = sorted(folder.iterdir())
    for path in files[: len(files) - keep]:
        path.unlink()


def test_an_empty_mount_point_removes_nothing(mounted: Index, folder: Path) -> None:
    """An update that would remove most releases of a root is refused with the numbers, unless allowed."""
    empty(folder / "drive")
    with pytest.raises(MassRemovalError, match=r"30 of 30 releases below .*drive") as refused:
        mounted.update([folder / "drive"])
    assert "allow_mass_removal=True" in str(refused.value)
    assert mounted.info().releases == 32
    assert mounted.update([folder / "drive"], allow_mass_removal=True).removed == 30


def test_one_empty_root_of_several_is_enough(mounted: Index, folder: Path, write_page: WritePage) -> None:
    """Each root counts for itself, and new files elsewhere change nothing of that."""
    for number in range(100):
        write_page(f"disk/new{number}.txt", GRID)
    empty(folder / "drive")
    with pytest.raises(MassRemovalError, match="30 of 30"):
        mounted.update([folder / "disk", folder / "drive"])
    assert mounted.info().releases == 32


@pytest.mark.parametrize(("keep", "removed"), [(15, 15), (10, 20)])
def test_half_of_a_folder_or_twenty_files_may_go(
    mounted: Index, folder: Path, keep: int, removed: int
) -> None:
    """Clearing up is no accident."""
    empty(folder / "drive", keep=keep)
    assert mounted.update([folder / "drive"]).removed == removed


def test_moving_a_whole_folder_removes_nothing(mounted: Index, folder: Path) -> None:
    """Files that are found again elsewhere are moved, however many they are."""
    (folder / "drive").rename(folder / "moved")
    assert mounted.update([folder]).moved == 30


def test_most_files_turning_unreadable_is_refused_too(mounted: Index, folder: Path) -> None:
    """A drive may give zeros, or a reader may be missing that was there before."""
    for path in (folder / "drive").iterdir():
        path.write_bytes(bytes(1000))
    with pytest.raises(MassRemovalError):
        mounted.update([folder])


def test_the_true_number_of_unreadable_files_is_stored(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many to name them all, they are still counted."""
    monkeypatch.setattr("jsisa_search.indexing.unreadable._MAX_FILES", 2)
    for number in range(5):
        (folder / f"{number}.txt").write_bytes(b"")
    index.update([folder])
    diagnosis = index.explain_nothing("无此词语")
    assert (len(diagnosis.unreadable), diagnosis.unreadable_total) == (2, 5)


@pytest.mark.folder_only("the files of an index folder")
def test_drafts_of_the_report_do_not_stay(index: Index, folder: Path) -> None:
    """What a killed update left behind is removed by the next."""
    (folder / "a.txt").write_bytes(b"")
    home = index.info().folder
    for name in (f"{REPORT_FILE}.123.tmp", f"{REPORT_FILE}.tmp"):
        (home / name).write_text("{", encoding="ascii")
    index.update([folder])
    assert [path.name for path in home.glob(f"{REPORT_FILE}*")] == [REPORT_FILE]


def test_a_batch_with_a_failed_update_changes_nothing(mounted: Index, folder: Path) -> None:
    """Even where the exception is caught: half of an update must not be committed."""
    empty(folder / "drive")
    with pytest.raises(BatchError, match="a step of the batch failed"), mounted.batch() as batch:
        with pytest.raises(MassRemovalError):
            batch.update([folder / "disk", folder / "drive"])
        batch.update([folder / "disk"])
    assert mounted.info().releases == 32


@posix
def test_forbidden_folders_are_reported_by_the_real_system() -> None:
    """One that may not be listed, one that may not be entered, and a link into a third."""
    root = Path(tempfile.mkdtemp())
    try:
        for name in ("closed", "list-only", "target", "open"):
            (root / name).mkdir()
            (root / name / "a.txt").write_text(GRID, encoding="utf-8")
        (root / "open" / "link.txt").symlink_to(root / "target" / "a.txt")
        for name, mode in (("closed", 0), ("list-only", 0o444), ("target", 0)):
            (root / name).chmod(mode)
        root.chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            listing = list_files([root], leave_out=root / "index")
        finally:
            os.seteuid(user)
        assert [state.path for state in listing.files] == [root / "open" / "a.txt"]
        expected = [root / name for name in ("closed", "list-only", "open/link.txt", "target")]
        assert [(entry.path, entry.reason) for entry in listing.unlisted] == [
            (path, "Permission denied") for path in expected
        ]
    finally:
        for path in root.iterdir():
            path.chmod(0o700)
        shutil.rmtree(root)
