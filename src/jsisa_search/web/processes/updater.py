"""The process in which updates run: started for the first one, and there for the next ones a while.

What it has to load takes longer than an update after one file was saved: a second of the processor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from jsisa_search.errors import ArchiveError
from jsisa_search.translation import gettext as tr

# An update is less urgent than a search (on other systems, `web/processes/updating.py` says so of itself).
_BELOW_SEARCHES: int = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)

#: Seconds without an update after which the process ends; it has some 150 MB.
IDLE_SECONDS = 600.0

# After an update that has read more releases it ends at once: the memory that took is given back.
_MANY = 1000

# Seconds in which a process ends that has nothing to do.
_END_SECONDS = 5.0


class Updater:
    """Runs one update after the other in a process; `run` and `rest` are for one thread."""

    def __init__(self) -> None:
        """Prepare; the first update starts the process."""
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._status: int | None = None

    @property
    def process_id(self) -> int | None:
        """The process that is ready for an update."""
        return None if self._process is None else self._process.pid

    def run(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Have a job done, and yield what it says: see `web/processes/updating.py`.

        Raises `ArchiveError` where the process does not come to its end.
        """
        while True:
            is_new = self._process is None
            steps = self._steps(job)
            first = next(steps, None)
            # One that ended while it had nothing to do is replaced.
            if first is not None or is_new or self._is_closed:
                break
        is_done = is_large = False
        while first is not None:
            is_done = "done" in first
            report = first.get("report", {})
            is_large = is_large or report.get("new", 0) + report.get("changed", 0) > _MANY
            if not is_done:
                yield first
            first = next(steps, None)
        if is_large:
            self.rest()
        if not is_done and not self._is_closed:
            line = tr("the update ended unexpectedly (status {status})")
            raise ArchiveError(line.format(status=self._status))

    def rest(self) -> None:
        """End the process, which has nothing to do."""
        if (process := self._process) is not None:
            self._end(process)

    def close(self) -> None:
        """End the process whatever it does; may be called by any thread."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.terminate()

    def _steps(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the process says of a job, to `done` or its end."""
        if self._process is None:
            self._process = _started()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):  # it has ended
            process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            step = json.loads(line)
            yield step
            if "done" in step:
                return
        self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        with process:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]  # it is a pipe; its end says so
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._status = process.returncode


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "jsisa_search.web.processes.updating"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        creationflags=_BELOW_SEARCHES,
    )
