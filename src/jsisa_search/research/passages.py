"""The passages of a release in the order of the page, and where to find one of them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jsisa_search.model import Kind, Paragraph, Release, Section


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as hits have it, with its section and, where it is one, its paragraph."""

    kind: Kind
    text: str
    line: int
    section: Section | None = None
    paragraph: Paragraph | None = None


def passages_of(release: Release) -> Iterator[Passage]:
    """Yield the passages of a release: title, headings with their paragraphs, number, links and captions.

    A paragraph before the first heading is of kind `lead`.
    """
    if release.title:
        yield Passage("title", release.title, release.title_line or 1)
    above: str | None = None
    for section in release.sections:
        headings = [text for text in (section.heading, section.subheading) if text is not None]
        # A heading that is that of the section before as well is no passage again.
        new = headings[1:] if above is not None and above == section.heading else headings
        if any(new):
            yield Passage("heading", "\n".join(new), section.line, section)
        above = section.heading
        kind: Kind = "paragraph" if headings else "lead"
        for paragraph in section.paragraphs:
            yield Passage(kind, paragraph.text, paragraph.line, section, paragraph)
    if release.document_number:
        yield Passage("number", release.document_number, release.title_line or 1)
    for link in (*release.attachments, *release.links):
        yield Passage("link", link.name, link.line)
    for caption in release.captions:
        yield Passage("caption", caption.name, caption.line)
