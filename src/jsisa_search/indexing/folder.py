"""List the files below the paths that a user names, and the folders that could not be listed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from jsisa_search.errors import PageError
from jsisa_search.filenames import readable
from jsisa_search.model import Plain
from jsisa_search.page import SUFFIXES, is_clutter, may_be_indexed, suffix_of
from jsisa_search.page.folder_settings import NOTHING_SET, SETTINGS_NAME, FolderSettings, SettingsReader
from jsisa_search.progress import OnProgress, Progress, no_progress
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

# A browser that saves a page "complete" puts its parts into a folder beside it: page.html, page_files.
_SAVED_PAGES = (".htm", ".html", ".shtml", ".shtm", ".xhtml", ".jsp", ".aspx", ".asp", ".php")
_PARTS_OF_PAGES = ("_files", ".files", "_文件", ".文件", "_檔案", ".檔案")

# Files of one folder after which progress is reported again.
_REPORT_EVERY = 256

# Errors of the system for a name that vanished, or a dangling link.
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is on disk now; `path` is absolute, times in nanoseconds since 1970.

    `settings` are those of its folder.
    """

    path: Path
    size: int
    modified_ns: int
    settings: FolderSettings = NOTHING_SET


@dataclass(frozen=True, slots=True)
class UnlistedPath(Plain):
    """A folder, or a link to a file, that could not be accessed, and why; its content is unknown."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below some paths that can be read, or are documents that can't, sorted.

    `passed_over` has the number of others by suffix, `unlisted` what could not be accessed.
    """

    files: tuple[FileState, ...]
    passed_over: dict[str, int]
    unlisted: tuple[UnlistedPath, ...] = ()


def list_files(paths: Sequence[Path], *, leave_out: Path, progress: OnProgress = no_progress) -> Listing:
    """Return the files of known formats below `paths`; a file that is named itself is always taken.

    A file of an unknown suffix is opened: it may be HTML, or a document that is to be reported as unreadable.
    Hidden files and folders, links to folders, pipes and devices, the folders of pages that were saved with
    their parts, and everything below `leave_out` are skipped. `progress` is called often.
    Raises `PageError` for a path that is not a folder or a regular file.
    """
    check_paths(paths)
    walk = _Walk(leave_out, progress)
    for root in paths:
        walk.add(root)
    progress(Progress("listing", len(walk.found)))
    files = tuple(walk.found[path] for path in sorted(walk.found))
    unlisted = tuple(UnlistedPath(path, walk.unlisted[path]) for path in sorted(walk.unlisted))
    return Listing(files, walk.passed_over, unlisted)


def with_settings(listing: Listing, reader: SettingsReader) -> Listing:
    """Return `listing` with the settings of its folders."""
    files = (replace(state, settings=reader.settings_of(state.path.parent)) for state in listing.files)
    return replace(listing, files=tuple(files))


def resolve_paths(paths: Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    """Return `paths` as absolute ones without links; raise `PageError` as `check_paths` does."""
    named = [Path(path) for path in paths]
    check_paths(named)
    return tuple(path.resolve() for path in named)


def check_paths(paths: Iterable[Path]) -> None:
    """Raise `PageError` for the first of `paths` that is not a folder or a regular file."""
    for path in paths:
        name = readable(str(path))
        try:
            mode = path.stat().st_mode
        except ValueError as error:
            raise PageError(
                tr("{name!r} is no path ({error}); check the name").format(name=name, error=error)
            ) from error
        except OSError as error:
            if error.errno in _GONE:
                raise PageError(
                    tr("{name} does not exist; check the name of the folder or file").format(name=name)
                ) from error
            raise PageError(
                tr("{name}: can't be accessed ({strerror}); nothing was changed").format(
                    name=name, strerror=reason_of(error)
                )
            ) from error
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise PageError(
                tr("{name} is a pipe or a device; name a folder or a regular file").format(name=name)
            )


@dataclass(slots=True)
class _Walk:
    """A walk over folders: the files found so far, and what could not be listed, with the reason."""

    leave_out: Path
    progress: OnProgress
    found: dict[Path, FileState] = field(default_factory=dict)
    passed_over: dict[str, int] = field(default_factory=dict)
    unlisted: dict[Path, str] = field(default_factory=dict)

    def add(self, root: Path) -> None:
        """Add a file, or the files below a folder."""
        try:
            status = root.stat()
        except OSError as error:
            self.unlisted[root] = reason_of(error)
            return
        if not stat.S_ISDIR(status.st_mode):
            self.found[root] = FileState(root, status.st_size, status.st_mtime_ns)
            return
        folders = [root]
        while folders:
            folder = folders.pop()
            self.progress(Progress("listing", len(self.found), file=folder))
            try:
                folders += self._add_folder(folder)
            except OSError as error:
                # A folder that vanished is gone; a root was there a moment ago, its drive is.
                if error.errno not in _GONE or folder == root:
                    self.unlisted[folder] = reason_of(error)

    def _add_folder(self, folder: Path) -> list[Path]:
        """Add the files of a folder and return its subfolders. Raise `OSError` where it can't be listed."""
        with os.scandir(folder) as listed:
            entries = [entry for entry in listed if not _is_unseen(entry.name)]
        pages = {PurePath(e.name).stem for e in entries if suffix_of(e.name) in _SAVED_PAGES}
        subfolders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not is_part_of_page(entry.name, pages) and folder / entry.name != self.leave_out:
                    subfolders.append(folder / entry.name)
            else:
                self._add_entry(folder, entry)
        return subfolders

    def _add_entry(self, folder: Path, entry: os.DirEntry[str]) -> None:
        """Add a file. Raise `OSError` where no file of the folder can be accessed."""
        path = folder / entry.name
        try:
            # What is no regular file (a pipe, a device, a dangling link) can't be a saved page.
            if not entry.is_file():
                return
            suffix = suffix_of(entry.name)
            if suffix not in SUFFIXES and not may_be_indexed(path, suffix):
                self.passed_over[suffix] = self.passed_over.get(suffix, 0) + 1
                return
            status = entry.stat()
        except OSError as error:
            if error.errno in _GONE:
                return
            if not entry.is_symlink():
                raise
            self.unlisted[path] = reason_of(error)
        else:
            self.found[path] = FileState(path, status.st_size, status.st_mtime_ns)
            if len(self.found) % _REPORT_EVERY == 0:
                self.progress(Progress("listing", len(self.found), file=folder))


def _is_unseen(name: str) -> bool:
    return name.startswith(".") or name == SETTINGS_NAME or is_clutter(name)


def is_part_of_page(folder: str, pages: Collection[str]) -> bool:
    """Return whether a folder contains the pictures and frames of a page that a browser saved beside it.

    `pages` are the names of the pages beside it without their suffixes.
    """
    return any(folder.endswith(ending) and folder.removesuffix(ending) in pages for ending in _PARTS_OF_PAGES)


def is_below(path: Path, roots: Iterable[Path]) -> bool:
    """Return whether `path` is one of `roots`, in one, or a member of one that is a file of several."""
    name = str(path)
    return any(path.is_relative_to(root) or name.startswith((f"{root}!", f"{root}#")) for root in roots)
