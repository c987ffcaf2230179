from __future__ import annotations

import io
import os
import re
import time
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx import Response
from starlette.testclient import TestClient

from jsisa_search.errors import ArchiveError
from jsisa_search.web import checking
from jsisa_search.web.kept import drafts as drafts_module
from jsisa_search.web.kept.drafts import DRAFTS_FOLDER, Draft, Drafts
from jsisa_search.web.pages.check_page import view_report
from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import ORIGIN, SCRIPT, TOKEN, Post

_DRAFT = (
    "据微讯江苏2022年9月6日报道，“全市推进网格化管理，群众满意率达97.43%”。\n\n"
    "据新华社2020年1月2日报道，“网格员入户走访，排查隐患”，“全省已建成机器人巡逻队”。\n"
)


def _hand_in(client: TestClient, name: str, content: bytes, **fields: str) -> Response:
    answer = client.post(
        "/check",
        data={"token": TOKEN, **fields},
        files={"file": (name, content)},
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 303
    return client.get(answer.headers["location"])


def test_a_file_is_checked(client: TestClient) -> None:
    """Verdicts, differences, passages with their citation and a link to the release are on the page."""
    page = _hand_in(client, "稿子.md", _DRAFT.encode())
    assert page.status_code == 200
    assert "稿子.md" in page.text
    assert '<b class="other">3</b>' in page.text
    assert '<b class="other">2</b>' in page.text
    assert "数字：原文 97.42%，稿子 97.43%" in page.text
    assert "《全市社会治理工作会议》，微讯江苏，2022-09-06" in page.text
    assert "没有找到" in page.text
    assert "日期：稿子写 2020年1月2日，原稿件为 2021-03-05" in page.text
    (address,) = set(re.findall(r'href="(/release/[^"]*97\.42[^"]*)"', page.text))
    release = client.get(address.replace("&amp;", "&"))
    assert "<mark" in release.text


def test_pasted_text_is_checked(client: TestClient, post: Post) -> None:
    """Text in the field is a draft too; line ends of a form make no paragraphs of their own."""
    answer = post("/check", text=_DRAFT.replace("\n", "\r\n"))
    page = client.get(answer.headers["location"])
    assert "粘贴的文字" in page.text
    assert page.text.count('class="quoted v-altered"') == 1


def test_a_report_is_downloaded(client: TestClient) -> None:
    """As comments in Word, as a page that prints, and as JSON; another form, or an unknown draft, is none."""
    page = _hand_in(client, "稿子.md", _DRAFT.encode())
    word = client.get(f"{page.url}.docx")
    assert unquote(word.headers["content-disposition"]).endswith("引文核对-稿子.docx")
    with zipfile.ZipFile(io.BytesIO(word.content)) as package:
        assert "97.42%" in package.read("word/comments.xml").decode()
    html = client.get(f"{page.url}.html")
    assert html.headers["content-disposition"].startswith("attachment")
    assert "97.42%" in html.text
    assert client.get(f"{page.url}.json").json()["counts"]["altered"] == 1
    assert client.get(f"{page.url}.exe").status_code == 404
    assert client.get(f"/check/{'0' * 32}.docx").status_code == 404


def test_only_what_is_wrong_is_shown_on_request(client: TestClient) -> None:
    """What is exact is left out of the list, and stays marked in the draft."""
    page = _hand_in(client, "a.md", "“群众满意率达97.42%”，“群众满意率达99.42%”。".encode())
    assert (page.text.count("一字不差"), page.text.count('<li id="item-')) == (2, 2)
    wrong = client.get(f"{page.url}?show=wrong")
    assert wrong.text.count('<li id="item-') == 1
    assert wrong.text.count("quoted v-exact") == 1


def test_every_sentence_is_checked_on_request(client: TestClient) -> None:
    """The box of the form adds sentences without quotation marks."""
    sentence = "网格员入户走访，排查隐患。".encode()
    assert "<li id=" not in _hand_in(client, "a.txt", sentence).text
    assert "一字不差" in _hand_in(client, "a.txt", sentence, all="1").text


def test_no_markup_of_a_draft_is_run(client: TestClient) -> None:
    """A draft, its name and the passages are text wherever they are shown."""
    page = _hand_in(
        client, f"{SCRIPT}.md", f"# {SCRIPT}\n\n“正文{SCRIPT}里的平安建设”与“{SCRIPT}没有的话”\n".encode()
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("a.xlsx", b"PK\3\4", 422, "不是一篇稿子"),
        ("a.docx", b"PK\3\4 nothing", 422, "a.docx"),
        ("a.txt", b"", 200, "没有发现引文"),
    ],
)
def test_a_draft_that_can_not_be_read_says_why(
    client: TestClient, name: str, content: bytes, status: int, said: str
) -> None:
    """The form comes again with the reason; an empty draft quotes nothing."""
    page = _hand_in(client, name, content)
    assert page.status_code == status
    assert said in page.text


