"""`serve` with an index on a cluster: a real server process, a real cluster, and a wire between them."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from jsisa_search import Index
from jsisa_search.errors import ClusterDownError
from tests.cluster.conftest import NewAddress
from tests.cluster.wire import Wire
from tests.conftest import page_text
from tests.web.conftest import *  # noqa: F403  # how Chromium is started
from tests.web.conftest import write_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.cluster

_SECONDS = 90
_SEARCH = f"/api/search?q={quote('网格')}"


class Site:
    """A running server, as a browser on this machine sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the content of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request("GET", path, headers={"Accept-Language": "zh-CN"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def text(self, path: str) -> str:
        """Return a page that must be answered."""
        status, content = self.get(path)
        assert status == 200, content.decode()
        return content.decode()

    def json(self, path: str) -> Any:
        """Return the value of an answer of the API."""
        return json.loads(self.text(path))

    def post(self, path: str, **fields: str) -> int:
        """Send a form as a page does; return the status."""
        token = re.search(r'name="token" content="([^"]+)"', self.text("/words"))
        assert token is not None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        kind = "application/x-www-form-urlencoded"
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": kind}
        connection.request("POST", path, urlencode(fields | {"token": token[1]}), headers)
        status = connection.getresponse().status
        connection.close()
        return status


@contextmanager
def _serving(address: str, *options: str) -> Iterator[Site]:
    command = [sys.executable, "-m", "jsisa_search", "--lang", "zh_CN", "serve", *options, "--no-open"]
    with subprocess.Popen(
        [*command, "--port", "0", "--index-dir", address],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "http" in line), "")
            found = re.search(r"http://[^/]+:(\d+)/", said)
            assert found is not None
            yield Site(int(found[1]))
        finally:
            process.terminate()
            process.wait(_SECONDS)


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of a few releases."""
    folder = tmp_path_factory.mktemp("served") / "我的存稿"
    write_pages(folder)
    return folder


@pytest.fixture
def wire(hosts: str) -> Iterator[Wire]:
    """Return a wire to the cluster."""
    host, _, port = hosts.split(",")[0].rpartition(":")
    made = Wire(host, int(port))
    yield made
    made.cut()


@pytest.fixture
def filled(new_address: NewAddress, pages: Path) -> str:
    """Return the address of an index that another machine has filled."""
    address = new_address()
    with Index.create(address) as index:
        index.update([pages])
    return address


def test_a_folder_is_indexed_searched_and_followed(new_address: NewAddress, tmp_path: Path) -> None:
    """The index is made, searches go on while a file is added, and every answer is of some commit."""
    folder = tmp_path / "存稿"
    write_pages(folder)
    with _serving(new_address(), str(folder)) as site:
        _until(lambda: site.json("/api/info")["releases"] == 4)
        found = site.text(f"/?q={quote('网格')}")
        assert "基层治理见闻" in found
        totals = [site.json(_SEARCH)["total"]]
        added = page_text("网格员手册", "新到的网格员先看手册。")
        (folder / "新.txt").write_text(added, encoding="utf-8")
        _until(lambda: totals.append(site.json(_SEARCH)["total"]) or totals[-1] > totals[0])
        assert totals == sorted(totals)
        _until(lambda: "4 篇" not in site.text("/folders"))
        assert "这台机器收录的文件夹" in site.text("/folders")
        texts = [each["text"] for each in site.json(f"/api/suggest?q={quote('网格')}")["suggestions"]]
        assert "网格化" in texts


def test_what_is_there_is_searched_read_clipped_and_exported(filled: str) -> None:
    """Without a folder of its own a server searches what others indexed; what is collected stays here."""
    with _serving(filled) as site:
        (hit, *_) = site.json(f"/api/search?q={quote('满意率')}")["hits"]
        release = site.text(f"/release/{hit['id']}?q={quote('满意率')}")
        assert "<mark" in release
        assert "群众满意率达97.42%" in re.sub("<[^>]+>", "", release).replace("\n", "")
        place = {"release": hit["id"], "paragraph": str(hit["paragraph"]), "line": str(hit["line"])}
        assert site.post("/clippings", action="add", q="满意率", **place) == 303
        status, content = site.get("/clippings.docx")
        assert status == 200
        document = zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()
        assert "97.42%" in document
        assert "由其他机器或命令收录" not in site.text("/folders")
        assert "这台机器还没有收录文件夹" in site.text("/folders")


def test_studies_are_answered_from_a_cluster(filled: str) -> None:
    """Wordings through time, cards, and drafts, which are checked."""
    with _serving(filled) as site:
        page = site.text(f"/trend?q={quote('网格化')}")
        assert "最早" in page
        assert "索引里的稿件太多" not in page
        (hit, *_) = site.json(f"/api/search?q={quote('满意率')}")["hits"]
        card = site.json(f"/api/releases/{hit['id']}/evidence?paragraph={hit['paragraph']}")
        assert (card["passage"]["text"], card["index"]["folder"]) == (hit["text"], filled)
        assert site.post("/check", text="会上说，“绝无此语甲乙丙丁戊”。") == 303


def test_files_of_other_machines_are_not_handed_out(filled: str, pages: Path) -> None:
    """A path in the index may be any file of this machine: only those in its own folders are downloaded."""
    search = f"/api/search?q={quote('满意率')}"
    with _serving(filled) as site:
        (hit, *_) = site.json(search)["hits"]
        assert site.get(f"/release/{hit['id']}/file")[0] == 404
        assert "不在这台机器的文件夹里" in site.get(f"/release/{hit['id']}/file")[1].decode("unicode_escape")
        assert "/file" not in site.text(f"/release/{hit['id']}")
    with _serving(filled, str(pages), "--no-watch") as site:
        assert site.get(f"/release/{hit['id']}/file") == (200, Path(hit["path"]).read_bytes())


def test_servers_share_a_cluster(filled: str, tmp_path: Path) -> None:
    """What one server indexes another finds; neither removes what is not its own, nor knows its clippings."""
    folder = tmp_path / "另一台"
    folder.mkdir()
    (folder / "a.txt").write_text(page_text("网格化的做法", "另一台机器的网格化经验。"), encoding="utf-8")
    with _serving(filled) as first, _serving(filled, str(folder)) as second:
        before = first.json(_SEARCH)["total"]
        _until(lambda: first.json(_SEARCH)["total"] > before)
        _until(lambda: not second.json("/api/info")["is_updating"])
        assert first.json("/api/info")["releases"] == 5
        assert "由其他机器或命令收录</span> <span>4 篇" in second.text("/folders")
        assert second.post("/folders", action="remove", folder=str(folder)) == 303
        _until(lambda: first.json(_SEARCH)["total"] == before)


def test_a_cluster_that_goes_and_comes_back(filled: str, wire: Wire) -> None:
    """The pages say that it is away, at once and in Chinese; with it, they are back. Clippings stay."""
    address = f"opensearch://127.0.0.1:{wire.port}/{filled.rpartition('/')[2]}"
    with _serving(address) as site:
        total = site.json(_SEARCH)["total"]
        wire.cut()
        site.get(_SEARCH)  # the first one waits for it
        status, content = site.get("/")
        assert status == 503
        page = content.decode()
        assert "连不上" in page
        assert '<meta http-equiv="refresh"' in page
        assert site.get(_SEARCH)[0] == 503
        assert "还没有摘录" in site.text("/clippings")
        wire.mend()
        _until(lambda: site.get(_SEARCH)[0] == 200)
        assert site.json(_SEARCH)["total"] == total
        assert site.get("/")[0] == 200


def test_a_cluster_that_does_not_answer(filled: str, wire: Wire) -> None:
    """A search ends in time, and those after it are told at once; when the cluster answers, all is well."""
    address = f"opensearch://127.0.0.1:{wire.port}/{filled.rpartition('/')[2]}"
    with Index.open(address, time_limit=2) as index:
        total = index.search("网格").total
        wire.hold()
        begin = time.monotonic()
        for _ in range(2):
            with pytest.raises(ClusterDownError):
                index.search("网格")
        assert time.monotonic() - begin < 60  # what a single request may take without the limit
        wire.cut()
        wire.mend()
        assert index.search("网格").total == total


def test_a_search_after_one_that_failed_is_told_at_once(
    filled: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first one waits for a cluster that is away; the next is refused without another try."""
    address = f"opensearch://127.0.0.1:{wire.port}/{filled.rpartition('/')[2]}"
    with Index.open(address, time_limit=30) as index:
        wire.cut()
        with pytest.raises(ClusterDownError):
            index.search("网格")
        waited: list[float] = []
        monkeypatch.setattr("jsisa_search.cluster.connection.time.sleep", waited.append)
        with pytest.raises(ClusterDownError):
            index.search("网格")
        assert waited == []


def test_a_server_may_start_before_its_cluster(filled: str, wire: Wire) -> None:
    """It answers that the cluster is away, and searches as soon as it is there."""
    wire.cut()
    address = f"opensearch://127.0.0.1:{wire.port}/{filled.rpartition('/')[2]}"
    with _serving(address) as site:
        assert site.get("/")[0] == 503
        wire.mend()
        _until(lambda: site.get("/")[0] == 200)
        assert site.json(_SEARCH)["total"] > 0


def test_a_misspelt_address_makes_no_index(new_address: NewAddress) -> None:
    """Without folders there must be an index at the address; the command says so and ends."""
    command = [sys.executable, "-m", "jsisa_search", "--lang", "zh_CN", "serve", "--no-open", "--port", "0"]
    address = new_address()
    done = subprocess.run(
        [*command, "--index-dir", address],
        capture_output=True,
        timeout=_SECONDS,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert f"{address} 没有索引" in done.stderr


def test_searching_in_a_browser(filled: str, page: Page, tmp_path: Path) -> None:
    """Hits come while typing, a release is read beside them, and the footer says where the index is."""
    from playwright.sync_api import expect

    with _serving(filled) as site:
        page.goto(f"http://127.0.0.1:{site.port}/")
        page.locator("#q").press_sequentially("网格化")
        expect(page.locator(".hit").first).to_contain_text("网格化")
        page.locator(".hit .title").first.click()
        expect(page.locator("#pane article mark").first).to_be_visible()
        expect(page.locator("footer.site")).to_contain_text("索引在集群上")
        page.screenshot(path=tmp_path / "cluster.png")
        assert (tmp_path / "cluster.png").stat().st_size > 10_000
