"""More processes that answer requests on one listening socket: started, asked, replaced when they end.

The process that starts them owns the folders and their updates; a worker asks it by lines of JSON
(`web/processes/worker.py`). Nothing else is shared but files of the index folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jsisa_search.errors import JsisaSearchError

if TYPE_CHECKING:
    import socket

    from jsisa_search.web.settings import ServerSettings

#: What a worker may ask: functions of JSON values that return one.
Calls = Mapping[str, Callable[..., Any]]

# Megabytes of memory of one worker, and the share of the machine's that all may have.
_WORKER_MB = 160
_MEMORY_SHARE = 0.25

# One person never waits for another; a second process would take as much memory for nothing.
_MOST_FOR_ONE = 1
_MOST_FOR_MANY = 8

# A worker that ends sooner than this has not worked; the next one waits, at most so long.
_SOON_SECONDS = 10.0
_LONGEST_WAIT = 60.0

# Seconds in which a worker answers what it has begun.
_END_SECONDS = 5.0

# What a process asks that is answered at once.
_CALLS = 4


def default_workers(*, is_local: bool) -> int:
    """Return how many processes answer: one for this machine alone, else by cores and memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    affordable = int(_memory_mb() * _MEMORY_SHARE / _WORKER_MB)
    return max(min(cores, affordable, _MOST_FOR_ONE if is_local else _MOST_FOR_MANY), 1)


class Workers:
    """Processes that answer on a listening socket beside this one; those that end are replaced."""

    def __init__(self, number: int, listening: socket.socket, settings: ServerSettings, calls: Calls) -> None:
        """Prepare `number` processes; they can make `calls`, each from a thread of this process."""
        self._number = number
        self._listening = listening
        self._settings = settings
        self._calls = calls
        self._is_closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(process.pid for process in tuple(self._processes.values()))

    def start(self) -> None:
        """Start the processes; they answer as soon as they are ready."""
        for slot in range(self._number):
            thread = threading.Thread(target=self._keep, args=(slot,), name=f"worker {slot}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """End the processes, after what they have begun."""
        self._is_closing.set()
        for process in tuple(self._processes.values()):
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]  # it is a pipe; its end says so
        for thread in self._threads:
            thread.join(_END_SECONDS)
        for process in tuple(self._processes.values()):
            process.kill()

    def _keep(self, slot: int) -> None:
        """Run one process after the other."""
        wait = 1.0
        while not self._is_closing.is_set():
            started = time.monotonic()
            try:
                self._run(slot)
            except OSError:  # no memory or no process left: the others go on
                self._processes.pop(slot, None)
            is_soon = time.monotonic() - started < _SOON_SECONDS
            if is_soon and self._is_closing.wait(wait):
                return
            wait = min(wait * 2, _LONGEST_WAIT) if is_soon else 1.0

    def _run(self, slot: int) -> None:
        """Start a process and answer what it asks until it ends."""
        passed: dict[str, Any] = {}
        if sys.platform == "win32":
            passed = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # no Ctrl+C of ours
        else:
            passed = {"pass_fds": (self._listening.fileno(),), "start_new_session": True}
        with subprocess.Popen(
            [sys.executable, "-m", "jsisa_search.web.processes.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **passed,
        ) as process:
            self._processes[slot] = process
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(OSError, ValueError):  # it has ended, or its input was closed by `close`
                _write(process, self._settings.to_dict() | self._socket_for(process.pid))
                # Side by side: a correction takes a second, and each page asks for the folders.
                with ThreadPoolExecutor(_CALLS, f"calls {slot}") as calls:
                    lock = threading.Lock()
                    for line in process.stdout:
                        calls.submit(self._reply, process, lock, line)
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        del self._processes[slot]

    def _reply(self, process: subprocess.Popen[bytes], lock: threading.Lock, line: bytes) -> None:
        """Answer one line of a process; answers are matched by their numbers."""
        answer = self._answer(json.loads(line))
        with lock, suppress(OSError, ValueError):
            _write(process, answer)

    def _socket_for(self, process_id: int) -> dict[str, Any]:
        """Return what makes the listening socket that of another process as well."""
        if sys.platform == "win32":
            return {"shared_socket": b64encode(self._listening.share(process_id)).decode("ascii")}
        return {"descriptor": self._listening.fileno()}

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            result = self._calls[asked["call"]](**asked["arguments"])
        except JsisaSearchError as error:
            return {"id": asked["id"], "error": str(error), "kind": type(error).__name__}
        except Exception as error:  # a defect; the worker, which answers others too, must not end with it
            return {"id": asked["id"], "error": f"{type(error).__name__}: {error}", "kind": "ArchiveError"}
        return {"id": asked["id"], "result": result}


def _write(process: subprocess.Popen[bytes], content: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(content).encode("ascii") + b"\n")
    process.stdin.flush()


def _memory_mb() -> float:
    """Return the memory of this machine in megabytes; what few have, where it is unknown."""
    if sys.platform == "win32":
        import ctypes

        kilobytes = ctypes.c_ulonglong(0)
        if ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
            return kilobytes.value / 1024
        return 4096.0
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (ValueError, OSError):
        return 4096.0
