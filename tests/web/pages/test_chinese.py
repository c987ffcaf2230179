"""The pages for a Chinese browser: no word of them is in another language than their releases are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

from jsisa_search.web.application import create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.settings import local_settings
from tests.conftest import page_text
from tests.web.conftest import ORIGIN, PORT, SECONDS, TOKEN

pytestmark = pytest.mark.slow

# Names of keys, units, formats and products, which Chinese texts write like this; and the operators in hints.
_KNOWN = {
    *(
        "Ctrl",
        "Enter",
        "Esc",
        "MB",
        "Word",
        "Excel",
        "CSV",
        "Markdown",
        "BibTeX",
        "RIS",
        "PDF",
        "OFD",
        "JSON",
    ),
}

# Attributes whose values are read aloud or shown.
_SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-copied", "data-clipped", "data-opened")

_WORD = re.compile(r"[A-Za-z]{2,}")

# Each makes the page say something else: fields, dates, distances, numbers, notes, diagnoses, counts.
QUERIES = """\
网格化
网格化 满意率
网格化 -满意率
(网格化 OR 走访) 隐患
标题:会议 网格化
来源:镇江口岸报 网格
发布:办公室 网格
小标题:体系 网格
正文:网格化
作者:李 网格
网格 日期:2022
日期:2022-01..2022-09
网格 日期:2022..
网格 日期:..2022
-日期:2022 网格
网格 -来源:新华社
全市 NEAR/5 管理
网格 NEAR/1 化
网格 -全文:走访
网*
国发〔2022〕9号
国发〔2099〕99号
文号:国发〔2022〕9号
“全市推进，网格化管理”
“没有这一句”
没有的词语
群众满意律
满意率是多少？
-网格化
网格 OR
((网格
97.42%
7.42%
《网格》管理
发改委 网格
镇江口岸报 网格
2022年9月6日 网格
9月6日
着力 网格
网格 网格员 -隐患 标题:会议 日期:2022
“”
*
网格化 作者:
日期:去年
网格&since=去年
网格&since=2023&until=2022
网格&since=2022
网格&sort=oldest
网格&dateless=1
网格&grouped=1&page=9
网格&source=没有这家
网格化&folder=/没有&format=没有
网格&synonyms=0
发改委&leaving_out=国家发展和改革委员会
走访 排查&within=网格
""".splitlines()


VIEWS = ("/", "/folders", "/words", "/clippings", "/saved", "/没有", "/release/000000")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Collection]]:
    """Return a client of releases without a Latin letter, two files of which can't be read, as reported."""
    root = tmp_path_factory.mktemp("chinese")
    folder = root / "存稿"
    folder.mkdir()
    text = (
        "会议总结了上半年的工作。",
        "健全网格体系",
        "全市推进网格化管理，群众满意率达97.42%。",
        "各级发展改革委着力解决《网格》管理中的问题，依据国发〔2022〕9号。",
    )
    walk = ("网格员入户走访，排查隐患。", "入户走访要有记录。")
    pages = {
        "一": page_text("社会治理会议", *text, source="镇江口岸报", published="2022-09-06 16:42:49"),
        "二": page_text("社会治理会议", *text, source="望江台", published="2022-09-07"),
        "三": page_text("基层治理见闻", *walk, source="新华社", published="2021-03-05"),
        "四": page_text("无日期的通知", "全市推进网格化管理，设置网格128个。"),
    }
    for name, text in pages.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.4\n")
    (folder / "空.docx").write_bytes(b"PK\x03\x04")
    (folder / "表.jsonl").write_text('{"甲": 1}\n{"乙": 2}\n', encoding="utf-8")
    (folder / "图.cad").write_bytes(b"\0")
    collection = Collection(root / "index", [folder], is_watching=False)
    collection.start()
    assert collection.wait(SECONDS)
    app = create_app(collection, local_settings(collection.index_dir, PORT, token=TOKEN))
    headers = {"Accept-Language": "zh-CN,zh;q=0.9", "Origin": ORIGIN}
    client = TestClient(app, base_url=ORIGIN, headers=headers)
    first_hit = client.get("/api/search", params={"q": "满意率"}).json()["hits"][0]
    assert client.post("/clippings", data={"token": TOKEN, "action": "add", "release": first_hit["id"],
                       "line": first_hit["line"], "q": "满意率"}).status_code == 200  # fmt: skip
    client.post("/saved", data={"token": TOKEN, "action": "add", "search": "/?q=网格"})
    yield client, collection
    collection.close()


def _foreign(page: str, data: list[str]) -> set[str]:
    """Return the lines with Latin words that a page shows or has read aloud, without its data."""
    tree = html.fromstring(page)
    # The names of languages are in these languages.
    for element in tree.xpath("//script | //style | //*[contains(@class, 'path')] | //*[@name='language']"):
        element.drop_tree()
    texts = [*tree.itertext(), *(value for name in _SPOKEN for value in tree.xpath(f"//@{name}"))]
    shown = "\n".join(texts)
    for text in sorted(data, key=len, reverse=True):
        shown = shown.replace(text, "")
    return {line for line in shown.split("\n") if set(_WORD.findall(line)) - _KNOWN}


def _data_of(collection: Collection, typed: str) -> list[str]:
    infos = list(collection.index.releases())
    names = [*(info.id for info in infos), *(Path(info.path).name for info in infos)]
    words = (
        *typed.split(),
        typed,
        "且 or",
        "NEAR/",
        "OR",
        ".txt",
        "坏.pdf",
        "空.docx",
        ".cad",
        "docs/pages.zh.md",
    )
    return [*names, *words, str(collection.index_dir.parent)]


@pytest.mark.parametrize("typed", QUERIES)
def test_no_answer_has_a_foreign_word(site: tuple[TestClient, Collection], typed: str) -> None:
    """However a query is written and whatever is said of it, the page says it in Chinese."""
    client, collection = site
    page = client.get(f"/?q={typed}").text
    assert _foreign(page, _data_of(collection, typed.partition("&")[0])) == set()
    assert client.get(f"/?q={typed}", headers={"X-Part": "results"}).status_code == 200


@pytest.mark.parametrize(
    "view", ["/", "/folders", "/words", "/clippings", "/saved", "/没有", "/release/000000"]
)
def test_no_view_has_a_foreign_word(site: tuple[TestClient, Collection], view: str) -> None:
    """Reports of files and errors are in Chinese as well."""
    client, collection = site
    assert _foreign(client.get(view).text, _data_of(collection, "")) == set()


def test_no_view_of_a_release_has_a_foreign_word(site: tuple[TestClient, Collection]) -> None:
    """The text of a release, and how each of its parts was read."""
    client, collection = site
    for info in collection.index.releases():
        for view in ("/release/{}", "/release/{}/reading", "/similar/{}", "/reprints/{}"):
            page = client.get(f"{view.format(info.id)}?q=网格").text
            assert _foreign(page, _data_of(collection, "")) == set(), view


def test_what_is_done_is_answered_in_chinese(site: tuple[TestClient, Collection]) -> None:
    """A check, words that can't be understood, a folder that is none."""
    client, collection = site
    data = _data_of(collection, "")
    for path, form in (
        ("/folders", {"action": "check"}),
        ("/folders", {"action": "add", "folder": "存稿"}),
        ("/folders", {"action": "add", "folder": "/没有这个文件夹"}),
        ("/folders", {"action": "?"}),
        ("/words", {"words": "网格长", "synonyms": "甲 = "}),
        ("/clippings", {"action": "?"}),
        ("/saved", {"action": "add", "search": ""}),
    ):
        page = client.post(path, data={"token": TOKEN, **form}).text
        if page.startswith("<!"):
            assert _foreign(page, data) == set(), form
