"""Workbook (.xls, .xlsx) -> its sheets, each a release: `stock.xlsx#Sheet1`; a single one has no name.

A sheet whose columns are a text and a title or a date has a release in each row: `stock.xlsx#Sheet1#12`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsisa_search.errors import ExtraMissingError, PageError, PageTooLargeError
from jsisa_search.page.budget import Budget
from jsisa_search.page.containers.csv_rows import is_record_header, read_records
from jsisa_search.page.containers.json_records import gather_reasons
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.containers.table import read_table
from jsisa_search.page.formats import subprogram, workbook_cells
from jsisa_search.page.formats.ole import SIGNATURE, read_streams
from jsisa_search.page.lines import clean_line
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

_INSTALL = mark(
    'needs the extra for workbooks; install it with: python -m pip install "jsisa-search[office]"'
)
_ENCRYPTED = mark("is encrypted; save it without a password")
_DAMAGED = mark("is a damaged workbook; open it and save it again")
_STREAMS = ("Workbook", "Book")
_PASSWORD_RECORD = 0x2F
_PASSWORD_WITHIN = 4  # records
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[-+]?[\d.,:%\-/ ]+")


def read_workbook(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the sheets that are shown; empty ones are left out.

    Raise `ExtraMissingError` without the extra, `PageTooLargeError` where reading takes more time or memory
    than is given to one workbook, and `PageError` for one that is encrypted, damaged or empty.
    """
    sheets = _take_sheets(data)
    filled = [sheet for sheet in sheets if "error" in sheet or any(map(any, sheet["rows"]))]
    if not filled:
        raise PageError(tr("holds no text"))
    names: dict[str, int] = {}
    for sheet in filled:
        name = _member_name(sheet["name"], names) if len(filled) > 1 else ""
        if not budget.take(0):
            yield Part(name, ".xlsx", reason=tr("lies beyond what is read of one file; split the file"))
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
            yield from gather_reasons(read_records(records, names, budget, prefix=name), tr("rows"))
            return
    yield Part(name, ".xlsx", page=read_table(enumerate(rows, sheet["first"]), name=sheet["name"]))


def _take_sheets(data: bytes) -> list[dict[str, Any]]:
    """Return the sheets as the other process gives them."""
    if find_spec("python_calamine") is None:
        raise ExtraMissingError(tr(_INSTALL))
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
            raise ExtraMissingError(tr(_INSTALL))
        case "password":
            raise PageError(tr(_ENCRYPTED))
        case "memory":
            raise PageTooLargeError(tr("takes more memory to read than is given to one workbook; split it"))
        case _:
            raise PageError(tr(_ENCRYPTED if _has_password(data) else _DAMAGED))


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
        return tr("has more than {rows:,} rows or {cells:,} cells; split it").format(
            rows=limits["rows"], cells=limits["cells"]
        )
    return tr("is damaged; open the workbook and save it again")


def _member_name(name: str, names: dict[str, int]) -> str:
    """Return the name of a sheet as that of a member, numbered where an earlier one has it already."""
    shown = clean_line(name).strip()[: load_rules("budget")["limits"]["name_characters"]] or "sheet"
    number = names[shown] = names.get(shown, 0) + 1
    return f"#{shown}" if number == 1 else _member_name(f"{shown}~{number}", names)
