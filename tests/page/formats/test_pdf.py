"""PDF documents."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest

from jsisa_search.errors import ExtraMissingError, JsisaSearchError, PageError, PageTooLargeError
from jsisa_search.model import Release
from jsisa_search.page import parse_release, parse_releases
from jsisa_search.page.formats import pdf as pdf_module
from jsisa_search.page.formats import pdf_text
from jsisa_search.page.formats.pdf_layout import Layout, arrange
from jsisa_search.page.formats.text import join_pieces
from jsisa_search.page.rules import load_rules
from tests.page.sample_files import TEXT, Placed, pdf, prose, zipped

FIRST = (
    "全市推进网格化管理，把矛盾纠纷化解在基层，把平安建设落实到楼栋，"
    "群众的安全感连续三年提升，各街道普遍建立了例会制度。"
)
SECOND = (
    "各地要压实责任，逐户排查燃气管线、电动自行车充电设施和老旧房屋，"
    "做到隐患不过夜、整改有记录、复查有结果，并按月上报。"
)
TITLE: list[Placed] = [(165, 760, 22, "关于加强全市网格管理"), (210, 728, 22, "工作的通知")]


@pytest.fixture(autouse=True)
def needs_pdfium() -> None:
    """Leave these tests out where the extra is not installed."""
    pytest.importorskip("pypdfium2")


def read(*pages: list[Placed]) -> Release:
    """Return the release of a PDF document."""
    return parse_release(pdf(*pages), "a.pdf")


def texts(*pages: list[Placed]) -> list[str]:
    """Return the paragraphs of a PDF document."""
    return [paragraph.text for paragraph in read(*pages).paragraphs]


def test_wrapped_lines_are_paragraphs_again() -> None:
    """Lines are joined without blanks, up to the next indent; a title of two lines is one."""
    release = read([*TITLE, *prose(FIRST, top=660), *prose(SECOND, top=560)])
    assert release.title == "关于加强全市网格管理工作的通知"
    assert [p.text for p in release.paragraphs] == [FIRST, SECOND]


def test_the_space_that_word_sets_around_digits_is_no_blank() -> None:
    """A quarter of the size between Han characters and digits is dropped, a wide gap is a blank."""
    spaced = [(70, 500, 11, "截至"), (94.75, 500, 11, "31"), (119.5, 500, 11, "日止")]
    apart = [(70, 460, 11, "清河"), (99.7, 460, 11, "377")]
    assert texts([*TITLE, *prose(FIRST, top=690), *spaced, *apart])[-2:] == ["截至31日止", "清河 377"]


def test_larger_lines_are_headings() -> None:
    """A line in larger type in the form of a heading is one, also where its form alone would not tell."""
    release = read(
        [*TITLE, *prose(FIRST, top=660), (90, 560, 20, "划细网格：1286个单元"), *prose(SECOND, top=520)]
    )
    assert [section.heading for section in release.sections] == [None, "划细网格：1286个单元"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    """It has the page on which it begins; lines are counted through the document."""
    lines = prose(FIRST + SECOND, top=200)
    cut = [(x, y + 600, size, text) for x, y, size, text in lines[3:]]
    release = read([*TITLE, *lines[:3], (280, 40, 10, "— 1 —")], [*cut, *prose(SECOND, top=500)])
    assert [(p.text, p.page, p.line) for p in release.paragraphs] == [
        (FIRST + SECOND, 1, 3),
        (SECOND, 2, 8),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("number", ["— 1 —", "第3页 共9页", "- 12 -", "3", "第三页", "Page 3 of 9", "3/9"])
def test_page_numbers_are_dropped(number: str) -> None:
    """At the foot or the head of a page; the same text in the midst of a page stays."""
    assert texts([*TITLE, *prose(FIRST), (280, 40, 10, number)]) == [FIRST]
    assert texts([*TITLE, *prose(FIRST), (280, 400, 16, number)]) == [FIRST, number]


def test_running_heads_are_dropped() -> None:
    """What stands at one place of several pages, but for its numbers; what stands there once stays."""
    pages = [
        [
            (90, 800, 10, f"澄川市政府公报 2025年第{n}期"),
            *prose(FIRST),
            (90, 60, 10, f"附注{'甲乙丙'[n]}。"),
        ]
        for n in range(3)
    ]
    assert texts(*pages) == [FIRST, "附注甲。", FIRST, "附注乙。", FIRST, "附注丙。"]


def test_reading_order_is_that_of_the_page() -> None:
    """Lines that were written upwards are read downwards, two columns one after the other below a head."""
    up = list(reversed([*TITLE, *prose(FIRST)]))
    assert texts(up) == [FIRST]
    columns = [*prose(FIRST, left=60, width=14, size=14), *prose(SECOND, left=320, width=14, size=14)]
    mixed = sorted(columns, key=lambda line: -line[1])
    assert texts([*TITLE, *mixed]) == [FIRST, SECOND]


def test_tables_are_read_by_rows() -> None:
    """Cells side by side are one line and are not taken for columns."""
    rows = [
        (90 + 150 * column, 500 - 28 * row, 14, f"第{row}行{column}列")
        for column in range(3)
        for row in range(5)
    ]
    found = texts([*TITLE, *prose(FIRST), *rows])
    assert found[1:3] == ["第0行0列 | 第0行1列 | 第0行2列", "第1行0列 | 第1行1列 | 第1行2列"]


def test_letters_that_are_spread_or_printed_twice() -> None:
    """Spread characters are not parted by blanks; bold that is made by printing twice is read once."""
    spread = [(90 + 40 * at, 500, 16, text) for at, text in enumerate(["网格", "管理", "到位。"])]
    assert texts([*TITLE, *prose(FIRST), *spread])[-1] == "网格管理到位。"
    twice = [(90, 500, 16, "双印成文。"), (90.3, 500, 16, "双印成文。")]
    assert texts([*TITLE, *prose(FIRST), *twice])[-1] == "双印成文。"


def test_fonts_that_are_not_there() -> None:
    """Single characters of fonts that are not there can not be told; a text with such holes is refused."""
    answer = {"pages": [{"width": 595.0, "height": 842.0, "lines": [["网格", 90, 90, 99, 99, 9]], "lost": 9}]}
    with pytest.raises(PageError, match="9 characters can't be told; install a Chinese font"):
        pdf_module._check_fonts(answer["pages"])


def test_joining_pieces() -> None:
    """A blank between Latin words only."""
    assert join_pieces(["网格", "治理 of", "grid", "治理", ""]) == "网格治理 of grid治理"


def test_a_scan_has_no_text_layer() -> None:
    """Pages without any text are said to be pictures."""
    with pytest.raises(PageError, match=r"^a\.pdf: has no text layer: its 2 pages"):
        read([], [])


def test_encrypted_and_damaged_documents() -> None:
    """Each is told as what it is."""
    for data, reason in (
        (pdf(TITLE, encrypted=True), "is encrypted"),
        (b"%PDF-1.5\nnothing", "is a damaged PDF"),
        (b"nothing", "is no PDF"),
    ):
        with pytest.raises(PageError, match=rf"^a\.pdf: {reason}"):
            parse_release(data, "a.pdf")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it; in an archive the other members are read."""
    monkeypatch.setattr(pdf_module, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissingError, match=r'^a\.pdf: .*pip install "jsisa-search\[pdf\]"'):
        read(TITLE)
    readings = list(parse_releases(zipped(a__pdf=pdf(TITLE), b__txt=TEXT), "x.zip"))
    assert [bool(reading.release) for reading in readings] == [False, True]
    assert "jsisa-search[pdf]" in readings[0].reason


