"""Timestamps: full dates and times, those that only a label identifies, and those without a year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from jsisa_search.model import Precision

CHINA = timezone(timedelta(hours=8))
"""The time of all moments without an offset."""

_EARLIEST, _LATEST = 1900, 2100
_ROC_EPOCH = 1911  # 民國元年 is 1912

_DATE = (
    r"(?:(?P<roc>(?:中[華华])?民[國国] ?)?(?P<year>(?<!\d)(?:\d{4}|(?<=[國国])\d{2,3}|(?<=[國国] )\d{2,3})) ?"
    r"(?:(?P<han>年)|(?P<sep>[-/.])) ?"
    r"(?P<month>\d{1,2}) ?(?:月|(?P=sep)|(?![\d/.-]))"
    r"(?: ?(?P<day>\d{1,2})(?!\d) ?[日号號]?)?"
    # 09/06/2019, as programs with American settings write it.
    r"|(?<![\d/])(?P<us_month>\d{1,2})/(?P<us_day>\d{1,2})/(?P<us_year>(?:19|20)\d\d)(?!\d))"
)
_WEEKDAY = r"(?:[,， ]{0,2}[(（]?(?:星期|周|週)[一二三四五六日天][)）]?)?"
_HALVES = r"上午|下午|晚上|早上|中午|凌晨|清晨|傍晚|夜间|晚|[AP]M"
_CLOCK = (
    r"(?:[T,，、|｜·/ -]{0,9}(?P<named>北京时间|北京時間|格林尼治标准时间|格林威治時間|GMT|UTC)? ?(?P<half>"
    + _HALVES
    + r")? ?(?P<hour>\d{1,2}) ?[:：时時点點] ?(?P<minute>\d{2})(?!\d)"
    r"(?: ?[:：分] ?(?P<second>\d{2}))?分?秒?(?:\.\d{1,6})?(?: ?(?P<half_after>[AP]M)\b)?"
    r"(?P<zone> ?(?:Z|GMT|UTC)\b| ?[+-]\d{2}:?\d{2}(?![\d年/.-]))?)?"
)
_STAMP = re.compile(_DATE + _WEEKDAY + _CLOCK, re.IGNORECASE)
# Cheap to look for, and no time stamp is without one.
_HAS_YEAR = re.compile(r"\d{4}|[國国] ?\d{2}|(?:[一二三四五六七八九〇○零０Ｏ] ?){4}年")
_CLOCK_BEFORE = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?[ ,，|｜/·-]{1,4}$"
)
# 2019年9月6日至12日, 2019-09-06 - 2019-09-12: when something is on.
PERIOD = re.compile(r" ?[-~～至到] ?(?:\d{4} ?[年/.-] ?)?\d{1,2} ?(?:[月日号]|[/.-] ?\d{1,2}(?![\d:]))")
_HAN_DATE = re.compile(
    r"([一二三四五六七八九〇○零０Ｏ]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})日)?"
)
# 一 九 九 八 年 九 月 七 日: set apart, as some offices print their dates.
_SPACED_HAN_DATE = re.compile(
    r"(?:[一二三四五六七八九〇○零０Ｏ] ){4}年 ?(?:[一二三四五六七八九十月日] ?){3,8}"
)
# 2019-10-0507:26, 15:312018/09/16: a day and a time of day without a blank between them.
_GLUED = (
    (re.compile(r"((?:19|20)\d\d[-/.]\d\d[-/.]\d\d)(\d\d:\d\d)"), r"\1 \2"),
    (re.compile(r"(?<![\d:])(\d{1,2}:\d\d)((?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)"), r"\2 \1"),
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = f"({'|'.join(_MONTHS)})[a-z]{{0,6}}\\.?"
# Sep 6, 2019; 6 September 2019; Fri Sep 06 14:23:11 CST 2019, as programs print it.
_ENGLISH = (
    (re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.I), (3, 1, 2, None)),
    (re.compile(rf"\b(\d{{1,2}}) {_MONTH},? (\d{{4}})\b", re.I), (3, 2, 1, None)),
    (re.compile(rf"\b{_MONTH} (\d{{1,2}}) (\d\d:\d\d:\d\d) (?:[A-Z]{{3}} )?(\d{{4}})\b", re.I), (4, 1, 2, 3)),
)
_HAN_DIGITS = str.maketrans("〇○零０Ｏ一二三四五六七八九", "00000123456789")
_WIDE = str.maketrans("０１２３４５６７８９：／．－—–‐−　\u00a0", "0123456789:/.-----  ")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment, how exactly it is known, and its range in the searched text."""

    moment: datetime
    precision: Precision
    start: int
    end: int

    def at_clock(self, hour: int, minute: int, second: int | None) -> Stamp:
        """Return the same day at a time of day."""
        moment = self.moment.replace(hour=hour, minute=minute, second=second or 0)
        return replace(self, moment=moment, precision="minute" if second is None else "second")


