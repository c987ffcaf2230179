"""Periods in a folded text: 2012年, 今年1-8月, 去年同期, 截至8月底, “十三五”时期, 近五年, with their days.

Relative ones are resolved by the date of the release. What can't be is a period without days: it is shown as
it is written.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from jsisa_search.figures.scanning import matches_from
from jsisa_search.figures.year_parts import (
    NUMBER,
    PART,
    PART_OF_YEAR,
    UNKNOWN,
    Days,
    days_of_part,
    number_of,
    one_day,
    same_part,
)

#: No last day: 2013年以来, where the release has no date.
OPEN = date.max

_SINCE = r"以来|至今|起|开始|来(?=[,\u4e00-\u9fff])(?![自到源华访京])"
# 2020和2021两年, 1986以来: a year may lack its 年.
_YEAR = r"(?:19|20)\d\d(?:[两三]?年|(?=[和与、至到~—–-](?:19|20)\d\d[两三]?年)|(?=以来|至今))"
# 神舟十号 is no day.
_NO_NAME = rf"(?:(?<![\u4e00-\u9fff])|(?<=[在于从到至自和与])|(?=\d|{NUMBER}日))"
_PERIOD = re.compile(
    rf"(?P<year>{_YEAR}|今年|去年|上年|前年|明年|本年度?|全年|当年|同年)度?"
    rf"(?:的?(?P<part>{PART_OF_YEAR}))?(?P<since>{_SINCE})?"
    r"|[“\"]?(?P<plan>(?:十[一二三四五]|[六七八九十])五)[”\"]?(?:规划)?(?P<planned>时期|期间|以来|末)"
    rf"|(?:近|过去|最近|这)?(?<![几数])(?P<years>{NUMBER})(?:多|余)?年(?:来|间|以来|多来|的?时间里)"
    rf"|(?:近|过去|最近|这)(?P<last_years>(?<!这)[一两]|(?![一两]年){NUMBER})年"
    r"|(?P<now>截至目前|截止目前|目前|截至今天|(?<![表出体发您你])现在|如今|今天|截至发稿)"
    r"|(?P<yesterday>昨天|昨日)"
    rf"|(?P<bare>{PART}|年[底末]|年初(?![一二三四五六七八九十])|月[底末初])(?P<bare_since>{_SINCE})?"
    rf"|{_NO_NAME}(?P<day>{NUMBER})[日号](?P<day_since>{_SINCE})?(?!线|文|楼|令|院)"
    r"|(?P<vague>同期|上月末?|上周|本月|本周|上季度|期末)"
)
_BARE = re.compile(rf"{PART}|年[底末初]")
_WITHOUT_YEAR = re.compile(r"^[当同全]年的?")
#: Where one may begin: with a number, a mark or a word before one, or with two characters of a word.
_STARTS = re.compile(
    r"[\d一二两三四五六七八九十“\"近过最这第前今去上明本全当同截目现如昨下年月期]"
    r"(?:(?<=[\d一二两三四五六七八九十“\"近过最这第前])|(?=[年天日期月周季半至止前在今底末初]))"
)
# 从5月8号火炬传递至今: what began then goes on.
_GOES_ON = re.compile(r"[^,，。;；!！?？\d至到]{1,12}?(?:以来|至今|到现在|到目前)")
# 2016年9月15日发射入轨以来: so does what has no 从 before it, where nothing else is between.
_SINCE_THEN = re.compile(r"[\u4e00-\u9fff]{1,8}?(?<!年)以来")
#: A period behind these is what a figure is compared with, and before these: 去年同期的2.5倍.
COMPARED = frozenset("比较与同")
# 高于去年, 成立于2012年; but 将于10月2日对… says when.
_THAN = re.compile(r"(?<![将曾并已拟可,。;:、])于")
_TIMES = re.compile(r"(?:[^,。;:\d的]{0,8}同期(?:水平)?)?的[\d一二两三四五六七八九十.]+倍")
# 恢复到2019年春节同期的73.9%: a share of the value of another period.
_RESTORED = ("恢复到", "恢复至", "恢复到了", "恢复至了", "相当于")
_AMOUNTING = ("达到", "达", "为", "是")
_SHARE = re.compile(r"[^,。;:\d的]{0,8}的[\d.]+(?:%|成)")
# 2010年以来的首次, 今年首个预警, 2019年《流浪地球》 say which one it is; 年初设定的目标 when it was set.
_RECORD = re.compile(
    r"(?<=以来)(?:的?(?:首[次个]|第[一二三四]|最|新[高低])|的历史)"
    r"|的?(?:首[个场批例届]|第[一二三四五六七八九十\d]{1,2}[个场批例次])(?!\d|[^,。;:\d]{0,16}期间)"
    r"|(?<=年)《"
    r"|(?<=年初)(?:设定|确定|制定|预定|预算|计划|提出|预期)"
)
# The plan, games or report that a period is in the name of: 2022年冬奥会, 《2012年…报告》.
_IN_NAME = re.compile(
    r"[^,。;:、\d的]{0,16}(?:执行情况|[计预][划算]草案)"
    r"|[^,。;:、\d的与和]{0,16}(?:奥运会|冬奥会|残奥会|世博会|世界杯|亚运会)(?!期间|足球赛|[上中])"
    r"|[^《》]{0,30}报告》"
)
_BEGINS, _ENDS = frozenset("从自"), frozenset("到至")
# From a period to another with words between: 从2018年贸易摩擦开始到今年6月.
_UNTIL = re.compile(r"[^,。;、\d的从自]{1,14}[到至]")
_MARKS = frozenset(",。;、:)的") | {""}
# Two periods of one figure: 2021年和2022年, …
_BOTH = re.compile(r"(?:,(?!分别)|两[年天月]|两个月|共(?!同)|累计|合计|总共)")
_YEARS = re.compile(r"\d{4}[两三]年")
_AND = frozenset("与和、")
# What a month is in that is to come.
_AHEAD_OF = ("将在", "将于", "拟于", "定于", "计划于", "计划在", "预计在", "预计于", "预计将在")
_JOINS = frozenset("至到-—~–")
_PLANS = {"六五": 1981, "七五": 1986, "八五": 1991, "九五": 1996, "十五": 2001}
_PLANS |= {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_BY_RELEASE = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
# A month or a day without its year is in the past, or at most so many days ahead.
_AHEAD, _DAYS_AHEAD = 45, 14
_MOST_YEARS = 100


class Calendar(NamedTuple):
    """What periods of a release are resolved by: its date, and the year that its title names."""

    day: date | None
    title_year: int | None = None


class Period(NamedTuple):
    """A period, `[start, end)` in a folded text, from `first` to `last`; None where it can't be resolved.

    `is_compared`: it is what a figure is compared with; `is_whole`: what one is a share or a multiple of.
    `is_relative`: resolved by what the release says.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    is_compared: bool = False
    is_relative: bool = False
    is_whole: bool = False


