"""Which reader a file needs: by its suffix where that has one, else by its first bytes, else by none."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath
from typing import Any

from jsisa_search.errors import DecodeError, UnsupportedFormatError
from jsisa_search.page.decode import decode
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

HEAD = 4096
"""Bytes from the beginning of a file from which its format is detected."""

# A suffix, without the query that servers and downloaders leave behind it: `content.aspx?id=1004`.
_SUFFIX = re.compile(r"(\.[A-Za-z][A-Za-z0-9]{0,9}|\.7z)(?:[?@&;%].*)?", re.DOTALL)
_QUERY = re.compile(r"[?@&;]")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,300}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# What a server may send without a head, where the name says that it is a page.
_FRAGMENT = re.compile(
    rb"\s*<(?:div|p|table|meta|title|h[1-6]|span|center|style|script|link)\b", re.IGNORECASE
)
_WORD_XML = re.compile(
    rb"""\s*<\?xml[^>]{0,200}\?>\s*(?:<\?mso-application\s+progid=["']Word\.Document["']\s*\?>"""
    rb"""|<(?:\w+:)?(?:wordDocument|package)\b[^>]{0,300}schemas\.microsoft\.com/office/)"""
)
# Two headers of a mail on its first lines, the first of which programs put there.
_MAIL = re.compile(
    rb"(?:From|Return-Path|Received|Delivered-To|MIME-Version|Message-ID|Date|Subject|X-[\w-]{1,40}): "
    rb"[^\n]{0,998}\r?\n(?:[ \t][^\n]{0,998}\r?\n){0,50}[A-Z][\w-]{1,40}:[ \t]",
    re.IGNORECASE,
)
_SAVED_PAGE = re.compile(rb"Snapshot-Content-Location:|^From: <Saved by|multipart/related", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def is_html(text: str) -> bool:
    """Whether a text begins as an HTML page does."""
    return _HTML_START.match(text) is not None


def is_word_xml(head: bytes) -> bool:
    """Whether bytes begin a Word document that is one XML file."""
    return _WORD_XML.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def suffix_of(path: str) -> str:
    """Return the suffix of a file name in lower case, without a query behind it; empty where it has none.

    What follows the last point of 关于1.2版的通知 is no suffix.
    """
    name = PurePath(path).name
    for shown in (name.partition("?")[0], _QUERY.split(name, maxsplit=1)[0]):
        found = _SUFFIX.fullmatch(PurePath(shown).suffix)
        if found:
            return found[1].lower()
    return ""


def is_clutter(name: str) -> bool:
    """Whether a file is left behind by a system or a program: a lock (`~$稿.docx`), `Thumbs.db`."""
    rules = load_rules("kinds")["clutter"]
    return name.lower() in rules["names"] or name.startswith(tuple(rules["prefixes"]))


def may_be_page(suffix: str) -> bool:
    """Whether a look at the first bytes of a file of an unknown suffix may show that it can be read."""
    return suffix not in load_rules("kinds")["passed_over"]["suffixes"]


def recognise(head: bytes, suffix: str, known: Collection[str]) -> str:
    """Return the suffix of the reader for a file that begins with `head` and is named `suffix`.

    `known` are the suffixes that have a reader. Empty for what is neither a page nor a document.
    Raise `UnsupportedFormatError` for a document that no reader is known for; the message says what to do.
    """
    if suffix in known:
        return suffix
    rules = load_rules("kinds")
    found = _by_bytes(head, rules)
    if found in known:
        return found
    if _begins_as_html(head) or (suffix in rules["pages"]["suffixes"] and _FRAGMENT.match(head)):
        return ".html"
    refused = (why for start, why in rules["refused"].items() if head.startswith(bytes.fromhex(start)))
    reason = next(refused, "") or rules["refused_suffixes"].get(suffix, "")
    if reason:
        raise UnsupportedFormatError(tr(reason))
    return ".txt" if not suffix and _is_chinese_text(head) else ""


def _by_bytes(head: bytes, rules: dict[str, Any]) -> str:
    for start, suffix in rules["signatures"].items():
        if head.startswith(bytes.fromhex(start)):
            return str(suffix)
    if is_word_xml(head):
        return ".docx"
    if _MAIL.match(head):
        return ".mht" if _SAVED_PAGE.search(head) else ".eml"
    if head.startswith(b"PK\x03\x04"):
        names = ((name.encode("ascii"), suffix) for name, suffix in rules["members"].items())
        return next((suffix for name, suffix in names if name in head), "")
    return ""


def _begins_as_html(head: bytes) -> bool:
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return is_html(head[len(mark) :].decode(codec, "ignore"))
    return is_html(head.decode("latin-1"))


def _is_chinese_text(head: bytes) -> bool:
    """Whether bytes are text with Chinese characters in it; their end may be within a character."""
    if b"\0" in head and not head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    try:
        return _HAN.search(decode(head, "it", is_tolerant=True)) is not None
    except DecodeError:
        return False
