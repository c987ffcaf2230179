from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from jsisa_search.errors import ArgumentError
from jsisa_search.web.processes import server
from jsisa_search.web.processes.server import (
    PORT_FILE,
    Running,
    address,
    find_running,
    is_loopback,
    last_port,
    listen,
    remember_port,
    settings_of,
)


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port on which something else listens that never answers."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[int]:
    """Return a port on which a server answers as one of the index in `tmp_path` does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"program": "jsisa-search", "folder": str(tmp_path)}).encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield other.server_port
        other.shutdown()
        thread.join()


def test_the_next_port_is_taken_where_one_is_not_free(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something else on the port is reported, and the next one is used."""
    monkeypatch.setattr(server, "_PROBE_SECONDS", 0.05)
    reported: list[int] = []
    listening = listen("127.0.0.1", taken, tmp_path, reported.append)
    assert isinstance(listening, socket.socket)
    with listening:
        assert listening.getsockname()[1] > taken
    assert reported[0] == taken


def test_a_server_of_the_same_index_is_found(
    running: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting again leads to the page that is served already; another index gets a port of its own."""
    monkeypatch.setattr(server, "_PROBE_SECONDS", 300.0)  # it answers, however busy the machine
    assert listen("127.0.0.1", running, tmp_path, lambda _: None) == Running(running, str(tmp_path))
    other = listen("127.0.0.1", running, tmp_path / "other", lambda _: None)
    assert isinstance(other, socket.socket)
    other.close()


def test_an_index_keeps_its_port(tmp_path: Path) -> None:
    """The port of the last time is known, each index has its own, and a damaged file is as none."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, port in ((first, 9001), (second, 9002)):
        folder.mkdir()
        assert last_port(folder) is None
        remember_port(folder, port)
    assert (last_port(first), last_port(second)) == (9001, 9002)
    remember_port(first, 9003)
    assert last_port(first) == 9003
    for content in ("{", '{"port": "x"}', '{"port": 99999}'):
        (first / PORT_FILE).write_text(content, encoding="utf-8")
        assert last_port(first) is None
    remember_port(tmp_path / "nowhere", 9001)


def test_all_ports_taken_is_an_error(taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which ports, and what to do."""
    monkeypatch.setattr(server, "_PROBE_SECONDS", 0.05)
    monkeypatch.setattr(server, "PORTS_TRIED", 1)
    with pytest.raises(ArgumentError, match="--port"):
        listen("127.0.0.1", taken, tmp_path, lambda _: None)


def test_what_does_not_answer_as_this_program_is_none(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence and a closed port are no server of this program."""
    monkeypatch.setattr(server, "_PROBE_SECONDS", 0.05)
    assert find_running("127.0.0.1", taken) is None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert find_running("127.0.0.1", port) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_a_loopback_address_is_for_this_machine(host: str, tmp_path: Path) -> None:
    """No password is needed, and no name but those of the loopback addresses is served."""
    settings = settings_of(tmp_path, host, 8765)
    assert is_loopback(host)
    assert not settings.is_open
    assert not any(socket.gethostname() in name for name in settings.hosts)
    assert "127.0.0.1:8765" in settings.hosts


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])
def test_other_addresses_are_open(host: str, tmp_path: Path) -> None:
    """The names of the machine are served, with the port, and without it where browsers leave it out."""
    settings = settings_of(tmp_path, host, 80, names=["Search.Office"])
    assert settings.is_open
    assert {f"{socket.gethostname().lower()}:80", "search.office:80", "search.office"} <= set(settings.hosts)
    assert settings.token != settings.secret != settings_of(tmp_path, host, 80).secret


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "cert.pem").write_text("none", encoding="ascii")
    with pytest.raises(ArgumentError, match=r"cert\.pem can't be used"):
        settings_of(tmp_path, "0.0.0.0", 443, certfile=str(tmp_path / "cert.pem"))
    with pytest.raises(ArgumentError, match="nowhere"):
        settings_of(tmp_path, "0.0.0.0", 443, certfile=str(tmp_path / "nowhere"))


def test_the_address_is_one_that_browsers_open() -> None:
    """An IPv6 address is in brackets."""
    assert address("127.0.0.1", 8765) == "http://127.0.0.1:8765/"
    assert address("::1", 80) == "http://[::1]:80/"
    assert address("0.0.0.0", 8765, is_secure=True) == "https://127.0.0.1:8765/"
