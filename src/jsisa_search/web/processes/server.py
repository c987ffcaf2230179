"""Runs the application on this machine: which port, which address, and the browser that shows it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from jsisa_search import Index
from jsisa_search.errors import ArchiveError, ArgumentError
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.kept.store import read_json, write_json
from jsisa_search.web.settings import LOOPBACK_NAMES, ServerSettings, hosts_of, local_settings

if TYPE_CHECKING:
    import uvicorn

    from jsisa_search.web.processes.collection import Collection

# Number of an option of `mallopt` (malloc.h), and how many heaps there may be.
_M_ARENA_MAX = -8
_ARENAS = 2

#: Ports that are tried after one that is taken.
PORTS_TRIED = 20

#: Name of the file in the index folder with the port that the index was served on last.
PORT_FILE = "jsisa-search-port.json"

# Addresses to listen on at all networks of the machine.
_ALL = ("0.0.0.0", "::")

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


def is_loopback(host: str) -> bool:
    """Return whether only programs of this machine reach a host to listen on."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def settings_of(
    index_dir: Path, host: str, port: int, *, names: Iterable[str] = (), certfile: str = "", keyfile: str = ""
) -> ServerSettings:
    """Return the settings of a server that listens on `host`.

    Where other machines reach it, it has the names of this one; `names` are further ones. Raises
    `ArgumentError` for a certificate that can't be used.
    """
    own = socket.gethostname()
    known = [*LOOPBACK_NAMES, *names]
    if host not in _ALL:
        known.append(f"[{host}]" if ":" in host else host)
    if not is_loopback(host):
        known += [own, f"{own}.local"]
    if certfile:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile or None)
        except OSError as error:
            message = tr(
                "the certificate {path} can't be used ({reason}); --keyfile names its key, without a password"
            )
            raise ArgumentError(message.format(path=certfile, reason=reason_of(error))) from error
    return replace(
        local_settings(index_dir, port),
        hosts=hosts_of(known, port, is_secure=bool(certfile)),
        is_open=not is_loopback(host),
        certfile=certfile,
        keyfile=keyfile,
    )


def listen(
    host: str, port: int, index_dir: Path | str, on_taken: Callable[[int], None], *, is_secure: bool = False
) -> socket.socket | Running:
    """Return a listening socket on the first free port from `port` on.

    Where a server of the same index runs on one of them, return that instead. `on_taken(port)` is called for
    each port that something else has. Raises `ArgumentError` where all are taken.
    """
    last = port if port == 0 else min(port + PORTS_TRIED - 1, 65_535)
    for candidate in range(port, last + 1):
        try:
            return _bound(host, candidate)
        except OSError as error:
            running = find_running(host, candidate, is_secure=is_secure)
            if running is not None and Index.own_folder(running.index_dir) == Index.own_folder(index_dir):
                return running
            if candidate == last:
                message = tr(
                    "ports {first} to {last} of {host} can't be used ({reason}); give another --port"
                )
                raise ArgumentError(
                    message.format(first=port, last=last, host=host, reason=reason_of(error))
                ) from error
            on_taken(candidate)
    raise AssertionError("unreachable")


def last_port(index_dir: Path | str) -> int | None:
    """Return the port that an index was served on last; `None` where that is not known.

    What a browser keeps for the pages, such as the searches of its user, it keeps by their port.
    """
    try:
        port = read_json(Index.own_folder(index_dir) / PORT_FILE).get("port")
    except ArchiveError:
        return None
    return port if isinstance(port, int) and 0 < port < 1 << 16 else None


def remember_port(index_dir: Path | str, port: int) -> None:
    """Note the port that an index is served on; nothing depends on it."""
    if last_port(index_dir) != port:
        with suppress(ArchiveError):
            write_json(Index.own_folder(index_dir) / PORT_FILE, {"port": port})


def find_running(host: str, port: int, *, is_secure: bool = False) -> Running | None:
    """Return the server of this program that answers on a port; `None` where there is none."""
    reached = _reached(host)
    connection: http.client.HTTPConnection
    if is_secure:
        # This machine asks itself; whose certificate it is doesn't matter.
        unchecked = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(reached, port, timeout=_PROBE_SECONDS, context=unchecked)
    else:
        connection = http.client.HTTPConnection(reached, port, timeout=_PROBE_SECONDS)
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


def address(host: str, port: int, *, is_secure: bool = False) -> str:
    """Return the address of the first page at this machine."""
    reached = _reached(host)
    scheme = "https" if is_secure else "http"
    return f"{scheme}://{f'[{reached}]' if ':' in reached else reached}:{port}/"


def network_address() -> str:
    """Return the address of this machine in its network; empty where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # for documentation only (RFC 5737): no machine has it
        return str(probe.getsockname()[0])
    return ""


def is_everywhere(host: str) -> bool:
    """Return whether a server that listens on `host` is reached by every address of the machine."""
    return host in _ALL


def _reached(host: str) -> str:
    """Return the address by which this machine itself reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


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
    from jsisa_search.web.processes.workers import Workers

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
    from jsisa_search.web.requests.connections import BoundedProtocol

    _share_freed_memory()

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
        http=BoundedProtocol,
        ssl_certfile=settings.certfile or None,
        ssl_keyfile=settings.keyfile or None,
        loop="asyncio",
    )
    return Server(config)


def _share_freed_memory() -> None:
    """Let the threads of this process use the memory that others have freed, where the C library allows it.

    GNU's keeps up to eight heaps for each core: after some hundred searches that is 26 MB of one process.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


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
