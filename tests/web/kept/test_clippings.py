from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree
from starlette.testclient import TestClient

from jsisa_search import read_release
from jsisa_search.errors import ArchiveError, ArgumentError, ReleaseNotFoundError
from jsisa_search.web.kept import clippings as module
from jsisa_search.web.kept.clippings import CLIPPINGS_FILE, Clippings, to_report
from jsisa_search.web.passages import find_passage
from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import ORIGIN, TOKEN, Post, write_pages


@pytest.fixture(autouse=True)
def _no_clippings(collection: Collection) -> Iterator[None]:
    yield
    (collection.index_dir / CLIPPINGS_FILE).unlink(missing_ok=True)


def _add(post: Post, collection: Collection, query: str) -> None:
    hit = collection.index.search(query)[0]
    answer = post(
        "/clippings", action="add", release=hit.id, line=hit.line, paragraph=hit.paragraph or "", q=query
    )
    assert answer.status_code == 303


def test_passages_are_collected_with_their_citation(
    client: TestClient, post: Post, collection: Collection
) -> None:
    """What was added is on the page, in order, and survives a restart."""
    _add(post, collection, "满意率")
    _add(post, collection, "入户走访")
    html = client.get("/clippings").text
    assert html.index("群众满意率达97.42%") < html.index("网格员入户走访")
    assert "——《全市社会治理工作会议》，微讯江苏" in html
    assert len(Clippings(collection.index_dir).all()) == 2


def test_the_same_passage_is_collected_once(post: Post, collection: Collection) -> None:
    """Adding again changes nothing."""
    _add(post, collection, "满意率")
    _add(post, collection, "群众满意率")
    assert len(Clippings(collection.index_dir).all()) == 1


def test_clippings_are_annotated_moved_and_removed(post: Post, collection: Collection) -> None:
    """Each button does what it says; unknown keys do nothing."""
    for query in ("满意率", "入户走访", "128"):
        _add(post, collection, query)
    kept = Clippings(collection.index_dir)
    first, second, third = (each.key for each in kept.all())
    post("/clippings", action="note", key=second, note=" 用在第二段\n")
    post("/clippings", action="down", key=first)
    post("/clippings", action="remove", key=third)
    post("/clippings", action="remove", key="unknown")
    post("/clippings", action="up", key="unknown")
    assert [(each.key, each.note) for each in kept.all()] == [(second, "用在第二段"), (first, "")]
    assert post("/clippings", action="dance").status_code == 400
    post("/clippings", action="clear")
    assert kept.all() == ()


def test_clippings_are_exported(client: TestClient, post: Post, collection: Collection) -> None:
    """Markdown, a table and a Word document have passage, citation and note; no formula and no markup."""
    for query in ("满意率", "1 平安", "正文 平安建设"):
        _add(post, collection, query)
    key = Clippings(collection.index_dir).all()[0].key
    post("/clippings", action="note", key=key, note="=SUM(A1) *要点*")
    markdown = client.get("/clippings.md").text
    assert "群众满意率达97.42% ——" not in markdown  # the sentence goes on
    assert "《全市社会治理工作会议》" in markdown
    assert r"\*要点\*" in markdown
    assert "<script>" not in re.sub("`[^`]*`", "", markdown)
    answer = client.get("/clippings.csv")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0]["备注"] == "'=SUM(A1) *要点*"
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    with zipfile.ZipFile(io.BytesIO(client.get("/clippings.docx").content)) as package:
        text = "".join(etree.fromstring(package.read("word/document.xml")).itertext())
    assert "群众满意率达97.42%" in text
    assert "正文<script>alert(1)</script>" in text
    with zipfile.ZipFile(io.BytesIO(client.get("/clippings.xlsx").content)) as package:
        sheet = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        shared = "".join(etree.fromstring(package.read("xl/sharedStrings.xml")).itertext())
    assert "=SUM(A1) *要点*" in shared
    assert not list(sheet.iter("{*}f"))
    assert client.get("/clippings.ris").text.startswith("TY  - ELEC\nTI  - 全市社会治理工作会议\n")
    assert client.get("/clippings.bib").text.startswith("@online{release-")
    assert client.get("/clippings.exe").status_code == 404


