"""What the head of a page states: meta elements, JSON-LD, window title, times in attributes and scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from jsisa_search.page.facts.boilerplate import strip_site
from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.facts.timestamps import read_stamp
from jsisa_search.page.facts.values import read_url
from jsisa_search.page.html.dom import saved_from, saved_on
from jsisa_search.page.labeller.declared import Declared, NamedTime, TimeKind
from jsisa_search.page.lines import clean_line, normalize, strip
from jsisa_search.page.rules import compile_patterns, load_rules

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_SCRIPT = 40  # Fri, 06 Sep 2019 14:23:11 GMT+0800 has 34
# 2019-09-06 and what follows it, 20190906; seconds or milliseconds since 1970. Each begins with a
# literal, for which a search is quick, as a page may have a megabyte of scripts.
_VALUES = (
    re.compile(r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}[^\"'<>,;&}\\]{0,24}"),
    re.compile(r"20[0-3]\d[01]\d[0-3]\d(?:\d{6})?(?!\d)"),
    re.compile(r"1[0-9]{9}(?:\d{3})?(?!\d)"),
)
# name="...", "name": "...", name = ..., <date>...: the text before a value.
_NAMED = re.compile(
    r"(?P<name>[\w.:-]{2,40})[\"'\\]{0,2}\s{0,3}[:=]\s{0,3}[\"'\\]{0,2}$|<(?:founder-)?(?P<tag>date)>$"
)
# <input id="publishTime" value="...">: named by another attribute of the element.
_VALUE_NAMES = ("value", "content")
_NAMED_BY = re.compile(r"\b(?:id|name|itemprop|class)=[\"']([\w.:-]{2,40})[\"'][^<>]{0,80}$")
# The time in full in an element that shows less: <time datetime="...">, <span title="...">.
_ELEMENT_NAMES = ("datetime", "title", "data-time", "data-date")


@lru_cache(maxsize=512)
def kind_of(name: str) -> TimeKind | None:
    """Return what a name says of the time under it, `None` where it is another time."""
    name = name.lower()
    none, changed, published = _name_patterns()
    if none.search(name):
        return None
    return "changed" if changed.search(name) else "published" if published.search(name) else None


@cache
def _name_patterns() -> tuple[re.Pattern[str], ...]:
    names = load_rules("times")["names"]
    return tuple(re.compile("|".join(names[key])) for key in ("none", "changed", "published"))


def declared_times(values: Mapping[str, str], known: Iterable[str]) -> list[NamedTime]:
    """Return the times among the named values of a page's head; those of `known` names come first."""
    known = [name for name in known if name in values]
    found = [_moment(name, values[name], "published") for name in known]
    found += [_moment(name, value, kind_of(name)) for name, value in values.items() if name not in known]
    return [moment for moment in found if moment is not None]


def _moment(name: str, value: str, kind: TimeKind | None) -> NamedTime | None:
    if kind is None or len(value) > _LONGEST_SCRIPT:
        return None
    stamp = read_stamp(value)
    return NamedTime(stamp, name, kind) if stamp else None


def embedded_times(source: str) -> Iterator[NamedTime]:
    """Yield the times of publishing in attributes and scripts, and in the comment of a content system."""
    matches = [match for pattern in _VALUES for match in pattern.finditer(source)]
    for match in sorted(matches, key=lambda match: match.start()):
        name = _name_of(match, source)
        kind: TimeKind | None = "published" if name in _ELEMENT_NAMES else kind_of(name)
        moment = _moment(name, match[0].strip(), kind) if name else None
        if moment is not None:
            yield moment


def _name_of(match: re.Match[str], source: str) -> str:
    """Return the name of a value, lower case; empty where it has none."""
    start = match.start()
    found = _NAMED.search(source, max(start - 50, 0), start)
    if found is None:
        return ""
    name = (found["name"] or found["tag"]).lower()
    if name not in _VALUE_NAMES:
        return name
    named = _NAMED_BY.search(source, max(start - 120, 0), start)
    return named[1] if named else ""


_GAP = re.compile(r"[ \t\n\r\f]+")
_LONGEST = 300
_LONGEST_JSON = 200_000
_MOST_STRINGS = 8  # of a link: more elements than anybody puts around a few words
_SHORTEST_TITLE = 8  # a link with a shorter beginning of the title may name a column
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class HtmlDeclared(Declared):
    """What the head of an HTML page states; `source` is the text of its file."""

    source: str = ""

    def carried(self) -> Iterator[NamedTime]:
        """Yield the times in the attributes and scripts of the page."""
        return embedded_times(self.source)


def read_declared(root: _Element, source: str) -> HtmlDeclared:
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
    window = _window_title(root)
    for name in ("source", "author", "editor"):
        if name in fields and _is_title(fields[name], [*titles, *([window] if window else [])]):
            del fields[name], names[name]
    known = next(group["names"] for group in load_rules("html")["meta"] if group["field"] == "published")
    addresses = [values[name] for name in load_rules("html")["meta"][-1]["names"] if name in values]
    saved = saved_on(source)
    if saved:
        fields["saved"], names["saved"] = saved, "the program that saved the page"
    times = declared_times(values, known)
    links = list(_own_links(root, window))
    return HtmlDeclared(fields, names, titles, window, times, addresses, links, source=source)


def _own_links(root: _Element, window_title: str | None) -> Iterator[str]:
    """Yield the addresses of links from the page to itself: 查看原文, or with its title for a text."""
    for element in root.iter("a"):
        address = element.get("href") or ""
        if not address or len(address) > _LONGEST:
            continue
        text = normalize("".join(map(str, islice(element.itertext(), _MOST_STRINGS)))[:_LONGEST])
        is_title = len(text) >= _SHORTEST_TITLE and (window_title or "").startswith(text)
        if is_title or compile_patterns("times", "links", "original").fullmatch(text.lower()):
            yield clean_line(address)


def _meta_values(root: _Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = normalize(clean_line(element.get("content") or ""))
        if content and len(content) <= _LONGEST and len(name) <= _LONGEST:
            values.setdefault(clean_line(name).strip().lower(), content)
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
                if 0 < len(text) <= _LONGEST and len(key) <= _LONGEST:
                    yield clean_line(f"json:{key}").lower(), normalize(clean_line(text))


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


def _is_title(value: str, titles: Iterable[str]) -> bool:
    """Whether a stated value repeats the title of the page, with or without the names of its site."""
    return any(value in (title, strip_site(title)) for title in titles)


def _is_valid(field_name: str, value: str) -> bool:
    """Whether a stated value is of its kind; names without a Han character are accounts of editors."""
    if field_name == "published":
        return read_stamp(value) is not None
    if field_name == "url":
        return read_url(value) is not None
    return _HAN.search(value) is not None and value not in load_rules("html")["no_values"]


def _window_title(root: _Element) -> str | None:
    element = next(root.iter("title"), None)
    text = "".join(map(str, element.itertext())) if element is not None else ""
    text = strip(_GAP.sub(" ", clean_line(text)))
    is_named = compile_patterns("html", "untitled").fullmatch(text.lower()) is None
    return text if 0 < len(text) <= _LONGEST and is_named else None
