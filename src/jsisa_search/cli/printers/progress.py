"""How far a command has come: a line on the terminal, or now and then a line for a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from jsisa_search.cli.printers.terminal import is_terminal, print_error, show_status, status_width
from jsisa_search.filenames import readable
from jsisa_search.progress import Phase, Progress
from jsisa_search.translation import gettext as _
from jsisa_search.translation import mark

# Seconds between two looks, of the line on a terminal and of that in a log.
_LOOK_SECONDS = 0.2
_LOG_SECONDS = 30.0

# Seconds after which the file is named that is still being read, and time left is estimated.
_PATIENCE = 2.0

# Seconds without a change after which the time left is not estimated any more.
_STALE = 5.0

_NAMES: dict[Phase, str] = {
    "listing": mark("Listing files"),
    "reading": mark("Reading"),
    "writing": mark("Writing"),
    "checking": mark("Checking"),
    "merging": mark("Merging"),
    "saving": mark("Saving"),
    "comparing": mark("Comparing"),
    "matching": mark("Checking"),
}

# What is counted, where people want the count and not only the share.
_UNITS: dict[Phase, str] = {
    "reading": mark("files"),
    "checking": mark("segments"),
    "comparing": mark("samples"),
    "matching": mark("quotations"),
}


_Step = tuple[int, Path | None]


class _Start(NamedTuple):
    """When a phase began, with what was done already."""

    time: float
    done: int
    share: float


class Meter:
    """Describes progress: rate and time left from the beginning of each phase. Times are in seconds."""

    def __init__(self) -> None:
        self._starts: dict[Phase, _Start] = {}
        # The step of each phase that was reported last, and when for the first time.
        self._steps: dict[Phase, tuple[_Step, float]] = {}
        self._moved = 0.0  # when the share last changed
        self._current: Progress | None = None

    def note(self, progress: Progress, now: float) -> None:
        """Take what has been reported at a time."""
        start = self._starts.get(progress.phase)
        # At 0 again: the phase begins again, as writing does each time the memory is full.
        if start is None or (progress.share == 0.0 and not progress.file):
            self._starts[progress.phase] = _Start(now, progress.done, progress.share)
            self._steps.pop(progress.phase, None)
        step = progress.done, progress.file
        if progress.phase not in self._steps or self._steps[progress.phase][0] != step:
            self._steps[progress.phase] = step, now
        if self._current is None or self._current.share != progress.share:
            self._moved = now
        self._current = progress

    def text(self, now: float) -> str:
        """Return what is going on in one line; empty where nothing was reported."""
        if self._current is None:
            return ""
        facts = _(", ").join(self._facts(self._current, now))
        phase = _(_NAMES[self._current.phase])
        return _("{phase}: {facts}").format(phase=phase, facts=facts) if facts else phase

    def _facts(self, progress: Progress, now: float) -> Iterator[str]:
        unit, start = _unit(progress.phase), self._starts[progress.phase]
        elapsed = now - start.time
        percent = f"{int(progress.share * 100)} %"
        if progress.phase == "listing":
            yield _("{number} found").format(number=f"{progress.done:,}")
        elif unit:
            done, total = f"{progress.done:,}", f"{progress.total:,}"
            yield _("{done} of {total} {unit} ({percent})").format(
                done=done, total=total, unit=unit, percent=percent
            )
        elif progress.total:
            yield percent
        waited = now - self._steps[progress.phase][1]
        if waited < _PATIENCE <= elapsed and unit and progress.done > start.done:
            rate = _rate((progress.done - start.done) / elapsed)
            yield _("{rate} {unit}/s").format(rate=rate, unit=unit)
        # Nobody knows how long a step takes that has not moved for a while.
        if elapsed >= _PATIENCE and start.share < progress.share < 1.0 and now - self._moved < _STALE:
            left = elapsed * (1.0 - progress.share) / (progress.share - start.share)
            yield _("{time} left").format(time=_duration(left))
        if waited >= _PATIENCE:
            name = readable(progress.file.name) if progress.file else ""
            waiting = _("{name} for {time}") if name else _("for {time}")
            yield waiting.format(name=name, time=_duration(waited))


class ProgressLine:
    """Shows progress from a thread of its own, so that it goes on where one step takes long.

    On a terminal it is one line, removed at the end; elsewhere a line on standard error every half a minute.
    """

    def __init__(self, *, is_quiet: bool = False) -> None:
        """Show nothing if `is_quiet`."""
        self._meter = Meter()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._is_terminal = is_terminal(sys.stderr)
        self._thread = None if is_quiet else threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Self:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self._thread:
            self._thread.join()

    def update(self, progress: Progress) -> None:
        """Take what is going on now; cheap, and does not write."""
        with self._lock:
            self._meter.note(progress, time.monotonic())

    def _show(self) -> None:
        seconds = _LOOK_SECONDS if self._is_terminal else _LOG_SECONDS
        while not self._end.wait(seconds):
            with self._lock:
                text = self._meter.text(time.monotonic())
            if not text:
                continue
            if self._is_terminal:
                show_status(text, width=status_width())
            else:
                print_error(text)
        if self._is_terminal:
            show_status("")


def _rate(per_second: float) -> str:
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.1f}"


def _duration(seconds: float) -> str:
    """Return a duration as people say it: 12 s, 1:48 min, 2:05 h."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole // 60 % 60:02} h"


def _unit(phase: Phase) -> str:
    """Return in what the steps of a phase are counted; empty where they are not."""
    return _(_UNITS[phase]) if phase in _UNITS else ""
