"""Markdown -> `Page`: front matter, headings and paragraphs, without the marks of emphasis and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

from jsisa_search.page.facts.byline import field_of_key, parse_metadata
from jsisa_search.page.lines import NO_HEADING, Line, Page, clean_text, split_lines, strip

_ATX = re.compile(r"(#{1,6})(?:[ \t\u3000]+|(?=[^#\s\x00-\x7f]))(.*)")
_SETEXT = re.compile(r"(=+|-+)\s*")
_RULE = re.compile(r"(?:[-*_][ \t]*){3,}|\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[\w-]*")
_MARKER = re.compile(r"(?:>[ \t]?)+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_FRONT_LINE = re.compile(r"([\w \-]{1,40})[:：][ \t]*(.{0,2000})")
_COMMENT = re.compile(r"<!--[^<]{0,2000}?-->")
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s[^()]{0,200})?\)")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\(([^()\s]{0,2000})(?:\s[^()]{0,200})?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_STRONG = re.compile(r"(\*{1,3}|_{2,3}|~~|`{1,2})(?=\S)([^*_~`]{1,2000}?)(?<=\S)\1")
_TAG = re.compile(r"</?(?:br|p|div|span|b|i|u|em|strong|font|center|sup|sub)\b[^<>]{0,200}>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_JOIN_FROM = 20  # characters; a shorter line was ended on purpose, a longer one without a stop was wrapped
_STOPS = tuple("。！？；：.!?;:”）)」』")


def read_markdown(text: str) -> Page:
    """Return the lines of a Markdown page; the first heading of the first level is its title."""
    raw = split_lines(text)
    fields, start = _read_front_matter(raw)
    lines = tuple(_join_wrapped(_read_lines(raw, start)))
    return Page(lines, fields, title_line=_find_title_line(lines, fields))


def _read_front_matter(raw: list[str]) -> tuple[dict[str, str], int]:
    """Return the known fields between two lines of `---` at the top, and where the text begins."""
    if not raw or raw[0].strip() != "---":
        return {}, 0
    end = next((at for at, line in enumerate(raw[1:200], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return {}, 0
    fields: dict[str, str] = {}
    for line in raw[1:end]:
        match = _FRONT_LINE.fullmatch(line.strip())
        name = field_of_key(match[1]) if match else None
        value = strip(match[2]).strip("\"'") if match else ""
        if name and value:
            fields.setdefault(name, value)
    return fields, end + 1


def _read_lines(raw: list[str], start: int) -> Iterator[tuple[Line, bool]]:
    """Yield each line with text, and whether it goes on from the line above as a wrapped paragraph does."""
    follows = in_fence = False
    for at in range(start, len(raw)):
        text = raw[at].strip()
        if _FENCE.fullmatch(text):
            in_fence, follows = not in_fence, False
        elif not text or _is_rule(raw, at):
            follows = False
        elif in_fence:
            yield Line(strip(text), at + 1), False
        else:
            line, is_plain = _read_line(raw, at)
            if line.text:
                yield line, follows and is_plain
                follows = not line.level
            else:
                follows = False


def _is_rule(raw: list[str], at: int) -> bool:
    """Whether a line only draws: a rule, the underline of a heading, the second line of a table."""
    text = raw[at].strip()
    return len(text) < 2000 and bool(
        _RULE.fullmatch(text) or (_SETEXT.fullmatch(text) and at and raw[at - 1].strip())
    )


def _read_line(raw: list[str], at: int) -> tuple[Line, bool]:
    """Return one line without its marks, and whether it is plain text and no heading, item or row."""
    text = strip(raw[at])
    atx = _ATX.fullmatch(text)
    if atx:
        return Line(_plain(atx[2].rstrip("# \t")), at + 1, len(atx[1])), False
    below = raw[at + 1].strip() if at + 1 < len(raw) else ""
    if len(below) < 200 and len(below) > 1 and _SETEXT.fullmatch(below) and len(text) < 200:
        return Line(_plain(text), at + 1, 1 if below[0] == "=" else 2), False
    if text.startswith("|") and text.endswith("|"):
        return Line(
            _plain(" | ".join(strip(cell) for cell in text.strip("|").split("|"))), at + 1, NO_HEADING
        ), False
    marker = _MARKER.match(text)
    if marker:
        return Line(_plain(text[marker.end() :]), at + 1, NO_HEADING), False
    return Line(_plain(text), at + 1), True


def _plain(text: str) -> str:
    """Return inline Markdown as the text that a reader sees."""
    for pattern, replacement in (
        (_COMMENT, ""),
        (_IMAGE, r"\1"),
        (_LINK, r"\1"),
        (_AUTOLINK, r"\1"),
        (_STRONG, r"\2"),
        (_STRONG, r"\2"),
        (_TAG, ""),
        (_ESCAPE, r"\1"),
    ):
        text = pattern.sub(replacement, text)
    return strip(clean_text(unescape(text)))


def _join_wrapped(lines: Iterator[tuple[Line, bool]]) -> Iterator[Line]:
    """Join paragraphs that were wrapped over lines; lines that were ended on purpose stay apart."""
    pending: list[str] = []
    first: Line | None = None
    for line, follows in lines:
        if first and follows and _is_wrapped(pending[-1]) and not parse_metadata(line.text, in_head=True):
            pending.append(line.text)
            continue
        if first:
            yield Line(_join(pending), first.number, first.level)
        first, pending = line, [line.text]
    if first:
        yield Line(_join(pending), first.number, first.level)


def _is_wrapped(text: str) -> bool:
    return len(text) >= _JOIN_FROM and not text.endswith(_STOPS) and not parse_metadata(text, in_head=True)


def _join(parts: list[str]) -> str:
    """Join the lines of a paragraph: with a blank between Latin words, without one otherwise."""
    joined = [parts[0]]
    for before, after in pairwise(parts):
        joined.append((" " if before[-1].isascii() and after[0].isascii() else "") + after)
    return "".join(joined)


def _find_title_line(lines: tuple[Line, ...], fields: dict[str, str]) -> int | None:
    """Return the line of the title: the line that repeats the front matter's, else the first `#`."""
    if "title" in fields:
        return next((line.number for line in lines[:20] if line.text == fields["title"]), None)
    top = [line.number for line in lines if line.level == 1]
    first = next((line.number for line in lines if line.level), None)
    return top[0] if top and top[0] == first else None
