"""Write docs/images: the pages in a browser, on the sample pages in seeds/.

Needs Chromium (`apt-get install chromium fonts-noto-cjk`) and the test dependencies. `.ci/run` does not check
the images, since fonts differ between machines; run it after a change that shows.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from jsisa_search import Index
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.processes.server import listen, make_server
from jsisa_search.web.settings import local_settings

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"

_QUERY = "/?q=网格化 满意率"


@dataclass(frozen=True)
class Shot:
    """An image: its name, the address, the size of the window, and what is done before it is taken."""

    name: str
    path: str
    width: int
    height: int
    prepare: Callable[[Page], object] = lambda _: None
    is_dark: bool = False


def _open_first(page: Page) -> None:
    page.locator(".hit .title").first.click()
    page.locator("#pane article").wait_for()
    page.wait_for_timeout(300)


def _follow(link: str) -> Callable[[Page], object]:
    """Return what goes on to a page of the first hit by the name of its link."""

    def follow(page: Page) -> None:
        page.locator(".hit .title").first.click()
        page.locator(".reading").get_by_role("link", name=link, exact=True).click()
        page.locator("main h1").wait_for()
        page.evaluate(_HIDE_FOLDER)

    return follow


def _check_draft(page: Page) -> None:
    """Hand in a draft that quotes the sample pages well and badly."""
    page.get_by_label("稿子的文件").set_input_files(ROOT / "docs" / "samples" / "draft.md")
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator(".verdicts").wait_for()
    page.evaluate(_HIDE_FOLDER)


SHOTS = (
    Shot("search", _QUERY, 1100, 640),
    Shot("reading", "/?q=网格化", 1280, 700, _open_first),
    Shot("folders", "/folders", 900, 640),
    Shot("narrow", _QUERY, 380, 760),
    Shot("dark", _QUERY, 1000, 480, is_dark=True),
    Shot("nothing", "/?q=“网格化管理员制度”", 1000, 480),
    Shot("clippings", "/clippings", 900, 480),
    Shot("trend", "/trend?q=网格化 满意&by=year", 1100, 900),
    Shot("figures", "/figures?q=群众安全感", 1100, 900),
    Shot("check", "/check", 1200, 760, _check_draft),
    Shot("similar", "/?q=红色网格", 1000, 760, _follow("同类")),
    Shot("reprints", "/?q=红色网格", 1000, 760, _follow("同文")),
    Shot("lines", "/?q=防汛应急演练", 1100, 760, _follow("怎样读出来的")),
    Shot("sharing", "/sharing", 900, 700),
)


# Of an index on a cluster: taken where JSISA_TEST_OPENSEARCH names one, as host:port.
CLUSTER_SHOT = Shot("cluster", "/?q=“议事圆桌”&grouped=1", 1280, 850, _open_first)
_SHOWN_ADDRESS = "opensearch://search1:9200,search2:9200/press"


@contextmanager
def _site(address: str = "") -> Iterator[str]:
    """Serve the sample pages from a folder with a name that says nothing of this machine.

    The index is on a cluster if `address` is one.
    """
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "我的存稿"
        shutil.copytree(ROOT / "seeds", seeds)
        (seeds / "扫描件.pdf").write_bytes(b"%PDF-1.4\n")
        os.environ["JSISA_CLUSTER_FOLDER"] = f"{folder}/beside"
        if address:
            Index.create(address, overwrite=True).close()
        collection = Collection(address or Path(folder) / "index", [seeds])
        listening = listen("127.0.0.1", 0, collection.index_dir, lambda _: None)
        assert isinstance(listening, socket.socket)
        port = listening.getsockname()[1]
        ready = threading.Event()
        settings = local_settings(collection.index_dir, port)
        settings = replace(settings, address=_SHOWN_ADDRESS if address else "")
        server = make_server(collection, settings, ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        ready.wait()
        collection.wait(120)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def _collect(page: Page, site: str) -> None:
    """Collect two passages, so that there is something on the page of clippings."""
    for query in ("满意率 99.06%", "红色网格"):
        page.goto(f"{site}/?q={query}")
        page.locator(".hit form.clip button").first.click()
        page.locator("#said:not(:empty)").wait_for()
    page.goto(f"{site}/clippings")
    page.locator("input[name=note]").first.fill("用在第二部分的开头")
    page.locator("button[value=note]").first.click()


def main() -> None:
    """Write all images, or those whose names are given."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    IMAGES.mkdir(exist_ok=True)
    os.environ["JSISA_LANG"] = "zh_CN"  # of the process that reads the files
    wanted = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1300, "height": 800})
        if shots := [shot for shot in SHOTS if not wanted or shot.name in wanted]:
            with _site() as site:
                _collect(page, site)
                _take(page, site, shots)
        hosts = os.environ.get("JSISA_TEST_OPENSEARCH")
        if hosts and (not wanted or CLUSTER_SHOT.name in wanted):
            with _site(f"opensearch://{hosts}/screenshots") as site:
                for _ in range(5):  # the first ones wait for what a new cluster has to load
                    page.goto(f"{site}{CLUSTER_SHOT.path}")
                _take(page, site, [CLUSTER_SHOT])
        browser.close()


def _take(page: Page, site: str, shots: list[Shot]) -> None:
    for shot in shots:
        page.set_viewport_size({"width": shot.width, "height": shot.height})
        page.emulate_media(color_scheme="dark" if shot.is_dark else "light")
        page.goto(f"{site}{shot.path}")
        page.evaluate(_HIDE_FOLDER)
        shot.prepare(page)
        page.screenshot(path=IMAGES / f"{shot.name}.png")


# Paths of the temporary folder are shown as those of a user.
_HIDE_FOLDER = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(/\\/[^\\s]*?(?=\\/我的存稿)/g, "/home/zhang");
  }
}"""


if __name__ == "__main__":
    main()
