"""HTML -> `Page`: the lines that a browser would show, with the stated fields of `<meta>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from jsisa_search.errors import PageTooLargeError
from jsisa_search.page.lines import NO_HEADING, Line, Page, drop_controls, normalize, split_lines, strip
from jsisa_search.page.metadata import parse_metadata, read_url
from jsisa_search.page.rules import load_rules
from jsisa_search.page.stamps import find_stamp

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"h([1-6])")
_GAP = re.compile(r"[ \t\n\r\f]+")
_HAN_BREAK = re.compile(r"(?<=[⺀-鿿＀-￯])[ \t]*\n[ \t\n]*(?=[⺀-鿿＀-￯])")
_LONGEST_TITLE = 300


def read_html(text: str) -> Page:
    """Return the lines, stated fields and titles of an HTML page; broken markup is read as browsers do."""
    root = _parse(text)
    if root is None:
        return Page(())
    lines = tuple(_Walker().walk(root))
    fields = _read_meta(root)
    window = _read_window_title(root)
    heading = _find_main_heading(lines, (fields.get("title"), window))
    return Page(lines, fields, window, heading)


def _parse(text: str) -> _Element | None:
    """Parse without network, with limits on depth and size, and with line ends as editors count them."""
    from lxml import etree  # loaded only when an HTML page is read: it costs 20 ms

    source = "\n".join(split_lines(text)).encode("utf-8", "surrogatepass")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, AssertionError):
        return None  # nothing in it that even a browser would show
    # The parser stops 2,048 elements deep and passes over what is below in silence.
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise PageTooLargeError("its elements are nested too deep to be read")
    return root


@cache
def _elements(rule: str) -> frozenset[str]:
    return frozenset(load_rules("html")[rule])


class _Walker:
    """Reads a tree as lines, without recursion: depth costs nothing but time."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._start: int | None = None
        self._line = 1
        self._level: int | None = None
        self._preformatted = False
        self._dropped: _Element | None = None

    def walk(self, root: _Element) -> Iterator[Line]:
        """Yield the lines under `root` in the order of the page."""
        from lxml import etree

        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                yield from self._enter(element, tag)
            else:
                yield from self._leave(element, tag)
        yield from self._flush()

    def _enter(self, element: _Element, tag: str) -> Iterator[Line]:
        line: object = element.sourceline
        if isinstance(line, int):
            self._line = max(self._line, line)
        if self._dropped is not None:
            return
        if tag in _elements("dropped") or not tag:
            self._dropped = element
            return
        if tag in _elements("blocks"):
            yield from self._flush()
        elif tag in _elements("cells") and self._parts:
            self._parts.append("\u3000")
        heading = _HEADING.fullmatch(tag)
        if heading or tag == "li":
            self._level = int(heading[1]) if heading else NO_HEADING
        self._preformatted = self._preformatted or tag == "pre"
        yield from self._take(element.text)

    def _leave(self, element: _Element, tag: str) -> Iterator[Line]:
        if self._dropped is None and tag in _elements("blocks"):
            yield from self._flush()
            if _HEADING.fullmatch(tag) or tag == "li":
                self._level = None
            if tag == "pre":
                self._preformatted = False
        if self._dropped is element:
            self._line += (element.text or "").count("\n")
            self._dropped = None
        if self._dropped is None:
            yield from self._take(element.tail)
        else:
            self._line += (element.tail or "").count("\n")

    def _take(self, text: str | None) -> Iterator[Line]:
        """Add a piece of text; in `<pre>` its line ends count."""
        for place, piece in enumerate((text or "").split("\n")):
            self._line += 1 if place else 0
            if place:
                if self._preformatted:
                    yield from self._flush()
                elif self._parts:
                    self._parts.append("\n")
            if piece:
                if self._start is None and strip(piece):
                    self._start = self._line
                self._parts.append(piece)

    def _flush(self) -> Iterator[Line]:
        """Yield the line gathered so far, if it shows anything."""
        text = strip(_GAP.sub(" ", _HAN_BREAK.sub("", drop_controls("".join(self._parts)))))
        if text:
            yield Line(text, self._start or self._line, self._level)
        self._parts, self._start = [], None


def _read_meta(root: _Element) -> dict[str, str]:
    """Return the fields that `<meta>` and the canonical link state."""
    stated: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = normalize(element.get("content") or "")
        if content and len(content) <= _LONGEST_TITLE:
            stated.setdefault(name.strip().lower(), content)
    fields: dict[str, str] = {}
    for group in load_rules("html")["meta"]:
        values = (_without_label(stated[name], group["field"]) for name in group["names"] if name in stated)
        value = next((value for value in values if _is_valid(group["field"], value)), None)
        if value:
            fields[group["field"]] = value
    return fields


def _without_label(value: str, field: str) -> str:
    """Return a stated value without the label that some editors type into it (`来源：新华社`)."""
    metadata = parse_metadata(value, in_head=True)
    return metadata.fields.get(field, value) if metadata else value


def _is_valid(field: str, value: str) -> bool:
    """Whether a stated value is of its kind; names without a Han character are accounts of editors."""
    if field == "published":
        return find_stamp(value) is not None
    if field == "url":
        return read_url(value) is not None
    return any("\u4e00" <= char <= "\u9fff" for char in value)


def _read_window_title(root: _Element) -> str | None:
    element = next(root.iter("title"), None)
    text = strip(_GAP.sub(" ", "".join(map(str, element.itertext())))) if element is not None else ""
    return text if 0 < len(text) <= _LONGEST_TITLE else None


def _find_main_heading(lines: tuple[Line, ...], titles: tuple[str | None, ...]) -> int | None:
    """Return the line of the `<h1>` that is the title: one that a stated title repeats, else the only one."""
    headings = [line for line in lines if line.level == 1]
    for line in headings:
        text = normalize(line.text)
        if any(title and len(text) >= 4 and normalize(title).startswith(text) for title in titles):
            return line.number
    return headings[0].number if len(headings) == 1 and not any(titles) else None
