"""How far a long operation has come: what the layers report to callers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

#: What an operation is doing. An update lists and reads files; where memory is full, and at the end, it
#: writes and merges segments, whose checksums it checks before; an audit compares, and what a draft quotes is
#: matched with passages, and so are candidates for new phrases.
Phase = Literal["listing", "reading", "writing", "checking", "merging", "saving", "comparing", "matching"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase of a long operation has come.

    `done` of `total` count files (listing, reading), segments (checking), samples (comparing), quotations
    or phrases (matching) or postings; `total` is 0 where it is not known. `share` is the estimated share of
    the work of the phase that is done, from 0 to 1: large files count for more. `file` is the one that is
    being read, or the folder that is being listed.
    """

    phase: Phase
    done: int = 0
    total: int = 0
    share: float = 0.0
    file: Path | None = None

    @classmethod
    def of(cls, phase: Phase, done: int, total: int) -> Progress:
        """Return the progress of a phase all of whose parts take about as long."""
        return cls(phase, done, total, done / total if total else 0.0)


OnProgress = Callable[[Progress], None]


def no_progress(progress: Progress) -> None:
    """Ignore a report."""


def stopping_after(seconds: float, error_of: Callable[[Progress], Exception]) -> OnProgress:
    """Return a function that raises the error of a report which comes later than `seconds` from now."""
    deadline = time.monotonic() + seconds

    def watch(progress: Progress) -> None:
        if time.monotonic() > deadline:
            raise error_of(progress)

    return watch
