"""A batch: changes to an index that become visible together, in one commit, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from jsisa_search.indexing.documents import FileRecord
from jsisa_search.indexing.folder import is_below, list_files, resolve_paths
from jsisa_search.indexing.paths import StoredPaths
from jsisa_search.indexing.settings import remove_leftovers
from jsisa_search.indexing.unreadable import read_unreadable, write_unreadable
from jsisa_search.indexing.update import Progress, Update, UpdateReport

if TYPE_CHECKING:
    from jsisa_search.codec.writing.writer import ArrayWriter


class Batch:
    """Changes to an index that become visible together when the `with` block of `Index.batch` ends.

    Of changes to the same release the last counts. Not for use by several threads at once.
    """

    def __init__(self, writer: ArrayWriter, folder: Path, records: Iterable[FileRecord]) -> None:
        """Write with `writer` to the index in `folder`, whose files so far are `records`."""
        self._writer = writer
        self._folder = folder
        self._paths = StoredPaths(folder)
        self._records = {record.path: record for record in records}
        self._is_changed = False
        self._reports: list[tuple[UpdateReport, tuple[Path, ...]]] = []

    def update(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        rebuild: bool = False,
        jobs: int = 1,
        allow_mass_removal: bool = False,
        progress: Progress | None = None,
    ) -> UpdateReport:
        """Synchronise the index with the files below `paths`; see `Index.update`."""
        roots = resolve_paths(paths)
        listing = list_files(roots, leave_out=self._folder)
        if rebuild:
            self._writer.delete_all()
            self._records.clear()
        update = Update(
            writer=self._writer,
            records=self._records,
            roots=roots,
            paths=self._paths,
            allow_mass_removal=allow_mass_removal,
        )
        report = update.run(listing, jobs=jobs, progress=progress or _no_progress)
        self._is_changed |= update.is_touched or rebuild
        self._reports.append((report, roots))
        return report

    def commit(self) -> None:
        """Make the changes durable and visible, if there are any; `Index.batch` calls it."""
        remove_leftovers(self._folder)
        if self._is_changed:
            self._writer.commit()
        for report, roots in self._reports:
            self._store_unreadable(report, roots)

    def _store_unreadable(self, report: UpdateReport, roots: tuple[Path, ...]) -> None:
        """Store what an update could not read or list beside what is below other roots."""
        elsewhere = [
            (stored, reason)
            for stored, reason in read_unreadable(self._folder).files
            if not is_below(self._paths.file(stored), roots)
        ]
        files = ((self._paths.stored(file.path), file.reason) for file in report.unreadable)
        folders = ((self._paths.stored(entry.path), entry.reason) for entry in report.unlisted)
        write_unreadable(self._folder, chain(elsewhere, folders, files))


def _no_progress(done: int, total: int) -> None:
    """Report to nobody."""
