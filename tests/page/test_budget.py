"""Files that are built to exhaust a reader end within their budget, and cost nothing but themselves."""

from __future__ import annotations

import io
import json
import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator

import pytest

from jsisa_search.errors import JsisaSearchError, PageBudgetError, PageError
from jsisa_search.page import MemberReading, parse_release, parse_releases, reader
from jsisa_search.page.budget import Budget, check_time, count, file_seconds, watched
from jsisa_search.page.rules import load_rules
from tests.page.sample_files import (
    TEXT,
    epub,
    flat_word,
    frames,
    json_lines,
    lists,
    mail,
    numbered,
    ofd,
    ofd_text,
    outlook_mail,
    paragraph,
    table,
    word,
    word_2003,
    zipped_names,
)

SECONDS = 10  # what each file below is given; most take less than one


def _equal_names() -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(4000):
            archive.writestr("a.txt", "")
    return file.getvalue()


def _attributes(form: str = "a{}=1", before: str = "") -> bytes:
    return f"<p {before}{' '.join(form.format(n) for n in range(100_000))}>网格化。".encode()


def _packed_documents() -> bytes:
    document = word("<w:p/>" * 2_500_000)
    return zipped_names({f"{number}.docx": document for number in range(3)})


def _numbered_document() -> bytes:
    """Return a document whose numbers are ten times as long as its text."""
    return word(numbered("一") * 40_000, numbering=lists(("decimal", "%1" * 20)))


