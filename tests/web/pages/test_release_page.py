from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jsisa_search.errors import PageError
from jsisa_search.web import originals
from jsisa_search.web.originals import can_open, original_of
from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import ORIGIN, TOKEN, Post


@pytest.fixture
def release_id(collection: Collection) -> str:
    """Return the id of the release with sections."""
    return collection.index.search("满意率")[0].id


def test_a_release_is_shown_as_text(client: TestClient, release_id: str) -> None:
    """Title, heading, paragraphs with their numbers and facts of the release are on its page."""
    html = client.get(f"/release/{release_id}?q=网格化 满意率&at=2").text
    assert "全市社会治理工作会议</h1>" in html
    assert '<h2 id="s2">健全网格体系</h2>' in html
    assert re.search(r'<p id="p2" class="at" aria-current="true">', html)
    assert '<mark class="w1">满意率</mark>' in html
    assert "<dt>来源</dt><dd>微讯江苏</dd>" in html


def test_matches_are_counted(client: TestClient, release_id: str) -> None:
    """The page says how many matches the whole release has."""
    html = client.get(f"/release/{release_id}?q=网格化").text
    assert "2 处匹配" in html  # 网格 in the heading is none
    assert "处匹配" not in client.get(f"/release/{release_id}").text


def test_a_release_that_is_gone_is_said_to_be(client: TestClient) -> None:
    """An old link leads to an explanation, not to an error."""
    answer = client.get("/release/ffffffffffff")
    assert answer.status_code == 404
    assert "索引里已经没有这篇稿件" in answer.text


def test_a_query_that_can_not_be_searched_marks_nothing(client: TestClient, release_id: str) -> None:
    """A release opens whatever the address says of the query."""
    html = client.get(f"/release/{release_id}", params={"q": "网" * 2500, "at": "x"}).text
    assert "<mark" not in html
    assert "群众满意率" in html


def test_the_address_of_a_page_is_a_link_only_on_the_web() -> None:
    """An address of a page that would run something is text."""
    from jsisa_search.web.pages.rendering import web_address

    assert web_address("https://example.cn/a?b=1") == "https://example.cn/a?b=1"
    for address in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "http://[", None):
        assert web_address(address) == ""


def test_a_download_is_the_file_and_never_a_page(client: TestClient, collection: Collection) -> None:
    """The original comes byte for byte, as an attachment of no type that a browser shows."""
    info = collection.index.find_release(collection.index.search("满意率")[0].id)
    answer = client.get(f"/release/{info.id}/file")
    assert answer.content == Path(info.path).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "%2e%2e%2fetc%2fpasswd", "/etc/passwd", "zz", "synonyms.txt"]
)
def test_only_releases_of_the_index_are_opened(client: TestClient, path: str) -> None:
    """No path that a request names is ever opened: only what the index has under an id."""
    assert client.get(f"/release/{path}/file").status_code == 404
    opened = client.post(f"/release/{path}/open", data={"token": TOKEN}, headers={"Origin": ORIGIN})
    assert opened.status_code in (404, 405)


def test_a_file_is_opened_in_its_own_program(
    post: Post, release_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button passes the absolute path of the file, and nothing else, to the system."""
    opened: list[list[str]] = []
    monkeypatch.setattr(originals.sys, "platform", "linux")
    monkeypatch.setattr(originals.subprocess, "Popen", lambda command, **_: opened.append(command))
    assert post(f"/release/{release_id}/open").status_code == 303
    ((program, path),) = opened
    assert program == "xdg-open"
    assert Path(path).is_absolute()
    assert Path(path).name == "a.txt"


@pytest.mark.parametrize("name", ["a.hta", "a.bat", "a.exe", "a.desktop", "a", "a.txt.js", "a.lnk", "a.jsp"])
def test_what_could_run_is_not_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose name a system may run is refused, whatever text it has."""
    monkeypatch.setattr(originals.subprocess, "Popen", lambda *_, **__: pytest.fail("it was opened"))
    assert not can_open(Path(name))
    with pytest.raises(PageError):
        originals.open_original(Path(name))


def test_the_file_of_a_member_is_its_container(tmp_path: Path) -> None:
    """A release inside an archive or a table is opened through the file that has it."""
    (tmp_path / "a.zip").write_bytes(b"")
    (tmp_path / "b#1.jsonl").write_bytes(b"")
    assert original_of(f"{tmp_path}/a.zip!/b/c.html") == tmp_path / "a.zip"
    assert original_of(f"{tmp_path}/b#1.jsonl#12") == tmp_path / "b#1.jsonl"
    assert original_of(f"{tmp_path}/gone.txt") is None
    assert original_of("text:cms-1") is None
    assert original_of(str(tmp_path)) is None


def test_a_file_that_is_gone_is_said_to_be(client: TestClient, collection: Collection) -> None:
    """The download says that only the file is missing: the text is still read from the index."""
    info = collection.index.find_release(collection.index.search("满意率")[0].id)
    file = Path(info.path)
    content = file.read_bytes()
    file.unlink()
    try:
        answer = client.get(f"/release/{info.id}/file")
        assert (answer.status_code, answer.json()["detail"]) == (404, "原文件已不在，正文仍在索引中")
        assert "群众满意率" in client.get(f"/release/{info.id}").text
    finally:
        file.write_bytes(content)


def test_a_program_that_is_missing_is_named_with_the_way_out(
    post: Post, release_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system has no program that opens files, the page says to download it."""

    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(originals.sys, "platform", "linux")
    monkeypatch.setattr(originals.subprocess, "Popen", refuse)
    answer = post(f"/release/{release_id}/open")
    assert answer.status_code >= 400
    assert "a.txt" in answer.text
