"""The front matter of a note -> fields: what its author states, or what the program says that clipped a page.

A clipping has an address for a source, or says when it was saved. What it says of the page is what the
program guessed, so that the text itself is believed first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jsisa_search.page.facts.byline import field_of_key
from jsisa_search.page.facts.timestamps import read_stamp
from jsisa_search.page.facts.values import read_url
from jsisa_search.page.lines import strip
from jsisa_search.page.rules import load_rules

_LINE = re.compile(r"([\w \-]{1,40})[:：][ \t]*(.{0,2000})")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.{1,400})")
_MOST_LINES = 200
_MOST_ITEMS = 20
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{1,200})\]\]")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^()]{0,2000}\)")
_KEY_BLANKS = re.compile(r"[ _\-]+")


@dataclass(slots=True)
class FrontMatter:
    """What is above a note: `fields`, `fallbacks` for what its text does not say, its length in lines."""

    fields: dict[str, str] = field(default_factory=dict)
    fallbacks: dict[str, str] = field(default_factory=dict)
    end: int = 0


def read_front_matter(raw: Sequence[str]) -> FrontMatter:
    """Return what is between two lines of `---` at the top of `raw`; `end` is where the text begins."""
    if not raw or raw[0].strip() != "---":
        return FrontMatter()
    end = next((at for at, line in enumerate(raw[1:_MOST_LINES], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return FrontMatter()
    values = _read_values(raw[1:end])
    clipped = read_clipping(values)
    if clipped is not None:
        return FrontMatter(clipped[0], clipped[1], end + 1)
    fields: dict[str, str] = {}
    for key, value in values.items():
        name = field_of_key(key)
        if name and value:
            fields.setdefault(name, value)
    return FrontMatter(fields, {}, end + 1)


def _read_values(lines: Sequence[str]) -> dict[str, str]:
    """Return the values by key; the items of a list are joined by blanks."""
    values: dict[str, str] = {}
    items: list[str] = []
    key = ""
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item and key and len(items) < _MOST_ITEMS:
            items.append(_plain(item[1]))
            values[key] = " ".join(filter(None, items))
            continue
        match = _LINE.fullmatch(line.strip())
        if match:
            key, items = match[1].strip(), []
            values.setdefault(key, _plain(match[2]))
    return values


def _plain(value: str) -> str:
    """Return a value without quotation marks, brackets and links: ["[[张三]]", 李四] is 张三 李四."""
    value = strip(value)
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        value = " ".join(strip(part).strip("\"'") for part in value[1:-1].split(","))
    value = _MARKDOWN_LINK.sub(r"\1", _WIKI_LINK.sub(r"\1", value))
    return strip(value.strip("\"'"))


def read_clipping(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return fields and fallbacks of a clipping, `None` where the keys are not those of one."""
    rules = load_rules("clippings")
    known = {_KEY_BLANKS.sub(" ", key.strip().lower()): value for key, value in values.items() if value}
    url = next((address for key in rules["url"] if (address := read_url(known.get(key, "")))), None)
    saved = _first_day(known, rules["saved"])
    if saved is None and not read_url(known.get("source", "")):
        return None  # a note whose author names the page that it quotes
    saved = saved or _first_day(known, rules["touched"])
    fields = ({"url": url} if url else {}) | ({"saved": saved} if saved else {})
    fallbacks = {
        name: value
        for name in ("title", "author", "published")
        if (value := next((known[key] for key in rules[name] if key in known), None))
    }
    site = next((known[key] for key in rules["site"] if key in known and not read_url(known[key])), None)
    stated = known.get("source", "")
    source = stated if stated and not read_url(stated) else site
    rest = {name: value for key, value in values.items() if value and (name := _other_field(key))}
    return fields, rest | fallbacks | ({"source": source} if source else {})


def read_properties(texts: Sequence[str]) -> tuple[int, FrontMatter]:
    """Return how many of the lines below a title are properties of a note (`URL: …`), and what they say.

    Only those of a clipping count: others are the byline that the page itself shows.
    """
    values: dict[str, str] = {}
    for line in texts[:_MOST_ITEMS]:
        match = _LINE.fullmatch(line.strip())
        if match is None or not match[2]:
            break
        values.setdefault(match[1].strip(), _plain(match[2]))
    known = [_KEY_BLANKS.sub(" ", key.lower()) for key in values]
    rules = load_rules("clippings")
    clipped = read_clipping(values) if any(key.isascii() and key in rules["saved"] for key in known) else None
    if clipped is None:
        return 0, FrontMatter()
    return len(values), FrontMatter(*clipped)


def _first_day(values: Mapping[str, str], keys: Sequence[str]) -> str | None:
    return next((values[key] for key in keys if key in values and read_stamp(values[key])), None)


def _other_field(key: str) -> str | None:
    """Return the field of a key that means the same in a clipping as elsewhere: `date`, `editor`."""
    name = field_of_key(key)
    rules = load_rules("clippings")
    plain = _KEY_BLANKS.sub(" ", key.strip().lower())
    is_own = any(
        plain in rules[group] for group in ("saved", "touched", "url", "site", "author", "title", "published")
    )
    return None if is_own or name in ("saved", "updated", "dated", "url") else name
