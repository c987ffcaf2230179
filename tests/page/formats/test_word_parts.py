"""Word documents in other containers than .docx: Strict, Word Online, flat XML, Word 2003."""

from __future__ import annotations

import pytest

from jsisa_search.errors import PageError
from jsisa_search.model import Release
from jsisa_search.page import parse_release
from tests.page.sample_files import flat_word, paragraph, strict_word, word, word_2003

SENTENCE = "全市推进网格化管理，矛盾纠纷就地化解。"
BODY = (
    paragraph("平安澄川建设年度报告", "t"),
    paragraph("来源：澄川发布"),
    paragraph("总体情况", "a1"),
    paragraph(SENTENCE),
)


def content(release: Release) -> tuple[object, ...]:
    """Return what a release says, wherever it lies."""
    return release.title, release.source, release.sections


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.wps", "a.bak"])
def test_strict_documents_and_those_of_word_online(name: str) -> None:
    """Other names of elements, and parts where the relations say they are, make no difference."""
    assert content(parse_release(strict_word(*BODY), name)) == content(parse_release(word(*BODY), "a.docx"))


@pytest.mark.parametrize("name", ["a.xml", "a.doc", "a.docx", "a"])
def test_a_flat_package_is_read_like_a_packed_one(name: str) -> None:
    """Word writes all parts into one XML file on demand."""
    assert content(parse_release(flat_word(*BODY), name)) == content(parse_release(word(*BODY), "a.docx"))


@pytest.mark.parametrize("name", ["a.xml", "a.doc"])
@pytest.mark.parametrize("mark", [True, False])
def test_word_2003(name: str, mark: bool) -> None:
    """Styles lie in the same file, numbers of lists are stored as they are shown, bullets are none."""

    def item(label: str, text: str) -> str:
        return (
            f'<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="{label}"/></w:listPr></w:pPr>'
            f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        )

    heading = '<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>总体情况</w:t></w:r></w:p>'
    body = (
        f"<w:p><w:r><w:t>网格进楼栋</w:t></w:r></w:p>{heading}{item('（一）', SENTENCE)}{item('·', SENTENCE)}"
    )
    release = parse_release(word_2003(body, mark=mark), name)
    assert (release.title, release.author) == ("网格进楼栋", "甲某")
    (section,) = release.sections
    assert section.heading == "总体情况"
    assert [p.text for p in section.paragraphs] == [f"（一）{SENTENCE}", SENTENCE]


def test_other_xml_is_no_word_document() -> None:
    """A feed, or a page in XHTML, is not taken for one."""
    with pytest.raises(PageError, match="can not be read, only"):
        parse_release(b'<?xml version="1.0"?><rss><channel/></rss>', "a.xml")
    page = '<?xml version="1.0"?><html><body><h1>网格进楼栋</h1><p>全市推进网格化。</p></body></html>'
    assert parse_release(page.encode(), "a.xml").title == "网格进楼栋"


@pytest.mark.parametrize(
    "data", [flat_word(*BODY)[:-40], word_2003("")[:-20], flat_word().replace(b"document", b"x")]
)
def test_a_damaged_one_says_so(data: bytes) -> None:
    """A file that is cut off, or has no text, is refused."""
    with pytest.raises(PageError, match=r"damaged Word document|no Word document|no text"):
        parse_release(data, "a.doc")
