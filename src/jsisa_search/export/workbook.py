"""A report as a workbook for Excel: passages and sources, with dates as dates, and all texts as texts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from jsisa_search.export.citation import split_ranges
from jsisa_search.export.escaping import is_formula, spreadsheet_text
from jsisa_search.export.gbt7714 import gbt7714
from jsisa_search.export.plain import columns
from jsisa_search.export.report import Quote, Report
from jsisa_search.model import Precision, Range

# Characters that a cell of Excel can have.
_MOST_CHARACTERS = 32_767
# Excel counts days from 1900 on.
_FIRST_YEAR = 1900
_DATE_FORMATS: dict[Precision, str] = {
    "month": "yyyy-mm",
    "day": "yyyy-mm-dd",
    "minute": "yyyy-mm-dd hh:mm",
    "second": "yyyy-mm-dd hh:mm:ss",
}
# Noncharacters, which XML 1.0 does not allow.
_NOT_XML = re.compile("[\ufffe\uffff]")


# What is beyond this column is for the screen: it does not fit on a page.
_LAST_PRINTED = "引文出处"

# Characters of the longest date with room at both ends: what is wider than its column is shown as ####.
_DATE_WIDTH = len("2024-05-20 09:30:00") + 4
# A line of a cell in points, and the highest that a row can be.
_LINE_HEIGHT, _MOST_HEIGHT = 16, 409


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with marked ranges."""

    text: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A date as precise as it is known."""

    moment: datetime
    precision: Precision


_Cell = str | int | _Marked | _Moment | None


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    width: int
    cell: Callable[[Report, Quote], _Cell]


_COLUMNS = (
    _Column("原文", 64, lambda _, quote: _Marked(quote.text, quote.highlights)),
    _Column("符合程度", 10, lambda _, quote: "部分符合" if quote.is_partial else ""),
    _Column("标题", 26, lambda _, quote: quote.title),
    _Column("来源", 14, lambda _, quote: quote.source),
    _Column("日期", _DATE_WIDTH, lambda _, quote: _moment(quote)),
    _Column("日期依据", 10, lambda _, quote: quote.date_evidence),
    _Column("小标题", 18, lambda _, quote: quote.section),
    _Column(_LAST_PRINTED, 40, lambda _, quote: quote.citation),
    _Column("段落", 6, lambda _, quote: quote.paragraph),
    _Column("页", 5, lambda _, quote: quote.page),
    _Column("文号", 20, lambda report, quote: _reference(report, quote).get("number")),
    _Column("网址", 30, lambda report, quote: _reference(report, quote).get("url")),
    _Column("备注", 30, lambda _, quote: quote.note),
    _Column("检索词", 16, lambda _, quote: quote.query),
    _Column("来源编号", 9, lambda _, quote: quote.reference),
    _Column("文件", 40, lambda _, quote: quote.path),
    _Column("行", 6, lambda _, quote: quote.line),
    _Column("收录时间", _DATE_WIDTH, lambda _, quote: quote.added),
)


def write_xlsx(report: Report, *, made: datetime) -> bytes:
    """Return `report` as a workbook (.xlsx) of the time `made`: the passages, their sources, what it is of.

    A column without any value is left out; a text beyond what a cell can have is cut, with … at its end.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": spreadsheet_text(report.title)[:255], "created": made})
        book.set_size(2400, 1400)
        writer = _Writer(book)
        writer.add_sheet("原文", *_passages(report))
        writer.add_sheet("来源", *_sources(report))
        writer.add_sheet("说明", (("", 100),), [(line,) for line in (report.title, *report.facts)])
    return file.getvalue()


_Heads = Sequence[tuple[str, int]]
_Rows = Sequence[Sequence[_Cell]]


def _passages(report: Report) -> tuple[_Heads, _Rows]:
    """Return heads and rows of the passages, without empty columns."""
    filled = {
        (column.name, column.width): [column.cell(report, quote) for quote in report.quotes]
        for column in _COLUMNS
    }
    used = {head: cells for head, cells in filled.items() if any(cell not in (None, "") for cell in cells)}
    numbers: list[_Cell] = list(range(1, len(report.quotes) + 1))
    return (("序号", 6), *used), list(zip(numbers, *used.values(), strict=True))


