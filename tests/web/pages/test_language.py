from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import ORIGIN, Post


@pytest.mark.parametrize(
    ("accepted", "tag", "word"),
    [
        ("zh-CN", "zh-CN", "文件夹"),
        ("zh-TW,zh;q=0.9", "zh-Hant", "資料夾"),
        ("zh-HK", "zh-Hant", "資料夾"),
        ("en", "en", "Folders"),
    ],
)
def test_a_page_is_in_the_language_of_the_browser(
    client: TestClient, accepted: str, tag: str, word: str
) -> None:
    """Texts and the language that screen readers are told agree with what the browser asks for."""
    html = client.get("/", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{tag}">' in html
    assert f">{word}</a>" in html


def test_messages_of_the_library_are_in_the_language_of_the_page(client: TestClient) -> None:
    """What the catalogues of messages say on a page for Taiwan is in its words."""
    answer = client.get("/nothing", headers={"Accept-Language": "zh-TW"})
    assert "沒有這個頁面" in answer.text


def test_a_choice_is_remembered_and_leads_back(client: TestClient, post: Post) -> None:
    """The foot of the page has all languages; the chosen one holds for pages and the API."""
    html = client.get("/trend?q=网格化").text
    assert 'name="next" value="/trend?q=%E7%BD%91%E6%A0%BC%E5%8C%96"' in html
    assert re.search(r'value="zh" lang="zh-CN" aria-current="true">简体中文<', html)
    chosen = post("/language", language="zh_TW", next="/trend?q=%E7%BD%91")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/trend?q=%E7%BD%91")
    assert '<html lang="zh-Hant">' in client.get("/").text
    assert client.get("/api/nothing").json()["detail"] == "沒有這個頁面"
    assert '<html lang="zh-Hant">' in client.get("/", headers={"Accept-Language": "en"}).text
    post("/language", language="none", next="/")
    assert '<html lang="zh-CN">' in client.get("/").text


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example", "/\\x", ""])
def test_a_choice_leads_to_no_other_site(client: TestClient, post: Post, after: str) -> None:
    """Only an address of our own is gone back to."""
    assert post("/language", language="en", next=after).headers["location"] == "/"


def test_a_language_is_chosen_by_our_own_pages_only(client: TestClient) -> None:
    """The form needs the token, as every other."""
    refused = client.post("/language", data={"language": "en"}, headers={"Origin": ORIGIN})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("accepted", "marked"), [("zh-CN", False), ("zh-TW", True), ("en", True)], ids=["zh", "hant", "en"]
)
def test_texts_in_other_characters_than_the_page_say_so(
    client: TestClient, accepted: str, marked: bool
) -> None:
    """Hits, releases and occurrences in simplified characters have their language on other pages only."""
    for address, element in (
        ("/?q=满意率", r'<p class="snippet" lang="zh-CN">'),
        ("/trend?q=网格化", r'<tr lang="zh-CN"><td class="left">'),
        ("/trend?q=网格化", r'<p class="snippet" lang="zh-CN">'),
    ):
        html = client.get(address, headers={"Accept-Language": accepted}).text
        assert bool(re.search(element, html)) is marked, address
    found = re.search(r'href="(/release/[^"]*)"', client.get("/?q=满意率").text)
    assert found is not None
    html = client.get(found[1].replace("&amp;", "&"), headers={"Accept-Language": accepted}).text
    assert bool(re.search(r'<p id="p\d+" lang="zh-CN"', html)) is marked
    assert bool(re.search(r'<h1 class="title" lang="zh-CN"', html)) is marked
