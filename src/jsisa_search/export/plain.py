"""Text of pages, names and queries for display: it can neither control a terminal nor hide characters."""

from __future__ import annotations

import re
import unicodedata

# Control characters (C0 with line ends and tabs, DEL, C1), format characters (bidi controls, zero-width
# marks, soft hyphens, tags), line and paragraph separators, fillers that print as nothing, and surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "\U000e01f0-\U000e0fff]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

# What separates words or lines in a text; and marks without width, which say nothing to a reader.
_LINE_END = re.compile("[ \t]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])[ \t]*")
_WITHOUT_WIDTH = re.compile("[\xad\u200b-\u200f\u2060-\u2064\ufeff]")


def plain_text(text: str) -> str:
    r"""Return `text` in one line, each control, format or invisible character as its escape: `\x1b`, `\n`."""
    return _FORBIDDEN.sub(lambda match: _escape(match[0]), text)


def json_text(text: str) -> str:
    r"""Return JSON `text` with what `plain_text` would escape as `\uXXXX`, which JSON reads as the same text.

    Line ends outside of strings stay; inside, JSON has escaped them already.
    """
    return _FORBIDDEN.sub(lambda match: match[0] if match[0] == "\n" else _utf16_escape(match[0]), text)


def one_line(text: str, line_end: str = " ") -> str:
    """Return the text of a page in one line: marks without width dropped, line ends and tabs replaced.

    This is for the eye and does not make `text` harmless; `plain_text` does.
    """
    return _LINE_END.sub(line_end, _WITHOUT_WIDTH.sub("", text)).replace("\t", " ")


def columns(text: str) -> int:
    """Return how wide `text` is in columns of a Latin font: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _utf16_escape(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
