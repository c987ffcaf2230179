"""Articles of public accounts (公众号) as HTML: their names, and the text of picture posts, shown by scripts.

The platform's elements have names without labels, in any order: their ids say which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice

from jsisa_search.page.facts.timestamps import Stamp, read_stamp
from jsisa_search.page.labeller.names import is_name
from jsisa_search.page.lines import Finding, Header, Line, Page, clean_text, normalize, split_lines, strip
from jsisa_search.page.rules import load_rules

_MARKS = ("js_content", "activity-name", "rich_media", "mp.weixin.qq.com", "picture_page_info")
_SEARCHED = 4_000_000  # characters; the articles met have 0.1 to 3 million
_TAG = re.compile(r"<[^<>]{0,400}>")


def _element_with(attribute: str) -> re.Pattern[str]:
    """Return the expression for an element with an attribute, and its content, within bounds."""
    return re.compile(
        rf"<(?P<tag>[a-z]\w{{0,9}})\b(?=[^<>]{{0,600}}\s{attribute})(?P<attributes>[^<>]{{0,600}})>"
        r"(?P<text>(?:[^<]|<(?!/(?P=tag)\b)){0,400})"
    )


_NAME = _element_with(r"id=[\"']js_name[\"']")
_PROFILE = _element_with(r"class=[\"'](?:[\w -]{0,80} )?profile_nickname\b")
_AUTHOR = _element_with(r"id=[\"']js_author_name(?:_text)?[\"']")
_META = _element_with(r"class=[\"'](?:[\w -]{0,120} )?rich_media_meta_text\b")
_TITLE = _element_with(r"id=[\"']activity-name[\"']")
_OTHER_META = re.compile(r"\bid=[\"'](?:publish_time|js_ip_wording\w{0,10}|copyright_logo|post-date)[\"']")
_NAMED_META = re.compile(r"<meta\b(?P<attributes>[^<>]{0,20000})>")
_ASSIGNED = r"\s{0,3}[:=]\s{0,3}"
# A string of a script, perhaps as the argument of a function: JsDecode('...').
_STRING = re.compile(
    r"(?:\w{1,12}\()?(?:\"(?P<double>[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*)\"|'(?P<single>[^'\\\n]*+(?:\\.[^'\\\n]*+)*)')"
)
_NICKNAME = re.compile(rf"\b(?:nickname|nick_name){_ASSIGNED}(?=[\"'\w])")
_MESSAGE_TITLE = re.compile(rf"\bmsg_title{_ASSIGNED}(?=[\"'\w])")
_SCRIPT_TEXT = re.compile(rf"\b(?:content_noencode|content|msg_desc|desc){_ASSIGNED}(?=[\"'\w])")
_CREATED = re.compile(rf"\b(?:ct|create_time|ori_create_time|oriCreateTime){_ASSIGNED}[\"']?(1\d{{9}})\b")
_LONGEST_STRING = 20_000
_MOST_TEXTS = 100  # strings that are looked at; pages of picture posts have some ten
_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)")
_CONTROLS = {"n": "\n", "r": "", "t": " "}
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Account:
    """What the platform's page says of an article: the account, its author, and its text as lines."""

    name: str | None
    author: str | None
    title: str | None
    stamp: Stamp | None
    text: str


def find_account(source: str) -> Account | None:
    """Return what the page of an account's article says, `None` for any other page."""
    if len(source) > _SEARCHED or not any(mark in source for mark in _MARKS):
        return None
    nickname = _first_string(_NICKNAME, source)
    name = _shown(_NAME, source) or _shown(_PROFILE, source) or nickname
    title = _shown(_TITLE, source)
    if not name or not (title or nickname or _PROFILE.search(source)):
        return None
    author = _shown(_AUTHOR, source) or _meta_author(source, name) or _named_meta(source, "author")
    created = _CREATED.search(source)
    title = title or _named_meta(source, "og:title") or _first_string(_MESSAGE_TITLE, source)
    return Account(
        name,
        author if author and author != name and is_name(author) else None,
        title or None,
        read_stamp(created[1]) if created else None,
        _picture_text(source),
    )


