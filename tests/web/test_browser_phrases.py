"""New phrases on the page of wordings in Chromium; see `test_browser.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def archive_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server of sixteen releases, half of them of 2022."""
    folder: Path = tmp_path_factory.mktemp("phrases")
    collection = Collection(folder / "index", is_watching=False)
    with collection.index.batch() as batch:
        for number in range(8):
            for year, month, text in ((2021, 1, "推进“三级书记”抓落实。"), (2022, 5, "推广“一网统管”。")):
                published = f"{year}-{month + number:02d}-01"
                batch.add_text(f"第{number}周，{text}", id=published, published=published, source="东湖日报")
    with serving(collection) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_new_phrase_leads_to_its_curve_and_its_passages(
    page: Page, archive_site: str, faults: list[str]
) -> None:
    """The lists come by themselves; a phrase has its chart on the same page, with the lists still there."""
    page.goto(f"{archive_site}/trend")
    appeared = page.locator("section", has=page.get_by_role("heading", name="新出现"))
    expect(appeared.locator("li").first).to_contain_text("一网统管")
    page.get_by_label("从什么时候起").select_option("2022")
    page.get_by_label("月份").select_option("02")
    page.locator(".new-phrases").get_by_role("button", name="看新提法").click()
    expect(page).to_have_url(re.compile(r"new=2022&month=02"))
    expect(page.locator("#phrases")).to_contain_text("以 2022-02-01 为界")
    page.get_by_role("link", name="三级书记").click()
    expect(page.locator("img.chart")).to_be_visible()
    expect(page.locator("#phrases")).to_contain_text("以 2022-02-01 为界")
    page.locator("li", has_text="三级书记").get_by_role("link", name="8 段").click()
    expect(page.locator(".hit")).to_have_count(8)


def test_a_search_for_phrases_is_stopped_and_begun_again(page: Page, archive_site: str) -> None:
    """While it goes on the page says how far it is; 停止 ends it, and a link begins it again."""
    held: list[Route] = []
    page.route("**/trend/new?*", lambda route: held.append(route))
    page.goto(f"{archive_site}/trend?new=2022-04")
    progress = page.locator("#phrases [role=status]")
    expect(progress).to_contain_text("正在通读各段")
    expect(page.locator("#phrases")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="停止").click()
    expect(progress).to_be_hidden()
    find = page.get_by_role("link", name="看新提法")
    expect(find).to_be_focused()
    page.unroute("**/trend/new?*")
    page.keyboard.press("Enter")
    expect(page.locator(".lists")).to_contain_text("一网统管")


def test_lists_are_there_without_scripts(browser: Any, archive_site: str) -> None:
    """A link leads to them, and the form of the page goes on from there."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{archive_site}/trend?new=2022-03")
    page.get_by_role("link", name="看新提法").click()
    expect(page.locator(".lists")).to_contain_text("一网统管")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "新提法-2022-03-01.csv"
    context.close()


@pytest.mark.parametrize("width", [360, 1300])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lists_fit_and_axe_finds_no_violation(
    page: Page, archive_site: str, faults: list[str], scheme: Literal["light", "dark"], width: int
) -> None:
    """Nothing is wider than the window; names, order of headings and contrast satisfy axe-core."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{archive_site}/trend?q=一网统管&new=2022")
    expect(page.locator(".lists")).to_contain_text("三级书记")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [f"{each['id']} {each['nodes'][0]['target']}" for each in violations] == []
