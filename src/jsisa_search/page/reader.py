"""The straight line of this package: bytes -> text -> page -> header and sections -> `Release`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath

from jsisa_search.errors import PageError, PageTooLargeError, UnsupportedFormatError
from jsisa_search.model import Release
from jsisa_search.page.decode import decode
from jsisa_search.page.header import published, read_header
from jsisa_search.page.html import read_html
from jsisa_search.page.lines import Header, Page
from jsisa_search.page.markdown import read_markdown
from jsisa_search.page.metadata import read_count, read_document_number, read_url
from jsisa_search.page.sections import build_sections
from jsisa_search.page.text import read_text
from jsisa_search.page.trace import Doubt, Reading

MAX_BYTES = 32 * 1024 * 1024
"""Size above which a file is refused: a thousand times the longest release met."""

_READERS: dict[str, Callable[[str], Page]] = {
    ".txt": read_text,
    ".text": read_text,
    ".htm": read_html,
    ".html": read_html,
    ".shtml": read_html,
    ".xhtml": read_html,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
SUFFIXES: tuple[str, ...] = tuple(_READERS)
"""Suffixes of the files that can be read, lower case."""

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,300}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{3,20})""", re.IGNORECASE)
_DECLARATION_BYTES = 4096
_SNIFFED = 2048


def read_release(path: str | os.PathLike[str]) -> Release:
    """Return the press release in the file at `path`, which the release keeps as it is given.

    Raise `PageTooLargeError` above `MAX_BYTES`, `UnsupportedFormatError` for an unknown suffix,
    `DecodeError` for bytes that are no text, and `PageError` for a file that can not be read or
    holds no text.
    """
    return parse_release(read_bytes(path), os.fspath(path))


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of the file at `path`, whose suffix must be one that can be read.

    Raise `PageTooLargeError` above `MAX_BYTES`, `UnsupportedFormatError` for an unknown suffix and
    `PageError` for a file that can not be read.
    """
    name = os.fspath(path)
    if Path(name).is_dir():
        raise PageError(f"{name}: is a folder, not a page; name a file in it")
    _reader_of(name)
    try:
        with Path(name).open("rb") as file:
            _check_size(os.fstat(file.fileno()).st_size, name)
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PageError(f"{name}: can not be read ({reason})") from error


def parse_release(data: bytes, path: str) -> Release:
    """Return the press release in `data`, the content of a file at `path`; the suffix tells its format.

    No file is opened. The errors are those of `read_release`.
    """
    return explain_release(data, path).release


def explain_release(data: bytes, path: str) -> Reading:
    """Return what `parse_release` does, with the reasons for it and what is doubtful about it."""
    read_page = _reader_of(path)
    _check_size(len(data), path)
    declared = _CHARSET.search(data[:_DECLARATION_BYTES]) if read_page is read_html else None
    charset = declared[1].decode("ascii") if declared else None
    text = decode(data, path, declared=charset, is_tolerant=read_page is read_html)
    if read_page is read_text and _HTML_START.match(text[:_SNIFFED]):
        read_page = read_html
    try:
        page = read_page(text)
    except PageError as error:
        raise type(error)(f"{path}: {error}") from error
    release = _build(page.header or read_header(page), path)
    if release.title is None and not release.sections:
        raise PageError(f"{path}: holds no text")
    return Reading(release, page.findings, (*page.doubts, *_doubts(release, text)))


def _reader_of(path: str) -> Callable[[str], Page]:
    suffix = PurePath(path).suffix.lower()
    if suffix not in _READERS:
        known = " ".join(SUFFIXES)
        raise UnsupportedFormatError(
            f"{path}: files ending in {suffix or 'nothing'!r} can not be read, only {known}"
        )
    return _READERS[suffix]


def _check_size(size: int, path: str) -> None:
    if size > MAX_BYTES:
        raise PageTooLargeError(
            f"{path}: has {size:,} bytes, more than the {MAX_BYTES:,} that are read of a page"
        )


def _build(header: Header, path: str) -> Release:
    fields = header.fields
    stamp = published(header)
    number = fields.get("document_number")
    return Release(
        path=path,
        title=header.title,
        title_line=header.title_line,
        published=stamp.moment if stamp else None,
        published_precision=stamp.precision if stamp else None,
        source=fields.get("source"),
        publisher=_first(fields, "owner", "publisher", "issuer", "footer_owner"),
        author=_first(fields, "author", "reporter", "editor"),
        views=read_count(fields["views"]) if "views" in fields else None,
        document_number=(read_document_number(number) or number) if number else None,
        url=read_url(fields["url"]) if "url" in fields else None,
        sections=build_sections(header.body, marks_headings=header.marks_headings),
        editor=fields.get("editor"),
        issuer=fields.get("issuer"),
    )


def _doubts(release: Release, text: str) -> Iterator[Doubt]:
    """Yield what a reader of an index should know of a release before relying on it."""
    if release.title is None:
        yield Doubt("no title", "no line is its title")
    if release.published is None:
        yield Doubt("no date", "it does not say when it was published")
    if not release.sections:
        yield Doubt("no text", "nothing but a title was found")
    damaged = text.count("\ufffd")
    if damaged:
        yield Doubt(
            "replacement characters", f"{damaged} characters could not be read and are shown as \ufffd"
        )


def _first(fields: Mapping[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if name in fields), None)
