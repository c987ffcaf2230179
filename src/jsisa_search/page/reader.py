"""The pipeline of this package: bytes -> text -> page -> header and sections -> `Release`."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jsisa_search.errors import (
    PageBudgetError,
    PageError,
    PageFailureError,
    PageTooLargeError,
    UnsupportedFormatError,
)
from jsisa_search.model import Release
from jsisa_search.page.assembly import build_release, explain_date
from jsisa_search.page.budget import check_time, count
from jsisa_search.page.containers.mail import read_web_archive
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.damage import describe_damage
from jsisa_search.page.decode import decode
from jsisa_search.page.facts.date_evidence import Place
from jsisa_search.page.folder_settings import NOTHING_SET, FolderSettings
from jsisa_search.page.formats.doc import read_doc
from jsisa_search.page.formats.docx import read_docx
from jsisa_search.page.formats.markdown import read_markdown
from jsisa_search.page.formats.ofd import read_ofd
from jsisa_search.page.formats.office import actual_suffix
from jsisa_search.page.formats.pdf import read_pdf
from jsisa_search.page.formats.ppt import read_ppt
from jsisa_search.page.formats.pptx import read_pptx
from jsisa_search.page.formats.rtf import read_rtf
from jsisa_search.page.formats.text import read_text
from jsisa_search.page.html import read_html
from jsisa_search.page.kinds import HEAD, is_html, may_be_page, recognise, suffix_of
from jsisa_search.page.labeller.article import label_lines
from jsisa_search.page.lines import (
    NO_HEADING,
    Doubt,
    Finding,
    Header,
    Line,
    Page,
    Reading,
    clean_line,
    normalize,
    shorten,
)
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.account import read_account_article
from jsisa_search.page.structure.document import read_document
from jsisa_search.page.structure.document_end import read_end
from jsisa_search.page.structure.letter import read_letter
from jsisa_search.page.structure.links import take_links
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of

MAX_BYTES = 32 * 1024 * 1024
"""Size above which a file is refused: a thousand times the longest release met."""

# Formats that are text: decoded first.
_TEXT_READERS: dict[str, Callable[[str], Page]] = {
    ".txt": read_text,
    ".text": read_text,
    ".htm": read_html,
    ".html": read_html,
    ".shtml": read_html,
    ".xhtml": read_html,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
# Formats that are bytes.
_BYTE_READERS: dict[str, Callable[[bytes], Page]] = {
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".ofd": read_ofd,
    ".doc": read_doc,
    ".rtf": read_rtf,
    ".pptx": read_pptx,
    ".ppt": read_ppt,
}
WEB_ARCHIVES = (".mht", ".mhtml")
"""Suffixes of the files that hold one page with its pictures."""
CONTAINERS: tuple[str, ...] = (".zip", ".jsonl", ".ndjson", ".json", ".eml", ".msg", ".epub", ".csv", ".tsv")
"""Suffixes of the files that may hold several releases."""
WORKBOOKS = (".xls", ".xlsx")
"""Suffixes of the files whose sheets are releases."""
_SPECIAL_LIMITS = dict.fromkeys((".json", ".csv", ".tsv"), "json_file") | dict.fromkeys(
    (".eml", ".msg"), "mail_file"
)
# Suffixes of Office documents that are read by what they hold.
_ALIASES = (".wps", ".et", ".dps")
SUFFIXES: tuple[str, ...] = (
    *_TEXT_READERS,
    *WEB_ARCHIVES,
    *_BYTE_READERS,
    *_ALIASES,
    *WORKBOOKS,
    *CONTAINERS,
)
"""Suffixes of the files that can be read, lower case."""

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{3,20})""", re.IGNORECASE)
_DECLARATION_BYTES = 4096
_SNIFFED = 2048
_TITLE_ABOVE = 0  # number of the line of a title that is not a line of the text


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of the file at `path`, whose format must be one that can be read.

    Raise `PageTooLargeError` above `MAX_BYTES` (or the limit of files that hold several releases),
    `UnsupportedFormatError` for an unknown format and `PageError` for a file that can not be read.
    """
    name = os.fspath(path)
    try:
        # Without O_NONBLOCK opening a pipe would wait for a writer that may never come.
        with open(name, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            _check_kind(status, name)
            head = file.read(HEAD)
            suffix = format_of(head, name)
            check_size(status.st_size, name, suffix)
            return head + file.read(max(_largest(suffix) + 1 - len(head), 0))
    except (OSError, ValueError) as error:
        if Path(name).is_dir():
            raise PageError(
                tr("{name}: is a folder, not a page; name a file in it").format(name=name)
            ) from error
        reason = reason_of(error) if isinstance(error, OSError) else error
        raise PageError(tr("{name}: can not be read ({reason})").format(name=name, reason=reason)) from error


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file, or fail at once; a terminal does not become that of this process."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _check_kind(status: os.stat_result, path: str) -> None:
    """Raise `PageError` for what is no regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise PageError(tr("{path}: is a folder, not a page; name a file in it").format(path=path))
    if not stat.S_ISREG(status.st_mode):
        raise PageError(
            tr("{path}: is no regular file (but a pipe, a socket or a device), so it is not read").format(
                path=path
            )
        )


