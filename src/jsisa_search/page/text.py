"""Plain text -> `Page`: one line, one paragraph."""

from __future__ import annotations

from jsisa_search.page.lines import Line, Page, split_lines, strip


def read_text(text: str) -> Page:
    """Return the lines of a plain text page that are not blank."""
    stripped = ((number, strip(line)) for number, line in enumerate(split_lines(text), 1))
    return Page(tuple(Line(line, number) for number, line in stripped if line))
