"""Releases that are added without a file: from objects, dicts and texts, checked and cleaned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any, get_args

from jsisa_search.arguments import check_moment, check_number, check_text, one_of, refused
from jsisa_search.errors import ArgumentError
from jsisa_search.indexing.paths import is_text_path
from jsisa_search.model import DateOrigin, Link, Paragraph, Precision, Release, Section
from jsisa_search.page.facts.timestamps import read_stamp
from jsisa_search.page.formats.text import read_text
from jsisa_search.page.lines import clean_line, clean_text, strip
from jsisa_search.page.structure.sections import build_sections
from jsisa_search.schema import TEXT_SCHEME
from jsisa_search.translation import gettext as tr

#: Fields of a release that are text or `None`.
_TEXTS = ("title", "source", "publisher", "author", "document_number", "url", "editor", "issuer")

#: Names of a dict's values.
KEYS = ("id", "text", "path", *(field.name for field in fields(Release) if field.name != "path"))

# A month as `Release.to_dict` writes it.
_MONTH = re.compile(r"\d{4}-\d{2}")

_FACTS = tuple(field.name for field in fields(Release) if field.name not in ("path", "sections"))

#: Fields of a release that are links.
_LINKS = ("attachments", "links", "captions")

# Views, lines, pages and ordinals: more than any page has, less than an array can represent.
_MOST = 2**31 - 1


def text_path(name: str) -> str:
    """Return the path under which a release without a file is stored: `text:ID`."""
    if not name or "\0" in name:
        raise refused("id", name, tr("a text that is not empty and has no NUL"))
    return name if is_text_path(name) else TEXT_SCHEME + name


def release_from(given: Release | Mapping[str, Any]) -> Release:
    """Return a release to add under a path of its own, from one that is given or from a dict.

    A dict has an `id` (or `path`), a `text` (or `sections`, as `Release.to_dict` gives them), and any other
    fields of a release. Raises `ArgumentError` for anything else.
    """
    if isinstance(given, Release):
        return _checked(given)
    if not isinstance(given, Mapping):
        raise refused(tr("a release to add"), given, tr("a Release or a dict"))
    if unknown := [key for key in given if key not in KEYS]:
        raise refused(tr("a key of a release"), unknown[0], one_of(KEYS))
    name = given.get("id") or given.get("path")
    if name is None:
        raise ArgumentError(tr("a release to add has no id; give it an id or a path of its own"))
    values = {key: value for key, value in given.items() if key not in ("id", "text", "path")}
    if "sections" in values:
        values["sections"] = tuple(_section_from(section) for section in _list(values, "sections"))
    elif "text" in given:
        values["sections"] = sections_from(check_text("text", given["text"]))
    for field in _LINKS:
        if field in values:
            values[field] = tuple(_link_from(link) for link in _list(values, field))
    return release_of(check_text("id", name), **values)


def release_of(name: str, *, sections: tuple[Section, ...] = (), **facts: Any) -> Release:
    """Return a release without a file; `published` may be text as a page has it (2022-09-06 16:42)."""
    if unknown := [key for key in facts if key not in _FACTS]:
        raise refused(tr("a field of a release"), unknown[0], one_of(_FACTS))
    values: dict[str, Any] = dict.fromkeys(_FACTS) | dict.fromkeys(_LINKS, ()) | facts
    for field in ("published", "date"):
        moment, precision = _moment_of(field, facts.get(field))
        values |= {field: moment, f"{field}_precision": values[f"{field}_precision"] or precision}
    for field in ("dated", "saved"):
        values[field] = _day_of(field, facts.get(field))
    return _checked(Release(path=name, sections=sections, **values))


def sections_from(text: str) -> tuple[Section, ...]:
    """Return the paragraphs of a text under its headings; every line that is not blank is one of them."""
    return build_sections(read_text(clean_text(text)).lines)


def _moment_of(name: str, given: datetime | date | str | None) -> tuple[datetime | None, Precision | None]:
    if given is None:
        return None, None
    if isinstance(given, datetime):
        precision: Precision = "second" if given.second or given.microsecond else "minute"
        return given, precision
    if isinstance(given, date):
        return datetime.combine(given, time()), "day"
    text = check_text(name, given)
    is_month = _MONTH.fullmatch(text) is not None
    stamp = read_stamp(f"{text}-01" if is_month else text)
    if stamp is None:
        raise refused(name, given, tr("a datetime, a date, or text like 2022-09-06 16:42"))
    return stamp.moment, "month" if is_month else stamp.precision


def _day_of(name: str, given: datetime | date | str | None) -> date | None:
    moment, precision = _moment_of(name, given)
    if precision == "month":
        raise refused(name, given, tr("a whole day, like 2022-09-06"))
    return moment.date() if moment else None


def _checked(release: Release) -> Release:
    """Return `release` with its own path, clean texts, and paragraphs that count from 1."""
    published, precision = _checked_moment(release, "published")
    effective, effective_precision = _checked_moment(release, "date")
    if effective and release.date_from not in get_args(DateOrigin):
        raise refused("date_from", release.date_from, one_of(get_args(DateOrigin)))
    for name in ("dated", "saved"):
        value = getattr(release, name)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise refused(name, value, tr("a date, or None"))
    if not isinstance(release.sections, tuple):
        raise refused("sections", release.sections, tr("a tuple of Section"))
    views = release.views
    cleaned: dict[str, Any] = {name: _clean(name, getattr(release, name)) for name in _TEXTS}
    return replace(
        release,
        path=text_path(check_text("path", release.path)),
        title_line=_number("title_line", release.title_line),
        published=published,
        published_precision=precision,
        date=effective,
        date_precision=effective_precision,
        date_from=release.date_from if effective else None,
        views=None if views is None else check_number("views", views, 0, _MOST),
        sections=_numbered(release.sections),
        attachments=_checked_links("attachments", release.attachments),
        links=_checked_links("links", release.links),
        captions=_checked_links("captions", release.captions),
        **cleaned,
    )


def _checked_moment(release: Release, name: str) -> tuple[datetime | None, Precision | None]:
    """Return a time of `release` and its precision, checked; `None` for both where it has none."""
    moment = check_moment(name, getattr(release, name))
    precision: Precision | None = getattr(release, f"{name}_precision") if moment else None
    if moment and precision not in get_args(Precision):
        raise refused(f"{name}_precision", precision, one_of(get_args(Precision)))
    return moment and moment.replace(microsecond=0), precision


def _checked_links(name: str, links: object) -> tuple[Link, ...]:
    """Return links with clean names and addresses, without those that have no name."""
    if not isinstance(links, tuple) or not all(isinstance(link, Link) for link in links):
        raise refused(name, links, tr("a tuple of Link"))
    cleaned = (
        Link(
            _clean("name", link.name) or "",
            _clean("url", link.url),
            check_number("line", link.line, 1, _MOST),
        )
        for link in links
    )
    return tuple(link for link in cleaned if link.name)


def _numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return sections with clean texts whose paragraphs count from 1, without those that are blank."""
    counted, numbered = 0, []
    for section in sections:
        if not isinstance(section, Section):
            raise refused(tr("a section"), section, tr("a Section"))
        paragraphs: list[Paragraph] = []
        for paragraph in section.paragraphs:
            if not isinstance(paragraph, Paragraph):
                raise refused(tr("a paragraph"), paragraph, tr("a Paragraph"))
            if text := strip(clean_text(check_text("text of a paragraph", paragraph.text))):
                counted += 1
                line = check_number("line", paragraph.line, 1, _MOST)
                page = _number("page", paragraph.page)
                paragraphs.append(Paragraph(text, counted, len(paragraphs) + 1, line, page))
        heading, subheading = _clean("heading", section.heading), _clean("subheading", section.subheading)
        if heading is None and subheading is not None:
            heading, subheading = subheading, None
        line = check_number("line", section.line, 1, _MOST)
        numbered.append(Section(heading, subheading, tuple(paragraphs), line))
    return tuple(numbered)


