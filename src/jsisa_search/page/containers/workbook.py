"""Workbook (.xls, .xlsx) -> its sheets, each a release: `stock.xlsx#Sheet1`; a single one has no name.

A sheet whose columns are a text and a title or a date has a release in each row: `stock.xlsx#Sheet1#12`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsisa_search.errors import ExtraMissingError, PageError, PageTooLargeError
from jsisa_search.page.budget import Budget, watched
from jsisa_search.page.containers.csv_rows import is_record_header, read_records
from jsisa_search.page.containers.json_records import gather_reasons
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.formats import subprogram, workbook_cells
from jsisa_search.page.formats.docx import CELL_GAP
from jsisa_search.page.formats.ole import SIGNATURE, read_streams
from jsisa_search.page.lines import NO_HEADING, Header, Line, Page, clean_line, strip
from jsisa_search.page.rules import compile_patterns, load_rules
from jsisa_search.page.structure.header import read_header

_INSTALL = 'needs the extra for workbooks; install it with: python -m pip install "jsisa-search[office]"'
_ENCRYPTED = "is encrypted; save it without a password"
_DAMAGED = "is a damaged workbook; open it and save it again"
_STREAMS = ("Workbook", "Book")
_PASSWORD_RECORD = 0x2F
_PASSWORD_WITHIN = 4  # records
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[-+]?[\d.,:%\-/ ]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row by its number, with the texts of its cells; empty ones are empty texts."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(filter(None, self.cells))


def read_workbook(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the sheets that are shown; empty ones are left out.

    Raise `ExtraMissingError` without the extra, `PageTooLargeError` where reading takes more time or memory
    than is given to one workbook, and `PageError` for one that is encrypted, damaged or empty.
    """
    sheets = _take_sheets(data)
    filled = [sheet for sheet in sheets if "error" in sheet or any(map(any, sheet["rows"]))]
    if not filled:
        raise PageError("holds no text")
    names: dict[str, int] = {}
    for sheet in filled:
        name = _member_name(sheet["name"], names) if len(filled) > 1 else ""
        if not budget.take(0):
            yield Part(name, ".xlsx", reason="lies beyond what is read of one file; split the file")
            return
        if "error" in sheet:
            yield Part(name, ".xlsx", reason=_reason(sheet["error"]))
        else:
            yield from _read_sheet(sheet, name, budget)


def _read_sheet(sheet: dict[str, Any], name: str, budget: Budget) -> Iterator[Part]:
    """Yield the release of a sheet, or those of its rows where the columns are those of releases."""
    rows: list[list[str]] = sheet["rows"]
    for at, names in enumerate(rows[: load_rules("office")["columns"]["within"]]):
        if is_record_header(names):
            records = (
                (number, row)
                for number, row in enumerate(rows[at + 1 :], sheet["first"] + at + 1)
                if any(row)
            )
            yield from gather_reasons(read_records(records, names, budget, prefix=name), "rows")
            return
    yield Part(name, ".xlsx", page=read_sheet(sheet["name"], rows, first=sheet["first"]))


def _take_sheets(data: bytes) -> list[dict[str, Any]]:
    """Return the sheets as the other process gives them."""
    if find_spec("python_calamine") is None:
        raise ExtraMissingError(_INSTALL)
    limits = load_rules("office")["limits"]
    answer = subprogram.run_program(
        Path(workbook_cells.__file__),
        [limits["rows"], limits["cells"], limits["memory"]],
        data,
        seconds=limits["seconds"],
        damaged=_DAMAGED,
    )
    match answer.get("error"):
        case None:
            sheets: list[dict[str, Any]] = answer["sheets"]
            return sheets
        case "missing":
            raise ExtraMissingError(_INSTALL)
        case "password":
            raise PageError(_ENCRYPTED)
        case "memory":
            raise PageTooLargeError("takes more memory to read than is given to one workbook; split it")
        case _:
            raise PageError(_ENCRYPTED if _has_password(data) else _DAMAGED)


