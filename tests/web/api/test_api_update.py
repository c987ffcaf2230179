from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import ORIGIN, TOKEN, client_of

_OURS = {"Origin": ORIGIN, "X-Token": TOKEN}


def _states(client: TestClient) -> list[dict[str, Any]]:
    """Return what the events say, to their end."""
    text = client.get("/api/update/events").text
    return [
        json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")
    ]


@pytest.mark.slow
def test_an_update_is_asked_for_and_followed_to_its_end(running: TestClient) -> None:
    """Events tell each state once; the last one has the report, and what is new is then found."""
    (folder,) = running.get("/api/info").json()["folders"]
    (Path(folder) / "new.txt").write_text("防汛通报\n\n汛情研判会商机制已建立。\n", encoding="utf-8")
    before = running.get("/api/update").json()
    answer = running.post("/api/update", headers=_OURS)
    assert answer.status_code == 202
    states = _states(running)
    assert all(one != other for one, other in pairwise(states))
    assert any(state["is_running"] or state["is_queued"] for state in states)
    last = states[-1]
    assert (last["is_running"], last["is_queued"], last["serial"]) == (False, False, before["serial"] + 1)
    assert last["report"]["new"] == 1
    assert running.get("/api/search", params={"q": "汛情研判"}).json()["total"] == 1


def test_events_of_nothing_end_at_once(client: TestClient) -> None:
    """Where no update runs, its state is told once."""
    assert len(_states(client)) == 1


@pytest.mark.parametrize(
    ("headers", "content", "status", "word"),
    [
        ({}, b"", 403, "Origin"),
        ({"Origin": ORIGIN}, b"", 403, "刷新"),
        ({"Origin": "http://evil.example", "X-Token": TOKEN}, b"", 403, "Origin"),
        (_OURS, b'{"allow_removal": 1}', 400, "allow_removal"),
        (_OURS, b'{"allowed": true}', 400, "allowed"),
        (_OURS, b"[]", 400, "JSON 对象"),
        (_OURS, b"\xff", 400, "JSON"),
        (_OURS, b"[" * 100_000, 400, "JSON"),
        (_OURS | {"Content-Type": "text/plain"}, b"x", 415, "application/json"),
    ],
)
def test_an_update_that_is_refused_says_why(
    client: TestClient,
    collection: Collection,
    headers: dict[str, str],
    content: bytes,
    status: int,
    word: str,
) -> None:
    """Another origin, no token, or a body that is not as described: a problem, and no update."""
    headers = {"Content-Type": "application/json"} | headers
    answer = client.post("/api/update", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]
    assert not collection.state.is_queued


def test_without_folders_there_is_nothing_to_update(tmp_path: Path) -> None:
    """An update of no folder is refused, with what to do."""
    collection = Collection(tmp_path / "index", is_watching=False)
    answer = client_of(collection).post("/api/update", headers=_OURS)
    assert answer.status_code == 409
    assert "请在文件夹页添加" in answer.json()["detail"]
    collection.close()


def test_an_update_without_folders_is_refused(tmp_path: Path) -> None:
    """There is nothing to read: the answer says where a folder is added."""
    collection = Collection(tmp_path / "index", is_watching=False)
    answer = client_of(collection).post("/api/update", json={}, headers=_OURS)
    collection.close()
    assert (answer.status_code, answer.json()["status"]) == (409, 409)
