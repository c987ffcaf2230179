"""A log of requests, for who runs a server: a line each, without what was searched for unless asked."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from jsisa_search.errors import ArgumentError
from jsisa_search.own_files import open_descriptor
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Characters of an address that are logged.
_MAX_ADDRESS = 2000


class RequestLog:
    """ASGI middleware that appends a line for each request to a file, which several processes may share.

    Time, address, who (owner, guest, stranger), method, path, status, milliseconds, bytes; between blanks.
    """

    def __init__(self, app: ASGIApp, path: str, *, logs_queries: bool) -> None:
        """Append to the file `path`; with the part of an address that has the query if `logs_queries`."""
        self._app = app
        self._file = open_log(Path(path))
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
        # One write each: lines of several processes do not mix.
        os.write(self._file, (" ".join(map(str, parts)) + "\n").encode("ascii", "replace"))


def open_log(path: Path) -> int:
    """Open a log to append to; raises `ArgumentError` where that can't be done."""
    try:
        return open_descriptor(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    except OSError as error:
        message = tr("{path} can't be opened for the log: {strerror}")
        raise ArgumentError(message.format(path=path, strerror=reason_of(error))) from error
