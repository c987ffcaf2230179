"""Metadata written out on the page (`来源:微讯江苏  浏览251`) -> fields of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.timestamps import (
    Stamp,
    YearlessStamp,
    find_relative,
    find_stamp,
    find_yearless,
    is_time,
    plain_digits,
    read_stamp,
)
from jsisa_search.page.facts.values import read_document_number
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.rules import any_of, compile_patterns, load_rules

_SEPARATORS = " \t|｜/·,，;；、:：[]【】()（）«»—-"
# 编辑|张三, 来源丨云浦日报, 文/张三: credits of accounts.
_CREDIT = re.compile(r"([一-鿿]{1,6}) ?[|｜丨/／] ?([一-鿿A-Za-z·、， ]{2,40})")
_CREDITED = frozenset(("author", "editor", "reporter", "source", "ignored"))
_TIMES = frozenset(("published", "dated", "updated"))
_LONGEST_TIME_LINE = 40
# One or two names beside a time: 云浦发布, 云浦发布 来自云浦.
_FEW_NAMES = re.compile(r"[一-鿿A-Za-z0-9·]{2,12}(?: [一-鿿A-Za-z0-9·]{2,12})?")
_VERB_BEHIND = re.compile(r"^(?:发布|發布|发表|發表|更新|修改|首发)$")
_NAMES = frozenset(("source", "author", "reporter", "editor", "publisher"))
# What ends a value without being known: 来源：云浦日报 文章类型：原创.
_UNKNOWN_LABEL = re.compile(r"(?<=\S)[ |｜/　]+(?=[一-鿿]{1,8} ?[:：])")
_BUTTON = re.compile(r"[^\s\[\]【】()（）|｜/·]+")
# What goes on behind a name in brackets: 云浦日报 【编辑录入, 云浦网[微博].
_BRACKET = re.compile(r"(?<=\S) ?[【\[](?=[^】\]]*$)|(?<=[^\s(（]) [【\[(（]")
# 【来源】云浦日报, with brackets in place of the colon.
_FRAMED_LABEL = re.compile(r"(?:^|[【\[])([一-鿿]{2,6})[】\]] ?[:：]? ?(?=[^\s【\[])")
_ROLES = re.compile(
    r"(?:[一-鿿]{0,8}(?:记者|記者|作者|评论员|撰稿人|通讯员|通訊員|特派员)|文)"
    r"[ ：:/／]*(?=[一-鿿·]{2,4}(?:[ 、]|$))"
)
# Whose text it is not: values of systems where nobody filled in a name.
_NOBODY = re.compile(
    r"(?:佚名|未知|不详|匿名|管理员|系统管理员|无|暂无|网络|admin\w*|administrator|root|system|null|unknown)",
    re.I,
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？；]")
_BYLINE = re.compile(
    r"(?:本报|本報|本网|本網|本刊|特约|全媒体|首席|见习|实习)?(?:记者|記者|通讯员|通訊員)[ :：]{1,2}"
    r"([一-鿿·]{2,4}(?:[ 、][一-鿿·]{2,4}){0,3})"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of one line, under the names of `labels.toml`; `stamp` is a time without a label."""

    fields: Mapping[str, str]
    stamp: Stamp | None = None

    @property
    def is_labelled(self) -> bool:
        """Whether anything but a bare time stamp was found."""
        return bool(self.fields)


@lru_cache(maxsize=2048)
def parse_metadata(text: str, *, in_head: bool) -> Metadata | None:
    """Return what a line says about the release, `None` for a line that is not metadata.

    Labels that are everyday words (时间, 文) count `in_head` only.
    """
    limits = load_rules("labels")["limits"]
    if len(text) > limits["line"]:
        return None
    line = normalize(text)
    number = read_document_number(line)
    if number:
        return Metadata({"document_number": number})
    credit = _CREDIT.fullmatch(line)
    if credit and _words().get(credit[1]) in _CREDITED and credit[2] not in _words():
        return Metadata({_words()[credit[1]]: credit[2].strip()})
    byline = _BYLINE.fullmatch(line.strip("()（）"))
    if byline:
        return Metadata({"reporter": byline[1]})
    return _parse_labels(line, in_head=in_head, longest=limits["value"])


def _parse_labels(line: str, *, in_head: bool, longest: int) -> Metadata | None:
    line = _FRAMED_LABEL.sub(_with_colon, line).lstrip() if "】" in line or "]" in line else line
    matches = list(_labels(in_head).finditer(line))
    if matches and not line[: matches[0].start()].strip(_SEPARATORS):
        matches = _with_adjoining(line, matches)
    lead = line[: matches[0].start()] if matches else line
    stamp = find_stamp(lead)
    yearless = _find_yearless(lead, in_head=in_head) if stamp is None else None
    if not (yearless or _is_plausible_lead(lead, stamp)) or not (matches or stamp or yearless):
        return None
    fields = {"yearless": lead[yearless.start : yearless.end]} if yearless else {}
    for name, value in _values(line, matches):
        if name != "url" and (len(value) > longest or _SENTENCE.search(value)):
            return None
        if name not in _TIMES:
            value, found = _without_time(name, value)
            stamp = stamp or found
        value = tidy_name(name, value) if name in _NAMES else value
        if value:
            fields.setdefault(name, value)
    if not all(_is_valid_time(match["label"], fields) for match in matches):
        return None
    return Metadata(fields, stamp)


