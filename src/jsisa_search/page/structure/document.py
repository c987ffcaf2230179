"""Official documents (公文): red head, number and title above the text, signature and printing lines below.

Formats that give lines only are read by these before their header is looked for; the end is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import find_document_number, parse_metadata
from jsisa_search.page.facts.timestamps import find_stamp
from jsisa_search.page.lines import NO_HEADING, Finding, Header, Line, Page, normalize
from jsisa_search.page.rules import any_of, compile_patterns, compile_search, load_rules

_SPACED = re.compile(r"(?<=[一-鿿〇（）()]) +(?=[一-鿿〇（）()])")
_OFFICES = re.compile(r"[ 、|｜]+")
_DIGIT_BLANKS = re.compile(r"(?<=\d) +(?=[年月日号])|(?<=[年月第]) +(?=\d)")
_DAY = (
    r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|[一二〇零○Ｏ三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_SIGNED = re.compile(rf"(?P<office>[^\d。，；：:]{{0,80}}?)[ |｜]*(?P<day>{_DAY})")
_LONGEST_DAY = 40
_SEALED = re.compile(r"[（(](?:盖章|公章|印章|章)[)）]")
_SENTENCE = re.compile("[。！？；]")


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
    title = Line(_join_title(lines[head.start : head.end]), first.number, 1, first.page)
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
    texts = [_compact(line.text) for line in lines[: load_rules("documents")["limits"]["head"]]]
    start, end = _title_span(texts, 0)
    title = "".join(texts[start:end])
    if not title or "关于" not in title or not _ends_as_title(title):
        return False
    _, below = _read_number(texts, end)
    return below > end or (below < len(texts) and is_addressees(texts[below]))


def is_addressees(text: str) -> bool:
    """Whether a line names the offices to which a document goes (主送机关), with a colon."""
    return _matches("addressees", text)


def read_end(header: Header) -> tuple[Header, tuple[Finding, ...]]:
    """Return `header` with what the end of a document says: who signed it and when.

    The lines that say where copies go and when it was printed are no text.
    """
    header = _without_head(header)
    body = tuple(_signatures_marked(header.body))
    header = replace(header, body=body)
    end = _printing_start(body)
    signed = _read_signature(body[:end]) if end else {}
    if _is_official(header, has_printing=end < len(body)):
        signed = signed or _read_first_signature(body)
    else:
        signed = {name: value for name, value in signed.items() if name == "dated"}
    if end == len(body) and not signed:
        return header, ()
    printed = _printed(body[end:])
    fields = {**printed, **signed, **header.fields}
    findings = [
        Finding(name, value, "the signature of the document")
        for name, value in signed.items()
        if name not in header.fields
    ]
    findings += (
        Finding("left out", line.text, "printed below the document", line=line.number) for line in body[end:]
    )
    return replace(header, body=body[:end], fields=fields), tuple(findings)


def _compact(text: str) -> str:
    """Return a line of a form without the blanks between its characters: 云 浦 市 人 民 政 府 文 件."""
    return _DIGIT_BLANKS.sub("", _SPACED.sub("", normalize(text)))


def _join_title(lines: Sequence[Line]) -> str:
    """Return a title of several lines as one; blanks between whole names stay."""
    texts = [normalize(line.text) for line in lines]
    return "".join(_compact(text) if all(len(word) == 1 for word in text.split()) else text for text in texts)


def _matches(rule: str, text: str) -> bool:
    return len(text) <= 400 and compile_patterns("documents", rule).fullmatch(_compact(text)) is not None


def _read_head(lines: Sequence[Line]) -> _Head | None:
    """Return the head of an official document, `None` where the lines begin otherwise."""
    texts = [_compact(line.text) for line in lines[: load_rules("documents")["limits"]["head"]]]
    bulletin = _read_bulletin(texts)
    if bulletin is not None:
        return bulletin
    if len(texts) > 1 and _matches("order", texts[1]) and texts[0].endswith("令"):
        offices = _offices(texts[0].removesuffix("令"))
        return _Head(0, 1, "、".join(offices), texts[1].strip("（）()"), below=2) if offices else None
    at, offices, has_word = _read_red_head(texts)
    number, below = _read_number(texts, at)
    if offices and (number or has_word):
        start, end = _title_span(texts, below)
        if end > start:
            return _Head(start, end, "、".join(offices), number)
    return _read_bare_head(texts)


def _read_red_head(texts: Sequence[str]) -> tuple[int, list[str], bool]:
    """Return the line below the red head, the offices in it, and whether 文件 is beside them.

    Joint documents have their offices above, beside and below the word.
    """
    at = 0
    while at < len(texts) and _matches("marks", texts[at]):
        at += 1
    offices: list[str] = []
    has_word = False
    for text in texts[at : at + load_rules("documents")["limits"]["offices"]]:
        is_head = text.endswith("文件") and (text == "文件" or _matches("red_head", text))
        names = _offices(text.removesuffix("文件"))
        if not (names or text == "文件"):
            break
        offices += names
        has_word = has_word or is_head
        at += 1
    return at, offices, has_word


def _offices(text: str) -> list[str]:
    """Return the offices that a line consists of; a line with anything else has none."""
    names = [name for name in _OFFICES.split(_SEALED.sub("", text)) if name]
    return names if names and all(map(boilerplate.is_organisation, names)) else []


def _read_number(texts: Sequence[str], at: int) -> tuple[str | None, int]:
    """Return the number among the marks from line `at` on, and the line below them."""
    number = None
    while at < len(texts):
        found = _number_in(texts[at])
        if found is None and not _matches("marks", texts[at]):
            break
        number = number or found
        at += 1
    return number, at


def _number_in(text: str) -> str | None:
    """Return the number with which a line begins, where nothing but who signed it follows."""
    if _matches("order", text):
        return text.strip("（）()")
    found = find_document_number(text)
    if found is None or not text.replace(" ", "").startswith(found):
        return None
    rest = text.replace(" ", "")[len(found) :].strip("|｜")
    return found if not rest or _matches("marks", rest) else None


def _read_bare_head(texts: Sequence[str]) -> _Head | None:
    """Return the head of a document that begins with a title of several lines, above number or addressees."""
    start = 0
    while start < len(texts) and _matches("marks", texts[start]):
        start += 1
    start, end = _title_span(texts, start)
    title = "".join(texts[start:end])
    if end - start < 2 or "关于" not in title or not _ends_as_title(title):
        return None
    number, below = _read_number(texts, end)
    follows = below < len(texts) and (is_addressees(texts[below]) or number is not None)
    return _Head(start, end, number=number) if follows else None


def _title_span(texts: Sequence[str], start: int) -> tuple[int, int]:
    """Return the first line of a title from `start` on and the line below it; equal where there is none."""
    limits = load_rules("documents")["limits"]
    last = end = start
    for at in range(start, min(start + limits["title"], len(texts))):
        text = texts[at]
        is_title = len(text) <= limits["line"] and not is_addressees(text) and not _SENTENCE.search(text)
        if not is_title or _number_in(text) or _is_metadata(text):
            break
        last = at + 1
        below = texts[at + 1] if at + 1 < len(texts) else ""
        if _ends_as_title("".join(texts[start : at + 1])) and not below.startswith(("的", "》")):
            return start, at + 1
    follows = last < len(texts) and is_addressees(texts[last])
    end = last if follows else min(start + 1, last)
    return start, end


def _is_metadata(text: str) -> bool:
    metadata = parse_metadata(text, in_head=True)
    return metadata is not None and not boilerplate.is_organisation(text)


def _ends_as_title(title: str) -> bool:
    """Whether a text ends with the type of a document: 通知, 意见（试行）; not within the name of another."""
    return title.count("《") == title.count("》") and _title_end().search(title) is not None


@cache
def _title_end() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(load_rules('documents')['types'])})(?:[（(][^（()）]{{1,20}}[)）])?$")


def _read_bulletin(texts: Sequence[str]) -> _Head | None:
    """Return the head of a 简报: its name, the issue, the office that edits it with the date."""
    at = 0
    while at < len(texts) and _matches("marks", texts[at]):
        at += 1
    if at >= len(texts) or not _matches("bulletin", texts[at]):
        return None
    issue = office = day = None
    for place in range(at + 1, min(at + 6, len(texts))):
        said = _read_edition(texts[place])
        if said is None and not _matches("marks", texts[place]):
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
    if start >= len(texts) or _SENTENCE.search(texts[start]):
        return start, start
    first, end = _title_span(texts, start)
    return first, end if _ends_as_title("".join(texts[first:end])) else start + 1


def _read_edition(text: str) -> tuple[str | None, str | None, str | None] | None:
    """Return issue, office and day of a line that says nothing else."""
    found = compile_search("documents", "issue_within").search(text)
    issue = found[0] if found else None
    rest = text.replace(found[0], " ") if found else text
    signed = re.search(_DAY, rest)
    day = signed[0] if signed else None
    rest = (rest.replace(day, " ") if day else rest).strip(" |｜")
    if not rest:
        return (issue, None, day) if issue or day else None
    match = compile_search("documents", "edited").match(rest)
    name = match["office"] if match else ""
    return (
        (issue, name, day) if name and all(map(boilerplate.is_organisation, _OFFICES.split(name))) else None
    )


def _with_addressees(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines with that of the addressees as a paragraph."""
    for at, line in enumerate(lines):
        yield replace(line, level=NO_HEADING) if at < 3 and is_addressees(line.text) else line


