"""The write lock: one writer at a time, and a message that says who the other one is."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jsisa_search.errors import IndexLockedError

OnWait = Callable[[str], None]

_POLL_SECONDS = 0.05


class WriteLock:
    """Whoosh's own write lock on an index folder, with a note beside it that names the holder."""

    def __init__(self, lock: Any, folder: Path, indexname: str) -> None:
        """Wrap `lock`, which is not yet acquired."""
        self._lock = lock
        self._folder = folder
        self._note = folder / f"{indexname}_WRITELOCK.json"
        self._held = False

    def acquire(self, timeout: float, on_wait: OnWait | None = None) -> None:
        """Take the lock, waiting up to `timeout` seconds; `IndexLockedError` says whose it is.

        `on_wait` is told once who holds the lock, as soon as there is a reason to wait.
        """
        deadline = time.monotonic() + timeout
        while not self._lock.acquire():
            if time.monotonic() >= deadline:
                raise IndexLockedError(
                    f"{self._folder} is being written to by {self.holder()}: "
                    "wait until that is done, or end that process"
                )
            if on_wait is not None:
                on_wait(self.holder())
                on_wait = None
            time.sleep(_POLL_SECONDS)
        self._held = True
        self._note.write_text(json.dumps(_describe_self()), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back; doing it again does nothing."""
        if self._held:
            self._held = False
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> str:
        """Return who holds the lock, as far as the note tells."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return f"process {note['pid']} of {note['user']} on {note['host']}, since {note['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"


def _describe_self() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "an unknown user"
    return {
        "pid": os.getpid(),
        "user": user,
        "host": socket.gethostname(),
        "since": datetime.now().isoformat(" ", "seconds"),
    }
