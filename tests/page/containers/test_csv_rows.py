"""Tables as text: rows that are releases, and tables of anything else."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from jsisa_search.errors import PageError
from jsisa_search.page import MemberReading, explain_release, parse_release, parse_releases

HEADER = ("标题", "来源", "日期", "正文", "网址")
ROWS = (
    (
        "网格进楼栋",
        "澄川日报",
        "2025-03-02",
        "全市推进网格化，群众满意。\n各地抓好落实。",
        "https://a.example/1",
    ),
    ("平安澄川", "澄川发布", "2025-03-03 10:20", '矛盾纠纷就地化解，群众说"好"。', "https://a.example/2"),
)


def table(*rows: tuple[str, ...], delimiter: str = ",") -> str:
    """Return rows as a program for tables writes them."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def read(text: str, encoding: str = "utf-8") -> list[MemberReading]:
    """Return the readings of a table."""
    return list(parse_releases(text.encode(encoding), "a.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_row_is_a_release(encoding: str, delimiter: str) -> None:
    """The names of the columns are those of JSON; a row is named by the line on which it begins."""
    first, second = read(table(HEADER, *ROWS, delimiter=delimiter), encoding)
    assert (first.path, second.path) == ("a.csv#2", "a.csv#4")
    assert first.release and second.release
    assert (first.release.title, first.release.source, first.release.url) == (
        "网格进楼栋",
        "澄川日报",
        "https://a.example/1",
    )
    assert [p.text for p in first.release.paragraphs] == ["全市推进网格化，群众满意。", "各地抓好落实。"]
    assert [p.line for p in first.release.paragraphs] == [2, 2]
    assert str(second.release.published) == "2025-03-03 10:20:00"


def test_excel_may_say_what_stands_between_cells_and_a_title_may_stand_above() -> None:
    """Neither a line `sep=;` nor a title above the header hides the columns."""
    assert len(read("sep=;\r\n" + table(HEADER, *ROWS, delimiter=";"))) == 2
    titled = read(table(("澄川稿件", "", "", "", ""), HEADER, *ROWS))
    assert [reading.path for reading in titled] == ["a.csv#3", "a.csv#5"]


def test_rows_without_a_text_are_reported_together() -> None:
    """As lines of JSON without a text are."""
    good, gathered = read(table(HEADER, ROWS[0], ("无文", "", "", "", ""), ("无文", "", "", "", "")))
    assert good.release
    assert "2 rows (4-5)" in gathered.reason


def test_a_table_of_anything_else_is_one_release() -> None:
    """Each row is a line with its place; no row is a heading."""
    text = table(
        ("项目", "责任单位", "限期"), ("道路整修", "城管局", "2025年5月"), ("限期整改", "住建局", "2025年6月")
    )
    release = parse_release(text.encode("gb18030"), "a.csv")
    assert [(p.text, p.line) for p in release.paragraphs][-2:] == [
        ("项目：道路整修 | 责任单位：城管局 | 限期：2025年5月", 2),
        ("项目：限期整改 | 责任单位：住建局 | 限期：2025年6月", 3),
    ]
    assert not any(section.heading for section in release.sections)


def test_a_text_that_is_no_table_is_read_as_text() -> None:
    """Lines without cells under this suffix are a plain text."""
    release = parse_release("网格进楼栋\n2025-03-02\n全市推进网格化。\n".encode(), "a.csv")
    assert (release.title, str(release.published)) == ("网格进楼栋", "2025-03-02 00:00:00")


def test_a_damaged_byte_does_not_lose_a_table() -> None:
    """The row that has it is doubtful."""
    data = (
        table(("甲项", "乙项"), ("网格化治理工作", "群众安全感"), ("矛盾纠纷就地化解", "二")).encode()
        + b"\xff"
    )
    doubts = [
        doubt for doubt in explain_release(data, "a.csv").doubts if doubt.kind == "replacement characters"
    ]
    assert "line 4" in doubts[0].reason


def test_a_cell_without_an_end_is_reported_after_the_rows_above_it() -> None:
    """An open quotation mark makes one cell of the rest, longer than any."""
    readings = read(table(HEADER, *ROWS) + '"' + "甲" * 200_000)
    assert [bool(reading.release) for reading in readings] == [True, True, False]
    assert "is no table from line 5 on" in readings[2].reason
    with pytest.raises(PageError, match="no table"):
        read('甲,乙\n丙,"' + "甲" * 200_000)
