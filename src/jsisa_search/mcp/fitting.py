"""What fits into an answer: texts that are cut, the first of a list, and their length as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from jsisa_search.export.citation import citation, date_text, section_name
from jsisa_search.export.plain import json_text, one_line
from jsisa_search.model import Hit

MAX_CHARACTERS = 8_000

#: Reserved for what comes beside the list of an answer.
_RESERVED = 600


def to_json(value: Any) -> str:
    """Return a value as JSON text in which nothing is invisible."""
    return json_text(json.dumps(value, ensure_ascii=False))


def length_of(value: Any) -> int:
    """Return the length of a value as JSON text."""
    return len(to_json(value))


def cut(text: str, length: int) -> str:
    """Return `text` cut to so many characters of JSON text, in which an invisible character takes six."""
    shown = text if len(text) <= length else text[: length - 1] + "…"
    while length_of(shown) > length + 2:
        shown = shown[: max(len(shown) // 2, 1) - 1] + "…"
    return shown


def that_fit(items: Iterable[dict[str, Any]], length: int) -> list[dict[str, Any]]:
    """Return the first of `items` that fit into an answer which has `length` characters; at least one."""
    shown: list[dict[str, Any]] = []
    for item in items:
        length += length_of(item) + 2
        if shown and length > MAX_CHARACTERS - _RESERVED:
            break
        shown.append(item)
    return shown


def place(hit: Hit, *, most: int = 400) -> dict[str, Any]:
    """Return where a passage is and how it is cited, to be quoted and checked."""
    return {
        "id": hit.id,
        "title": cut(one_line(hit.title or ""), most // 2),
        "citation": cut(citation(hit), most),
        "kind": hit.kind,
        "paragraph": hit.paragraph,
        "section": cut(section_name(hit), most // 2),
        "source": cut(hit.source or "", most // 4),
        "date": date_text(hit),
        "date_from": hit.date_from,
        "path": cut(hit.path, most),
        "line": hit.line,
    }
