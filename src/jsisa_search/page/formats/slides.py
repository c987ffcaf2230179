"""`SlideWriter`: the titles, texts and rows of slides -> numbered lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jsisa_search.page.budget import count
from jsisa_search.page.formats.docx import CELL_GAP
from jsisa_search.page.formats.paragraphs import clean_blanks
from jsisa_search.page.lines import NO_HEADING, Line, Page, split_lines

_TITLE_LEVEL = 1


class SlideWriter:
    """Collects the lines of a presentation; the page of a line is the number of its slide."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._slide = 0
        self._title_line: int | None = None

    def begin_slide(self, number: int) -> None:
        """Go on to the slide with this number."""
        self._slide = number

    def add_title(self, text: str) -> None:
        """Add the title of a slide: as the first line of all it is the title, on later slides a heading."""
        is_first = not self._lines
        self._add(text.replace("\n", " "), None if is_first else _TITLE_LEVEL)
        if is_first and self._lines:
            self._title_line = 1

    def add_text(self, text: str) -> None:
        """Add a paragraph; a break in it begins a line."""
        for piece in split_lines(text):
            self._add(piece, NO_HEADING)

    def add_row(self, cells: Iterable[str]) -> None:
        """Add the row of a table."""
        self._add(CELL_GAP.join(filter(None, map(clean_blanks, cells))), NO_HEADING)

    def page(self, fallbacks: Mapping[str, str]) -> Page:
        """Return all lines as a page."""
        return Page(tuple(self._lines), title_line=self._title_line, fallbacks=fallbacks)

    def _add(self, text: str, level: int | None) -> None:
        shown = clean_blanks(text)
        if shown:
            count("lines")
            count("characters", len(shown))
            self._lines.append(Line(shown, len(self._lines) + 1, level, self._slide))