def with_account(page: Page, account: Account) -> Page:
    """Return `page` with the account as its source; where it shows no text, with that of a picture post."""
    fields = {"source": account.name, "author": account.author}
    known = {name: value for name, value in fields.items() if value}
    findings = tuple(Finding(name, value, "the account that published it") for name, value in known.items())
    header = page.header
    if header is None or not header.body:
        header = _picture_post(account, header)
        if header is None:
            return page
        doubts = tuple(doubt for doubt in page.doubts if doubt.kind != "no text")
        page = replace(page, header=header, lines=header.body, doubts=doubts)
    dropped = {"source", "author", "reporter"} - set(known)
    kept = {name: value for name, value in header.fields.items() if name not in dropped}
    others = tuple(finding for finding in page.findings if finding.what not in ("source", "author"))
    platforms = load_rules("accounts")["platforms"]
    kept = {name: value for name, value in kept.items() if value not in platforms}
    return replace(page, header=replace(header, fields=kept | known), findings=(*others, *findings))


def _picture_post(account: Account, header: Header | None) -> Header | None:
    """Return the header of a post with a text in a script or in og:description, `None` without one."""
    least = load_rules("accounts")["limits"]["picture"]
    if len(_HAN.findall(account.text)) < least:
        return None
    lines = [strip(line) for line in split_lines(account.text) if strip(line)]
    title = (header.title if header else None) or account.title or lines[0]
    body = tuple(Line(line, 1) for line in lines if normalize(line) != normalize(title))
    fields = dict(header.fields) if header else {}
    stamp = (header.stamp if header else None) or account.stamp
    return Header(title, None, fields, stamp, body or (Line(lines[0], 1),), marks_headings=True)


def _shown(pattern: re.Pattern[str], source: str) -> str:
    """Return the text of the first element that `pattern` finds and that shows any."""
    return next((text for match in pattern.finditer(source) if (text := _line(match["text"]))), "")


def _line(text: str) -> str:
    return normalize(clean_text(unescape(_TAG.sub("", text))))


def _meta_author(source: str, account: str) -> str:
    """Return the name among the metadata that is neither time, place nor account."""
    for match in _META.finditer(source):
        text = _line(match["text"])
        if text and text != account and not _OTHER_META.search(match["attributes"]) and is_name(text):
            return text
    return ""


def _named_meta(source: str, name: str) -> str:
    return _line(_meta_content(source, name))


def _meta_content(source: str, name: str) -> str:
    for match in _NAMED_META.finditer(source):
        attributes = match["attributes"]
        if re.search(rf"\b(?:name|property)=[\"']{re.escape(name)}[\"']", attributes):
            found = re.search(r"\bcontent=(?:\"([^\"]*)\"|'([^']*)')", attributes)
            return (found[1] or found[2] or "") if found else ""
    return ""


def _picture_text(source: str) -> str:
    """Return the longest text that the page carries for a post without an article of its own."""
    texts = [_decoded(_meta_content(source, name)) for name in ("og:description", "description")]
    texts += _strings(_SCRIPT_TEXT, source)
    plain = (clean_text(_TAG.sub("", unescape(text))) for text in texts)
    return max(plain, key=lambda text: len(_HAN.findall(text)), default="")


def _first_string(name: re.Pattern[str], source: str) -> str:
    """Return the first string under a name that shows anything, on one line."""
    return next((text for value in _strings(name, source) if (text := _line(value))), "")


def _strings(name: re.Pattern[str], source: str) -> Iterator[str]:
    """Yield the strings that scripts have under a name, decoded."""
    for start in islice(name.finditer(source), _MOST_TEXTS):
        string = _STRING.match(source, start.end(), start.end() + _LONGEST_STRING)
        if string:
            yield _decoded(string["double"] or string["single"] or "")


def _decoded(text: str) -> str:
    r"""Return a string of a script as text: `\x0a`, `\u4e91`, `\n`; entities within it as characters."""
    text = _ESCAPED.sub(
        lambda match: (
            chr(int(match[1] or match[2], 16)) if match[1] or match[2] else _CONTROLS.get(match[3], match[3])
        ),
        text,
    )
    return unescape(text)
