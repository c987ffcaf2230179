"""Reads files; an exception of a reader becomes the reason why the file is not indexed."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile

from jsisa_search.errors import PageError
from jsisa_search.filenames import readable
from jsisa_search.indexing import limits
from jsisa_search.indexing.documents import FileRecord, overlong_fields, read_figures
from jsisa_search.indexing.folder import FileState
from jsisa_search.page import MemberReading, parse_releases, read_bytes
from jsisa_search.translation import gettext as tr

# A file written within this time of being indexed may have changed again without a newer time stamp:
# the coarsest clocks in use (FAT) count in two seconds.
_CLOCK_STEP_NS = 2_000_000_000

#: Kind of the reason where a reader failed unexpectedly.
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PreparedReading:
    """A reading with what the index needs of it: `figures` are those of its first passages, packed."""

    reading: MemberReading
    figures: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, reading: MemberReading) -> PreparedReading:
        """Read the figures of a reading's release, and add the doubts about what the index cuts."""
        release = reading.release
        if release is None:
            return cls(replace(reading, findings=()))
        doubts = (*reading.doubts, *overlong_fields(release))
        # What was taken by which rule is not stored in the index: it need not go from process to process.
        kept = replace(reading, findings=(), doubts=doubts)
        return cls(kept, tuple(read_figures(release, limits.FIGURE_SECONDS)))


class SpooledReadings:
    """The readings of one file as a worker sends them; many are buffered in a temporary file."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](limits.HELD_BYTES)

    def append(self, pickled: bytes) -> None:
        """Add a pickled `PreparedReading`."""
        self._file.write(pickled)

    def __iter__(self) -> Iterator[PreparedReading]:
        """Yield the readings; one iteration at a time."""
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # written by our own worker
        self._file.seek(end)

    def close(self) -> None:
        """Free the buffer; later iterations fail."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of reading one file: the hash of its bytes and its readings, or the reason why not.

    `readings` may be iterated again and again until the result is closed. `kind` is the sort of the reason.
    `is_locked` when the system did not let the file be read: then nothing is known of its content.
    `is_gone` when there is no such file any more.
    """

    state: FileState
    sha256: str = ""
    readings: tuple[PreparedReading, ...] | SpooledReadings = ()
    reason: str = ""
    kind: str = ""
    is_locked: bool = False
    is_gone: bool = False
    is_out_of_memory: bool = False

    def close(self) -> None:
        """Free the readings."""
        if isinstance(self.readings, SpooledReadings):
            self.readings.close()


def is_surely_unchanged(state: FileState, record: FileRecord) -> bool:
    """Return whether size and time alone prove that the file is as it was when it was indexed."""
    # Members that could not be read are tried and reported again, as files are.
    settled = record.modified_ns + _CLOCK_STEP_NS < record.indexed_ns and not record.unread
    return settled and state.size == record.size and state.modified_ns == record.modified_ns


def now_ns() -> int:
    """Return the time in nanoseconds since 1970."""
    return time.time_ns()


def read_file(state: FileState, send: Callable[[MemberReading], None] | None = None) -> ReadResult:
    """Read one file. Any exception of its reader becomes the reason why there are no readings.

    With `send` each reading is passed to it as soon as it is there, and the result has none.
    """
    name = readable(str(state.path))
    readings: list[PreparedReading] = []

    def prepare(reading: MemberReading) -> None:
        readings.append(PreparedReading.of(reading))

    try:
        # Read once: the hash and the releases are of the same bytes even if the file changes meanwhile.
        data = read_bytes(state.path)
        for reading in parse_releases(data, name, settings=state.settings):
            (send or prepare)(reading)
        return ReadResult(state, hashlib.sha256(data).hexdigest(), tuple(readings))
    except PageError as error:
        reason = readable(str(error))
        cause = error.__cause__
        return ReadResult(
            state,
            reason=reason if reason.startswith(name) else f"{name}: {reason}",
            kind=error.kind,
            is_locked=isinstance(cause, OSError),
            is_gone=isinstance(cause, FileNotFoundError | NotADirectoryError),
            is_out_of_memory=isinstance(cause, MemoryError),
        )
    # A reader that fails costs its file, not the update.
    except Exception as error:
        is_out = isinstance(error, MemoryError)
        return ReadResult(state, reason=f"{name}: {failure_of(error)}", kind=FAILED, is_out_of_memory=is_out)


def failure_of(error: Exception) -> str:
    """Return for people how a reader failed that raised `error`."""
    if isinstance(error, MemoryError):
        return tr("takes more memory to read than is given to one file; split it, or save it again")
    if isinstance(error, RecursionError):
        return tr("is nested too deeply to be read; save it again")
    failed = tr("can't be read, its reader failed ({name}: {error}); please report it")
    return failed.format(name=type(error).__name__, error=str(error)[:200])
