"""Synchronise an index with folders: which files are new, changed, moved or gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from jsisa_search.errors import MassRemovalError, NotAReleaseError, UnsupportedFormatError
from jsisa_search.filenames import readable
from jsisa_search.indexing.documents import FileRecord, make_documents, make_record_document
from jsisa_search.indexing.folder import FileState, Listing, UnlistedPath
from jsisa_search.indexing.paths import StoredPaths, is_text_path, member_path
from jsisa_search.indexing.reading import ReadResult, is_surely_unchanged, now_ns
from jsisa_search.indexing.unreadable import Entry, entry_of
from jsisa_search.indexing.workers import read_files
from jsisa_search.model import Plain
from jsisa_search.page import suffix_of
from jsisa_search.progress import OnProgress, Progress, no_progress
from jsisa_search.translation import gettext as tr

# An update that removes more than this share of the releases below a path, and more than this many of them,
# more likely meets an empty mount point than a folder that was cleared.
_MASS_SHARE = 0.5
_MASS_RELEASES = 20

# Bytes that take about as long to read as it takes to open a file and look into it.
_FILE_WORK = 16 << 10


@dataclass(frozen=True, slots=True)
class UnreadableFile(Plain):
    """A file, or a member of one, that could not be read, and why; `kind` is a word for the reason.

    `is_new` unless the last update failed to read it for the same reason.
    """

    path: Path
    reason: str
    kind: str = "unreadable"
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class ListPage(Plain):
    """A page, or a member of a file, that only lists links and is passed over, and how that was recognised.

    `is_new` unless the last update passed it over.
    """

    path: Path
    reason: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class DoubtfulFile(Plain):
    """An indexed file, or a member of one, that should be checked: kind and reason of each doubt.

    `is_new` unless the index had all of these doubts before the update.
    """

    path: Path
    doubts: tuple[tuple[str, str], ...]
    is_new: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the path with a list of `kind` and `reason`, and whether it is new."""
        doubts = [{"kind": kind, "reason": reason} for kind, reason in self.doubts]
        return {"path": str(self.path), "doubts": doubts, "is_new": self.is_new}


@dataclass(frozen=True, slots=True)
class UpdateReport(Plain):
    """What an update did. `releases` and `paragraphs` count the content of the index afterwards.

    The other numbers count files. `passed_over` counts files and members in formats without a reader, by
    suffix, `list_pages` pages that only list links. `doubtful` lists all files and members below the paths of
    the update, changed or not, whose result should be checked. `unlisted` lists folders, and links to files,
    that could not be accessed: the index keeps what it has from there.
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
    unlisted: tuple[UnlistedPath, ...] = ()
    list_pages: tuple[ListPage, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether the index has changed."""
        return bool(self.new or self.changed or self.moved or self.removed)


