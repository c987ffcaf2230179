"""The rows of a table (a sheet, a .csv) -> `Page`: lines that name their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jsisa_search.page.budget import count, watched
from jsisa_search.page.formats.docx import CELL_GAP
from jsisa_search.page.labeller.article import label_lines
from jsisa_search.page.lines import NO_HEADING, Header, Line, Page, clean_line, strip
from jsisa_search.page.rules import compile_patterns, load_rules

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


def read_table(rows: Iterable[tuple[int, Sequence[str]]], *, name: str = "") -> Page:
    """Return numbered rows as lines; `name` is the title where the table has none above it.

    What is above the names of the columns is the head: title, office, date. Below it a row reads
    "column: value | column: value", so that a passage says what its values are.
    """
    table: list[_Row] = []
    for number, cells in watched(rows):
        count("lines")
        table.append(_Row(number, tuple(strip(_BLANKS.sub(" ", clean_line(cell))) for cell in cells)))
    table = [row for row in table if row.filled]
    at = _find_columns(table)
    above = () if at is None else tuple(Line(CELL_GAP.join(row.filled), row.number) for row in table[:at])
    columns = () if at is None else table[at].cells
    body = tuple(
        Line(_shown(row, columns if number else ()), row.number, NO_HEADING)
        for number, row in enumerate(watched(table[at or 0 :]))
    )
    header = label_lines(Page(above, title_line=above[0].number)).header if above else None
    if header is None:
        header = Header(None, None, {}, None, ())
    title = header.title or (None if _is_default(name) else clean_line(name))
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
    """Whether a sheet has no name, or the one that the program gave it."""
    return (
        not name.strip()
        or compile_patterns("office", "columns", "default_names").fullmatch(name.strip()) is not None
    )
