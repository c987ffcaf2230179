from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jsisa_search.web.pages import reading_page
from jsisa_search.web.pages.reading_page import view_reading
from jsisa_search.web.pages.rendering import path_key
from jsisa_search.web.processes.collection import Collection, UpdateState
from tests.web.conftest import SCRIPT


def _line(number: int, role: str, text: str = "行", **said: Any) -> dict[str, Any]:
    return {"number": number, "text": text, "role": role, "ordinal": None, "fields": [], "rule": ""} | said


def _finding(what: str, text: str, line: int | None) -> dict[str, Any]:
    return {"what": what, "text": text, "rule": "rule", "place": "", "line": line}


@pytest.fixture
def state(collection: Collection) -> Iterator[UpdateState]:
    """Return the state of the collection, to be replaced by a test, and restore it."""
    before = collection._state
    yield before
    collection._state = before


@pytest.mark.slow
def test_each_line_of_a_file_is_beside_what_it_was_taken_for(
    client: TestClient, collection: Collection
) -> None:
    """The page has every line of the file as text, with its part of the release, and the facts with rules."""
    info = collection.index.find_release(collection.index.search("满意率")[0].id)
    html = client.get(f"/release/{info.id}/reading").text
    for line in filter(None, Path(info.path).read_text(encoding="utf-8").splitlines()):
        assert line in html
    assert re.search(r"全市社会治理工作会议</div>\s*<div class=\"taken\"><b>标题</b>", html)
    assert re.search(r"健全网格体系</div>\s*<div class=\"taken\"><b>小标题</b>", html)
    assert f'<a href="/release/{info.id}#p2">第2段</a>' in html
    assert "<dt>来源</dt><dd>微讯江苏 <small>" in html
    assert re.search(r'<div class="fact" data-at="(\d+)"><dt>来源</dt>.*?<a href="#l\1">第\d+行</a>', html)


@pytest.mark.slow
def test_markup_of_a_file_is_shown_and_never_run(client: TestClient, collection: Collection) -> None:
    """What a file says is text on its page, whatever it is."""
    info = next(each for each in collection.index.releases() if "script" in each.path)
    html = client.get(f"/release/{info.id}/reading").text
    assert SCRIPT not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.slow
def test_a_file_that_was_refused_is_shown_with_the_reason(
    client: TestClient, collection: Collection, state: UpdateState, tmp_path: Path
) -> None:
    """A page of links, which the last update reported, has its lines and why it was not taken in."""
    links = "".join(
        f'<li><a href="{n}.html">全市推进网格化管理工作第{n}期</a> 2022-09-0{n}</li>' for n in range(1, 9)
    )
    page = tmp_path / "列表.html"
    page.write_text(f"<html><body><ul>{links}</ul></body></html>", encoding="utf-8")
    collection._state = replace(state, report={"list_pages": [{"path": str(page)}], "list_pages_total": 1})
    assert f'href="/reading?file={path_key(str(page))}"' in client.get("/folders").text
    answer = client.get(f"/reading?file={path_key(str(page))}")
    assert answer.status_code == 200
    assert "没有收入：" in answer.text
    assert "第8期" in answer.text


def test_only_reported_files_are_read(
    client: TestClient, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No path that a request names is read: only those of the last report, by their keys."""
    monkeypatch.setattr(reading_page, "_explained", lambda *_: pytest.fail("it was read"))
    secret = tmp_path / "secret.txt"
    secret.write_text("密")
    for key in (path_key(str(secret)), str(secret), ""):
        answer = client.get("/reading", params={"file": key})
        assert answer.status_code == 404
        assert "最近一次更新没有报告这个文件" in answer.text


def test_many_lines_that_were_left_out_for_one_reason_are_folded() -> None:
    """Stretches of more than three lines with one reason are one entry; their lines stay in order."""
    menu = [_line(at, "left out", f"菜单{at}", rule="menu") for at in range(1, 6)]
    lines = [
        *menu,
        _line(6, "title"),
        _line(7, "left out", rule="share"),
        *[_line(8, "left out", rule="foot")] * 3,
    ]
    runs = view_reading({"lines": lines}, "a.html").runs
    assert [(run.is_folded, len(run.lines)) for run in runs] == [(True, 5), (False, 5)]
    assert [line.at for run in runs for line in run.lines] == list(range(len(lines)))


def test_a_fact_leads_to_the_line_that_gave_it() -> None:
    """A fact is joined with the first line that names it; one from the file's name with none."""
    lines = [_line(1, "title"), _line(2, "byline", fields=["source"]), _line(3, "byline", fields=["source"])]
    findings = [_finding("title", "题", 1), _finding("source", "云浦", 2), _finding("date", "2022", None)]
    facts = view_reading({"lines": lines, "findings": [*findings, _finding("text", "行", 3)]}, "a.txt").facts
    assert [(fact.what, fact.at) for fact in facts] == [("title", 0), ("source", 1), ("date", None)]


def test_long_files_are_shown_in_parts(
    client: TestClient, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has a bounded number of lines, and leads to the next ones."""
    lines = [_line(number, "paragraph", f"句{number}") for number in range(1, 3001)]
    monkeypatch.setattr(reading_page, "_explained", lambda *_: {"lines": lines})
    release = collection.index.search("满意率")[0].id
    first = client.get(f"/release/{release}/reading").text
    assert "句1500<" in first
    assert "句1501<" not in first
    assert "第 1 至 1,500 行，共 3,000 行" in first
    assert 'href="?from=1500"' in first
    assert "句1501<" in client.get(f"/release/{release}/reading?from=1500").text
    assert client.get(f"/release/{release}/reading?from=x").status_code == 200
