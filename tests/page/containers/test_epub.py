"""E-books: chapters in order, what the book says of them, and what is wrong with a book."""

from __future__ import annotations

import io
import zipfile

import pytest

from jsisa_search.errors import PageError
from jsisa_search.page import MemberReading, parse_release, parse_releases
from tests.page.sample_files import epub, zipped_names

TEXT = "全市推进网格化社会治理，把矛盾纠纷化解在基层，群众安全感达到百分之九十九。"
FIRST = (
    "<html><head><title>澄川纪事</title></head><body><h1>网格进楼栋</h1>"
    f"<p>{TEXT}</p><p>{TEXT}</p></body></html>"
)
SECOND = f"<html><body><p>{TEXT}</p><p>各地要抓好落实，确保各项任务落地见效。</p></body></html>"


def read(data: bytes) -> list[MemberReading]:
    """Return the readings of a book."""
    return list(parse_releases(data, "a.epub"))


def test_each_chapter_is_a_release_in_the_order_of_reading() -> None:
    """Chapters are named by their paths in the book; a cover is counted, but no release."""
    readings = read(epub({"b.xhtml": FIRST, "a.xhtml": SECOND}, labels={"a.xhtml": "抓好落实"}))
    assert [reading.path for reading in readings] == [
        "a.epub!/OEBPS/text/cover.xhtml",
        "a.epub!/OEBPS/text/b.xhtml",
        "a.epub!/OEBPS/text/a.xhtml",
    ]
    assert (readings[0].release, readings[0].reason) == (None, "")
    titles = [reading.release.title for reading in readings if reading.release]
    assert titles == ["网格进楼栋", "抓好落实"]


def test_the_title_of_the_book_is_none_of_a_chapter() -> None:
    """Programs put it into the head of every chapter; the contents, or a heading, name the chapter."""
    head = "<html><head><title>澄川纪事</title></head><body>"
    plain = f"{head}<p>{TEXT}</p><p>{TEXT}</p></body></html>"
    labels = {"a.xhtml": "抓好&lt;落实&gt;"}
    assert parse_release(epub({"a.xhtml": plain}, labels=labels), "a.epub").title == "抓好<落实>"
    assert parse_release(epub({"a.xhtml": plain}), "a.epub").title is None
    assert parse_release(epub({"a.xhtml": FIRST}, labels=labels), "a.epub").title == "网格进楼栋"


def test_what_the_book_says_holds_for_its_chapters() -> None:
    """Author, publisher and date of the book; a date that a program made up is none."""
    release = parse_release(epub({"a.xhtml": FIRST}), "a.epub")
    assert (release.author, release.publisher, str(release.published)) == (
        "甲某",
        "澄川出版社",
        "2024-05-06 00:00:00",
    )
    nameless = epub({"a.xhtml": FIRST}, author="Unknown Author")
    assert parse_release(nameless, "a.epub").author is None
    assert parse_release(epub({"a.xhtml": FIRST}, date="0101-01-01T00:00:00"), "a.epub").published is None


def test_an_encrypted_chapter_says_so() -> None:
    """The others are read."""
    readings = read(epub({"a.xhtml": FIRST, "b.xhtml": "\0" * 90}, encrypted="b.xhtml", cover=False))
    assert [bool(reading.release) for reading in readings] == [True, False]
    assert "is encrypted" in readings[1].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\3\4", "no e-book that can be read"),
        (zipped_names({"a.txt": "x"}), "no package file"),
        (epub({}, cover=False), "without chapters"),
        (zipped_names({"a.opf": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "entities"),
    ],
)
def test_what_is_no_book_says_why(data: bytes, reason: str) -> None:
    """A file without a package, or without chapters, is refused."""
    with pytest.raises(PageError, match=reason):
        read(data)


def test_a_chapter_that_is_missing_is_reported() -> None:
    """The book names a file that is not in it."""
    with zipfile.ZipFile(io.BytesIO(epub({"a.xhtml": FIRST, "b.xhtml": SECOND}, cover=False))) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if not name.endswith("a.xhtml")}
    missing, there = read(zipped_names(dict(kept)))
    assert "is not there" in missing.reason
    assert there.release
