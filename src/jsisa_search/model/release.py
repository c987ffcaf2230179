"""What a page says: a release, its sections and paragraphs, and what an index knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime, time
from typing import Literal, TypedDict

from jsisa_search.model.plain import Plain, Precision

DateOrigin = Literal["page", "signature", "settings", "title", "file name", "address", "folder"]


@dataclass(frozen=True, slots=True)
class Paragraph(Plain):
    """One paragraph of a release.

    `ordinal` counts from 1 through the release, `ordinal_in_section` from 1 through its section;
    `line` is the 1-based line of the file on which the paragraph begins, `page` the 1-based page where
    the format has pages.
    """

    text: str
    ordinal: int
    ordinal_in_section: int
    line: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Section(Plain):
    """A run of paragraphs under one heading; `heading` is `None` for those before the first.

    `line` is the 1-based line of the heading, or of the first paragraph where there is no heading.
    """

    heading: str | None
    subheading: str | None
    paragraphs: tuple[Paragraph, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Link(Plain):
    """A line beside the text: an attachment, 查看原文, an entry of a table of contents, a caption.

    `url` is the address, `None` where the page names a thing without one; `line` is the 1-based line of the
    file.
    """

    name: str
    url: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Release(Plain):
    """A press release as its page gives it; what the page does not say is `None`.

    `published` is naive local time, exact to `published_precision`; finer parts are at their lowest value.
    `source` is 来源, `publisher` the owner of the site, `document_number` the 文号, `issuer` the 发文机关.

    `dated` is the day below the signature of a document (成文日期), `saved` the day on which the page was
    clipped. `date` is the effective date, exact to `date_precision`, by which releases are filtered and
    sorted: the best that is known, from the evidence that `date_from` names; `None` where there is none.
    Where `published` or `dated` is given, it is that one; `date` is then ignored.

    `attachments` are the files that the page names below its text (附件), or links to within it; `links` are
    the lines of the text that are only links, or a table of contents. `captions` are captions and credits
    above the first sentence, without an address. They are no paragraphs.
    """

    path: str
    title: str | None
    title_line: int | None
    published: datetime | None
    published_precision: Precision | None
    source: str | None
    publisher: str | None
    author: str | None
    views: int | None
    document_number: str | None
    url: str | None
    sections: tuple[Section, ...]
    editor: str | None = None
    issuer: str | None = None
    dated: calendar_date | None = None
    saved: calendar_date | None = None
    date: datetime | None = None
    date_precision: Precision | None = None
    date_from: DateOrigin | None = None
    attachments: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    captions: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        """Take the effective date from `published` or `dated`, so that they never disagree."""
        known: tuple[datetime | None, Precision | None, DateOrigin | None] | None = None
        if self.published is not None:
            known = self.published, self.published_precision, "page"
        elif self.dated is not None:
            known = datetime.combine(self.dated, time()), "day", "signature"
        elif self.date is None or self.date_from in (None, "page"):
            known = None, None, None
        if known is not None:
            for name, value in zip(("date", "date_precision", "date_from"), known, strict=True):
                object.__setattr__(self, name, value)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs in the order of the page."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)


class ReleaseFacts(TypedDict, total=False):
    """What may be given with a text; `published` is local time, or text like 2022-09-06 16:42."""

    title: str | None
    published: datetime | calendar_date | str | None
    published_precision: Precision | None
    source: str | None
    publisher: str | None
    author: str | None
    editor: str | None
    issuer: str | None
    views: int | None
    document_number: str | None
    url: str | None
    dated: calendar_date | None
    saved: calendar_date | None


@dataclass(frozen=True, slots=True)
class ReleaseInfo(Plain):
    """What an index knows of a release without its text; `paragraphs` is their number.

    `id` names the release in every command and call; `path` is that of its file, or `text:ID`. `date` is
    the effective date, from the evidence that `date_from` names.
    """

    id: str
    path: str
    title: str | None
    published: datetime | None
    published_precision: Precision | None
    source: str | None
    publisher: str | None
    author: str | None
    document_number: str | None
    url: str | None
    paragraphs: int
    dated: calendar_date | None = None
    saved: calendar_date | None = None
    date: datetime | None = None
    date_precision: Precision | None = None
    date_from: DateOrigin | None = None
    issuer: str | None = None
