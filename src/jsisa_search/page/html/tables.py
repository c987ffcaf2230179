"""Which tables hold data, and are read row by row, and which merely lay out the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jsisa_search.page.rules import load_rules

if TYPE_CHECKING:
    from lxml.etree import _Element

CELL_GAP = " | "
_LAYOUT = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "form", "iframe", "hr", "article", "section")
)


def find_data_tables(root: _Element) -> frozenset[_Element]:
    """Return the tables whose rows are lines: no table within, and several short cells to a row."""
    return frozenset(table for table in root.iter("table") if _is_data(table))


def _is_data(table: _Element) -> bool:
    limits = load_rules("html")["tables"]
    if next(table.iterdescendants("table"), None) is not None:
        return False
    cells = longest = rows = 0
    for row in table.iter("tr"):
        row_cells = [cell for cell in row if cell.tag in ("td", "th")]
        rows += bool(row_cells)
        cells += len(row_cells)
        for cell in row_cells:
            if len(cell) > limits["elements"] or any(child.tag in _LAYOUT for child in cell):
                return False
            longest = max(longest, len("".join(map(str, cell.itertext())).strip()))
            if longest > limits["cell"]:
                return False
    return cells > rows
