"""Small files of the pages beside the index: JSON that is read with care, and replaced as a whole."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jsisa_search.errors import ArchiveError
from jsisa_search.own_files import open_descriptor, read_regular, replace_file
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: Bytes of such a file.
MAX_BYTES = 32 << 20

# A change takes milliseconds: who holds the lock for longer is stuck.
_LOCK_SECONDS = 10.0
_POLL_SECONDS = 0.01


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file; an empty one where the file is missing.

    Raises `ArchiveError` for a file that can't be read: it may hold work of people, and is never overwritten.
    """
    try:
        content = json.loads(read_regular(path, MAX_BYTES).decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, OSError):
            line = tr("{path} can't be read ({reason}); mend it or move it away")
            raise ArchiveError(line.format(path=path, reason=reason_of(error))) from error
        raise damaged(path) from error
    if not isinstance(content, dict):
        raise ArchiveError(tr("{path} is not a file of this program; move it away").format(path=path))
    return content


def damaged(path: Path) -> ArchiveError:
    """Return the error that a file is not as this program writes it."""
    return ArchiveError(tr("{path} is damaged; mend it or move it away").format(path=path))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace the file by `content`, durably. Raises `ArchiveError`; the file is then unchanged."""
    text = json.dumps(content, ensure_ascii=True, indent=1)
    try:
        replace_file(path, text.encode("ascii"), is_shared=True)
    except OSError as error:
        line = tr("{path} can't be written ({reason}); free some space")
        raise ArchiveError(line.format(path=path, reason=reason_of(error))) from error


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Let one thread of one process at a time read and replace the file, within the block.

    The lock is that of a file beside it, which the system releases when a process dies. Raises
    `ArchiveError` where another does not come to an end.
    """
    try:
        descriptor = open_descriptor(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT)
    except OSError as error:
        message = tr("{path} can't be locked: {strerror}").format(path=path, strerror=reason_of(error))
        raise ArchiveError(message) from error
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _try_to_lock(descriptor):
            if time.monotonic() > deadline:
                raise ArchiveError(tr("{path} is being changed; try again").format(path=path))
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _try_to_lock(descriptor: int) -> bool:
    with suppress(OSError):
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
