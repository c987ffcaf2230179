"""How an index names its contents: files relative to its folder, and releases without a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from jsisa_search.schema import TEXT_SCHEME
from jsisa_search.surrogates import is_unicode

# Begins the stored path of a file whose name is no valid Unicode: its lone surrogates, which represent bytes,
# and its percent signs are written as %XXXX.
_ESCAPED = "%:"
_TO_ESCAPE = re.compile("[%\ud800-\udfff]")
_ESCAPE = re.compile("%([0-9A-F]{4})")


def is_text_path(path: str) -> bool:
    """Return whether `path` names a release without a file."""
    return path.startswith(TEXT_SCHEME)


class StoredPaths:
    """Converts between paths of files and what an index in `folder` stores for them.

    A file is stored relative to the index, so that both can be moved together; `text:ID` is stored as it is.
    Stored paths are valid Unicode, also where the name of the file is not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stored(self, path: Path) -> str:
        """Return what the index stores for an absolute path."""
        try:
            stored = Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # on another drive
            stored = path.as_posix()
        if not is_unicode(stored):
            return _ESCAPED + _escape(stored)
        return f"./{stored}" if is_text_path(stored) or stored.startswith(_ESCAPED) else stored

    def of(self, reference: str) -> str:
        """Return what the index stores for a path as a user names it: of a file, a member, or `text:ID`."""
        if is_text_path(reference):
            return reference
        try:
            return self.stored(Path(reference).resolve())
        except ValueError:  # with NUL, or lone surrogates that represent no byte: no file has such a name
            return reference

    def inside(self, folder: str) -> tuple[str, ...]:
        """Return what the stored paths of the files below a folder begin with."""
        try:
            stored = self.of(folder).removesuffix("/") + "/"
        except OSError:  # a loop of links
            return ()
        # Of a file whose name is no valid Unicode all of the path is escaped.
        return (stored,) if stored.startswith(_ESCAPED) else (stored, _ESCAPED + _escape(stored))

    def file(self, stored: str) -> Path:
        """Return the absolute path of a stored file."""
        return Path(self._absolute(stored))

    def shown(self, stored: str) -> str:
        """Return a stored path as users see it: absolute, or `text:ID`."""
        return stored if is_text_path(stored) else self._absolute(stored)

    def _absolute(self, stored: str) -> str:
        # Strings, not `Path`s, which take half of the time of reading a hit.
        if stored.startswith(_ESCAPED):
            stored = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), stored.removeprefix(_ESCAPED))
        return os.path.normpath(os.path.join(self._folder, stored))  # noqa: PTH118


def member_path(stored: str, member: str) -> str:
    """Return the stored path of `member` (`!/b.html`, `#12`) of the file that is stored as `stored`."""
    return stored + (_escape(member) if stored.startswith(_ESCAPED) else member)


def _escape(text: str) -> str:
    return _TO_ESCAPE.sub(lambda match: f"%{ord(match[0]):04X}", text)
