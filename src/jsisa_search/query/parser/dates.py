"""Dates in the forms that people type: 2022, 2022-09-06, 2022年9月, 2022上半年, 2022Q3, 2022-09..2023-01."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time

from jsisa_search.analysis import fold_characters
from jsisa_search.errors import QueryError
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

_HOW_TO_WRITE = mark("2022, 2022-09, 2022-09-06, 2022年9月, 2022上半年, 2022Q3 or 2022-09..2023-01")

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?|年)?", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_PART_OF_YEAR = re.compile(
    r"(?P<year>\d{4})(?:年?(?P<half>[上下])半年|年?第?(?P<quarter>[1-4])季度?|年?-?q(?P<q>[1-4]))", re.ASCII
)

_BETWEEN = re.compile(r"\s*(?:\.{2,}|…+|至|到)\s*")
# Marks of a range that fold to a hyphen, which a date may have inside.
_RANGE_MARKS = str.maketrans(dict.fromkeys("~～〜—–―", "至"))
# 2022年1-6月: the one form with a hyphen between two months.
_MONTHS = re.compile(r"(\d{4}年\d{1,2})月?-(\d{1,2}月)", re.ASCII)
_WITHOUT_YEAR = re.compile(r"\d{1,2}月(?:\d{1,2}[日号]?)?", re.ASCII)
_WITHOUT_MONTH = re.compile(r"\d{1,2}[日号]", re.ASCII)

_DIGITS = {char: value for value, chars in enumerate(("〇零○", *"一二三四五六七八九")) for char in chars}
_CHINESE_YEAR = re.compile(f"[{''.join(_DIGITS)}]{{4}}")
_CHINESE_NUMBER = re.compile("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")


@dataclass(frozen=True, slots=True)
class Period:
    """The time from the first moment of a date to its last, both inclusive.

    An open beginning is `datetime.min`, an open end `datetime.max`.
    """

    first: datetime
    last: datetime


def parse_period(text: str) -> Period:
    """Return the period that `text` names: a year, half a year, a quarter, a month or a day.

    Raises `QueryError` if it is not a date.
    """
    typed = _in_western_digits(fold_characters(text).strip())
    if match := _PART_OF_YEAR.fullmatch(typed):
        first_month, months = _part_of_year(match)
        return _period(text, int(match["year"]), first_month, months=months)
    match = _DAY.fullmatch(typed) or _COMPACT_DAY.fullmatch(typed)
    if match is None:
        raise QueryError(
            tr("“{text}” is not a date; write it like {how_to_write}").format(
                text=text, how_to_write=tr(_HOW_TO_WRITE)
            )
        )
    year, month, day = (int(part) if part else None for part in match.groups())
    return _period(text, year or 0, 1 if month is None else month, day, months=12 if month is None else 1)


def _folded(text: str) -> str:
    return fold_characters(text.translate(_RANGE_MARKS)).strip()


def parse_period_range(text: str) -> Period:
    """Return the period of a date or a range of two dates: 2022-09..2023-01.

    Either end may be missing. 至, 到 and ~ separate dates too; the second date may omit its year.
    Raises `QueryError` if it is not a date or range, or if the range ends before it begins.
    """
    typed = _MONTHS.sub(r"\1月..\2", _in_western_digits(_folded(text)))
    first_text, *rest = _BETWEEN.split(re.sub("至{2,}", "至", typed), maxsplit=1)
    if not rest:
        return parse_period(text)
    if not first_text and not rest[0]:
        raise QueryError(
            tr("“{text}” is not a date; write it like {how_to_write}").format(
                text=text, how_to_write=tr(_HOW_TO_WRITE)
            )
        )
    first = parse_period(first_text) if first_text else None
    last = parse_period(_completed(rest[0], first)) if rest[0] else None
    period = Period(first.first if first else datetime.min, last.last if last else datetime.max)
    if period.last < period.first:
        raise QueryError(tr("nothing lies in “{text}”; swap the two dates").format(text=text))
    return period


def _period(text: str, year: int, month: int, day: int | None = None, *, months: int = 1) -> Period:
    try:
        last_month = month + months - 1
        first = datetime(year, month, 1 if day is None else day)
        last_day = monthrange(year, last_month)[1] if day is None else day
        return Period(first, datetime.combine(datetime(year, last_month, last_day), time.max))
    except ValueError as error:
        raise QueryError(
            tr("“{text}” is not a date in the calendar; check its month and day").format(text=text)
        ) from error


def _part_of_year(match: re.Match[str]) -> tuple[int, int]:
    """Return the first month and the number of months of half a year or a quarter."""
    if half := match["half"]:
        return (1 if half == "上" else 7), 6
    return int(match["quarter"] or match["q"]) * 3 - 2, 3


def _completed(text: str, first: Period | None) -> str:
    """Return the second date of a range, with the year and month of the first where it omits them."""
    if first and _WITHOUT_YEAR.fullmatch(text):
        return f"{first.first.year:04}年{text}"
    if first and _WITHOUT_MONTH.fullmatch(text):
        return f"{first.first.year:04}年{first.first.month}月{text}"
    return text


def _in_western_digits(text: str) -> str:
    """Return `text` with 二〇二二 as 2022 and 三十一 as 31."""
    text = _CHINESE_YEAR.sub(lambda match: "".join(str(_DIGITS[char]) for char in match[0]), text)
    return _CHINESE_NUMBER.sub(lambda match: str(_number(match[0])), text)


def _number(chinese: str) -> int:
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0)
