"""`ParagraphWriter`: the paragraphs and cells of a word processor's document -> numbered lines."""

from __future__ import annotations

import re

from jsisa_search.page.budget import count
from jsisa_search.page.formats.docx import CELL_GAP
from jsisa_search.page.formats.ooxml import Style
from jsisa_search.page.lines import NO_HEADING, Line, clean_line, split_lines, strip

_BLANKS = re.compile(r"[ \t]+")


class ParagraphWriter:
    """Collects lines in reading order, numbered by paragraph, row and break, as those of a .docx are."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.title_line: int | None = None
        self._number = 0
        self._cells: list[str] = []  # of the row
        self._cell: list[str] = []  # paragraphs of the cell

    def add_paragraph(self, text: str, style: Style, label: str = "", *, is_text: bool = True) -> None:
        """Add a paragraph with the number that its list gives it; a row that was begun ends before it.

        A note or a text box is no `is_text`: none of its lines is a heading or the title.
        """
        self.end_row()
        for place, piece in enumerate(split_lines(text)):
            self._number += 1
            shown = clean_blanks(piece)
            if shown:
                if style.is_title and is_text and self.title_line is None:
                    self.title_line = self._number
                level = style.level if is_text else NO_HEADING
                self._add(shown if place else label + shown, level, is_quoted=style.is_quoted)

    def add_to_cell(self, text: str) -> None:
        """Add a paragraph to the cell that is open."""
        self._cell.append(clean_blanks(text))

    def end_cell(self) -> None:
        """End a cell; an empty one shows nothing."""
        text = " ".join(filter(None, self._cell))
        if text:
            self._cells.append(text)
        self._cell.clear()

    def end_row(self) -> None:
        """End a row, if one was begun."""
        self.end_cell()
        if self._cells:
            self._number += 1
            self._add(CELL_GAP.join(self._cells), NO_HEADING)
            self._cells.clear()

    def _add(self, text: str, level: int | None, *, is_quoted: bool = False) -> None:
        count("lines")
        self.lines.append(Line(text, self._number, level, is_quoted=is_quoted))


def clean_blanks(text: str) -> str:
    """Return `text` as one clean line, blanks and tabs in it as one blank."""
    return strip(_BLANKS.sub(" ", clean_line(text)))
