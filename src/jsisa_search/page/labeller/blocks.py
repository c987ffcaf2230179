"""The lines of a page with what is known of each: links, type, element, place in the tree.

HTML knows the elements around a line; the lines of other formats are all in one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from jsisa_search.page.lines import Line, strip

CELL_GAP = " | "
_LETTER = re.compile(r"[^\W\d_]")


class Piece(NamedTuple):
    """A stretch of text within one inline element; a tuple, as there are thousands on a page.

    `href` is the address of the link around it, as the page writes it.
    """

    text: str
    is_link: bool
    is_bold: bool
    href: str = ""


class Block(NamedTuple):
    """One visible line: its text, its pieces, and `node`, the number of the innermost node around it.

    `number` is the line of the file; `level` as in `Line`. `cells` are the cells where the block is the
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
        """Whether every letter is bold; a mark or a number before it need not be."""
        return all(piece.is_bold or not _LETTER.search(piece.text) for piece in self.pieces)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Texts and addresses of the links in the block."""
        groups = groupby(self.pieces, key=lambda piece: piece.href)
        texts = ((strip("".join(piece.text for piece in group)), href) for href, group in groups if href)
        return tuple((text, href) for text, href in texts if text)

    @property
    def parted(self) -> str:
        """The text with a blank between inline elements, as labels and values are often elements."""
        return " ".join(strip(piece.text) for piece in self.pieces if strip(piece.text))


class Node(NamedTuple):
    """An element that makes lines: its parent, its tag, its name (`#id.class`) and what that says."""

    parent: int
    tag: str
    name: str
    role: str | None
    is_centred: bool = False


@dataclass(slots=True)
class Shown:
    """What a page shows: its blocks in order, the nodes around them, and what was passed over as hidden.

    `lasts` has for each node the last one below it; `captions` are the blocks right below a picture. `lines`
    are those of a format that knows no elements, one for each block.
    """

    blocks: list[Block] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    captions: set[int] = field(default_factory=set)
    lines: tuple[Line, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing is known of the elements around the lines."""
        return bool(self.lines)

    def path(self, node: int) -> str:
        """Return the path of a node, as `body > div#main > div.article`, the last four steps."""
        steps: list[str] = []
        nodes = self.nodes
        while node > 0 and len(steps) < 4:
            node, tag, name = nodes[node][:3]
            steps.append(tag + name)
        return " > ".join(reversed(steps))


def show_lines(lines: tuple[Line, ...]) -> Shown:
    """Return lines without elements, all in one."""
    blocks = [
        Block(
            line.text,
            line.number,
            line.level,
            1,
            (Piece(line.text, False, False),),
            (),
            min(sum(len(name) for name, _ in line.links), len(line.text)),
        )
        for line in lines
    ]
    nodes = [Node(-1, "", "", None), Node(0, "", "", None)]
    return Shown(blocks, nodes, [1, 1], lines=lines)
