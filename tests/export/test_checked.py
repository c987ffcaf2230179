"""A check of a draft as text in words, as a page, as Markdown and as comments of a Word document."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from jsisa_search import DraftReport, Index
from jsisa_search.cli import main
from jsisa_search.export.checked import (
    clause_before,
    marked_draft,
    marked_passage,
    near_passages,
    passage_text,
    summary,
)
from jsisa_search.export.checked_docx import comment_draft
from jsisa_search.export.checked_markdown import check_markdown
from jsisa_search.export.checked_page import check_page
from tests.research.check.samples import fill

HOSTILE = "<script>alert(1)</script>\u202e"
DRAFT = (
    f"{HOSTILE}写道“划分网格1286个，配备网格员3286名”。\n\n> 共检查单位2.4万家\n\n"
    "“调解成功率达95%”，“火星上建成了跨海大桥”。\n"
)


@pytest.fixture(scope="module")
def archive(shared_index: Index) -> Index:
    """Return an index of two releases and of one with markup in its title."""
    fill(shared_index)
    shared_index.add_text("“一二三四五六”在此。", id="odd", title="标题<b>|*星号*", source="青溪日报")
    return shared_index


@pytest.fixture(scope="module")
def report(archive: Index) -> DraftReport:
    """Return the report of a draft with a right, an altered and an invented quotation, and a block."""
    return archive.check_draft(DRAFT.encode(), name="draft.txt")


class _Reader(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_marks_of_what_differs(report: DraftReport) -> None:
    """Both texts are shown with what differs, without the punctuation where words differ."""
    altered = report.items[0]
    assert [text for text, is_marked in marked_draft(altered) if is_marked] == ["86"]
    assert [text for text, is_marked in marked_passage(altered, altered.passages[0]) if is_marked] == ["68"]
    assert "".join(text for text, _ in marked_draft(altered)) == altered.text
    assert summary(report) == "4 quotations: 2 exact, 1 altered, 1 not found"
    assert near_passages(report.items[3]) == ()


def test_what_a_figure_is_of_is_shown_with_it(index: Index) -> None:
    """The clause before it stands with the figure of the passage, and with that of the draft."""
    index.add_text("全年共排查隐患3197处，同比下降。", id="one", title="排查", source="青溪日报")
    report = index.check_draft("据介绍，全年共排查隐患3179处。".encode(), name="draft.txt")
    (item,) = report.items
    assert clause_before(report.paragraphs[0].text, item.start) == "全年共排查隐患"
    assert passage_text(item, item.passages[0]) == "全年共排查隐患【3197处】…"


def test_a_few_characters_alike_are_no_nearest_passage(index: Index) -> None:
    """A document number is not near a sentence with the year of it."""
    index.add_text("处置了隐患。2021年，青溪市又排查一遍。", id="two", title="排查", source="青溪日报")
    report = index.check_draft("根据青办发〔2021〕1号，要求再排查。".encode(), name="draft.txt")
    assert [(item.kind, item.verdict, near_passages(item)) for item in report.items] == [
        ("number", "not found", ())
    ]


def test_the_page_holds_everything_and_no_markup_of_the_texts(report: DraftReport) -> None:
    """Each item is there with its passage, the draft as a whole; texts are escaped and nothing is loaded."""
    page = check_page(report, str)
    read = _Reader(page)
    assert "script" not in read.tags
    assert not {"img", "link", "iframe"} & set(read.tags)
    assert "<script>alert(1)</script>" in read.text
    assert "\u202e" not in page
    assert read.tags.count("section") == 4
    for expected in (
        "3286名",
        "3268名",
        "火星上建成了跨海大桥",
        "青溪日报",
        "altered",
        "no passage is like it",
    ):
        assert expected in read.text
    assert "http" not in page.replace("http-equiv", "")


def test_markdown_is_escaped(archive: Index) -> None:
    """What differs is bold, and no text of a release or a draft is markup."""
    report = archive.check_draft("“一二三四五七”，<b>*x*".encode(), name="a`b.md")
    text = check_markdown(report, str)
    assert "**七**" in text
    assert "**六**" in text
    assert r"标题\<b\>\|\*星号\*" in text
    assert text.startswith("# Quotations of a draft\n\n`` a`b.md ``\n")


def comments_of(content: bytes) -> list[tuple[str, str]]:
    """Return each comment of a Word document: the text that it is on, and what it says."""
    document = Document(io.BytesIO(content))
    texts: dict[str, str] = {}
    is_open: set[str] = set()
    for element in document.element.body.iter():
        name, number = element.tag.rpartition("}")[2], element.get(element.tag.rpartition("}")[0] + "}id")
        if name == "commentRangeStart":
            is_open.add(number)
        elif name == "commentRangeEnd":
            is_open.discard(number)
        elif name == "t":
            for each in is_open:
                texts[each] = texts.get(each, "") + element.text
    return [
        (texts[str(comment.comment_id)], "\n".join(paragraph.text for paragraph in comment.paragraphs))
        for comment in document.comments
    ]


def test_a_text_becomes_a_document_with_comments(report: DraftReport) -> None:
    """Each comment is on its quotation, without the marks around it."""
    comments = comments_of(comment_draft(report, DRAFT.encode()))
    assert [text for text, _ in comments] == [item.text for item in report.items]
    assert comments[0][1].startswith("altered\nfigure: the passage has 3268名, the draft 3286名\n")
    assert "【68】" in comments[0][1]
    assert comments[1][1].startswith("exact\n《云浦县消防检查》")


def test_a_word_draft_keeps_its_form(archive: Index) -> None:
    """Runs are split at the quotation only and keep their form; tables, lists and repeated text are met."""
    draft = Document()
    draft.add_paragraph("调解成功率达95%，有人写道“")
    draft.paragraphs[0].add_run("调解成功率").bold = True
    draft.paragraphs[0].add_run("达95%”。")
    draft.add_paragraph("其一“划分网格1286个”", style="List Number")
    table = draft.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "指标", "“配备网格员3286名”"
    file = io.BytesIO()
    draft.save(file)
    report = archive.check_draft(file.getvalue(), name="draft.docx")
    content = comment_draft(report, file.getvalue())
    quoted = [(text, said.partition("\n")[0]) for text, said in comments_of(content)]
    assert quoted == [
        ("95%", "exact"),
        ("调解成功率达95%", "exact"),
        ("划分网格1286个", "exact"),
        ("配备网格员3286名", "altered"),
    ]
    kept = Document(io.BytesIO(content))
    assert kept.paragraphs[0].text == draft.paragraphs[0].text
    assert [run.text for run in kept.paragraphs[0].runs if run.bold] == ["调解成功率"]
    assert kept.paragraphs[1].style.name == "List Number"


@pytest.mark.folder_only("the commands, with an index in the folder where they run")
def test_files_by_their_names(archive: Index, shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the file decides on the format; a Word document needs one."""
    tmp_path = shared_folder.parent
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")

    def run(*arguments: str, status: int) -> str:
        result = CliRunner().invoke(main, ["check", "draft.md", *arguments])
        assert result.exit_code == status, result.output
        return result.output

    for name, start in {
        "a.html": b"<!doctype html>",
        "a.md": b"# Quot",
        "a.docx": b"PK",
        "a.json": b"{",
    }.items():
        run("-o", name, status=1)
        assert (tmp_path / name).read_bytes().startswith(start)
    run("--format", "docx", status=2)
