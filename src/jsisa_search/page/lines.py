"""Lines of a page, its header, and the findings and doubts that explain how it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jsisa_search.model import Link, Release
from jsisa_search.page.facts.timestamps import Stamp
from jsisa_search.surrogates import without_surrogates

# Blanks, no-break and ideographic ones included, and the marks without width that editors leave at line ends.
_EDGES = " \t\n\r\f\v\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060\u2002\u2003\u2009"
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
# C0 and C1 controls but for tab and line ends, the soft hyphen, zero-width marks, bidirectional controls and
# surrogates. Line and paragraph separators and NEL become blanks: they part words, but no line of the file.
_REMOVED = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u206f\ufeff"
)
_SEPARATORS = "\x85\u2028\u2029"
_SURROGATES = "\ud800-\udfff"
_JOINER = "\u200d"
_UNCLEAN = re.compile(f"[{_REMOVED}{_SEPARATORS}{_SURROGATES}{_JOINER}]")
_MARKS = re.compile(f"[{_REMOVED}]+")
_SEPARATOR = re.compile(f"[{_SEPARATORS}]")
# A zero-width joiner is part of an emoji (👨‍👩‍👧, 👩🏽‍💻, ❤️‍🔥) and stays there only.
_EMOJI = "\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff"
_LOOSE_JOINER = re.compile(f"(?<![{_EMOJI}]){_JOINER}|{_JOINER}(?![{_EMOJI}])")
_LINE_BREAKS = re.compile(r"[\t\n\r]")
_DECORATION = "【】[]〖〗「」『』 "
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


NO_HEADING = 0
NUMBERED_HEADING = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line of a page, stripped and not empty.

    `number` is its 1-based line in the file; `level` is 1 to 6 where the format itself marks it as a
    heading, `NUMBERED_HEADING` where it marks a line whose number determines its rank, `NO_HEADING` where it
    can be none (an item of a list), `None` where its form decides; `page` is the 1-based page where
    the format has pages; `links` are the texts and addresses of the links in it. `is_quoted` says that the
    format sets it apart as a quotation.
    """

    text: str
    number: int
    level: int | None = None
    page: int | None = None
    links: tuple[tuple[str, str], ...] = ()
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """What the page says about the release, and the lines that are its text.

    `stamp` is a time without a label; `marks_headings` says that a short line without mark or number is
    no heading. `attachments`, `links` and `captions` are lines beside the text.
    """

    title: str | None
    title_line: int | None
    fields: Mapping[str, str]
    stamp: Stamp | None
    body: tuple[Line, ...]
    marks_headings: bool = False
    attachments: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    captions: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page in reading order.

    `fields` holds what the format states outside of the text (HTML `meta`, front matter) under the names of
    `labels.toml`; `window_title` is the title of the browser window, with the site's name still in it;
    `title_line` is the number of the line that the format marks as the title. `fallbacks` are fields that
    hold only where neither the text nor `fields` says anything. `addresses` are those under which the page
    is said to be, best first; `links` those of links in the text to its original.

    A format that knows more of its page than lines gives its `header` itself, and why in `findings`.
    """

    lines: tuple[Line, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    window_title: str | None = None
    title_line: int | None = None
    header: Header | None = None
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def strip(text: str) -> str:
    """Return `text` without blanks of any width, and without invisible marks, at both ends."""
    return text.strip(_EDGES)


def normalize(text: str) -> str:
    """Return `text` for comparison with a rule: inner blanks collapsed, decoration at both ends off."""
    return _BLANKS.sub(" ", text).strip(_DECORATION)


def clean_text(text: str) -> str:
    """Return `text` without characters that show nothing and can steer a terminal or reorder a line.

    Removed are control characters, bidirectional controls and zero-width marks; a joiner inside an emoji,
    tabs and line ends stay, so that line numbers do not change. Surrogates are paired, or become U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    if _UNCLEAN.search(text) is None:
        return text
    text = _SEPARATOR.sub(" ", _MARKS.sub("", without_surrogates(text)))
    return _LOOSE_JOINER.sub("", text) if _JOINER in text else text


def clean_line(text: str) -> str:
    """Return `text` as `clean_text` does, on one line: each tab and line end is a blank."""
    return _LINE_BREAKS.sub(" ", clean_text(text))


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` as an editor counts them: at CRLF, LF and CR only."""
    return _LINE_ENDS.split(text)


DoubtKind = Literal[
    "no title", "no date", "no text", "replacement characters", "several releases", "long field"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One decision: what was taken (`title`, `published`) or `left out`, its text, why and where.

    `sequence` names the element (`div#main > p`) or the name under which the format states it; `line` is the
    1-based line of the file.
    """

    what: str
    text: str
    rule: str
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a page that was read which a reader of the index should look at."""

    kind: DoubtKind
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A release with the reasons for it, and what is doubtful about it."""

    release: Release
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def shorten(text: str, length: int = 40) -> str:
    """Return the beginning of `text`, with … where something is left out."""
    return text if len(text) <= length else text[:length] + "…"
