"""Plain text -> `Page`: one line, one paragraph, unless the lines show that they were wrapped."""

from __future__ import annotations

from jsisa_search.page.lines import Line, Page, split_lines
from jsisa_search.page.wrapped import unwrap


def read_text(text: str) -> Page:
    """Return the lines of a plain text page that are not blank; those of a wrapped paragraph as one."""
    return Page(tuple(Line(line, number) for number, line in unwrap(split_lines(text)) if line))
