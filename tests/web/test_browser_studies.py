"""The pages of checks and of wordings through time in Chromium; see `test_browser.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

_DRAFT = "据微讯江苏报道，“全市推进网格化管理，群众满意率达97.43%”，“网格员入户走访，排查隐患”。\n"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a draft."""
    path = tmp_path_factory.mktemp("draft") / "送审稿.md"
    path.write_text(_DRAFT, encoding="utf-8")
    return path


def test_a_chosen_draft_is_checked(page: Page, site: str, draft: Path, faults: list[str]) -> None:
    """What differs is marked on both sides, and the passage leads to the release with its matches."""
    page.goto(f"{site}/check")
    page.get_by_label("稿子的文件").set_input_files(draft)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("h1")).to_contain_text("送审稿.md")
    expect(page.locator(".v-altered blockquote b.other")).to_have_text("3")
    expect(page.locator(".v-altered .passage b.other")).to_have_text("2")
    page.locator("a.quoted.v-altered").first.click()
    expect(page).to_have_url(re.compile(r"#item-1$"))
    page.locator(".v-altered").get_by_role("link", name="阅读全文").click()
    expect(page.locator("article .at mark").first).to_be_visible()


def test_a_dropped_draft_is_checked_at_once(page: Page, site: str, faults: list[str]) -> None:
    """Dropping a file anywhere on the page hands it in."""
    page.goto(f"{site}/check")
    with page.expect_navigation():
        page.evaluate(
            """(text) => {
              const data = new DataTransfer();
              data.items.add(new File([text], "拖来的.md"));
              const how = { dataTransfer: data, bubbles: true, cancelable: true };
              document.body.dispatchEvent(new DragEvent("drop", how));
            }""",
            _DRAFT,
        )
    expect(page.locator("h1")).to_contain_text("拖来的.md")
    with page.expect_download() as download:
        page.get_by_role("link", name="Word 批注稿").click()
    assert download.value.suggested_filename == "引文核对-拖来的.docx"
    page.get_by_role("button", name="删除这份稿子").click()
    expect(page.get_by_role("button", name="核对", exact=True)).to_be_visible()


def test_a_wording_is_followed_into_a_search(page: Page, site: str, faults: list[str]) -> None:
    """The chart is painted, and a count of the table leads to the passages that it counts."""
    page.goto(site)
    page.get_by_role("link", name="提法", exact=True).click()
    page.get_by_label("提法", exact=True).fill("网格化 网格员")
    page.locator("select[name=by]").select_option("year")
    page.get_by_role("button", name="查看").click()
    chart = page.locator("img.chart")
    expect(chart).to_be_visible()
    assert chart.evaluate("image => image.complete && image.naturalWidth") == 880
    page.locator("tr", has=page.get_by_role("rowheader", name="2021")).get_by_role("link").click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit")).to_contain_text("网格员入户走访")


def test_a_figure_leads_to_its_passage(page: Page, site: str, faults: list[str]) -> None:
    """An indicator is typed, and the passage of a value is read with the figure marked."""
    page.goto(site)
    page.get_by_role("link", name="数字", exact=True).click()
    page.get_by_label("指标", exact=True).fill("群众满意率")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".facts-table tbody tr")).to_have_count(1)
    page.locator(".facts-table").get_by_role("link").click()
    expect(page.locator("article .at mark").first).to_have_text("97.42%")


def test_studies_work_without_scripts(browser: Any, site: str, draft: Path) -> None:
    """A file, pasted text: forms and links are enough."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/check")
    page.get_by_label("稿子的文件").set_input_files(draft)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".v-altered blockquote")).to_be_visible()
    page.get_by_role("link", name=re.compile("只看要改的")).click()
    expect(page.locator(".verdicts > li")).to_have_count(1)
    page.goto(f"{site}/check")
    page.get_by_label("或者把文字粘贴在这里").fill(_DRAFT)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("h1")).to_contain_text("粘贴的文字")
    page.goto(f"{site}/trend?q=网格化")
    page.get_by_role("link", name="旧的在前").click()
    expect(page.locator(".kwic tr").first).to_be_visible()
    context.close()


def _checked(page: Page, site: str) -> str:
    """Hand in a draft, and return the path of its page."""
    page.goto(f"{site}/check")
    page.get_by_label("或者把文字粘贴在这里").fill(_DRAFT)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".verdicts")).to_be_visible()
    return page.url.removeprefix(site)


def _views(page: Page, site: str) -> list[str]:
    return [
        "/check",
        _checked(page, site),
        "/trend",
        "/trend?q=网格化 网格员&by=month",
        "/trend?q=没有的词语",
    ]


@pytest.mark.parametrize("width", [360, 700, 1300])
def test_studies_scroll_in_one_direction(page: Page, site: str, faults: list[str], width: int) -> None:
    """Nothing is wider than the window."""
    page.set_viewport_size({"width": width, "height": 700})
    for view in _views(page, site):
        page.goto(f"{site}{view}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_studies(page: Page, site: str, scheme: Literal["light", "dark"]) -> None:
    """Labels, roles, order of headings and contrast satisfy axe-core, light and dark."""
    page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    for view in _views(page, site):
        page.goto(f"{site}{view}")
        results = Axe().run(page)
        found += [
            f"{view}: {violation['id']} {node['target']}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
    assert found == []


def test_a_fact_and_its_line_show_each_other(page: Page, site: str, faults: list[str]) -> None:
    """How a page was read: pointing at a line marks the fact it gave and the reverse; j goes to the next."""
    page.goto(f"{site}/?q=满意率")
    identifier = page.locator(".hit").first.get_attribute("data-release")
    page.goto(f"{site}/release/{identifier}/reading")
    line = page.locator(".line", has_text="来源").filter(has_text="微讯江苏")
    fact = page.locator(".fact", has_text="微讯江苏")
    line.hover()
    expect(fact).to_have_class("fact same")
    page.locator("h1").hover()
    expect(fact).to_have_class("fact")
    fact.hover()
    expect(line).to_have_class("line in same")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "l1"
    page.set_viewport_size({"width": 360, "height": 700})
    own, taken = line.locator(".own").bounding_box(), line.locator(".taken").bounding_box()
    assert own and taken
    assert taken["y"] >= own["y"] + own["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
