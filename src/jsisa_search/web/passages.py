"""A passage of a release, found again by its place, as the hit that a search would return for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from jsisa_search.errors import ReleaseNotFoundError
from jsisa_search.model import Hit, Kind, Paragraph, Release, Section, Snippet


def find_passage(
    release: Release, release_id: str, line: int, paragraph: int | None, *, context: int = 0
) -> Hit:
    """Return the passage on `line` of the file, or with the ordinal `paragraph`.

    A paragraph comes with `context` paragraphs before and after it, as in a search.
    Raises `ReleaseNotFoundError` where the release, which may have been read again, has none there.
    """
    for kind, section, found, text, at in _passages(release):
        is_wanted = found is not None and found.ordinal == paragraph if paragraph else at == line
        if is_wanted and text:
            hit = _hit(release, release_id, kind, section, found, text, at)
            return replace(hit, **_neighbours(release, found.ordinal, context)) if found else hit
    raise ReleaseNotFoundError("the release has no passage there any more; search again")


def _neighbours(release: Release, ordinal: int, context: int) -> dict[str, Any]:
    """Return the texts of the paragraphs `before` and `after` one of them, as fields of a hit."""
    near = [each for each in release.paragraphs if 0 < abs(each.ordinal - ordinal) <= context]
    return {
        "before": tuple(each.text for each in near if each.ordinal < ordinal),
        "after": tuple(each.text for each in near if each.ordinal > ordinal),
    }


def _passages(release: Release) -> Iterator[tuple[Kind, Section | None, Paragraph | None, str, int]]:
    if release.title:
        yield "title", None, None, release.title, release.title_line or 1
    for section in release.sections:
        if section.heading or section.subheading:
            text = "\n".join(part for part in (section.heading, section.subheading) if part)
            yield "heading", section, None, text, section.line
        for paragraph in section.paragraphs:
            yield "paragraph", section, paragraph, paragraph.text, paragraph.line
    if release.document_number:
        yield "number", None, None, release.document_number, 1
    for link in (*release.attachments, *release.links):
        yield "link", None, None, link.name, link.line
    for caption in release.captions:
        yield "caption", None, None, caption.name, caption.line


def _hit(
    release: Release,
    release_id: str,
    kind: Kind,
    section: Section | None,
    paragraph: Paragraph | None,
    text: str,
    line: int,
) -> Hit:
    return Hit(
        score=0.0,
        kind=kind,
        id=release_id,
        title=release.title,
        source=release.source,
        publisher=release.publisher,
        published=release.published,
        published_precision=release.published_precision,
        heading=section.heading if section else None,
        subheading=section.subheading if section else None,
        paragraph=paragraph.ordinal if paragraph else None,
        path=release.path,
        line=line,
        text=text,
        highlights=(),
        snippet=Snippet(text, ()),
        matches_all=True,
        page=paragraph.page if paragraph else None,
        date=release.date,
        date_precision=release.date_precision,
        date_from=release.date_from,
    )
