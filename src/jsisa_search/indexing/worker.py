"""A process that reads files for another: it has no lock, and ends with the process that started it.

Requests come on standard input, answers go to standard output, both as frames: a letter, the length of the
payload as a 64-bit number, and the payload, a pickle.

| frame | payload |
|---|---|
| `H` | empty: the process is ready |
| `R` | a `PreparedReading` of the file that was asked for |
| `E` | the `ReadResult` without readings: the file is done |
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.indexing import limits
from jsisa_search.indexing.folder import FileState
from jsisa_search.indexing.reading import PreparedReading, read_file
from jsisa_search.page import MemberReading

READY, READING, END = b"H", b"R", b"E"

_HEADER = struct.Struct(">cQ")

# Reading it takes all tables.
_ANY_FIGURE = "2025年粮食产量达到1.5万吨，增长3%。"

# Seconds after which what has been read is sent, as a sign of life.
_FLUSH_SECONDS = 1.0


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    """Write a frame to `stream`, without flushing it."""
    stream.write(_HEADER.pack(kind, len(payload)))
    stream.write(payload)


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return kind and payload of the next frame of `stream`; raise `EOFError` where it ends."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    kind, size = _HEADER.unpack(header)
    payload = stream.read(size)
    if len(payload) < size:
        raise EOFError
    return kind, payload


def serve() -> None:
    """Read the files that standard input asks for, until it ends."""
    answers = _private_output()
    requests: SimpleQueue[FileState] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests.put), daemon=True).start()
    _load_tables()
    _limit_memory(limits.MEMORY)
    write_frame(answers, READY)
    answers.flush()
    while True:
        answer(requests.get(), answers)


def answer(state: FileState, answers: BinaryIO) -> None:
    """Read one file and write its frames to `answers`."""
    flushed = time.monotonic()

    def send(reading: MemberReading) -> None:
        nonlocal flushed
        _end_after(limits.PAGE_SECONDS)  # what follows has a time of its own
        prepared = PreparedReading.of(reading)
        write_frame(answers, READING, pickle.dumps(prepared, pickle.HIGHEST_PROTOCOL))
        if time.monotonic() - flushed > _FLUSH_SECONDS:
            answers.flush()
            flushed = time.monotonic()
        _end_after(limits.PAGE_SECONDS)

    _end_after(limits.PAGE_SECONDS)
    result = read_file(state, send)
    _end_after(0)
    write_frame(answers, END, pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
    answers.flush()


def _private_output() -> BinaryIO:
    """Return standard output, to which nothing else in this process can write any more."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _load_tables() -> None:
    """Load what reading figures needs, which stays, before what a file may take is bounded."""
    extract(_ANY_FIGURE, Setting.of(None, None))
    gc.collect()
    gc.freeze()


def _listen(stream: BinaryIO, put: Callable[[FileState], None]) -> None:
    """Pass on the requests; end this process at once when the requesting one is gone."""
    try:
        while True:
            put(pickle.loads(read_frame(stream)[1]))
    except (EOFError, OSError):
        if sys.platform != "win32" and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # the process that reads a PDF, too
        os._exit(0)


def _limit_memory(size: int) -> None:
    """Let this process take `size` more bytes of address space, where the system can bound it."""
    try:
        import resource

        now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = now + size if hard == resource.RLIM_INFINITY else min(now + size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (ImportError, OSError, ValueError):
        return


def _end_after(seconds: float) -> None:
    """Have the system end this process after so much CPU time from now; 0 for never."""
    # No handler: it would wait for a regular expression that does not end.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
