from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from jsisa_search import Index
from jsisa_search.errors import ArchiveError
from jsisa_search.web import store
from jsisa_search.web.clippings import Clippings
from jsisa_search.web.store import changing, read_json, write_json
from jsisa_search.web.workers import default_workers
from tests.web.conftest import write_pages

# On a busy machine a small update takes a while.
SECONDS = 90


@contextmanager
def _serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the command on a free port; give its process and the port."""
    command = [sys.executable, "-m", "jsisa_search", "--lang", "en", "serve", *options, "--no-open"]
    with subprocess.Popen(
        [*command, "--port", "0", "--index-dir", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            said = next(line for line in process.stdout if "http" in line)
            found = re.search(r"https?://[^/]+:(\d+)/", said)
            assert found is not None
            yield process, int(found[1])
        finally:
            process.terminate()
            process.wait(SECONDS)


def _get(port: int, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        content = answer.read()
        return json.loads(content) if path.startswith("/api/") else content.decode()
    finally:
        connection.close()


def _post(port: int, path: str, **fields: str) -> int:
    token = re.search(r'name="token" content="([^"]+)"', _get(port, "/folders"))
    assert token is not None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    headers = {
        "Origin": f"http://127.0.0.1:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", path, urlencode(fields | {"token": token[1]}), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the worker processes that a server has started and that are ready."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    ids = [
        int(each) for task in children.parent.parent.glob("*/children") for each in task.read_text().split()
    ]
    return [each for each in ids if b"web.worker" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of a few releases."""
    folder = tmp_path_factory.mktemp("workers") / "pages"
    write_pages(folder)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_a_worker_that_dies_is_replaced(pages: Path) -> None:
    """Requests are answered while a process is gone, and a new one takes its place; all end together."""
    with _serving(pages.parent / "index", str(pages), "--workers", "3") as (process, port):
        _until(lambda: len(_workers_of(process)) == 2)
        first = _workers_of(process)
        os.kill(first[0], signal.SIGKILL)
        for _ in range(20):
            assert _get(port, f"/api/search?q={quote('网格')}")["query"] == "网格"
        _until(lambda: len(set(_workers_of(process)) - {first[0]}) == 2)
    _until(lambda: not any(Path(f"/proc/{each}").exists() for each in first))


@pytest.mark.slow
def test_all_processes_see_what_one_changes(pages: Path) -> None:
    """Folders, clippings and updates are the same whichever process answers, while many ask at once."""
    index_dir = pages.parent / "shared"
    with _serving(index_dir, "--workers", "2") as (_, port), ThreadPoolExecutor(8) as pool:
        time.sleep(2)  # until the second answers too
        assert _post(port, "/folders", action="add", folder=str(pages)) == 303
        counts: list[int] = []
        search = f"/api/search?q={quote('网格')}"
        _until(lambda: counts.append(_get(port, search)["total"]) or counts[-1] > 0)
        _until(lambda: not _get(port, "/api/info")["is_updating"])
        time.sleep(1)
        with Index.open(index_dir) as index:
            expected = index.search("网格").to_dict() | {"took_ms": 0}
        found = list(pool.map(lambda _: _get(port, search) | {"took_ms": 0}, range(40)))
        assert all(each == found[0] for each in found)
        assert found[0] == json.loads(json.dumps(expected))
        infos = list(pool.map(lambda _: _get(port, "/api/info")["folders"], range(20)))
        assert infos == [[str(pages)]] * 20
        texts = list(pool.map(lambda _: _get(port, f"/api/suggest?q={quote('网')}"), range(20)))
        assert texts == [texts[0]] * 20
        assert texts[0]["suggestions"]


@pytest.mark.slow
def test_searches_go_on_while_files_change(pages: Path, tmp_path: Path) -> None:
    """Every answer during updates is one of some generation, and the last file is found in the end."""
    folder = tmp_path / "saved"
    write_pages(folder)
    with _serving(tmp_path / "index", str(folder), "--workers", "2") as (_, port):
        search = f"/api/search?q={quote('网格化管理')}&fold=false"
        _until(lambda: _get(port, search)["total"] > 0)
        first = _get(port, search)["total"]
        totals = []
        for number in range(3):
            (folder / f"new{number}.txt").write_text(f"新稿{number}\n\n推进网格化管理之{number}。\n", "utf-8")
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                totals.append(_get(port, search)["total"])
        _until(lambda: _get(port, search)["total"] == first + 3)
        assert set(totals) <= set(range(first, first + 4))


def test_two_processes_lose_no_clipping(tmp_path: Path) -> None:
    """A change of a file waits for the one that another thread or process has begun."""
    path = tmp_path / "file.json"
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from jsisa_search.web.store import changing, read_json, write_json\n"
        "path = Path(sys.argv[1])\n"
        "for _ in range(20):\n"
        "    with changing(path):\n"
        "        write_json(path, {'count': read_json(path).get('count', 0) + 1})\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(2)]

    def count() -> None:
        for _ in range(20):
            with changing(path):
                write_json(path, {"count": read_json(path).get("count", 0) + 1})

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert [other.wait(SECONDS) for other in others] == [0, 0]
    for thread in threads:
        thread.join()
    assert read_json(path) == {"count": 80}


def test_a_change_that_never_ends_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits too long for another change is told so."""
    monkeypatch.setattr(store, "_LOCK_SECONDS", 0.05)
    clippings = Clippings(tmp_path)
    with (
        changing(tmp_path / "jsisa-search-clippings.json"),
        pytest.raises(ArchiveError, match="being changed"),
    ):
        clippings.clear()


def test_one_process_is_enough_for_one_person() -> None:
    """There is always one; for this machine alone never more than for many."""
    assert 1 <= default_workers(is_local=True) <= default_workers(is_local=False) <= 8
