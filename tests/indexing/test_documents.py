"""What goes into the documents of a release, whatever its fields hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jsisa_search import Index, Release
from jsisa_search.indexing import limits
from jsisa_search.indexing.documents import (
    FileRecord,
    make_documents,
    make_record_document,
    overlong_fields,
    read_figures,
    record_of,
)
from jsisa_search.model import Link, Paragraph, Section
from tests.page.sample_files import json_lines

RECORD = FileRecord("a.txt", 1, 1, "", 1, 1)


def release(
    text: str = "全市推进网格化管理。", *, heading: str | None = None, **fields: str | None
) -> Release:
    """Return a release of one paragraph."""
    stated = dict.fromkeys(("title", "source", "publisher", "author", "document_number"))
    section = Section(heading, heading, (Paragraph(text, 1, 1, 5),), 3)
    return Release(
        path="a.txt",
        title_line=1,
        published=None,
        published_precision=None,
        views=None,
        url=None,
        sections=(section,),
        **{**stated, **fields},
    )


@pytest.mark.parametrize("name", ["title", "source", "publisher", "author", "document_number"])
def test_stated_fields_are_cut_and_reported(name: str) -> None:
    """They go with every passage, so a page can't multiply itself by its number of paragraphs."""
    limit = limits.FIELD_CHARACTERS[name]
    fits, too_long = release(**{name: "字" * limit}), release(**{name: "字" * (limit + 1)})
    *_, document = make_documents(fits, RECORD)
    assert document[name] == "字" * limit
    assert list(overlong_fields(fits)) == []
    *_, document = make_documents(too_long, RECORD)
    assert document[name] == "字" * (limit - 1) + "…"
    (doubt,) = overlong_fields(too_long)
    assert doubt.kind == "long field"
    assert f"{limit + 1} characters" in doubt.reason


def test_long_headings_are_cut_and_reported() -> None:
    """What the hits of their paragraphs show is the beginning; the section is made of that."""
    long = release(heading="字" * 1000)
    *_, document = make_documents(long, RECORD)
    assert {len(document[name]) for name in ("heading", "subheading")} == {200}
    assert len(document["section"]) == 401
    assert [doubt.reason for doubt in overlong_fields(long)] == [
        "its heading has 1,000 characters; hits show 200",
        "its subheading has 1,000 characters; hits show 200",
    ]


def test_the_whole_of_a_long_title_is_found(index: Index, folder: Path) -> None:
    """What is cut off from the field is in the passage that the title is; the file is doubtful."""
    title = "".join(chr(0x4E00 + number * 7 % 3000) for number in range(1000))
    (folder / "a.jsonl").write_bytes(json_lines({"title": title, "text": "全市推进网格化管理。"}))
    report = index.update([folder])
    assert "long field" in {kind for file in report.doubtful for kind, _ in file.doubts}
    assert index.search(f"“{title[900:910]}”").total == 1
    (hit,) = index.search("网格化管理")
    assert hit.title == title[:199] + "…"


def test_lone_surrogates_are_replaced() -> None:
    """Whatever a reader let through does not stop the writer; whole pairs stay what they are."""
    *_, document = make_documents(release("半个\ud83d", source="\udce9x", title="\ud83d\ude00"), RECORD)
    assert (document["text"], document["source"], document["title"]) == ("半个\ufffd", "\ufffdx", "😀")
    record = FileRecord("a.zip", 1, 1, "", 1, 1, members=("!/a\ud83d.txt",))
    stored = make_record_document(record)
    assert stored["file"].isascii()
    assert record_of(stored) == record
    assert "网格" in make_record_document(FileRecord("网格", 1, 1, "", 1, 1))["file"]


def test_links_are_passages_behind_the_text_and_buttons_are_none(index: Index) -> None:
    """The name of an attachment is found, after the paragraph that says the same; 查看原文 is not indexed."""
    links = (Link("查看原文", "https://a.example.cn/1", 7), Link("（1）市住建局发布年报；", None, 3))
    attachments = (Link("网格化管理项目申报表.docx", "https://a.example.cn/a.docx", 9),)
    given = replace(release(title="通知"), attachments=attachments, links=links)
    index.add([given, given.to_dict() | {"path": "b.txt"}])
    hits = index.search("网格化管理", fold=False).hits
    assert [hit.kind for hit in hits] == ["lead", "lead", "link", "link"]
    assert index.search("查看原文").total == 0
    assert index.search("“发布年报”").hits[0].line == 3
    for stored in (index.release(hits[0].id), index.release(hits[1].id)):
        assert (stored.attachments, stored.links) == (attachments, links)


def test_the_document_that_bears_a_number_is_found_before_those_that_cite_it(index: Index) -> None:
    """People type a number to find the document; hits say that it is one."""
    number = "澄政发〔2023〕7号"
    bearer = replace(release("请认真贯彻执行。", title="通知", document_number=number), path="b.txt")
    citing = replace(release(f"根据{number}文件精神，制定实施方案，即日起施行。", title="方案"), path="c.txt")
    index.add([citing, bearer])
    hits = index.search(number).hits
    assert [(hit.kind, hit.title) for hit in hits] == [("number", "通知"), ("lead", "方案")]
    assert index.search(number, sort="oldest").total == 2


def test_figures_that_took_too_long_are_read_with_the_documents() -> None:
    """Whether all figures of a release were read before, some or none: its documents have all of them."""
    section = Section("粮食", None, tuple(Paragraph(f"夏粮产量{n}万吨。", n, n, n) for n in range(1, 5)), 1)
    harvest = replace(release(title="夏粮增产8.5%"), sections=(section,))
    whole = list(make_documents(harvest, RECORD))
    figures = list(read_figures(harvest))
    assert [each.get("figures", b"") for each in whole[1:]] == figures
    assert sum(map(bool, figures)) == 5
    assert list(read_figures(harvest, -1.0)) == []
    for count in range(len(figures) + 1):
        assert list(make_documents(harvest, RECORD, figures[:count])) == whole


def test_a_passage_that_takes_long_by_itself_is_left_to_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its figures are read with the documents, where no time is set, and so are those behind it."""
    texts = ("夏粮产量12万吨。", "夏粮产量15万吨，" * 9, "夏粮产量18万吨。")
    section = Section(None, None, tuple(Paragraph(text, n, n, n) for n, text in enumerate(texts, 1)), 1)
    harvest = replace(release(), sections=(section,))
    whole = list(make_documents(harvest, RECORD))
    monkeypatch.setattr(limits, "FIGURE_CHARACTERS", 20)
    figures = list(read_figures(harvest))
    assert len(figures) == 1
    assert list(make_documents(harvest, RECORD, figures)) == whole
    assert all("figures" in each for each in whole[1:])
