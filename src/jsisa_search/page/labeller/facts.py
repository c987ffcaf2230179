"""Where the facts of a release are looked for, and which is believed where the places disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import Metadata, read_labels, tidy_name
from jsisa_search.page.facts.reporters import (
    read_credit,
    read_dateline,
    read_report,
    read_reporter,
    read_signature,
)
from jsisa_search.page.facts.timestamps import Stamp, read_clock
from jsisa_search.page.labeller.blocks import Block, Shown
from jsisa_search.page.labeller.byline import (
    Byline,
    join_time,
    read_clock_beside,
    read_closing,
    read_line,
    read_loose,
    takes_line_below,
)
from jsisa_search.page.labeller.declared import Declared
from jsisa_search.page.labeller.names import is_name, is_named_as_source, is_person, is_writer
from jsisa_search.page.labeller.publication_time import Candidate, choose_time
from jsisa_search.page.labeller.titles import Title, compared
from jsisa_search.page.lines import Finding, Line, normalize
from jsisa_search.page.rules import compile_search, load_rules

_NO_FIELDS = (
    "published",
    "updated",
    "yearless",
    "clock",
    "title",
    "ignored",
)  # read elsewhere, or of no interest
_EDGE = 4  # lines at the beginning and the end of the text that may name who wrote it
_LONGEST_SIGNATURE = 40  # 云浦日报记者 张三 李四
_LONGEST_PERSON = 4
_NOWHERE = -9  # a block far from all others
_LONGEST_NAME = 12  # of a source recognised only by its place beside the time


@dataclass(slots=True)
class Facts:
    """The fields of a release, its time, the blocks that said nothing else, and why each was believed."""

    fields: dict[str, str] = field(default_factory=dict)
    stamp: Stamp | None = None
    used: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def find_labelled_title(shown: Shown, text_start: int) -> list[str]:
    """Return the title that a line above the text gives with a label, as tables of public documents do."""
    for at in range(text_start):
        block = shown.blocks[at]
        if block.cells or block.text[:6].count("：") or block.text[:6].count(":"):
            metadata = read_line(shown.blocks, at)
            if metadata is not None and "title" in metadata.fields:
                return [metadata.fields["title"]]
    return []


def read_facts(
    shown: Shown, declared: Declared, title: Title | None, text: tuple[int, int], *, begin: int
) -> Facts:
    """Return what is said about the release whose text is the blocks from `text[0]` up to `text[1]`.

    The element of the text begins with block `begin`.
    """
    facts = Facts()
    byline = _read_around(shown, title, text[0], begin)
    tail = _read_tail(shown, text[1])
    written = _read_text_edges(shown, text)
    facts.used = byline.used | tail.used
    _take_time(facts, shown, choose_time(shown, declared, byline, tail, text[0]))
    is_signed = bool({"author", "reporter"} & set(written))
    _take_fields(shown, declared, byline, tail, facts, is_signed=is_signed)
    said = byline.fields.get("yearless") or byline.fields.get("published")
    if facts.stamp is None and said:
        facts.fields["yearless"] = said  # the year may be outside of the page
    for name, value in written.items():
        if name not in facts.fields:
            facts.fields[name] = value
            facts.findings.append(Finding(name, value, "named at the beginning or the end of the text"))
    return facts


def _read_text_edges(shown: Shown, text: tuple[int, int]) -> dict[str, str]:
    """Return what the first lines of the text say of who sent it, and its last ones of who wrote it."""
    blocks = shown.blocks[text[0] : text[1]]
    said: dict[str, str] = {}
    for block in blocks[:2]:
        said = read_dateline(block.text) | said
    for block in (*blocks[:_EDGE], *blocks[-_EDGE:], *shown.blocks[text[1] : text[1] + 2]):
        if len(block.text) <= _LONGEST_SIGNATURE:
            said = (read_reporter(block.text) or _signed(block) or read_credit(block.text)) | said
    if "author" not in said:
        inner = (read_reporter(block.text) for block in blocks if len(block.text) <= _LONGEST_SIGNATURE)
        reporter = next((found["author"] for found in inner if found), None)
        said |= {"author": reporter} if reporter else {}
    for block in blocks:
        if "reporter" not in said and "導" in block.text:
            said |= read_report(block.text)
    for block in reversed(blocks[-_EDGE:]):
        said = read_signature(block.text) | said
    return {name: value for name, value in said.items() if not value.endswith(("摄", "攝"))}


def _signed(block: Block) -> dict[str, str]:
    """Return the author that a line of its own names: 记者：张三, （张三）."""
    labels = read_labels(block.text)
    if {"author", "reporter"} & set(labels):
        named = {name: tidy_name(name, value) for name, value in labels.items()}
        return {name: value for name, value in named.items() if value and name in ("author", "reporter")}
    name = block.text.strip("（）() ")
    return {"reporter": name} if name != block.text and is_person(name) else {}


def _take_time(facts: Facts, shown: Shown, chosen: Candidate | None) -> None:
    if chosen is not None:
        facts.stamp = chosen.stamp
        facts.findings.append(_finding(shown, "published", str(chosen.stamp.moment), chosen.rule, chosen.at))


def _read_around(shown: Shown, title: Title | None, text_start: int, begin: int) -> Byline:
    """Read the lines from the title down to the text, then those above the title, nearest first."""
    limits = load_rules("labeller")["facts"]
    byline = Byline()
    if title is not None and title.blocks:
        first, last = title.blocks[0], title.blocks[-1]
    else:
        first = last = -1 if shown.is_plain else max(text_start - limits["above_text"], -1)
    below = range(last + 1, text_start)
    near = range(first - 1, max(first - 1 - limits["above_title"], -1), -1)
    has_place = not shown.is_plain or (title is not None and bool(title.blocks))
    _read(shown.blocks[:text_start], below, byline, is_loose=has_place)
    _read(
        shown.blocks,
        near,
        byline,
        is_loose=byline.stamp is None and "published" not in byline.fields,
        above=True,
    )
    _read_parts(shown, last + 1, text_start, byline, title, begin=begin)
    if byline.stamp is None and "published" not in byline.fields:
        above = max(first - limits["above_title"], 0)
        _read_parts(shown, above, max(first, 0), byline, title, above=True)
    far = (
        at
        for at in range(max(first - limits["above_title"], 0))
        if not shown.nodes[shown.blocks[at].node].role
    )
    _read(shown.blocks, far, byline, is_loose=False, only=frozenset(limits["far_fields"]))
    return byline


def _read_parts(
    shown: Shown,
    start: int,
    end: int,
    byline: Byline,
    title: Title | None,
    *,
    begin: int = 0,
    above: bool = False,
) -> None:
    """Read the elements of their own below the title: the parts of a time, the name of a source."""
    joined = join_time(shown.blocks, start, end)
    if joined is not None and byline.stamp is None:
        byline.add(Metadata({}, joined[0]), joined[1])
    _read_clock(shown, byline)
    if {"source", "author"} & set(byline.fields):
        return
    free = _free_names(shown, start, end, byline, title)
    is_below = title is not None and bool(title.blocks) and not above
    if is_below:
        _read_author(shown, start, end, byline)
    named = (at for at in free if is_named_as_source(shown.nodes[shown.blocks[at].node].name))
    # A line of the text right below the time is a heading of it.
    beside = byline.said_at.get("stamp", _NOWHERE)
    near = (at for at in free if is_below and abs(at - beside) == 1 and not beside < begin <= at)
    short = (at for at in near if len(shown.blocks[at].text) <= _LONGEST_NAME)
    source = next(chain(named, short), None)
    if source is not None:
        text = normalize(shown.blocks[source].text)
        byline.add(Metadata({"author" if is_writer(text) else "source": text}), source)


def _free_names(shown: Shown, start: int, end: int, byline: Byline, title: Title | None) -> list[int]:
    """Return the blocks that may be a name, the nearest to the time first.

    What says something else, like a row with the number of the document, is no name.
    """
    beside = byline.said_at.get("stamp", _NOWHERE)
    shown_title = compared(title.text) if title else ""
    return [
        at
        for at in sorted(range(start, end), key=lambda at: abs(at - beside))
        if at not in byline.used
        and not shown.blocks[at].cells
        and compared(shown.blocks[at].text) != shown_title
        and is_name(shown.blocks[at].text)
    ]


def _read_author(shown: Shown, start: int, end: int, byline: Byline) -> None:
    """Read the element near the time that is named as that of the author, or has a person's name."""
    written = (at for at in range(start, end) if _is_author_element(shown, at))
    persons = (at for at in range(start, end) if is_person(shown.blocks[at].text))
    at = next(chain(written, persons), None)
    beside = byline.said_at.get("stamp", _NOWHERE)
    if at is not None and at not in byline.used and abs(at - beside) <= _EDGE:
        byline.add(Metadata({"author": shown.blocks[at].text}), at)


