"""What is told of a period that a number may be of; each feature has a weight (`data/periods.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import NamedTuple

from jsisa_search.figures.periods import OPEN, Period, in_year

#: A question about a candidate, by the name of its answer, with what it is about.
Asked = tuple[Hashable, ...]

# How a period tells its year, and what of the year it is: 今年一季度 is this_season, 8月底 is _edge.
_YEAR = re.compile(
    r"(?P<stated>(?:19|20)\d\d年?)|(?P<this>今年|本年|全年)|(?P<last>去年|上年)|(?P<then>当年|同年)"
    r"|(?P<other>前年|明年)"
)
_PART = re.compile(
    r".*(?:(?P<same>同期)|(?P<since>以来|至今|[起来]|开始)|(?P<plan>[一二三四五六七八九十]五|时期|期间)"
    r"|(?P<now>目前|[现在]在|如今|[今昨]天|昨日|发稿)|(?P<day>[日号])|(?P<month>月份?|旬)"
    r"|(?P<season>季度|半年)|(?P<edge>[底末初])|(?P<years>年[间里]?|时间里))"
)
# The longest period of each size, in days.
_SIZES = ((0, "day"), (15, "days"), (31, "month"), (92, "season"), (184, "half"), (366, "year"))
_BEGINS, _ENDS = frozenset("从由自"), frozenset("到至")
# On a day before these and a mark somebody speaks: 16日说, ….
_SAYING = ("说", "表示", "称", "宣布", "透露", "公布", "发布", "报道", "指出", "介绍", "显示")
_MARKS = re.compile(r"[,。;]")
# Characters behind a period up to these words and to 相比.
_FAR = 32


class Mention(NamedTuple):
    """A period with what is told of it by itself.

    `form` is how it is written, `left` and `right` what is beside it, `size` how long it is and whether it
    is to come, `phase` what it is to a change: its base, as in 与2022年相比, or where it begins or ends.
    `is_completed`: its year is that of the period before it in the text.
    """

    period: Period
    form: str
    left: str
    right: str
    size: str
    phase: str
    is_completed: bool = False


def mentions_of(text: str, periods: list[Period], day: date | None) -> Iterator[Mention]:
    """Yield the periods of a text, and what is without its year also in the year that is told before it.

    `day` is that of the release.
    """
    year: int | None = None
    for period in periods:
        mention = _mention(text, period, day)
        yield mention
        if period.first is not None:
            is_known = period.is_relative or period.is_compared or period.last == OPEN
            year = year if is_known else period.first.year
        elif year is not None:
            first, last = in_year(text[period.start : period.end], year)
            if first is not None:
                found = period._replace(first=first, last=last)
                yield mention._replace(period=found, size=_size(found, day), is_completed=True)


def _mention(text: str, period: Period, day: date | None) -> Mention:
    start, end = period.start, period.end
    left, right = _left(text, start), _right(text, end)
    phase = _phase(period, left, right)
    return Mention(period, _form(text[start:end]), left, right, _size(period, day), phase)


def _phase(period: Period, left: str, right: str) -> str:
    if right == "相比":
        return "base"
    if period.is_compared:
        return "compared"
    return "begin" if left in _BEGINS else "end" if left in _ENDS else ""


def _form(written: str) -> str:
    year = _YEAR.match(written)
    part = _PART.fullmatch(written, year.end() if year else 0)
    return f"{year.lastgroup if year else ''}_{part.lastgroup if part else ''}"


def _left(text: str, start: int) -> str:
    return _kind_of_char(text[start - 1]) if start else "^"


def _right(text: str, end: int) -> str:
    char = text[end : end + 1]
    if char == "的":
        return "的0" if text[end + 1 : end + 2].isdecimal() else char
    mark = _MARKS.search(text, end, end + _FAR)
    last = mark.start() if mark else end + _FAR
    if text.find("相比", end, last) >= 0:
        return "相比"
    is_said = mark is not None and mark[0] == "," and text.endswith(_SAYING, end, last)
    return "说" if is_said else _kind_of_char(char)


def _kind_of_char(char: str) -> str:
    return "0" if char.isdecimal() else char


def _size(period: Period, day: date | None) -> str:
    if period.first is None or period.last is None:
        return "unknown"
    days = (period.last - period.first).days
    size = next((name for most, name in _SIZES if days <= most), "years")
    return f"{size}_ahead" if day is not None and period.first > day else size


def answer(asked: Asked) -> list[str]:
    """Return what is told of a candidate, for one question."""
    name, *about = asked
    return _ANSWERS[str(name)](*about)


def _of_mention(place: str, form: str, size: str, is_compared: bool, is_completed: bool) -> list[str]:
    side = place[:1]
    return [
        f"form={form}",
        f"size={size}",
        f"compared={is_compared:d}",
        f"completed={is_completed:d}",
        f"p_form={side}_{form}",
        f"p_size={side}_{size}",
        f"p_compared={place}_{is_compared:d}",
        f"form_compared={form}_{is_compared:d}",
    ]


def _of_left(left: str, form: str, place: str, gap: str) -> list[str]:
    return [f"l={left}", f"l_form={left}_{form}", f"l_p={left}_{place}", f"l_gap={left}_{gap}_{place}"]


def _of_right(right: str, form: str, place: str, figures: int) -> list[str]:
    return [
        f"r={right}",
        f"r_form={right}_{form}",
        f"r_p={right}_{place}",
        f"r_figures={right}_{place[:1]}_{figures}",
    ]


def _of_number(
    place: str,
    rank: int,
    figures: int,
    previous: str,
    kind: str,
    role: str,
    has_name: bool,
    is_compared: bool,
    phase: str,
    gap: str,
    follows: str,
) -> list[str]:
    told = [
        f"p={place}",
        f"p_rank={place}_{rank}",
        f"p_figures={place}_{figures}",
        f"prev={previous}",
        f"p_prev={place}_{previous}",
        f"rank={rank}",
        f"rank_prev={rank}_{previous}",
        f"p_unit={place}_{kind}",
        f"p_role={place}_{role}",
        f"p_name={place}_{has_name:d}",
        f"prev_name={previous}_{has_name:d}",
        f"prev_role={previous}_{role}",
        f"prev_unit={previous}_{kind}",
        f"role_compared={role}_{is_compared:d}",
        f"follows={place}_{follows}",
        f"follows_compared={place}_{follows}_{is_compared:d}",
    ]
    if place in ("none", "title"):
        return told
    side = place[:1]
    return [
        *told,
        f"gap={gap}",
        f"gap_p={gap}_{place}",
        f"gap_compared={gap}_{is_compared:d}",
        f"gap_compared_unit={gap}_{is_compared:d}_{kind}",
        f"phase={phase}_{role}",
        f"phase_p={phase}_{role}_{side}",
        f"phase_near={phase}_{role}_{side}_{len(gap) <= 1:d}",
        f"phase_figures={phase}_{role}_{side}_{figures > 0:d}",
    ]


def _of_text(
    place: str,
    size: str,
    previous: str,
    is_last: bool,
    follows: str,
    is_dense: bool,
    is_report: bool,
    has_day: bool,
) -> list[str]:
    side = place[:1]
    return [
        f"p_dense={place}_{is_dense:d}",
        f"prev_dense={previous}_{is_dense:d}",
        f"p_report={place}_{is_report:d}",
        f"p_day={place}_{has_day:d}",
        f"p_report_size={side}_{is_report:d}_{size}",
        f"p_dense_size={side}_{is_dense:d}_{size}",
        f"last={side}_{is_last:d}",
        f"last_dense={side}_{is_last:d}_{is_dense:d}",
        f"last_follows={side}_{is_last:d}_{follows}",
        f"last_dense_follows={side}_{is_last:d}_{is_dense:d}_{follows}",
    ]


_ANSWERS: dict[str, Callable[..., list[str]]] = {
    "mention": _of_mention,
    "left": _of_left,
    "right": _of_right,
    "number": _of_number,
    "text": _of_text,
}