def find_stamp(text: str) -> Stamp | None:
    """Return the first valid time stamp in `text`: `2022-09-06 16:42:49`, `2022年9月6日`, `2022/9/6 16:42`.

    Offsets are into `text` with its blanks collapsed (`lines.normalize`). A time with an offset from
    UTC is turned into China's. A text with a period (2022年9月6日至12日) has no time stamp.
    """
    return next(find_stamps(text), None)


def find_stamps(text: str) -> Iterator[Stamp]:
    """Yield the valid time stamps in `text`, as `find_stamp` does the first."""
    if not _HAS_YEAR.search(text.translate(_WIDE)):
        return
    plain = plain_digits(text)
    for match in _STAMP.finditer(plain):
        stamp = _read(match)
        if stamp is not None and stamp.precision in ("day", "month"):
            if PERIOD.match(plain, stamp.end):
                return
            stamp = _with_clock_before(stamp, plain)
        if stamp is not None:
            yield stamp


def plain_digits(text: str) -> str:
    """Return `text` with its dates in half-width digits, its blanks collapsed."""
    plain = _BLANKS.sub(" ", text.translate(_WIDE))
    plain = _SPACED_HAN_DATE.sub(lambda match: match[0].replace(" ", ""), plain)
    plain = _HAN_DATE.sub(_read_han_date, plain)
    for pattern, parted in _GLUED:
        plain = pattern.sub(parted, plain)
    if any(month in plain.lower() for month in _MONTHS):
        for pattern, order in _ENGLISH:
            plain = pattern.sub(lambda match, order=order: _read_english_date(match, order), plain)  # type: ignore[misc]
    return plain


def _read(match: re.Match[str]) -> Stamp | None:
    parts = _day_of(match)
    if parts is None:
        return None
    year, month, day = parts
    if not _EARLIEST <= year <= _LATEST or (day is None and match["han"] is None):
        return None  # 2022.9 is as likely a number
    try:
        moment = datetime(year, month, day or 1)
    except ValueError:
        return None
    if day is None:
        return Stamp(moment, "month", match.start(), _end(match))
    return _with_clock(moment, match) or Stamp(moment, "day", match.start(), _end(match))


def _end(match: re.Match[str]) -> int:
    return match.start() + len(match[0].rstrip())


def _day_of(match: re.Match[str]) -> tuple[int, int, int | None] | None:
    if match["us_year"] is None:
        year = int(match["year"]) + (_ROC_EPOCH if match["roc"] else 0)
        return year, int(match["month"]), int(match["day"]) if match["day"] else None
    first, second = int(match["us_month"]), int(match["us_day"])
    month, day = (second, first) if first > 12 else (first, second)
    return int(match["us_year"]), month, day


def _with_clock(day: datetime, match: re.Match[str]) -> Stamp | None:
    if match["hour"] is None:
        return None
    hour = hour_of(int(match["hour"]), match["half"] or match["half_after"])
    try:
        moment = day.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    except ValueError:
        return None
    zone = match["zone"] or ("Z" if match["named"] and match["named"][0] not in "北" else None)
    return Stamp(_to_china(moment, zone), _precision(match), match.start(), _end(match))


