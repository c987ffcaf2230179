"""The pages in Chromium: `.ci/run` installs it where it is missing; elsewhere these tests are left out."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import SCRIPT

pytestmark = pytest.mark.browser


def test_results_appear_while_typing(page: Page, site: str, faults: list[str]) -> None:
    """Hits, counts and the address follow what is typed, without a key that sends it."""
    page.goto(site)
    page.get_by_label("检索词").press_sequentially("满意率", delay=20)
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit mark").first).to_have_text("满意率")
    expect(page).to_have_url(re.compile(r"\?q=%E6%BB%A1%E6%84%8F%E7%8E%87$"))
    assert page.title().startswith("满意率")


def test_nothing_is_searched_while_an_input_method_composes(page: Page, site: str, faults: list[str]) -> None:
    """The letters of pinyin are no query; the word that is chosen is one."""
    page.goto(site)
    page.get_by_label("检索词").focus()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    session = page.context.new_cdp_session(page)
    for text in ("w", "wa", "wang", "wangge"):
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
        page.wait_for_timeout(150)
    assert asked == []
    session.send("Input.insertText", {"text": "网格员"})
    expect(page.locator(".hit").first).to_contain_text("网格员入户走访")


def test_the_keyboard_is_enough(page: Page, site: str, faults: list[str]) -> None:
    """Slash, j, Enter, n and Escape lead from a query to a match in a release and back."""
    page.goto(f"{site}/?q=网格化管理")
    page.locator("body").press("j")
    expect(page.locator(".hit").first).to_have_class(re.compile("current"))
    page.keyboard.press("Enter")
    expect(page.locator("#pane article")).to_be_visible()
    expect(page).to_have_url(re.compile("open="))
    page.keyboard.press("n")
    expect(page.locator("#pane mark.now")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("检索词")).to_be_focused()


def test_the_back_button_goes_back(page: Page, site: str, faults: list[str]) -> None:
    """Restricting, opening a release and going back twice show the first results again."""
    page.goto(f"{site}/?q=网格")
    total = page.locator(".hit").count()
    page.locator(".facets").get_by_text("新华社").click()
    expect(page.locator(".hit")).to_have_count(1)
    page.locator(".hit .title").first.click()
    expect(page.locator("#pane article")).to_be_visible()
    page.go_back()
    expect(page.locator("#pane")).to_be_hidden()
    page.go_back()
    expect(page.locator(".hit")).to_have_count(total)
    page.reload()
    expect(page.locator(".hit")).to_have_count(total)


def test_a_period_is_dragged_over_the_bars_of_time(page: Page, site: str, faults: list[str]) -> None:
    """From one year to another with the mouse, or with Shift; a click alone still selects one year."""
    page.goto(f"{site}/?q=网格")
    later, earlier = (page.locator(f".times a[data-time='{year}']") for year in ("2022", "2021"))
    total = page.locator(".hit").count()
    begin, end = later.bounding_box(), earlier.bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 20, begin["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 5, steps=4)
    expect(page.locator(".times a.ranged")).to_have_count(2)
    page.mouse.up()
    expect(page).to_have_url(re.compile("since=2021&until=2022"))
    expect(page.locator(".times a[data-time][aria-current]")).to_have_count(2)
    page.go_back()
    expect(page).not_to_have_url(re.compile("since"))
    expect(page.locator(".hit")).to_have_count(total)
    earlier.click()
    expect(page).to_have_url(re.compile("since=2021&until=2021"))
    page.go_back()
    expect(page.locator(".hit")).to_have_count(total)
    later.click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("since=2021&until=2022"))


def test_an_address_has_the_whole_state(page: Page, site: str, faults: list[str]) -> None:
    """A link that was sent opens the same results with the same release beside them."""
    page.goto(f"{site}/?q=满意率")
    page.locator(".hit .title").click()
    expect(page.locator("#pane article")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#pane article .at")).to_contain_text("群众满意率")
    expect(other.locator(".hit")).to_have_count(1)


def test_a_citation_is_copied(context: BrowserContext, page: Page, site: str, faults: list[str]) -> None:
    """The clipboard has the passage with its citation."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/?q=满意率")
    page.get_by_role("button", name="复制引文").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("全市推进网格化管理，群众满意率达97.42%。（《全市社会治理工作会议》，微讯江苏")


