"""Plain text, and lines that were wrapped at a column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from jsisa_search.page.budget import watched
from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.lines import Line, Page, split_lines, strip
from jsisa_search.page.rules import compile_patterns, load_rules

_ENDS = tuple("。！？；：.!?;:…”）)」』")
_INDENTS = (" ", "\t", "\u3000")


def join_pieces(pieces: Sequence[str]) -> str:
    """Return the lines of a paragraph as one: a blank between Latin words, none beside a Han character.

    A word that was hyphenated at the end of a line keeps the hyphen, which may be part of it.
    """
    joined = list(pieces[:1])
    for before, after in pairwise(pieces):
        if before and after:
            is_latin = before[-1].isascii() and after[0].isascii() and before[-1] not in " -/"
            joined.append(" " if is_latin else "")
        joined.append(after)
    return "".join(joined)


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text was wrapped: the columns of its longest lines, and whether paragraphs are indented."""

    columns: int
    is_indented: bool

    def joins(self, line: str, below: str) -> bool:
        """Whether `below`, the very next line, goes on with `line`."""
        if not strip(line) or not strip(below) or below.startswith(_INDENTS):
            return False
        if not _is_full(line, below, self.columns) or (not self.is_indented and line.endswith(_ENDS)):
            return False
        if compile_patterns("wrapping", "starts").match(below) or not _is_text(below):
            return False
        return parse_metadata(line, in_head=True) is None and parse_metadata(below, in_head=False) is None


def find_wrapping(lines: Sequence[str]) -> Wrapping | None:
    """Return how a text was wrapped, `None` where each of its lines is a paragraph.

    Its longest lines show that a text is wrapped: they have the columns of a screen or a form, there are
    several of them, and most lines with a line right below are among them, headings and cells aside.
    """
    limits = load_rules("wrapping")["limits"]
    columns = max(map(_width, lines), default=0)
    if not limits["narrowest"] <= columns <= limits["widest"]:
        return None
    pairs = [(line, below) for line, below in pairwise(lines) if strip(line) and strip(below)]
    inner = [
        (line, below)
        for line, below in pairs
        if not below.startswith(_INDENTS) and _width(line) >= limits["short"] * columns
    ]
    full = [line for line, below in inner if _is_full(line, below, columns)]
    cut = [line for line in full if not line.endswith(_ENDS)]
    if len(cut) < limits["least"] or len(full) < limits["share"] * len(inner):
        return None
    return Wrapping(columns, any(below.startswith(_INDENTS) for _, below in pairs))


def unwrap(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a text with the number of the line on which each begins, from 1."""
    wrapping = find_wrapping([line.rstrip() for line in lines])
    pending: list[str] = []
    first, above = 1, ""
    for number, line in enumerate(watched(lines), 1):
        if pending and wrapping and wrapping.joins(above, line.rstrip()):
            pending.append(strip(line))
        else:
            if pending:
                yield first, join_pieces(pending)
            first, pending = number, [strip(line)]
        above = line.rstrip()
    if pending:
        yield first, join_pieces(pending)


def _is_full(line: str, below: str, columns: int) -> bool:
    """Whether the first character of `below`, or its first Latin word, did not fit on `line`."""
    limits = load_rules("wrapping")["limits"]
    word = len(below.split(" ", 1)[0]) if below[:1].isascii() and line[-1:].isascii() else 0
    least = columns - limits["slack"]
    return bool(_width(line) + min(word, limits["word"]) > least)


def _is_text(line: str) -> bool:
    """Whether a line has more than the characters of a rule or a frame."""
    return any(char.isalnum() for char in line)


def _width(line: str) -> int:
    return len(line) if line.isascii() else sum(map(_columns, line))


@cache
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def read_text(text: str) -> Page:
    """Return the lines of a plain text page that are not blank; those of a wrapped paragraph as one."""
    return Page(tuple(Line(line, number) for number, line in unwrap(split_lines(text)) if line))
