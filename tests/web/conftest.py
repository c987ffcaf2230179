"""What tests of the pages share: an index of hostile and plain releases, and a client of its pages."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from jsisa_search.web.application import create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.processes.server import listen, make_server
from jsisa_search.web.settings import ServerSettings, local_settings
from tests.conftest import page_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

PORT = 8765
ORIGIN = f"http://127.0.0.1:{PORT}"
TOKEN = "token-of-the-tests"
#: The most that is waited for anything: on a busy machine a small update takes a while.
SECONDS = 300
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"

Post = Callable[..., Response]


def write_pages(folder: Path) -> None:
    """Write a few releases, one of which has markup wherever a page can have text."""
    pages = {
        "a.txt": page_text(
            "全市社会治理工作会议",
            "会议总结了上半年的工作。",
            "健全网格体系",
            "全市推进网格化管理，群众满意率达97.42%。",
            "网格化管理延伸到每个小区。",
            source="微讯江苏",
            published="2022-09-06 16:42:49",
        ),
        "b.txt": page_text(
            "基层治理见闻", "网格员入户走访，排查隐患。", source="新华社", published="2021-03-05"
        ),
        "c.txt": page_text("无日期的通知", "全市推进网格化管理，设置网格128个。"),
        f"{SCRIPT.replace('/', '')}.txt": page_text(
            f"标题{SCRIPT}", f"正文{SCRIPT}里的平安建设。", f"=1+1 平安{SCRIPT}", source=f"来源{SCRIPT}"
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """Return a collection of the pages; it is never started, so that nothing happens in the background."""
    root = tmp_path_factory.mktemp("web")
    write_pages(root / "pages")
    made = Collection(root / "index", [root / "pages"], is_watching=False)
    made.index.update([root / "pages"])
    yield made
    made.close()


def client_of(collection: Collection) -> TestClient:
    """Return a client of the pages of a collection, as a browser on this machine is one."""
    app = create_app(collection, local_settings(collection.index_dir, PORT, token=TOKEN))
    headers = {"Accept-Language": "zh-CN,zh;q=0.9"}
    return TestClient(app, base_url=ORIGIN, headers=headers, follow_redirects=False)


@pytest.fixture
def client(collection: Collection) -> TestClient:
    """Return a client of the pages."""
    return client_of(collection)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a collection that is started, as `serve` does, and whose first update is done."""
    root = tmp_path_factory.mktemp("running")
    write_pages(root / "pages")
    started = Collection(root / "index", [root / "pages"], is_watching=False)
    with client_of(started) as client:
        assert started.wait(SECONDS)
        yield client


@pytest.fixture
def post(client: TestClient) -> Post:
    """Return a function that sends a form as our own pages do."""

    def send(path: str, **fields: Any) -> Response:
        data = {"token": TOKEN} | fields
        return client.post(path, data=data, headers={"Origin": ORIGIN})

    return send


# Of the tests in a browser.
_CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how Chromium is started; it is the one of the system."""
    if _CHROMIUM is None and not os.environ.get("CI_BROWSER"):
        pytest.skip("there is no Chromium here: apt-get install chromium, or set CHROMIUM to its path")
    assert _CHROMIUM, "CI_BROWSER is set, but there is no Chromium"
    return {"executable_path": _CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Return what every window is like."""
    return {"locale": "zh-CN", "viewport": {"width": 1300, "height": 800}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that is served."""
    folder = tmp_path_factory.mktemp("browser") / "pages"
    write_pages(folder)
    return folder


@contextmanager
def serving(
    collection: Collection, settings_of: Callable[[Path, int], ServerSettings] = local_settings
) -> Iterator[int]:
    """Run a server of a collection, which is closed with it; give its port when all is indexed."""
    listening = listen("127.0.0.1", 0, collection.index_dir, lambda _: None)
    assert isinstance(listening, socket.socket)
    port = listening.getsockname()[1]
    ready = threading.Event()
    server = make_server(collection, settings_of(collection.index_dir, port), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    assert ready.wait(SECONDS)
    assert collection.wait(SECONDS)
    yield port
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture(scope="module")
def site(pages: Path) -> Iterator[str]:
    """Return the address of a running server of a few releases."""
    collection = Collection(pages.parent / "index", [pages], is_watching=False)
    collection.index.update([pages])
    with serving(collection) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def faults(page: Page) -> Iterator[list[str]]:
    """Return what a page reports as wrong: refused by the policy, missing, or raised; it must stay empty."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    yield found
    assert found == []