def _link_from(given: object) -> Link:
    if isinstance(given, Link):
        return given
    if not isinstance(given, Mapping):
        raise refused(tr("a link"), given, tr("a dict with name, url and line"))
    return Link(check_text("name", given.get("name")), given.get("url"), given.get("line", 1))


def _section_from(given: object) -> Section:
    if isinstance(given, Section):
        return given
    if not isinstance(given, Mapping):
        raise refused(tr("a section"), given, tr("a dict with heading, subheading, line and paragraphs"))
    paragraphs = tuple(_paragraph_from(each) for each in _list(given, "paragraphs"))
    return Section(given.get("heading"), given.get("subheading"), paragraphs, given.get("line", 1))


def _paragraph_from(given: object) -> Paragraph:
    if isinstance(given, str):
        return Paragraph(given, 0, 0, 1)
    if not isinstance(given, Mapping) or "text" not in given:
        raise refused(tr("a paragraph"), given, tr("text, or a dict with text, line and page"))
    return Paragraph(given["text"], 0, 0, given.get("line", 1), given.get("page"))


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    values = given.get(name, [])
    if not isinstance(values, list | tuple):
        raise refused(name, values, tr("a list"))
    return list(values)


def _clean(name: str, value: object) -> str | None:
    """Return a text as one clean line, `None` where nothing is left."""
    return None if value is None else strip(clean_line(check_text(name, value))) or None


def _number(name: str, value: object) -> int | None:
    return None if value is None else check_number(name, value, 1, _MOST)
