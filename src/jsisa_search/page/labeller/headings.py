"""The blocks of the text -> lines, with the headings that their type or their place sets apart."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from jsisa_search.page.labeller.blocks import Block, Shown
from jsisa_search.page.labeller.body import is_linked
from jsisa_search.page.labeller.titles import Title, compared
from jsisa_search.page.lines import NO_HEADING, NUMBERED_HEADING, Line
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.sections import is_caption, is_numbered, may_be_heading

_BOLD_LEVEL = 5
_COUNTED = re.compile(r"0?\d{1,2} ?[.、]?")
_PARTS = 3
_NOTE_OF_TABLE = re.compile(r"[:：]|^[附续]?表")
_OPEN_ENDS = ("，", ",", "；", "、")
_CLOSED_ENDS = ("。", "！", "？", "”", "!", "?")


def read_lines(shown: Shown, kept: list[int], title: Title | None, first: int) -> tuple[Line, ...]:
    """Return the lines of the text, which is the blocks `kept`, headings with their levels.

    Lines without elements have their levels from the format; above the text, block `first`, they have none.
    """
    if shown.is_plain:
        plain = ((at, shown.lines[at]) for at in kept)
        return tuple(replace(line, level=NO_HEADING) if at < first else line for at, line in plain)
    apart = _centred_headings(shown, kept) | _bold_headings(shown, kept)
    counted = _counted_headings(shown, kept)
    apart |= counted | _headings_of_tables(shown, kept)
    names = {
        at for at, below in pairwise(kept) if at in apart and below in apart and _is_name(shown.blocks[at])
    }
    if not apart and not any(shown.blocks[at].level for at in kept):
        apart = _lone_headings(shown, kept)
    lines = [
        _as_line(shown.blocks[at], is_set_apart=at in apart, is_name=at in names or at in counted)
        for at in kept
    ]
    return _without_title_headings(_with_subheadings(lines), title)


def _centred_headings(shown: Shown, kept: list[int]) -> set[int]:
    """Return the centred lines of a text that is not, above a sentence each: no captions, no signatures."""
    limits = load_rules("labeller")["body"]
    centred = {at for at in kept if shown.nodes[shown.blocks[at].node].is_centred}
    if len(centred) > limits["centred_share"] * len(kept):
        return set()
    return {
        at
        for at, below in pairwise(kept)
        if at in centred - shown.captions
        and below not in centred
        and len(shown.blocks[at].text) <= limits["centred"]
        and not is_linked(shown.blocks[at])
        and "。" in shown.blocks[below].text
    }


def _lone_headings(shown: Shown, kept: list[int]) -> set[int]:
    """Return the short single lines between long paragraphs, where nothing else marks headings.

    What is below a picture is a caption, unless all such lines are as long as one another: captions are not.
    """
    limits = load_rules("labeller")["body"]
    found = {
        at
        for above, at, below in zip(kept, kept[1:], kept[2:], strict=False)
        if not shown.blocks[at].cells
        and not is_linked(shown.blocks[at])
        and may_be_heading(shown.blocks[at].text, longest=int(limits["lone"]))
        and all(_is_long_paragraph(shown.blocks[beside]) for beside in (above, below))
    }
    lengths = [len(shown.blocks[at].text) for at in found]
    if lengths and max(lengths) - min(lengths) > 1:
        found -= shown.captions
    return found if len(found) >= limits["lone_count"] else set()


def _counted_headings(shown: Shown, kept: list[int]) -> set[int]:
    """Return the lines that are nothing but 1, 2, 3 and so on, which part a long text."""
    numbers = [at for at in kept if _COUNTED.fullmatch(shown.blocks[at].text)]
    wanted = [str(count) for count in range(1, len(numbers) + 1)]
    found = [shown.blocks[at].text.strip(" .、0").strip() for at in numbers]
    return set(numbers) if len(numbers) >= _PARTS and found == wanted else set()


def _headings_of_tables(shown: Shown, kept: list[int]) -> set[int]:
    """Return the short lines right above the rows of a table each, where there are several."""
    limits = load_rules("labeller")["body"]
    rows = limits["table_rows"]
    found = {
        at
        for place, at in enumerate(kept)
        if not shown.blocks[at].cells
        and len(shown.blocks[at].text) <= limits["above_table"]
        and not _NOTE_OF_TABLE.search(shown.blocks[at].text)
        and sum(bool(shown.blocks[below].cells) for below in kept[place + 1 : place + 1 + rows]) == rows
    }
    return found if len(found) >= limits["lone_count"] else set()


def _is_long_paragraph(block: Block) -> bool:
    is_long: bool = len(block.text) >= load_rules("labeller")["body"]["lone_beside"]
    return is_long and block.text.endswith(_CLOSED_ENDS)


def _bold_headings(shown: Shown, kept: list[int]) -> set[int]:
    """Return the bold lines that are no emphasis: parts or neighbours of a bold sentence."""
    found: set[int] = set()
    goes_on = False
    for at, below in pairwise([*kept, len(shown.blocks)]):
        block = shown.blocks[at]
        if not block.is_bold or block.level:
            goes_on = False
            continue
        leads_on = below < len(shown.blocks) and _is_bold_sentence(shown.blocks[below])
        is_emphasis = goes_on or leads_on
        goes_on = block.text.endswith(_OPEN_ENDS) or (is_emphasis and not block.text.endswith(_CLOSED_ENDS))
        if not is_emphasis:
            found.add(at)
    return found


def _is_bold_sentence(block: Block) -> bool:
    """Whether a block is bold running text; a bold caption is none."""
    is_sentence = "。" in block.text or block.text.endswith(_OPEN_ENDS)
    return block.is_bold and is_sentence and not is_caption(block.text)


def _is_name(block: Block) -> bool:
    """Return whether a line is the name above another heading: 云浦市第一小学：."""
    return len(block.text) <= load_rules("labeller")["body"]["lone"] and block.text.endswith(("：", ":"))


def _as_line(block: Block, *, is_set_apart: bool, is_name: bool = False) -> Line:
    """Return a block as a line; `is_set_apart`: its type or its place makes it a heading.

    `is_name`: it is a name, with a colon, above another such line.
    """
    level = block.level
    if level and not may_be_heading(block.text, longest=load_rules("labeller")["body"]["heading"]):
        level = None
    elif level is None and is_set_apart and not block.cells and (is_name or may_be_heading(block.text)):
        level = NUMBERED_HEADING if is_numbered(block.text) else _BOLD_LEVEL
    links = block.links if block.linked else ()
    return Line(block.text, block.number, NO_HEADING if block.cells else level, links=links)


def _with_subheadings(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines with the second of two equal headings in a row one level below the first."""
    levels = [None, *(line.level for line in lines), None, None]
    for at, line in enumerate(lines):
        above, level, below = levels[at], levels[at + 1], levels[at + 2]
        is_second = level == above and level != below and (at < 2 or levels[at - 1] != above)
        if is_second and level and level <= _BOLD_LEVEL:
            lines[at] = replace(line, level=level + 1)
    return tuple(lines)


def _without_title_headings(lines: tuple[Line, ...], title: Title | None) -> tuple[Line, ...]:
    """Return the lines with those at the top that repeat the title, broken into several, as no headings."""
    goal = compared(title.text) if title else ""
    joined = ""
    for count, line in enumerate(lines[:6], 1):
        joined += compared(line.text)
        if not goal.startswith(joined):
            break
        if joined == goal:
            return (*(replace(line, level=NO_HEADING) for line in lines[:count]), *lines[count:])
    return lines