def _with_colon(framed: re.Match[str]) -> str:
    is_known = framed[1] in _words()
    return f" {framed[1]}：" if is_known else framed[0]


def tidy_name(name: str, value: str) -> str:
    """Return the value of a label for a name without what follows it; empty where it is nobody's."""
    value = without_buttons(_BRACKET.split(value, maxsplit=1)[0])
    if name in ("author", "reporter"):
        role = _ROLES.match(value)
        value = value[role.end() :] if role else value
    return "" if _NOBODY.fullmatch(value) else value


def _find_yearless(lead: str, *, in_head: bool) -> YearlessStamp | None:
    """Return the time without a year, but with a clock, that a line of the head has in front of its labels.

    Names may be beside one in digits (08-10 20:13 云浦发布); 8月10日 20:13停电 is no byline.
    """
    found = find_yearless(lead) if in_head and len(lead) <= _LONGEST_TIME_LINE else None
    if found is None or found.clock is None:
        return None
    rest = _around(lead, found.start, found.end)
    are_names = "月" not in lead and _FEW_NAMES.fullmatch(rest) is not None
    return found if not rest or are_names else None


def _around(line: str, start: int, end: int) -> str:
    """Return the words before and behind a time, without those that say what it is the time of."""
    before = _words_before().sub("", line[:start]).strip(_SEPARATORS)
    behind = _VERB_BEHIND.sub("", line[end:].strip(_SEPARATORS)).strip(_SEPARATORS)
    return f"{before} {behind}".strip()


@cache
def _words_before() -> re.Pattern[str]:
    before = load_rules("times")["before"]
    return re.compile(f"{before['published']}|{before['changed']}")


def is_time_line(text: str) -> bool:
    """Whether a line only says when, with or without a year or a label, and perhaps who: it is no title."""
    line = normalize(text)
    if not line or len(line) > _LONGEST_TIME_LINE:
        return False
    label = _labels(True).match(line)
    line = plain_digits(
        line[label.end() :] if label and _field_of(label["label"] or label["bare"]) in _TIMES else line
    )
    found: Stamp | YearlessStamp | None = find_stamp(line) or find_yearless(line)
    if found is None:
        span = find_relative(line)
        return span is not None and not _around(line, *span)
    has_clock = isinstance(found, YearlessStamp) and found.clock is not None
    has_clock |= isinstance(found, Stamp) and found.precision in ("minute", "second")
    rest = _around(line, found.start, found.end)
    return not rest or (has_clock and "月" not in line and _FEW_NAMES.fullmatch(rest) is not None)


def without_buttons(value: str) -> str:
    """Return a name without the buttons behind it (云浦快报 【打印】), empty where they are all of it."""
    for word in _BUTTON.finditer(value):
        is_first = word.start() == 0
        is_other = _is_count(word[0]) if is_first else is_button(word[0])
        if is_other and (is_first or value[word.start() - 1] in " [【(（|｜/·"):
            return value[: word.start()].rstrip(" [【(（|｜/·")
    return value


def is_button(word: str) -> bool:
    """Whether a word beside a time is a button, a menu entry, a badge or a count, and no name."""
    line = Line(word, 1)
    is_known = _is_count(word) or boilerplate.is_menu(line) or boilerplate.is_aside(line)
    return is_known or compile_patterns("labeller", "no_names").fullmatch(word) is not None


def _is_count(word: str) -> bool:
    """Whether a word is a button, a count of readers or an invitation, which no label has for a value."""
    is_toolbar = boilerplate.is_toolbar(Line(word, 1))
    return is_toolbar or compile_patterns("labeller", "counts").fullmatch(word) is not None


def _without_time(name: str, value: str) -> tuple[str, Stamp | None]:
    """Return a value without the time behind it, one of its own: 来源：云浦日报 2022-09-06.

    A time right behind a label of no interest is that of the label: 生效日期：2022-09-06.
    """
    found = find_stamp(value) if name not in ("title", "url", "document_number") else None
    if found is None or (name == "ignored" and found.start == 0):
        return value, None
    return value[: found.start].strip(" |｜/·,，([（【"), found


