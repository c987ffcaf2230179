"""Reading files: what came of each, whatever its bytes do to the reader."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from jsisa_search.errors import PageError
from jsisa_search.filenames import readable
from jsisa_search.indexing.documents import FileRecord
from jsisa_search.indexing.folder import FileState
from jsisa_search.page import MemberReading, parse_releases, read_bytes

# A file written within this time of being indexed may have changed again without a newer time stamp:
# the coarsest clocks in use (FAT) count in two seconds.
_CLOCK_STEP_NS = 2_000_000_000

# Below this many files the start of worker processes costs more than they save.
_PARALLEL_FROM = 200

#: Kind of the reason where a reader failed in a way that nobody foresaw.
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of reading one file: the hash of its bytes and its readings, or the reason why not.

    `kind` is the sort of the reason. `is_locked` when the system did not let the file be read: then nothing
    is known of its content. `is_gone` when there is no such file any more.
    """

    state: FileState
    sha256: str = ""
    readings: tuple[MemberReading, ...] = ()
    reason: str = ""
    kind: str = ""
    is_locked: bool = False
    is_gone: bool = False


def is_surely_unchanged(state: FileState, record: FileRecord) -> bool:
    """Return whether size and time alone prove that the file is as it was when it was indexed."""
    # Members that could not be read are tried and reported again, as files are.
    settled = record.modified_ns + _CLOCK_STEP_NS < record.indexed_ns and not record.unread
    return settled and state.size == record.size and state.modified_ns == record.modified_ns


def read_files(states: list[FileState], *, jobs: int) -> Iterator[ReadResult]:
    """Read each file, in order, in `jobs` processes where there are many."""
    if jobs == 1 or len(states) < _PARALLEL_FROM:
        yield from map(read_file, states)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(read_file, states, chunksize=32)


def now_ns() -> int:
    """Return the time in nanoseconds since 1970."""
    return time.time_ns()


def read_file(state: FileState) -> ReadResult:
    """Read one file. Whatever its reader raises becomes the reason why there are no readings."""
    name = readable(str(state.path))
    try:
        # Read once: the hash and the releases are of the same bytes even if the file changes meanwhile.
        data = read_bytes(state.path)
        # What was taken by which rule is not kept in the index: it need not go from process to process.
        readings = tuple(replace(reading, findings=()) for reading in parse_releases(data, name))
        return ReadResult(state, hashlib.sha256(data).hexdigest(), readings)
    except PageError as error:
        cause = error.__cause__
        return ReadResult(
            state,
            reason=readable(str(error)),
            kind=error.kind,
            is_locked=isinstance(cause, OSError),
            is_gone=isinstance(cause, FileNotFoundError | NotADirectoryError),
        )
    # A reader that fails costs its file, not the update.
    except Exception as error:
        return ReadResult(state, reason=f"{name}: {failure_of(error)}", kind=FAILED)


def failure_of(error: Exception) -> str:
    """Return for people how a reader failed that raised `error`."""
    if isinstance(error, MemoryError):
        return "takes more memory to read than is given to one file; split it, or save it again"
    if isinstance(error, RecursionError):
        return "is nested too deeply to be read; save it again"
    return f"can't be read, its reader failed ({type(error).__name__}: {str(error)[:200]}); please report it"
