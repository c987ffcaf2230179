"""Word documents."""

from __future__ import annotations

import pytest

from jsisa_search.errors import JsisaSearchError, PageError, PageTooLargeError
from jsisa_search.model import Release
from jsisa_search.page import parse_release
from jsisa_search.page.formats.ooxml import chinese
from tests.page.sample_files import lists, numbered, paragraph, table, word, zipped_names

OFFICIAL = lists(("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
SENTENCE = "全市推进网格化管理，矛盾纠纷就地化解。"


def read(*body: str, numbering: str = "", title: str = "", creator: str = "") -> Release:
    """Return the release of a Word document."""
    return parse_release(word(*body, numbering=numbering, title=title, creator=creator), "a.docx")


def test_headings_come_from_styles() -> None:
    """English and Chinese names, styles based on them, and outline levels; the title's style is the title."""
    release = read(
        paragraph("平安澄川建设年度报告", "t"),
        paragraph("来源：澄川发布"),
        paragraph("2025-03-02"),
        paragraph("总体情况", "a1"),
        paragraph("治安", "a2"),
        paragraph(SENTENCE),
        paragraph("下步打算", "mine"),
        paragraph(SENTENCE),
        paragraph("组织领导", "loop", '<w:outlineLvl w:val="1"/>'),
        paragraph(SENTENCE),
    )
    assert (release.title, str(release.published)[:10]) == ("平安澄川建设年度报告", "2025-03-02")
    assert [(s.heading, s.subheading) for s in release.sections] == [
        ("总体情况", "治安"),
        ("下步打算", None),
        ("下步打算", "组织领导"),
    ]


def test_numbers_that_word_makes_are_text() -> None:
    """Numbers are counted as Word does: lower levels begin again, a list may start elsewhere."""
    release = read(
        paragraph("关于网格的通知"),
        numbered("总体要求"),
        numbered("目标", depth=1),
        paragraph(SENTENCE),
        numbered("原则", depth=1),
        paragraph(SENTENCE),
        numbered("主要任务"),
        numbered("排查", depth=1),
        numbered(SENTENCE, depth=2),
        numbered("工作保障", list_id=2),
        paragraph(SENTENCE),
        numbering=OFFICIAL,
    )
    assert [(s.heading, s.subheading) for s in release.sections] == [
        ("一、总体要求", "（一）目标"),
        ("一、总体要求", "（二）原则"),
        ("二、主要任务", "（一）排查"),
        ("五、工作保障", None),
    ]
    assert release.paragraphs[2].text == f"1. {SENTENCE}"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
    ],
)
def test_chinese_numbers(number: int, text: str) -> None:
    """Numbers are written as in headings."""
    assert chinese(number) == text


def test_tables_are_rows() -> None:
    """Each row is a line, its cells parted; a table in a cell stays in the cell."""
    nested = f"<w:tbl><w:tr><w:tc>{table(('内', '层'))}{paragraph('外')}</w:tc></w:tr></w:tbl>"
    release = read(
        paragraph(SENTENCE), table(("街道", "网格数"), ("白鹭街道", "42")), nested, paragraph(SENTENCE)
    )
    assert [p.text for p in release.paragraphs] == [
        SENTENCE,
        "街道 | 网格数",
        "白鹭街道 | 42",
        "内 层 外",
        SENTENCE,
    ]


def test_what_a_reader_does_not_see_is_left_out() -> None:
    """Deleted text, field codes; a text box is read once, a line break parts, content controls are read."""
    box = "<w:txbxContent>" + paragraph("框中文字。") + "</w:txbxContent>"
    seen = (
        "<w:p><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:delText>删除</w:delText><w:t>删</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>新增。</w:t><w:br/><w:t>另起。</w:t></w:r></w:ins>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        f'<w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt><w:sdtContent>{paragraph(SENTENCE)}</w:sdtContent></w:sdt>"
    release = read(seen, control)
    assert [p.text for p in release.paragraphs] == ["保留新增。", "另起。", "框中文字。", SENTENCE]


def test_properties_hold_where_the_text_says_nothing() -> None:
    """A title and an author in Chinese fill in; accounts, names of programs and times of saving do not."""
    release = read(paragraph(SENTENCE), title="平安澄川", creator="陈某某")
    assert (release.title, release.author, release.published) == ("平安澄川", "陈某某", None)
    release = read(
        paragraph("网格进楼栋"), paragraph(SENTENCE), title="Microsoft Word 文档", creator="Administrator"
    )
    assert (release.title, release.author) == ("网格进楼栋", None)


def test_hostile_documents() -> None:
    """Entities, bombs, missing parts and damage are refused; circles and depth cost nothing."""
    laugh = '<!DOCTYPE x [<!ENTITY a "哈">]><w:document/>'
    for data, message in (
        (zipped_names({"word/document.xml": laugh}), "entities"),
        (zipped_names({"word/other.xml": "<a/>"}), "is no Word document"),
        (zipped_names({"word/document.xml": "<w:document"}), "damaged"),
        (b"PK\x03\x04", "no Word document"),
    ):
        with pytest.raises(PageError, match=rf"^a\.docx: .*{message}"):
            parse_release(data, "a.docx")
    with pytest.raises(PageTooLargeError, match="more than"):
        parse_release(zipped_names({"word/document.xml": " " * 21_000_000}), "a.docx")
    deep = "<w:sdt>" * 200 + paragraph(SENTENCE) + "</w:sdt>" * 200
    assert read(deep).paragraphs[0].text == SENTENCE


def test_torn_documents() -> None:
    """A document that is cut short or altered is read or refused."""
    data = word(paragraph("通报"), numbered(SENTENCE), table(("甲", "乙")), numbering=OFFICIAL)
    for at in range(0, len(data), 11):
        for torn in (data[:at], data[:at] + b"\xff\x00" + data[at + 2 :]):
            try:
                parse_release(torn, "a.docx")
            except JsisaSearchError as error:
                assert str(error).startswith("a.docx: ")


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        ("chineseLegalSimplified", ["壹、", "贰、"]),
        ("ideographDigital", ["一、", "二、"]),
        ("lowerLetter", ["a、", "b、"]),
        ("upperLetter", ["A、", "B、"]),
        ("lowerRoman", ["i、", "ii、"]),
        ("upperRoman", ["I、", "II、"]),
        ("decimalEnclosedCircle", ["①、", "②、"]),
        ("decimalZero", ["01、", "02、"]),
        ("decimalFullWidth", ["１、", "２、"]),
        ("hebrew1", ["1、", "2、"]),
        ("bullet", ["", ""]),
    ],
)
def test_every_form_of_numbers_is_as_word_shows_it(form: str, labels: list[str]) -> None:
    """What people read before an item, and may search for, is in the text; unknown forms are digits."""
    release = read(
        paragraph("关于网格的通知"),
        numbered(SENTENCE),
        numbered(SENTENCE),
        numbering=lists((form, "%1、")),
    )
    assert [each.text.removesuffix(SENTENCE).strip() for each in release.paragraphs] == labels


def test_the_place_of_a_level_that_is_missing_is_empty() -> None:
    """A label that names a level which the list does not have shows the rest of it."""
    release = read(paragraph("关于网格的通知"), numbered(SENTENCE), numbering=lists(("decimal", "%1.%3")))
    assert release.paragraphs[0].text.startswith("1.")
