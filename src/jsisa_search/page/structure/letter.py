"""The text of a mail: its subject is the title, unless the text has a title and a byline of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.lines import NO_HEADING, Finding, Header, Line, Page, normalize
from jsisa_search.page.rules import any_of, compile_patterns, compile_search, load_rules
from jsisa_search.page.structure.document import has_document_title
from jsisa_search.page.structure.document_lines import is_addressees

ABOVE = 0
"""Number of the line of a title that is not a line of the text."""

_TITLED_WITHIN = 4  # lines below a title that may be its byline
_BYLINE = frozenset(("published", "source", "document_number"))


def read_letter(page: Page, subject: str) -> Page:
    """Return `page`, the text of a mail, with its subject as title where the text does not begin with one.

    Headers of a mail that is passed on are no text; its subject replaces an empty one.
    """
    if page.header is not None:
        return replace(page, header=_read_header(page.header, subject))
    lines, forwarded = _without_forwarded(page.lines)
    subject = subject or forwarded
    page = replace(page, lines=tuple(_as_letter(lines)))
    if not subject or _has_own_title(lines):
        return page
    finding = Finding("title", subject, "the subject of the mail")
    same = next((line for line in lines[:20] if normalize(line.text) == normalize(subject)), None)
    if same is not None:
        return replace(page, title_line=same.number, findings=(*page.findings, finding))
    return replace(
        page, lines=(Line(subject, ABOVE), *page.lines), title_line=ABOVE, findings=(*page.findings, finding)
    )


def strip_prefixes(subject: str) -> str:
    """Return a subject without 转发：, Re: and the like before it."""
    prefixes = any_of(load_rules("containers")["mail"]["prefixes"])
    return re.sub(rf"^(?:(?:{prefixes}) ?[:：] ?)+", "", subject, flags=re.IGNORECASE)


def is_salutation(text: str) -> bool:
    """Whether a line addresses the readers of a letter: 各位同事：, 张主任，您好！."""
    return (
        len(text) <= 80
        and compile_patterns("containers", "mail", "salutations").fullmatch(normalize(text)) is not None
    )


def is_addressed(text: str) -> bool:
    """Whether a line says whom a letter or a document is for."""
    return is_addressees(text) or is_salutation(text)


def _as_letter(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of a letter; the one that addresses its readers heads nothing."""
    for at, line in enumerate(lines):
        yield replace(line, level=NO_HEADING) if not at and is_salutation(line.text) else line


def _without_forwarded(lines: Sequence[Line]) -> tuple[tuple[Line, ...], str]:
    """Return the lines without the headers of mails that are passed on, and the first subject among those."""
    rules = load_rules("containers")["mail"]
    matches = compile_patterns("containers", "mail", "forwarded").fullmatch
    kept: list[Line] = []
    subject = ""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and len(lines[end].text) <= 640 and matches(lines[end].text):
            end += 1
        if end - at < rules["headers"]:
            kept += lines[at : max(end, at + 1)]
        for line in lines[at:end] if end - at >= rules["headers"] else ():
            found = compile_search("containers", "mail", "forwarded_subject").match(line.text)
            subject = subject or (strip_prefixes(line.text[found.end() :]) if found else "")
        at = max(end, at + 1)
    return tuple(kept), subject


def _has_own_title(lines: Sequence[Line]) -> bool:
    """Whether a text begins with a title: one above a byline, or that of an official document."""
    if not lines or is_salutation(lines[0].text):
        return False
    below = (parse_metadata(line.text, in_head=True) for line in lines[1 : 1 + _TITLED_WITHIN])
    has_byline = any(said and (said.stamp or _BYLINE & set(said.fields)) for said in below)
    return has_byline or has_document_title(lines)


def _read_header(header: Header, subject: str) -> Header:
    """Return the header of a mail's HTML with its subject as title, unless it has a title and a byline."""
    has_byline = header.stamp is not None or bool(_BYLINE & set(header.fields))
    body, forwarded = _without_forwarded(header.body)
    subject = subject or forwarded
    is_own = bool(header.title) and has_byline and not is_salutation(header.title or "")
    if not subject or is_own:
        return replace(header, body=body)
    title = header.title or ""
    is_line = bool(title) and bool(header.title_line) and normalize(title) != normalize(subject)
    guessed = (Line(title, header.title_line or 1, NO_HEADING),) if is_line else ()
    rest = (line for line in body if normalize(line.text) != normalize(subject))
    return replace(header, title=subject, title_line=ABOVE, body=(*guessed, *rest))
