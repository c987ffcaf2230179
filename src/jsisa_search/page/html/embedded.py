"""The text that a page carries as data of a script and would show once that has run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from jsisa_search.page.lines import clean_text
from jsisa_search.page.rules import load_rules

# "content": "<p>...</p>" in a script, with the escapes of JSON.
_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*)"')
# Neither goes over the beginning of another, so that a page of nothing but beginnings is read once.
_TEXT_AREA = re.compile(r"<textarea\b[^<>]*+>([^<]*+(?:<(?!/?textarea)[^<]*+)*)</textarea", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^<>]*+>([^<]*+(?:<(?!/?script)[^<]*+)*)</script\s*>", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:p|br|div|section)\b", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|br|div|section)\b", re.IGNORECASE)
_HAN = re.compile(r"[一-鿿]")


class _Fragment(NamedTuple):
    """HTML that the file contains as data, and the range of the file that it may replace."""

    html: str
    start: int
    end: int


def show_embedded(text: str) -> str | None:
    """Return a page with the longest HTML that it carries as data shown in place, `None` where it has none.

    The lines of the file stay where they are.
    """
    limits = load_rules("html")["embedded"]
    if len(text) > limits["searched"]:
        return None
    weighed = [(len(_HAN.findall(fragment.html)), fragment) for fragment in _fragments(text)]
    han, best = max(weighed, key=lambda pair: pair[0], default=(0, None))
    if best is None or han < limits["characters"]:
        return None
    inside = text.count("\n", best.start, best.end)
    shown = f"<div>{' '.join(best.html.splitlines())}</div>" + "\n" * inside
    return text[: best.start] + shown + text[best.end :]


def _fragments(text: str) -> Iterator[_Fragment]:
    for area in _TEXT_AREA.finditer(text):
        html = clean_text(unescape(area[1]))
        if _MARKUP.search(html):
            yield _Fragment(html, area.start(), area.end())
    for script in _SCRIPT.finditer(text):
        for string in _STRING.finditer(script[1]):
            html = _unescaped(string[1])
            if html:
                yield _Fragment(html, script.end(), script.end())


def _unescaped(string: str) -> str:
    """Return the HTML in a string of a script, empty where there is none."""
    if len(string) < load_rules("html")["embedded"]["characters"]:
        return ""
    try:
        html = clean_text(json.loads(f'"{string}"', strict=False))
    except ValueError:
        return ""
    html = clean_text(unescape(html)) if _ESCAPED_MARKUP.search(html) else html
    return html if _MARKUP.search(html) else ""
