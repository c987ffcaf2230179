"""The pages of what is like a release and of its reprints, and the buttons that lead there."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.application import create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.settings import local_settings
from tests.conftest import page_text
from tests.research.test_similar import BRIDGE, FERRY, SCHOOL
from tests.web.conftest import ORIGIN, PORT, SCRIPT, TOKEN


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Collection]]:
    """Return a client of a release, an altered reprint, one on the same matter with markup, and another."""
    root = tmp_path_factory.mktemp("related")
    altered = (FERRY[0].replace("三艘", "五艘"), *FERRY[1:])
    pages = {
        "甲": page_text("渡口换上电动渡船", *FERRY, source="江岸报", published="2023-05-01"),
        "乙": page_text("渡口换上电动渡船", *altered, source="转载网", published="2023-05-02"),
        "丙": page_text(f"大桥通车{SCRIPT}", *BRIDGE, f"电动渡船{SCRIPT}", source="江岸报"),
        "丁": page_text("校园食堂请家长来", *SCHOOL, source="教育报", published="2023-06-01"),
    }
    (root / "存稿").mkdir()
    for name, text in pages.items():
        (root / "存稿" / f"{name}.txt").write_text(text, encoding="utf-8")
    collection = Collection(root / "index", [root / "存稿"], is_watching=False)
    collection.index.update([root / "存稿"])
    app = create_app(collection, local_settings(collection.index_dir, PORT, token=TOKEN))
    yield TestClient(app, base_url=ORIGIN, headers={"Accept-Language": "zh-CN"}), collection
    collection.close()


def _id(collection: Collection, name: str) -> str:
    return next(info.id for info in collection.index.releases() if Path(info.path).stem == name)


def test_what_is_like_a_release_is_listed_with_its_words(related: tuple[TestClient, Collection]) -> None:
    """The button on a hit leads to what is like its paragraph, that of a release to what is like it."""
    client, collection = related
    release = _id(collection, "甲")
    assert f'href="/similar/{release}?paragraph=1"' in client.get("/?q=柴油渡船 -五艘").text
    assert f'href="/similar/{release}"' in client.get(f"/release/{release}").text
    html = client.get(f"/similar/{release}").text
    assert "大桥通车" in html
    assert "校园食堂" not in html
    assert '<mark class="w0">' in html or '<mark class="w1">' in html
    assert ">渡船</a>" in html
    assert "按全文找" in client.get(f"/similar/{release}?paragraph=2").text


def test_a_paragraph_that_is_none_is_an_error(related: tuple[TestClient, Collection]) -> None:
    """A number beyond the last is told; what is no number stands for the whole release."""
    client, collection = related
    release = _id(collection, "甲")
    answer = client.get(f"/similar/{release}?paragraph=99")
    assert answer.status_code == 404
    assert "没有第 99 段" in answer.text
    for typed in ("x", "-1", "0", "１", "9" * 30):
        assert client.get(f"/similar/{release}?paragraph={typed}").status_code == 200
    assert client.get("/similar/ffffffffffff").status_code == 404


def test_reprints_are_compared_with_the_first(related: tuple[TestClient, Collection]) -> None:
    """In order of time, with the characters marked that were altered; the release asked for says so."""
    client, collection = related
    html = client.get(f"/reprints/{_id(collection, '乙')}").text
    assert html.index("江岸报") < html.index("转载网")
    assert '<mark class="w0">三</mark>' in html
    assert '<mark class="w0">五</mark>' in html
    assert html.count('<li aria-current="true">') == 1
    assert "没有同文的其他稿件" in client.get(f"/reprints/{_id(collection, '丁')}").text
    assert f'href="/reprints/{_id(collection, "甲")}"' in client.get(f"/release/{_id(collection, '甲')}").text


def test_markup_is_text_on_both_pages(related: tuple[TestClient, Collection]) -> None:
    """A title and a passage full of scripts are shown as they are."""
    client, collection = related
    for address in (f"/similar/{_id(collection, '甲')}", f"/reprints/{_id(collection, '丙')}"):
        html = client.get(address).text
        assert SCRIPT not in html
        assert SCRIPT in unescape(html)


def test_any_paragraph_of_a_release_is_collected(related: tuple[TestClient, Collection]) -> None:
    """Each has a button; the clipping has the paragraph, its number and its citation."""
    client, collection = related
    release = _id(collection, "甲")
    html = client.get(f"/release/{release}").text
    assert html.count('class="clip beside-text"') == len(FERRY)
    assert "把第3段加入摘录" in html
    form = {"token": TOKEN, "action": "add", "release": release, "paragraph": "3", "line": "", "q": ""}
    assert client.post("/clippings", data=form, headers={"Origin": ORIGIN}).status_code == 200
    clipped = client.get("/clippings").text
    assert FERRY[2] in clipped
    assert "第3段" in clipped
