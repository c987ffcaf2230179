"""The readers of pages that are compared: each a function from a page to a `Reading`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from page_gold import Gold

_TIME = re.compile(r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})\D{0,2}?(?:\D*(\d{1,2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a page; what it does not give is `None` or empty.

    `published` is ISO 8601. Who has one field for source and author gives it as both.
    """

    title: str | None = None
    published: str | None = None
    sources: tuple[str | None, ...] = ()
    authors: tuple[str | None, ...] = ()
    offices: tuple[str | None, ...] = ()
    number: str | None = None
    headings: tuple[str, ...] = ()
    body: str = ""
    error: str | None = None


Reader = Callable[[str], Reading]
"""Reads one page: this product the file at the path it is given, the peers the decoded text."""


def make_jsisa() -> Reader:
    """Return this product's `read_release`, file to release, decoding included."""
    from jsisa_search import JsisaSearchError, read_release
    from jsisa_search.model import Release, format_timestamp

    def lines_of(release: Release) -> Iterable[tuple[bool, str]]:
        """Yield the lines of a release in their order, and whether each is a heading."""
        last: tuple[str | None, str | None] = (None, None)
        for section in release.sections:
            if section.heading and section.heading != last[0]:
                yield True, section.heading
            if section.subheading and (section.heading, section.subheading) != last:
                yield True, section.subheading
            last = (section.heading, section.subheading)
            yield from ((False, paragraph.text) for paragraph in section.paragraphs)

    def read(path: str) -> Reading:
        try:
            release = read_release(path)
        except JsisaSearchError as error:
            return Reading(error=f"{type(error).__name__}: {error}")
        lines = list(lines_of(release))
        # Gold has the dates that pages show; what a file is called and where it lies is not scored.
        is_on_page = release.date_from in ("page", "signature")
        return Reading(
            title=release.title,
            published=format_timestamp(release.date, release.date_precision) if is_on_page else None,
            sources=(release.source,),
            authors=(release.author,),
            offices=(getattr(release, "issuer", None), release.source, release.publisher),
            number=release.document_number,
            headings=tuple(text for is_heading, text in lines if is_heading),
            body="\n".join(text for _, text in lines),
        )

    return read


def make_trafilatura() -> Reader:
    """Return trafilatura with metadata and tables, without comments."""
    import trafilatura

    def read(text: str) -> Reading:
        found: Any = trafilatura.bare_extraction(
            text, with_metadata=True, include_comments=False, include_tables=True
        )
        if found is None:
            return Reading(error="nothing extracted")
        names = (found.author, found.sitename)
        heads = found.body.iter("head") if found.body is not None else ()
        return Reading(
            title=found.title,
            published=_iso(found.date),
            sources=names,
            authors=names,
            offices=names,
            headings=tuple("".join(head.itertext()) for head in heads),
            body=found.text or "",
        )

    return read


def make_readability() -> Reader:
    """Return readability-lxml: title and body only."""
    from lxml import html
    from readability import Document

    def read(text: str) -> Reading:
        document = Document(text)
        tree: Any = html.document_fromstring(document.summary() or "<p></p>")
        headings = tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
        return Reading(
            title=document.short_title(),
            headings=tuple(heading.text_content() for heading in headings),
            body=tree.text_content(),
        )

    return read


def make_gne() -> Reader:
    """Return GeneralNewsExtractor, which is told of comments, and of visibility where a page has it."""
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()
    noise = ['//div[contains(@class, "comment")]', '//div[contains(@id, "comment")]']

    def read(text: str) -> Reading:
        found = extractor.extract(text, noise_node_list=noise, use_visiable_info="is_visiable" in text)
        names = (found["author"] or None,)
        return Reading(
            title=found["title"],
            published=_iso(found["publish_time"]),
            sources=names,
            authors=names,
            offices=names,
            body=found["content"],
        )

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "jsisa": make_jsisa,
    "trafilatura": make_trafilatura,
    "readability": make_readability,
    "gne": make_gne,
}
PACKAGES = ("jsisa-search", "trafilatura", "readability-lxml", "gne", "lxml")


def _iso(text: str | None) -> str | None:
    """Return a time as others write it (blank for T, 年月日, slashes, one digit) as ISO 8601."""
    found = _TIME.match(text or "")
    if not found:
        return None
    year, month, day, hour, minute = found.groups()
    date = f"{year}-{int(month):02}-{int(day):02}"
    return f"{date}T{int(hour):02}:{minute}" if hour else date


def input_of(name: str, gold: Gold) -> str:
    """Return what a reader is given for a page."""
    return str(gold.path) if name == "jsisa" else gold.text
