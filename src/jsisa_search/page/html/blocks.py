"""Element tree -> blocks: the lines a browser would show, each with its place in the tree.

A node is an element that makes lines (a `div`, a `p`, a cell); inline elements belong to the block around
them. Nodes are numbered in the order of the page, so that the nodes below one are a range of numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from jsisa_search.page.html.hints import role_of
from jsisa_search.page.html.tables import CELL_GAP, find_data_tables
from jsisa_search.page.lines import NO_HEADING, drop_controls, strip
from jsisa_search.page.rules import load_rules

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "li": NO_HEADING}
_GAP = re.compile(r"[ \t\n\r\f]+")
_HAN_BREAK = re.compile(r"(?<=[⺀-鿿＀-￯])[ \t]*\n[ \t\n]*(?=[⺀-鿿＀-￯])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of text within one inline element; a tuple, as there are thousands on a page."""

    text: str
    is_link: bool
    is_bold: bool


class Block(NamedTuple):
    """One visible line: its text, its pieces, and `node`, the number of the innermost node around it.

    `number` is the line of the file; `level` as in `Line`. `cells` holds the cells where the block is the
    row of a table of data; `linked` is how many characters are links.
    """

    text: str
    number: int
    level: int | None
    node: int
    pieces: tuple[Piece, ...]
    cells: tuple[str, ...] = ()
    linked: int = 0

    @property
    def is_bold(self) -> bool:
        """Whether every character is bold."""
        return all(piece.is_bold or not strip(piece.text) for piece in self.pieces)

    @property
    def parted(self) -> str:
        """The text with a blank between inline elements, as labels and values often stand in elements."""
        return " ".join(strip(piece.text) for piece in self.pieces if strip(piece.text))


@dataclass(slots=True)
class Node:
    """An element that makes lines. `last` is the number of the last node below it."""

    parent: int
    tag: str
    name: str
    role: str | None
    last: int = 0


@dataclass(slots=True)
class Shown:
    """What a page shows: its blocks in order, the nodes around them, and how much was passed over and why."""

    blocks: list[Block] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def path(self, node: int) -> str:
        """Return where a node stands, as `body > div#main > div.article`, the last four steps."""
        steps: list[str] = []
        while node > 0 and len(steps) < 4:
            steps.append(self.nodes[node].tag + self.nodes[node].name)
            node = self.nodes[node].parent
        return " > ".join(reversed(steps))


@cache
def _elements(rule: str) -> frozenset[str]:
    return frozenset(load_rules("html")[rule])


def read_blocks(root: _Element, *, with_hidden: bool = False) -> Shown:
    """Return what is shown below `root`; `with_hidden` takes elements with `display: none` for shown."""
    return _Walker(root, with_hidden=with_hidden).walk()