def test_time_memory_and_pages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that takes more than it is given, or kills its reader, is an error and no more."""
    limits = dict(load_rules("pdf")["limits"])
    monkeypatch.setitem(load_rules("pdf"), "limits", limits)
    limits["pages"] = 1
    with pytest.raises(PageTooLargeError, match="has 2 pages"):
        read(TITLE, TITLE)
    limits |= {"pages": 9, "seconds": 0.001}
    with pytest.raises(PageTooLargeError, match=r"more than 0\.001 s"):
        read(TITLE)
    limits["seconds"] = 60
    monkeypatch.setattr(pdf_module, "_PROGRAM", Path(__file__).with_name("no_program.py"))
    with pytest.raises(PageError, match=r"damaged PDF document.*its reader ended with status 2"):
        read(TITLE)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no memory of a process")
def test_a_document_that_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader refuses it or ends, and the program goes on."""
    limits = load_rules("pdf")["limits"] | {"memory": 200_000_000}
    monkeypatch.setitem(load_rules("pdf"), "limits", limits)
    with pytest.raises(PageError, match=r"^a\.pdf: "):
        parse_release(pdf([], packed=zlib.compress(b"q " * 150_000_000, 9)), "a.pdf")


def test_documents_with_circles() -> None:
    """A page tree that holds itself, and marks that open without end, are read or refused."""
    loop = pdf(TITLE).replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]")
    deep = pdf([*TITLE, *prose(FIRST)], content=b"q " * 100_000)
    for data in (loop, deep):
        try:
            assert parse_release(data, "a.pdf").title
        except JsisaSearchError as error:
            assert str(error).startswith("a.pdf: ")


def test_torn_documents() -> None:
    """A document that is cut short or altered is read or refused."""
    data = pdf([*TITLE, *prose(FIRST)])
    for at in range(0, len(data), 59):
        for torn in (data[:at], data[:at] + b"\xff\x00" + data[at + 2 :]):
            assert set(pdf_text.read(torn, 10)) <= {"pages", "error", "count"}


def test_a_page_of_scattered_characters_is_bounded() -> None:
    """Thousands of characters at places of their own are read, in some order."""
    runs = [
        (chr(0x4E00 + n % 5000), n * 37 % 590, n * 91 % 840, n * 37 % 590 + 9, n * 91 % 840 + 9, 9)
        for n in range(9000)
    ]
    rows = arrange(Layout.of(595, 842, runs))
    assert sum(len(row.text.replace(" | ", "")) for row in rows) == 9000