def _is_author_element(shown: Shown, at: int) -> bool:
    """Whether an element is named as that of the author and has a name alone."""
    name = shown.nodes[shown.blocks[at].node].name.lower()
    is_named = bool(name) and compile_search("labeller", "author_names").search(name) is not None
    text = shown.blocks[at].text
    return is_named and 2 <= len(text) <= _LONGEST_PERSON and is_name(text)


def _read_clock(shown: Shown, byline: Byline) -> None:
    """Read the clock in a block of its own beside the day."""
    day = byline.said_at.get("published", byline.said_at.get("stamp"))
    at = read_clock_beside(shown.blocks, day) if day is not None and byline.clock is None else None
    if at is not None:
        byline.clock = read_clock(shown.blocks[at].text)
        byline.used.add(at)


def _read(
    blocks: list[Block],
    order: Iterable[int],
    byline: Byline,
    *,
    is_loose: bool,
    above: bool = False,
    only: frozenset[str] | None = None,
) -> None:
    for at in order:
        line = Line(blocks[at].text, blocks[at].number)
        if (above or only) and not blocks[at].cells and boilerplate.is_masthead(line):
            continue  # the date of saving, the address of the site
        metadata = read_line(blocks, at)
        labelled = frozenset(metadata.fields if metadata else ())
        is_row = bool(blocks[at].cells) and metadata is not None
        if is_loose and not is_row and (metadata is None or not set(metadata.fields) & {"source", "author"}):
            metadata = _merge(read_loose(blocks[at]), metadata)
        if metadata is None or (only and not set(metadata.fields) & only):
            continue
        if above and not metadata.fields and metadata.stamp and metadata.stamp.precision in ("day", "month"):
            continue  # a bare day above the title is the day of saving
        if only:
            metadata = Metadata({name: value for name, value in metadata.fields.items() if name in only})
        byline.add(metadata, at, above=above, labelled=labelled)
        if not only and takes_line_below(blocks, at):
            byline.used.add(at + 1)


