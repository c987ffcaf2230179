"""Parts of a year as days: 上半年, 前三季度, 1-8月, 11月13日, 8月底."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from jsisa_search.query.numerals import value_of

Days = tuple[date | None, date | None]
UNKNOWN: Days = (None, None)

#: A number of a month, a day or a quarter.
NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
#: Months from one to another.
MONTHS = rf"{NUMBER}(?:-|至|到|~|—){NUMBER}月份?"
_DAY = rf"{NUMBER}月(?:{NUMBER}[日号]?(?:至|到|-|~|—){NUMBER}[日号]|{NUMBER}[日号]|[底末初]|[上中下]旬|份)?"
#: Halves and quarters of a year, and months from its first one.
SEASONS = rf"[上下]半年|前[一二两三1-3]个?季度|第?[一二三四1-4]季度|前{NUMBER}个?月"
#: Parts that are understood without their year, and those that need it before them.
PART = rf"{SEASONS}|{MONTHS}|{_DAY}"
PART_OF_YEAR = rf"{PART}|年?(?:[底末]|初(?![春夏秋冬]))|同期|前后|全年"

_QUARTERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TEN_DAYS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
# What 8月初 means, in days.
_BEGINNING = 10


def days_of_part(part: str | None, year: int) -> Days:
    """Return the first and last day of a part of a year, of all of it where there is none."""
    if not part or part in ("前后", "同期", "全年"):
        return date(year, 1, 1), date(year, 12, 31)
    days_of = next((days_of for endings, days_of in _BY_ENDING.items() if part.endswith(endings)), None)
    return _month(part, year) if days_of is None else days_of(part, year)


def _half(part: str, year: int) -> Days:
    return months_of(year, 1, 6) if part[0] == "上" else months_of(year, 7, 12)


def _quarter(part: str, year: int) -> Days:
    number = next(_QUARTERS[char] for char in part if char in _QUARTERS)
    return months_of(year, 1 if part[0] == "前" else 3 * number - 2, 3 * number)


def _edge(part: str, year: int) -> Days:
    """Return the day of 年底, of 8月底, or the days of 8月初."""
    is_end = part[-1] in "底末"
    number = _numbers(part)
    if not number:
        day = date(year, 12, 31) if is_end else date(year, 1, 1)
        return day, day
    first, last = months_of(year, number[0], number[0])
    if first is None or is_end:
        return last, last
    return first, first + timedelta(_BEGINNING - 1)


def _ten_days(part: str, year: int) -> Days:
    first, last = _month(part, year)
    if first is None or last is None:
        return UNKNOWN
    start, end = _TEN_DAYS[part[-2]]
    return first.replace(day=start), last.replace(day=min(end, last.day))


def _day(part: str, year: int) -> Days:
    """Return 11月13日, or the days from one to another: 11月2到4日."""
    month, *days = _numbers(part)
    if not days:
        return UNKNOWN
    first, last = one_day(year, month, days[0])[0], one_day(year, month, days[-1])[1]
    return (first, last) if first and last and first <= last else UNKNOWN


def _month(part: str, year: int) -> Days:
    """Return the days of 8月, 1-8月 and 前8个月."""
    numbers = _numbers(part)
    if not numbers:
        return UNKNOWN
    return months_of(year, 1 if part[0] == "前" else numbers[0], numbers[-1])


_BY_ENDING: dict[tuple[str, ...], Callable[[str, int], Days]] = {
    ("半年",): _half,
    ("季度",): _quarter,
    ("底", "末", "初"): _edge,
    ("旬",): _ten_days,
    ("日", "号"): _day,
}


def months_of(year: int, first: int, last: int) -> Days:
    """Return the days of some months of a year."""
    if not 1 <= first <= last <= 12:
        return UNKNOWN
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def one_day(year: int, month: int, day: int) -> Days:
    """Return a day as the first and the last; unknown where there is no such day."""
    try:
        found = date(year, month, day)
    except ValueError:
        return UNKNOWN
    return found, found


def same_part(days: Days, year: int) -> Days:
    """Return the days of a year that are those of another year; unknown for what is longer than a year."""
    first, last = days
    if first is None or last is None or first.year != last.year:
        return UNKNOWN
    return _in(first, year), _in(last, year)


def _in(day: date, year: int) -> date:
    """Return the same day of another year, the last of its month where it is the last."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    of_month = monthrange(year, day.month)[1]
    return date(year, day.month, of_month if is_last else min(day.day, of_month))


def _numbers(part: str) -> list[int]:
    return [number_of(number) for number in re.findall(NUMBER, part)]


def number_of(text: str) -> int:
    """Return the value of a number of up to two digits, 0 for what is none."""
    value = int(text) if text.isdecimal() else value_of(text)
    return int(value) if value is not None else 0
