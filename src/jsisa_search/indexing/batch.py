"""A batch: changes to an index that become visible together, in one commit, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, Unpack

from jsisa_search.arguments import (
    MAX_JOBS,
    check_flag,
    check_function,
    check_number,
    check_path,
    check_paths,
    check_text,
    refused,
)
from jsisa_search.codec.whoosh_compat.toc import warned_after_commit
from jsisa_search.errors import ArgumentError, BatchError, IndexDamagedError, ReleaseNotFoundError
from jsisa_search.filenames import readable
from jsisa_search.indexing.added import release_from, release_of, sections_from
from jsisa_search.indexing.contents import Contents
from jsisa_search.indexing.documents import (
    FileRecord,
    is_release_id,
    make_documents,
    make_record_document,
    make_release_id,
)
from jsisa_search.indexing.folder import is_below, list_files, resolve_paths, with_settings
from jsisa_search.indexing.paths import is_text_path, member_path
from jsisa_search.indexing.reading import now_ns
from jsisa_search.indexing.settings import (
    FILE_NAME,
    REBUILD,
    Settings,
    is_pattern,
    read_settings,
    remove_leftovers,
    write_settings,
)
from jsisa_search.indexing.unreadable import Unread, entry_of, read_unread, write_unread
from jsisa_search.indexing.update import DoubtfulFile, UnreadableFile, Update, UpdateReport
from jsisa_search.model import Release, ReleaseFacts
from jsisa_search.page.facts.date_pattern import parse_pattern
from jsisa_search.page.folder_settings import FolderSettings, SettingsReader
from jsisa_search.progress import OnProgress, no_progress
from jsisa_search.translation import gettext as tr


class Writer(Protocol):
    """What a batch asks of an engine's writer."""

    on_progress: OnProgress

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written any more."""
        ...

    def add_document(self, **document: Any) -> None:
        """Write a document: the record of a file, then for each release its facts, then its passages."""
        ...

    def delete_by_term(self, field: str, text: str) -> Any:
        """Delete the documents with a term in `path`, `release` or `record`."""
        ...

    def delete_all(self) -> None:
        """Delete everything."""
        ...

    def commit(self) -> Any:
        """Make the changes durable and visible."""
        ...


class Batch:
    """Changes to an index that become visible together when the `with` block of `Index.batch` ends.

    Of several changes to one release the last counts. For one thread.
    """

    def __init__(self, writer: Writer, folder: Path, contents: Contents) -> None:
        """Write with `writer` to the index in `folder`, which so far has `contents`."""
        self._writer = writer
        self._folder = folder
        self._paths = contents.paths
        self._contents = contents
        # The record of each file by its stored path, read when first needed; until then what was added.
        self._known: dict[str, FileRecord] | None = None
        self._added: dict[str, FileRecord] = {}
        self._is_changed = self._is_broken = False
        self._settings: Settings | None = None
        self._reports: list[tuple[UpdateReport, tuple[Path, ...]]] = []

    def update(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        rebuild: bool = False,
        jobs: int = 1,
        allow_mass_removal: bool = False,
        date_pattern: str | None = None,
        progress: OnProgress | None = None,
    ) -> UpdateReport:
        """Synchronise the index with the files below `paths`; see `Index.update`."""
        roots = resolve_paths(check_paths("paths", paths))
        rebuild = check_flag("rebuild", rebuild)
        jobs = check_number("jobs", jobs, 1, MAX_JOBS)
        allow_mass_removal = check_flag("allow_mass_removal", allow_mass_removal)
        check_function("progress", progress)
        if rebuild and self._is_changed:
            raise ArgumentError(tr("rebuild can't be True after other changes of a batch; rebuild first"))
        progress = progress or no_progress
        self._writer.on_progress = progress  # for the commit, too
        settings = self._settings_with(date_pattern)
        reader = SettingsReader(FolderSettings(date_pattern=settings.date_pattern))
        listing = with_settings(list_files(roots, leave_out=self._folder, progress=progress), reader)
        with self._changing():
            last = Unread() if rebuild else read_unread(self._folder)
            lost = self._delete_files() if rebuild else ()
            update = self._update_of(roots, last, allow_mass_removal=allow_mass_removal)
            report = update.run(listing, jobs=jobs, progress=progress)
            faulty = (DoubtfulFile(path, (("settings", what),)) for path, what in reader.problems.items())
            report = replace(
                report, unreadable=(*lost, *report.unreadable), doubtful=(*faulty, *report.doubtful)
            )
            self._is_changed |= update.is_touched or rebuild
            self._settings = settings
        self._reports.append((report, roots))
        return report

    def _update_of(self, roots: tuple[Path, ...], last: Unread, *, allow_mass_removal: bool) -> Update:
        """Return the update of the files below `roots`, which names what `last` did not."""
        return Update(
            writer=self._writer,
            records=self._records(),
            roots=roots,
            paths=self._paths,
            allow_mass_removal=allow_mass_removal,
            known_unread=frozenset(last.files),
            known_lists=frozenset(last.list_pages),
        )

    def add(self, releases: Iterable[Release | Mapping[str, Any]]) -> tuple[str, ...]:
        """Add releases that have no file, each in place of one with the same path; return their ids.

        Each is a `Release`, or a dict with an `id`, a `text` (or `sections`) and other fields of a release.
        It gets the path `text:ID` and stays until it is removed. Releases are taken one at a time, so
        `releases` may be a generator of many. Raises `ArgumentError`.
        """
        if isinstance(releases, Release | Mapping | str | bytes) or not isinstance(releases, Iterable):
            raise refused("releases", releases, tr("a list of Release or dict, like [release]"))
        with self._changing():
            return tuple([self._add(release_from(release)) for release in releases])

    def add_text(self, text: str, *, id: str, **facts: Unpack[ReleaseFacts]) -> str:  # noqa: A002
        """Add a text as a release without a file, in place of one with the same `id`; return its release id.

        Each line of `text` that is not blank is a paragraph or a heading; nothing else is read from it.
        Title, source, publisher, published, url and so on are given by name. Raises `ArgumentError`.
        """
        sections = sections_from(check_text("text", text))
        release = release_of(check_text("id", id), sections=sections, **facts)
        with self._changing():
            return self._add(release)

    def remove(self, references: Iterable[str | os.PathLike[str]]) -> int:
        """Remove releases from the index, each named by its path or its id; return how many were removed.

        The path of a folder, or of a file of several releases, removes all that are below it. Files stay on
        disk: a release whose file is still in a folder comes back with the next update of that folder.
        Raises `ReleaseNotFoundError` where the index has nothing of that name.
        """
        if isinstance(references, str | bytes | os.PathLike) or not isinstance(references, Iterable):
            raise refused("references", references, tr("a list of paths or ids"))
        with self._changing():
            owners = self._owners()
            return sum(self._remove(os.fspath(check_path("a path or id", r)), owners) for r in references)

    def commit(self) -> Settings | None:
        """Make the changes durable and visible; `Index.batch` calls it at the end of the `with` block.

        Returns the settings of the index where an update has read or changed them.
        """
        if self._is_broken:
            raise BatchError(tr("a step of the batch failed, so nothing was written; repeat all of it"))
        remove_leftovers(self._folder)
        if self._is_changed:
            self._writer.commit()
        for report, roots in self._reports:
            self._store_unread(report, roots)
        if self._settings is not None and self._settings != read_settings(self._folder):
            # Files that were read with another pattern are read again by the next update in any case.
            with warned_after_commit(
                tr("the date pattern could not be recorded in the settings of the index")
            ):
                write_settings(self._folder, self._settings)
        return self._settings

    def _settings_with(self, date_pattern: str | None) -> Settings:
        """Return the settings of the index with a new date pattern, if one is given."""
        settings = self._settings or read_settings(self._folder)
        if date_pattern is None:
            if settings.date_pattern and not is_pattern(settings.date_pattern):
                raise IndexDamagedError(
                    tr("the date pattern in {folder} is damaged; {rebuild}").format(
                        folder=self._folder / FILE_NAME, rebuild=tr(REBUILD)
                    )
                )
            return settings
        if check_text("date_pattern", date_pattern):
            parse_pattern(date_pattern)
        return replace(settings, date_pattern=date_pattern)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Bar a batch from being committed when a step of it fails half way."""
        if self._writer.is_closed:
            raise BatchError(tr("the batch is over; begin another one with index.batch()"))
        was_broken, self._is_broken = self._is_broken, True
        yield
        self._is_broken = was_broken

    def _records(self) -> dict[str, FileRecord]:
        if self._known is None:
            self._known = {record.path: record for record in self._contents.files()} | self._added
        return self._known

    def _delete_files(self) -> tuple[UnreadableFile, ...]:
        """Delete everything, and write the releases without a file again; return those that are damaged."""
        self._writer.delete_all()
        self._known = {}
        lost = []
        for path, release in self._contents.texts():
            if release is not None:
                self._add(release)
            else:
                reason = tr(
                    "{path}: was added without a file, and is damaged in the index; add it again"
                ).format(path=path)
                lost.append(UnreadableFile(Path(path), reason, "damaged"))
        return tuple(lost)

    def _add(self, release: Release) -> str:
        record = FileRecord(release.path, 0, 0, "", now_ns(), len(release.paragraphs))
        self._writer.delete_by_term("path", release.path)
        self._writer.add_document(**make_record_document(record))
        documents = list(make_documents(release, record))
        for document in documents:
            self._writer.add_document(**document)
        known = self._added if self._known is None else self._known
        known[record.path] = record
        self._is_changed = True
        return str(documents[0]["release"])

    def _owners(self) -> dict[str, tuple[str, str]]:
        """Return by the id of each release the stored paths of its file and of itself."""
        return {
            release_id: (record.path, path)
            for record in self._records().values()
            for release_id, path in record.release_ids
        }

    def _remove(self, reference: str, owners: dict[str, tuple[str, str]]) -> int:
        records = self._records()
        stored = self._paths.of(reference)
        is_id = is_release_id(reference)
        if is_id or stored not in records:
            owner, path = owners.get(reference.lower() if is_id else make_release_id(stored), ("", ""))
            record = records.get(owner)
            if record is not None and len(record.members) > 1:
                self._remove_member(record, path)
                return 1
            named = [owner] if record is not None else self._below(reference)
        else:
            named = [stored]
        if not named:
            raise ReleaseNotFoundError(
                tr("no release in the index has the path or id “{reference}”").format(
                    reference=readable(reference)
                )
            )
        return sum(self._remove_file(each) for each in named)

    def _below(self, folder: str) -> list[str]:
        """Return the stored paths of the files below a folder."""
        if is_text_path(folder):
            return []
        root = Path(folder).resolve()
        paths = [stored for stored in self._records() if not is_text_path(stored)]
        return [stored for stored in paths if self._paths.file(stored).is_relative_to(root)]

    def _remove_file(self, stored: str) -> int:
        """Delete the releases of a file; return their number."""
        self._writer.delete_by_term("path", stored)
        self._is_changed = True
        return len(self._records().pop(stored).members)

    def _remove_member(self, record: FileRecord, path: str) -> None:
        """Delete one of the releases in a file."""
        if self._contents.file(record.path) != record:
            raise BatchError(
                tr("{path} was read in this batch; remove it in a batch of its own").format(path=path)
            )
        info = self._contents.info(make_release_id(path))
        (member,) = (each for each in record.members if member_path(record.path, each) == path)
        fresh = replace(
            record,
            members=tuple(each for each in record.members if each != member),
            paragraphs=record.paragraphs - info.paragraphs,
            doubts=tuple(doubt for doubt in record.doubts if doubt[0] != member),
        )
        self._writer.delete_by_term("release", info.id)
        self._writer.delete_by_term("record", record.path)
        self._writer.add_document(**make_record_document(fresh))
        self._records()[record.path] = fresh
        self._is_changed = True

    def _store_unread(self, report: UpdateReport, roots: tuple[Path, ...]) -> None:
        """Store what an update did not index or could not list beside what is below other roots."""
        last = read_unread(self._folder)
        stored_path = self._paths.stored
        elsewhere = [entry for entry in last.files if not is_below(self._paths.file(entry[0]), roots)]
        pages = [page for page in last.list_pages if not is_below(self._paths.file(page), roots)]
        files = (
            entry_of(stored_path(file.path), file.reason)
            for file in report.unreadable
            if not is_text_path(str(file.path))
        )
        folders = (entry_of(stored_path(entry.path), entry.reason) for entry in report.unlisted)
        new_pages = (stored_path(page.path) for page in report.list_pages)
        write_unread(self._folder, chain(elsewhere, folders, files), chain(pages, new_pages))
