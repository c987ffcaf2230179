"""The end of an official document (公文): who signed it and when, where copies go, when it was printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from jsisa_search.page.facts.timestamps import find_stamp
from jsisa_search.page.lines import NO_HEADING, Finding, Header, Line
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.document_lines import (
    DAY,
    compact,
    ends_as_title,
    is_addressees,
    is_day,
    is_form_line,
    join_title,
    number_in,
    offices_in,
    title_span,
)

_SIGNED = re.compile(rf"(?P<office>[^\d。，；：:]{{0,80}}?)[ |｜]*(?P<day>{DAY})")


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


def _printing_start(lines: Sequence[Line]) -> int:
    """Return the index from which on the lines are those of the printed form."""
    limit = load_rules("documents")["limits"]["printing"]
    first = max(len(lines) - limit, 1)
    copies = (at for at in range(first, len(lines)) if is_form_line("copies", lines[at].text))
    start = next(copies, None)
    if start is not None and not any(_is_running(line.text) for line in lines[start + 1 :]):
        return start
    end = len(lines)
    while end > 1 and is_form_line("printing", lines[end - 1].text):
        end -= 1
    return end


def _is_running(text: str) -> bool:
    """Whether a line is a sentence of a text rather than the end of a list of offices."""
    return len(text) > 40 and "。" in text[:-1]


def _read_signature(lines: Sequence[Line]) -> dict[str, str]:
    """Return the offices that sign a document and the day below them, `{}` where no line is such a day."""
    limits = load_rules("documents")["limits"]
    for at in range(len(lines) - 1, max(len(lines) - limits["tail"], 0) - 1, -1):
        signed = _SIGNED.fullmatch(compact(lines[at].text))
        if signed is None:
            continue
        offices = offices_in(signed["office"])
        if signed["office"] and not offices:
            return {}
        above = at - 1
        while not signed["office"] and above >= 0 and (names := offices_in(compact(lines[above].text))):
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
    texts = [compact(line.text) for line in header.body[: load_rules("documents")["limits"]["head"]]]
    known = compact(header.title or "")
    start = at = 0
    while at < len(texts) and (_is_head_line(texts[at]) or (known and texts[at] in known)):
        at += 1
        start = at if number_in(texts[at - 1]) or is_form_line("red_head", texts[at - 1]) else start
    if not known:
        at = title_span(texts, start)[1]
    if not 0 < at < len(texts) or not is_addressees(texts[at]):
        return header
    if not known and ends_as_title("".join(texts[start:at])):
        first = header.body[start]
        header = replace(header, title=join_title(header.body[start:at]), title_line=first.number)
    return replace(header, body=header.body[at:]) if header.title else header


def _is_head_line(text: str) -> bool:
    is_form = is_form_line("red_head", text) or is_form_line("marks", text)
    return is_form or number_in(text) is not None or bool(offices_in(text))


def _read_first_signature(lines: Sequence[Line]) -> dict[str, str]:
    """Return the signature above an annex: of a notice that is printed with the text which it issues."""
    for above, line in pairwise(lines[: load_rules("documents")["limits"]["searched"]]):
        if is_day(line.text) and offices_in(compact(above.text)):
            at = lines.index(line)
            return _read_signature(lines[: at + 1])
    return {}


def _signatures_marked(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines with offices and officials above a day, and the day, as no headings."""
    for at, line in enumerate(lines):
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        signs = is_day(below) and (offices_in(compact(line.text)) or is_form_line("officials", line.text))
        marks = is_day(line.text) or signs or is_form_line("labels", line.text)
        yield replace(line, level=NO_HEADING) if marks else line


def _printed(lines: Sequence[Line]) -> dict[str, str]:
    """Return the day of printing, used as that of the document where none is signed."""
    texts = (compact(line.text) for line in lines)
    found = next((match for text in texts if (match := re.search(rf"({DAY})印", text))), None)
    return {"dated": found[1]} if found else {}


def _is_official(header: Header, *, has_printing: bool) -> bool:
    """Whether a text is an official document, so that who signs it is its issuer."""
    has_number = "document_number" in header.fields or has_printing
    begins = any(is_addressees(line.text) for line in header.body[:2])
    return has_number or begins or bool(header.title and ends_as_title(header.title))
