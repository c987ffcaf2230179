from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from jsisa_search.errors import ArgumentError
from jsisa_search.web.application import create_app
from jsisa_search.web.collection import Collection
from jsisa_search.web.request_log import open_log
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
