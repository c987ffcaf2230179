"""What single lines of an official document (公文) are: offices, numbers, days, addressees, titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.facts.values import find_document_number
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.rules import any_of, compile_patterns, load_rules

_SPACED = re.compile(r"(?<=[一-鿿〇（）()]) +(?=[一-鿿〇（）()])")
OFFICE_SEPARATORS = re.compile(r"[ 、|｜]+")
_DIGIT_BLANKS = re.compile(r"(?<=\d) +(?=[年月日号])|(?<=[年月第]) +(?=\d)")
DAY = (
    r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|[一二〇零○Ｏ三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_LONGEST_DAY = 40
_SEALED = re.compile(r"[（(](?:盖章|公章|印章|章)[)）]")
SENTENCE = re.compile("[。！？；]")


def is_addressees(text: str) -> bool:
    """Whether a line names the offices to which a document goes (主送机关), with a colon."""
    return is_form_line("addressees", text)


def compact(text: str) -> str:
    """Return a line of a form without the blanks between its characters: 云 浦 市 人 民 政 府 文 件."""
    return _DIGIT_BLANKS.sub("", _SPACED.sub("", normalize(text)))


def join_title(lines: Sequence[Line]) -> str:
    """Return a title of several lines as one; blanks between whole names stay."""
    texts = [normalize(line.text) for line in lines]
    return "".join(compact(text) if all(len(word) == 1 for word in text.split()) else text for text in texts)


def is_form_line(rule: str, text: str) -> bool:
    """Whether a line has the form that a rule of `documents.toml` describes, whatever blanks are in it."""
    return len(text) <= 400 and compile_patterns("documents", rule).fullmatch(compact(text)) is not None


def offices_in(text: str) -> list[str]:
    """Return the offices that a line consists of; a line with anything else has none."""
    names = [name for name in OFFICE_SEPARATORS.split(_SEALED.sub("", text)) if name]
    return names if names and all(map(boilerplate.is_organisation, names)) else []


def number_in(text: str) -> str | None:
    """Return the number with which a line begins, where nothing but who signed it follows."""
    if is_form_line("order", text):
        return text.strip("（）()")
    found = find_document_number(text)
    if found is None or not text.replace(" ", "").startswith(found):
        return None
    rest = text.replace(" ", "")[len(found) :].strip("|｜")
    return found if not rest or is_form_line("marks", rest) else None


def title_span(texts: Sequence[str], start: int) -> tuple[int, int]:
    """Return the first line of a title from `start` on and the line below it; equal where there is none."""
    limits = load_rules("documents")["limits"]
    last = end = start
    for at in range(start, min(start + limits["title"], len(texts))):
        text = texts[at]
        is_title = len(text) <= limits["line"] and not is_addressees(text) and not SENTENCE.search(text)
        if not is_title or number_in(text) or _is_metadata(text):
            break
        last = at + 1
        below = texts[at + 1] if at + 1 < len(texts) else ""
        if ends_as_title("".join(texts[start : at + 1])) and not below.startswith(("的", "》")):
            return start, at + 1
    follows = last < len(texts) and is_addressees(texts[last])
    end = last if follows else min(start + 1, last)
    return start, end


def _is_metadata(text: str) -> bool:
    metadata = parse_metadata(text, in_head=True)
    return metadata is not None and not boilerplate.is_organisation(text)


def ends_as_title(title: str) -> bool:
    """Whether a text ends with the type of a document: 通知, 意见（试行）; not within the name of another."""
    return title.count("《") == title.count("》") and _title_end().search(title) is not None


@cache
def _title_end() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(load_rules('documents')['types'])})(?:[（(][^（()）]{{1,20}}[)）])?$")


def is_day(text: str) -> bool:
    """Whether a line is nothing but a day, as below a signature."""
    return len(text) <= _LONGEST_DAY and re.fullmatch(DAY, compact(text)) is not None
