"""Workbooks: each sheet is a release, each row a passage."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from jsisa_search import Index
from jsisa_search.errors import ExtraMissingError, JsisaSearchError, PageError, PageTooLargeError
from jsisa_search.model import Release
from jsisa_search.page import parse_release, parse_releases, read_release
from jsisa_search.page.containers.table import read_table
from jsisa_search.page.formats import workbook_cells
from tests.cluster.engines import Place
from tests.page.sample_files import HTML

FIXTURES = Path(__file__).parents[1] / "fixtures"
XLS, XLSX = ((FIXTURES / f"stock.{suffix}").read_bytes() for suffix in ("xls", "xlsx"))


def altered(member: str, change: Callable[[str], str]) -> bytes:
    """Return the workbook with one of its parts changed."""
    changed = BytesIO()
    with ZipFile(BytesIO(XLSX)) as old, ZipFile(changed, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info, change(content.decode()).encode() if info.filename == member else content)
    return changed.getvalue()


def with_rows(rows: str) -> bytes:
    """Return the workbook with other rows in its first sheet."""
    whole = re.compile("<sheetData>.*</sheetData>", re.DOTALL)
    return altered("xl/worksheets/sheet1.xml", lambda text: whole.sub(f"<sheetData>{rows}</sheetData>", text))


def sheets(data: bytes, path: str) -> dict[str, Release]:
    """Return the releases of a workbook by their members."""
    return {reading.member: reading.release for reading in parse_releases(data, path) if reading.release}


def lines(*rows: list[str]) -> list[str]:
    """Return what the rows of a table are read as."""
    header = read_table(enumerate(rows, 1)).header
    assert header is not None
    return [line.text for line in header.body]


@pytest.mark.parametrize(
    ("data", "path"), [(XLS, "表.xls"), (XLSX, "表.xlsx"), (XLS, "表.xlsx"), (XLSX, "表.et"), (XLS, "a.bak")]
)
def test_sheets_are_releases(data: bytes, path: str) -> None:
    """A row names its columns; numbers and dates are shown as in the sheet; hidden sheets are left out."""
    found = sheets(data, path)
    assert list(found) == ["#物资台账", "#值班表"]
    stock = found["#物资台账"]
    assert (stock.path, stock.title) == (f"{path}#物资台账", "云浦市防汛物资台账")
    assert [(p.text, p.line) for p in stock.paragraphs] == [
        ("镇街 | 物资 | 数量 | 入库日期", 2),
        ("镇街：澄川镇 | 物资：沙袋 | 数量：1200 | 入库日期：2024-05-20", 3),
        ("镇街：云溪街道 | 物资：抽水泵 | 数量：2.5 | 入库日期：2024-05-21", 4),
        ("备注：由应急管理部门填报。", 5),
    ]
    assert found["#值班表"].title == "值班表"


@pytest.mark.slow
def test_a_sheet_is_found_and_shown_by_its_path(tmp_path: Path, place: Place) -> None:
    """A hit in a workbook has the path of its sheet, which shows it again; other files are not disturbed."""
    (tmp_path / "表.xls").write_bytes(XLS)
    with Index.create(place(tmp_path / "index")) as index:
        report = index.update([tmp_path])
        assert report.releases == 2
        (hit,) = index.search("抽水泵").hits
    assert hit.path.endswith("表.xls#物资台账")
    assert read_release(tmp_path / "表.xls#值班表").title == "值班表"
    with pytest.raises(PageError, match="holds 2 releases; name one of them"):
        read_release(tmp_path / "表.xls")


def test_the_only_sheet_is_the_file() -> None:
    """A workbook that shows one sheet is one release, under the path of the file."""
    data = altered(
        "xl/workbook.xml",
        lambda text: text.replace('sheetId="2" state="visible"', 'sheetId="2" state="hidden"'),
    )
    assert parse_release(data, "a.xlsx").title == "云浦市防汛物资台账"
    assert list(sheets(data, "a.xlsx")) == [""]


def test_columns_and_what_stands_above_them() -> None:
    """Without names of columns rows are joined; the head of a form gives title, source and date."""
    assert lines(["1", "2"], ["3", "4"]) == ["1 | 2", "3 | 4"]
    assert lines(["镇街", "数量"], ["甲镇", ""], ["合计", "3"]) == [
        "镇街 | 数量",
        "甲镇",
        "镇街：合计 | 数量：3",
    ]
    assert lines(["镇街", ""], ["甲镇", "3"], ["乙镇", "4", "多"])[-1] == "乙镇 | 4 | 多"
    head = [["防汛物资台账"], ["来源：云浦发布", "2024-06-03"]]
    page = read_table(enumerate([*head, ["镇街", "数量"], ["甲镇", "3"], ["乙镇", "4"]], 1))
    assert page.header is not None
    assert (page.header.title, page.header.fields.get("source")) == ("防汛物资台账", "云浦发布")
    assert [line.text for line in page.header.body] == [
        "镇街 | 数量",
        "镇街：甲镇 | 数量：3",
        "镇街：乙镇 | 数量：4",
    ]


def test_rows_that_are_releases() -> None:
    """A sheet with columns for text and title has a release in each row, as a table in a text file has."""
    names = ["标题", "正文", "来源", "日期"]
    records = [
        ["网格进楼栋", "全市推进。", "云浦发布", "2024-06-03"],
        ["", "", "", ""],
        ["防汛", "排查堤防。", "", ""],
    ]
    rows = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate([names, *records], 1)
    )
    found = sheets(with_rows(rows), "a.xlsx")
    assert list(found) == ["#物资台账#2", "#物资台账#4", "#值班表"]
    release = found["#物资台账#2"]
    assert (release.title, release.source, str(release.published)[:10]) == (
        "网格进楼栋",
        "云浦发布",
        "2024-06-03",
    )
    assert found["#物资台账#4"].paragraphs[0].line == 4


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1200.0, "1200"),
        (True, "TRUE"),
        (datetime.date(2024, 5, 1), "2024-05-01"),
        (datetime.datetime(2024, 5, 1), "2024-05-01"),
        (datetime.datetime(2024, 5, 1, 9, 30), "2024-05-01 09:30:00"),
    ],
)
def test_values_as_text(value: object, text: str) -> None:
    """Numbers have the digits that a workbook keeps; a day has no time."""
    assert workbook_cells.shown(value) == text


@pytest.mark.parametrize("data", [XLS, XLSX])
def test_the_program_that_reads_the_cells(data: bytes) -> None:
    """It gives the sheets that are shown with their first rows, or why there are none."""
    answer = workbook_cells.read(data, 100, 1000)
    assert [(sheet["name"], sheet["first"], len(sheet["rows"])) for sheet in answer["sheets"]] == [
        ("物资台账", 1, 5),
        ("值班表", 1, 3),
    ]
    assert [sheet.get("error") for sheet in workbook_cells.read(data, 4, 1000)["sheets"]] == ["rows", None]
    assert [sheet.get("error") for sheet in workbook_cells.read(data, 9, 25)["sheets"]] == [None, "rows"]
    assert workbook_cells.read(data[:1000], 100, 1000) == {"error": "damaged"}


def test_workbooks_that_are_something_else() -> None:
    """A page that a website sends as .xls is HTML; damage is named."""
    assert parse_release(HTML.encode(), "表.xls").title == "网格进楼栋"
    for data, path in (
        (XLSX[:3000], "a.xlsx"),
        (XLS[:2000], "a.xls"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"x", "b.xlsx"),
    ):
        with pytest.raises(PageError, match=rf"^{path}: is a damaged"):
            parse_release(data, path)


def test_a_password_is_named() -> None:
    """An .xls with a password has a record that says so, right behind its first."""
    at = XLS.index(b"\x09\x08\x10\x00")  # BOF
    data = bytearray(XLS)
    data[at + 20 : at + 22] = b"\x2f\x00"
    with pytest.raises(PageError, match=r"^a\.xls: is encrypted; save it without a password"):
        parse_release(bytes(data), "a.xls")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without calamine the error says which command installs it."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.setattr("jsisa_search.page.containers.workbook.find_spec", lambda _: None)
    with pytest.raises(ExtraMissingError, match=r'^a\.xlsx: .*pip install "jsisa-search\[office\]"'):
        parse_release(XLSX, "a.xlsx")


def test_two_cells_far_apart_cost_one_file() -> None:
    """What lies between them would fill the memory; the workbook is refused."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    with pytest.raises(JsisaSearchError, match=r"^a\.xlsx: "):
        parse_release(with_rows(cells), "a.xlsx")


def test_a_sheet_of_too_many_rows_is_named_and_the_others_are_read() -> None:
    """A sheet beyond the limits has a reason under its own name."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="A200000"><v>2</v></c></row>'
    readings = list(parse_releases(with_rows(cells), "a.xlsx"))
    assert [(r.member, r.release is None) for r in readings] == [("#物资台账", True), ("#值班表", False)]
    assert "more than 100,000 rows" in readings[0].reason


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads a workbook has a limited time."""
    limits = {"rows": 1, "cells": 1, "memory": 1 << 30, "seconds": 0.001}
    monkeypatch.setattr("jsisa_search.page.containers.workbook.load_rules", lambda _: {"limits": limits})
    with pytest.raises(PageTooLargeError, match=r"takes more than 0\.001 s"):
        parse_release(XLSX, "a.xlsx")