def _with_clock_before(stamp: Stamp, plain: str) -> Stamp:
    """Return a day with the clock before it: 14:23 2019-09-06."""
    match = _CLOCK_BEFORE.search(plain, max(stamp.start - 14, 0), stamp.start)
    if match is None or stamp.precision != "day":
        return stamp
    try:
        moment = stamp.moment.replace(
            hour=int(match["hour"]), minute=int(match["minute"]), second=int(match["second"] or 0)
        )
    except ValueError:
        return stamp
    return Stamp(moment, _precision(match), match.start(), stamp.end)


def _precision(match: re.Match[str]) -> Precision:
    return "second" if match["second"] else "minute"


def hour_of(hour: int, half: str | None) -> int:
    """Return the hour of 24 for an hour and the half of the day before or behind it."""
    half = (half or "").upper()
    if half in ("下午", "晚上", "晚", "傍晚", "夜间", "PM") and hour < 12:
        return hour + 12
    if half == "中午" and hour < 6:
        return hour + 12
    return 0 if half in ("AM", "凌晨", "上午") and hour == 12 else hour


def _to_china(moment: datetime, zone: str | None) -> datetime:
    if zone is None:
        return moment
    digits = re.sub(r"\D", "", zone)
    offset = timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
    offset = -offset if "-" in zone else offset
    return moment - offset + CHINA.utcoffset(None)


def _read_han_date(match: re.Match[str]) -> str:
    """Rewrite 二〇二二年九月六日 with digits, as long as it was where that is possible."""
    year, month, day = match[1].translate(_HAN_DIGITS), _read_han_number(match[2]), match[3]
    text = f"{year}年{month}月" + (f"{_read_han_number(day)}日" if day else "")
    return text.ljust(len(match[0]))


def _read_english_date(match: re.Match[str], order: tuple[int, int, int, int | None]) -> str:
    year, month, day, clock = order
    number = _MONTHS.index(match[month][:3].lower()) + 1
    text = f"{match[year]}-{number}-{match[day]}" + (f" {match[clock]}" if clock else "")
    return text.ljust(len(match[0]))


def _read_han_number(text: str) -> int:
    """Return the value of 九, 十, 十二, 二十, 三十一."""
    tens, ten, ones = text.rpartition("十")
    value = int(ones.translate(_HAN_DIGITS) or 0)
    return value + 10 * int(tens.translate(_HAN_DIGITS) or 1) if ten else int(text.translate(_HAN_DIGITS))


_DIGITS = re.compile(r"\D?((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)([-/.年]) ?(\d{1,2})([-/.月]) ?(\d{1,2})(?![\d/.-])")
#: A year of two digits, where its form or a clock leaves no doubt: 01年3月15日, 01-03-15 10:20.
SHORT_YEAR = re.compile(r"(?<![\d-])[0-3]\d(?=年\d{1,2}月\d{1,2}日|-\d\d-\d\d \d\d:\d\d)")
_SHORT_YEAR_LINE = 60
_ROC_YEAR = re.compile(r"(?<!\d)(1[0-4]\d)([年/.-] ?\d{1,2}[月/.-] ?\d{1,2})(?!\d)")
_MONTH_AND_DAY = re.compile(
    r"(?<![\d年/.:-])(?P<month>\d{1,2}) ?(?:月|[-/.]) ?(?P<day>\d{1,2})(?![\d/.年-]) ?日?[,， ]{0,3}"
    r"(?P<half>上午|下午|晚上|早上|中午|凌晨)? ?"
    r"(?:(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
)

