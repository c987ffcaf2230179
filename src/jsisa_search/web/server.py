"""Runs the application on this machine: which port, which address, and the browser that shows it."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jsisa_search.errors import ArgumentError

if TYPE_CHECKING:
    import uvicorn

    from jsisa_search.web.collection import Collection
    from jsisa_search.web.settings import ServerSettings

#: Ports that are tried after one that is taken.
PORTS_TRIED = 20

# Hosts that only programs of this machine reach.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Seconds in which a server on this machine says what it is.
_PROBE_SECONDS = 2.0

# Bytes of such an answer.
_PROBE_BYTES = 1 << 20

# Connections of one process at once; a browser has six.
_MAX_REQUESTS = 200

# Connections that wait to be accepted.
_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Running:
    """Another server of this program, and the index it serves."""

    port: int
    index_dir: str


def check_host(host: str) -> str:
    """Return the host to listen on; raise `ArgumentError` for one that other machines could reach."""
    if host not in LOOPBACK:
        raise ArgumentError(
            f"the pages have no password yet, so they are for this machine alone; "
            f"leave --host {host} out, or forward a port of it (ssh -L)"
        )
    return host


def listen(host: str, port: int, index_dir: Path, on_taken: Callable[[int], None]) -> socket.socket | Running:
    """Return a listening socket on the first free port from `port` on.

    Where a server of the same index runs on one of them, return that instead. `on_taken(port)` is called for
    each port that something else has. Raises `ArgumentError` where all are taken.
    """
    last = port if port == 0 else min(port + PORTS_TRIED - 1, 65_535)
    for candidate in range(port, last + 1):
        try:
            return _bound(host, candidate)
        except OSError as error:
            running = find_running(host, candidate)
            if running is not None and Path(running.index_dir) == index_dir.resolve():
                return running
            if candidate == last:
                raise ArgumentError(
                    f"ports {port} to {last} of {host} can't be used ({error.strerror}); give another --port"
                ) from error
            on_taken(candidate)
    raise AssertionError("unreachable")


def find_running(host: str, port: int) -> Running | None:
    """Return the server of this program that answers on a port; `None` where there is none."""
    connection = http.client.HTTPConnection(host, port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/api/info")
        answer = json.loads(connection.getresponse().read(_PROBE_BYTES))
        if answer["program"] == "jsisa-search":
            return Running(port, str(answer["folder"]))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        pass
    finally:
        connection.close()
    return None


def address(host: str, port: int) -> str:
    """Return the address of the first page."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def open_browser(url: str) -> threading.Thread:
    """Show a page in the user's browser, as far as there is one; returns the thread that does so."""

    def show() -> None:
        with suppress(webbrowser.Error, OSError):
            webbrowser.open(url)

    thread = threading.Thread(target=show, name="browser", daemon=True)
    thread.start()
    return thread


def run(
    listening: socket.socket,
    collection: Collection,
    settings: ServerSettings,
    *,
    on_start: Callable[[], None],
) -> None:
    """Serve until interrupted, with further processes where `settings` want them.

    `on_start` is called when pages are answered.
    """
    from jsisa_search.web.workers import Workers

    others = Workers(settings.workers - 1, listening, settings, collection.calls())

    def start_others() -> None:
        others.start()  # not before: the first page would wait for their imports too
        on_start()

    server = make_server(collection, settings, start_others)
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    finally:
        others.close()


def make_server(
    collection: Collection, settings: ServerSettings, on_start: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """Return a server of a collection; `on_start` is called when it answers."""
    import uvicorn

    from jsisa_search.web.application import create_app

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for each in sockets or ():
                each.listen(_BACKLOG)  # for the system; `backlog` below is for the loop
            if self.started:
                on_start()

    config = uvicorn.Config(
        create_app(collection, settings),
        log_level="critical",
        access_log=False,
        # Connections accepted in one go. Otherwise one process would take all that come at once.
        backlog=1,
        workers=settings.workers,  # more than one: a loop that can share a socket on Windows
        limit_concurrency=_MAX_REQUESTS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=3,
        server_header=False,
        ws="none",
        http="h11",
        loop="asyncio",
    )
    return Server(config)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # Otherwise two programs may listen on one port there.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
    except BaseException:
        made.close()
        raise
    return made
