"""The segment files that are open, one object for each: generations share what they have in common."""

from __future__ import annotations

import threading
from pathlib import Path
from weakref import WeakValueDictionary

from jsisa_search.codec.segment.segment_file import SegmentFile

# Inode, time of change (ns) and size: a backup that was put back has other ones.
Stamp = tuple[int, int, int]


class OpenFiles:
    """Opens each segment file of a folder once; may be used by any thread.

    An update adds a small segment to large ones, which never change: a reader of the new generation takes
    over the mapped files of the one before, with all that was computed from them.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._files: WeakValueDictionary[tuple[Path, Stamp], SegmentFile] = WeakValueDictionary()

    def open(self, path: Path) -> SegmentFile:
        """Return the opened file at `path`, which the caller closes; errors as of `SegmentFile`."""
        status = path.stat()
        key = path, (status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            file = self._files.get(key)
            if file is None or not file.share():
                file = self._files[key] = SegmentFile(path)
            return file
