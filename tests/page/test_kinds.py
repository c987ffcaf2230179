"""Which reader a file gets: by suffix, by its first bytes, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.errors import UnsupportedFormatError
from jsisa_search.page import parse_release, parse_releases
from jsisa_search.page.kinds import is_clutter, suffix_of
from tests.cluster.engines import Place
from tests.page.sample_files import HTML, TEXT, mail, web_archive, word, zipped_names

PAGES = [
    "a.jsp",
    "view.php",
    "page",
    "b.shtm",
    "content.aspx?id=1004",
    "list.do",
    "x.action",
    "y@id=3",
    "甲.乙",
]


@pytest.mark.parametrize("name", PAGES)
def test_html_is_read_under_any_name(name: str) -> None:
    """What a server called a page makes no difference."""
    assert parse_release(HTML.encode(), name).title == "网格进楼栋"


@pytest.mark.parametrize(
    "start", ["<!-- saved from url=(0020)http://a.example/ -->\n<!-- b -->\n", "\ufeff", "\n\n"]
)
def test_html_begins_after_comments_and_marks(start: str) -> None:
    """A byte order mark, blank lines and comments may stand before the first element."""
    assert parse_release((start + HTML).encode(), "a.aspx").title == "网格进楼栋"
    assert parse_release((start + HTML).encode("utf-16"), "a").title == "网格进楼栋"


def test_source_code_of_a_server_is_no_page() -> None:
    """A program that makes pages begins with its own instructions."""
    for code in (b"<?php echo 1; ?>\n<html>", b'<%@ page language="java" %>\n<html>', b"#!/bin/sh\necho"):
        with pytest.raises(UnsupportedFormatError):
            parse_release(code, "a.php")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_text_without_a_suffix_is_read(encoding: str) -> None:
    """The first bytes may end within a character; other text without a suffix is no page."""
    assert (
        parse_release((TEXT + "全市推进网格化。\n" * 900).encode(encoding), "纪事").title
        == "平安澄川建设纪事"
    )
    for other in (b"all:\n\tcc a.c\n", b"", b"\0\1\2"):
        with pytest.raises(UnsupportedFormatError, match="can not be read, only"):
            parse_release(other, "Makefile")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.caj", b"HN\0\0\1", "CAJ document"),
        ("a", b"CAJ\0\1", "CAJ document"),
        ("a.ceb", b"Founder\0", "CEB document"),
        ("a.rar", b"Rar!\x1a\x07\1\0", "RAR archive"),
        ("a.odt", zipped_names({"mimetype": "x"}), "OpenDocument"),
    ],
)
def test_a_document_without_a_reader_says_what_to_do(name: str, data: bytes, reason: str) -> None:
    """Its first bytes tell what it is, or its suffix where they do not."""
    with pytest.raises(UnsupportedFormatError, match=f"^{name}: is an? .*{reason}.*;"):
        parse_release(data, name)


@pytest.mark.parametrize("name", ["a", "1712.M5P1.host", "a.bak"])
def test_mails_and_web_archives_are_told_by_their_headers(name: str) -> None:
    """Mail programs keep mails in files without a suffix."""
    assert parse_release(mail(), name).title == "平安澄川建设纪事"
    assert parse_release(web_archive(), name).title == "网格进楼栋"
    with pytest.raises(UnsupportedFormatError):
        parse_release(b"Subject: of no mail\n\ntext", name)


def test_the_bytes_count_more_than_the_suffix() -> None:
    """A page, or a document with a reader, is read whatever it is called."""
    assert parse_release(HTML.encode(), "a.caj").title == "网格进楼栋"
    assert parse_release(word("<w:p><w:r><w:t>网格进楼栋</w:t></w:r></w:p>"), "a.bak").title == "网格进楼栋"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.TXT", ".txt"),
        ("content.aspx?id=1004", ".aspx"),
        ("content.aspx?f=a.b", ".aspx"),
        ("关于1.2版的通知", ""),
        ("a.7z", ".7z"),
        (".hidden", ""),
        ("a.", ""),
        ("a.tar.gz", ".gz"),
    ],
)
def test_suffix_of(name: str, suffix: str) -> None:
    """A suffix is what programs put there: no query, no version number."""
    assert suffix_of(name) == suffix


def test_members_are_told_by_their_bytes_too() -> None:
    """A page under another name in an archive or a mail is read, a document reported, a lock file not."""
    members = {"a.jsp": HTML, "b.caj": b"HN\0", "c.png": b"x", "~$d.docx": b"x", "Thumbs.db": b"x"}
    readings = list(parse_releases(zipped_names(members), "x.zip"))
    assert [(r.member, bool(r.release), r.reason[:22]) for r in readings] == [
        ("!/a.jsp", True, ""),
        ("!/b.caj", False, "x.zip!/b.caj: is a CAJ"),
        ("!/c.png", False, ""),
    ]
    attached = list(parse_releases(mail(a__aspx=HTML.encode(), b__caj=b"HN\0"), "x.eml"))
    assert [bool(r.release) for r in attached] == [True, True, False]
    assert "CAJ" in attached[2].reason


def test_clutter() -> None:
    """Lock files and what systems leave in folders are no one's documents."""
    assert all(map(is_clutter, ["~$稿.docx", "Thumbs.db", "desktop.ini", "._a.html", ".~lock.a.docx#"]))
    assert not any(map(is_clutter, ["稿.docx", "a~.txt"]))


def test_a_folder_reports_documents_by_name_and_counts_the_rest(tmp_path: Path, place: Place) -> None:
    """A search that finds nothing names the documents that were never read, but no pictures or locks."""
    folder = tmp_path / "pages"
    folder.mkdir()
    files = {"a.jsp": HTML.encode(), "b.caj": b"HN\0\1", "d.png": b"x", "e.bin": b"\0", "~$f.docx": b"x"}
    for name, data in (files | {"g": bytes.fromhex("d0cf11e0a1b11ae1")}).items():
        (folder / name).write_bytes(data)
    with Index.create(place(tmp_path / "index")) as index:
        report = index.update([folder])
        assert (report.releases, report.passed_over) == (1, {".png": 1, ".bin": 1})
        assert {file.path.name: file.kind for file in report.unreadable} == {
            "b.caj": "unknown format",
            "g": "unreadable",
        }
        diagnosis = index.explain_nothing("限期整改")
        assert diagnosis.unreadable_total == 2