def find_periods(folded: str, calendar: Calendar) -> list[Period]:
    """Return the periods of a folded text in order; two joined by 至 are one."""
    found: list[Period] = []
    year: int | None = None
    sentence = 0
    for match in matches_from(_STARTS, _PERIOD, folded):
        start, end = match.span()
        if (mark := folded.rfind("。", sentence, start)) >= 0:
            sentence, year = mark + 1, None
        stated = _stated_year(match)
        is_coming = bool(match["bare"]) and folded.endswith(_AHEAD_OF, sentence, start)
        first, last = _days(match, calendar, year, is_coming=is_coming)
        if first and match["part"] == "同期" and found and found[-1].start >= sentence:
            same = same_part((found[-1].first, found[-1].last), first.year)
            first, last = (first, last) if same == UNKNOWN else same
        char = folded[start - 1 : start]
        goes_on = _GOES_ON if char in _BEGINS else _SINCE_THEN
        if first and char not in _ENDS and goes_on.match(folded, end):
            last = calendar.day or OPEN
        is_whole = _is_whole(folded, start, end)
        is_compared = is_whole or match[0] == "同期" or char in COMPARED
        is_compared = is_compared or _is_told_of_others(folded, start, end)
        is_relative = not (stated or match["plan"])
        period = Period(start, end, first, last, is_compared, is_relative, is_whole)
        if found and first and found[-1].first and _are_one(folded, found[-1], period):
            before = found.pop()
            period = period._replace(start=before.start, first=before.first, is_compared=before.is_compared)
        found.append(period)
        year = stated if stated and not is_compared else year
    return found


def _is_whole(folded: str, start: int, end: int) -> bool:
    """Return whether a figure behind a period is a share or a multiple of the value that was then."""
    if _TIMES.match(folded, end):
        return True
    share = _SHARE.match(folded, end)
    if share is None or folded.endswith(_RESTORED, 0, start):
        return share is not None
    return "同期" in folded[start : share.end()] and folded.endswith(_AMOUNTING, 0, start)


def _is_told_of_others(folded: str, start: int, end: int) -> bool:
    """Return whether a period is that of a report, of a plan, or behind 高于 or 成立于."""
    if _RECORD.match(folded, end):
        return True
    is_when = folded[end - 1] in "日号" and folded[end : end + 1] not in _MARKS  # 病例于5月3日达到峰值
    if not is_when and _THAN.match(folded, max(start - 1, 0)):
        return True
    named = _IN_NAME.match(folded, end)
    if named is None:
        return False
    return named[0][-1] != "》" or folded.rfind("《", 0, start) > folded.rfind("》", 0, start)


