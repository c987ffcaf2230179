"""The lines of a text -> sections: which lines are headings, and the paragraphs under each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from jsisa_search.model import Paragraph, Section
from jsisa_search.page.lines import NO_HEADING, NUMBERED_HEADING, Line
from jsisa_search.page.rules import compile_patterns, load_rules

_LATIN = re.compile(r"[^一-鿿]*[A-Za-z]{2}[^一-鿿]*")
_CONTINUED = re.compile(r"1\d ?(?=[一-鿿])")
_CONTINUED_RANK = 2  # that of 一、 and 01
_PLAIN = 100  # rank of a heading without number and without level: below every number
_LEVELS = -10  # ranks of headings marked by the format begin here: above every number


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading with its rank; lower ranks are above higher ones."""

    text: str
    rank: int
    number: int
    page: int | None = None


def build_sections(lines: tuple[Line, ...], *, marks_headings: bool = False) -> tuple[Section, ...]:
    """Return the sections of a text; every line becomes a heading or a paragraph, none is lost.

    `marks_headings`: the format marks its headings, even where this text has none.
    """
    headings = _find_headings(lines, plain=not (marks_headings or any(line.level for line in lines)))
    builder = _Builder()
    for at, line in enumerate(lines):
        if at in headings:
            builder.open(headings[at])
        else:
            builder.add(line)
    return builder.finish()


def is_numbered(text: str) -> bool:
    """Whether a line begins with a number as headings do: 第一章, 一、, （一）, 1., （1）."""
    return _numbering_rank(text) is not None


def is_caption(text: str) -> bool:
    """Whether a line is a caption, a credit or a note: no heading in any type."""
    return compile_patterns("headings", "not_marked_headings").fullmatch(text) is not None


def is_framed(text: str) -> bool:
    """Whether a line is set apart as a heading by a frame: 【主持人的话】."""
    return compile_patterns("headings", "framed").fullmatch(text) is not None


def may_be_heading(text: str, *, longest: int | None = None) -> bool:
    """Whether a line that is marked as a heading can be one: short, and not closed as sentences are."""
    limit: int = load_rules("headings")["limits"]["numbered"] if longest is None else longest
    text = text.strip("【】")
    if _LATIN.fullmatch(text):
        return len(text) <= 2 * limit and not _is_closed(text)
    is_open = "。" not in text and (not _is_closed(text) or _exclaims(text, "marked_exclamation"))
    commas = sum(text.count(comma) for comma in ",，") <= load_rules("headings")["limits"]["commas"]
    return len(text) <= limit and is_open and commas and not is_caption(text)


def _find_headings(lines: tuple[Line, ...], *, plain: bool) -> dict[int, _Heading]:
    """Return the headings by index: of each run of candidates, those that lead down to the paragraph."""
    marked = any(line.level for line in lines)
    ranks = _with_items([_rank(line, marked=marked, plain=plain) for line in lines], lines)
    last_text = max(
        (at for at, rank in enumerate(ranks) if rank is None and _is_closed(lines[at].text)), default=-1
    )
    headings: dict[int, _Heading] = {}
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and ranks[end] is not None:
            end += 1
        run = [(index, rank) for index in range(at, end) if (rank := ranks[index]) is not None]
        if not run:
            chain = []
        elif at < last_text:
            chain = _chain(run, _numbered_after(ranks, end))
        else:
            chain = _list_heads(run, at_end=end == len(lines))
        headings |= {
            index: _Heading(lines[index].text, rank, lines[index].number, lines[index].page)
            for index, rank in chain
        }
        at = max(end, at + 1)
    return headings


def _with_items(ranks: list[int | None], lines: tuple[Line, ...]) -> list[int | None]:
    """Return the ranks with those of 1. and （1） where nearly all such lines head paragraphs.

    Elsewhere they number items, which are paragraphs themselves.
    """
    rules = load_rules("headings")
    continued = _continued(lines)
    ranks = [_CONTINUED_RANK if at in continued else rank for at, rank in enumerate(ranks)]
    for rank in range(rules["marked_levels"], len(rules["numbering"])):
        places = [at for at, line in enumerate(lines) if _numbering_rank(line.text) == rank]
        heads = {at for at in places if ranks[at] is None and _heads_paragraph(lines, at, rank)}
        if len(heads) >= rules["limits"]["items"] and len(heads) >= rules["limits"]["item_share"] * len(
            places
        ):
            ranks = [rank if at in heads else known for at, known in enumerate(ranks)]
    return ranks