def test_passages_are_collected_and_downloaded(page: Page, site: str, faults: list[str]) -> None:
    """加入摘录 does not leave the page; the export as Word is a file."""
    page.goto(f"{site}/?q=满意率")
    page.get_by_role("button", name="加入摘录").click()
    expect(page.get_by_role("button", name="已摘录")).to_be_visible()
    page.get_by_role("link", name="摘录", exact=True).click()
    expect(page.locator("blockquote")).to_contain_text("群众满意率")
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename == "摘录.docx"
    page.get_by_role("button", name="删除").click()
    expect(page.locator("blockquote")).to_have_count(0)


def test_a_paragraph_is_collected_from_the_reading_pane(page: Page, site: str, faults: list[str]) -> None:
    """The button beside a paragraph collects it without leaving the text."""
    page.goto(f"{site}/?q=满意率")
    page.locator(".hit .title").click()
    page.locator("#pane .text p").first.hover()
    page.get_by_role("button", name="把第1段加入摘录").click()
    expect(page.get_by_role("status").filter(has_text="已摘录")).to_be_visible()
    page.get_by_role("link", name="摘录", exact=True).click()
    expect(page.locator("blockquote")).to_contain_text("会议总结了上半年的工作")
    page.get_by_role("button", name="删除", exact=True).click()


def test_what_was_searched_for_is_remembered_here_alone(page: Page, site: str, faults: list[str]) -> None:
    """Queries that were sent or used are proposed, also on the empty page, until they are cleared."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    page.goto(site)
    box = page.get_by_label("检索词")
    box.press_sequentially("满意率", delay=5)
    expect(page.locator(".hit")).to_have_count(1)
    box.press("Enter")
    box.fill("网格化管理")
    expect(page.locator(".hit").first).to_contain_text("网格化管理")
    page.locator(".hit .title").first.click()
    expect(page.locator("#pane article")).to_be_visible()
    page.goto(site)
    expect(page.locator(".recent a")).to_have_text(["网格化管理", "满意率"])
    box.click()
    proposed = [re.compile("^网格化管理"), re.compile("^满意率"), "清空检索记录"]
    expect(page.locator("#suggestions li")).to_have_text(proposed)
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("满意率")
    expect(page.locator(".hit")).to_have_count(1)
    box.fill("满")
    expect(page.locator("#suggestions li").first).to_contain_text("查过")
    page.goto(site)
    page.get_by_role("button", name="清空检索记录").click()
    expect(page.locator(".recent")).to_be_hidden()
    page.reload()
    expect(page.locator(".recent")).to_be_hidden()
    assert not any("history" in request for request in asked if "/static/" not in request)


def test_history_is_text(page: Page, site: str, faults: list[str]) -> None:
    """Markup that was searched for, or that something else left in the storage, is shown as it is."""
    page.goto(f"{site}/?q={SCRIPT}")
    page.goto(site)
    expect(page.locator(".recent a")).to_have_text([SCRIPT])
    page.evaluate("localStorage.setItem('jsisa-search-history', '{}')")
    page.reload()
    expect(page.locator(".recent")).to_be_hidden()


def test_what_is_like_a_hit_is_a_click_away(page: Page, site: str, faults: list[str]) -> None:
    """同类 on a hit leads to releases like it, and the back button to the hits again."""
    page.goto(f"{site}/?q=满意率")
    page.get_by_role("link", name="同类").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("相近的稿件")
    page.go_back()
    expect(page.locator(".hit")).to_have_count(1)


def test_no_markup_of_a_page_is_run(page: Page, site: str, faults: list[str]) -> None:
    """A release full of scripts is read as text, everywhere it is shown."""
    page.goto(f"{site}/?q=平安建设")
    expect(page.locator(".hit").first).to_contain_text(SCRIPT)
    page.locator(".hit .title").first.click()
    expect(page.locator("#pane h2")).to_contain_text("alert(1)")
    page.goto(f"{site}/?q={SCRIPT}")
    expect(page.get_by_label("检索词")).to_have_value(SCRIPT)
    page.wait_for_timeout(200)


def test_pages_work_without_scripts(browser: Any, site: str) -> None:
    """A query, a restriction, a release, a clipping: all of it is links and forms."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(site)
    page.get_by_label("检索词").fill("网格")
    page.get_by_role("button", name="检索").first.click()
    page.locator(".facets").get_by_text("微讯江苏").click()
    page.get_by_role("button", name="加入摘录").first.click()
    expect(page.locator("blockquote")).to_have_count(1)
    page.get_by_role("button", name="删除", exact=True).click()
    page.goto(f"{site}/?q=满意率")
    page.locator(".hit .title").click()
    expect(page.locator("article .at")).to_contain_text("群众满意率")
    context.close()


