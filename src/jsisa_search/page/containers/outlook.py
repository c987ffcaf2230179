"""Mail saved by Outlook (.msg) -> its text and attachments, from the MAPI properties in a compound file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

from jsisa_search.errors import PageError
from jsisa_search.page.budget import Budget
from jsisa_search.page.containers.parts import Part, Recognise
from jsisa_search.page.containers.zip_archive import harmless_path
from jsisa_search.page.decode import decode_name
from jsisa_search.page.formats.compressed_rtf import decompress_rtf
from jsisa_search.page.formats.ole import CompoundFile, open_compound_file
from jsisa_search.page.kinds import HEAD
from jsisa_search.page.lines import clean_line
from jsisa_search.page.structure.letter import strip_prefixes
from jsisa_search.translation import gettext as tr

_CHINA = timezone(timedelta(hours=8))
_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_#"
_STREAM = "__substg1.0_"
# Tags of properties: what they are (four digits) and of which type.
_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_DATA, _LONG_NAME, _NAME = "3701", "3707", "3704"
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"
_SENT, _RECEIVED = 0x00390040, 0x0E060040
_CODE_PAGES = (0x3FDE0003, 0x3FFD0003)  # of the HTML, and of texts in bytes
_HEADER = 32  # bytes of the properties of a message before the first
_ENTRY = struct.Struct("<LLQ")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_CODECS = {936: "gb18030", 54936: "gb18030", 950: "cp950", 65001: "utf-8", 1200: "utf-16-le"}


def read_msg(data: bytes, budget: Budget, *, recognise: Recognise) -> Iterator[Part]:
    """Yield the text of a mail, then its attachments; of those `recognise` knows no reader for the name only.

    HTML comes before plain text, and rich text last. Subject and time count as they do in `read_mail`.
    Raise `PageError` for what is no mail of Outlook, or a damaged one.
    """
    with open_compound_file(data) as file:
        names = file.names
        if _PROPERTIES not in names:
            raise PageError(tr("is no mail of Outlook; save it again"))
        values = _fixed_values(file.read(_PROPERTIES) or b"")
        body = _choose_body(file, values)
        if body is not None:
            head = _read_head(file, values)
            yield Part("", body.suffix, body.content, body.charset, fallbacks=head, is_letter=True)
        for number, folder in enumerate(sorted(name for name in names if name.startswith(_ATTACHMENT)), 1):
            part = _read_attachment(file, folder, number, recognise)
            if not budget.take(len(part.content)):
                yield Part(
                    part.name, "", reason=tr("lies beyond what is read of one mail; save it by itself")
                )
                return
            yield part


def _choose_body(file: CompoundFile, values: dict[int, int]) -> Part | None:
    pages = [_CODECS.get(values.get(tag, 0)) for tag in _CODE_PAGES]
    if html := file.read(f"{_STREAM}{_HTML}{_BINARY}"):
        return Part("", ".html", html, pages[0])
    for tag, suffix in ((_HTML, ".html"), (_BODY, ".txt")):
        text = _text(file, "", tag)
        if text.strip():
            return Part("", suffix, text.encode(), "utf-8")
    if packed := file.read(f"{_STREAM}{_RTF}{_BINARY}"):
        return Part("", ".rtf", decompress_rtf(packed))
    return None


def _text(file: CompoundFile, folder: str, tag: str) -> str:
    """Return a text property, in Unicode or in bytes of an unknown encoding; empty where there is none."""
    wide = file.read(f"{folder}{_STREAM}{tag}{_UNICODE}")
    if wide is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return decode_name((file.read(f"{folder}{_STREAM}{tag}{_BYTES}") or b"").rstrip(b"\0"))


def _fixed_values(stream: bytes) -> dict[int, int]:
    """Return the properties of fixed length by their tags, as numbers."""
    end = len(stream) - _ENTRY.size + 1
    entries = (_ENTRY.unpack_from(stream, at) for at in range(_HEADER, max(end, _HEADER), _ENTRY.size))
    return {tag: value if tag & 0xFFFF == 0x40 else value & 0xFFFFFFFF for tag, _, value in entries}


def _read_head(file: CompoundFile, values: dict[int, int]) -> dict[str, str]:
    """Return subject and time of sending, as China's time."""
    subject = strip_prefixes(" ".join(clean_line(_text(file, "", _SUBJECT)).split()))
    fields = {"title": subject} if subject else {}
    ticks = values.get(_SENT) or values.get(_RECEIVED)
    if not ticks:
        return fields
    try:
        moment = (_EPOCH + timedelta(microseconds=ticks // 10)).astimezone(_CHINA)
    except OverflowError:  # after the year 9999
        return fields
    return fields | {"published": moment.strftime("%Y-%m-%d %H:%M:%S")}


def _read_attachment(file: CompoundFile, folder: str, number: int, recognise: Recognise) -> Part:
    named = _text(file, f"{folder}/", _LONG_NAME) or _text(file, f"{folder}/", _NAME)
    name = harmless_path(named).rpartition("/")[2]
    member = f"!/{number}-{name}"
    content = file.read(f"{folder}/{_STREAM}{_DATA}{_BINARY}")
    if content is None:
        return Part(member, "", reason=tr("is a mail within the mail, or a link; save it by itself"))
    suffix, reason = recognise(name, partial(_head, content))
    return Part(member, suffix, content if suffix else b"", reason=reason)


def _head(content: bytes) -> bytes:
    return content[:HEAD]
