"""Worker processes that read files: replaced when they die, stopped when they take too long.

They are started as programs of their own (`worker.py`), so they inherit neither the lock of the index nor
anything else that is open, and the calling script is not imported again.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import BinaryIO, Self, cast

from jsisa_search.errors import PageTooLargeError
from jsisa_search.filenames import readable
from jsisa_search.indexing import limits
from jsisa_search.indexing.folder import FileState
from jsisa_search.indexing.reading import FAILED, ReadResult, SpooledReadings, read_file
from jsisa_search.indexing.worker import READING, READY, read_frame, write_frame
from jsisa_search.translation import gettext as tr

# The module whose function `serve` is the worker.
_WORKER = "jsisa_search.indexing.worker"

# A worker must not start workers, as a program that embeds Python and is started again would.
_IS_WORKER = "JSISA_SEARCH_WORKER"

# Seconds between two looks at the deadlines, and until a started process must be ready.
_WATCH_SECONDS = 0.25
_START_SECONDS = 60.0


# From this many files, or from as many that are not small, all are read in several processes.
_PARALLEL_FROM = 200
_PARALLEL_FROM_LARGE = 8

# Text of fewer bytes is read in this process: it takes a fraction of a second with any content.
_SMALL = 64 << 10
_SMALL_TEXTS = (".txt", ".text", ".md", ".markdown", ".htm", ".html", ".shtml", ".xhtml", ".jsonl", ".ndjson")


def read_files(states: Sequence[FileState], *, jobs: int) -> Generator[ReadResult, None, None]:
    """Read each file; yield the results in order, each closed when the next is asked for.

    What could take long is read in a worker process, and all in up to `jobs` of them where there are many.
    """
    large = sum(not _is_small(state) for state in states)
    if jobs > 1 and (len(states) >= _PARALLEL_FROM or large >= _PARALLEL_FROM_LARGE):
        with WorkerPool(jobs) as pool:
            yield from pool.read(states)
        return
    with WorkerPool(1) as pool:
        for state in states:
            if _is_small(state):
                yield read_file(state)
            else:
                yield from pool.read([state])


def _is_small(state: FileState) -> bool:
    return state.size < _SMALL and state.path.suffix.lower() in _SMALL_TEXTS


class WorkerPool:
    """Up to `jobs` worker processes, started when they are needed. Use it as a context manager."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="jsisa-search")
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._running: list[_Process] = []
        self._closed = threading.Event()
        self._can_start = bool(sys.executable) and not getattr(sys, "frozen", False)
        self._can_start &= _IS_WORKER not in os.environ
        self._watch = threading.Thread(target=self._stop_late_ones, daemon=True)
        self._watch.start()

    def read(self, states: Iterable[FileState]) -> Iterator[ReadResult]:
        """Read files; yield the results in order. A result is closed when the next is asked for.

        Twice as many files as there are workers, and two more, are read ahead of the one that is yielded.
        """
        waiting: deque[Future[ReadResult]] = deque()
        for state in states:
            waiting.append(self._threads.submit(self._read, state))
            if len(waiting) > 2 * self._jobs + 2:
                yield from _take(waiting)
        while waiting:
            yield from _take(waiting)

    def close(self) -> None:
        """End the workers at once."""
        with self._lock:
            self._closed.set()
            running = list(self._running)
        for process in running:
            process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._watch.join()
        for process in running:
            process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, state: FileState) -> ReadResult:
        """Read a file in a worker; once again in a new one where that died of something else."""
        failure: WorkerDiedError | None = None
        worker = self._idle_process()
        while worker is not None:
            try:
                result = worker.read(state)
            except WorkerDiedError as error:
                self._discard(worker)
                is_second, failure = failure is not None, error
                if is_second or error.is_final or self._closed.is_set():
                    break
                worker = self._new_process()
            else:
                self._give_back(worker, is_spent=result.is_out_of_memory)
                return result
        if failure is None and not self._closed.is_set():
            return read_file(state)
        failure = failure or WorkerDiedError(tr("the update was interrupted"))
        name = readable(str(state.path))
        return ReadResult(state, reason=f"{name}: {failure}", kind=failure.kind)

    def _idle_process(self) -> _Process | None:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._new_process()

    def _new_process(self) -> _Process | None:
        """Return a new worker; `None` where none can be started: then files are read in this process."""
        if not self._can_start:
            return None
        try:
            process = _Process()
        except OSError:
            self._can_start = False
            return None
        with self._lock:
            self._running.append(process)
            if self._closed.is_set():
                process.kill()
        try:
            process.wait_until_ready()
        except WorkerDiedError:
            self._discard(process)
            self._can_start = False
            return None
        return process

    def _give_back(self, process: _Process, *, is_spent: bool) -> None:
        if is_spent or process.is_late():
            self._discard(process)
            return
        with self._lock:
            self._idle.append(process)

    def _discard(self, process: _Process) -> None:
        process.kill()
        process.wait()
        with self._lock:
            self._running.remove(process)

    def _stop_late_ones(self) -> None:
        while not self._closed.wait(_WATCH_SECONDS):
            with self._lock:
                late = [process for process in self._running if process.is_late()]
            for process in late:
                process.kill()


