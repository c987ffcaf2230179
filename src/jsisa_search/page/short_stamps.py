"""Times that only what stands around them makes times: 19-10-08, 20190906, 1567750991, 09-30 22:46."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jsisa_search.page.stamps import CHINA, Stamp, find_stamp, hour_of, plain_digits

_DIGITS = re.compile(r"\D?((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)([-/.年]) ?(\d{1,2})([-/.月]) ?(\d{1,2})(?![\d/.-])")
_ROC_YEAR = re.compile(r"(?<!\d)(1[0-4]\d)([年/.-] ?\d{1,2}[月/.-] ?\d{1,2})(?!\d)")
_MONTH_AND_DAY = re.compile(
    r"(?<![\d年/.:-])(?P<month>\d{1,2}) ?(?:月|[-/.]) ?(?P<day>\d{1,2})(?![\d/.年-]) ?日?[,， ]{0,3}"
    r"(?P<half>上午|下午|晚上|早上|中午|凌晨)? ?"
    r"(?:(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
)

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
_RELATIVE = re.compile(
    r"(?:昨天|前天|今天|昨日|今日|刚刚|\d{1,3} ?(?:秒|分钟|小时|天|周|个月|年)之?前)"
    r"(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class YearlessStamp:
    """A day, perhaps with a clock, whose year the line does not say; where in the searched text it stands."""

    month: int
    day: int
    clock: tuple[int, int, int | None] | None
    start: int
    end: int

    def with_year_of(self, stamps: Iterable[Stamp]) -> Stamp | None:
        """Return the moment in the year of the first of `stamps` that is on the same day."""
        for other in stamps:
            if (other.moment.month, other.moment.day) != (self.month, self.day) or other.precision == "month":
                continue
            day = other.moment.replace(hour=0, minute=0, second=0)
            if self.clock is None:
                return Stamp(day, "day", self.start, self.end)
            return Stamp(day, "day", self.start, self.end).at_clock(*self.clock)
        return None


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
    match = _CLOCK.fullmatch(text.strip(" \u3000"))
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
