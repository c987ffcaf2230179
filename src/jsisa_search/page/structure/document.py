"""Official documents (公文): red head, number and title above the text, signature and printing lines below.

Formats that give lines only are read by these before their header is looked for; the end is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.lines import NO_HEADING, Finding, Line, Page
from jsisa_search.page.rules import compile_search, load_rules
from jsisa_search.page.structure.document_lines import (
    DAY,
    OFFICE_SEPARATORS,
    SENTENCE,
    compact,
    ends_as_title,
    is_addressees,
    is_form_line,
    join_title,
    number_in,
    offices_in,
    title_span,
)


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines above the text: the lines `start` to `end` are title, those before it the head.

    The text goes on with line `below`, right below the title where it is 0.
    """

    start: int
    end: int
    issuer: str | None = None
    number: str | None = None
    day: str | None = None
    below: int = 0


def read_document(page: Page) -> Page:
    """Return `page` with the title of an official document as its first line; other pages as given.

    The red head, the number and the marks around it become fields.
    """
    if page.header is not None or "title" in page.fields:
        return page
    lines = page.lines
    head = _read_head(lines)
    if head is None:
        return page
    first = lines[head.start]
    title = Line(join_title(lines[head.start : head.end]), first.number, 1, first.page)
    said = {"issuer": head.issuer, "document_number": head.number, "dated": head.day}
    found = {name: value for name, value in said.items() if value and name not in page.fields}
    rule = "above the title of an official document"
    findings = [Finding("title", title.text, "the title of an official document", line=title.number)]
    findings += (Finding(name, value, rule) for name, value in found.items())
    return replace(
        page,
        lines=(title, *_with_addressees(lines[head.below or head.end :])),
        fields={**page.fields, **found},
        title_line=title.number,
        findings=(*page.findings, *findings),
    )


def has_document_title(lines: Sequence[Line]) -> bool:
    """Whether lines begin with the title of an official document above its addressees or its number."""
    texts = [compact(line.text) for line in lines[: load_rules("documents")["limits"]["head"]]]
    start, end = title_span(texts, 0)
    title = "".join(texts[start:end])
    if not title or "关于" not in title or not ends_as_title(title):
        return False
    _, below = _read_number(texts, end)
    return below > end or (below < len(texts) and is_addressees(texts[below]))


def _read_head(lines: Sequence[Line]) -> _Head | None:
    """Return the head of an official document, `None` where the lines begin otherwise."""
    texts = [compact(line.text) for line in lines[: load_rules("documents")["limits"]["head"]]]
    bulletin = _read_bulletin(texts)
    if bulletin is not None:
        return bulletin
    if len(texts) > 1 and is_form_line("order", texts[1]) and texts[0].endswith("令"):
        offices = offices_in(texts[0].removesuffix("令"))
        return _Head(0, 1, "、".join(offices), texts[1].strip("（）()"), below=2) if offices else None
    at, offices, has_word = _read_red_head(texts)
    number, below = _read_number(texts, at)
    if offices and (number or has_word):
        start, end = title_span(texts, below)
        if end > start:
            return _Head(start, end, "、".join(offices), number)
    return _read_bare_head(texts)


def _read_red_head(texts: Sequence[str]) -> tuple[int, list[str], bool]:
    """Return the line below the red head, the offices in it, and whether 文件 is beside them.

    Joint documents have their offices above, beside and below the word.
    """
    at = 0
    while at < len(texts) and is_form_line("marks", texts[at]):
        at += 1
    offices: list[str] = []
    has_word = False
    for text in texts[at : at + load_rules("documents")["limits"]["offices"]]:
        is_head = text.endswith("文件") and (text == "文件" or is_form_line("red_head", text))
        names = offices_in(text.removesuffix("文件"))
        if not (names or text == "文件"):
            break
        offices += names
        has_word = has_word or is_head
        at += 1
    return at, offices, has_word


def _read_number(texts: Sequence[str], at: int) -> tuple[str | None, int]:
    """Return the number among the marks from line `at` on, and the line below them."""
    number = None
    while at < len(texts):
        found = number_in(texts[at])
        if found is None and not is_form_line("marks", texts[at]):
            break
        number = number or found
        at += 1
    return number, at


def _read_bare_head(texts: Sequence[str]) -> _Head | None:
    """Return the head of a document that begins with a title of several lines, above number or addressees."""
    start = 0
    while start < len(texts) and is_form_line("marks", texts[start]):
        start += 1
    start, end = title_span(texts, start)
    title = "".join(texts[start:end])
    if end - start < 2 or "关于" not in title or not ends_as_title(title):
        return None
    number, below = _read_number(texts, end)
    follows = below < len(texts) and (is_addressees(texts[below]) or number is not None)
    return _Head(start, end, number=number) if follows else None


def _read_bulletin(texts: Sequence[str]) -> _Head | None:
    """Return the head of a 简报: its name, the issue, the office that edits it with the date."""
    at = 0
    while at < len(texts) and is_form_line("marks", texts[at]):
        at += 1
    if at >= len(texts) or not is_form_line("bulletin", texts[at]):
        return None
    issue = office = day = None
    for place in range(at + 1, min(at + 6, len(texts))):
        said = _read_edition(texts[place])
        if said is None and not is_form_line("marks", texts[place]):
            break
        if said is not None:
            issue, office, day = issue or said[0], office or said[1], day or said[2]
        at = place
    if issue is None:
        return None
    start, end = _bulletin_title(texts, at + 1)
    return _Head(start, end, office, issue, day) if end > start else None


def _bulletin_title(texts: Sequence[str], start: int) -> tuple[int, int]:
    """Return the span of the title of a bulletin: one line, as it may be a headline of any form."""
    if start >= len(texts) or SENTENCE.search(texts[start]):
        return start, start
    first, end = title_span(texts, start)
    return first, end if ends_as_title("".join(texts[first:end])) else start + 1


def _read_edition(text: str) -> tuple[str | None, str | None, str | None] | None:
    """Return issue, office and day of a line that says nothing else."""
    found = compile_search("documents", "issue_within").search(text)
    issue = found[0] if found else None
    rest = text.replace(found[0], " ") if found else text
    signed = re.search(DAY, rest)
    day = signed[0] if signed else None
    rest = (rest.replace(day, " ") if day else rest).strip(" |｜")
    if not rest:
        return (issue, None, day) if issue or day else None
    match = compile_search("documents", "edited").match(rest)
    name = match["office"] if match else ""
    return (
        (issue, name, day)
        if name and all(map(boilerplate.is_organisation, OFFICE_SEPARATORS.split(name)))
        else None
    )


def _with_addressees(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines with that of the addressees as a paragraph."""
    for at, line in enumerate(lines):
        yield replace(line, level=NO_HEADING) if at < 3 and is_addressees(line.text) else line