def _are_one(folded: str, before: Period, period: Period) -> bool:
    """Return whether two periods are the ends of one: 1月至3月, 2021年和2022年, 从2018年开始到今年6月."""
    between = folded[before.end : period.start]
    if between in _JOINS:
        return True
    if between in _AND:
        return _BOTH.match(folded, period.end) is not None or _YEARS.match(folded, period.start) is not None
    return folded[before.start - 1 : before.start] in _BEGINS and _UNTIL.fullmatch(between) is not None


def _stated_year(match: re.Match[str]) -> int | None:
    year: str | None = match["year"]
    return int(year[:4]) if year and year[0] in "12" else None


def _days(match: re.Match[str], calendar: Calendar, near: int | None, *, is_coming: bool) -> Days:
    """Return the days of a period; `near` is the year that the sentence has stated so far.

    `is_coming`: a part of a year without its year is not in the past.
    """
    day = calendar.day
    if match["year"]:
        return _in_year(match, calendar, near)
    if match["plan"]:
        return _in_plan(match, day)
    if number := match["years"] or match["last_years"]:
        return _last_years(day, number_of(number))
    if match["now"]:
        return day, day
    if match["yesterday"]:
        return (day - timedelta(1),) * 2 if day else UNKNOWN
    if match["bare"]:
        return _bare(match, calendar, near, is_coming=is_coming)
    if match["day"]:
        first, last = _day_before(day, number_of(match["day"]))
        return first, (day or OPEN) if match["day_since"] and first else last
    return UNKNOWN


def _in_year(match: re.Match[str], calendar: Calendar, near: int | None) -> Days:
    year = _stated_year(match) or _relative_year(match["year"], calendar, near)
    if year is None:
        return UNKNOWN
    first, last = days_of_part(match["part"], year)
    return first, (calendar.day or OPEN) if match["since"] else last


def _relative_year(written: str, calendar: Calendar, near: int | None) -> int | None:
    day, titled = calendar
    if written in _BY_RELEASE:
        return day.year + _BY_RELEASE[written] if day else None
    if written == "上年":
        # A yearly report of 2022 that was published in 2023 means 2021.
        reported = near or titled or (day.year if day else None)
        return reported - 1 if reported else None
    # 当年 may be long ago: 当年的战场.
    return titled if written == "当年" else near or titled


def _in_plan(match: re.Match[str], day: date | None) -> Days:
    year = _PLANS[match["plan"]]
    if match["planned"] == "末":
        return date(year + 4, 12, 31), date(year + 4, 12, 31)
    return date(year, 1, 1), (day or OPEN) if match["planned"] == "以来" else date(year + 4, 12, 31)


def in_year(written: str, year: int) -> Days:
    """Return the days of 全年 or of a part of a year in some year; unknown for what has a year of its own."""
    part = _WITHOUT_YEAR.sub("", written, count=1)
    is_part = part != written or _BARE.fullmatch(part) is not None
    return days_of_part(part, year) if is_part else UNKNOWN


def _last_years(day: date | None, count: int) -> Days:
    if day is None or not 0 < count < min(_MOST_YEARS, day.year):
        return UNKNOWN
    try:
        return day.replace(year=day.year - count), day
    except ValueError:  # 29 February
        return day.replace(year=day.year - count, day=28), day


def _bare(match: re.Match[str], calendar: Calendar, near: int | None, *, is_coming: bool) -> Days:
    """Return the days of a part of a year without its year."""
    written, day = match["bare"], calendar.day
    year = near or calendar.title_year
    if year is None and day is not None:
        first, end = days_of_part(written, day.year)
        is_past = match["bare_since"] != "起" and first is not None and first > day + timedelta(_AHEAD)
        is_next = is_coming and end is not None and end < day
        year = day.year + is_next - (is_past and not is_coming)
    if year is None:
        return UNKNOWN
    first, last = days_of_part(written, year)
    if match["bare_since"]:
        return first, OPEN if day is None or (first and first > day) else day
    return first, last


def _day_before(day: date | None, number: int) -> Days:
    """Return the last day with this number in a month that is not long after `day`."""
    if day is None or not 1 <= number <= 31:
        return UNKNOWN
    month = day.replace(day=1)
    if number > day.day + _DAYS_AHEAD:
        month = (month - timedelta(1)).replace(day=1)
    return one_day(month.year, month.month, number)
