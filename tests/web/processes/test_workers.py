from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
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
from jsisa_search.web.kept import store
from jsisa_search.web.kept.clippings import Clippings
from jsisa_search.web.kept.store import changing, read_json, write_json
from jsisa_search.web.processes.collection import FOLDERS_FILE
from jsisa_search.web.processes.worker import AttachedCollection, Owner
from jsisa_search.web.processes.workers import Workers, default_workers
from jsisa_search.web.requests.passwords import PasswordFile
from jsisa_search.web.settings import local_settings
from tests.web.conftest import SECONDS, write_pages


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
    return [each for each in ids if b"web.processes.worker" in Path(f"/proc/{each}/cmdline").read_bytes()]


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
@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_all_processes_see_what_one_changes(pages: Path) -> None:
    """Folders, clippings and updates are the same whichever process answers, while many ask at once."""
    index_dir = pages.parent / "shared"
    with _serving(index_dir, "--workers", "2") as (process, port), ThreadPoolExecutor(8) as pool:
        _until(lambda: len(_workers_of(process)) == 1)
        assert _post(port, "/folders", action="add", folder=str(pages)) == 303
        counts: list[int] = []
        search = f"/api/search?q={quote('网格')}"
        _until(lambda: counts.append(_get(port, search)["total"]) or counts[-1] > 0)
        _until(lambda: not _get(port, "/api/info")["is_updating"])
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


class _Seen:
    """The most that answers have found so far; no request that begins later may find less."""

    def __init__(self, port: int, query: str) -> None:
        self._port, self._path = port, f"/api/search?q={quote(query)}&fold=false"
        self._lock = threading.Lock()
        self.totals = [0]

    def ask(self) -> int:
        """Ask once, of whichever process answers; return the total."""
        before = self.totals[-1]
        total: int = _get(self._port, self._path)["total"]
        with self._lock:
            assert total >= before
            self.totals.append(max(total, self.totals[-1]))
        return total


@pytest.mark.slow
def test_searches_go_on_while_files_change(tmp_path: Path) -> None:
    """Each file that is saved is found, and what one process has found no other loses again."""
    folder = tmp_path / "saved"
    write_pages(folder)
    with _serving(tmp_path / "index", str(folder), "--workers", "2") as (_, port):
        seen = _Seen(port, "网格化管理")
        _until(lambda: seen.ask() > 0)
        first = seen.totals[-1]
        for number in range(1, 4):
            (folder / f"new{number}.txt").write_text(f"新稿{number}\n\n推进网格化管理之{number}。\n", "utf-8")
            _until(lambda: seen.ask() == first + number)  # noqa: B023  # it is called at once
        assert set(seen.totals) == {0, *range(first, first + 4)}