def _is_valid_time(label: str | None, fields: Mapping[str, str]) -> bool:
    """Whether a label of time has one: 时间 and 日期 alone a whole day, as they may be those of a meeting."""
    name = _field_of(label) if label else ""
    if name not in _TIMES or name not in fields:
        return True
    is_plain = (label or "").replace(" ", "") in load_rules("labels")["published"]["head_only"]
    return read_stamp(fields[name]) is not None if is_plain else is_time(fields[name])


def _with_adjoining(line: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Add the labels that adjoin the value before them (来源：新华社作者：张三)."""
    starts = {match.start("label") if match["label"] else match.start() for match in matches}
    adjoining = [match for match in _adjoining_labels().finditer(line) if match.start() not in starts]
    free = [match for match in adjoining if not any(o.start() <= match.start() < o.end() for o in matches)]
    return sorted([*matches, *free], key=lambda match: match.start())


@cache
def _adjoining_labels() -> re.Pattern[str]:
    labels = load_rules("labels")
    groups = [group for group in labels.values() if "words" in group]
    words = any_of(
        word for group in groups for word in group["words"] if len(word) > 1 and not word.isascii()
    )
    return re.compile(f"(?P<label>{words}) ?[:：](?P<bare>(?!))?")


def _is_plausible_lead(lead: str, stamp: Stamp | None) -> bool:
    """Whether nothing precedes the first label, or a time stamp with at most a short name."""
    rest = lead.strip(_SEPARATORS)
    if not rest:
        return True
    if stamp is None or _WEEKDAY.sub("", lead[: stamp.start]).strip(_SEPARATORS):
        return False
    name = lead[stamp.end :].strip(_SEPARATORS)
    return len(name) <= 20 and not _SENTENCE.search(name) and (not name or lead[stamp.end] in " \t|｜/[(（【")


def _values(line: str, matches: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    """Yield field and value of each label; a value goes on to the next label."""
    ends = [match.start() for match in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=False):
        yield (
            _field_of(match["label"] or match["bare"]),
            _trim(_UNKNOWN_LABEL.split(line[match.end() : end])[0]),
        )


def _trim(value: str) -> str:
    """Return a value without the separators around it; brackets that are closed within it stay."""
    value = value.strip(" \t|｜/·,，;；、:：").rstrip(" [【(（")
    for opening, closing in ("[]", "【】", "()", "（）"):
        if value.endswith(closing) and opening not in value:
            value = value[:-1]
        if value.startswith(opening) and (closing not in value or value.endswith(closing)):
            value = value[1:].removesuffix(closing)
    return value.strip(" \t|｜/·,，;；、:：")


@cache
def _words() -> dict[str, str]:
    """Return the field of every label word, lower case."""
    labels = load_rules("labels")
    return {word.lower(): name for name, group in labels.items() for word in group.get("words", ())}


def _field_of(label: str) -> str:
    return _words()[label.lower().replace(" ", "")]


@cache
def _labels(in_head: bool) -> re.Pattern[str]:
    """Return the expression for a label at the beginning of a line or after a separator.

    Only the count of readers may do without a colon, and only before a number.
    """
    labels = load_rules("labels")
    groups = [group for group in labels.values() if "words" in group]
    excluded = set() if in_head else {word for group in groups for word in group.get("head_only", ())}
    # Two-character labels are often spread to the width of their neighbours (来　源：).
    words = any_of(word for group in groups for word in group["words"] if word not in excluded)
    words = re.sub(r"(?<![一-鿿])([一-鿿])([一-鿿])(?![一-鿿])", r"\1 {0,4}\2", words)
    bare = any_of(labels["views"]["words"])
    before = r"(?:^|(?<=[\s|｜/·,，;；、\[【(（)）\]】\d次]))"
    return re.compile(
        f"{before}(?:(?P<label>{words}) ?[:：]|(?P<bare>{bare})(?= ?[\\[(（]? ?\\d))", re.IGNORECASE
    )


def read_labels(text: str) -> Mapping[str, str]:
    """Return the field of every label in a line with any other content."""
    line = normalize(text)
    limits = load_rules("labels")["limits"]
    if len(line) > limits["line"]:
        return {}
    matches = list(_labels(True).finditer(line))
    fields: dict[str, str] = {}
    for name, value in _values(line, matches):
        is_valid = name not in _TIMES or is_time(value)
        if is_valid and 0 < len(value) <= limits["value"] and not _SENTENCE.search(value):
            fields.setdefault(name, value)
    return fields


def before_label(text: str) -> str:
    """Return the part of a line in front of its first label, which belongs to none."""
    found = _labels(True).search(normalize(text))
    return normalize(text)[: found.start()] if found else text


def field_of_key(key: str) -> str | None:
    """Return the field that a key of a front matter or a bare label names, `None` for an unknown one."""
    name = _words().get(key.strip().lower())
    return None if name == "ignored" else name


def is_label(word: str) -> bool:
    """Whether a word names a field or something else that is said of a page: 来源, 索引号."""
    return word.strip(" :：").lower() in _words()
