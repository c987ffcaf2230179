from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests import connections, guard
from tests.web.conftest import SECONDS, serving


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Return a collection without folders."""
    return Collection(tmp_path / "index", is_watching=False)


def _drip(connection: socket.socket, is_closed: threading.Event) -> None:
    with suppress(OSError):
        while not is_closed.wait(0.05):
            connection.sendall(b"X")


@pytest.mark.parametrize("begin", [b"", b"GET / HTTP/1.1\r\n"])
def test_a_connection_without_a_request_is_closed(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, begin: bytes
) -> None:
    """Who sends nothing, or a byte now and then, does not keep a connection for ever."""
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.5)
    is_closed = threading.Event()
    with serving(collection) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(SECONDS)
        connection.sendall(begin)
        thread = threading.Thread(target=_drip, args=(connection, is_closed))
        if begin:
            thread.start()
        with suppress(ConnectionError):
            assert connection.recv(100) == b""
        is_closed.set()
        if begin:
            thread.join()


def test_a_body_that_never_arrives_is_refused(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who announces a form and does not send it is answered, and does not keep a place for ever."""
    monkeypatch.setattr(guard, "_BODY_SECONDS", 0.2)
    head = "POST /folders HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\naction="
    with serving(collection) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(SECONDS)
        connection.sendall((head.format(port=port) + form).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 408")
