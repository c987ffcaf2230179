"""The generation that the answers of a server are of: shared by all of its processes through a file.

Whoever reloads a page may be answered by another process than before. None may answer from an older
generation than another has answered from: what was found would be gone again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from jsisa_search.errors import ArchiveError
from jsisa_search.own_files import read_regular, replace_file
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.kept.store import changing

#: Name of the file in the index folder: the generation, in decimal digits.
ANNOUNCED_FILE = "jsisa-search-announced.txt"

_MAX_BYTES = 100

# Windows refuses to open a file that is being replaced, and to replace one that is being read: microseconds.
_TRIES = 50
_TRY_SECONDS = 0.01

Found = TypeVar("Found")


class Announced:
    """The latest generation that any process has announced; may be used by any thread of any process."""

    def __init__(self, folder: Path) -> None:
        """Announce in the folder of an index."""
        self._path = folder / ANNOUNCED_FILE

    def forget(self) -> None:
        """Announce nothing: the generations of a recreated index may start again. Raises `ArchiveError`."""
        self._insist(lambda: self._path.unlink(missing_ok=True))

    def read(self) -> int:
        """Return the generation; 0 where none was announced. Raises `ArchiveError`."""
        return self._insist(self._read)

    def raise_to(self, generation: int) -> None:
        """Announce a generation, unless a later one was announced. Raises `ArchiveError`."""
        if self.read() >= generation:
            return
        with changing(self._path):
            if self.read() < generation:
                # Not flushed to disk: it is of no use after the machine was restarted.
                content = str(generation).encode("ascii")
                self._insist(lambda: replace_file(self._path, content, is_durable=False, is_shared=True))

    def _read(self) -> int:
        try:
            return int(read_regular(self._path, _MAX_BYTES))
        except (FileNotFoundError, ValueError):  # damaged by a power cut: announced again by the next request
            return 0

    def _insist(self, act: Callable[[], Found]) -> Found:
        for attempt in range(_TRIES):
            try:
                return act()
            except OSError as error:
                if isinstance(error, PermissionError) and attempt + 1 < _TRIES:
                    time.sleep(_TRY_SECONDS)
                    continue
                line = tr("{path} can't be read or written ({reason}); free some space, or remove it")
                raise ArchiveError(line.format(path=self._path, reason=reason_of(error))) from error
        raise AssertionError("unreachable")
