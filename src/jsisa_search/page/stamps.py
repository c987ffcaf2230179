"""Time stamps as Chinese pages write them -> `datetime` with its precision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from jsisa_search.model import Precision

_CHINA = timezone(timedelta(hours=8))
_EARLIEST, _LATEST = 1900, 2100
_ROC_EPOCH = 1911  # 民國元年 is 1912

_DATE = (
    r"(?P<roc>(?:中華)?民國 ?)?(?P<year>(?<!\d)(?:\d{4}|(?<=國)\d{2,3}|(?<=國 )\d{2,3})) ?"
    r"(?:(?P<han>年)|(?P<sep>[-/.])) ?"
    r"(?P<month>\d{1,2}) ?(?:月|(?P=sep)|(?![\d/.-]))"
    r"(?: ?(?P<day>\d{1,2})(?!\d) ?[日号號]?)?"
)
_WEEKDAY = r"(?:[,， ]{0,2}[(（]?(?:星期|周|週)[一二三四五六日天][)）]?)?"
_CLOCK = (
    r"(?:[T,， ]{0,3}(?P<half>上午|下午|晚上|早上|中午|凌晨|晚)? ?(?P<hour>\d{1,2}) ?[:：时時点點] ?"
    r"(?P<minute>\d{2})"
    r"(?: ?[:：分] ?(?P<second>\d{2}))?分?秒?(?:\.\d{1,6})?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_STAMP = re.compile(_DATE + _WEEKDAY + _CLOCK)
_HAN_DATE = re.compile(
    r"([一二三四五六七八九〇○零０Ｏ]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})日)?"
)
_HAN_DIGITS = str.maketrans("〇○零０Ｏ一二三四五六七八九", "00000123456789")
_WIDE = str.maketrans("０１２３４５６７８９：／．－　\u00a0", "0123456789:/.-  ")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment, how exactly it is known, and where in the searched text it stands."""

    moment: datetime
    precision: Precision
    start: int
    end: int


def find_stamp(text: str) -> Stamp | None:
    """Return the first valid time stamp in `text`: `2022-09-06 16:42:49`, `2022年9月6日`, `2022/9/6 16:42`.

    Offsets hold for `text` with its blanks collapsed (`lines.normalize`). A time with an offset from
    UTC is turned into China's.
    """
    plain = _BLANKS.sub(" ", text.translate(_WIDE))
    plain = _HAN_DATE.sub(_read_han_date, plain)
    for match in _STAMP.finditer(plain):
        stamp = _read(match)
        if stamp is not None:
            return stamp
    return None


def _read(match: re.Match[str]) -> Stamp | None:
    year = int(match["year"]) + (_ROC_EPOCH if match["roc"] else 0)
    if not _EARLIEST <= year <= _LATEST:
        return None
    if match["day"] is None and match["han"] is None:
        return None  # 2022.9 is as likely a number
    try:
        day = datetime(year, int(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None
    if match["day"] is None:
        return Stamp(day, "month", match.start(), match.end())
    return _with_clock(day, match) or Stamp(day, "day", match.start(), match.end())


def _with_clock(day: datetime, match: re.Match[str]) -> Stamp | None:
    if match["hour"] is None:
        return None
    hour = int(match["hour"])
    if match["half"] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    try:
        moment = day.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    except ValueError:
        return None
    precision: Precision = "second" if match["second"] else "minute"
    return Stamp(_to_china(moment, match["zone"]), precision, match.start(), match.end())


def _to_china(moment: datetime, zone: str | None) -> datetime:
    if zone is None:
        return moment
    if zone == "Z":
        offset = timedelta()
    else:
        sign = -1 if zone[0] == "-" else 1
        offset = sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return moment - offset + _CHINA.utcoffset(None)


def _read_han_date(match: re.Match[str]) -> str:
    """Rewrite 二〇二二年九月六日 with digits."""
    year, month, day = match[1].translate(_HAN_DIGITS), _read_han_number(match[2]), match[3]
    return f"{year}年{month}月" + (f"{_read_han_number(day)}日" if day else "")


def _read_han_number(text: str) -> int:
    """Return the value of 九, 十, 十二, 二十, 三十一."""
    tens, ten, ones = text.rpartition("十")
    value = int(ones.translate(_HAN_DIGITS) or 0)
    return value + 10 * int(tens.translate(_HAN_DIGITS) or 1) if ten else int(text.translate(_HAN_DIGITS))
