"""Text of pages within other formats: nothing in it is taken for markup or for a formula."""

from __future__ import annotations

import re
from typing import Any

from jsisa_search.export.plain import one_line, plain_text

# A spreadsheet takes a cell that begins like this for a formula, also after blanks and in full width.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

# What Markdown reads as markup anywhere in a line, and what it does at its beginning only.
_MARKUP = re.compile(r"([\\`*_\[\]<>!#|~&$@]|(?<=[A-Za-z]):(?=//)|(?<=www)\.)", re.IGNORECASE)
_LINE_MARKUP = re.compile(r"\s*(\d+(?=[.)](?:\s|$))|(?=[-+=]))")
_BACKTICKS = re.compile("`+")


def spreadsheet_cell(value: Any) -> Any:
    """Return `value` for a spreadsheet: a text that it would take for a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    text = spreadsheet_text(value)
    return f"'{text}" if is_formula(text) else text


def spreadsheet_text(text: str) -> str:
    """Return `text` as a cell can show it: its line ends are line feeds, nothing in it is invisible."""
    lines = _LINE_END.sub("\n", text).split("\n")
    return "\n".join(plain_text(one_line(line)) for line in lines)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet takes a typed `text` for a formula."""
    return _FORMULA.match(text) is not None


def escape_markdown(text: str) -> str:
    """Return `text` in one line, without any meaning in Markdown."""
    return _MARKUP.sub(r"\\\1", plain_text(text))


def escape_line_start(line: str) -> str:
    """Return an escaped line that begins no list, heading or block of code."""
    return _LINE_MARKUP.sub(r"\1\\", line.lstrip(), count=1) if _LINE_MARKUP.match(line) else line.lstrip()


def code_span(text: str) -> str:
    """Return `text` as code; its fence is longer than any run of backticks in it."""
    text = plain_text(text)
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    blank = " " if len(fence) > 1 else ""
    return f"{fence}{blank}{text}{blank}{fence}"
