from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jsisa_search.translation import gettext as tr
from jsisa_search.translation import in_language
from jsisa_search.web.pages.folder_page import grouped
from jsisa_search.web.processes.collection import Collection, UpdateState
from tests.web.conftest import ORIGIN, TOKEN, Post, client_of, write_pages


@pytest.fixture
def state(collection: Collection) -> Iterator[UpdateState]:
    """Return the state of the collection, to be replaced by a test, and restore it."""
    before = collection._state
    yield before
    collection._state = before


def test_folders_are_listed_with_what_they_have(client: TestClient, collection: Collection) -> None:
    """Each folder has its number of releases."""
    html = client.get("/folders").text
    assert f'<span class="path">{collection.folders[0]}</span>' in html
    assert "<span>4 篇</span>" in html


def test_a_folder_is_added_by_its_whole_path(post: Post, collection: Collection, tmp_path: Path) -> None:
    """A folder that exists is added, as Windows quotes it too; others are refused with the reason."""
    before = collection.folders
    assert "完整路径" in post("/folders", action="add", folder="pages").text
    missing = post("/folders", action="add", folder=str(tmp_path / "没有"))
    assert missing.status_code == 400
    assert "没有这个文件夹" in missing.text
    assert post("/folders", action="add", folder=f'"{tmp_path}"').status_code == 303
    assert collection.folders == (*before, tmp_path)
    assert post("/folders", action="remove", folder=str(tmp_path)).status_code == 303
    assert collection.folders == before


def test_what_an_update_left_out_is_listed_by_reason(
    client: TestClient, collection: Collection, state: UpdateState
) -> None:
    """Unreadable, doubtful and passed-over files are on the page, those of one reason together."""
    report = {
        "new": 3,
        "unreadable": [
            {"path": "/a/<1>.pdf", "kind": "too large", "reason": "/a/<1>.pdf: it has 10 MB"},
            {"path": "/a/2.pdf", "kind": "too large", "reason": "/a/2.pdf: it has 12 MB"},
        ],
        "unreadable_total": 2,
        "doubtful": [{"path": "/a/3.txt", "doubts": [{"kind": "no date", "reason": "none"}]}],
        "doubtful_total": 1,
        "passed_over": {".exe": 2, "": 1},
    }
    collection._state = replace(state, report=report)
    html = client.get("/folders").text
    assert "<b>2</b> 太大" in html
    assert "/a/&lt;1&gt;.pdf" in html
    assert "<b>1</b> 没有日期" in html
    assert ".exe 2" in html
    assert "无扩展名 1" in html


def test_reasons_that_differ_in_numbers_are_one() -> None:
    """Files are grouped by what is wrong with them, the most frequent first."""
    files = [
        {"path": "a", "kind": "k", "reason": "a: page 3 is damaged"},
        {"path": "b", "kind": "k", "reason": "it is empty"},
        {"path": "c", "kind": "k", "reason": "c: page 12 is damaged"},
    ]
    assert [(group.total, [file.path for file in group.files]) for group in grouped(files)] == [
        (2, ["a", "c"]),
        (1, ["b"]),
    ]


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_a_report_is_in_the_language_of_who_reads_it(
    client: TestClient, collection: Collection, state: UpdateState, language: str
) -> None:
    """Whatever language the server reported in, reasons and errors are in that of the page."""

    def said(name: str) -> list[str]:
        with in_language(name):
            return [
                tr("No space left on device"),
                tr("{folder}: there is no such folder; check its name, or connect its drive").format(
                    folder="甲"
                ),
            ]

    reason, error = said(language)
    unread = {"path": "/a/1.pdf", "kind": "damaged", "reason": f"/a/1.pdf: {reason}"}
    listed = {"path": "/b", "reason": reason}
    report = {"unreadable": [unread], "unreadable_total": 1, "unlisted": [listed], "unlisted_total": 1}
    collection._state = replace(state, report=report, error=error)
    for accepted, name in (("en", "en"), ("zh-CN", "zh_CN"), ("zh-TW", "zh_TW")):
        html = unescape(client.get("/folders", headers={"Accept-Language": accepted}).text)
        for text in said(name):
            assert text in html
        for other in {"en", "zh_CN", "zh_TW"} - {name}:
            assert not any(text in html for text in said(other))