@pytest.mark.slow
def test_no_process_answers_from_an_older_generation_than_another(tmp_path: Path) -> None:
    """While releases are added one by one, what three processes find never becomes less, for any client."""
    added, index_dir = 25, tmp_path / "index"
    with (
        Index.create(index_dir) as index,
        _serving(index_dir, "--workers", "3") as (_, port),
        ThreadPoolExecutor() as pool,
    ):
        seen = _Seen(port, "网格化管理")
        chance = random.Random(1)

        def add() -> None:
            for number in range(added):
                index.add_text(f"推进网格化管理之{number}。", id=str(number), title=f"新稿{number}")
                time.sleep(chance.choice((0, 0, 0.3)))
                index.search("一", limit=0)  # finds the families of reprints, as an update does
                time.sleep(chance.choice((0, 0, 0.3, 1)))

        def ask() -> None:
            while seen.totals[-1] < added:
                seen.ask()

        adding = pool.submit(add)
        for asking in [pool.submit(ask) for _ in range(2)]:
            asking.result(SECONDS)
        adding.result(SECONDS)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_colleagues_sign_in_by_https(pages: Path, tmp_path: Path) -> None:
    """The cookie is for https alone, every process knows the session, and requests are logged."""
    certificate, key, log = (tmp_path / name for name in ("cert.pem", "key.pem", "log.txt"))
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"]
    subprocess.run([*make, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    index_dir = tmp_path / "index"
    with Index.create(index_dir) as index:
        index.update([pages])
    PasswordFile(index_dir).set("一二三四五六七八")
    options = ("--host", "0.0.0.0", "--workers", "2", "--certfile", str(certificate), "--keyfile", str(key))
    with _serving(index_dir, *options, "--log", str(log), "--log-queries") as (_, port):
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        # By this name a request counts as one of another machine.
        own = socket.gethostname()

        def ask(method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=context)
            connection.request(method, path, body, {"Host": f"{own}:{port}"} | headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer

        assert ask("GET", f"/api/search?q={quote('网格')}").status == 401
        form = {"Origin": f"https://{own}:{port}", "Content-Type": "application/x-www-form-urlencoded"}
        signed = ask("POST", "/login", urlencode({"password": "一二三四五六七八"}), **form)
        cookie = signed.headers["set-cookie"]
        assert "Secure" in cookie
        session = cookie.partition(";")[0]
        for _ in range(10):
            assert ask("GET", f"/api/search?q={quote('网格')}", Cookie=session).status == 200
        assert ask("GET", "/folders", Cookie=session).status == 403
    lines = log.read_text(encoding="ascii").splitlines()
    assert any(" stranger GET " in line and " 401 " in line for line in lines)
    assert any(f" guest GET /api/search?q={quote('网格')} 200 " in line for line in lines)
    assert "password" not in log.read_text(encoding="ascii")


def test_two_processes_lose_no_clipping(tmp_path: Path) -> None:
    """A change of a file waits for the one that another thread or process has begun."""
    path = tmp_path / "file.json"
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from jsisa_search.web.kept.store import changing, read_json, write_json\n"
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


@pytest.mark.slow
def test_a_slow_call_holds_up_no_other(pages: Path, tmp_path: Path) -> None:
    """While a process waits for one answer of the first one, it gets others; at the end all are answered."""
    with Index.create(tmp_path / "index") as index:
        index.update([pages])
    is_asked, may_answer = threading.Event(), threading.Event()

    def suggest(typed: str, limit: int) -> list[Any]:
        is_asked.set()
        assert may_answer.wait(SECONDS)
        return [{"text": typed, "kind": "word", "count": limit}]

    update = {"is_running": False, "finished": "2026-11-28 09:00:00"}
    calls = {"suggest": suggest, "state": lambda: {"folders": [], "update": update, "is_watching": False}}
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        port = listening.getsockname()[1]
        workers = Workers(1, listening, local_settings(tmp_path / "index", port), calls)
        workers.start()
        try:
            assert _get(port, "/api/update")["finished"] == update["finished"]
            slow = [pool.submit(_get, port, f"/api/suggest?q={quote(typed)}") for typed in ("甲", "乙")]
            assert is_asked.wait(SECONDS)
            assert _get(port, "/api/update")["finished"] == update["finished"]
            assert not any(each.done() for each in slow)
            may_answer.set()
            texts = [each.result(SECONDS)["suggestions"][0]["text"] for each in slow]
            assert texts == ["甲", "乙"]
        finally:
            may_answer.set()
            workers.close()


def test_a_worker_knows_the_folders_of_now(tmp_path: Path) -> None:
    """They are those of the file that the owner replaces, without asking; before there is one, none."""

    class Silent(Owner):
        def __init__(self) -> None:
            """Ask nobody."""

    Index.create(tmp_path).close()
    collection = AttachedCollection(tmp_path, Silent())
    try:
        assert collection.folders == ()
        for folders in (["甲"], ["甲", "乙"], []):
            write_json(tmp_path / FOLDERS_FILE, {"folders": folders})
            assert collection.folders == collection.folders == tuple(map(Path, folders))
    finally:
        collection.close()


def test_a_call_that_fails_is_an_answer(tmp_path: Path) -> None:
    """An error of the owner, expected or not, reaches who asked and ends no process."""

    def fail(kind: str) -> None:
        raise ArchiveError("full") if kind == "known" else KeyError("gone")

    with socket.socket() as listening:
        workers = Workers(0, listening, local_settings(tmp_path, 1), {"fail": fail})
        answers = [
            workers._answer({"id": 7, "call": name, "arguments": {"kind": kind}})
            for name, kind in (("fail", "known"), ("fail", "other"), ("nothing", ""))
        ]
    assert all(answer["id"] == 7 and answer["kind"] == "ArchiveError" for answer in answers)
    assert answers[0]["error"] == "full"
    assert "gone" in answers[1]["error"]
