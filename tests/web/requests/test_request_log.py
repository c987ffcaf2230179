from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from jsisa_search.errors import ArgumentError
from jsisa_search.web.application import create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests import request_log
from jsisa_search.web.requests.request_log import append_line, open_log
from jsisa_search.web.settings import local_settings
from tests.web.conftest import ORIGIN, PORT


def _logged(collection: Collection, log: Path, *, logs_queries: bool) -> list[str]:
    settings = replace(local_settings(collection.index_dir, PORT), log=str(log), logs_queries=logs_queries)
    client = TestClient(create_app(collection, settings), base_url=ORIGIN, follow_redirects=False)
    client.get("/api/search?q=网格")
    client.get("/?q=%0a网格&source=%1b[31m")
    client.get("/folders", headers={"Host": "evil.example"})
    return log.read_text(encoding="ascii").splitlines()


def test_a_log_says_nothing_of_queries(collection: Collection, tmp_path: Path) -> None:
    """A line has time, address, who, method, path, status, milliseconds and bytes."""
    lines = _logged(collection, tmp_path / "log.txt", logs_queries=False)
    assert len(lines) == 3
    assert "?" not in "".join(lines)
    parts = lines[0].split(" ")
    assert parts[1:6] == ["testclient", "owner", "GET", "/api/search", "200"]
    assert float(parts[6]) > 0
    assert int(parts[7]) > 0
    assert lines[2].split(" ")[2:6] == ["stranger", "GET", "/folders", "421"]


def test_a_log_has_queries_where_asked(collection: Collection, tmp_path: Path) -> None:
    """They are quoted: no query can forge a line or control a terminal."""
    lines = _logged(collection, tmp_path / "log.txt", logs_queries=True)
    assert len(lines) == 3
    assert f"?q={quote('网格')} 200" in lines[0]
    assert "\x1b" not in lines[1]
    assert "%0a" in lines[1].lower()


def test_a_log_that_can_not_be_opened_is_an_error(tmp_path: Path) -> None:
    """The message names it, before anything is served."""
    with pytest.raises(ArgumentError, match="nowhere"):
        open_log(tmp_path / "nowhere" / "log.txt")


def _logs_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix != ".lock"]


def test_a_log_has_a_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full log is renamed, and only the latest are kept."""
    monkeypatch.setattr(request_log, "MAX_BYTES", 100)
    monkeypatch.setattr(request_log, "KEPT", 2)
    log = tmp_path / "log.txt"
    for number in range(40):
        append_line(log, f"{number:09}\n".encode())
    texts = [path.read_text() for path in (tmp_path / "log.txt.2", tmp_path / "log.txt.1", log)]
    assert all(len(text) <= 100 for text in texts)
    assert [int(line) for text in texts for line in text.splitlines()] == list(range(10, 40))
    assert {path.name for path in _logs_in(tmp_path)} == {"log.txt", "log.txt.1", "log.txt.2"}


def test_no_line_is_lost_where_several_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever renames a full log, each line is in one of the files, whole and once."""
    monkeypatch.setattr(request_log, "MAX_BYTES", 400)
    monkeypatch.setattr(request_log, "KEPT", 1000)
    log = tmp_path / "log.txt"

    def write(first: int) -> None:
        for number in range(first, first + 100):
            append_line(log, f"{number:09}\n".encode())

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 400, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [line for path in _logs_in(tmp_path) for line in path.read_text().splitlines()]
    assert sorted(map(int, lines)) == list(range(400))


def test_a_full_disk_costs_no_answer(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that can't be written any more stops nobody from searching."""
    settings = replace(local_settings(collection.index_dir, PORT), log=str(tmp_path / "a" / "log.txt"))
    (tmp_path / "a").mkdir()
    client = TestClient(create_app(collection, settings), base_url=ORIGIN, follow_redirects=False)
    assert client.get("/api/info").status_code == 200
    (tmp_path / "a" / "log.txt").unlink()
    (tmp_path / "a").rmdir()
    assert client.get("/api/info").status_code == 200
