"""How an index names what it holds: files relative to its folder, and releases without a file."""

from __future__ import annotations

import os
from pathlib import Path

#: Begins the paths of releases that were added without a file: `text:ID`.
TEXT_SCHEME = "text:"


def is_text_path(path: str) -> bool:
    """Return whether `path` names a release without a file."""
    return path.startswith(TEXT_SCHEME)


class StoredPaths:
    """Converts between paths of files and what an index in `folder` stores for them.

    A file is stored relative to the index, so that both can be moved together; `text:ID` is stored as it is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stored(self, path: Path) -> str:
        """Return what the index stores for an absolute path."""
        try:
            stored = Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # on another drive
            return path.as_posix()
        return f"./{stored}" if is_text_path(stored) else stored

    def file(self, stored: str) -> Path:
        """Return the absolute path of a stored file."""
        return Path(os.path.normpath(self._folder / stored))

    def shown(self, stored: str) -> str:
        """Return a stored path as users see it: absolute, or `text:ID`."""
        return stored if is_text_path(stored) else str(self.file(stored))