def _has_password(data: bytes) -> bool:
    """Whether an .xls has a password: calamine, when it tries the formats in turn, reports it as damaged.

    The record that says so (FILEPASS) follows the first of the stream, or its write protection.
    """
    if not data.startswith(SIGNATURE):
        return False
    stream = next(iter(read_streams(data, _STREAMS).values()), b"")
    at = 0
    for _ in range(_PASSWORD_WITHIN):
        kind, length = (int.from_bytes(stream[place : place + 2], "little") for place in (at, at + 2))
        if kind == _PASSWORD_RECORD:
            return True
        at += 4 + length
    return False


def _reason(error: str) -> str:
    limits = load_rules("office")["limits"]
    if error == "rows":
        return f"has more than {limits['rows']:,} rows or {limits['cells']:,} cells; split it"
    return "is damaged; open the workbook and save it again"


def _member_name(name: str, names: dict[str, int]) -> str:
    """Return the name of a sheet as that of a member, numbered where an earlier one has it already."""
    shown = clean_line(name).strip()[: load_rules("budget")["limits"]["name_characters"]] or "sheet"
    number = names[shown] = names.get(shown, 0) + 1
    return f"#{shown}" if number == 1 else _member_name(f"{shown}~{number}", names)


def read_sheet(name: str, rows: Sequence[Sequence[str]], *, first: int = 1) -> Page:
    """Return the rows of a table, numbered from `first`, as lines.

    What stands above the names of the columns is the head: title, office, date. Below it a row reads
    "column: value | column: value", so that a passage says what its values are.
    """
    table = [
        _Row(number, tuple(strip(_BLANKS.sub(" ", clean_line(cell))) for cell in row))
        for number, row in enumerate(watched(rows), first)
    ]
    table = [row for row in table if row.filled]
    at = _find_columns(table)
    above = () if at is None else tuple(Line(CELL_GAP.join(row.filled), row.number) for row in table[:at])
    columns = () if at is None else table[at].cells
    body = tuple(
        Line(_shown(row, columns if number else ()), row.number, NO_HEADING)
        for number, row in enumerate(watched(table[at or 0 :]))
    )
    header = read_header(Page(above, title_line=above[0].number)) if above else None
    if header is None:
        header = Header(None, None, {}, None, ())
    title = header.title or (clean_line(name) if not _is_default(name) else None)
    return Page((), header=replace(header, title=title, body=(*header.body, *body), marks_headings=True))


def _find_columns(table: Sequence[_Row]) -> int | None:
    """Return the index of the row that has the names of the columns, `None` for a table without one.

    It is the first row with several cells, all of them short texts that are no numbers and say nothing by
    themselves, above another row with several.
    """
    limits = load_rules("office")["columns"]
    for at, row in enumerate(table[: limits["within"]]):
        if len(row.filled) < 2:
            continue
        names_something = all(
            len(cell) <= limits["longest"] and not _NUMBER.fullmatch(cell) and not cell.endswith(("：", ":"))
            for cell in row.filled
        )
        if names_something and not any("：" in cell for cell in row.filled):
            return at if any(len(below.filled) > 1 for below in table[at + 1 : at + 3]) else None
    return None


def _shown(row: _Row, columns: Sequence[str]) -> str:
    """Return a row in one line; a row with one cell, such as a remark, is that cell."""
    if not columns or len(row.filled) == 1:
        return CELL_GAP.join(row.filled)
    names = (*columns, *("" for _ in row.cells[len(columns) :]))
    pairs = zip(names, row.cells, strict=False)
    return CELL_GAP.join(f"{name}：{cell}" if name else cell for name, cell in pairs if cell)


def _is_default(name: str) -> bool:
    """Whether the name of a sheet is the one that the program gave it."""
    return compile_patterns("office", "columns", "default_names").fullmatch(name.strip()) is not None
