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

#: Ports that are tried after one that is taken.
PORTS_TRIED = 20

# Hosts that only programs of this machine reach.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Seconds in which a server on this machine says what it is.
_PROBE_SECONDS = 2.0

# Bytes of such an answer.
_PROBE_BYTES = 1 << 20

# Requests that are under way at once; a browser sends six.
_MAX_REQUESTS = 200


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
    index_dir: Path,
    folders: tuple[Path, ...],
    *,
    is_watching: bool,
    jobs: int,
    on_start: Callable[[], None],
) -> None:
    """Serve until interrupted; `on_start` is called when pages are answered.

    Raises `ArchiveError` and `PageError` before anything is served.
    """
    from jsisa_search.web.collection import Collection

    collection = Collection(index_dir, folders, is_watching=is_watching, jobs=jobs)
    server = make_server(collection, listening.getsockname()[1], on_start)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def make_server(collection: Collection, port: int, on_start: Callable[[], None]) -> uvicorn.Server:
    """Return a server of a collection on a port of this machine; `on_start` is called when it answers."""
    import uvicorn

    from jsisa_search.web.application import create_app
    from jsisa_search.web.guard import loopback_hosts

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_start()

    config = uvicorn.Config(
        create_app(collection, loopback_hosts(port)),
        log_level="critical",
        access_log=False,
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
        made.listen(128)
    except BaseException:
        made.close()
        raise
    return made