def format_of(content: bytes, path: str) -> str:
    """Return the suffix of the reader for `content`, or its beginning; see `kinds.recognise`.

    Raise `UnsupportedFormatError`, naming `path`, where there is none.
    """
    suffix = suffix_of(path)
    try:
        found = recognise(content[:HEAD], suffix, SUFFIXES)
    except UnsupportedFormatError as error:
        raise UnsupportedFormatError(f"{path}: {error}") from error
    if not found:
        raise UnsupportedFormatError(
            tr(
                "{path}: files ending in {suffix!r} can not be read, only {known}, and HTML under any name"
            ).format(path=path, suffix=suffix or "nothing", known=" ".join(SUFFIXES))
        )
    return found


def may_be_indexed(path: Path, suffix: str) -> bool:
    """Whether a file of an unknown suffix is a page by its first bytes, or a document that can't be read."""
    if not may_be_page(suffix):
        return False
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            return recognise(file.read(HEAD), suffix, SUFFIXES) != ""
    except UnsupportedFormatError:
        return True  # to be reported with the reason
    except OSError:
        return False


def check_size(size: int, path: str, suffix: str) -> None:
    """Raise `PageTooLargeError` where `size` bytes are more than is read of the file at `path`."""
    if size > _largest(suffix):
        raise PageTooLargeError(
            tr("{path}: has {size:,} bytes, more than the {limit:,} that are read of a page").format(
                path=path, size=size, limit=_largest(suffix)
            )
        )


def _largest(suffix: str) -> int:
    if suffix not in CONTAINERS:
        return MAX_BYTES
    limits: dict[str, int] = load_rules("budget")["limits"]
    return limits[_SPECIAL_LIMITS.get(suffix, "file")]


def with_actual_suffix(part: Part, path: str) -> Part:
    """Return `part` with the suffix of the format that its content is of; see `actual_suffix`."""
    if part.page is not None:
        return part
    try:
        return replace(part, suffix=actual_suffix(part.content, part.suffix))
    except PageError as error:
        raise type(error)(f"{path}: {error}") from error


def parse_part(
    part: Part, path: str, *, place: Place | None = None, settings: FolderSettings = NOTHING_SET
) -> Reading:
    """Return the release that `part` holds, under `path`, with findings and doubts.

    `place` is where the file lies, as far as its names may give the date, without it that of `path`;
    `settings` are those of its folder.

    The errors are those of `read_release`. Whatever else a reader raises becomes a `PageError` too, so that
    it costs one file only.
    """
    check_size(len(part.content), path, part.suffix)
    with failures_named(path):
        return _parse(part, path, place or Place.of(path), settings)


@contextmanager
def failures_named(path: str) -> Iterator[None]:
    """Name the file in whatever error reading it raises, and make each of them a `PageError`."""
    try:
        yield
    except PageError as error:
        if str(error).startswith(f"{path}: "):
            raise
        raise type(error)(f"{path}: {error}") from error
    except MemoryError as error:
        raise PageBudgetError(
            tr("{path}: takes more memory to read than there is; split it").format(path=path)
        ) from error
    except Exception as error:
        raise PageFailureError(
            tr(
                "{path}: can not be read, its reader failed ({name}: {error}); please report it with the file"
            ).format(path=path, name=type(error).__name__, error=shorten(str(error), 200))
        ) from error


def _parse(part: Part, path: str, place: Place, settings: FolderSettings) -> Reading:
    page = page_of(part, path)
    _check_lines(page)
    page = _read_layout(_with_declared(page, part), part)
    page = page if page.header is not None else label_lines(page)
    header, ended = read_end(page.header or _empty(page))
    header, linked = take_links(header, _address(page, header))
    release = build_release(page, header, path, place, settings)
    if release.title is None and not release.sections:
        raise PageError(tr("{path}: holds no text").format(path=path))
    found = (*page.findings, *ended, *linked)
    findings = tuple(map(_clean_finding, (*found, *explain_date(release, found))))
    reading = Reading(release, findings, (*_doubts(release), *page.doubts))
    return reading if part.line is None else _at_line(reading, part.line)


def _empty(page: Page) -> Header:
    """Return the header of a page without lines: what its file states."""
    return Header(page.fields.get("title") or page.window_title, None, page.fields, None, ())