def test_an_update_that_would_remove_most_asks(
    client: TestClient, post: Post, collection: Collection, state: UpdateState
) -> None:
    """Where a drive may not be connected, the page explains it, and a button confirms the removal."""
    collection._state = replace(state, error="pages: 30 of 40 are gone", error_kind="MassRemovalError")
    html = client.get("/folders").text
    assert "可能是移动硬盘" in html
    assert 'value="allow removal"' in html
    assert post("/folders", action="allow removal").status_code == 303
    collection._queue.clear()


def test_a_running_update_is_followed(client: TestClient, collection: Collection, state: UpdateState) -> None:
    """Progress is on the page, and in what the page asks for while it is open."""
    progress = {"phase": "reading", "done": 3, "total": 9, "share": 0.5, "file": "/a/b.pdf"}
    collection._state = replace(state, is_running=True, progress=progress)
    assert "读取" in client.get("/folders").text
    told = client.get("/folders/state").json()
    assert (told["is_running"], told["phase"], told["done"], told["file"]) == (True, "reading", 3, "b.pdf")


def test_words_are_saved_once_they_make_sense(client: TestClient, post: Post, collection: Collection) -> None:
    """Synonyms that can't be parsed are refused with their line, and what was typed stays on the page."""
    folder = collection.index_dir
    wrong = post("/words", words="网格长\n", synonyms="满意度 = 满意率\n发改委\n")
    assert wrong.status_code == 400
    assert "2" in wrong.text
    assert "发改委" in wrong.text
    assert not (folder / "synonyms.txt").exists()
    saved = post("/words", words="网格长\r\n", synonyms="满意度 = 满意率")
    assert "已保存" in saved.text
    assert (folder / "user-words.txt").read_bytes() == "网格长\n".encode()
    assert "满意度 = 满意率" in client.get("/words").text
    assert collection.index.search("满意度").total
    for name in ("synonyms.txt", "user-words.txt"):
        (folder / name).unlink()


def test_the_index_is_checked_by_a_button(post: Post) -> None:
    """Every byte is checked, and random strings are searched; the result is on the page."""
    html = post("/folders", action="check").text
    assert "索引完好" in html
    assert "查全 1.000，查准 1.000" in html


def test_an_unknown_action_changes_nothing(post: Post, collection: Collection) -> None:
    """A form that names nothing to do is refused."""
    before = collection.folders
    assert post("/folders", action="format").status_code == 400
    assert collection.folders == before


def test_a_doubtful_file_comes_with_its_reading(collection: Collection) -> None:
    """What was read of it, and how, are a click away; a file that was not indexed has none."""
    paths = [info.path for info in collection.index.releases()]
    files = [{"path": path, "kind": "no date", "reason": path} for path in [*paths, "/none.txt"]]
    (group,) = grouped(files, collection.index)
    assert {file.path: bool(file.release) for file in group.files} == dict.fromkeys(paths, True) | {
        "/none.txt": False
    }


def test_what_a_check_finds_is_on_the_page(tmp_path: Path) -> None:
    """A damaged file of the index is named, and nothing is said to be sound."""
    write_pages(tmp_path / "pages")
    collection = Collection(tmp_path / "index", [tmp_path / "pages"], is_watching=False)
    collection.index.update([tmp_path / "pages"])
    (segment,) = (tmp_path / "index").glob("*.segment")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    data = {"token": TOKEN, "action": "check"}
    html = client_of(collection).post("/folders", data=data, headers={"Origin": ORIGIN}).text
    collection.close()
    assert segment.name in html
    assert "索引完好" not in html