def test_a_narrow_window_scrolls_in_one_direction(page: Page, site: str, faults: list[str]) -> None:
    """On 360 pixels nothing is wider than the window, on no page."""
    page.set_viewport_size({"width": 360, "height": 700})
    for path in ("/?q=网格", "/folders", "/clippings", "/words", "/?q=没有的词语"):
        page.goto(f"{site}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.goto(f"{site}/?q=满意率")
    page.locator(".hit .title").click()
    expect(page.locator("main article")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_new_page_is_found_after_an_update_on_the_page(
    page: Page, site: str, pages: Path, faults: list[str]
) -> None:
    """The button updates the index while searches go on, and the page says when it is done."""
    (pages / "z.txt").write_text("防汛通报\n\n汛情研判会商机制已建立。\n", encoding="utf-8")
    page.goto(f"{site}/folders")
    page.get_by_role("button", name="现在更新").click()
    page.goto(f"{site}/?q=网格")
    expect(page.locator(".hit").first).to_be_visible()
    deadline = time.monotonic() + 60
    while page.goto(f"{site}/?q=汛情研判") and not page.locator(".hit").count():
        assert time.monotonic() < deadline
        page.wait_for_timeout(300)
    (pages / "z.txt").unlink()


def test_another_site_changes_nothing(page: Page, site: str) -> None:
    """A form on a page of another origin is refused, and its scripts read nothing."""
    page.route(
        "http://other.test/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"""
        <form method=post action="{site}/clippings"><input name=action value=clear></form>""",
        ),
    )
    page.goto("http://other.test/")
    read = page.evaluate(f"fetch('{site}/api/info').then(a => a.text()).catch(() => 'refused')")
    assert read == "refused"
    with page.expect_navigation() as moved:
        page.evaluate("document.forms[0].submit()")
    assert moved.value is not None
    assert moved.value.status == 403


def test_the_first_visit_is_light(page: Page, site: str, faults: list[str]) -> None:
    """A first page with results is at most 120 KB in at most 10 requests, all of them to ourselves."""
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    page.goto(f"{site}/?q=网格")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(site) for url in sizes)
    assert len(sizes) <= 10
    assert sum(sizes.values()) <= 120_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(page: Page, site: str, scheme: Literal["light", "dark"]) -> None:
    """Labels, roles, order of headings and contrast satisfy axe-core on every view, light and dark."""
    page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    searches = ("", "q=网格 满意率", "q=没有的词语", "q=满意率&since=去年")
    views = [
        *(f"/?{search}" for search in searches),
        "/folders",
        "/words",
        "/clippings",
        "/saved",
    ]
    page.goto(f"{site}/?q=满意率")
    page.locator(".hit .title").click()
    expect(page.locator("#pane article")).to_be_visible()
    identifier = page.locator("#pane article").get_attribute("data-release")
    views += [f"/release/{identifier}?q=网格&at=2", f"/?q=网格&open={identifier}&at=2"]
    views += [
        "/sharing",
        f"/release/{identifier}/reading",
        f"/similar/{identifier}",
        f"/reprints/{identifier}",
    ]
    for view in (*views, "/?q=网格&since=2021&until=2022", "/?q=网格&dateless=1"):
        page.goto(f"{site}{view}")
        results = Axe().run(page)
        found += [
            f"{view}: {violation['id']} {node['target']}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
    assert found == []
