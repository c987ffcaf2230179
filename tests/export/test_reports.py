from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from jsisa_search import Quote, Report, make_reference, make_report, write_docx, write_xlsx
from jsisa_search.export.escaping import spreadsheet_text
from jsisa_search.export.report import read_timestamp
from jsisa_search.model import Hit, ReleaseInfo, Results, Snippet, format_timestamp
from tests.properties import examples

_MADE = datetime(2026, 11, 28, 9, 30)
_INFO = ReleaseInfo(
    id="2b97ebd43200",
    path="/稿件/a.txt",
    title="关于印发《网格条例》的通知",
    published=datetime(2024, 5, 20),
    published_precision="day",
    source="澄川发布",
    publisher=None,
    author=None,
    document_number="澄民发〔2024〕18号",
    url="https://a.example/18",
    paragraphs=3,
    date=datetime(2024, 5, 20),
    date_precision="day",
    date_from="page",
    issuer="澄川市民政局",
)


def _hit(**facts: Any) -> Hit:
    names = ("id", "title", "source", "publisher", "published", "published_precision", "date")
    known = {name: getattr(_INFO, name) for name in (*names, "date_precision", "date_from", "path")}
    place = {"heading": "第二章", "subheading": None, "paragraph": 9, "line": 31}
    passage = {
        "text": "第一句话。全市推进网格化管理。第三句。",
        "highlights": ((9, 12),),
        "snippet": Snippet("网格化", (), ((9, 12),)),
    }
    values: dict[str, Any] = {"score": 1.0, "kind": "paragraph", "matches_all": True}
    return Hit(**values | known | place | passage | facts)


def _report(*hits: Hit) -> Report:
    results = Results("网格化", len(hits), len(hits), 1.0, hits, releases=1, distinct=len(hits))
    return make_report(results, {_INFO.id: _INFO}, made=_MADE)


def _quote(text: str, **facts: Any) -> Quote:
    (quote,) = _report(_hit(text=text, highlights=(), snippet=Snippet(text, ()))).quotes
    return replace(quote, **facts)


def _word(report: Report) -> Any:
    return Document(io.BytesIO(write_docx(report, made=_MADE)))


def _rows(report: Report, sheet: int = 0) -> list[list[Any]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx(report, made=_MADE)))
        .get_sheet_by_index(sheet)
        .to_python()
    )


def _part(report: Report, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(write_xlsx(report, made=_MADE))) as package:
        return etree.fromstring(package.read(name))