def _repeated_page(times: int) -> bytes:
    """Return an OFD document that shows one page again and again."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    pages = '<ofd:Page ID="1" BaseLoc="Content.xml"/>' * times
    layer = "".join(ofd_text(20, 20 + n, "全市推进网格化社会治理") for n in range(250))
    return zipped_names(
        {
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>Document.xml</ofd:DocRoot></ofd:OFD>",
            "Document.xml": f"<ofd:Document {space}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
            "Content.xml": f"<ofd:Page {space}>{layer}</ofd:Page>",
        }
    )


def _packed_rich_text() -> bytes:
    """Return a mail whose rich text is all references: two bytes for seventeen."""
    body = b"\xff" + b"\x00\x0f" * 8
    rich = struct.pack("<LL4sL", 0, 15_000_000, b"LZFu", 0) + body * 100_000
    return outlook_mail(text="", rtf=rich)


def _labels_of_word_2003() -> bytes:
    item = '<w:p><w:pPr><w:listPr><wx:t wx:val="（一）"/></w:listPr></w:pPr></w:p>'
    return word_2003(item * 20_000)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "4,000 members of one name": (_equal_names, ".zip"),
    "a header of semicolons": (
        lambda: b"Content-Type: multipart/mixed" + b";" * 190_000 + b"\n\na\n",
        ".eml",
    ),
    "a name of semicolons": (lambda: b"Content-Disposition: inline" + b'; ="' * 60_000 + b"\n\na\n", ".eml"),
    "a megabyte of encoded words": (lambda: b"Subject: " + b"=?utf-8?q?a?= " * 71_000 + b"\n\na\n", ".eml"),
    "encoded words on lines": (lambda: b"Subject: " + b"=?x?b?5YWo?=\n " * 60_000 + b"\n\na\n", ".eml"),
    "half a million headers": (lambda: b"a: b\n" * 500_000 + b"\na\n", ".eml"),
    "mails in mails": (lambda: b"Content-Type: message/rfc822\n\n" * 20_000, ".eml"),
    "continued boundaries": (lambda: b"Content-Type: multipart/mixed;\n boundary*0=a\n\n--a\n" * 500, ".eml"),
    "100,000 attributes": (_attributes, ".html"),
    "100,000 attributes without values": (lambda: _attributes("a{}"), ".html"),
    "100,000 attributes after a quotation": (lambda: _attributes("a{}='>'", 'title=">" '), ".html"),
    "attributes on all elements": (lambda: (b"<p" + b" a b c d" * 50 + b">a") * 12_000, ".html"),
    "a million elements": (lambda: b"<b>" + b"<i></i>" * 600_000, ".html"),
    "long names": (lambda: b"".join(b"<p class=%d%s>a</p>" % (n, b"-a" * 5000) for n in range(200)), ".html"),
    "documents packed twice": (_packed_documents, ".zip"),
    "numbers longer than their text": (_numbered_document, ".docx"),
    "cells in cells": (lambda: word("<w:tbl><w:tr><w:tc>" * 200 + "</w:tc></w:tr></w:tbl>" * 200), ".docx"),
    "lists in lists": (lambda: b'{"text": [' + b"[]," * 3_000_000 + b"0]}", ".json"),
    "lists in a line": (lambda: b'{"text": [' + b"[]," * 3_000_000 + b"0]}", ".jsonl"),
    "empty lines": (lambda: b"\n" * 500_000, ".jsonl"),
    "lines of nothing": (lambda: b"ab\n" * 100_000, ".jsonl"),
    "a list of lines": (lambda: b"[" + b" " * 5_000_000, ".json"),
    "lists of Markdown": (lambda: b"- a\n" * 150_000, ".md"),
    "pictures of Markdown": (lambda: b"![" * 3_000, ".md"),
    "a page of OFD 200 times": (lambda: _repeated_page(200), ".ofd"),
    "an OFD page of texts": (
        lambda: ofd("".join(ofd_text(n % 190, n % 280, "甲乙", 3) for n in range(30_000))),
        ".ofd",
    ),
    "chapters without an end": (lambda: epub({"a.xhtml": "<head><a " * 200_000}), ".epub"),
    "1,000 chapters": (
        lambda: epub({f"{n}.xhtml": "<p>全市推进网格化。</p>" * 5 for n in range(1_000)}),
        ".epub",
    ),
    "a million cells": (lambda: b"a,b\n" + b"," * 1_000_000 + b"a\n", ".csv"),
    "5,000 rows": (lambda: "标题,正文\n".encode() + b"a,b\n" * 5_000, ".csv"),
    "open quotations": (lambda: b'a,b\n"' * 40_000, ".csv"),
    "separators of all kinds": (lambda: b",;|\t" * 500_000, ".tsv"),
    "1,000 attachments": (lambda: outlook_mail(**{f"a{n}__txt": b"a" for n in range(1_000)}), ".msg"),
    "packed rich text": (_packed_rich_text, ".msg"),
    "Word in one file": (lambda: flat_word("<w:p/>" * 200_000), ".xml"),
    "labels of Word 2003": (_labels_of_word_2003, ".xml"),
    "frames that never close": (lambda: frames(*["<a <b><script" * 20_000] * 10), ".mht"),
    "two million lines": (lambda: "网\n".encode() * 2_000_000, ".txt"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_time(name: str) -> None:
    """Each of these ends within its budget, with releases or errors that say what was exceeded."""
    make, suffix = HOSTILE[name]
    data = make()
    started = time.thread_time()
    try:
        readings = list(parse_releases(data, f"a{suffix}"))
    except JsisaSearchError as error:
        assert str(error).startswith(f"a{suffix}: ")
    else:
        assert all(r.release or not r.reason or r.reason.startswith("a") for r in readings)
    # What is checked between two looks at the clock takes longer under a tracer and on a busy machine.
    assert time.thread_time() - started < 12 * SECONDS


@pytest.mark.slow
def test_what_was_exceeded_is_named() -> None:
    """The error says which limit a file exceeds, and is of a class of its own."""
    with pytest.raises(PageBudgetError, match=r"^a\.html: has an element of more than 1,000 attributes"):
        parse_release(_attributes(), "a.html")
    with pytest.raises(PageBudgetError, match=r"^a\.html: has more than 1,000,000 tags"):
        parse_release(b"<i></i>" * 600_000, "a.html")
    with pytest.raises(PageBudgetError, match=r"^a\.html: has more than 1,000,000 attributes in all"):
        parse_release((b"<p" + b" a b=c d='>' e" * 50 + b">a") * 12_000, "a.html")
    with pytest.raises(PageBudgetError, match=r"^a\.eml: has more than 20,000 mail headers"):
        parse_release(b"a: b\n" * 30_000, "a.eml")
    with pytest.raises(PageBudgetError, match=r"^a\.txt: has more than 1,000,000 raw lines"):
        parse_release("网\n".encode() * 1_100_000, "a.txt")


def test_names_that_are_equal_are_numbered() -> None:
    """Members of one name have paths of their own, those that are numbered already included."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for name in ("a.txt", "a~2.txt", "a.txt", "a.txt", "a~2.txt"):
            archive.writestr(name, TEXT)
    members = [reading.member for reading in parse_releases(file.getvalue(), "x.zip")]
    assert members == ["!/a.txt", "!/a~2.txt", "!/a~2~2.txt", "!/a~3.txt", "!/a~2~3.txt"]


def test_a_member_beyond_its_time_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an archive with one endless member the others are read."""
    parse_release(TEXT.encode(), "a.txt")  # what is loaded once takes half of the time
    limits = load_rules("budget")["limits"] | {"seconds": 0.1, "seconds_per_megabyte": 10**6}
    monkeypatch.setitem(load_rules("budget"), "limits", limits)
    slow = "".join(f"<p>来源：全市推进{number}，网格化。</p>" for number in range(12_000))
    data = zipped_names({"a.txt": TEXT, "b.html": slow, "c.txt": TEXT})
    first, second, third = parse_releases(data, "x.zip")
    assert first.release and third.release
    assert second.release is None and second.kind == "over budget"
    assert second.reason.startswith("x.zip!/b.html: takes more than 0.1 s to read")


def test_a_file_beyond_its_time_keeps_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the members together take too long, those that were read stay and the rest is reported once."""
    page = "".join(f"<p>全市推进{number}，网格化。</p>" for number in range(100))
    parse_release(page.encode(), "a.html")  # what is loaded once would take most of the time
    limits = load_rules("budget")["limits"] | {"seconds": 0.2, "seconds_per_megabyte": 0}
    monkeypatch.setitem(load_rules("budget"), "limits", limits)
    readings = list(parse_releases(zipped_names({f"{n}.html": page for n in range(300)}), "x.zip"))
    assert readings[0].release
    assert len(readings) < 300
    assert "takes more than 0 s to read" in readings[-1].reason
    assert readings[-1].kind == "over budget"