def _sources(report: Report) -> tuple[_Heads, _Rows]:
    heads = (("来源编号", 9), ("参考文献（GB/T 7714—2015）", 110), ("段数", 6))
    rows = [
        (number, gbt7714(reference), report.quotes_of(number))
        for number, reference in enumerate(report.references, start=1)
    ]
    return heads, rows


def _moment(quote: Quote) -> _Cell:
    if quote.date is None or quote.date_precision is None:
        return None
    if quote.date.year < _FIRST_YEAR:
        return f"{quote.date:%Y-%m-%d}"
    return _Moment(quote.date, quote.date_precision)


def _reference(report: Report, quote: Quote) -> dict[str, Any]:
    return report.references[quote.reference - 1].to_dict() if quote.reference else {}


class _Writer:
    """Writes cells of each type as what they are, in a book whose formats it holds."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {"valign": "top", "align": "left", "text_wrap": True}
        self._plain = book.add_format(base)
        # As the apostrophe that people type: the cell stays a text when it is edited.
        self._quoted = book.add_format(base | {"quote_prefix": True})
        self._head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "bottom": 1, "valign": "top"})
        self._mark = book.add_format({"bold": True, "font_color": "#C00000"})
        self._dates = {
            precision: book.add_format({"valign": "top", "align": "left", "num_format": form})
            for precision, form in _DATE_FORMATS.items()
        }

    def add_sheet(self, name: str, heads: _Heads, rows: _Rows) -> None:
        """Add a sheet with a head that stays in view and filters; without names there is no head."""
        sheet = self._book.add_worksheet(name)
        has_head = any(title for title, _ in heads)
        for at, (title, width) in enumerate(heads):
            sheet.set_column(at, at, width)
            if has_head:
                sheet.write_string(0, at, title, self._head)
        if has_head:
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
            sheet.repeat_rows(0)
        names = [title for title, _ in heads]
        if _LAST_PRINTED in names:
            sheet.print_area(0, 0, len(rows), names.index(_LAST_PRINTED))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for number, row in enumerate(rows, start=int(has_head)):
            # Excel fits rows to wrapped texts when it opens a file; others do not.
            lines = max(_lines(cell, width) for cell, (_, width) in zip(row, heads, strict=True))
            sheet.set_row(number, min(lines * _LINE_HEIGHT, _MOST_HEIGHT))
            for at, cell in enumerate(row):
                self._write(sheet, number, at, cell)

    def _write(self, sheet: Any, row: int, column: int, cell: _Cell) -> None:
        match cell:
            case None | "":
                return
            case int():
                sheet.write_number(row, column, cell, self._plain)
            case _Moment(moment, precision):
                sheet.write_datetime(row, column, moment, self._dates[precision])
            case _Marked(text, ranges):
                self._write_marked(sheet, row, column, text, ranges)
            case str():
                text = _cell_text(cell)
                sheet.write_string(row, column, text, self._quoted if is_formula(text) else self._plain)

    def _write_marked(self, sheet: Any, row: int, column: int, text: str, ranges: tuple[Range, ...]) -> None:
        """Write a text with its marks; one part alone, and a text that is too long, has none."""
        parts = [(_cell_text(part), is_match) for part, is_match in split_ranges(text, ranges) if part]
        shown = _cell_text(text)
        cell_format = self._quoted if is_formula(shown) else self._plain
        if len(parts) < 2 or sum(len(part) for part, _ in parts) > len(shown):
            sheet.write_string(row, column, shown, cell_format)
            return
        fragments: list[Any] = []
        for part, is_match in parts:
            fragments += [self._mark, part] if is_match else [part]
        sheet.write_rich_string(row, column, *fragments, cell_format)


def _lines(cell: _Cell, width: int) -> int:
    """Return about how many lines a cell takes in a column of `width` characters of a Latin font."""
    text = cell.text if isinstance(cell, _Marked) else cell if isinstance(cell, str) else ""
    return sum(max(-(-columns(line) // max(width - 3, 1)), 1) for line in text.split("\n"))


def _cell_text(text: str) -> str:
    """Return a text as a cell can have it."""
    shown = _NOT_XML.sub("\ufffd", spreadsheet_text(text))
    units = shown.encode("utf-16-le")  # Excel counts these
    if len(units) <= 2 * _MOST_CHARACTERS:
        return shown
    return units[: 2 * (_MOST_CHARACTERS - 1)].decode("utf-16-le", "ignore") + "…"
