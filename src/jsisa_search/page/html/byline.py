"""The lines around title and text -> fields: time, source, author and what else has a label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from jsisa_search.page import boilerplate
from jsisa_search.page.html.blocks import Block
from jsisa_search.page.html.titles import compared
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.metadata import Metadata, field_of_key, parse_metadata, read_labels, read_reporter
from jsisa_search.page.rules import compile_patterns, load_rules
from jsisa_search.page.stamps import Stamp, find_stamp

_LABEL_BLANKS = re.compile(r"[\s:：]+")
_SENTENCE = re.compile(r"[。！？]")
_LABELLED = re.compile(r"[:：]")
_HAN = re.compile(r"[一-鿿]")
_LONGEST = 160
_PARTS = re.compile(r"[\s|｜/]+")
# 来源：云浦晚报 记者 张三
_NAMED_IN_SOURCE = re.compile(
    r"(.+?)[ |｜/　]+(?:本报|本网)?(?:记者|記者|通讯员|作者|编辑|文|图)[ :：/　]+(.+)"
)
_YEAR = re.compile(r"(?:19|20)\d\d年?")
# 2023 11/ 17 20:52:15: the parts of a time, each in an element of its own.
_SPLIT_TIME = re.compile(r"((?:19|20)\d\d)年? +(\d{1,2}) ?[/月.-] ?(\d{1,2})日? +(\d{1,2}:\d{2}(?::\d{2})?)")
_RELATIVE_TIME = re.compile(
    r"昨天|前天|今天|刚刚|\d{1,2} ?(?:分钟|小时|天|周|个月)前|"
    r"\d{1,2}(?:月\d{1,2}日|-\d{1,2})(?: \d{1,2}:\d{2})?$"
)


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
    parted = _read_label_above(blocks, at) or parse_metadata(block.parted, in_head=in_head)
    if parted is None or not parted.fields:
        joined = parse_metadata(block.text, in_head=in_head)
        parted = joined if joined is not None and joined.fields else parted
    return _split_time(parted) if parted is not None else None


def _split_time(metadata: Metadata) -> Metadata:
    """Return the fields without the time behind a name, one of its own: 来源：云浦日报 2022-09-06."""
    fields, stamp = dict(metadata.fields), metadata.stamp
    if "source" in fields and (named := _NAMED_IN_SOURCE.fullmatch(fields["source"])):
        fields = fields | {"source": named[1], "reporter": fields.get("reporter", named[2])}
    for name in ("source", "author", "reporter", "editor", "publisher"):
        found = find_stamp(fields[name]) if name in fields else None
        if found is not None:
            value = normalize(fields.pop(name))[: found.start].strip(" |｜/·,，")
            stamp = stamp or found
            fields |= {name: value} if value else {}
    return Metadata(fields, stamp)


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
    text = normalize(block.parted)
    if len(text) > _LONGEST or _SENTENCE.search(text):
        return None
    plain = _SPLIT_TIME.sub(r"\1-\2-\3 \4", text)
    stamp = find_stamp(plain)
    if stamp is not None:
        return Metadata(_names(plain[: stamp.start], plain[stamp.end :]), stamp)
    relative = _RELATIVE_TIME.search(plain)
    if relative is not None:
        return Metadata(_names(plain[: relative.start()], plain[relative.end() :]))
    said = read_reporter(plain) or dict(read_labels(plain))
    return Metadata(said) if said else None


def join_time(blocks: list[Block], start: int, end: int) -> tuple[Stamp, int] | None:
    """Return a time whose parts stand in blocks of their own (2019, 09/07, 19:02), and its last block."""
    for first in range(start, end):
        if _YEAR.fullmatch(blocks[first].text) is None:
            continue
        for last in range(first + 1, min(first + 5, end)):
            joined = " ".join(block.text for block in blocks[first : last + 1])
            stamp = find_stamp(_SPLIT_TIME.sub(r"\1-\2-\3 \4", joined)) if len(joined) <= 30 else None
            if stamp is not None and stamp.precision != "day":
                return stamp, last
    return None


def _names(before: str, after: str) -> dict[str, str]:
    """Return source and author among the words beside a time; those next to it come first."""
    labelled = dict(read_labels(f"{before} {after}"))
    if {"source", "author"} & set(labelled):
        return labelled
    words = [*_words(after), *reversed(_words(before))]
    pairs = pairwise([*words, ""])
    fields = {name: value for word, value in pairs if (name := field_of_key(word)) and value}
    labelled |= fields
    if {"source", "author"} & set(labelled):
        return labelled
    words = [word for word in words if is_name(word)]
    persons = [word for word in words if is_person(word)]
    names = [word for word in words if word not in persons]
    fields = labelled | ({"source": names[0]} if names else {})
    return fields | ({"author": " ".join(persons)} if persons else {})


def is_named_as_source(name: str) -> bool:
    """Whether an element is named as that of a source or an author."""
    return bool(name) and compile_patterns("html", "source_names").search(name.lower()) is not None


def _words(text: str) -> list[str]:
    words = [word.strip("[]【】()（）:：,，·") for word in _PARTS.split(text)]
    return [word for word in words if word]


def is_person(word: str) -> bool:
    """Whether a word is a Chinese person's name: a surname and one or two characters."""
    is_short = 2 <= len(word) <= 3 and word[0] in load_rules("html")["surnames"]
    return is_short and not boilerplate.is_site_name(word)


def is_name(word: str) -> bool:
    """Whether a word beside a time can be a name: no button, no badge, no number, no column."""
    if not _HAN.search(word) or len(word) > 24 or field_of_key(word) is not None or _LABELLED.search(word):
        return False
    line = Line(word, 1)
    is_button = boilerplate.is_toolbar(line) or boilerplate.is_menu(line) or boilerplate.is_aside(line)
    return not is_button and compile_patterns("html", "no_names").fullmatch(word) is None


def repeats(block: Block, title: str | None) -> bool:
    """Whether a block shows the title once more."""
    return bool(title) and compared(block.text) == compared(title or "")
