"""OFD documents: places to lines, lines to paragraphs, and what is wrong with a document."""

from __future__ import annotations

import pytest

from jsisa_search.errors import JsisaSearchError, PageError
from jsisa_search.model import Release
from jsisa_search.page import parse_release
from tests.page.sample_files import ofd, ofd_text, zipped_names

LONG = "全市推进网格化社会治理，把矛盾纠纷化解在基层，群众安全感达到百分之九十九点二，基层负担减轻三成。"
WIDTH = 28  # characters of a line


def lines_of(text: str, top: float, first: str = "　　") -> list[str]:
    """Return the text objects of a paragraph that is set in lines."""
    shown = first + text
    rows = [shown[at : at + WIDTH] for at in range(0, len(shown), WIDTH)]
    return [ofd_text(26, top + 9 * number, row) for number, row in enumerate(rows)]


def document(**options: str) -> bytes:
    """Return a notice on two pages, the second of which goes on with a paragraph of the first."""
    head = ofd_text(60, 30, "关于推进网格化治理的通知", 8.4) + ofd_text(80, 46, "2025年3月2日")
    body = lines_of(LONG, 70)
    closing = lines_of("各地要抓好落实。", 70 + 9 * len(body))
    number = ofd_text(100, 285, "— 1 —")
    second = lines_of("特此通知。", 30)
    return ofd(head + "".join(body + closing) + number, "".join(second), **options)


def read(data: bytes) -> Release:
    """Return the release in an OFD document."""
    return parse_release(data, "a.ofd")


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_lines_become_paragraphs_with_their_pages() -> None:
    """The largest line is the title; wrapped lines are joined, and page numbers are no text."""
    release = read(document())
    assert release.title == "关于推进网格化治理的通知"
    assert str(release.published) == "2025-03-02 00:00:00"
    assert texts(release) == [LONG, "各地要抓好落实。", "特此通知。"]
    assert [paragraph.page for paragraph in release.paragraphs] == [1, 1, 2]


def test_places_decide_and_not_the_order_of_objects() -> None:
    """Programs write the objects of a page in any order, often one for each character."""
    title = "关于推进网格化治理的通知"
    chars = [ofd_text(60 + 8.4 * at, 30, char, 8.4) for at, char in enumerate(title)]
    body = lines_of(LONG, 70)
    release = read(ofd("".join(reversed(body)) + "".join(reversed(chars))))
    assert (release.title, texts(release)) == (title, [LONG])


def test_distances_between_characters() -> None:
    """`g` repeats a distance; a wide one parts the cells of a table, one between letters is a blank."""
    row = ofd_text(26, 60, "甲乙丙丁", delta="5.6 60 5.6")
    latin = ofd_text(26, 80, "GDP增长5%，Top ten", delta="g 3 2.8 g 2 5.6 g 2 2.8 5.6 g 6 2.8")
    release = read(ofd("".join(lines_of(LONG, 20)) + row + latin))
    assert "甲乙 | 丙丁" in texts(release)
    assert "GDP增长5%，Top ten" in texts(release)


def test_a_matrix_moves_and_scales_text_and_watermarks_are_left_out() -> None:
    """Text that lies aslant is a watermark; hidden text is not shown either."""
    moved = ofd_text(0, 0, "关于推进网格化治理的通知", 4.2, 'CTM="2 0 0 2 60 30"')
    aslant = ofd_text(50, 100, "内部资料", 9, 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    hidden = ofd_text(26, 60, "看不见的字", 5.6, 'Visible="false"')
    release = read(ofd(moved + aslant + hidden + "".join(lines_of(LONG, 70))))
    assert (release.title, texts(release)) == ("关于推进网格化治理的通知", [LONG])


def test_templates_hold_what_stands_on_every_page() -> None:
    """A red head in a template is read with the page; what is at the edge of every page is no text."""
    red = ofd_text(40, 60, "澄川市人民政府文件", 14)
    first = ofd_text(60, 90, "关于推进网格化治理的通知", 8.4) + "".join(lines_of(LONG, 110))
    release = read(ofd(first, template=red))
    assert (release.title, release.issuer) == ("关于推进网格化治理的通知", "澄川市人民政府")
    edge = ofd_text(40, 8, "澄川市人民政府公报")
    pages = ["".join(lines_of(LONG, 70)) for _ in range(4)]
    assert "公报" not in str(read(ofd(*pages, template=edge)).sections)


def test_properties_hold_where_the_text_says_nothing() -> None:
    """A title of the properties does not replace one of the text, and their date is that of saving."""
    release = read(ofd("".join(lines_of(LONG, 70)), title="网格化治理"))
    assert release.published is None
    assert read(document(title="别的标题")).title == "关于推进网格化治理的通知"


def test_pages_without_a_table_are_found() -> None:
    """Where the table of pages is missing, the pages lie where programs put them."""
    release = read(ofd("".join(lines_of(LONG, 70)), table=False))
    assert LONG in str(release)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\3\4", "no OFD document"),
        (zipped_names({"a.txt": "x"}), "has no pages"),
        (zipped_names({"OFD.xml": "<a/>", "Encryptions.xml": "<a/>"}), "encrypted"),
        (ofd('<ofd:ImageObject ID="1" ResourceID="2"/>'), "no text on its 1 pages"),
        (zipped_names({"OFD.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "entities"),
        (zipped_names({"OFD.xml": "<a>"}), "damaged OFD document"),
        (ofd(*[ofd_text(1, 1, "甲")] * 1).replace(b"OFD.xml", b"OFD.xm_"), ""),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, reason: str) -> None:
    """Every document that gives no text is refused with the reason."""
    if not reason:
        assert read(data).title == "甲"  # the pages are there
        return
    with pytest.raises(PageError, match=reason):
        read(data)


@pytest.mark.parametrize(
    "objects",
    [
        ofd_text(26, 60, "甲" * 50, delta="g 999999999999 5.6"),
        ofd_text(26, 60, "甲" * 50, delta="g g g"),
        ofd_text(26, 60, "甲" * 50, delta="nan inf -1e999"),
        ofd_text(1e308, 60, "甲" * 50),
        ofd_text(26, 60, "甲" * 50, 0),
        ofd_text(26, 60, "甲" * 50, -3),
        ofd_text(26, 60, "甲" * 50, 5.6, 'CTM="nan 0 0 0 0 0"'),
        ofd_text(26, 60, "甲" * 50, 5.6, 'CTM="1e9 0 0 1e9 0 0"'),
        ofd_text(26, 60, "甲" * 20000),
        "".join(ofd_text(at % 200, at % 290, "甲乙") for at in range(5000)),
    ],
)
def test_hostile_numbers_do_no_harm(objects: str) -> None:
    """Numbers of any size give a release or an error of ours."""
    try:
        read(ofd(objects))
    except JsisaSearchError as error:
        assert str(error).startswith("a.ofd: ")