def test_a_document_has_passages_with_marks_citations_and_sources() -> None:
    """Title, facts, each passage with its matches, its citation and its file, and the table of sources."""
    document = _word(_report(_hit(), _hit(matches_all=False)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "“网格化”检索结果"
    assert texts[1] == "检索时间：2026-11-28 09:30"
    assert "本文收入 2 段，其中 1 段只符合部分检索词" in texts[2]
    assert "1. 关于印发《网格条例》的通知" in texts
    assert "2. 关于印发《网格条例》的通知（部分符合）" in texts
    assert "…全市推进网格化管理。…" in texts
    source = "——《关于印发〈网格条例〉的通知》（澄民发〔2024〕18号），澄川发布，2024-05-20"
    assert f"{source}，“第二章”，第9段 [1]" in texts
    assert "文件：/稿件/a.txt:31" in texts
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    marked = [run.text for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert marked == ["网格化", "网格化"]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1][0] == "[1]"
    assert rows[1][1].startswith("澄川市民政局. 关于印发《网格条例》的通知: 澄民发〔2024〕18号[A/OL].")
    assert rows[1][2] == "2"


def test_a_document_says_when_it_was_made_and_not_by_what() -> None:
    """Its properties are those of the report, not of a template."""
    properties = _word(_report(_hit())).core_properties
    assert (properties.title, properties.author, properties.comments) == ("“网格化”检索结果", "", "")
    assert properties.created.replace(tzinfo=None) == _MADE


def test_cells_have_the_types_of_their_values() -> None:
    """Numbers are numbers, dates are dates as precise as they are known, numbers within texts are text."""
    quotes = (
        _quote(
            "32058119900307001X",
            title="320581199003070012",
            date=datetime(2024, 5, 1),
            date_precision="month",
        ),
        _quote("短", date=datetime(2024, 5, 20, 9, 30), date_precision="minute", note="99.14%"),
        _quote("短", date=None, date_precision=None),
        _quote("短", date=datetime(1898, 6, 11)),
    )
    rows = _rows(replace(_report(_hit()), quotes=quotes))
    first, second, third, fourth = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert (first["序号"], first["段落"], first["行"]) == (1, 9, 31)
    assert (first["原文"], first["标题"]) == ("32058119900307001X", "320581199003070012")
    assert first["日期"] == date(2024, 5, 1)
    assert second["日期"] == datetime(2024, 5, 20, 9, 30)
    assert second["备注"] == "99.14%"
    assert third["日期"] == ""
    assert fourth["日期"] == "1898-06-11"
    assert first["文号"] == "澄民发〔2024〕18号"


def test_dates_fit_their_column() -> None:
    """A date that is wider than its column would be shown as ####."""
    quote = _quote("短", date=datetime(2024, 5, 20, 9, 30, 1), date_precision="second")
    report = replace(_report(_hit()), quotes=(quote,))
    at = _rows(report)[0].index("日期") + 1
    columns = _part(report, "xl/worksheets/sheet1.xml").iter("{*}col")
    (width,) = (float(each.get("width")) for each in columns if int(each.get("min")) == at)
    assert width > len("2024-05-20 09:30:01") * 1.15


def test_columns_without_values_are_left_out() -> None:
    """Hits have no notes, and collected passages have."""
    report = _report(_hit())
    assert "备注" not in _rows(report)[0]
    assert "备注" in _rows(replace(report, quotes=(replace(report.quotes[0], note="用"),)))[0]


def test_sources_are_a_sheet_of_their_own() -> None:
    """Each has its number, its reference and how many passages are from it; a third says what it is of."""
    report = _report(_hit(), _hit())
    reference = make_reference(_INFO, cited=_MADE.date())
    assert report.references == (reference,)
    assert _rows(report, 1)[1][0::2] == [1, 2]
    assert _rows(report, 2)[0] == ["“网格化”检索结果"]


def test_matches_are_marked_in_their_cell() -> None:
    """The cell has the text whole; only the match is bold."""
    strings = _part(_report(_hit()), "xl/sharedStrings.xml")
    (rich,) = (item for item in strings.iter("{*}si") if item.find("{*}r") is not None)
    assert "".join(rich.itertext()) == _hit().text
    bold = [run.findtext("{*}t") for run in rich.iter("{*}r") if run.find("{*}rPr/{*}b") is not None]
    assert bold == ["网格化"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5%", "@SUM(A1)", " ＝1", "\t=1"])
def test_a_cell_of_a_workbook_is_never_a_formula(text: str) -> None:
    """It is a text, also when it is edited: it has the mark of an apostrophe that was typed."""
    report = replace(_report(_hit()), quotes=(_quote(text, note=text),))
    cells = [cell for cell in _part(report, "xl/worksheets/sheet1.xml").iter("{*}c") if cell.get("r") == "B2"]
    assert [cell.get("t") for cell in cells] == ["s"]
    formats = _part(report, "xl/styles.xml").find("{*}cellXfs")
    assert formats[int(cells[0].get("s"))].get("quotePrefix") == "1"


def test_a_text_beyond_a_cell_is_cut() -> None:
    """Excel would refuse the file; characters outside of the basic plane count twice there."""
    for text in ("网" * 40_000, "𠮷" * 20_000):
        report = replace(_report(_hit()), quotes=(replace(_quote(text), highlights=((0, 1),)),))
        (cell,) = (row[1] for row in _rows(report)[1:])
        assert cell.endswith("…")
        assert len(cell.encode("utf-16-le")) // 2 == 32_767


@pytest.mark.slow
@examples(1 / 15)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_any_text_is_text_in_both_forms(texts: list[str]) -> None:
    """Whatever a page says, the files open, have no formula, and show the text."""
    report = replace(_report(_hit()), quotes=tuple(_quote(text, title=text, note=text) for text in texts))
    shown = [row[1] for row in _rows(report)[1:]]
    expected = [
        spreadsheet_text(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for text in texts
    ]
    assert [str(cell) for cell in shown] == expected
    assert not list(_part(report, "xl/worksheets/sheet1.xml").iter("{*}f"))
    assert len(_word(report).tables) == 1


@pytest.mark.parametrize("text", ["2024-05", "2024-05-20", "2024-05-20T09:30", "2024-05-20T09:30:15"])
def test_times_are_read_as_they_were_written(text: str) -> None:
    """The text of a collected passage gives its time back, with its precision."""
    assert format_timestamp(*read_timestamp(text)) == text


@pytest.mark.parametrize("text", ["", "2024", "2024-99", "gestern...."])
def test_what_is_no_time_is_none(text: str) -> None:
    """A file that people edited may have anything there."""
    assert read_timestamp(text) == (None, None)