def _address(page: Page, header: Header) -> str:
    """Return the address of a page, which completes those of its links; empty where it has none."""
    stated = (header.fields.get("url"), page.fields.get("url"), page.fallbacks.get("url"), *page.addresses)
    return next((address for address in stated if address and address.startswith("http")), "")


def _read_layout(page: Page, part: Part) -> Page:
    """Return `page` with what its kind says above the text: a mail, an account's article, a document."""
    if part.is_letter:
        page = read_letter(page, clean_line(part.fallbacks.get("title", "")))
    return read_document(read_account_article(page)) if page.title_line != _TITLE_ABOVE else page


def _check_lines(page: Page) -> None:
    """Count the lines of a page before their structure is looked for."""
    lines = page.header.body if page.header is not None else page.lines
    count("lines", len(lines))
    count("characters", sum(len(line.text) for line in lines))
    check_time()


def _clean_finding(finding: Finding) -> Finding:
    said = (finding.text, finding.rule, finding.place)
    text, rule, place = cleaned = tuple(map(clean_line, said))
    return finding if cleaned == said else replace(finding, text=text, rule=rule, place=place)


def page_of(part: Part, path: str) -> Page:
    """Return the lines of a part and what its format states; of HTML, those that the labeller keeps."""
    if part.page is not None:
        return part.page
    if part.suffix in WEB_ARCHIVES:
        inner = read_web_archive(part.content)
        return _with_declared(page_of(inner, path), inner)
    if part.suffix in _BYTE_READERS:
        return _BYTE_READERS[part.suffix](part.content)
    read_page = _TEXT_READERS[part.suffix]
    text = text_of(part, path, is_html=read_page is read_html)
    if read_page is not read_html:
        count("raw_lines", text.count("\n") + text.count("\r"))
    if read_page is read_text and is_html(text[:_SNIFFED]):
        read_page = read_html
    page = read_page(text)
    return replace(page, doubts=(*page.doubts, *_damage(text)))


def text_of(part: Part, path: str, *, is_html: bool) -> str:
    """Return the text of a part; HTML may declare its character set."""
    declared = _CHARSET.search(part.content[:_DECLARATION_BYTES]) if is_html else None
    charset = part.charset or (declared[1].decode("ascii") if declared else None)
    return decode(part.content, path, declared=charset, is_tolerant=True)


def _with_declared(page: Page, part: Part) -> Page:
    """Return `page` with what the file says of it outside of its text; a title becomes its first line."""
    fields = {**page.fields, **part.fields}
    page = replace(page, fields=fields, fallbacks={**part.fallbacks, **page.fallbacks})
    if page.header is not None:
        return replace(page, header=_head_with_declared(page.header, part.fields))
    title = part.fields.get("title")
    if title is None:
        return page
    same = (line for line in page.lines[:20] if normalize(line.text) == normalize(title))
    found = next(same, None)
    if found is not None:
        return replace(page, title_line=found.number)
    return replace(page, lines=(Line(title, _TITLE_ABOVE), *page.lines), title_line=_TITLE_ABOVE)


def _head_with_declared(header: Header, declared: Mapping[str, str]) -> Header:
    """Return `header` with the declared fields; a line that was its title becomes text."""
    header = replace(header, fields={**header.fields, **declared})
    title = declared.get("title")
    if title is None or (header.title and normalize(header.title) == normalize(title)):
        return header
    body = tuple(line for line in header.body if normalize(line.text) != normalize(title))
    if header.title and header.title_line:
        body = (Line(header.title, header.title_line, NO_HEADING), *body)
    return replace(header, title=title, title_line=_TITLE_ABOVE, body=body)


def _at_line(reading: Reading, line: int) -> Reading:
    """Return `reading` with all of it on one line of the file."""
    release = reading.release
    sections = tuple(
        replace(section, line=line, paragraphs=tuple(replace(p, line=line) for p in section.paragraphs))
        for section in release.sections
    )
    title_line = None if release.title is None else line
    findings = tuple(replace(finding, line=line) for finding in reading.findings)
    release = replace(
        release,
        title_line=title_line,
        sections=sections,
        attachments=tuple(replace(link, line=line) for link in release.attachments),
        links=tuple(replace(link, line=line) for link in release.links),
        captions=tuple(replace(link, line=line) for link in release.captions),
    )
    return replace(reading, release=release, findings=findings)


def _doubts(release: Release) -> Iterator[Doubt]:
    """Yield what a reader of an index should know of a release before relying on it."""
    if release.title is None:
        yield Doubt("no title", tr("no line is its title"))
    if release.date is None:
        yield Doubt("no date", tr("it does not say when it was published, and nothing else tells its date"))
    if not release.sections:
        yield Doubt("no text", tr("nothing but a title was found"))


def _damage(text: str) -> Iterator[Doubt]:
    reason = describe_damage(text)
    if reason:
        yield Doubt("replacement characters", reason)