def test_inflated_parts_of_a_document_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The XML of Word documents is counted among what is inflated of an archive."""
    limits = load_rules("budget")["limits"] | {"inflated": 20_000}
    monkeypatch.setitem(load_rules("budget"), "limits", limits)
    document = word(*(paragraph(f"第{number}段：全市推进网格化。") for number in range(60)))
    data = zipped_names({f"{number}.docx": document for number in range(6)})
    readings = list(parse_releases(data, "x.zip"))
    assert readings[0].release
    assert "lies beyond what is" in readings[-1].reason


_PAGE = f"<html><body><h1>{{}}</h1><p>{TEXT * 30}</p></body></html>"
BEYOND: dict[str, Callable[[], bytes]] = {
    "a.jsonl": lambda: json_lines(*({"title": f"题{n}", "content": TEXT * 30} for n in range(6))),
    "a.csv": lambda: ("标题,正文\n" + "".join(f"题{n},{'网格化治理。' * 400}\n" for n in "123456")).encode(),
    "a.eml": lambda: mail(**{f"a{n}__txt": (TEXT * 30).encode() for n in range(6)}),
    "a.epub": lambda: epub({f"{n}.xhtml": _PAGE.format(n) for n in range(6)}),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_lies_beyond_the_limit_of_a_file_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its members together are too large, the first are read, and the last reading says so."""
    limits = load_rules("budget")["limits"] | {"inflated": 12_000}
    monkeypatch.setitem(load_rules("budget"), "limits", limits)
    readings = list(parse_releases(BEYOND[name](), name))
    assert any(reading.release for reading in readings)
    assert "lies beyond what is read of one" in readings[-1].reason
    assert not readings[-1].release


def test_items_of_a_list_beyond_the_limit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of JSON is in memory already; its records are counted."""
    limits = load_rules("budget")["limits"] | {"members": 3}
    monkeypatch.setitem(load_rules("budget"), "limits", limits)
    records = [{"title": f"题{number}", "content": TEXT} for number in range(6)]
    readings = list(parse_releases(json.dumps(records).encode(), "a.json"))
    assert [bool(reading.release) for reading in readings] == [True] * 3 + [False]
    assert "lies beyond what is read of one file" in readings[-1].reason


def test_time_of_the_caller_is_not_counted() -> None:
    """Only what passes while a member is made counts, and a budget is current only then."""

    def members() -> Iterator[float]:
        for _ in range(2):
            check_time()
            yield budget.seconds

    budget = Budget()
    made = budget.metered(members())
    next(made)
    spin = time.thread_time()
    while time.thread_time() - spin < 0.05:
        pass
    next(made)
    assert budget._clock.exactly() < 0.04
    count("lines", 10**6 // 4)  # without a current budget each count stands for itself
    count("lines", 10**6 // 4)
    with pytest.raises(PageBudgetError):
        count("lines", 10**6)


def test_watched_items_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long loop ends when the time of its file is over."""
    monkeypatch.setitem(load_rules("budget"), "limits", load_rules("budget")["limits"] | {"seconds": 0.02})
    with Budget().active(), pytest.raises(PageBudgetError, match="takes more than"):
        for _ in watched(iter(int, 1)):
            pass


def test_seconds_grow_with_members_only() -> None:
    """A page has a fixed time, a file with members more for each megabyte."""
    assert file_seconds(10**8, is_container=False) == file_seconds(0, is_container=True) == SECONDS
    assert file_seconds(10**6, is_container=True) > SECONDS


def test_a_fault_of_a_reader_costs_its_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader raises beside our errors is told as one of them, with what to do."""

    def fail(text: str) -> None:
        raise KeyError(text[:5])

    monkeypatch.setitem(reader._TEXT_READERS, ".md", fail)
    with pytest.raises(
        PageError, match=r"^a\.md: can not be read, its reader failed \(KeyError: '# 网格化'\)"
    ) as raised:
        parse_release("# 网格化。".encode(), "a.md")
    assert isinstance(raised.value.__cause__, KeyError)
    readings: list[MemberReading] = list(
        parse_releases(zipped_names({"a.md": "# 网", "b.txt": TEXT}), "x.zip")
    )
    assert [reading.release is None for reading in readings] == [True, False]
    assert readings[0].kind == "reader failed"


def test_tables_and_attachments_are_still_read() -> None:
    """What the limits are for is far from what honest files have."""
    assert parse_release(word(table(*[("单位", "数量")] * 300)), "a.docx").paragraphs
    assert len(list(parse_releases(mail(**{f"a{n}__txt": TEXT.encode() for n in range(60)}), "a.eml"))) == 61
