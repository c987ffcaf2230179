"""What is taken for a quotation in a draft, and where it is."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.page.draft import read_draft
from jsisa_search.page.lines import Line
from jsisa_search.research.check.quotes import find_quotes
from tests.cluster.engines import Place
from tests.properties import examples
from tests.research.check.samples import fill


def quoted(*paragraphs: str, every_sentence: bool = False) -> list[tuple[str, str]]:
    """Return kind and text of what some paragraphs quote."""
    lines = [Line(text, number) for number, text in enumerate(paragraphs, 1)]
    found = find_quotes(lines, every_sentence=every_sentence)
    return [(each.kind, lines[each.paragraph].text[each.start : each.end]) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说“推行网格化管理”。", ["推行网格化管理"]),
        ("他说「推行『网格化』管理」。", ["推行『网格化』管理"]),
        ("他说“推行‘网格化’管理”。", ["推行‘网格化’管理"]),
        ('他说"推行网格化管理"，又说"推行平安建设"。', ["推行网格化管理", "推行平安建设"]),
        ("推行“网格化管理“。又推行“平安建设”。", ["网格化管理", "平安建设"]),
        ("推行”网格化管理”。", ["网格化管理"]),
        ("他说：“推行网格化管理。还要别的。", ["推行网格化管理。"]),
        ('标为5"的管道，没有引文。', []),
        ("it’s a text，没有引文。", []),
    ],
)
def test_quotation_marks(text: str, expected: list[str]) -> None:
    """The outermost marks count, also where a mark is missing or the wrong one."""
    assert [inner for kind, inner in quoted(text) if kind == "quotation"] == expected


def test_a_quotation_over_several_paragraphs() -> None:
    """Each paragraph begins with the mark, and the last one ends with it."""
    assert quoted("“第一段的话。还没有完。", "“第二段的话。”") == [
        ("quotation", "第一段的话。还没有完。"),
        ("quotation", "第二段的话。"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("按照国办发〔2017〕47号要求", ["国办发〔2017〕47号"]),
        ("依据《办法》（苏政办发[2020]5号）", ["苏政办发[2020]5号"]),
        ("南京(2022)15人", []),
    ],
)
def test_document_numbers(text: str, expected: list[str]) -> None:
    """They begin with the letters of the office, not with the words before them."""
    assert [inner for kind, inner in quoted(text) if kind == "number"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("满意率达97.42%，共15.89亿元、390余万人", ["97.42%", "15.89亿元", "390余万人"]),
        ("百分之九十九，二十八个小区，2.4万家", ["百分之九十九", "二十八个", "2.4万家"]),
        ("2022年9月6日第12次会议，PM2.5，12345热线，1.总则", []),
        ("“满意率达97.42%”", []),
    ],
)
def test_figures(text: str, expected: list[str]) -> None:
    """Numbers with a unit; dates, ordinals, codes and what is quoted anyway are none."""
    assert [inner for kind, inner in quoted(text) if kind == "figure"] == expected


def test_sentences() -> None:
    """Sentences are given where they are more than what they quote."""
    text = "第一句话在此。“引用的话在此”。第三句提到《标题在此》。"
    assert [inner for kind, inner in quoted(text, every_sentence=True) if kind == "sentence"] == [
        "第一句话在此。",
        "第三句提到《标题在此》。",
    ]


def test_block_quotations_of_each_format() -> None:
    """Markdown, text and HTML set a quotation apart; nothing of a page is left out."""
    for name, content in {
        "a.md": "正文\n\n> 引用\n> 续行\n",
        "a.txt": "正文\n> 引用\n> 续行\n",
        "a.html": "<div class=menu>正文</div><blockquote><p>引用</p>续行</blockquote>",
    }.items():
        lines = read_draft(content.encode(), name)
        assert [(line.text, line.is_quoted) for line in lines if line.text != "正文"] == [
            ("引用", True),
            ("续行", True),
        ], name
        assert lines[0].text == "正文"


def test_a_document_from_standard_input_is_known_by_its_bytes() -> None:
    """What is called text may be a document or a page; a text like a mail is a text."""
    file = io.BytesIO()
    document = Document()
    document.add_paragraph("“推行网格化管理”", style="Quote")
    document.save(file)
    (line,) = read_draft(file.getvalue(), "-.txt")
    assert (line.text, line.is_quoted) == ("“推行网格化管理”", True)
    assert [line.text for line in read_draft(b"From: a\nTo: b\n\n\xe6\xad\xa3\xe6\x96\x87", "-.txt")][
        -1
    ] == "正文"


_DRAFTS = st.text(alphabet='“”‘’「」《》"〔〕2019号发云浦县消防99.14%亿元，。\n> ', max_size=80)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of two releases for all drafts."""
    with Index.create(place(tmp_path_factory.mktemp("quotes") / "index")) as index:
        fill(index)
        yield index


@pytest.mark.slow
@examples(1)
@given(draft=_DRAFTS)
def test_any_draft_has_a_report_with_true_places(filled: Index, draft: str) -> None:
    """Places lie within the draft and the passages; ranges of differences hold what they tell."""
    report = filled.check_draft(draft.encode(), name="draft.txt", every_sentence=True)
    for item in report.items:
        assert report.paragraphs[item.paragraph].text[item.start : item.end] == item.text
        for passage in item.passages:
            start, end = passage.range
            assert 0 <= start <= end <= len(passage.hit.text)
            assert 0 <= passage.likeness <= 1
            for each in passage.differences:
                assert item.text[slice(*each.draft)] in each.after
                assert passage.hit.text[slice(*each.passage)] in each.before
