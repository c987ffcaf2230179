"""The places of the lines of a page -> their reading order, and which of them go on one in the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from jsisa_search.page.rules import compile_patterns, load_rules

_DIGITS = re.compile(r"\d+|[一二三四五六七八九十百]+(?=[页頁])")
_MOST_ROWS = 3_000  # of a page; a page with more is read in the order in which it was written
_CELL = " | "
_SENTENCE_ENDS = ("。", "！", "？", "；", "：", "”", "）", ".", "!", "?", ":", ";")


@dataclass(frozen=True, slots=True)
class Row:
    """A line on a page: its text and edges in points, and the edges of its column.

    `pitch` is the distance to the line above it, in points, `usual` that of most lines of the page.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    column: tuple[float, float] = (0.0, 0.0)
    pitch: float = 0.0
    usual: float = 0.0
    is_table: bool = False
    page: int = 0
    number: int = 0

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.bottom + self.top) / 2

    def at(self, page: int, number: int) -> Row:
        """Return this line as line `number` of the document, on page `page`."""
        return replace(self, page=page, number=number)

    def continues(self, above: Row, body: float) -> bool:
        """Whether this line goes on with the paragraph of the line above it."""
        rules = load_rules("pdf")["join"]
        if compile_patterns("pdf", "join", "apart").match(self.text):
            return False
        if self.is_table or above.is_table or abs(self.size - above.size) > rules["size"] * above.size:
            return False
        is_apart = self.pitch > rules["pitch"] * max(self.usual, self.size)
        if above.size > rules["title"] * body:  # a title of several lines, whatever their lengths
            return self.page == above.page and self.pitch < 2 * self.size
        if self._is_centred() and above._is_centred():
            return False
        # No sentence ends in the midst of a word, so that a line without its end may be a little shorter.
        reach = rules["full"] if above.text.endswith(_SENTENCE_ENDS) else rules["open"]
        is_full: bool = above.column[1] - above.right <= reach * above.size
        is_indented = self.left - self.column[0] > rules["indent"] * self.size
        return is_full and not is_indented and (self.page != above.page or not is_apart)

    def _is_centred(self) -> bool:
        left, right = self.left - self.column[0], self.column[1] - self.right
        return left > self.size and right > self.size and abs(left - right) < 2 * self.size

    def is_title(self, body: float, height: float) -> bool:
        """Whether this line is as large as titles are, in the upper half of the page."""
        is_large: bool = self.size > load_rules("pdf")["join"]["title"] * body
        return is_large and self.middle > height / 2 and len(self.text) > 3


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: its size in points and its rows in the order in which they were written."""

    width: float
    height: float
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, width: float, height: float, runs: Iterable[Sequence[Any]]) -> Layout:
        """Return the layout of runs, each a list of text, left, bottom, right, top and size."""
        return cls(width, height, tuple(Row(*run) for run in runs))


def drop_margins(layouts: list[Layout]) -> list[Layout]:
    """Return the pages without page numbers, and without what is at one place of several pages."""
    heads = _running_heads(layouts)
    return [
        replace(layout, rows=tuple(row for row in layout.rows if not _is_margin(row, layout, heads)))
        for layout in layouts
    ]


def _running_heads(layouts: list[Layout]) -> set[tuple[str, int]]:
    """Return text, without its numbers, and place of the lines that come again on further pages."""
    rules = load_rules("pdf")["margins"]
    pages: dict[tuple[str, int], set[int]] = {}
    for number, layout in enumerate(layouts):
        for row in layout.rows:
            if _in_zone(row, layout):
                for place in _places(row):
                    pages.setdefault((_key(row), place), set()).add(number)
    least = min(rules["pages"], max(2, round(len(layouts) * rules["share"])))
    return {key for key, on in pages.items() if len(on) >= least}


def _is_margin(row: Row, layout: Layout, heads: set[tuple[str, int]]) -> bool:
    if not _in_zone(row, layout):
        return False
    return _page_number().fullmatch(row.text.strip()) is not None or any(
        (_key(row), place) in heads for place in _places(row)
    )


def _in_zone(row: Row, layout: Layout) -> bool:
    zone = load_rules("pdf")["margins"]["zone"] * layout.height
    return bool(row.middle < zone or row.middle > layout.height - zone)


def _places(row: Row) -> tuple[int, int]:
    """Return the steps of height near a line, so that neighbours share one."""
    step = load_rules("pdf")["margins"]["height"]
    return int(row.middle // step), int((row.middle + step / 2) // step) + 100_000


def _key(row: Row) -> str:
    return _DIGITS.sub("#", row.text.replace(" ", ""))


@cache
def _page_number() -> re.Pattern[str]:
    return compile_patterns("pdf", "margins", "numbers")


def arrange(layout: Layout) -> list[Row]:
    """Return the rows of a page in reading order: columns one after the other, tables row by row."""
    rows = list(layout.rows)
    if len(rows) > _MOST_ROWS:
        return _measure(_merge(rows))
    return [row for block in _blocks(rows) for row in _measure(_merge(block))]


def _blocks(rows: list[Row]) -> list[list[Row]]:
    """Return the stretches of a page that have one column, without recursion."""
    blocks: list[list[Row]] = []
    pending = [rows]
    while pending:
        block = pending.pop()
        parts = _cut_columns(block) or _cut_above_columns(block)
        if parts:
            pending.extend(reversed(parts))
        elif block:
            blocks.append(block)
    return blocks


def _cut_columns(rows: list[Row]) -> list[list[Row]]:
    """Return the two sides of a gap that runs down between columns of text; nothing where there is none."""
    rules = load_rules("pdf")["join"]
    if len(rows) < 2 * rules["column_lines"]:
        return []
    ordered = sorted(rows, key=lambda row: row.left)
    reach = ordered[0].right
    for at in range(1, len(ordered)):
        if ordered[at].left - reach > rules["gutter"] * ordered[at].size:
            sides = [ordered[:at], ordered[at:]]
            if all(_is_column(side) for side in sides):
                return [[row for row in rows if row in side] for side in map(set, sides)]
        reach = max(reach, ordered[at].right)
    return []


def _is_column(rows: list[Row]) -> bool:
    rules = load_rules("pdf")["join"]
    mean = sum(len(row.text) for row in rows) / len(rows)
    return bool(len(rows) >= rules["column_lines"] and mean >= rules["column"])


def _cut_above_columns(rows: list[Row]) -> list[list[Row]]:
    """Cut off a head that spans the columns below it, or a foot below them."""
    ordered = sorted(rows, key=lambda row: -row.middle)
    for at in range(1, min(len(ordered), 12)):
        if _cut_columns(ordered[at:]):
            return [ordered[:at], ordered[at:]]
        if _cut_columns(ordered[:-at]):
            return [ordered[:-at], ordered[-at:]]
    return []


def _merge(rows: list[Row]) -> list[Row]:
    """Return rows from top to bottom, those side by side as one: the cells of a table, or a spread line."""
    merged: list[Row] = []
    for row in sorted(rows, key=lambda row: (-row.middle, row.left)):
        above = merged[-1] if merged else None
        near = load_rules("pdf")["join"]["same_line"]
        if above and abs(above.middle - row.middle) <= near * min(above.size, row.size):
            merged[-1] = _side_by_side(above, row)
        else:
            merged.append(row)
    return merged


def _side_by_side(one: Row, other: Row) -> Row:
    first, second = sorted((one, other), key=lambda row: row.left)
    is_near = second.left - first.right < max(one.size, other.size)
    return replace(
        first,
        text=first.text + ("" if is_near else _CELL) + second.text,
        bottom=min(one.bottom, other.bottom),
        right=max(one.right, other.right),
        top=max(one.top, other.top),
        size=max(one.size, other.size),
        is_table=one.is_table or other.is_table or not is_near,
    )


def _measure(rows: list[Row]) -> list[Row]:
    """Return rows with the edges of their column and the distances between them."""
    if not rows:
        return []
    column = (min(row.left for row in rows), max(row.right for row in rows))
    pitches = [above.middle - row.middle for above, row in pairwise(rows)]
    usual = sorted(pitches)[len(pitches) // 2] if pitches else 0.0
    return [
        replace(row, column=column, pitch=pitch, usual=usual)
        for row, pitch in zip(rows, [0.0, *pitches], strict=True)
    ]
