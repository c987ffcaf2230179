"""Element tree -> blocks: one way through the tree, in the order of the page."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from jsisa_search.page.budget import check_time
from jsisa_search.page.html.dom import find_data_tables, is_heading_name, role_of
from jsisa_search.page.labeller.blocks import CELL_GAP, Block, Node, Piece, Shown
from jsisa_search.page.lines import NO_HEADING, clean_text, strip
from jsisa_search.page.rules import load_rules

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "li": NO_HEADING}
_GAP = re.compile(r"[ \t\n\r\f]+")
_UNTIDY = re.compile(r"[\t\n\r]|  ")  # what `_tidy` replaces; few lines have any
_CLOCK_EVERY = 512  # events of the walk
_LONGEST_ADDRESS = 2_000
_LONGEST_NAME = 400  # characters of id and classes, or of a style: expressions look at each, caches keep it
_HAN_BREAK = re.compile(r"(?<=[⺀-鿿＀-￯])[ \t]*\n[ \t\n]*(?=[⺀-鿿＀-￯])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD = re.compile(r"font(?:-weight)?\s*:[^;]{0,40}?\b(?:bold|[6-9]00)", re.IGNORECASE)


def read_blocks(root: _Element, *, with_hidden: bool = False) -> Shown:
    """Return what is shown below `root`; `with_hidden` takes elements with `display: none` for shown."""
    return _Walker(root, with_hidden=with_hidden).walk()


class _Kind(NamedTuple):
    """What an element does, by its tag: everything that is none of these is read as part of its line."""

    is_dropped: bool
    makes_line: bool
    is_cell: bool
    is_break: bool
    is_row: bool
    is_bold: bool
    is_link: bool
    is_noted: bool  # it means something for the lines within it


@cache
def _kinds() -> dict[str, _Kind]:
    rules = load_rules("html")
    dropped, blocks, cells = (frozenset(rules[name]) for name in ("dropped", "blocks", "cells"))
    noted = {*_LEVELS, "table", "pre", "img"}
    return {
        tag: _Kind(
            is_dropped=tag in dropped,
            makes_line=tag in blocks or tag in cells,
            is_cell=tag in cells,
            is_break=tag == "br",
            is_row=tag in ("tr", "caption"),
            is_bold=tag in ("b", "strong", "th"),
            is_link=tag == "a",
            is_noted=tag in noted,
        )
        for tag in dropped | blocks | cells | noted | {"a", "b", "strong"}
    }


_INLINE = _Kind(*[False] * len(_Kind._fields))


class _Walker:
    """Reads a tree without recursion: depth costs nothing but time.

    A page has a thousand elements and more, so that what is done for each is limited to what its tag needs.
    """

    def __init__(self, root: _Element, *, with_hidden: bool) -> None:
        self._root = root
        self._with_hidden = with_hidden
        self._nodes = [Node(-1, "", "", None)]
        self._lasts = [0]
        self._shown = Shown(nodes=self._nodes, lasts=self._lasts)
        self._data_tables = find_data_tables(root)
        self._kinds = _kinds()
        self._node = 0
        self._table: _Element | None = None
        self._pieces: list[Piece] = []
        self._cells: list[int] = []
        self._start: int | None = None
        self._line = 1
        self._level: int | None = None
        self._preformatted = 0
        self._links = 0
        self._href = ""
        self._bolds = 0
        self._has_image = self._has_link = False
        self._bold_stack: list[bool] = []
        self._is_unclean = False

    def walk(self) -> Shown:
        """Return what was read."""
        from lxml import etree

        # The file is clean, but entities can encode any character. Few pages have one that must be removed.
        source = etree.tostring(self._root, method="text", encoding="unicode")
        self._is_unclean = clean_text(source) != source
        events = etree.iterwalk(self._root, events=("start", "end"))
        kind_of, bolds = self._kinds.get, self._bold_stack
        passed_over: _Element | None = None
        for at, (event, element) in enumerate(events):
            if not at % _CLOCK_EVERY:
                check_time()
            kind = kind_of(element.tag, _INLINE)
            if event == "start":
                names = element.keys()
                look = _look_of(element, names) if names else _PLAIN
                if kind.is_dropped or (look.is_hidden and self._passes_over(element)):
                    passed_over = element
                    events.skip_subtree()
                    continue
                is_bold = kind.is_bold or look.is_bold
                bolds.append(is_bold)
                self._bolds += is_bold
                if kind is not _INLINE or not self._pieces:
                    self._enter(element, kind, look)
                text = element.text
            elif passed_over is not None and element is passed_over:
                passed_over = None
                text = element.tail
            else:
                self._bolds -= bolds.pop()
                if kind is not _INLINE:
                    self._leave(element, kind)
                text = element.tail
            # Blanks between lines show nothing; the next element gives the line of the file.
            if text and (self._pieces or not text.isspace()):
                self._take(clean_text(text) if self._is_unclean else text)
        self._flush()
        return self._shown

    def _passes_over(self, element: _Element) -> bool:
        """Whether what is hidden is passed over, which is noted."""
        if self._with_hidden or element.tag in ("html", "body"):
            return False
        self._shown.hidden.append(f"{element.tag}{_name(element)}")
        return True

    def _enter(self, element: _Element, kind: _Kind, look: _Look) -> None:
        """Begin an element: a line, or what is read as part of the line around it."""
        if kind.makes_line or not self._pieces:
            line = element.sourceline
            if isinstance(line, int) and line > self._line:
                self._line = line
        if self._table is not None:
            self._enter_in_table(kind)
        elif kind.makes_line:
            if self._pieces:
                self._flush()
            if not kind.is_break:
                tag, name = str(element.tag), "" if look is _PLAIN else _name(element)
                self._nodes.append(Node(self._node, tag, name, role_of(tag, name), look.is_centred))
                self._lasts.append(0)
                self._node = len(self._lasts) - 1
        if kind.is_link:
            self._links += 1
            self._href = (element.get("href") or "")[:_LONGEST_ADDRESS]
        elif kind.is_noted:
            self._note(element)

    def _note(self, element: _Element) -> None:
        """Note what an element means for the lines within it."""
        tag = str(element.tag)
        self._preformatted += tag == "pre"
        self._has_image = self._has_image or tag == "img"
        self._level = _LEVELS.get(tag, self._level)
        if tag == "table" and self._table is None and element in self._data_tables:
            self._table = element

    def _enter_in_table(self, kind: _Kind) -> None:
        if kind.is_row:
            self._flush()
        elif kind.is_cell:
            self._cells.append(len(self._pieces))
        elif kind.makes_line and self._pieces:
            self._pieces.append(Piece(" ", False, True))

    def _leave(self, element: _Element, kind: _Kind) -> None:
        if element is self._table:
            self._flush()
            self._table, self._level = None, None
        if self._table is not None:
            if kind.is_row:
                self._flush()
        elif kind.makes_line:
            if self._pieces:
                self._flush()
            if not kind.is_break:
                self._lasts[self._node] = len(self._nodes) - 1
                self._node = self._nodes[self._node].parent
        if kind.is_link:
            self._links -= 1
            self._href = ""
        elif kind.is_noted:
            self._preformatted -= element.tag == "pre"
            self._level = None if element.tag in _LEVELS and self._table is None else self._level

    def _take(self, text: str) -> None:
        """Add a piece of text; in `<pre>` its line ends count."""
        if not self._pieces and (text.isspace() or not strip(text)):
            self._line += text.count("\n")
        elif self._preformatted and self._table is None:
            for place, part in enumerate(text.split("\n")):
                if place:
                    self._line += 1
                    self._flush()
                if part:
                    self._add(part)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        """Add a piece, and count the line on which the first visible character of the line is."""
        ends = text.count("\n")
        if self._start is None and not text.isspace() and strip(text):
            lead = text.count("\n", 0, len(text) - len(text.lstrip())) if ends else 0
            self._start = self._line + lead
        self._line += ends
        self._pieces.append(Piece(text, self._links > 0, self._bolds > 0, self._href))
        self._has_link = self._has_link or self._links > 0

    def _flush(self) -> None:
        """Add the line gathered so far, if it shows anything."""
        if self._pieces:
            text, cells = self._gathered()
            if text:
                self._add_block(text, cells)
            self._pieces = []
            self._has_link = False
        self._cells, self._start = [], None

    def _add_block(self, text: str, cells: tuple[str, ...]) -> None:
        shown, pieces = self._shown, tuple(self._pieces)
        linked = sum([len(piece.text.strip()) for piece in pieces if piece.is_link]) if self._has_link else 0
        if self._has_image:
            shown.captions.add(len(shown.blocks))
            self._has_image = False
        line = self._start or self._line
        shown.blocks.append(Block(text, line, self._level, self._node, pieces, cells, linked))

    def _gathered(self) -> tuple[str, tuple[str, ...]]:
        if not self._cells:
            pieces = self._pieces
            return _tidy(
                pieces[0].text if len(pieces) == 1 else "".join([piece.text for piece in pieces])
            ), ()
        texts = [piece.text for piece in self._pieces]
        bounds = [*self._cells, len(texts)]
        cells = tuple(_tidy("".join(texts[a:b])) for a, b in pairwise(bounds))
        return CELL_GAP.join(cells) if any(cells) else "", cells


def _tidy(text: str) -> str:
    """Return text with the blanks that a browser shows: none where the source only breaks a Chinese line."""
    text = strip(text)
    if not _UNTIDY.search(text):
        return text
    return strip(_GAP.sub(" ", _HAN_BREAK.sub("", text) if "\n" in text else text))


def _name(element: _Element) -> str:
    """Return id and classes of an element as `#id.class.class`."""
    name, classes = element.get("id"), element.get("class")
    named = f"#{name[:_LONGEST_NAME]}" if name else ""
    return f"{named}.{'.'.join(classes[:_LONGEST_NAME].split())}" if classes else named


class _Look(NamedTuple):
    """What the attributes of an element say of how it looks."""

    is_hidden: bool = False
    is_bold: bool = False
    is_centred: bool = False


_PLAIN = _Look()


def _look_of(element: _Element, names: list[str]) -> _Look:
    style = element.get("style") if "style" in names else None
    classes = element.get("class") if "class" in names else None
    is_hidden = "hidden" in names
    align = element.get("align") if "align" in names else None
    return _look(style and style[:_LONGEST_NAME], classes and classes[:_LONGEST_NAME], align, is_hidden)


@lru_cache(maxsize=4096)
def _look(style: str | None, classes: str | None, align: str | None, is_hidden: bool) -> _Look:
    """Return what attributes say; a page has a few of them, many times over."""
    style = style or ""
    return _Look(
        is_hidden=is_hidden or _HIDDEN.search(style) is not None,
        is_bold=_BOLD.search(style) is not None or (bool(classes) and is_heading_name(classes or "")),
        is_centred=_CENTRED.search(style) is not None or (align or "")[:10].lower() == "center",
    )