def test_exports_list_the_sources_that_are_still_in_the_index(
    client: TestClient, post: Post, collection: Collection
) -> None:
    """A report has the references of its clippings; one whose release is gone keeps its citation."""
    _add(post, collection, "满意率")
    kept = Clippings(collection.index_dir)
    clipping = kept.all()[0]
    release = collection.index.find_release(clipping.release)
    made = datetime(2026, 11, 28)
    report = to_report(
        (clipping, replace(clipping, release="ffffffffffff")), {release.id: release}, made=made
    )
    assert [quote.reference for quote in report.quotes] == [1, None]
    assert [reference.title for reference in report.references] == ["全市社会治理工作会议"]
    assert report.quotes[1].citation == clipping.citation
    assert report.quotes[0].date == datetime(2022, 9, 6, 16, 42, 49)


def test_a_word_document_of_clippings_can_be_indexed(
    client: TestClient, post: Post, collection: Collection, tmp_path: Path
) -> None:
    """Our own reader of Word documents finds the passage in the export."""
    _add(post, collection, "满意率")
    (tmp_path / "a.docx").write_bytes(client.get("/clippings.docx").content)
    release = read_release(tmp_path / "a.docx")
    texts = [release.title or "", *(paragraph.text for paragraph in release.paragraphs)]
    assert any("群众满意率达97.42%" in text for text in texts)


def test_a_damaged_file_of_clippings_is_never_overwritten(
    client: TestClient, post: Post, collection: Collection
) -> None:
    """Work of people that can't be read is reported, and stays as it is."""
    file = collection.index_dir / CLIPPINGS_FILE
    for content in ('{"clippings": [', "[]", '{"clippings": [{"key": 1}]}', '{"clippings": 1}'):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ArchiveError):
            Clippings(collection.index_dir).all()
        hit = collection.index.search("满意率")[0]
        answer = post("/clippings", action="add", release=hit.id, line=hit.line, paragraph=2)
        assert answer.status_code == 500
        assert file.read_text(encoding="utf-8") == content
        assert client.get("/clippings").status_code == 500


def test_the_number_of_clippings_is_bounded(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is refused with what to do."""
    monkeypatch.setattr(module, "MAX_CLIPPINGS", 1)
    kept = Clippings(collection.index_dir)
    kept.add(collection.index.search("满意率")[0], "")
    with pytest.raises(ArgumentError, match="export"):
        kept.add(collection.index.search("128")[0], "")


def test_every_kind_of_passage_is_found_again(collection: Collection, tmp_path: Path) -> None:
    """Each passage of a release is found by its place, and a place without one is an error."""
    write_pages(tmp_path)
    for query in ("满意率", "社会治理工作会议", "健全网格体系"):
        hit = collection.index.search(query)[0]
        found = find_passage(collection.index.release(hit.id), hit.id, hit.line, hit.paragraph)
        assert (found.text, found.kind, found.heading) == (hit.text, hit.kind, hit.heading)
    with pytest.raises(ReleaseNotFoundError):
        find_passage(collection.index.release(hit.id), hit.id, 999, None)


def test_a_clipping_of_nothing_is_refused(post: Post) -> None:
    """A form without a release, or with one that is gone, adds nothing."""
    assert post("/clippings", action="add").status_code == 400
    assert post("/clippings", action="add", release="ffffffffffff", line=1).status_code == 404


def test_scripts_are_told_what_was_added(client: TestClient, collection: Collection) -> None:
    """The button beside a hit gets an answer without a page."""
    hit = collection.index.search("满意率")[0]
    data = {"action": "add", "release": hit.id, "line": hit.line, "paragraph": hit.paragraph}
    headers = {"Origin": ORIGIN, "X-Token": TOKEN, "X-Part": "1"}
    answer = client.post("/clippings", data=data, headers=headers)
    assert answer.json() == {"is_new": True, "total": 1}
