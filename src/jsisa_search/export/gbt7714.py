"""References as GB/T 7714-2015 writes them in a numbered list.

What is not known is left out where the standard allows it: the author in a numbered list (8.1.4), place and
name of the publisher of an electronic source (8.4.1.3, 8.4.2.3). An estimated year is in brackets (8.4.3).
"""

from __future__ import annotations

from jsisa_search.export.references import Reference, ReferenceKind
from jsisa_search.model import format_timestamp

#: Codes of annex B: 报纸, 报告, 档案, 电子公告.
CODES: dict[ReferenceKind, str] = {"newspaper": "N", "report": "R", "document": "A", "page": "EB"}

# More authors are 等 (8.1.2).
_MOST_AUTHORS = 3

# What the source does not say itself is in brackets.
_UNTITLED = "[无题名]"


def gbt7714(reference: Reference) -> str:
    """Return `reference` in one line, without its number."""
    parts = (_responsible(reference), _title(reference) + _mark(reference), _publication(reference))
    text = ". ".join(part for part in parts if part) + "."
    return f"{text} {reference.url}." if reference.url else text


def is_online(reference: Reference) -> bool:
    """Return whether a source is cited as one of the web: a page is, its address known or not."""
    return reference.url is not None or reference.kind == "page"


def _responsible(reference: Reference) -> str:
    names = reference.authors[:_MOST_AUTHORS]
    return ", ".join((*names, "等") if len(reference.authors) > len(names) else names)


def _title(reference: Reference) -> str:
    title = reference.title or _UNTITLED
    is_new = reference.number and reference.number not in title
    return f"{title}: {reference.number}" if is_new else title


def _mark(reference: Reference) -> str:
    """Return the mark of kind and carrier."""
    return f"[{CODES[reference.kind]}{'/OL' if is_online(reference) else ''}]"


def _publication(reference: Reference) -> str:
    """Return publisher, date, page and the day of citation: 澄川发布, 2025(2025-11-14)[2026-11-28]."""
    day = (format_timestamp(reference.date, reference.date_precision) or "")[:10]
    year, exact = day[:4], f"({day})" if day else ""
    if reference.kind == "newspaper":
        year, exact = day, ""
    if reference.is_estimated:
        year, exact = f"[{year}]", ""
    name = reference.container or ""
    # The year is given only where the date is not.
    issue = year if name or reference.page or not exact else ""
    if reference.page:
        issue = f"{issue}: {reference.page}" if issue else str(reference.page)
    cited = f"[{reference.cited.isoformat()}]" if is_online(reference) else ""
    return ", ".join(part for part in (name, issue) if part) + exact + cited
