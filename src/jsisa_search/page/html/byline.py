"""The lines around title and text -> fields: time, source, author and what else has a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jsisa_search.page import boilerplate
from jsisa_search.page.html.blocks import Block
from jsisa_search.page.html.titles import compared
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.metadata import Metadata, field_of_key, parse_metadata, read_reporter
from jsisa_search.page.rules import compile_patterns
from jsisa_search.page.stamps import Stamp, find_stamp

_LABEL_BLANKS = re.compile(r"[\s:：]+")
_SENTENCE = re.compile(r"[。！？]")
_HAN = re.compile(r"[一-鿿]")
_PERSON = re.compile(r"[一-鿿·]{2,4}")
_LONGEST = 160
_PARTS = re.compile(r"[\s|｜/]+")


@dataclass(slots=True)
class Byline:
    """What the lines say: fields, the block that said each, a bare time, all blocks that said anything."""

    fields: dict[str, str] = field(default_factory=dict)
    said_at: dict[str, int] = field(default_factory=dict)
    stamp: Stamp | None = None
    used: set[int] = field(default_factory=set)

    def add(self, metadata: Metadata, at: int, *, with_stamp: bool = True) -> None:
        """Take the fields that are not known yet."""
        for name, value in metadata.fields.items():
            if name not in self.fields:
                self.fields[name], self.said_at[name] = value, at
        if metadata.stamp and self.stamp is None and with_stamp:
            self.stamp, self.said_at["stamp"] = metadata.stamp, at
        self.used.add(at)


def read_byline(blocks: list[Block], order: Iterable[int], *, with_stamp: bool = True) -> Byline:
    """Return what the blocks at the indices of `order` say, the first that says something first."""
    byline = Byline()
    for at in order:
        metadata = read_line(blocks, at)
        if metadata is not None:
            byline.add(metadata, at, with_stamp=with_stamp)
    return byline


def read_line(blocks: list[Block], at: int, *, in_head: bool = True) -> Metadata | None:
    """Return what one block says about the release, `None` where it is no metadata."""
    block = blocks[at]
    if block.cells:
        return _read_cells(block.cells)
    if len(block.text) > _LONGEST:
        return None
    metadata = _read_label_above(blocks, at) or parse_metadata(block.parted, in_head=in_head)
    if metadata is not None and metadata.fields:
        return metadata
    return parse_metadata(block.text, in_head=in_head) if _has_fields(block, in_head=in_head) else metadata


def _has_fields(block: Block, *, in_head: bool) -> bool:
    metadata = parse_metadata(block.text, in_head=in_head)
    return metadata is not None and bool(metadata.fields)


def _read_cells(cells: tuple[str, ...]) -> Metadata | None:
    """Return the fields of a row of labels and values: 发文机关： | 云浦市政府 | 成文日期： | ...."""
    fields: dict[str, str] = {}
    is_label_before = False
    for at, cell in enumerate(cells):
        name = _label(cell)
        if name is not None:
            if at + 1 < len(cells) and _label(cells[at + 1]) is None and cells[at + 1]:
                fields.setdefault(name, normalize(cells[at + 1]))
            is_label_before = True
        elif not is_label_before:
            metadata = parse_metadata(cell, in_head=True) if cell else None
            if metadata is None and cell:
                return None
            fields = fields | dict(metadata.fields) if metadata else fields
    if "published" in fields and find_stamp(fields["published"]) is None:
        del fields["published"]
    return Metadata(fields) if fields else None


def _label(text: str) -> str | None:
    """Return the field of a cell that is nothing but a label, `ignored` for one of no interest."""
    key = _LABEL_BLANKS.sub("", text)
    if not key or len(key) > 8:
        return None
    return field_of_key(key) or ("ignored" if text.rstrip().endswith((":", "：")) else None)


def _read_label_above(blocks: list[Block], at: int) -> Metadata | None:
    """Return the field of a block that holds a label alone and of the block below with its value."""
    text = blocks[at].text.rstrip()
    if not text.endswith((":", "：")) or len(text) > 8 or at + 1 >= len(blocks):
        return None
    name, value = _label(text), normalize(blocks[at + 1].text)
    if name in (None, "ignored") or not 0 < len(value) <= 40 or _label(value) or _SENTENCE.search(value):
        return None
    if name == "published" and find_stamp(value) is None:
        return None
    return Metadata({str(name): value})


def read_loose(block: Block) -> Metadata | None:
    """Return time, source and author of a line without labels: 2019-09-26 10:56 云浦新闻网."""
    text = block.parted
    if len(text) > _LONGEST or _SENTENCE.search(text):
        return None
    plain = normalize(text)
    stamp = find_stamp(plain)
    if stamp is None:
        name = read_reporter(plain)
        return Metadata(name) if name else None
    fields = dict(_names(f"{plain[: stamp.start]} {plain[stamp.end :]}"))
    return Metadata(fields, stamp)


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Yield source and author among the words beside a time."""
    metadata = parse_metadata(text, in_head=True)
    if metadata and metadata.fields:
        yield from metadata.fields.items()
        return
    words = [word.strip("[]【】()（）:：,，·") for word in _PARTS.split(text)]
    words = [word for word in words if _is_name(word)]
    persons = [word for word in words if _PERSON.fullmatch(word) and not boilerplate.is_site_name(word)]
    names = [word for word in words if word not in persons]
    if names:
        yield "source", names[0]
    elif persons:
        yield ("author" if len(persons) > 1 else "source"), " ".join(persons)


def _is_name(word: str) -> bool:
    """Whether a word beside a time can be a name: no button, no badge, no number, no column."""
    if not _HAN.search(word) or len(word) > 24 or field_of_key(word) is not None:
        return False
    line = Line(word, 1)
    is_button = boilerplate.is_toolbar(line) or boilerplate.is_menu(line) or boilerplate.is_aside(line)
    return not is_button and compile_patterns("html", "no_names").fullmatch(word) is None


def repeats(block: Block, title: str | None) -> bool:
    """Whether a block shows the title once more."""
    return bool(title) and compared(block.text) == compared(title or "")