def _printing_start(lines: Sequence[Line]) -> int:
    """Return the index from which on the lines are those of the printed form."""
    limit = load_rules("documents")["limits"]["printing"]
    first = max(len(lines) - limit, 1)
    copies = (at for at in range(first, len(lines)) if _matches("copies", lines[at].text))
    start = next(copies, None)
    if start is not None and not any(_is_running(line.text) for line in lines[start + 1 :]):
        return start
    end = len(lines)
    while end > 1 and _matches("printing", lines[end - 1].text):
        end -= 1
    return end


def _is_running(text: str) -> bool:
    """Whether a line is a sentence of a text rather than the end of a list of offices."""
    return len(text) > 40 and "。" in text[:-1]


def _read_signature(lines: Sequence[Line]) -> dict[str, str]:
    """Return the offices that sign a document and the day below them, `{}` where no line is such a day."""
    limits = load_rules("documents")["limits"]
    for at in range(len(lines) - 1, max(len(lines) - limits["tail"], 0) - 1, -1):
        signed = _SIGNED.fullmatch(_compact(lines[at].text))
        if signed is None:
            continue
        offices = _offices(signed["office"])
        if signed["office"] and not offices:
            return {}
        above = at - 1
        while not signed["office"] and above >= 0 and (names := _offices(_compact(lines[above].text))):
            offices = [*names, *offices]
            above -= 1
        stamp = find_stamp(signed["day"])
        if stamp is None or stamp.precision != "day":
            return {}
        return {"dated": signed["day"]} | ({"issuer": "、".join(offices)} if offices else {})
    return {}


