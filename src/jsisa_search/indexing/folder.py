"""The files below the paths a user names, and which of them an index does not know yet."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from jsisa_search.errors import PageError
from jsisa_search.indexing.documents import FileRecord
from jsisa_search.page import SUFFIXES, MemberReading, parse_releases, read_bytes

# A browser that saves a page "complete" puts its parts into a folder beside it: page.html, page_files.
_SAVED_PAGES = (".htm", ".html", ".shtml", ".xhtml")
_PARTS_OF_PAGES = ("_files", ".files", "_文件", ".文件", "_檔案", ".檔案")

# A file written within this time of being indexed may have changed again without a newer time stamp:
# the coarsest clocks in use (FAT) count in two seconds.
_CLOCK_STEP_NS = 2_000_000_000

# Below this many files the start of worker processes costs more than they save.
_PARALLEL_FROM = 200


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is on disk now; `path` is absolute, times in nanoseconds since 1970."""

    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of reading one file: the hash of its bytes and its readings, or the reason why not.

    `kind` is the sort of the reason; `is_locked` when the system did not let it be opened: then nothing is
    known of its content.
    """

    state: FileState
    sha256: str = ""
    readings: tuple[MemberReading, ...] = ()
    reason: str = ""
    is_locked: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The readable files below some paths, in order, and how many others were passed over, by suffix."""

    files: tuple[FileState, ...]
    passed_over: dict[str, int]


def list_files(paths: Sequence[Path], *, leave_out: Path) -> Listing:
    """Return the files of known formats below `paths`; a file that is named itself is always taken.

    Hidden files and folders, links to folders, the folders of pages that were saved with their parts, and
    everything below `leave_out` are not looked at.
    Raises `PageError` for a path that does not exist.
    """
    check_paths(paths)
    found: dict[Path, FileState] = {}
    passed_over: dict[str, int] = {}
    for root in paths:
        for path in _walk(root, leave_out):
            if path.suffix.lower() in SUFFIXES or path == root:
                status = path.stat()
                found[path] = FileState(path, status.st_size, status.st_mtime_ns)
            else:
                passed_over[path.suffix.lower()] = passed_over.get(path.suffix.lower(), 0) + 1
    return Listing(tuple(found[path] for path in sorted(found)), passed_over)


def check_paths(paths: Iterable[Path]) -> None:
    """Raise `PageError` for the first of `paths` that does not exist."""
    for path in paths:
        if not path.exists():
            raise PageError(f"{path} does not exist; check the name of the folder or file")


def _walk(root: Path, leave_out: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        pages = {Path(n).stem for n in names if Path(n).suffix.lower() in _SAVED_PAGES}
        subfolders[:] = [
            n
            for n in subfolders
            if not n.startswith(".") and here / n != leave_out and not is_part_of_page(n, pages)
        ]
        # What is no regular file (a pipe, a device, a dangling link) can't be a saved page.
        yield from (here / n for n in names if not n.startswith(".") and (here / n).is_file())


def is_part_of_page(folder: str, pages: Collection[str]) -> bool:
    """Return whether a folder holds the pictures and frames of a page that a browser saved beside it.

    `pages` are the names of the pages beside it without their suffixes.
    """
    return any(folder.endswith(ending) and folder.removesuffix(ending) in pages for ending in _PARTS_OF_PAGES)


def is_surely_unchanged(state: FileState, record: FileRecord) -> bool:
    """Return whether size and time alone prove that the file is as it was when it was indexed."""
    # Members that could not be read are tried and told again, as files are.
    settled = record.modified_ns + _CLOCK_STEP_NS < record.indexed_ns and not record.unread
    return settled and state.size == record.size and state.modified_ns == record.modified_ns


def read_files(states: list[FileState], *, jobs: int) -> Iterator[ReadResult]:
    """Read each file, in order, in `jobs` processes where there are many."""
    if jobs == 1 or len(states) < _PARALLEL_FROM:
        yield from map(_read_file, states)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_read_file, states, chunksize=32)


def now_ns() -> int:
    """Return the time in nanoseconds since 1970."""
    return time.time_ns()


def _read_file(state: FileState) -> ReadResult:
    try:
        # Read once: the hash and the releases are of the same bytes even if the file changes meanwhile.
        data = read_bytes(state.path)
        # What was taken by which rule is not kept in the index: it need not go from process to process.
        readings = tuple(replace(reading, findings=()) for reading in parse_releases(data, str(state.path)))
        return ReadResult(state, hashlib.sha256(data).hexdigest(), readings)
    except PageError as error:
        is_locked = isinstance(error.__cause__, OSError)
        return ReadResult(state, reason=str(error), is_locked=is_locked, kind=error.kind)
