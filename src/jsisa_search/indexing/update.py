"""Bringing an index up to date with folders: which files are new, changed, moved or gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any

from jsisa_search.errors import UnsupportedFormatError
from jsisa_search.indexing import folder
from jsisa_search.indexing.documents import FileRecord, make_documents, make_record_document
from jsisa_search.indexing.folder import FileState, Listing, ReadResult
from jsisa_search.indexing.paths import is_text_path
from jsisa_search.page import MemberReading

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file, or a member of one, that could not be indexed, and why; `kind` is a word for the reason."""

    path: Path
    reason: str
    kind: str = "unreadable"


@dataclass(frozen=True, slots=True)
class DoubtfulFile:
    """A file, or a member of one, that was indexed and should be looked at: kind and reason of each doubt."""

    path: Path
    doubts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did. `releases` and `paragraphs` count what the index holds afterwards.

    The other numbers count files. `passed_over` counts, by suffix, the files, and the members of files, of
    formats that no reader is known for; `doubtful` are all files and members below the paths of the update
    whose reading should be looked at, changed or not.
    """

    releases: int
    paragraphs: int
    new: int
    changed: int
    moved: int
    removed: int
    unchanged: int
    unreadable: tuple[UnreadableFile, ...]
    passed_over: dict[str, int]
    doubtful: tuple[DoubtfulFile, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.new or self.changed or self.moved or self.removed)


@dataclass(slots=True)
class Update:
    """One update under way: the records it started from, and what it has done to them.

    `path_of` and `stored_path` turn the paths that the index stores into absolute ones and back.
    """

    writer: Any
    records: dict[str, FileRecord]
    roots: tuple[Path, ...]
    path_of: Callable[[str], Path]
    stored_path: Callable[[Path], str]
    new: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    is_touched: bool = False
    unreadable: list[UnreadableFile] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)

    def run(self, listing: Listing, *, jobs: int, progress: Progress) -> UpdateReport:
        """Write what `listing` has and the records have not, and take out what is gone."""
        vanished = self._vanished(listing.files)
        self.passed_over = dict(listing.passed_over)
        moved_from = {record.sha256: stored for stored, record in vanished.items()}
        doubtful = [state for state in listing.files if not self._is_known(state)]
        done = len(listing.files) - len(doubtful)
        self.unchanged = done
        progress(done, len(listing.files))
        for result in folder.read_files(doubtful, jobs=jobs):
            self._take(result, moved_from)
            done += 1
            progress(done, len(listing.files))
        for stored in [stored for stored in vanished if stored in self.records]:
            self._remove(stored)
            self.removed += 1
        return self._report(listing)

    def _report(self, listing: Listing) -> UpdateReport:
        return UpdateReport(
            releases=sum(len(record.members) for record in self.records.values()),
            paragraphs=sum(record.paragraphs for record in self.records.values()),
            new=self.new,
            changed=self.changed,
            moved=self.moved,
            removed=self.removed,
            unchanged=self.unchanged,
            unreadable=tuple(self.unreadable),
            passed_over=self.passed_over,
            doubtful=tuple(self._doubtful(listing)),
        )

    def _doubtful(self, listing: Listing) -> Iterator[DoubtfulFile]:
        for state in listing.files:
            record = self.records.get(self.stored_path(state.path))
            for member, doubts in groupby(record.doubts if record else (), key=itemgetter(0)):
                path = Path(f"{state.path}{member}")
                yield DoubtfulFile(path, tuple((kind, reason) for _, kind, reason in doubts))

    def _vanished(self, files: Iterable[FileState]) -> dict[str, FileRecord]:
        """Return the records below the roots of this update whose file is not there any more."""
        present = {state.path for state in files}
        return {
            stored: record
            for stored, record in self.records.items()
            if not is_text_path(stored)
            and (path := self.path_of(stored)) not in present
            and any(path.is_relative_to(r) for r in self.roots)
        }

    def _is_known(self, state: FileState) -> bool:
        record = self.records.get(self.stored_path(state.path))
        return record is not None and folder.is_surely_unchanged(state, record)

    def _take(self, result: ReadResult, moved_from: dict[str, str]) -> None:
        stored = self.stored_path(result.state.path)
        known = self.records.get(stored)
        read = [reading for reading in result.readings if reading.release is not None]
        self._note_unread(result)
        if not read:
            self._drop_unreadable(result, stored)
        elif known is not None and _is_same(known, result, read):
            self.unchanged += 1
            self._touch(known, result.state)
        else:
            self._write(read, result, stored)
            if known is not None:
                self.changed += 1
            elif (former := moved_from.get(result.sha256)) in self.records and former is not None:
                self._remove(former)
                self.moved += 1
            else:
                self.new += 1

    def _note_unread(self, result: ReadResult) -> None:
        """Keep for the report what could not be read of a file, member by member."""
        unread = [reading for reading in result.readings if reading.release is None]
        for reading in unread:
            if reading.reason:
                self.unreadable.append(UnreadableFile(Path(reading.path), reading.reason, reading.kind))
            else:
                suffix = PurePath(reading.path).suffix.lower()
                self.passed_over[suffix] = self.passed_over.get(suffix, 0) + 1
        if len(unread) == len(result.readings) and not any(reading.reason for reading in unread):
            reason = result.reason or f"{result.state.path}: holds no page of a format that can be read"
            kind = result.kind or UnsupportedFormatError.kind
            self.unreadable.append(UnreadableFile(result.state.path, reason, kind))

    def _drop_unreadable(self, result: ReadResult, stored: str) -> None:
        # A page that no longer parses is no longer what the index says; one that is merely locked still is.
        if stored in self.records and not result.is_locked:
            self._remove(stored)
            self.removed += 1

    def _write(self, readings: list[MemberReading], result: ReadResult, stored: str) -> None:
        if stored in self.records:
            self._remove(stored)
        record = FileRecord(
            path=stored,
            size=result.state.size,
            modified_ns=result.state.modified_ns,
            sha256=result.sha256,
            indexed_ns=folder.now_ns(),
            paragraphs=sum(len(reading.release.paragraphs) for reading in readings if reading.release),
            members=tuple(reading.member for reading in readings),
            unread=sum(bool(reading.reason) for reading in result.readings),
            doubts=tuple(
                (reading.member, doubt.kind, doubt.reason) for reading in readings for doubt in reading.doubts
            ),
        )
        self.writer.add_document(**make_record_document(record))
        for reading in readings:
            if reading.release is not None:
                release = replace(reading.release, path=stored + reading.member)
                for document in make_documents(release, record):
                    self.writer.add_document(**document)
        self.records[stored] = record
        self.is_touched = True

    def _touch(self, record: FileRecord, state: FileState) -> None:
        """Note the new time of a file whose bytes are the same."""
        if (record.size, record.modified_ns) == (state.size, state.modified_ns):
            return
        fresh = replace(record, size=state.size, modified_ns=state.modified_ns, indexed_ns=folder.now_ns())
        self.writer.delete_by_term("record", record.path)
        self.writer.add_document(**make_record_document(fresh))
        self.records[record.path] = fresh
        self.is_touched = True

    def _remove(self, stored: str) -> None:
        self.writer.delete_by_term("path", stored)
        del self.records[stored]
        self.is_touched = True


def _is_same(known: FileRecord, result: ReadResult, read: list[MemberReading]) -> bool:
    """Whether a file says what the index has of it: more of the same bytes may be readable than before."""
    return known.sha256 == result.sha256 and known.members == tuple(reading.member for reading in read)