_SHORT_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
_RELATIVE = re.compile(
    r"(?:昨天|前天|今天|昨日|今日|刚刚|\d{1,3} ?(?:秒|分钟|小时|天|周|个月|年)之?前)"
    r"(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class YearlessStamp:
    """A day, perhaps with a clock, whose year the line does not say; its range in the searched text."""

    month: int
    day: int
    clock: tuple[int, int, int | None] | None
    start: int
    end: int

    def with_year_of(self, stamps: Iterable[Stamp], *, within: int = 0) -> Stamp | None:
        """Return the moment in the year of the first of `stamps` that is at most `within` days away.

        A month is compared with the month of the day, and counts only where some distance is allowed.
        """
        for other in stamps:
            day = self._nearest_day(other.moment)
            if day is None or (other.precision == "month" and not within):
                continue
            if other.precision == "month" and (day.year, day.month) == (
                other.moment.year,
                other.moment.month,
            ):
                distance = 0
            else:
                distance = abs(day.date() - other.moment.date()).days
            if distance <= within:
                stamp = Stamp(day, "day", self.start, self.end)
                return stamp.at_clock(*self.clock) if self.clock else stamp
        return None

    def _nearest_day(self, moment: datetime) -> datetime | None:
        """Return the day in the year that brings it nearest to `moment`; `None` if no such year has it."""
        days = []
        for year in (moment.year - 1, moment.year, moment.year + 1):
            with suppress(ValueError):
                days.append(datetime(year, self.month, self.day))
        return min(days, key=lambda day: abs(day - moment), default=None)


def read_stamp(value: str) -> Stamp | None:
    """Return the time in a value that is known to be one, by its label or its name."""
    text = value.strip()
    if _EPOCH.fullmatch(text):
        seconds = int(text[:10])
        moment = datetime.fromtimestamp(seconds, CHINA).replace(tzinfo=None)
        return Stamp(moment, "second", 0, len(text))
    digits = _DIGITS.match(text)
    if digits is not None:
        clock = f" {digits[4]}:{digits[5]}" if digits[4] else ""
        clock += f":{digits[6]}" if digits[6] else ""
        rest = text[digits.end() :]
        return find_stamp(f"{digits[1]}-{digits[2]}-{digits[3]}{clock}{rest}")
    return find_stamp(text) or find_stamp(_with_long_year(plain_digits(text)))


def _with_long_year(text: str) -> str:
    """Return `text` with the years of 108年9月6日 and 19-09-06 written out."""
    if "日" in text and _ROC_YEAR.search(text):
        return _ROC_YEAR.sub(r"民國\1\2", text, count=1)
    return _SHORT_YEAR.sub(r"20\1\2\3\4\5", text, count=1)


def has_short_year(text: str) -> bool:
    """Whether a short line has a day with a year of two digits: 云浦日报 01年3月15日, 01-03-15 10:20."""
    return len(text) <= _SHORT_YEAR_LINE and SHORT_YEAR.search(text) is not None


def find_yearless(text: str) -> YearlessStamp | None:
    """Return the first day without a year in `text`: 09-30 22:46, 9月30日."""
    match = _MONTH_AND_DAY.search(plain_digits(text))
    if match is None:
        return None
    month, day = int(match["month"]), int(match["day"])
    clock = None
    if match["hour"]:
        second = int(match["second"]) if match["second"] else None
        clock = hour_of(int(match["hour"]), match["half"]), int(match["minute"]), second
    if not (1 <= month <= 12 and 1 <= day <= 31) or (clock and not _is_clock(clock)):
        return None
    return YearlessStamp(month, day, clock, match.start(), match.start() + len(match[0].rstrip()))


def read_clock(text: str) -> tuple[int, int, int | None] | None:
    """Return hour, minute and second of a text that is nothing but a clock."""
    match = _SHORT_CLOCK.fullmatch(text.strip(" \u3000"))
    if match is None:
        return None
    clock = int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    return clock if _is_clock(clock) else None


def is_time(value: str) -> bool:
    """Whether a value behind a label says when, if only by 3小时前 or without the year."""
    known = read_stamp(value) or find_yearless(value)
    return known is not None or _RELATIVE.fullmatch(value.strip()) is not None


def find_relative(text: str) -> tuple[int, int] | None:
    """Return where `text` says how long ago something was: 3小时前, 昨天 14:23."""
    match = _RELATIVE.search(text)
    return match.span() if match else None


def _is_clock(clock: tuple[int, int, int | None]) -> bool:
    return clock[0] < 24 and clock[1] < 60 and (clock[2] or 0) < 60