def _take(waiting: deque[Future[ReadResult]]) -> Iterator[ReadResult]:
    result = waiting.popleft().result()
    try:
        yield result
    finally:
        result.close()


class WorkerDiedError(Exception):
    """A worker ended before its file was read; `is_final` where a second attempt would end like this one."""

    def __init__(self, reason: str, *, kind: str = FAILED, is_final: bool = False) -> None:
        super().__init__(reason)
        self.kind = kind
        self.is_final = is_final


class _Process:
    """One worker process, used by one thread at a time; `kill` and `is_late` may be called by any."""

    def __init__(self) -> None:
        command = f"import sys; sys.path[:] = {sys.path!r}; from {_WORKER} import serve; serve()"
        self._deadline = time.monotonic() + _START_SECONDS
        self._was_late = False
        self._popen = subprocess.Popen(
            # -P: no module is taken from the folder in which the user happens to be before the path is set.
            [sys.executable, "-P", f"-Xutf8={sys.flags.utf8_mode}", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, _IS_WORKER: "1"},
            # In a group of its own: Ctrl-C reaches this process alone, and its children can be ended with it.
            process_group=None if sys.platform == "win32" else 0,
        )
        self._requests = cast(BinaryIO, self._popen.stdin)
        self._answers = cast(BinaryIO, self._popen.stdout)

    def wait_until_ready(self) -> None:
        """Wait until the process can read files. Raise `WorkerDiedError` where it never could."""
        try:
            if read_frame(self._answers)[0] == READY:
                self._deadline = float("inf")
                return
        except (EOFError, OSError):
            pass
        raise WorkerDiedError(tr("it did not start"))

    def read(self, state: FileState) -> ReadResult:
        """Return what came of reading a file. Raise `WorkerDiedError`."""
        readings = SpooledReadings()
        try:
            self._deadline = time.monotonic() + limits.SILENT_SECONDS
            write_frame(self._requests, b"F", pickle.dumps(state))
            self._requests.flush()
            while (frame := read_frame(self._answers))[0] == READING:
                self._deadline = time.monotonic() + limits.SILENT_SECONDS
                readings.append(frame[1])
            result: ReadResult = pickle.loads(frame[1])
        except BaseException as error:
            readings.close()
            if isinstance(error, Exception):  # its pipes are closed, or what it sends makes no sense
                raise self._cause_of_death() from error
            raise
        finally:
            self._deadline = float("inf")
        if result.reason:
            readings.close()
            return result
        return replace(result, readings=readings)

    def is_late(self) -> bool:
        """Return whether the process has given no sign of life for too long."""
        self._was_late |= time.monotonic() > self._deadline
        return self._was_late

    def kill(self) -> None:
        """End the process and those that it started."""
        if self._popen.returncode is not None:
            return
        if sys.platform == "win32":
            self._popen.kill()
        else:
            # Before the process is waited for: until then its number is no other's.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until the process has ended, and close its pipes."""
        self._popen.wait()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()

    def _cause_of_death(self) -> WorkerDiedError:
        # If its output is closed it is ending already; what it started has to end with it.
        self.kill()
        status = self._popen.wait()
        if self._was_late or (sys.platform != "win32" and status == -signal.SIGPROF):
            seconds = limits.SILENT_SECONDS if self._was_late else limits.PAGE_SECONDS
            return WorkerDiedError(
                tr("takes more than {seconds} s to read; split it, or save it again").format(
                    seconds=f"{seconds:.0f}"
                ),
                kind=PageTooLargeError.kind,
                is_final=True,
            )
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return WorkerDiedError(tr("the process that read it died twice ({how})").format(how=how))