@dataclass(slots=True)
class Update:
    """An update in progress: the file records of the index, and counts of what was done to them.

    With `allow_mass_removal` it may remove most of the releases below a root. `known_unread` and
    `known_lists` are the unreadable files and the list pages of the last update.
    """

    writer: Any
    records: dict[str, FileRecord]
    roots: tuple[Path, ...]
    paths: StoredPaths
    allow_mass_removal: bool = False
    known_unread: frozenset[Entry] = frozenset()
    known_lists: frozenset[str] = frozenset()
    new: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    is_touched: bool = False
    unreadable: list[UnreadableFile] = field(default_factory=list)
    list_pages: list[ListPage] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    _reading: _Reading = field(default_factory=lambda: _Reading((), no_progress))
    _former: dict[str, str] = field(default_factory=dict)  # stored path of a moved file -> its former one

    def run(self, listing: Listing, *, jobs: int, progress: OnProgress) -> UpdateReport:
        """Write new and changed files of `listing`, and remove those that are gone.

        Raise `MassRemovalError` where those are most of the releases below a root; the caller must then
        cancel the writer.
        """
        before = dict(self.records)
        vanished = self._vanished(listing)
        self.passed_over = dict(listing.passed_over)
        moved_from = {record.sha256: stored for stored, record in vanished.items()}
        to_read = [state for state in listing.files if not self._is_known(state)]
        if not to_read:
            self._check_removals(before, vanished)
        self.unchanged = len(listing.files) - len(to_read)
        self._reading = _Reading(to_read, progress)
        with closing(read_files(to_read, jobs=jobs)) as results:
            for result in results:
                self._take(result, moved_from)
                self._reading.end_file()
        for stored in [stored for stored in vanished if stored in self.records]:
            self._remove(stored)
            self.removed += 1
        self._check_removals(before, before.keys() - self.records.keys() - set(self._former.values()))
        return self._report(listing, before)

    def _check_removals(self, before: dict[str, FileRecord], lost: Iterable[str]) -> None:
        """Raise `MassRemovalError` where the records `lost` are most of those below a root."""
        lost = set(lost)
        if self.allow_mass_removal or sum(len(before[s].members) for s in lost) <= _MASS_RELEASES:
            return
        for root in self.roots:
            below = {s: r for s, r in before.items() if self._is_below(s, root)}
            releases = sum(len(record.members) for record in below.values())
            removed = sum(len(record.members) for stored, record in below.items() if stored in lost)
            if removed > _MASS_RELEASES and removed > _MASS_SHARE * releases:
                raise MassRemovalError(
                    tr(
                        "{removed:,} of {releases:,} releases below {root} are gone or can't be read "
                        "any more, so nothing was changed: check that its drive is connected; if they "
                        "are to be removed from the index, use --allow-removal "
                        "(allow_mass_removal=True in Python)"
                    ).format(removed=removed, releases=releases, root=readable(str(root)))
                )

    def _is_below(self, stored: str, root: Path) -> bool:
        return not is_text_path(stored) and self.paths.file(stored).is_relative_to(root)

    def _report(self, listing: Listing, before: dict[str, FileRecord]) -> UpdateReport:
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
            doubtful=tuple(self._doubtful(listing, before)),
            unlisted=listing.unlisted,
            list_pages=tuple(self.list_pages),
        )

    def _doubtful(self, listing: Listing, before: dict[str, FileRecord]) -> Iterator[DoubtfulFile]:
        for state in listing.files:
            stored = self.paths.stored(state.path)
            record = self.records.get(stored)
            former = before.get(self._former.get(stored, stored))
            known = set(former.doubts) if former else set()
            for member, found in groupby(record.doubts if record else (), key=itemgetter(0)):
                doubts = list(found)
                path = Path(f"{state.path}{member}")
                is_new = not known.issuperset(doubts)
                yield DoubtfulFile(path, tuple((kind, reason) for _, kind, reason in doubts), is_new)

    def _vanished(self, listing: Listing) -> dict[str, FileRecord]:
        """Return the records below the roots of this update whose file is surely not there any more."""
        present = {state.path for state in listing.files}
        unknown = [entry.path for entry in listing.unlisted]
        return {
            stored: record
            for stored, record in self.records.items()
            if not is_text_path(stored)
            and (path := self.paths.file(stored)) not in present
            and any(path.is_relative_to(root) for root in self.roots)
            and not any(path.is_relative_to(folder) for folder in unknown)
        }

    def _is_known(self, state: FileState) -> bool:
        record = self.records.get(self.paths.stored(state.path))
        is_set = record is not None and record.settings == state.settings.fingerprint
        return is_set and record is not None and is_surely_unchanged(state, record)

    def _take(self, result: ReadResult, moved_from: dict[str, str]) -> None:
        stored = self.paths.stored(result.state.path)
        known = self.records.get(stored)
        if result.is_gone:
            self._drop(stored)
            return
        content = _Content.of(result)
        fingerprint = result.state.settings.fingerprint
        self._note_unread(result, content)
        if not content.members:
            # A page that no longer parses is no longer what the index says; a locked one still is.
            if not result.is_locked:
                self._drop(stored)
        elif known is not None and known.settings == fingerprint and _is_same(known, result, content):
            # The members are compared, too: more of the same bytes may be readable than before.
            self.unchanged += 1
            self._touch(known, result.state)
        else:
            self._write(content, result, stored)
            if known is not None:
                self.changed += 1
            elif (former := moved_from.get(result.sha256)) in self.records and former is not None:
                self._remove(former)
                self._former[stored] = former
                self.moved += 1
            else:
                self.new += 1

    def _note_unread(self, result: ReadResult, content: _Content) -> None:
        """Note for the report what could not be read of a file, member by member."""
        for member, reason, kind in content.unread:
            if reason:
                self._note(Path(f"{result.state.path}{member}"), reason, kind)
            else:
                suffix = suffix_of(member or str(result.state.path))
                self.passed_over[suffix] = self.passed_over.get(suffix, 0) + 1
        if not content.members and not any(reason for _, reason, _ in content.unread):
            name = readable(str(result.state.path))
            reason = result.reason or tr("{name}: holds no page of a format that can be read").format(
                name=name
            )
            kind = result.kind or UnsupportedFormatError.kind
            self._note(result.state.path, reason, kind)

    def _note(self, path: Path, reason: str, kind: str) -> None:
        """Note a file or member that is not indexed: as a list page, or as unreadable."""
        stored = self.paths.stored(path)
        if kind == NotAReleaseError.kind:
            self.list_pages.append(ListPage(path, reason, stored not in self.known_lists))
        else:
            is_new = entry_of(stored, reason) not in self.known_unread
            self.unreadable.append(UnreadableFile(path, reason, kind, is_new))

    def _drop(self, stored: str) -> None:
        """Remove a file that was listed, if it is indexed."""
        if stored in self.records:
            self._remove(stored)
            self.removed += 1

    def _write(self, content: _Content, result: ReadResult, stored: str) -> None:
        if stored in self.records:
            self._remove(stored)
        record = FileRecord(
            path=stored,
            size=result.state.size,
            modified_ns=result.state.modified_ns,
            sha256=result.sha256,
            indexed_ns=now_ns(),
            paragraphs=content.paragraphs,
            members=content.members,
            unread=sum(bool(reason) for _, reason, _ in content.unread),
            doubts=content.doubts,
            settings=result.state.settings.fingerprint,
        )
        self.writer.add_document(**make_record_document(record))
        total = len(content.members) + len(content.unread)
        for number, prepared in enumerate(result.readings):
            self._reading.report(number / total)
            reading = prepared.reading
            if reading.release is not None:
                release = replace(reading.release, path=member_path(stored, reading.member))
                for document in make_documents(release, record, prepared.figures):
                    self.writer.add_document(**document)
        self.records[stored] = record
        self.is_touched = True

    def _touch(self, record: FileRecord, state: FileState) -> None:
        """Note the new time of a file whose bytes are the same."""
        if (record.size, record.modified_ns) == (state.size, state.modified_ns):
            return
        fresh = replace(record, size=state.size, modified_ns=state.modified_ns, indexed_ns=now_ns())
        self.writer.delete_by_term("record", record.path)
        self.writer.add_document(**make_record_document(fresh))
        self.records[record.path] = fresh
        self.is_touched = True

    def _remove(self, stored: str) -> None:
        self.writer.delete_by_term("path", stored)
        del self.records[stored]
        self.is_touched = True


