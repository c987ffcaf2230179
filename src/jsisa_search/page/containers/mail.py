"""Saved mail (.eml) and web archives (.mht, .mhtml) -> their parts, by the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from email import errors, message_from_bytes
from email._policybase import Compat32
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import PurePosixPath

from jsisa_search.errors import DecodeError, PageBudgetError, PageError, PageTooLargeError
from jsisa_search.page.budget import Budget, check_time, count
from jsisa_search.page.containers.markup import count_letters
from jsisa_search.page.containers.parts import Part, Recognise
from jsisa_search.page.decode import decode, decode_label, decode_name, mend_name
from jsisa_search.page.kinds import HEAD
from jsisa_search.page.lines import clean_line, strip
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.letter import strip_prefixes
from jsisa_search.translation import gettext as tr

_CHINA = timezone(timedelta(hours=8))
_BOUNDARY = re.compile(rb"\bboundary\s*[*=]", re.IGNORECASE)
_FORMATS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_FRAME_OUTWEIGHS = 1.5  # times the text of the page: menus of a page that is all frames have little
_WEIGHED = 300_000  # bytes of a page by which its text is measured
_WITH_PARAMETERS = ("content-type", "content-disposition")
# What the package raises for headers that are damaged, or built to be.
_BAD = (
    errors.MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
)


def read_web_archive(data: bytes) -> Part:
    """Return the page of a web archive with the address that it was saved from.

    Of a page and its frames it is the page itself, unless a frame has far more text.
    """
    try:
        message = _parse(data)
        part = _choose_frame([part for part in _leaves(message) if _type(part) in _FORMATS])
    except _BAD as error:
        raise PageError(tr("is no web archive that can be read; save the page again")) from error
    if part is None or (_type(part) == "text/plain" and not message.is_multipart()):
        raise PageError(tr("is no web archive with a page of HTML in it; save the page again"))
    url = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
    fields = {"url": url} if url.startswith("http") else {}
    return Part("", _FORMATS[_type(part)], _content(part), _charset(part), fallbacks=fields)


def _choose_frame(pages: list[Message]) -> Message | None:
    """Return the first of `pages`, which is the page that was saved, or the frame with most text."""
    frames = [page for page in pages[1:] if _FORMATS[_type(page)] == ".html"]
    if not frames:
        return pages[0] if pages else None
    lengths = [_text_length(page) for page in (pages[0], *frames)]
    most = max(lengths)
    return pages[0] if lengths[0] * _FRAME_OUTWEIGHS >= most else frames[lengths.index(most) - 1]


def _text_length(page: Message) -> int:
    """Return how many letters a page has outside of links and scripts."""
    check_time()
    try:
        text = decode(_content(page)[:_WEIGHED], "it", declared=_charset(page), is_tolerant=True)
    except DecodeError:
        return 0
    return count_letters(text)


def read_mail(data: bytes, budget: Budget, *, recognise: Recognise) -> Iterator[Part]:
    """Yield the text of a mail, then its attachments; of those `recognise` knows no reader for the name only.

    Where the mail has HTML, that is its text. The subject is the title unless the text begins with one and a
    byline; the time of sending counts where the text has none.
    """
    try:
        message = _parse(data)
        leaves = list(_leaves(message))
    except _BAD as error:
        raise PageError(tr("is no mail that can be read; save it again")) from error
    body = _choose_body(leaves)
    if body is not None:
        head = _read_head(message)
        yield Part("", _FORMATS[_type(body)], _content(body), _charset(body), fallbacks=head, is_letter=True)
    for number, part in enumerate((part for part in leaves if _filename(part)), 1):
        check_time()
        name = _filename(part)
        suffix, reason = recognise(name, partial(_head, part))
        content = _content(part) if suffix else b""
        if not budget.take(len(content)):
            yield Part(
                f"!/{number}-{name}",
                suffix,
                reason=tr("lies beyond what is read of one mail; save it by itself"),
            )
            return
        yield Part(f"!/{number}-{name}", suffix, content, _charset(part), reason=reason)


class _BoundedPolicy(Compat32):
    """Cuts headers while they are parsed: their parameters and encoded words are read in quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value of one header; raise `PageBudgetError` for too many of them."""
        count("mail_headers")
        check_time()
        name, value = super().header_source_parse(sourcelines)
        limits = load_rules("budget")["limits"]
        has_parameters = name.lower() in _WITH_PARAMETERS
        longest = limits["parameter_characters" if has_parameters else "header_characters"]
        return name[:longest], value[:longest]

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        """Return a header as it is; bytes in no declared encoding are decoded by `_decode`."""
        return value


def _parse(data: bytes) -> Message:
    limits = load_rules("budget")["limits"]
    if len(_BOUNDARY.findall(data)) > limits["boundaries"]:
        raise PageTooLargeError(tr("has more parts within parts than are read; save its pages one by one"))
    if data.count(b"\n") + data.count(b"\r") > 2 * limits["mail_lines"]:
        raise PageBudgetError(
            tr("has more than {mail_lines:,} lines; save its attachments by themselves").format(
                mail_lines=limits["mail_lines"]
            )
        )
    return message_from_bytes(data, policy=_BoundedPolicy())


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that have a content of their own, in order."""
    for part in message.walk():
        count("mail_parts")
        if not part.is_multipart():
            yield part


def _choose_body(leaves: list[Message]) -> Message | None:
    bodies = [part for part in leaves if _type(part) in _FORMATS and not _filename(part)]
    markup = (part for part in bodies if _FORMATS[_type(part)] == ".html")
    return next(markup, next(iter(bodies), None))


def _type(part: Message) -> str:
    """Return the type of a part; one that can't be read has none."""
    try:
        return part.get_content_type()
    except _BAD:
        return ""


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except _BAD:
        return b""
    return content if isinstance(content, bytes) else b""


def _head(part: Message) -> bytes:
    return _content(part)[:HEAD]


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_content_charset()
    except _BAD:
        return None
    return charset if charset and charset.isascii() else None


def _filename(part: Message) -> str:
    """Return the name of an attachment as a harmless file name; empty where there is none."""
    try:
        name = part.get_filename() or ""
    except _BAD:  # such as name*99999...=, whose number is too long to be read
        return ""
    name = PurePosixPath(_decode(name).replace("\\", "/")).name
    return (
        strip(name)[-load_rules("budget")["limits"]["name_characters"] :] if name not in (".", "..") else ""
    )


def _read_head(message: Message) -> dict[str, str]:
    """Return subject and time of sending, as China's time."""
    subject = strip_prefixes(_header(message, "Subject"))
    fields = {"title": subject} if subject else {}
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
        moment = moment.astimezone(_CHINA) if moment.tzinfo else moment
    except _BAD:  # no date, or one at the end of the year 9999
        return fields
    return fields | {"published": moment.strftime("%Y-%m-%d %H:%M:%S")}


def _header(message: Message, name: str) -> str:
    return _decode(str(message.get(name) or ""))


def _decode(text: str) -> str:
    """Return a header as text: encoded words decoded, and bytes in no declared encoding by plausibility."""
    if any("\udc80" <= char <= "\udcff" for char in text):
        return _collapse(decode_name(text.encode("utf-8", "surrogateescape")))
    try:
        chunks = decode_header(text)
    except _BAD:
        return _collapse(text)
    decoded = (
        chunk
        if isinstance(chunk, str)
        else decode_label(chunk, charset)
        if charset
        else chunk.decode("latin-1")
        for chunk, charset in chunks
    )
    return _collapse(mend_name("".join(decoded)))


def _collapse(text: str) -> str:
    return " ".join(clean_line(text).split())
