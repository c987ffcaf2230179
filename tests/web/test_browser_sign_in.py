"""Colleagues in Chromium: the password, what it opens, and how a link from elsewhere arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests.passwords import PasswordFile
from jsisa_search.web.settings import ServerSettings, local_settings
from tests.web.conftest import serving

pytestmark = pytest.mark.browser

PASSWORD = "一二三四五六七八"

# Browsers take it for this machine, the server for another.
NAME = "office.localhost"


def _shared(index_dir: Path, port: int) -> ServerSettings:
    return replace(local_settings(index_dir, port), is_open=True, hosts=(f"{NAME}:{port}",))


@pytest.fixture(scope="module")
def shared_site(pages: Path) -> Iterator[str]:
    """Return the address at which a server counts this browser as one at another machine."""
    collection = Collection(pages.parent / "shared", [pages], is_watching=False)
    collection.index.update([pages])
    PasswordFile(collection.index_dir).set(PASSWORD)
    with serving(collection, _shared) as port:
        yield f"http://{NAME}:{port}"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_colleague_signs_in_and_searches(browser: Browser, shared_site: str, has_scripts: bool) -> None:
    """The password opens what was asked for, with and without scripts; nothing of the machine is shown."""
    context = browser.new_context(locale="zh-CN", java_script_enabled=has_scripts)
    page = context.new_page()
    page.goto(f"{shared_site}/?q=网格化管理")
    if has_scripts:
        assert Axe().run(page).violations_count == 0
    page.get_by_label("密码").fill("falsch und lang")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("密码不对。")
    if has_scripts:
        assert Axe().run(page).violations_count == 0
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".hit").first).to_contain_text("网格化管理")
    expect(page.get_by_role("link", name="文件夹")).to_have_count(0)
    expect(page.get_by_role("button", name="加入摘录")).to_have_count(0)
    if has_scripts:
        assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    page.goto(f"{shared_site}/?q=网格")
    expect(page.locator(".hit")).to_have_count(0)
    context.close()


def test_a_link_in_another_site_leads_to_the_results(browser: Browser, shared_site: str) -> None:
    """Who is signed in follows a link of a web mail without signing in again."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(shared_site)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    other = f'<a href="{shared_site}/?q=%E7%BD%91%E6%A0%BC">link</a>'
    page.route("http://mail.example/", lambda route: route.fulfill(body=other, content_type="text/html"))
    page.goto("http://mail.example/")
    page.get_by_role("link", name="link").click()
    expect(page.locator(".hit").first).to_contain_text("网格")
    context.close()