def _heads_paragraph(lines: tuple[Line, ...], at: int, rank: int) -> bool:
    """Whether a numbered line has the form of a heading and a sentence without such a number below it."""
    text, below = lines[at].text, lines[at + 1] if at + 1 < len(lines) else None
    is_free = lines[at].level is None and len(text) <= load_rules("headings")["limits"]["numbered"]
    if below is None or not is_free or not _has_form(text):
        return False
    return _is_closed(below.text) and _numbering_rank(below.text) != rank


def _rank(line: Line, *, marked: bool, plain: bool) -> int | None:
    """Return the rank of a line that may be a heading, `None` for a paragraph.

    Where the text has marked headings (`marked`), a line with an inner number is none; without `plain` a
    short line without mark and number is none.
    """
    rules, text = load_rules("headings"), line.text
    if line.level == NUMBERED_HEADING:
        return _numbering_rank(text)
    if line.level is not None:
        return None if line.level == NO_HEADING else _LEVELS + line.level
    if len(text) > rules["limits"]["numbered"]:
        return None
    if is_framed(text):
        return _PLAIN
    if not _has_form(text):
        return None
    numbering = _numbering_rank(text)
    if numbering is not None:
        return None if (marked or not plain) and numbering >= rules["marked_levels"] else numbering
    if not plain or len(text) > rules["limits"]["plain"]:
        return None
    return _PLAIN


def _has_form(text: str) -> bool:
    """Whether a line could be a heading by its end, its commas and what it is not."""
    rules = load_rules("headings")
    rank = _numbering_rank(text)
    numbered = rank is not None
    # 一、活动时间： heads what follows as a line of its own.
    leads = rank == rules["leading"] and text[-1:] in ":：" and len(text) <= rules["limits"]["leading"]
    if "。" in text or (_is_closed(text) and not (_exclaims(text) or leads)):
        return False
    # A number shows a heading, and headings of documents enumerate (五、农业、林业、畜牧业和渔业).
    commas = ",，" if numbered else ",，、"
    if sum(text.count(comma) for comma in commas) > rules["limits"]["commas"]:
        return False
    return numbered or compile_patterns("headings", "not_headings").fullmatch(text) is None


def _is_closed(text: str) -> bool:
    """Whether a line ends as sentences and introductions do."""
    return text.rstrip("”’\"'」』）)")[-1:] in tuple(load_rules("headings")["closing"])


def _exclaims(text: str, limit: str = "exclamation") -> bool:
    longest: int = load_rules("headings")["limits"][limit]
    return text[-1:] in tuple("!！?？") and len(text) <= longest


@cache
def _numberings() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"(?:{pattern})") for pattern in load_rules("headings")["numbering"])


def _numbering_rank(text: str) -> int | None:
    """Return the level of the numbering of a line (一、 before （一） before 1.), `None` without one."""
    for rank, pattern in enumerate(_numberings()):
        if pattern.match(text):
            return rank
    return None


def _continued(lines: tuple[Line, ...]) -> frozenset[int]:
    """Return the lines 10综合, 11交通 and on where 09 is above: elsewhere they begin with a quantity."""
    wanted, found = 10, []
    if any(line.text.startswith("09") for line in lines):
        for at, line in enumerate(lines):
            if _CONTINUED.match(line.text) and line.text.startswith(str(wanted)):
                found.append(at)
                wanted += 1
    return frozenset(found)


def _numbered_after(ranks: list[int | None], start: int) -> frozenset[int]:
    """Return the numbered ranks that still come from `start` on, within a bounded stretch."""
    return frozenset(rank for rank in ranks[start : start + 400] if rank is not None and 0 <= rank < _PLAIN)