class _Walker:
    """Reads a tree without recursion: depth costs nothing but time."""

    def __init__(self, root: _Element, *, with_hidden: bool) -> None:
        self._root = root
        self._with_hidden = with_hidden
        self._shown = Shown(nodes=[Node(-1, "", "", None)])
        self._data_tables = find_data_tables(root)
        self._block_tags, self._cell_tags = _elements("blocks"), _elements("cells")
        self._dropped_tags = _elements("dropped")
        self._node = 0
        self._table: _Element | None = None
        self._pieces: list[Piece] = []
        self._cells: list[int] = []
        self._start: int | None = None
        self._line = 1
        self._level: int | None = None
        self._is_preformatted = False
        self._links = 0
        self._bolds = 0
        self._bold_stack: list[bool] = []

    def walk(self) -> Shown:
        """Return what was read."""
        from lxml import etree

        events = etree.iterwalk(self._root, events=("start", "end"))
        skipped: _Element | None = None
        for event, element in events:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._count_lines(element)
                if self._is_dropped(element, tag):
                    skipped = element
                    events.skip_subtree()
                else:
                    self._enter(element, tag)
            elif skipped is not None and element is skipped:
                skipped = None
                self._line += (element.text or "").count("\n")
                self._take(element.tail)
            else:
                self._leave(element, tag)
                self._take(element.tail)
        self._flush()
        return self._shown

    def _count_lines(self, element: _Element) -> None:
        line: object = element.sourceline
        if isinstance(line, int) and line > self._line:
            self._line = line

    def _is_dropped(self, element: _Element, tag: str) -> bool:
        if not tag or tag in self._dropped_tags:
            return True
        if self._with_hidden or tag in ("html", "body"):
            return False
        style = element.get("style")
        is_hidden = element.get("hidden") is not None or (
            style is not None and _HIDDEN.search(style) is not None
        )
        if is_hidden:
            self._shown.hidden.append(f"{tag}{_name(element)}")
        return is_hidden

    def _enter(self, element: _Element, tag: str) -> None:
        if tag in self._block_tags and self._table is None:
            self._flush()
            if tag != "br":
                self._open(element, tag)
        elif self._table is not None:
            self._enter_in_table(tag)
        elif tag in self._cell_tags:
            self._flush()
            self._open(element, tag)
        if self._table is None and tag == "table" and element in self._data_tables:
            self._table = element
        if tag in _LEVELS:
            self._level = _LEVELS[tag]
        self._is_preformatted = self._is_preformatted or tag == "pre"
        self._links += tag == "a"
        is_bold = _is_bold(element, tag)
        self._bold_stack.append(is_bold)
        self._bolds += is_bold
        self._take(element.text)

    def _enter_in_table(self, tag: str) -> None:
        if tag in ("tr", "caption"):
            self._flush()
        elif tag in self._cell_tags:
            self._cells.append(len(self._pieces))
        elif tag in self._block_tags and self._pieces:
            self._pieces.append(Piece(" ", False, True))

    def _open(self, element: _Element, tag: str) -> None:
        nodes = self._shown.nodes
        name = _name(element)
        nodes.append(Node(self._node, tag, name, role_of(tag, name)))
        self._node = len(nodes) - 1

    def _leave(self, element: _Element, tag: str) -> None:
        self._links -= tag == "a"
        self._bolds -= self._bold_stack.pop()
        if element is self._table:
            self._table, self._level = None, None
        elif self._table is not None:
            if tag in ("tr", "caption"):
                self._flush()
            return
        if tag in self._block_tags or tag in self._cell_tags:
            self._flush()
            if tag != "br":
                self._shown.nodes[self._node].last = len(self._shown.nodes) - 1
                self._node = self._shown.nodes[self._node].parent
            if tag in _LEVELS:
                self._level = None
            if tag == "pre":
                self._is_preformatted = False

    def _take(self, text: str | None) -> None:
        """Add a piece of text; in `<pre>` its line ends count."""
        if not text:
            return
        if not self._pieces and not strip(text):
            self._line += text.count("\n")
            return
        if self._is_preformatted and self._table is None:
            for place, part in enumerate(text.split("\n")):
                if place:
                    self._line += 1
                    self._flush()
                self._add(part)
        else:
            lead = len(text) - len(text.lstrip())
            self._line += text.count("\n", 0, lead)
            self._add(text)
            self._line += text.count("\n", lead)

    def _add(self, text: str) -> None:
        if not text:
            return
        if self._start is None and strip(text):
            self._start = self._line
        self._pieces.append(Piece(text, self._links > 0, self._bolds > 0))

    def _flush(self) -> None:
        """Add the line gathered so far, if it shows anything."""
        if self._pieces:
            text, cells = self._gathered()
            if text:
                pieces = tuple(self._pieces)
                linked = sum(len(piece.text.strip()) for piece in pieces if piece.is_link)
                line = self._start or self._line
                self._shown.blocks.append(Block(text, line, self._level, self._node, pieces, cells, linked))
            self._pieces = []
        self._cells, self._start = [], None

    def _gathered(self) -> tuple[str, tuple[str, ...]]:
        texts = [piece.text for piece in self._pieces]
        if not self._cells:
            return _tidy("".join(texts)), ()
        bounds = [*self._cells, len(texts)]
        cells = tuple(_tidy("".join(texts[a:b])) for a, b in pairwise(bounds))
        return CELL_GAP.join(cells) if any(cells) else "", cells


def _tidy(text: str) -> str:
    """Return text with the blanks that a browser shows: none where the source only breaks a Chinese line."""
    if "\n" in text:
        text = _HAN_BREAK.sub("", text)
    return strip(_GAP.sub(" ", drop_controls(text)))


def _name(element: _Element) -> str:
    """Return id and classes of an element as `#id.class.class`."""
    name, classes = element.get("id"), element.get("class")
    named = f"#{name}" if name else ""
    return f"{named}.{'.'.join(classes.split())}" if classes else named


def _is_bold(element: _Element, tag: str) -> bool:
    if tag in ("b", "strong", "th"):
        return True
    style = element.get("style")
    return style is not None and _BOLD.search(style) is not None
