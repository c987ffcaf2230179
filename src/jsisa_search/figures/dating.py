"""Which period a number of a text is of: one before it in its sentence, of the text, or of the report."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date

from jsisa_search.figures.numbers import Number
from jsisa_search.figures.periods import COMPARED, Period

# A day of speaking is not that of what is told: 16日说, ...
_SAID = re.compile(r"[^,。;]*(?:说|表示|称|宣布|透露|公布|发布|报道|指出|介绍),")
# A sentence of changes is of the period that the sentences before it are of: 增长5%, 较2021年下降1.5%.
_CHANGES = re.compile(
    r"(?![^。;!?\n]*以来)[^。;!?\n]*?(?:同比|环比|[较比](?:去年|上年|上月|\d{4}年|[上去]年?同期)|(?:增长|上升|下降|回落|增加|减少)了?\d)"
)
# Before the first words of a sentence.
_STARTED = ("", "。", "\n", ":", " ")
# What one says of it in passing need not go on: 今年却意外的爆冷.
_THIS_YEAR = "今年"
# Behind a change, before what it leads to: 增长了14.6%至2023年的104亿元.
_LEADING_TO = re.compile(r",?[到至]")
# Behind a compared period: 与2022年相比, 44520个 of 从44520个提高到50880个 is of 2022.
_COMPARED_WITH = re.compile(r"[^,。;]{0,24}相比,")
# Days of a period that the figures of a text may share.
_MONTH, _YEARS = 27, 366
# Before the first of two values of a name: 从80天增加到120天; and the second.
_FROM = ("从", "由")
_REACHING = re.compile(r"[到至]|[变转降升增减改]为|[变转]成")
# The ends of 2012年起, 2012年以来, 2012年至今, 2012年开始.
_SINCE_ENDS = frozenset("起来今始")
_FOLLOWING = ("其中", "同比", "比上年", "分")
# Who did something on a day, and what does not follow the day then.
_SUBJECT = re.compile(r"[^,。;:!?\n\d的在从自于将对到至以被为由]{1,12}")
_NOT_BEHIND_DAYS = frozenset("的前后至到之以起和与、-~")


class Dating:
    """The periods of a folded text, with where its parts begin.

    `day` is that of the release; `breaks` are the places of its marks; `is_dense`: it lists figures, which
    are of one period; `is_report`: its release reports the year `title_year`, if the title says one.
    """

    def __init__(
        self,
        text: str,
        periods: list[Period],
        breaks: list[int],
        *,
        is_dense: bool,
        is_report: bool,
        title_year: int | None,
        day: date | None = None,
    ) -> None:
        self._text = text
        self._periods = periods
        self._ends = [period.end for period in periods]
        self._breaks = breaks
        self._is_dense = is_dense
        self._is_report = is_report
        self._title_year = title_year
        self._day = day

    def period_of(self, number: Number, start: int, sentence: int, done: int) -> Period | None:
        """Return the period of a number: in its own words, or before it in its sentence, or of the report.

        `start` is where its own words begin, `sentence` its sentence; the figure before it ends at `done`.
        """
        found = self._led_to(number) or self._compared_with(number, sentence)
        if found is not None:
            return found
        found = self._in_sentence(number, start, sentence, done)
        if found is not None and self._text[number.begin - 1 : number.begin] in _FROM and _is_years(found):
            return None  # 五年来从80天增加到120天: the first is of no day that is told
        is_followed = self._is_report or self._is_dense or self._text.startswith(_FOLLOWING, sentence)
        if found is None and sentence and is_followed:
            found = self._in_text(sentence)
        elif found is None and sentence:
            found = self._in_sentence_before(sentence)
        year = self._title_year
        if found is None and self._is_report and year:
            return Period(0, 0, date(year, 1, 1), date(year, 12, 31), is_relative=True)
        return found

    def _in_sentence(self, number: Number, start: int, sentence: int, done: int) -> Period | None:
        found = None
        for period in self._periods:
            if period.end > number.start:
                break
            if period.is_compared and not self._is_attribute(period, number):
                continue
            if self._is_done(period, number, done):
                continue
            is_said = period.start < start and _SAID.match(self._text, period.end) is not None
            if period.start >= start or not (period.start < sentence or is_said or self._is_local(period)):
                found = period
        return found

    def _led_to(self, number: Number) -> Period | None:
        """Return the period that a change leads to: 增长了14.6%至2023年同期的104亿元."""
        if number.unit.kind not in ("percent", "points"):
            return None
        leading = _LEADING_TO.match(self._text, number.end)
        start = leading.end() if leading else None
        return next((each for each in self._periods if each.start == start and self._is_local(each)), None)

    def _compared_with(self, number: Number, sentence: int) -> Period | None:
        """Return the period that the first of two values is of: 与2022年相比, 从44520个提高到50880个."""
        if self._text[number.begin - 1 : number.begin] not in _FROM:
            return None
        for period in self._periods:
            is_before = sentence <= period.start and period.end <= number.begin
            if is_before and period.is_compared and self.is_compared_with(period.start, period.end):
                return period
        return None

    def is_compared_with(self, start: int, end: int) -> bool:
        """Whether what follows is compared with a period: 与2022年相比, 从80册提高到95册."""
        text = self._text
        return text[start - 1 : start] in COMPARED and _COMPARED_WITH.match(text, end) is not None

    def _in_sentence_before(self, sentence: int) -> Period | None:
        """Return the last period before a sentence, if it is of goals, or of statistics of changes."""
        at = bisect_right(self._ends, sentence) - 1
        while at >= 0 and self._periods[at].is_compared:
            at -= 1
        period = self._periods[at] if at >= 0 else None
        if period is not None and self._is_goal(period):
            return period
        if period is None or not _is_long(period) or self._text[period.start : period.end] == _THIS_YEAR:
            return None
        return period if _CHANGES.match(self._text, sentence) else None

    def _in_text(self, sentence: int) -> Period | None:
        """Return the last period before a sentence that its figures may be of."""
        earlier = [period for period in self._periods if period.end <= sentence]
        earlier = [each for each in earlier if not each.is_compared and not self._is_local(each)]
        if not self._is_report:
            earlier = [each for each in earlier if _is_long(each)]
        return earlier[-1] if earlier else None

    def _is_goal(self, period: Period) -> bool:
        """Whether a period is when all that follows shall be reached: 到2025年, …."""
        start, end, text = period.start, period.end, self._text
        if self._day is None or period.first is None or period.first <= self._day:
            return False
        return (
            text[start - 1 : start] == "到"
            and text[end : end + 1] == ","
            and text[: start - 1][-1:] in _STARTED
        )

    def day_behind(self, end: int) -> Period | None:
        """Return the day on which those who are counted did something: 41家企业13日发表声明."""
        found = next((period for period in self._periods if period.start >= end), None)
        if found is None or found.first is None or found.first != found.last:
            return None
        is_subject = _SUBJECT.fullmatch(self._text, end, found.start) is not None
        return found if is_subject and self._text[found.end : found.end + 1] not in _NOT_BEHIND_DAYS else None

    def is_from(self, start: int, end: int) -> bool:
        """Whether a change begins in a period: 从2012年的94%, but not 从2012年起."""
        text = self._text
        return text[start - 1 : start] in _FROM and text[end - 1] not in _SINCE_ENDS

    def _is_attribute(self, period: Period, number: Number) -> bool:
        """Whether a compared period is a number's own: 比2012年的94%提高, but not 是去年同期的2.5倍."""
        return self._text[period.end : number.start] == "的" and number.unit.name != "倍"

    def _is_done(self, period: Period, number: Number, done: int) -> bool:
        """Whether what a period is of is told before the number: 会议将于10月2日召开，…3人."""
        if period.end <= done <= number.begin and self.is_from(period.start, period.end):
            return _REACHING.search(self._text, done, number.begin) is not None
        is_of_verb = self._text[period.start - 1 : period.start] == "于"
        return is_of_verb and self._is_before_break(period.start, number.start)

    def _is_before_break(self, first: int, last: int) -> bool:
        """Whether a mark is between two places."""
        at = bisect_left(self._breaks, last)
        return at > 0 and self._breaks[at - 1] >= first

    def _is_local(self, period: Period) -> bool:
        """Whether a period is of the number directly behind it alone: 2012年的94%."""
        end = period.end
        return self._text[end : end + 1] == "的" and self._text[end + 1 : end + 2].isdigit()


def _is_years(period: Period) -> bool:
    return period.first is not None and period.last is not None and (period.last - period.first).days > _YEARS


def _is_long(period: Period) -> bool:
    """Return whether figures of a whole text may be of a period: a month or more, with an end."""
    if period.first is None or period.last is None:
        return False
    return _MONTH <= (period.last - period.first).days <= _YEARS
