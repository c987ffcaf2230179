"""The write lock: one writer at a time, and a message that names the holder."""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from jsisa_search.errors import IndexDamagedError, IndexLockedError
from jsisa_search.own_files import IrregularFileError, open_descriptor, read_regular, replace_file
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OnWait = Callable[[str], None]

_POLL_SECONDS = 0.05
_MAX_NOTE_BYTES = 4096


class WriteLock:
    """The write lock of an index folder, the same as Whoosh's, with a note beside it that names the holder.

    The operating system ties it to the descriptor of `MAIN_WRITELOCK`. A forked child would inherit that,
    and hold the lock after the death of its parent: each child closes it.
    """

    def __init__(self, folder: Path, indexname: str) -> None:
        """Prepare the lock of an index in `folder`; it is not acquired yet."""
        self._folder = folder
        self._path = folder / f"{indexname}_WRITELOCK"
        self._note = folder / f"{indexname}_WRITELOCK.json"
        self._descriptor: int | None = None

    def acquire(self, timeout: float, on_wait: OnWait | None = None) -> None:
        """Take the lock, waiting up to `timeout` seconds; `IndexLockedError` names the holder.

        `on_wait` is called once with the holder, as soon as there is a reason to wait.
        """
        deadline = time.monotonic() + timeout
        while not self._try_to_lock():
            if time.monotonic() >= deadline:
                raise IndexLockedError(
                    tr(
                        "{folder} is being written to by {holder}: wait until that is done, or end "
                        "that process"
                    ).format(folder=self._folder, holder=self.holder())
                )
            if on_wait is not None:
                on_wait(self.holder())
                on_wait = None
            time.sleep(_POLL_SECONDS)
        try:
            with suppress(OSError):  # a full disk; the note is informative only
                replace_file(self._note, json.dumps(_describe_self()).encode(), is_durable=False)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Release the lock; repeated calls do nothing."""
        if self._descriptor is None:
            return
        try:
            with suppress(OSError):  # a note without a lock is harmless
                self._note.unlink(missing_ok=True)
        finally:
            with suppress(OSError):
                _unlock(self._descriptor)
            self._close()

    @contextmanager
    def held(self, timeout: float, on_wait: OnWait | None = None) -> Iterator[None]:
        """Hold the lock for a `with` block; arguments as `acquire` takes them."""
        self.acquire(timeout, on_wait)
        try:
            yield
        finally:
            self.release()

    def holder(self) -> str:
        """Return who holds the lock, as far as the note says."""
        try:
            note = json.loads(read_regular(self._note, _MAX_NOTE_BYTES))
            return f"process {note['pid']} of {note['user']} on {note['host']}, since {note['since']}"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "another process"

    def _try_to_lock(self) -> bool:
        try:
            descriptor = open_descriptor(self._path, os.O_CREAT | os.O_RDWR)
        except IrregularFileError as error:
            raise IndexDamagedError(
                tr("{path} can't be locked: {strerror}").format(path=self._path, strerror=reason_of(error))
            ) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                return False
            raise
        self._descriptor = descriptor
        _HELD.add(self)
        return True

    def _close(self) -> None:
        """Close the descriptor without unlocking, which in a child would take the lock from its parent."""
        descriptor, self._descriptor = self._descriptor, None
        _HELD.discard(self)
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        if self._descriptor is not None:
            self._close()


#: The locks that this process holds.
_HELD: WeakSet[WriteLock] = WeakSet()


def _close_in_child() -> None:
    for lock in list(_HELD):
        lock._close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _describe_self() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = tr("an unknown user")
    return {
        "pid": os.getpid(),
        "user": user,
        "host": socket.gethostname(),
        "since": datetime.now().isoformat(" ", "seconds"),
    }
