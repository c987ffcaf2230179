"""What a page states outside of its text: `<meta>`, JSON-LD, the canonical link, the title of the window."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jsisa_search.page.html.moments import Moment, address_moment, carried_moments, stated_moments
from jsisa_search.page.html.tree import saved_from
from jsisa_search.page.lines import normalize, strip
from jsisa_search.page.metadata import parse_metadata, read_url
from jsisa_search.page.rules import load_rules
from jsisa_search.page.short_stamps import read_stamp

if TYPE_CHECKING:
    from lxml.etree import _Element

_GAP = re.compile(r"[ \t\n\r\f]+")
_LONGEST = 300
_LONGEST_JSON = 200_000
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Stated:
    """The fields that a page states, under which name, every title and time it states, the window's title."""

    fields: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    window_title: str | None = None
    source: str = ""
    moments: list[Moment] = field(default_factory=list)

    def carried(self) -> Iterator[Moment]:
        """Yield the times in the attributes and scripts of the page."""
        return carried_moments(self.source)

    def address(self) -> list[Moment]:
        """Return the day in the address of the page, if there is one."""
        moment = address_moment(self.fields.get("url", ""))
        return [moment] if moment else []


def read_stated(root: _Element, source: str) -> Stated:
    """Return what the head of a page states; `source` is the text of its file."""
    values = _meta_values(root)
    for name, value in _linked_data(root):
        values.setdefault(name, value)
    _add_links(root, values, saved_from(source))
    fields: dict[str, str] = {}
    names: dict[str, str] = {}
    for group in load_rules("html")["meta"]:
        for name in group["names"]:
            value = _without_label(values[name], group["field"]) if name in values else ""
            if value and group["field"] not in fields and _is_valid(group["field"], value):
                fields[group["field"]], names[group["field"]] = value, name
    titles = [values[name] for name in load_rules("html")["meta"][0]["names"] if name in values]
    known = next(group["names"] for group in load_rules("html")["meta"] if group["field"] == "published")
    return Stated(fields, names, titles, _window_title(root), source, stated_moments(values, known))


def _meta_values(root: _Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = normalize(element.get("content") or "")
        if content and len(content) <= _LONGEST:
            values.setdefault(name.strip().lower(), content)
    return values


def _add_links(root: _Element, values: dict[str, str], address: str | None) -> None:
    if address:
        values["saved from"] = address
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            values.setdefault("canonical", str(element.get("href")))


def _linked_data(root: _Element) -> Iterator[tuple[str, str]]:
    """Yield names and values of JSON-LD, `json:` before each name."""
    for element in root.iter("script"):
        if (element.get("type") or "").lower() != "application/ld+json":
            continue
        text = element.text or ""
        if len(text) > _LONGEST_JSON:
            continue
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in _items(content):
            for key, value in item.items():
                text = _name_in(value)
                if 0 < len(text) <= _LONGEST:
                    yield f"json:{key}".lower(), normalize(text)


def _items(content: object) -> Iterator[dict[str, object]]:
    """Yield the objects of JSON-LD: one, a list of them, or those of a graph."""
    for item in content if isinstance(content, list) else [content]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (one for one in graph if isinstance(one, dict)) if isinstance(graph, list) else ()


def _name_in(value: object) -> str:
    """Return a text, or the name of a person or organisation; empty for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _without_label(value: str, field_name: str) -> str:
    """Return a stated value without the label that some editors type into it (`来源：新华社`)."""
    metadata = parse_metadata(value, in_head=True)
    return metadata.fields.get(field_name, value) if metadata else value


def _is_valid(field_name: str, value: str) -> bool:
    """Whether a stated value is of its kind; names without a Han character are accounts of editors."""
    if field_name == "published":
        return read_stamp(value) is not None
    if field_name == "url":
        return read_url(value) is not None
    return _HAN.search(value) is not None and value not in load_rules("html")["no_values"]


def _window_title(root: _Element) -> str | None:
    element = next(root.iter("title"), None)
    text = strip(_GAP.sub(" ", "".join(map(str, element.itertext())))) if element is not None else ""
    return text if 0 < len(text) <= _LONGEST else None
