"""A worker whose reader does what the text of a file says, to see what that does to an update."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsisa_search.indexing import limits, reading, worker
from jsisa_search.page import MemberReading, parse_releases

SECONDS = 0.3


def serve() -> None:
    """Be a worker with little time and memory."""
    limits.PAGE_SECONDS = SECONDS
    limits.MEMORY = 256 << 20
    reading.parse_releases = read_or_misbehave  # type: ignore[attr-defined]
    worker.serve()


def read_or_misbehave(  # noqa: C901
    data: bytes, path: str, **around: Any
) -> Iterator[MemberReading]:
    """Read a page after doing what it says in its first line."""
    what, _, argument = data.decode("utf-8", "replace").partition("\n")[0].partition(" ")
    if what == "loop":
        re.match(r"(a+)+$", "a" * 60 + "b")  # ends in some years, and holds the interpreter
    elif what == "fill":
        bytearray(512 << 20)
    elif what == "crash":
        ctypes.string_at(0)
    elif what == "print":
        print("not a frame")
    elif what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "kill-once" and not Path(argument).exists():
        Path(argument).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "wait":
        Path(argument).write_text(str(os.getpid()), encoding="ascii")
        time.sleep(60)
    elif what == "descriptors":
        Path(argument).write_text(
            " ".join(path.name for path in Path("/proc/self/fd").iterdir()), encoding="ascii"
        )
    elif what == "exit":
        sys.exit("a reader that ends its process")
    elif what == "busy":
        return slowed(parse_releases(data, path, **around), float(argument))
    return parse_releases(data, path, **around)


def slowed(readings: Iterator[MemberReading], seconds: float) -> Iterator[MemberReading]:
    """Yield `readings`, each after so much CPU time."""
    for reading_ in readings:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        yield reading_