def _without_head(header: Header) -> Header:
    """Return `header` without the head of a document at the beginning of its text, down to the addressees.

    Pages show the whole document below a title of their own; where there is none, the document has it.
    """
    texts = [_compact(line.text) for line in header.body[: load_rules("documents")["limits"]["head"]]]
    known = _compact(header.title or "")
    start = at = 0
    while at < len(texts) and (_is_head_line(texts[at]) or (known and texts[at] in known)):
        at += 1
        start = at if _number_in(texts[at - 1]) or _matches("red_head", texts[at - 1]) else start
    if not known:
        at = _title_span(texts, start)[1]
    if not 0 < at < len(texts) or not is_addressees(texts[at]):
        return header
    if not known and _ends_as_title("".join(texts[start:at])):
        first = header.body[start]
        header = replace(header, title=_join_title(header.body[start:at]), title_line=first.number)
    return replace(header, body=header.body[at:]) if header.title else header


def _is_head_line(text: str) -> bool:
    is_form = _matches("red_head", text) or _matches("marks", text)
    return is_form or _number_in(text) is not None or bool(_offices(text))


def _read_first_signature(lines: Sequence[Line]) -> dict[str, str]:
    """Return the signature above an annex: of a notice that is printed with the text which it issues."""
    for above, line in pairwise(lines[: load_rules("documents")["limits"]["searched"]]):
        if is_day(line.text) and _offices(_compact(above.text)):
            at = lines.index(line)
            return _read_signature(lines[: at + 1])
    return {}


def is_day(text: str) -> bool:
    """Whether a line is nothing but a day, as below a signature."""
    return len(text) <= _LONGEST_DAY and re.fullmatch(_DAY, _compact(text)) is not None


def _signatures_marked(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines with offices and officials above a day, and the day, as no headings."""
    for at, line in enumerate(lines):
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        signs = is_day(below) and (_offices(_compact(line.text)) or _matches("officials", line.text))
        marks = is_day(line.text) or signs or _matches("labels", line.text)
        yield replace(line, level=NO_HEADING) if marks else line


def _printed(lines: Sequence[Line]) -> dict[str, str]:
    """Return the day of printing, used as that of the document where none is signed."""
    texts = (_compact(line.text) for line in lines)
    found = next((match for text in texts if (match := re.search(rf"({_DAY})印", text))), None)
    return {"dated": found[1]} if found else {}


def _is_official(header: Header, *, has_printing: bool) -> bool:
    """Whether a text is an official document, so that who signs it is its issuer."""
    has_number = "document_number" in header.fields or has_printing
    begins = any(is_addressees(line.text) for line in header.body[:2])
    return has_number or begins or bool(header.title and _ends_as_title(header.title))