def _merge(loose: Metadata | None, labelled: Metadata | None) -> Metadata | None:
    """Return what a line says with and without labels; labels come first."""
    if loose is None or labelled is None:
        return loose or labelled
    return Metadata({**loose.fields, **labelled.fields}, labelled.stamp or loose.stamp)


def _read_tail(shown: Shown, text_end: int) -> Byline:
    """Read the lines below the text: editor, source, at times the time."""
    byline = Byline()
    for at in range(
        text_end, min(text_end + load_rules("labeller")["facts"]["below_text"], len(shown.blocks))
    ):
        if shown.nodes[shown.blocks[at].node].role in ("comment", "related"):
            continue
        metadata = read_line(shown.blocks, at, in_head=False)
        closing = read_closing(shown.blocks[at]) if at < text_end + _EDGE else None
        if closing is not None and byline.stamp is None:
            byline.add(closing, at)
        elif metadata is not None and metadata.fields:
            byline.add(Metadata(metadata.fields), at)
    return byline


def _take_fields(
    shown: Shown, declared: Declared, byline: Byline, tail: Byline, facts: Facts, *, is_signed: bool
) -> None:
    """Take what the page shows beside the title, then what <meta> states, then what is below the text.

    `is_signed`: the text names its author: many systems state in <meta> who edited it.
    """
    shown_first = ((byline, "shown beside the title"), (None, "stated by <meta>"))
    stated_first = ((None, "stated in the file as"), shown_first[0])
    for said, rule in (
        *(stated_first if declared.is_certain else shown_first),
        (tail, "shown below the text"),
    ):
        fields = declared.fields if said is None else said.fields
        for name, value in fields.items():
            if name in facts.fields or name in _NO_FIELDS:
                continue
            is_doubtful = said is None and not declared.is_certain
            if is_doubtful and name == "author" and (is_signed or not is_writer(value)):
                continue  # many systems put the paper there
            facts.fields[name] = value
            why = f"{rule} {declared.names[name]}" if said is None else rule
            facts.findings.append(_finding(shown, name, value, why, said.said_at.get(name) if said else None))


def _finding(shown: Shown, what: str, text: str, rule: str, at: int | None) -> Finding:
    if at is None:
        return Finding(what, text, rule)
    block = shown.blocks[at]
    return Finding(what, text, rule, shown.path(block.node), block.number)
