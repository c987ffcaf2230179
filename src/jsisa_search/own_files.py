"""The small files of an index folder: opened only where they are regular files, replaced as a whole.

Anybody who can write to the folder can place a FIFO, a device or a huge file under any of these names.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from jsisa_search.translation import gettext as tr

# Windows has neither flag; it has no FIFOs among files either.
_NO_WAITING: int = getattr(os, "O_NONBLOCK", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)


class IrregularFileError(OSError):
    """A file of the index is a folder, a FIFO or a device, or is far too large."""


def open_descriptor(path: Path, flags: int) -> int:
    """Open a regular file without ever waiting for the other end of a FIFO; return the descriptor.

    It is not inherited by programs that are started. Raises `OSError`, which is `IrregularFileError`
    where `path` is no regular file.
    """
    descriptor = os.open(path, flags | _NO_WAITING | _BINARY, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise IrregularFileError(errno.EINVAL, tr("it is not a regular file; remove it"), str(path))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raises `OSError`."""
    return os.fdopen(open_descriptor(path, os.O_RDONLY), "rb")


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file; raises `OSError`, `IrregularFileError` above `max_bytes`."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            raise IrregularFileError(
                errno.EFBIG, tr("it is larger than {limit} bytes").format(limit=max_bytes), str(path)
            )
        return file.read(size)


def create_afresh(path: Path) -> BinaryIO:
    """Open a new file for writing in place of anything of that name; raises `OSError`."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def replace_file(path: Path, content: bytes, *, is_durable: bool = True, is_shared: bool = False) -> None:
    """Write `content` under another name, flush it to disk where `is_durable`, and rename it to `path`.

    Raises `OSError`; `path` is then unchanged. One process at a time may replace a file, unless
    `is_shared`: the temporary name is then one of this process.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp" if is_shared else f"{path.name}.tmp")
    try:
        with create_afresh(temporary) as file:
            file.write(content)
            file.flush()
            if is_durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