def _chain(run: list[tuple[int, int]], later: frozenset[int]) -> list[tuple[int, int]]:
    """Return the end of a run that leads, each line below the one before, to the paragraph that follows.

    Two lines without a number in a row are heading and subheading; many of them are a list above a heading.
    """
    plain = sum(1 for _, rank in run if rank == _PLAIN)
    if plain >= load_rules("headings")["limits"]["list_run"]:
        return _demote(run[-1:], later)
    chain: list[tuple[int, int]] = []
    for index, rank in reversed(run):
        if not chain:
            chain = [(index, rank)]
        elif rank < chain[0][1] or (rank == _PLAIN and not any(above == _PLAIN for _, above in chain[1:])):
            chain.insert(0, (index, rank))
        else:
            break
    return _demote(chain, later)


def _demote(chain: list[tuple[int, int]], later: frozenset[int]) -> list[tuple[int, int]]:
    """Give headings without a number their ranks: above the number that follows, else below what they follow.

    A single one under 一、 is below it as long as a further number of that kind is to come.
    """
    ranked: list[tuple[int, int]] = []
    for place, (index, rank) in enumerate(chain):
        if rank != _PLAIN:
            ranked.append((index, rank))
        elif place + 1 < len(chain):
            ranked.append((index, -1))
        else:
            ranked.append((index, _PLAIN if place or later & {0, 1, 2} else -1))
    return ranked


def _list_heads(run: list[tuple[int, int]], *, at_end: bool) -> list[tuple[int, int]]:
    """Return the headings of a run below the last sentence: marked or 一、 ones over something."""
    outer = load_rules("headings")["outer_levels"]
    heads = [(index, rank) for index, rank in run if rank < outer]
    if at_end and heads and heads[-1][0] == run[-1][0]:
        followed = {index for index, _ in run[:-1]}
        heads = [(index, rank) for index, rank in heads if index in followed and index + 1 in followed]
    return heads


class _Builder:
    """Collects sections; a heading under which nothing came becomes a paragraph, so that it is not lost."""

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._open: list[_Heading] = []
        self._fresh: list[_Heading] = []
        self._paragraphs: list[Line] = []

    def open(self, heading: _Heading) -> None:
        """Begin a section under `heading`; headings that rank above it stay open."""
        if self._paragraphs:
            self._close()
        while self._open and self._open[-1].rank >= heading.rank:
            closed = self._open.pop()
            if closed in self._fresh:
                self._fresh.remove(closed)
                self._paragraphs.insert(0, Line(closed.text, closed.number, page=closed.page))
        if self._paragraphs:
            self._close()
        if len(self._open) == 2:
            self._paragraphs.append(Line(heading.text, heading.number, page=heading.page))
            return
        self._open.append(heading)
        self._fresh.append(heading)

    def add(self, line: Line) -> None:
        """Put a paragraph under the open headings."""
        self._paragraphs.append(line)

    def finish(self) -> tuple[Section, ...]:
        """Return the sections."""
        if self._paragraphs:
            self._close()
        return tuple(_number(self._sections))

    def _close(self) -> None:
        heading, subheading = [*self._open, None, None][:2]
        paragraphs = tuple(
            Paragraph(line.text, 0, place, line.number, line.page)
            for place, line in enumerate(self._paragraphs, 1)
        )
        first = self._fresh[0] if self._fresh else None
        self._sections.append(
            Section(
                heading.text if heading else None,
                subheading.text if subheading else None,
                paragraphs,
                first.number if first else paragraphs[0].line,
            )
        )
        self._paragraphs, self._fresh = [], []


def _number(sections: Iterable[Section]) -> Iterable[Section]:
    """Yield sections whose paragraphs are numbered through the release."""
    ordinal = 0
    for section in sections:
        paragraphs = []
        for paragraph in section.paragraphs:
            ordinal += 1
            paragraphs.append(replace(paragraph, ordinal=ordinal))
        yield Section(section.heading, section.subheading, tuple(paragraphs), section.line)
