"""A passage of a release, found again by its place, as the hit that a search would return for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jsisa_search.errors import ReleaseNotFoundError
from jsisa_search.model import Hit, Release, Snippet
from jsisa_search.research.passages import Passage, passages_of
from jsisa_search.translation import gettext as tr


def find_passage(
    release: Release, release_id: str, line: int, paragraph: int | None, *, context: int = 0
) -> Hit:
    """Return the passage on `line` of the file, or with the ordinal `paragraph`.

    A paragraph comes with `context` paragraphs before and after it, as in a search.
    Raises `ReleaseNotFoundError` where the release, which may have been read again, has none there.
    """
    for passage in passages_of(release):
        found = passage.paragraph
        is_wanted = found is not None and found.ordinal == paragraph if paragraph else passage.line == line
        if is_wanted:
            hit = _hit(release, release_id, passage)
            return replace(hit, **_neighbours(release, found.ordinal, context)) if found else hit
    raise ReleaseNotFoundError(tr("the release has no passage there any more; search again"))


def _neighbours(release: Release, ordinal: int, context: int) -> dict[str, Any]:
    """Return the texts of the paragraphs `before` and `after` one of them, as fields of a hit."""
    near = [each for each in release.paragraphs if 0 < abs(each.ordinal - ordinal) <= context]
    return {
        "before": tuple(each.text for each in near if each.ordinal < ordinal),
        "after": tuple(each.text for each in near if each.ordinal > ordinal),
    }


def _hit(release: Release, release_id: str, passage: Passage) -> Hit:
    section, paragraph = passage.section, passage.paragraph
    return Hit(
        score=0.0,
        kind=passage.kind,
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
        line=passage.line,
        text=passage.text,
        highlights=(),
        snippet=Snippet(passage.text, ()),
        matches_all=True,
        page=paragraph.page if paragraph else None,
        date=release.date,
        date_precision=release.date_precision,
        date_from=release.date_from,
    )
