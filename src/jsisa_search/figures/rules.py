"""What rules say of a figure: its name, its kind, whether it is one."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from jsisa_search.figures.counted import counted, what_happened
from jsisa_search.figures.numbers import Number
from jsisa_search.figures.phrases import Before, Behind
from jsisa_search.figures.units import NO_UNIT, Unit
from jsisa_search.figures.unmeasured import is_unmeasured
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

Kind = Literal["level", "change", "rank", "share"]

#: Between the numbers of a row: 增长8.3%、53.9%和37.9%.
JOINED = re.compile(r"(?:[、和及与]|以及)+")
_SHARE = re.compile(r"占|比重|比例|份额|百分比$")
_OF_A_WHOLE = re.compile(r"(?:占比|比重|百分比)$")
_TIMES_AS_MUCH = "倍"
# A count in a name is none: “上海文创50条”.
_QUOTED_BEFORE = re.compile(r"[“《][^”》,。;“《]*$")
_QUOTED_BEHIND = re.compile(r"[^“《,。;”》]{0,20}[”》·]")
_NAME = 20
# Characters behind an age in which 年纪 may be, and of the words before a time.
_YEARS_OLD, _BEHIND_AGE, _WITHIN = "岁", 4, 6


def is_by_the_way(text: str, number: Number) -> bool:
    """Return whether a number is part of a name, or an age that is said of somebody by the way."""
    return is_in_name(text, number) or is_age_of_somebody(text, number)


def is_in_name(text: str, number: Number) -> bool:
    """Return whether a count is inside of a name in quotation marks: “上海文创50条”."""
    if number.unit.kind != "count":
        return False
    quote = _QUOTED_BEFORE.search(text, max(number.start - _NAME, 0), number.start)
    return quote is not None and _QUOTED_BEHIND.match(text, number.end) is not None


def name_of(text: str, number: Number, before: Before, behind: Behind) -> Range | None:
    """Return the name of what a number measures or counts: behind it, or before it."""
    has_own = before.end > before.start and "cause" not in before.roles
    own = (before.start, before.end) if has_own else None
    kind = number.unit.kind
    at = behind.end + behind.has_of
    if kind == "time" or (kind == "points" and own):
        return own if own or not behind.has_of else counted(text, at, may_begin_with_verb=True)
    if kind == "percent":
        is_of = (behind.has_of or own is None) and not before.roles & {"up", "down", "share"}
        found = counted(text, at, may_begin_with_verb=True) if is_of else None
        return found or own
    found = counted(text, at, may_begin_with_verb=behind.has_of or kind == "count")
    if found is None and kind == "count" and (own is None or "exist" in before.roles):
        found = what_happened(text, at)
    return found or own


def named_by_one_character(text: str, number: Number) -> Range | None:
    """Return what a number counts where one character says it: 6死7伤, 20金16银."""
    is_said = number.unit is NO_UNIT and is_unmeasured(text, text[number.start : number.end], number.end)
    return (number.end, number.end + 1) if is_said else None


def kind_of(text: str, number: Number, roles: set[str], indicator: Range | None, *, has_of: bool) -> Kind:
    """Return the kind of a figure by the words around it."""
    is_changing = bool(roles & {"up", "down"}) and "reaching" not in roles
    if number.unit.kind == "points" or is_changing:
        return "change"
    name = text[slice(*indicator)] if indicator else ""
    rates = _rates()
    if has_of and rates.change.search(name):  # 12%的增长, 造成100多亿斤的减产
        return "change"
    if number.unit.kind != "percent":
        return "level"
    if "share" in roles or _SHARE.search(name):
        return "share"
    if has_of:  # 47%的关税 is what it comes to, not a part of the tariffs
        return "level" if rates.level.search(name) else "share"
    if number.unit.name == _TIMES_AS_MUCH:
        return "level"
    return "share" if rates.part.search(text, max(number.begin - _NAME, 0), number.begin) else "level"


def is_share(text: str, name: Range | None, unit: Unit) -> bool:
    """Return whether a name says that a percentage is of something: 游客占比."""
    return name is not None and unit.kind == "percent" and _OF_A_WHOLE.search(text, *name) is not None


class _Rates(NamedTuple):
    change: re.Pattern[str]
    level: re.Pattern[str]
    part: re.Pattern[str]


@cache
def _rates() -> _Rates:
    data = load_toml("jsisa_search.figures", "words")["kind"]
    return _Rates(*(re.compile(data[name]) for name in _Rates._fields))


class _Times(NamedTuple):
    age: re.Pattern[str]
    when: re.Pattern[str]
    within: re.Pattern[str]
    lasting: re.Pattern[str]


@cache
def _times() -> _Times:
    data = load_toml("jsisa_search.figures", "words")["time"]
    return _Times(*(re.compile(data[name]) for name in _Times._fields))


def is_measured(
    text: str,
    indicator: Range | None,
    own: Range | None,
    behind: Behind,
    previous_unit: Unit | None,
    number: Number,
) -> bool:
    """Whether a time is a figure: it has a name of its own, or goes on from one: 从1小时缩短到5分钟."""
    if indicator is None or _is_when(text, behind, number):
        return False
    goes_on = previous_unit is not None and previous_unit.kind == "time"
    return own is not None or behind.has_of or goes_on


def is_age_of_somebody(text: str, number: Number) -> bool:
    """Return whether an age is said of somebody by the way: 47岁的居民, not 平均年龄不到21岁."""
    if number.unit.name != _YEARS_OLD:
        return False
    return _times().age.search(text, max(number.start - _NAME, 0), number.end + _BEHIND_AGE) is None


def _is_when(text: str, behind: Behind, number: Number) -> bool:
    """Return whether a time says when, or during how long: 近3个月来, 24小时内的积雪厚度, 历时5个月."""
    times = _times()
    start = max(number.begin - _WITHIN, 0)
    if times.when.match(text, number.end) or times.lasting.search(text, start, number.begin):
        return True
    is_within = text[behind.end - 1] == "内" and behind.end > number.end
    return is_within and times.within.search(text, start, number.begin) is not None


def split_row(text: str, start: int, end: int) -> list[Range]:
    """Return the parts of a row of names: 采矿业、制造业和建筑业 are three."""
    bounds = [start]
    for match in JOINED.finditer(text, start, end):
        bounds += match.span()
    bounds.append(end)
    return list(zip(bounds[::2], bounds[1::2], strict=True))
