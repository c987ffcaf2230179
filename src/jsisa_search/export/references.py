"""A release as a source in a list of references: who, what, where, when, and as which kind it is cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime, time
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from jsisa_search.export.plain import one_line, plain_text
from jsisa_search.indexing.documents import make_release_id
from jsisa_search.model import Hit, Plain, Precision, Release, ReleaseInfo
from jsisa_search.package_data import load_toml

ReferenceKind = Literal["page", "newspaper", "report", "document"]

_BLANKS = re.compile(" {2,}")
# Evidence that the release itself states.
_STATED = ("page", "signature")


@dataclass(frozen=True, slots=True)
class Reference(Plain):
    """A release as it is cited; what is not known is `None` or empty, nothing is made up.

    `key` names it. `kind` is `document` for what bears a 文号, `newspaper` by its source, `report` by its
    title, and `page` otherwise. `authors` are the persons, or else the offices, that are responsible;
    `container` is the source, or else the publisher, where that is none of them. `is_estimated` where the
    date is not stated by the release. `page` is that of the quotation; `cited` the day on which the page was
    clipped, where it is known, or that of the citation. The date of an official document is its own.
    """

    key: str
    kind: ReferenceKind
    authors: tuple[str, ...]
    title: str | None
    number: str | None
    container: str | None
    date: datetime | None
    date_precision: Precision | None
    is_estimated: bool
    page: int | None
    url: str | None
    cited: calendar_date


def make_reference(
    release: Release | ReleaseInfo, *, cited: calendar_date, page: int | None = None
) -> Reference:
    """Return `release` as it is cited on the day `cited`, for what is on `page` if there are pages."""
    source = _source(release)
    number, title = _clean(release.document_number), _title(release.title)
    authors = _authors(_clean(release.author), _clean(release.issuer), is_document=bool(number))
    kind = _kind(title or "", source or "", number)
    day, precision, is_estimated = _date(release, kind)
    if source and kind == "newspaper":
        source = source.strip("《》").removesuffix("社")
    return Reference(
        key=release.id if isinstance(release, ReleaseInfo) else make_release_id(release.path),
        kind=kind,
        authors=authors,
        title=title,
        number=number,
        container=None if _is_same(source, authors) and kind != "newspaper" else source,
        date=day,
        date_precision=precision,
        is_estimated=is_estimated,
        page=None if kind == "newspaper" else page,
        url=_address(release.url),
        cited=release.saved or cited,
    )


def references_of(
    hits: Iterable[Hit], releases: Mapping[str, ReleaseInfo], *, cited: calendar_date
) -> tuple[Reference, ...]:
    """Return a reference for each release of `hits` that is in `releases`, in their order.

    It has a page where all passages of the release are on that one.
    """
    pages: dict[str, set[int | None]] = {}
    for hit in hits:
        pages.setdefault(hit.id, set()).add(hit.page)
    return tuple(
        make_reference(releases[name], cited=cited, page=found.pop() if len(found) == 1 else None)
        for name, found in pages.items()
        if name in releases
    )


def _clean(text: str | None) -> str | None:
    """Return a fact in one line with single blanks, without anything that could steer what shows it."""
    return (_BLANKS.sub(" ", plain_text(one_line(text))).strip() or None) if text else None


def _title(text: str | None) -> str | None:
    """Return a title in one line; one that is spaced out (土 地 使 用 期 限) without the blanks."""
    title = _clean(text)
    return _pattern("letter_space").sub("", title) if title and _pattern("spaced").search(title) else title


def _date(
    release: Release | ReleaseInfo, kind: ReferenceKind
) -> tuple[datetime | None, Precision | None, bool]:
    """Return the date to cite, its precision, and whether it is an estimate.

    An official document has the day that it bears: sites put up those of decades ago.
    """
    day = release.dated
    if kind == "document" and day and (release.date is None or day <= release.date.date()):
        return datetime.combine(day, time()), "day", False
    is_estimated = release.date is not None and release.date_from not in _STATED
    return release.date, release.date_precision, is_estimated


def _address(text: str | None) -> str | None:
    """Return the address of a release; the front page of its site is none."""
    address = _clean(text)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return address if parts.path.strip("/") or parts.query or parts.fragment or not parts.netloc else None


def _source(release: Release | ReleaseInfo) -> str | None:
    """Return the source of a release where that is a name, or else its publisher."""
    source = _clean(release.source)
    return source if source and not _matches("no_source", source) else _clean(release.publisher)


def _is_same(source: str | None, authors: tuple[str, ...]) -> bool:
    """Return whether a source is the authors, however they are separated."""
    return source is not None and "".join(_pieces(source)) == "".join(authors)


def _kind(title: str, source: str, number: str | None) -> ReferenceKind:
    if number:
        return "document"
    if _matches("newspaper", source) and not _matches("no_newspaper", source.strip("《》")):
        return "newspaper"
    return "report" if _matches("report", title) and not _matches("no_report", title) else "page"


def _authors(author: str | None, issuer: str | None, *, is_document: bool) -> tuple[str, ...]:
    """Return who is responsible: for an official document its offices, otherwise the persons named."""
    if issuer and (is_document or not author):
        return tuple(_pieces(issuer))
    if author is None or _matches("no_source", author) or _matches("no_author", author):
        return ()
    return tuple(_persons(author)) or (author,)


def _persons(author: str) -> Iterator[str]:
    """Yield the names in a byline, without roles."""
    pieces = list(_pieces(author))
    if all(len(piece) == 1 for piece in pieces):
        pieces = ["".join(pieces)]  # 张 三
    for piece in pieces:
        name = _pattern("role").sub("", piece, count=1).strip()
        if name and not (len(pieces) > 1 and _matches("deed", name)):
            yield name


def _pieces(names: str) -> Iterator[str]:
    return (piece.strip() for piece in _pattern("separators").split(names) if piece.strip())


def _matches(name: str, text: str) -> bool:
    return _pattern(name).fullmatch(text) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(load_toml("jsisa_search.export", "references")[name])
