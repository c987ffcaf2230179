"""Saved mail (.eml) and web archives (.mht, .mhtml) -> their parts, by the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from email import errors, message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from jsisa_search.errors import PageError, PageTooLargeError
from jsisa_search.page.containers.parts import Budget, Part
from jsisa_search.page.lines import drop_controls, strip
from jsisa_search.page.rules import any_of, load_rules

_CHINA = timezone(timedelta(hours=8))
_BOUNDARY = re.compile(rb"\bboundary\s*=", re.IGNORECASE)
_FORMATS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_BAD = (errors.MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError)


def read_web_archive(data: bytes) -> Part:
    """Return the page of a web archive: its HTML part, with the address that it was saved from."""
    try:
        message = _parse(data)
        part = next((part for part in _leaves(message) if part.get_content_type() in _FORMATS), None)
        if part is None or (part.get_content_type() == "text/plain" and not message.is_multipart()):
            raise PageError("is no web archive with a page of HTML in it; save the page again")
        url = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
        fields = {"url": url} if url.startswith("http") else {}
        return Part("", _FORMATS[part.get_content_type()], _content(part), _charset(part), fallbacks=fields)
    except _BAD as error:
        raise PageError("is no web archive that can be read; save the page again") from error


def read_mail(data: bytes, budget: Budget, *, suffixes: tuple[str, ...]) -> Iterator[Part]:
    """Yield the text of a mail, then its attachments; of unknown formats (`suffixes`) the name only.

    Where the mail has HTML, that is its text. Subject and time of sending hold where the text has none.
    """
    try:
        message = _parse(data)
        leaves = list(_leaves(message))
        fallbacks = _read_head(message)
        body = _choose_body(leaves)
    except _BAD as error:
        raise PageError("is no mail that can be read; save it again") from error
    if body is not None:
        yield Part("", _FORMATS[body.get_content_type()], _content(body), _charset(body), fallbacks=fallbacks)
    for number, part in enumerate((part for part in leaves if _filename(part)), 1):
        name = _filename(part)
        suffix = PurePosixPath(name).suffix.lower()
        content = _content(part) if suffix in suffixes else b""
        if not budget.take(len(content)):
            yield Part(
                f"!/{number}-{name}", suffix, reason="lies beyond what is read of one mail; save it by itself"
            )
            return
        yield Part(f"!/{number}-{name}", suffix, content, _charset(part))


def _parse(data: bytes) -> Message:
    if len(_BOUNDARY.findall(data)) > load_rules("containers")["limits"]["boundaries"]:
        raise PageTooLargeError("has more parts within parts than are read; save its pages one by one")
    return message_from_bytes(data, policy=policy.compat32)


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something themselves, in order."""
    return (part for part in message.walk() if not part.is_multipart())


def _choose_body(leaves: list[Message]) -> Message | None:
    bodies = [part for part in leaves if not _filename(part) and part.get_content_type() in _FORMATS]
    markup = (part for part in bodies if _FORMATS[part.get_content_type()] == ".html")
    return next(markup, next(iter(bodies), None))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str | None:
    charset = part.get_content_charset()
    return charset if charset and charset.isascii() else None


def _filename(part: Message) -> str:
    """Return the name of an attachment as a harmless file name; empty where there is none."""
    name = part.get_filename() or ""
    name = PurePosixPath(_decode(name).replace("\\", "/")).name
    return strip(drop_controls(name)) if name not in (".", "..") else ""


def _read_head(message: Message) -> dict[str, str]:
    """Return subject and time of sending, as China's time."""
    prefixes = any_of(load_rules("containers")["mail"]["prefixes"])
    subject = re.sub(rf"^(?:(?:{prefixes}) ?[:：] ?)+", "", _header(message, "Subject"), flags=re.IGNORECASE)
    fields = {"title": subject} if subject else {}
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return fields
    moment = moment.astimezone(_CHINA) if moment.tzinfo else moment
    return fields | {"published": moment.strftime("%Y-%m-%d %H:%M:%S")}


def _header(message: Message, name: str) -> str:
    return _decode(str(message.get(name) or ""))


def _decode(text: str) -> str:
    """Return a header as text: encoded words read, a name that is raw bytes decoded as UTF-8 or GB18030."""
    if any("\udc80" <= char <= "\udcff" for char in text):
        raw = (
            text.encode("ascii", "surrogateescape")
            if text.isascii()
            else text.encode("utf-8", "surrogateescape")
        )
        for codec in ("utf-8", "gb18030"):
            try:
                return _collapse(raw.decode(codec))
            except UnicodeDecodeError:
                continue
    try:
        return _collapse(str(make_header(decode_header(text))))
    except _BAD:
        return _collapse(text)


def _collapse(text: str) -> str:
    return " ".join(drop_controls(text.encode("utf-8", "replace").decode()).split())
