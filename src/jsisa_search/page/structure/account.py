"""Articles of public accounts (公众号) as lines: pasted into a text file, or printed.

The names are between title and time, without labels: 原创 李小禾 云浦发布 2024年09月06日 15:42 江苏.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import field_of_key, parse_metadata
from jsisa_search.page.facts.timestamps import find_stamp, plain_digits
from jsisa_search.page.facts.values import read_document_number
from jsisa_search.page.labeller.names import is_person, person_in
from jsisa_search.page.lines import Finding, Line, Page, normalize
from jsisa_search.page.rules import compile_patterns, load_rules

_NAME = re.compile(r"[一-鿿A-Za-z0-9·&+“”（）()]{2,24}")
_HAN = re.compile(r"[一-鿿]")
_SENTENCE = re.compile("[。！？；，]")
_RULE = "named beside the time, as articles of accounts have it"


@dataclass(frozen=True, slots=True)
class _Byline:
    """What a line between title and text says: badge, names, time; whether the account's place follows."""

    names: tuple[str, ...]
    stamp: str = ""
    has_badge: bool = False
    has_place: bool = False


def read_account_article(page: Page) -> Page:
    """Return `page` with the byline of an account's article as fields; other pages as given."""
    if page.header is not None or page.fields.keys() & {"source", "published"}:
        return page
    lines = page.lines
    found = _find_byline(lines)
    if found is None:
        return page
    title_at, bylines = found
    kept = [line for at, line in enumerate(lines) if not title_at < at <= max(bylines)]
    fields = dict(page.fields)
    names = [name for byline in bylines.values() for name in byline.names]
    fields |= _fields_of(names)
    stamp = next((byline.stamp for byline in bylines.values() if byline.stamp), "")
    fields |= {"published": stamp} if stamp else {}
    title = lines[title_at]
    findings = [Finding(name, value, _RULE, line=title.number) for name, value in fields.items()]
    end = _foot_start(kept, title_at + 1)
    return replace(
        page,
        lines=tuple(kept[:end]),
        fields=fields,
        title_line=title.number,
        findings=(*page.findings, *findings),
    )


def _find_byline(lines: Sequence[Line]) -> tuple[int, dict[int, _Byline]] | None:
    """Return the title of an account's article and the lines of its byline, `None` for other texts.

    A badge before the names, or a place after the time, marks such an article; names alone may be a menu.
    """
    limit = load_rules("accounts")["limits"]["head"]
    for at in range(1, min(limit, len(lines))):
        bylines: dict[int, _Byline] = {}
        below = at
        while below < min(at + limit, len(lines)) and (read := _read_line(lines[below].text)) is not None:
            bylines[below] = read
            below += 1
        if _is_certain(list(bylines.values())):
            is_title = len(normalize(lines[at - 1].text)) >= 2 and not _SENTENCE_END.search(
                lines[at - 1].text
            )
            return (
                (at - 1, bylines) if is_title and any(b.names or b.stamp for b in bylines.values()) else None
            )
    return None


_SENTENCE_END = re.compile("[。；]$")


def _is_certain(bylines: Sequence[_Byline]) -> bool:
    """Whether lines are the byline of an account: a badge, a place or the account itself with the time."""
    has_stamp = any(byline.stamp for byline in bylines)
    has_place = any(byline.has_place for byline in bylines)
    if any(byline.has_badge for byline in bylines) or (has_stamp and has_place):
        return True
    suffixes = tuple(load_rules("accounts")["suffixes"])
    names = [name for byline in bylines for name in byline.names]
    beside = any(byline.stamp and len(byline.names) == 1 and ":" in byline.stamp for byline in bylines)
    return has_stamp and len(names) == 1 and (beside or names[0].endswith(suffixes))


def _read_line(text: str) -> _Byline | None:
    """Return what a line of badge, names, time and place says, `None` for any other."""
    rules = load_rules("accounts")
    line = normalize(text)
    if len(line) > 80:
        return None
    if compile_patterns("accounts", "head").fullmatch(line):
        return _Byline(())
    if compile_patterns("accounts", "places").fullmatch(line):
        return _Byline((), has_place=True)
    plain = plain_digits(line)
    stamp = find_stamp(plain)
    before, behind = (plain[: stamp.start], plain[stamp.end :].strip()) if stamp else (plain, "")
    words = before.split()
    badges = [word for word in words if word.strip("[]【】（）") in rules["badges"]]
    names = [word for word in words if word not in badges]
    has_place = bool(behind) and compile_patterns("accounts", "places").fullmatch(behind) is not None
    if behind and not has_place:
        return None
    if not stamp and not badges and not (len(names) == 1 and _is_account(names[0])):
        return None
    if len(names) > 3 or not all(map(_is_name, names)):
        return None
    stated = plain[stamp.start : stamp.end] if stamp else ""
    return _Byline(tuple(names), stated, bool(badges), has_place)


def _is_name(word: str) -> bool:
    is_known = boilerplate.is_toolbar(Line(word, 1)) or boilerplate.is_menu(Line(word, 1))
    named = _NAME.fullmatch(word) is not None and not _SENTENCE.search(word)
    return named and not is_known and field_of_key(word) is None and read_document_number(word) is None


def _is_account(word: str) -> bool:
    """Whether a word on a line of its own is a name: short, and no headline."""
    return len(word) <= 12 and _HAN.search(word) is not None and _is_name(word)


def _fields_of(names: Sequence[str]) -> dict[str, str]:
    """Return author and account among the names; the account is the last that is no person."""
    unique = list(dict.fromkeys(person_in(name) or name for name in names))
    accounts = [name for name in unique if not is_person(name)]
    account = accounts[-1] if accounts else (unique[-1] if len(unique) > 1 else None)
    authors = [name for name in unique if name != account and (is_person(name) or account in unique[1:])]
    fields = {"source": account} if account else {}
    return fields | ({"author": " ".join(authors)} if authors else {})


def _foot_start(lines: Sequence[Line], start: int) -> int:
    """Return where the buttons below an article begin: the end where a sentence still follows."""
    end = len(lines)
    for at in range(len(lines) - 1, start, -1):
        text = normalize(lines[at].text)
        if compile_patterns("accounts", "foot").fullmatch(text):
            end = at
        elif parse_metadata(text, in_head=False) is None:
            break
    return end
