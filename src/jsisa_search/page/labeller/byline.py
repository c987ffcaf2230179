"""The lines around title and text -> fields: time, source, author and what else has a label."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import (
    Metadata,
    before_label,
    field_of_key,
    is_button,
    is_label,
    parse_metadata,
    read_labels,
    tidy_name,
    without_buttons,
)
from jsisa_search.page.facts.reporters import read_credit, read_reporter
from jsisa_search.page.facts.timestamps import (
    SHORT_YEAR,
    Stamp,
    find_relative,
    find_stamp,
    find_stamps,
    find_yearless,
    is_time,
    read_clock,
)
from jsisa_search.page.labeller.blocks import Block
from jsisa_search.page.labeller.names import (
    HAN,
    LABELLED,
    is_latin_name,
    is_name,
    is_person,
    person_in,
    split_names,
)
from jsisa_search.page.labeller.titles import compared
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.rules import compile_search

_HANDLED = ("收集", "整理", "转载", "编译", "上传", "推荐")
_BY_LABEL = frozenset(("source", "author"))
_LABEL_BLANKS = re.compile(r"[\s:：]+")
_SENTENCE = re.compile(r"[。！？]")
_LONGEST = 160
_SHORT_LINE = 24  # of a name and a day without a year; a longer one is text
_PARTS = re.compile(r"[\s|｜/]+")
# 来源：云浦晚报 记者 张三
_NAMED_IN_SOURCE = re.compile(
    r"(.+?)[ |｜/　]+(?:本报|本网)?(?:记者|記者|通讯员|作者|编辑|文|图)[ :：/　]+(.+)"
)
_BARE_LABELS = ("source", "published", "issuer", "document_number")  # understood without a colon, too
_DIGITS = re.compile(r"[\d年月日/.-]{1,8}")
# The parts of a time, each in an element of its own: 2023 11/ 17 20:52:15; 17 2023-11; 11-17 2023.
_SPLIT_TIMES = (
    (
        re.compile(r"((?:19|20)\d\d)年? +(\d{1,2}) ?[/月.-] ?(\d{1,2})日? +(\d{1,2}:\d{2}(?::\d{2})?)"),
        r"\1-\2-\3 \4",
    ),
    (re.compile(r"^(\d{1,2})日? +((?:19|20)\d\d)[-/.年] ?(\d{1,2})月?$"), r"\2-\3-\1"),
    (re.compile(r"^(\d{1,2})[-/.月] ?(\d{1,2})日? +((?:19|20)\d\d)年?$"), r"\3-\1-\2"),
)
_SHORT_DAY = re.compile(r"\d\d[-/.]\d\d|\d{1,2}月\d{1,2}日")
# A name that a day follows without a blank: 云浦在线2022年9月6日10:20.
_PAPER = re.compile(r"[一-鿿·]{2,10}(?:网|網|报|報|社|台|局|在线|客户端|发布|新闻|频道|时报|周刊)")
_MEDIUM = re.compile(r"[一-鿿·]{1,10}(?:网|網|报|報|社|台|在线|客户端|新闻|周刊|杂志)")
_LONGEST_CLOSING = 40
_NUMERIC_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_LABEL_BEFORE = re.compile(r"([一-鿿]{2,8}) ?[:：] ?$")


@dataclass(slots=True)
class Byline:
    """What the lines say: fields, the block that said each, a bare time, all blocks that said anything.

    `above` are the fields above the title; `clock` is one in a block of its own beside a day.
    """

    fields: dict[str, str] = field(default_factory=dict)
    said_at: dict[str, int] = field(default_factory=dict)
    stamp: Stamp | None = None
    used: set[int] = field(default_factory=set)
    above: set[str] = field(default_factory=set)
    clock: tuple[int, int, int | None] | None = None
    labelled: set[str] = field(default_factory=set)

    def add(
        self, metadata: Metadata, at: int, *, above: bool = False, labelled: frozenset[str] = frozenset()
    ) -> None:
        """Take the fields that are not known yet; `labelled` ones go before names without a label."""
        before = set(self.said_at)
        metadata = _tidy_source(metadata)
        for name, value in metadata.fields.items():
            is_better = name in labelled and name not in self.labelled and name in _BY_LABEL
            if name not in self.fields or is_better:
                self.labelled |= {name} & labelled
                self.fields[name], self.said_at[name] = value, at
        if metadata.stamp and self.stamp is None:
            self.stamp, self.said_at["stamp"] = metadata.stamp, at
        if above:
            self.above |= set(self.said_at) - before
        self.used.add(at)

    def with_clock(self, stamp: Stamp) -> Stamp:
        """Return a day with the clock beside it."""
        return stamp.at_clock(*self.clock) if self.clock and stamp.precision == "day" else stamp


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
    return _tidy_source(_as_shown(parted, block.text)) if parted is not None else None


def read_closing(block: Block) -> Metadata | None:
    """Return day and paper of a line below a text that has nothing else: （云浦日报 2001年3月15日 第一版）.

    The signature of a document, an office and a day, is part of it; so is a bare day in Chinese form.
    """
    text = normalize(block.text).strip("（()）[]")
    if len(text) > _LONGEST_CLOSING or block.cells:
        return None
    said = read_loose(block)
    if said is None or said.stamp is None or said.stamp.precision == "month":
        return None
    source = said.fields.get("source", "").strip("《》〈〉")
    rest = _NUMERIC_DAY.sub("", text).strip(" 　,，")
    if _MEDIUM.fullmatch(source):
        return Metadata({"source": source}, said.stamp)
    return Metadata({}, said.stamp) if not rest and not source else None


def _as_shown(said: Metadata, text: str) -> Metadata:
    """Return the source as the line has it, without the blanks between its elements."""
    source = said.fields.get("source", "")
    if " " not in source or source in text:
        return said
    found = re.search(r"\s*".join(map(re.escape, source.replace(" ", ""))), text)
    return Metadata({**said.fields, "source": found[0]}, said.stamp) if found else said


def _tidy_source(metadata: Metadata) -> Metadata:
    """Return the fields with the source alone: without a reporter and buttons behind it."""
    source = metadata.fields.get("source")
    if source is None:
        return metadata
    fields = dict(metadata.fields)
    named = _NAMED_IN_SOURCE.fullmatch(source)
    if named:
        fields |= {"source": named[1], "reporter": fields.get("reporter", named[2])}
    fields["source"] = without_buttons(fields["source"])
    if not may_be_source(fields["source"]):
        del fields["source"]
        return Metadata(fields, metadata.stamp)
    name, _, rest = fields["source"].rpartition(" ")
    if name and rest.endswith(_HANDLED):
        fields["source"] = name.strip(" \u3000")  # 云浦日报 清河网收集: who took it from there
    name, _, person = fields["source"].rpartition(" ")
    if name and is_person(person) and not is_person(name):
        fields |= {"source": name, "author": fields.get("author", person)}
    return Metadata(fields, metadata.stamp)


def may_be_source(value: str) -> bool:
    """Whether the text after 来源： can be a source: no button, no other label, no time."""
    if boilerplate.is_toolbar(Line(value, 1)) or is_label(value):
        return False
    stamp = find_stamp(value)
    return stamp is None or bool((value[: stamp.start] + value[stamp.end :]).strip(" |｜·:："))


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
    if "published" in fields and not is_time(fields["published"]):
        del fields["published"]
    return Metadata(fields) if fields else None


def _label(text: str) -> str | None:
    """Return the field of a cell that is nothing but a label, `ignored` for one of no interest."""
    key = _LABEL_BLANKS.sub("", text)
    if not key or len(key) > 8:
        return None
    is_known = is_label(key) or text.rstrip().endswith((":", "："))
    return field_of_key(key) or ("ignored" if is_known else None)


def takes_line_below(blocks: list[Block], at: int) -> bool:
    """Whether a block is a label whose value is the block below."""
    return not blocks[at].cells and _read_label_above(blocks, at) is not None


def _read_label_above(blocks: list[Block], at: int) -> Metadata | None:
    """Return the field of a block that is only a label and of the block below with its value."""
    text = blocks[at].text.rstrip()
    has_colon = text.endswith((":", "："))
    if not has_colon and (len(text) < 2 or field_of_key(text) not in _BARE_LABELS):
        return None
    if len(text) > 8 or at + 1 >= len(blocks):
        return None
    name, value = _label(text), normalize(blocks[at + 1].text)
    if name in (None, "ignored") or not 0 < len(value) <= 40 or _label(value) or _SENTENCE.search(value):
        return None
    if name == "published" and not is_time(value):
        return None
    return Metadata({str(name): value})


def read_loose(block: Block) -> Metadata | None:
    """Return time, source and author of a line without labels: 2019-09-26 10:56 云浦新闻网."""
    text = normalize(block.parted)
    if len(text) > _LONGEST or _SENTENCE.search(text):
        return None
    plain = SHORT_YEAR.sub(r"20\g<0>", _join_parts(text))
    stamps = [stamp for stamp in find_stamps(plain) if _stands_free(plain[: stamp.start], plain[stamp.end :])]
    if stamps:
        return _beside_stamps(plain, stamps)
    yearless = _read_yearless(plain)
    if yearless is not None:
        return yearless
    relative = find_relative(plain)
    if relative is not None:
        names = _names(plain[: relative[0]], plain[relative[1] :])
        return Metadata(names | _clock_in(plain[relative[0] : relative[1]]))
    said = read_reporter(plain) or dict(read_labels(plain)) or _person_and_paper(plain) or read_credit(plain)
    return Metadata(said) if said else None


def _person_and_paper(text: str) -> dict[str, str]:
    """Return author and source of a line of nothing but the two: 李四/云浦新闻."""
    parts = split_names(text)
    return {"author": parts[0], "source": parts[1]} if len(parts) > 1 else {}


def _clock_in(relative: str) -> dict[str, str]:
    """Return the clock of 昨天 14:23, whose day must come from elsewhere."""
    clock = relative.rpartition(" ")[2]
    return {"clock": clock} if read_clock(clock) else {}


def _read_yearless(text: str) -> Metadata | None:
    """Return a time without its year, and the names beside it: 云浦快报 09-06."""
    found = find_yearless(text)
    if found is None or not _stands_free(text[: found.start], text[found.end :]):
        return None
    value = text[found.start : found.end].strip()
    if not found.clock and not (_SHORT_DAY.fullmatch(value) and len(text) <= _SHORT_LINE):
        return None
    return Metadata(_names(text[: found.start], text[found.end :]) | {"yearless": value})


def _beside_stamps(text: str, stamps: list[Stamp]) -> Metadata:
    """Return the names beside the times of a line, and of these the one of publishing."""
    fields = _names(text[: stamps[0].start], text[stamps[-1].end :])
    published, changed = (compile_search("times", "before", name) for name in ("published", "changed"))
    said = next((stamp for stamp in stamps if published.search(text[: stamp.start])), None)
    said = said or next((stamp for stamp in stamps if not changed.search(text[: stamp.start])), None)
    if said is None:
        return Metadata(fields | {"updated": text[stamps[0].start : stamps[0].end]})
    return Metadata(fields, said)


def _stands_free(before: str, behind: str) -> bool:
    """Whether a time between two texts is no part of running text, and of no unknown label (会议时间：)."""
    if not compile_search("times", "behind", "free").match(behind):
        return False
    if any(compile_search("times", "before", name).search(before) for name in ("published", "changed")):
        return True
    label = _LABEL_BEFORE.search(before)
    if label is not None:
        return field_of_key(label[1]) in ("published", "dated", "updated")
    return not HAN.match(before[-1:]) or _PAPER.fullmatch(before) is not None


def read_clock_beside(blocks: list[Block], at: int) -> int | None:
    """Return the block next to a day that is only a clock."""
    places = (place for place in (at + 1, at - 1) if 0 <= place < len(blocks))
    return next((place for place in places if read_clock(blocks[place].text)), None)


def join_time(blocks: list[Block], start: int, end: int) -> tuple[Stamp, int] | None:
    """Return a time whose parts are blocks of their own (2019, 09/07, 19:02), and its last block."""
    for first in range(start, end):
        if _DIGITS.fullmatch(blocks[first].text) is None:
            continue
        for last in range(first + 1, min(first + 5, end)):
            joined = " ".join(block.text for block in blocks[first : last + 1])
            stamp = find_stamp(_join_parts(joined)) if len(joined) <= 30 else None
            if stamp is not None and stamp.start == 0 and stamp.precision != "month":
                return stamp, last
    return None


def _join_parts(text: str) -> str:
    """Return a line with the parts of its time put together."""
    for pattern, whole in _SPLIT_TIMES:
        text = pattern.sub(whole, text)
    return text


def _names(before: str, after: str) -> dict[str, str]:
    """Return source and author among the words beside a time; those next to it come first."""
    labelled = {name: tidy_name(name, value) for name, value in read_labels(f"{before} {after}").items()}
    labelled = {name: value for name, value in labelled.items() if value}
    if "source" in labelled:
        return labelled
    before, after = before_label(before), before_label(after)
    for text, other in ((after, before), (before, after)):
        said = read_reporter(text.strip(" ,，|｜·"))
        if said is not None:
            return (_names(other, "") if other.strip() else {}) | said | labelled
    words = [*_words(after), *reversed(_words(before))]
    pairs = pairwise([*_words(before), "", *_words(after), ""])
    fields = {
        name: value
        for word, value in pairs
        if (name := field_of_key(word))
        and value
        and not (is_label(value) or is_button(value) or LABELLED.search(value))
    }
    labelled |= fields
    if "source" in labelled:
        return labelled
    words = [word for word in words if field_of_key(word) is None and word not in labelled.values()]
    words = [word for word in words if is_name(word)] or [word for word in words if is_latin_name(word)]
    parts = [part for word in words for part in split_names(word)]
    persons = [person for word in parts if (person := person_in(word))]
    names = [word for word in parts if not person_in(word)]
    fields = ({"source": names[0]} if names else {}) | labelled
    return ({"author": " ".join(persons)} if persons else {}) | fields


def _words(text: str) -> list[str]:
    words = [word.strip("[]【】()（）:：,，·") for word in _PARTS.split(text)]
    return [word for word in words if word]


def repeats(block: Block, title: str | None) -> bool:
    """Whether a block shows the title once more."""
    return bool(title) and compared(block.text) == compared(title or "")
