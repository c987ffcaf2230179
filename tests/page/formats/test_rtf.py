"""Rich text."""

from __future__ import annotations

from pathlib import Path

import pytest

from jsisa_search.errors import JsisaSearchError, PageError
from jsisa_search.page import explain_release, parse_release
from jsisa_search.page.formats.doc import read_doc
from jsisa_search.page.formats.rtf import read_rtf

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOTICE = (FIXTURES / "notice.rtf").read_bytes()
FONTS = rb"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"


def rtf(body: bytes, *, head: bytes = b"") -> bytes:
    """Return a document as Word writes it on a Chinese computer."""
    return rb"{\rtf1\ansi\ansicpg936\deff0" + FONTS + head + body + b"}"


def escaped(text: str) -> bytes:
    """Return `text` as the escaped bytes of GBK."""
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk")).encode()


def texts(data: bytes) -> list[str]:
    """Return the texts of the lines of a document."""
    return [line.text for line in read_rtf(data).lines]


def test_a_document_of_libreoffice() -> None:
    """It has the same lines, levels and numbers as the Word document of the same text."""
    assert read_rtf(NOTICE).lines == read_doc((FIXTURES / "notice.doc").read_bytes()).lines
    release = parse_release(NOTICE, "稿.rtf")
    assert (release.title, release.source) == ("关于做好云浦市防汛工作的通知", "云浦发布")
    assert [s.subheading for s in release.sections] == [None, "责任分工"]


@pytest.mark.parametrize("font", [rb"\f0 ", rb"\f1 ", b""])
def test_chinese_bytes_under_any_font(font: bytes) -> None:
    """Bytes are of the document's code page, also under a Western font, and may be escaped or bare."""
    assert texts(rtf(rb"\pard " + font + escaped("网格化治理") + rb"\par")) == ["网格化治理"]
    assert texts(rtf(rb"\pard " + font + "网格化治理".encode("gbk") + rb"\par")) == ["网格化治理"]
    # The second byte of 臺 is a letter, which need not be escaped.
    assert texts(rtf(rb"\pard " + font + rb"\'c5_" + rb"\par", head=b""))[0] == bytes([0xC5, 0x5F]).decode(
        "gbk"
    )


def test_characters_by_number() -> None:
    """A number is a character, also a negative one or half a pair; what old readers show instead is none."""
    body = rb"\pard\uc1\u32593 ?\u26684\'3f\u-26880 ?{\uc2\u-10187 ??\u-8889 ??}\uc0\u22823 A\par"
    assert read_rtf(rtf(body)).lines[0].text == f"网格{chr(65536 - 26880)}\U0001d547大A"


def test_tables_notes_fields_and_what_is_not_shown() -> None:
    """Rows have cells; notes come last; results of fields stay; deleted and hidden text and pictures go."""
    body = (
        rb"{\header\pard " + escaped("页眉") + rb"\par}"
        rb"\trowd\pard\intbl " + escaped("镇街") + rb"\cell " + escaped("沙袋") + rb"\par 12\cell\row"
        rb"\pard " + escaped("正文") + rb"{\deleted " + escaped("删") + rb"}{\v " + escaped("藏") + rb"}"
        rb"{\field{\*\fldinst PAGE}{\fldrslt 7}}{\pict\pngblip 89504e47}{\*\unknown x}"
        rb"{\footnote\pard {\super 1} " + escaped("注文。") + rb"}\line " + escaped("另起") + rb"\par"
        rb"{\listtext 1.\tab}abc\{\}\par"
    )
    assert texts(rtf(body)) == ["镇街 | 沙袋 12", "正文7", "另起", "1. abc{}", "1 注文。"]


def test_signs_nested_tables_and_notes_of_two_paragraphs() -> None:
    """A sign is a character, a cell in a cell is text of it, and a bare line end ends no paragraph."""
    body = (
        rb"\trowd\pard\intbl a\nestcell b\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}\cell "
        rb"c\cell\row\pard x\~y\_z\-w\endash\u8212\_\tab 1" + b"\r\n" + rb"2\par next"
        rb"{\footnote one\par two\par}\par"
    )
    assert texts(rtf(body)) == ["a b | c", "x y-zw–— 12", "next", "one", "two"]


def test_levels_of_styles_and_of_paragraphs() -> None:
    """The name of a style, its outline level or that of a paragraph makes a heading."""
    head = (
        rb"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 " + escaped("自定") + rb";}"
        rb"{\s3 " + escaped("标题 3") + rb";}{\s9 Title;}}"
    )
    body = b"".join(rb"\pard\plain" + style + rb" " + escaped("网格") + rb"\par" for style in (
        rb"\s9", rb"\s1", rb"\s2", rb"\s3", rb"\s0", rb"\outlinelevel3"
    ))  # fmt: skip
    page = read_rtf(rtf(body, head=head))
    assert [line.level for line in page.lines] == [None, 1, 2, 3, None, 4]
    assert page.title_line == 1


def test_properties_hold_where_the_text_says_nothing() -> None:
    """A title and an author in Chinese fill in."""
    head = rb"{\info{\title " + escaped("平安澄川") + rb"}{\author " + escaped("陈某某") + rb"}}"
    page = read_rtf(rtf(rb"\pard x\par", head=head))
    assert page.fallbacks == {"title": "平安澄川", "author": "陈某某"}


def test_hostile_documents() -> None:
    """Groups without end, binary data beyond the file and impossible numbers cost nothing."""
    for body in (
        b"{" * 4_000,
        rb"\bin99999999 x",
        rb"\u9999999999 ",
        rb"\ansicpg9 \uc-5 \s-1",
        b"}" * 50,
        b"\\",
    ):
        try:
            explain_release(rtf(body), "a.rtf")
        except JsisaSearchError as error:
            assert str(error).startswith("a.rtf: ")
    with pytest.raises(PageError, match="groups within groups"):
        parse_release(rtf(b"{" * 6_000), "a.rtf")
    with pytest.raises(PageError, match="holds no text"):
        parse_release(rb"{\rtf1}", "a.rtf")
