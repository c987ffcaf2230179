"""Where the facts of a release are looked for, and which is believed where the places disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jsisa_search.page import boilerplate
from jsisa_search.page.html.blocks import Block, Shown
from jsisa_search.page.html.byline import (
    Byline,
    is_name,
    is_named_as_source,
    join_time,
    read_line,
    read_loose,
)
from jsisa_search.page.html.stated import Stated
from jsisa_search.page.html.titles import Title
from jsisa_search.page.lines import Line
from jsisa_search.page.metadata import Metadata, read_dateline
from jsisa_search.page.rules import load_rules
from jsisa_search.page.stamps import Stamp, find_stamp
from jsisa_search.page.trace import Finding

# t20220906_1.html, /2022-09/06/, /2022/0906/, /20220906/: the day in the address is the one of publishing.
_DAY_IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)|/(\d{1,2})/(\d{1,2})/)"
)

_LONGEST_NAME = 12  # of a source that nothing but its place beside the time tells


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


def read_facts(shown: Shown, stated: Stated, title: Title | None, text: tuple[int, int]) -> Facts:
    """Return what is said about the release whose text is the blocks from `text[0]` up to `text[1]`."""
    facts = Facts()
    byline = _read_around(shown, title, text[0])
    tail = _read_tail(shown, text[1])
    dateline = read_dateline(shown.blocks[text[0]].text) if text[0] < len(shown.blocks) else {}
    facts.used = byline.used | tail.used
    _take_time(shown, stated, byline, tail, text[0], facts)
    _take_fields(shown, stated, byline, tail, facts)
    for name, value in dateline.items():
        if name not in facts.fields:
            facts.fields[name] = value
            facts.findings.append(Finding(name, value, "the dateline at the beginning of the text"))
    return facts


def _read_around(shown: Shown, title: Title | None, text_start: int) -> Byline:
    """Read the lines from the title down to the text, then those above the title, nearest first."""
    limits = load_rules("html")["facts"]
    byline = Byline()
    if title is not None and title.blocks:
        first, last = title.blocks[0], title.blocks[-1]
    else:
        first = last = max(text_start - limits["above_text"], -1)
    below = range(last + 1, text_start)
    near = range(first - 1, max(first - 1 - limits["above_title"], -1), -1)
    _read(shown.blocks, below, byline, is_loose=True)
    _read(
        shown.blocks,
        near,
        byline,
        is_loose=byline.stamp is None and "published" not in byline.fields,
        above=True,
    )
    _read_parts(shown, last + 1, text_start, byline, is_below=title is not None and bool(title.blocks))
    if byline.stamp is None and "published" not in byline.fields:
        above = max(first - limits["above_title"], 0)
        _read_parts(shown, above, max(first, 0), byline, is_below=False)
    far = (
        at
        for at in range(max(first - limits["above_title"], 0))
        if not shown.nodes[shown.blocks[at].node].role
    )
    _read(shown.blocks, far, byline, is_loose=False, only=frozenset(limits["far_fields"]))
    return byline


def _read_parts(shown: Shown, start: int, end: int, byline: Byline, *, is_below: bool) -> None:
    """Read what stands in elements of its own below the title: the parts of a time, the name of a source."""
    joined = join_time(shown.blocks, start, end)
    if joined is not None and byline.stamp is None:
        byline.add(Metadata({}, joined[0]), joined[1])
    if {"source", "author"} & set(byline.fields):
        return
    beside = byline.said_at.get("stamp", -9)
    for at in sorted(range(start, end), key=lambda at: abs(at - beside)):
        named = is_named_as_source(shown.nodes[shown.blocks[at].node].name)
        is_near = is_below and abs(at - beside) == 1 and len(shown.blocks[at].text) <= _LONGEST_NAME
        if (named or is_near) and is_name(shown.blocks[at].text):
            byline.add(Metadata({"source": shown.blocks[at].text}), at)
            return


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
        if is_loose and (metadata is None or not set(metadata.fields) & {"source", "author"}):
            metadata = _merge(read_loose(blocks[at]), metadata)
        if metadata is None or (only and not set(metadata.fields) & only):
            continue
        if above and not metadata.fields and metadata.stamp and metadata.stamp.precision in ("day", "month"):
            continue  # a bare day above the title is the day of saving
        if only:
            metadata = Metadata({name: value for name, value in metadata.fields.items() if name in only})
        byline.add(metadata, at)


def _merge(loose: Metadata | None, labelled: Metadata | None) -> Metadata | None:
    """Return what a line says with and without labels; labels come first."""
    if loose is None or labelled is None:
        return loose or labelled
    return Metadata({**loose.fields, **labelled.fields}, labelled.stamp or loose.stamp)


def _read_tail(shown: Shown, text_end: int) -> Byline:
    """Read the lines below the text: editor, source, at times the time."""
    byline = Byline()
    for at in range(text_end, min(text_end + load_rules("html")["facts"]["below_text"], len(shown.blocks))):
        if shown.nodes[shown.blocks[at].node].role in ("comment", "related"):
            continue
        metadata = read_line(shown.blocks, at, in_head=False)
        if metadata is not None and metadata.fields:
            byline.add(metadata, at, with_stamp=False)
    return byline


def _take_time(
    shown: Shown, stated: Stated, byline: Byline, tail: Byline, text_start: int, facts: Facts
) -> None:
    """Choose among the times that the page gives; of two on the same day the more exact one."""
    candidates: list[tuple[Stamp, str, int | None]] = []
    own_date = "the date of the document, as no other is given"
    rules = [
        (byline, "published", "a label beside the title"),
        (byline, "stamp", "the time beside the title"),
        (None, "published", "stated by <meta>"),
        (tail, "published", "a label below the text"),
        (byline, "dated", own_date),
        (tail, "dated", own_date),
    ]
    if _is_date_line(shown, byline.said_at.get("stamp"), text_start):
        rules.append((byline, "stamp", "the date at the head of the text, as no other is given"))
        del rules[1]
    for said, name, rule in rules:
        if said is None:
            text = stated.fields.get(name, "")
            stamp = find_stamp(text) if text else None
            at = None
        else:
            stamp = said.stamp if name == "stamp" else find_stamp(said.fields.get(name, ""))
            at = said.said_at.get(name)
        if stamp is not None:
            candidates.append(
                (stamp, f"{rule} {stated.names.get(name, '')}".strip() if said is None else rule, at)
            )
    if not candidates:
        candidates = _last_resorts(stated)
    if not candidates:
        return
    best = _most_exact(
        [
            candidate
            for candidate in candidates
            if candidate[0].moment.date() == candidates[0][0].moment.date()
        ]
    )
    facts.stamp = best[0]
    facts.findings.append(_finding(shown, "published", str(best[0].moment), best[1], best[2]))


def _is_date_line(shown: Shown, at: int | None, text_start: int) -> bool:
    """Whether a bare date is a paragraph of the text itself, as documents have one below their title."""
    if at is None or not 0 <= at < text_start < len(shown.blocks):
        return False
    here, text = shown.nodes[shown.blocks[at].node], shown.nodes[shown.blocks[text_start].node]
    stamp = find_stamp(shown.blocks[at].text)
    is_day = stamp is not None and stamp.precision in ("day", "month")
    return is_day and here.parent == text.parent and here.tag == text.tag and len(shown.blocks[at].text) <= 16


def _most_exact(candidates: list[tuple[Stamp, str, int | None]]) -> tuple[Stamp, str, int | None]:
    order = ("month", "day", "minute", "second")
    # Midnight is what systems write where they know the day only.
    return max(candidates, key=lambda c: 1 if _is_midnight(c[0]) else order.index(c[0].precision))


def _is_midnight(stamp: Stamp) -> bool:
    moment = stamp.moment
    return not (moment.hour or moment.minute or moment.second)


def _last_resorts(stated: Stated) -> list[tuple[Stamp, str, int | None]]:
    """Return the times that neither the page shows nor its head states."""
    text = stated.scripted_time()
    stamp = find_stamp(text) if text else None
    return [(stamp, "the time in a script of the page", None)] if stamp else _from_address(stated)


def _from_address(stated: Stated) -> list[tuple[Stamp, str, int | None]]:
    match = _DAY_IN_ADDRESS.search(stated.fields.get("url", ""))
    stamp = find_stamp(f"{match[1]}-{match[2] or match[4]}-{match[3] or match[5]}") if match else None
    return [(stamp, "the day in the address of the page", None)] if stamp else []


def _take_fields(shown: Shown, stated: Stated, byline: Byline, tail: Byline, facts: Facts) -> None:
    """Take what the page shows beside the title, then what <meta> states, then what stands below the text."""
    for said, rule in (
        (byline, "shown beside the title"),
        (None, "stated by <meta>"),
        (tail, "shown below the text"),
    ):
        fields = stated.fields if said is None else said.fields
        for name, value in fields.items():
            if name in facts.fields or name in ("published", "dated", "title", "ignored"):
                continue
            facts.fields[name] = value
            why = f"{rule} {stated.names[name]}" if said is None else rule
            facts.findings.append(_finding(shown, name, value, why, said.said_at.get(name) if said else None))


def _finding(shown: Shown, what: str, text: str, rule: str, at: int | None) -> Finding:
    if at is None:
        return Finding(what, text, rule)
    block = shown.blocks[at]
    return Finding(what, text, rule, shown.path(block.node), block.number)
