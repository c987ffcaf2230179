"""A hit in words: its excerpt, its date, and the citation under which it is quoted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from jsisa_search.export.plain import one_line
from jsisa_search.model import DateOrigin, Hit, Precision, Range, Release, ReleaseInfo, format_timestamp

# What the date of a citation is from, where the page does not state it.
_EVIDENCE: dict[DateOrigin, str] = {
    "signature": "据落款",
    "settings": "据设定",
    "title": "据标题",
    "file name": "据文件名",
    "address": "据网址",
    "folder": "据文件夹",
}

_INNER_QUOTES = {ord("“"): "‘", ord("”"): "’"}


class Dated(Protocol):
    """What has the effective date of a release."""

    @property
    def date(self) -> datetime | None:
        """The date."""
        ...

    @property
    def date_precision(self) -> Precision | None:
        """How precise it is."""
        ...

    @property
    def date_from(self) -> DateOrigin | None:
        """What it is from."""
        ...


def split_ranges(text: str, ranges: tuple[Range, ...]) -> Iterator[tuple[str, bool]]:
    """Yield `text` in parts, each with whether it is one of the ordered, disjoint `ranges`."""
    last = 0
    for start, end in ranges:
        yield text[last:start], False
        yield text[start:end], True
        last = end
    yield text[last:], False


def excerpt(hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield the snippet in one line, in parts with whether each is a match; … where the passage continues."""
    snippet = hit.snippet
    first, last = (snippet.parts[0][0], snippet.parts[-1][1]) if snippet.parts else (0, len(hit.text))
    if hit.text[:first].strip():
        yield "…", False
    for text, is_match in split_ranges(snippet.text, snippet.highlights):
        if text:
            yield one_line(text, " / "), is_match
    if hit.text[last:].strip():
        yield "…", False


def section_name(hit: Hit) -> str:
    """Return heading and subheading of `hit` in one line; empty if it has neither."""
    return joined_headings(hit.heading, hit.subheading)


def joined_headings(heading: str | None, subheading: str | None) -> str:
    """Return a heading and a subheading in one line; empty for neither."""
    return " / ".join(one_line(text) for text in (heading, subheading) if text)


def date_text(release: Dated) -> str:
    """Return the date of a release as precise as it is known; empty if unknown."""
    return (format_timestamp(release.date, release.date_precision) or "").replace("T", " ")


def date_evidence(release: Hit | Release | ReleaseInfo) -> str:
    """Return in Chinese what the date of a release is from; empty where its page states it."""
    return _EVIDENCE.get(release.date_from, "") if release.date_from else ""


def citation(hit: Hit, release: ReleaseInfo | None = None) -> str:
    """Return title, source, date, section, page and paragraph of `hit` in one line, in Chinese.

    With `release`, the release of the hit, also its document number and its address.
    """
    return place_citation(
        hit,
        section=section_name(hit),
        page=hit.page,
        paragraph=hit.paragraph,
        number=release.document_number if release else None,
        url=release.url if release else None,
    )


def place_citation(
    release: Hit | ReleaseInfo,
    *,
    section: str,
    page: int | None,
    paragraph: int | None,
    number: str | None,
    url: str | None,
) -> str:
    """Return the citation of a place in `release`, as `citation` does."""
    evidence = date_evidence(release)
    shown_number, inner_section = one_line(number or ""), section.translate(_INNER_QUOTES)
    facts = (
        book_title(release.title, shown_number) if release.title else shown_number,
        one_line(release.source or release.publisher or ""),
        date_text(release) + (f"（{evidence}）" if evidence else ""),
        f"“{inner_section}”" if section else "",
        f"第{page}页" if page else "",
        f"第{paragraph}段" if paragraph else "",
        one_line(url or ""),
    )
    return "，".join(fact for fact in facts if fact)


def book_title(title: str, number: str = "") -> str:
    """Return a title in 《》, those within it in 〈〉 and 《》 by turns, and a number that it lacks."""
    inner = one_line(title)
    depth, turned = 0, []
    for char in inner:
        if char in "》〉":
            depth = max(depth - 1, 0)
        marks = "〈〉" if depth % 2 == 0 else "《》"
        turned.append(marks["《〈".find(char) < 0] if char in "《〈》〉" else char)
        if char in "《〈":
            depth += 1
    return f"《{''.join(turned)}》" + (f"（{number}）" if number and number not in inner else "")
