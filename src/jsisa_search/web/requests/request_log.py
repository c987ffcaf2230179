"""A log of requests, for who runs a server: a line each, without what was searched for unless asked."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from jsisa_search.errors import ArgumentError, JsisaSearchError
from jsisa_search.own_files import open_descriptor
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.kept.store import changing

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Characters of an address that are logged.
_MAX_ADDRESS = 2000

#: Bytes of a log, of which the older ones that are kept are called FILE.1, FILE.2, and on.
MAX_BYTES = 10_000_000
KEPT = 5


class RequestLog:
    """ASGI middleware that appends a line for each request to a file, which several processes may share.

    Time, address, who (owner, guest, stranger), method, path, status, milliseconds, bytes; between blanks.
    """

    def __init__(self, app: ASGIApp, path: str, *, logs_queries: bool) -> None:
        """Append to the file `path`; with the part of an address that has the query if `logs_queries`."""
        self._app = app
        self._path = Path(path)
        os.close(open_log(self._path))
        self._logs_queries = logs_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status, size = 0, 0

        async def send_counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            self._write(scope, status, time.perf_counter() - started, size)

    def _write(self, scope: Scope, status: int, seconds: float, size: int) -> None:
        visitor = scope.get("state", {}).get("visitor")
        path = quote(scope["path"])
        if self._logs_queries and scope["query_string"]:
            path += "?" + quote(scope["query_string"], safe="=&%+")
        parts = (
            datetime.now().astimezone().isoformat("T", "seconds"),
            (scope.get("client") or ("-",))[0],
            visitor.role if visitor else "-",
            quote(scope["method"]),
            path[:_MAX_ADDRESS],
            status or "-",
            f"{seconds * 1000:.1f}",
            size,
        )
        with suppress(OSError, JsisaSearchError):  # a full disk costs lines of the log, and no answer
            append_line(self._path, (" ".join(map(str, parts)) + "\n").encode("ascii", "replace"))


def append_line(path: Path, line: bytes) -> None:
    """Append a line to a log of bounded size; may be called by any thread of any process.

    The file is open for a moment only, so that Windows lets another process rename it.
    """
    with suppress(OSError, JsisaSearchError):
        if path.stat().st_size + len(line) > MAX_BYTES:
            _rotate(path, len(line))
    descriptor = open_log(path)
    try:
        os.write(descriptor, line)  # one write each: lines of several processes do not mix
    finally:
        os.close(descriptor)


def _rotate(path: Path, size: int) -> None:
    """Rename the logs, unless another process has done so; the oldest is deleted."""
    with changing(path):
        if path.stat().st_size + size <= MAX_BYTES:
            return
        for number in range(KEPT - 1, -1, -1):
            older = path.with_name(f"{path.name}.{number}") if number else path
            with suppress(FileNotFoundError):
                older.replace(path.with_name(f"{path.name}.{number + 1}"))


def open_log(path: Path) -> int:
    """Open a log to append to; raises `ArgumentError` where that can't be done."""
    try:
        return open_descriptor(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    except OSError as error:
        message = tr("{path} can't be opened for the log: {strerror}")
        raise ArgumentError(message.format(path=path, strerror=reason_of(error))) from error
