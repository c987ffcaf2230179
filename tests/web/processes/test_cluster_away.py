"""The pages of an index on a cluster that can't be reached: what they say, and what works all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, ClusterDownError
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.processes.server import settings_of
from tests.web.conftest import ORIGIN, TOKEN, client_of

# Nothing listens there.
_ADDRESS = "opensearch://127.0.0.1:1/press"


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    """Return a collection on a cluster that does not answer."""
    pytest.importorskip("opensearchpy")
    monkeypatch.setenv("JSISA_CLUSTER_FOLDER", str(tmp_path / "beside"))
    made = Collection(_ADDRESS, is_watching=False)
    yield made
    made.close()


def test_pages_say_so_and_ask_again(away: Collection) -> None:
    """In Chinese, with what to do; what is on this machine is there."""
    client = client_of(away)
    page = client.get("/?q=网格")
    assert page.status_code == 503
    assert "还连不上存放索引的集群" in page.text
    assert '<meta http-equiv="refresh" content="10">' in page.text
    assert client.get("/api/search?q=网格").status_code == 503
    for name in ("/clippings", "/words"):
        assert client.get(name).status_code == 200


def test_a_form_is_not_sent_again(away: Collection) -> None:
    """Only a page that was asked for by its address asks again by itself."""
    client = client_of(away)
    form = {"token": TOKEN, "action": "nothing"}
    answer = client.post("/folders", data=form, headers={"Origin": ORIGIN})
    assert answer.status_code == 503
    assert "refresh" not in answer.text


def test_what_people_keep_is_on_this_machine(away: Collection, tmp_path: Path) -> None:
    """It has a folder of its own for each index; that of an index in a folder is the index."""
    assert away.index_dir == Index.own_folder(_ADDRESS)
    assert away.index_dir.parent == tmp_path / "beside"
    assert away.index_dir.is_dir()
    assert Index.own_folder(tmp_path / "index") == tmp_path / "index"
    assert settings_of(away.index_dir, "127.0.0.1", 8765).address == ""


@pytest.mark.slow
def test_the_terminal_says_so_at_once(tmp_path: Path) -> None:
    """Where it connects to, that nothing answers and that it goes on trying come before the address."""
    pytest.importorskip("opensearchpy")
    command = [sys.executable, "-m", "jsisa_search", "--lang", "en", "serve", "--no-open", "--port", "0"]
    environment = {**os.environ, "JSISA_CLUSTER_FOLDER": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--index-dir", _ADDRESS], env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        process.terminate()
    assert said[0] == f"Connecting to {_ADDRESS} …\n"
    assert "can't be reached yet" in said[1]
    assert "every two seconds" in said[2]
    assert said[3].startswith("Open http://")


def test_an_index_that_is_away_is_a_kind_of_error_of_its_own() -> None:
    """It is not waited for where a time limit says that somebody waits; the limit must make sense."""
    pytest.importorskip("opensearchpy")
    with pytest.raises(ClusterDownError, match=r"can't be reached \(Connection refused\)"):
        Index.open(_ADDRESS, time_limit=30)
    with pytest.raises(ArgumentError, match="time_limit"):
        Index.open(_ADDRESS, time_limit=0)