def _is_same(known: FileRecord, result: ReadResult, content: _Content) -> bool:
    """Whether the bytes are the same, and no more or less of them could be read."""
    return (known.sha256, known.members) == (result.sha256, content.members)


class _Reading:
    """Reports which of some files is being read and written, and how far that has come."""

    def __init__(self, states: Sequence[FileState], progress: OnProgress) -> None:
        self._states = states
        self._progress = progress
        self._ends = [0, *accumulate(state.size + _FILE_WORK for state in states)]
        self._done = 0
        if states:
            self.report()

    def end_file(self) -> None:
        """Report that the current file is done, and which is next."""
        self._done += 1
        self.report()

    def report(self, part: float = 0.0) -> None:
        """Report the current file, of which a `part` has been written, from 0 to 1."""
        done, total = self._done, len(self._states)
        file = self._states[done].path if done < total else None
        start, end = self._ends[done], self._ends[min(done + 1, total)]
        share = (start + part * (end - start)) / self._ends[-1]
        self._progress(Progress("reading", done, total, share, file))


@dataclass(frozen=True, slots=True)
class _Content:
    """What the readings of a file come to: what is indexed is named as in `FileRecord`.

    `unread` has name, reason and kind of each member that was not read; without a reason it is passed over.
    """

    members: tuple[str, ...]
    paragraphs: int
    doubts: tuple[tuple[str, str, str], ...]
    unread: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, result: ReadResult) -> _Content:
        """Go through the readings once; they need not be in memory together."""
        members: list[str] = []
        paragraphs = 0
        doubts: list[tuple[str, str, str]] = []
        unread: list[tuple[str, str, str]] = []
        for reading in (prepared.reading for prepared in result.readings):
            if reading.release is None:
                unread.append((reading.member, reading.reason, reading.kind))
                continue
            members.append(reading.member)
            paragraphs += len(reading.release.paragraphs)
            doubts += ((reading.member, doubt.kind, doubt.reason) for doubt in reading.doubts)
        return cls(tuple(members), paragraphs, tuple(doubts), tuple(unread))