def test_a_form_without_a_draft_is_refused(client: TestClient, post: Post) -> None:
    """Neither a file nor text: the page says what to do."""
    answer = post("/check", text="  \r\n ")
    assert answer.status_code == 400
    assert "请选择稿子的文件" in answer.text
    empty = client.post(
        "/check", data={"token": TOKEN}, files={"file": ("", b"")}, headers={"Origin": ORIGIN}
    )
    assert empty.status_code == 400


def test_a_check_that_takes_too_long_is_ended(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how far it came, and what to do."""
    monkeypatch.setattr(checking, "CHECK_SECONDS", -1.0)
    page = _hand_in(client, "a.md", _DRAFT.encode())
    assert page.status_code == 422
    assert "请分成几部分核对" in page.text


def test_a_draft_is_deleted_on_request(client: TestClient, post: Post, collection: Collection) -> None:
    """Its page is gone then, and so is its file; an unknown key is no error and no path."""
    page = _hand_in(client, "a.md", _DRAFT.encode())
    key = page.url.path.rpartition("/")[2]
    assert (collection.index_dir / DRAFTS_FOLDER / key).exists()
    assert post(f"/check/{key}").status_code == 303
    assert not (collection.index_dir / DRAFTS_FOLDER / key).exists()
    assert client.get(f"/check/{key}").status_code == 404
    for other in ("..%2f_MAIN_1.toc", "0" * 32, "jsisa-search.json"):
        assert client.get(f"/check/{other}").status_code == 404


def test_drafts_are_deleted_by_age_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are kept, none for longer than a day; nothing else in the folder is touched."""
    monkeypatch.setattr(drafts_module, "_MOST_DRAFTS", 3)
    drafts = Drafts(tmp_path)
    (tmp_path / DRAFTS_FOLDER).mkdir()
    (tmp_path / DRAFTS_FOLDER / "notes.txt").write_text("mine", encoding="utf-8")
    keys = []
    for number in range(5):
        keys.append(drafts.add(Draft(f"{number}.txt", b"x")))
        moment = time.time() - 100 + number
        os.utime(tmp_path / DRAFTS_FOLDER / keys[-1], (moment, moment))
    assert [drafts.get(key) is not None for key in keys] == [False, False, True, True, True]
    old = time.time() - 25 * 3600
    os.utime(tmp_path / DRAFTS_FOLDER / keys[-1], (old, old))
    drafts.add(Draft("new.txt", b"y"))
    assert drafts.get(keys[-1]) is None
    assert (tmp_path / DRAFTS_FOLDER / "notes.txt").exists()


def test_a_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    """Any bytes under any name; folders in the name are dropped, as some browsers send them."""
    drafts = Drafts(tmp_path)
    content = bytes(range(256)) + b"\n{}\n"
    key = drafts.add(Draft("C:\\桌面\\稿子.docx", content, every_sentence=True))
    assert drafts.get(key) == Draft("稿子.docx", content, every_sentence=True)
    (tmp_path / DRAFTS_FOLDER / key).write_bytes(b"no JSON\nx")
    assert drafts.get(key) is None


def test_a_draft_that_can_not_be_stored_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the folder is told, not replaced."""
    (tmp_path / DRAFTS_FOLDER).write_text("mine", encoding="utf-8")
    with pytest.raises(ArchiveError, match="can't be stored"):
        Drafts(tmp_path).add(Draft("a.txt", b"x"))


def test_stretches_of_the_draft_are_those_of_the_report(collection: Collection) -> None:
    """Cut at every item, the paragraphs are the whole text; each stretch leads to the worst item over it."""
    report = collection.index.check_draft(_DRAFT.encode(), name="a.md", every_sentence=True)
    view = view_report("0" * 32, report)
    assert ["".join(each.text for each in line) for line in view.paragraphs] == [
        paragraph.text for paragraph in report.paragraphs
    ]
    by_number = {each.number: each.item for each in view.items}
    for number, segments in enumerate(view.paragraphs):
        at = 0
        for segment in segments:
            end = at + len(segment.text)
            over = [
                item for item in by_number.values()
                if item.paragraph == number and item.start <= at and end <= item.end
            ]  # fmt: skip
            assert bool(over) == bool(segment.number)
            if over:
                assert by_number[segment.number] in over
                assert any(not item.is_right for item in over) == (not by_number[segment.number].is_right)
            at = end
