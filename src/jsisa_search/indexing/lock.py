"""The right to write: one process at a time, the others wait and are told for whom."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from whoosh.writing import LockError

from jsisa_search.errors import IndexLockedError

OnWait = Callable[[str], None]

#: Seconds to wait for another writer before giving up: longer than indexing a large folder takes.
WAIT_SECONDS = 3600.0

_POLL_SECONDS = 0.1
_HOLDER_FILE = "writer.json"


@contextmanager
def open_writer(
    whoosh_index: Any, folder: Path, *, on_wait: OnWait | None, wait_seconds: float = WAIT_SECONDS
) -> Iterator[Any]:
    """Give the writer of an index; left without `commit`, what was written is dropped.

    Raises `IndexLockedError` when another process still writes after `wait_seconds`.
    """
    writer = _wait_for_writer(whoosh_index, folder, on_wait, time.monotonic() + wait_seconds)
    holder = folder / _HOLDER_FILE
    try:
        holder.write_text(json.dumps(_own_description(), ensure_ascii=False), encoding="utf-8")
        yield writer
    finally:
        holder.unlink(missing_ok=True)
        if not writer.is_closed:
            writer.cancel()


def _wait_for_writer(whoosh_index: Any, folder: Path, on_wait: OnWait | None, deadline: float) -> Any:
    while True:
        try:
            return whoosh_index.writer(timeout=0.0, limitmb=256)
        except LockError as error:
            holder = _describe_holder(folder)
            if time.monotonic() >= deadline:
                raise IndexLockedError(
                    f"{holder} is writing to {folder}; try again when it is done"
                ) from error
            if on_wait is not None:
                on_wait(holder)
                on_wait = None
            time.sleep(_POLL_SECONDS)


def _own_description() -> dict[str, str | int]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name in this environment
        user = "?"
    since = datetime.now().isoformat(" ", "seconds")
    return {"process": os.getpid(), "user": user, "host": socket.gethostname(), "since": since}


def _describe_holder(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        holder = json.loads((folder / _HOLDER_FILE).read_text(encoding="utf-8"))
        return "process {process} of {user} on {host}, since {since},".format(**holder)
    return "another process"
