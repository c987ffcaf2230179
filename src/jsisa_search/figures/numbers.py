"""Numbers with their units in a folded text: 1.8万余个, 六百名, 15.89亿元, 三成."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from jsisa_search.figures.scanning import matches_from
from jsisa_search.figures.units import NO_UNIT, Unit, units
from jsisa_search.figures.unmeasured import MORE, may_lack_unit
from jsisa_search.package_data import load_toml
from jsisa_search.query.numerals import value_of

_SCALE = r"(?:[百千]?万[多余]?亿|亿亿|[百千][多余]?[万亿]|[万亿]|[百千](?!分)(?=[多余几来]?[\u4e00-\u9fff]))"
# Digits behind letters are a code, but not behind these indicators: GDP28232亿元.
_NO_CODE = r"(?:(?<![\da-z.#第/])|(?<=gdp)|(?<=cpi)|(?<=ppi)|(?<=pmi)|(?<=app))"
_WESTERN = rf"{_NO_CODE}\d+(?:\.\d+)?[{MORE}]?{_SCALE}?[{MORE}]?"
# One number of several scales: 1万1千名, 1亿5千万美元, 2万5000元, 5千8百人. The year in 1万2022年 is no part.
_THOUSANDS = r"(?:(?:\d千(?:\d百|\d{3})?|\d百)(?![万亿])|\d{3,4}(?![\d.年月日%万亿百千]))"
_CHINESE_THOUSANDS = "[一二两三四五六七八九]千(?:[一二两三四五六七八九]百)?"
_MIXED = (
    r"(?<![\da-z.#第/])(?:"
    rf"\d{{1,4}}亿\d{{1,4}}千?万(?:{_THOUSANDS})?|\d{{1,4}}万{_THOUSANDS}|\d千\d百)(?!多?[万亿])[{MORE}]?"
    # 1万零187个, 1万九千两百场
    rf"|(?<![\da-z.#第/])\d{{1,4}}万(?:零\d{{1,3}}(?!\d)|{_CHINESE_THOUSANDS}(?![万亿]))[{MORE}]?"
    # What is left out of 2万8 and 3千5 is the scale below.
    r"|(?<![\da-z.#第/])\d{1,4}(?:万|千(?!万))\d(?![\d.年月日号点%万亿百千]|,\d)"
)
_DIGITS = "一二两三四五六七八九十百千〇零"
_CHINESE = rf"(?<![之\d数几])[{_DIGITS}](?:[{_DIGITS}万亿{MORE}]|点(?=[一二三四五六七八九〇零]))*"
# A scale alone, of which there is one: 近百名, 千余款, 近千万户; but 数百余 and 上万 are vague.
_ROUND = (
    rf"(?:(?<=近)(?:[百千]?万亿|[百千]?[万亿]|[百千])|(?<![\d数几上成半好之万亿{_DIGITS}])(?:[百千]?[万亿]|[百千])(?=[余多]))"
    r"[余多]?"
)
# 百分之九十九 has its unit before the number.
_PERCENT = "百分之"
_PERCENTAGE = rf"{_PERCENT}[{_DIGITS}]+(?:点[一二三四五六七八九〇零]+)?"
NUMBER = re.compile(f"{_PERCENTAGE}|{_MIXED}|{_WESTERN}|{_ROUND}|{_CHINESE}")
#: Where one that measures or counts may begin. Most Chinese digits stand alone, like that of 一个.
_GOES_ON = rf"[{_DIGITS}万亿{MORE}]|点[一二三四五六七八九〇零]|分之| ?(?:成|倍|个?百分点)"
# What is right before so many years where these are a term: 任期5年, 期限为10年.
_TERM = "期限制命刑为达约"
# Those of dates have no unit.
_STARTS = re.compile(
    rf"[\d{_DIGITS}万亿](?:"
    rf"(?<=\d)(?<!\d\d)(?:(?!\d{{0,3}}(?:[年月号]|日(?!元)))|(?<=[{_TERM}]\d)\d?年)"
    rf"|(?<=[十千])|(?<=近[百万亿])|(?<=[{_DIGITS}])(?={_GOES_ON})|(?<=[万亿])(?=[余多]))"
)

_BEGIN_UNITS = frozenset("千百")
_BELOW_ZERO = "零下"
# A range: what is before its last number. 5-8万, 2~3年, 6万至8万元.
_RANGE = re.compile(r"\d(?:[百千]?[万亿]|%|°c|元)?(?:-+|~|—+|–|至|到|×|x|\*|:)$")
# The numbers of a range or of a row before its last one: 15.5万-23.63万, 提高3.9、2.0、2.9个百分点.
_ROW = re.compile(
    r"(?<![\d.])(?:\d+(?:\.\d+)?[百千]?[万亿]?(?:%|°c|元)?(?:-+|~|—+|–|至|到|×|x)|\d+(?:\.\d+)?、)+$"
)
_LONGEST_ROW = 40
_REST_OF_ROW = re.compile(r"(?:、\d+\.\d+)*[、和及与]\d+(?:\.\d+)?(?P<unit>个?百分点|%)")
# What a range or a row has before its last number.
_JOINS = frozenset("-~—–至到×x*:、\n")
# 前3名 counts nobody: it says which; but 目前3名 does.
_RANKED = frozenset(("名", "位"))
_FIRST = re.compile("前(?<![目日此当年天之月期]前)")
# 007 is a code, as is 01组; 08:30起售 is a time.
_CODE = re.compile(r"0\d")
_MINUTES = re.compile(r"\d:[0-5]\d(?!\d)")
# Before a dash that is no sign: letters, digits, brackets, and the first number of a range.
_SIGNED = frozenset(("percent", "points", "money"))
# Of these there are millions, of electricity and water, without words before: 4.4亿度, 800万方.
_OF_SCALES = frozenset(("度", "方"))
_TEMPERATURES = frozenset(("℃", "度"))
_NO_SIGN = re.compile(r"(?:[\da-z)%‰\-]|\d[百千]?[万亿]?[\u4e00-\u9fff]{0,3})-$")
_LONGEST_BEFORE_DASH = 8
_AND_A_HALF = "个半"
_REST_OF_HOURS = re.compile(r"(?P<minutes>[1-5]?\d)分钟?(?![\d之])")
# Tenths of all, and of a tenth: 五成三的选票, but not 六成一线城市.
_ALL = 10
_DIGIT_VALUES = "零一二三四五六七八九"
_TENTHS = re.compile(r"[一二三四五六七八九](?=的|以上|左右|[^\u4e00-\u9fff]|$)")
_SCALE_CHARS = frozenset("百千万亿")
# A unit in Latin letters is no part of a word: 2022 we.
_LATIN_WORD = re.compile("[a-z]{2}")
_CURRENCIES = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}
_MORE_CHARS = frozenset(MORE)
_PLAIN = re.compile(rf"[{MORE}]")
_WESTERN_DIGITS = frozenset("0123456789")
_SCALES = {
    "万": 1e4,
    "亿": 1e8,
    "万亿": 1e12,
    "百万": 1e6,
    "千万": 1e7,
    "百亿": 1e10,
    "千亿": 1e11,
    "百万亿": 1e14,
    "千万亿": 1e15,
    "亿亿": 1e16,
    "百": 1e2,
    "千": 1e3,
}
_WESTERN_PARTS = re.compile(r"(\d+(?:\.\d+)?)(\D*)")
_SHORT_PARTS = re.compile(r"(\d+)([千万])(\d)")
_MYRIADS = re.compile(rf"(\d+)万(?:零(\d+)|({_CHINESE_THOUSANDS}))")
_MIXED_PARTS = re.compile(r"(\d+)(千?[万亿]|[千百]?)")
#: Units that a single Chinese digit may have.
_OF_SINGLE_DIGITS = frozenset({"成", "倍", "个百分点"})


_HOURS = frozenset(map(float, range(25)))


class Number(NamedTuple):
    """A number in a folded text, `[start, end)` with its unit.

    `begin` is where the words before it end: before the first number of a range, or of a row without units.
    """

    value: float
    unit: Unit
    start: int
    begin: int
    end: int
    is_more: bool
    is_range: bool


def find_numbers(folded: str) -> Iterator[Number]:
    """Yield the numbers that measure or count something, in order; dates, ordinals and codes are none."""
    end = 0
    for match in matches_from(_STARTS, NUMBER, folded):
        is_percentage = match[0].startswith(_PERCENT)
        number = _percentage(match) if is_percentage else _number(folded, match)
        if number is not None and number.start >= end:
            end = number.end
            yield number


def whole_number(folded: str) -> Number | None:
    """Return the number that a whole text is, without words of a sentence around it: 8.3分, 20度."""
    match = NUMBER.match(folded)
    if match is None:
        return None
    text, end = match[0], match.end()
    found = units().at(folded, end)
    if (of_many := _unit_of_many(folded, text, end)) is not None:
        text, found = text[:-1], of_many
    value = _value(text, "")
    if found is None or found[1] != len(folded) or value is None:
        return None
    is_more = not _MORE_CHARS.isdisjoint(text)
    return Number(value, found[0], 0, 0, len(folded), is_more, is_range=False)


def _percentage(match: re.Match[str]) -> Number | None:
    """Return the number of 百分之九十九, `None` where it is none."""
    text, (start, end) = match[0].removeprefix(_PERCENT), match.span()
    value = 100.0 if text == "百" else read_number(text)
    if value is None:
        return None
    return Number(value, units().by_form["%"], start, start, end, is_more=False, is_range=False)


def _number(folded: str, match: re.Match[str]) -> Number | None:
    """Return the number at a place, `None` where it measures and counts nothing."""
    start = match.start()
    measured = _measured(folded, match)
    if measured is None or _is_no_number(folded, match, *measured[1:]):
        return None
    text, unit, end = measured
    before = folded[start - 1 : start]
    is_joined = before in _JOINS
    is_range = is_joined and _RANGE.search(folded, max(start - 8, 0), start) is not None
    is_minus = before == "-" and not is_range and _is_minus(folded, start, unit)
    value = _value(text, before)
    if value is None or (before in ("-", "×") and not is_range and not is_minus):
        return None
    if folded.startswith(_AND_A_HALF, match.end()):  # 3个半小时
        value += 0.5
    if unit.name == "成":
        if value > _ALL:  # 2023成都…
            return None
        value, end = _in_tenths(folded, value, end)
    elif unit.name == "小时" and (rest := _REST_OF_HOURS.match(folded, end)):  # 1小时30分钟
        value, end = value + int(rest["minutes"]) / 60, rest.end()
    row = _ROW.search(folded, max(start - _LONGEST_ROW, 0), start) if is_joined else None
    begin = row.start() if row else start
    if is_minus:
        value, start, begin = -value, start - 1, start - 1
    elif folded.endswith(_BELOW_ZERO, 0, begin):  # 零下36度, 零下20到30度
        value = -value
        start, begin = start - (len(_BELOW_ZERO) if begin == start else 0), begin - len(_BELOW_ZERO)
    is_more = not _MORE_CHARS.isdisjoint(text)
    return Number(value, unit, start, begin, end, is_more, is_range)


def _measured(folded: str, match: re.Match[str]) -> tuple[str, Unit, int] | None:
    """Return a number as written, its unit and where that ends; `None` where it needs one and has none."""
    text, (start, end) = match[0], match.span()
    found = _unit_at(folded, end)
    if (of_many := _unit_of_many(folded, text, end)) is not None:
        return text[:-1], *of_many
    currency = _CURRENCIES.get(folded[start - 1 : start])
    if currency and text[0] in _WESTERN_DIGITS and (found is None or found[0].kind != "money"):  # ¥3999
        return text, units().by_form[currency], end
    if found is None and "." in text:
        found = _unit_of_row(folded, end)
    if found is not None:
        return text, *found
    return (text, NO_UNIT, end) if may_lack_unit(folded, text, start, end) else None


def _unit_of_many(folded: str, text: str, end: int) -> tuple[Unit, int] | None:
    """Return the unit that begins with what looks like a scale: 340千克, 余千瓦时, 980百帕."""
    return units().at(folded, end - 1) if text[-1] in _BEGIN_UNITS else None


def _unit_of_row(folded: str, end: int) -> tuple[Unit, int] | None:
    """Return the unit that is written at the end of a row only: 收窄3.1、2.7和1.9个百分点."""
    row = _REST_OF_ROW.match(folded, end)
    return (units().by_form[row["unit"]], end) if row else None


def _is_no_number(folded: str, match: re.Match[str], unit: Unit, unit_end: int) -> bool:
    """Return whether a number with a unit is part of a word, an ordinal, a time, a code or a result."""
    text, (start, end) = match[0], match.span()
    before = folded[start - 1 : start]
    if text[0] not in _WESTERN_DIGITS:
        may_be_single = text == "十" and unit.name != "字"  # not 红十字会, 十字绣
        may_be_single = may_be_single or text[-1] == "千" or before == "近"  # 二千克, 近百名
        if len(text) == 1 and not may_be_single and unit.name not in _OF_SINGLE_DIGITS:
            return True
        if unit.name == "点" and "点" in text:  # 一点一点
            return True
    elif _CODE.match(text) or (before == ":" and _MINUTES.match(folded, start - 2)):
        return True
    if before == "第" or _is_hour(unit, folded, text, end):
        return True
    if unit.name in _RANKED and _FIRST.match(folded, start - 1):
        return True
    return unit.name == "秒" and folded[unit_end : unit_end + 1].isdigit()  # 6秒60


def _in_tenths(folded: str, value: float, end: int) -> tuple[float, int]:
    """Return what so many 成 come to, and where they end: 五成三."""
    tenths = _TENTHS.match(folded, end)
    return (value, end) if tenths is None else (value + _DIGIT_VALUES.index(tenths[0]) / 10, tenths.end())


def _is_minus(folded: str, start: int, unit: Unit) -> bool:
    """Return whether the dash before a number is its sign: 净利润为-6.6亿元, but not 3万元-5万元, f-15."""
    if unit.kind not in _SIGNED and unit.name not in _TEMPERATURES:
        return False
    return _NO_SIGN.search(folded, max(start - _LONGEST_BEFORE_DASH, 0), start) is None


def _value(text: str, before: str) -> float | None:
    """Return the value of a number; a scale alone is one of it where words say so: 千余款, 近百名."""
    value = read_number(text)
    if value is None and text[:1] in _SCALE_CHARS and (before == "近" or not _MORE_CHARS.isdisjoint(text)):
        return read_number("一" + text)
    return value


def _unit_at(folded: str, end: int) -> tuple[Unit, int] | None:
    """Return the unit behind a number, where words do not begin there: 10成立."""
    found = units().at(folded, end)
    if found is None and folded[end : end + 1] == " ":
        found = units().at(folded, end + 1)
    if found is None or _begins_word(folded, end) or _LATIN_WORD.match(folded, found[1] - 1):
        return None
    return found if _is_behind_its_words(folded, found[0], end) else None


def _is_behind_its_words(folded: str, unit: Unit, end: int) -> bool:
    """Return whether a unit that few numbers have is behind words that they have: 坡度60度, 举办了79届."""
    words = _words_before().get(unit.name)
    if words is None or (unit.name in _OF_SCALES and folded[end - 1] in "万亿"):
        return True
    return words.search(folded, max(end - _LONGEST_ROW, 0), end) is not None


@cache
def _words_before() -> dict[str, re.Pattern[str]]:
    """Return what must be before a number with some units, by their names."""
    before = load_toml("jsisa_search.figures", "words")["units"]["before"]
    return {name: re.compile(rf"(?:{words})[\d.]+[{MORE}]?$") for name, words in before.items()}


def _is_hour(unit: Unit, folded: str, text: str, end: int) -> bool:
    """Return whether a number with 点 is a time of day, not the points of an index or of a proposal."""
    return unit.name == "点" and (
        (read_number(text) in _HOURS and not _is_of_points(folded, text, end))
        or folded[end + 1 : end + 2] in "0123456789半整多钟"
    )


def _is_of_points(folded: str, text: str, end: int) -> bool:
    """Return whether what somebody said has so many points: 提出4点建议, but not 下午4点要求."""
    points = _points()
    if points.told.match(folded, end + 1) is None:
        return False
    return not folded.endswith(points.parts_of_day, 0, end - len(text))


class _Points(NamedTuple):
    told: re.Pattern[str]
    parts_of_day: tuple[str, ...]


@cache
def _points() -> _Points:
    data = load_toml("jsisa_search.figures", "words")["units"]["points"]
    return _Points(re.compile(data["told"]), tuple(data["parts_of_day"]))


def _begins_word(folded: str, start: int) -> bool:
    """Return whether a word begins where a unit might be: 10成立, 5项目."""
    rest = _rests_of_words().get(folded[start : start + 1])
    return rest is not None and rest.match(folded, start + 1) is not None


@cache
def _rests_of_words() -> dict[str, re.Pattern[str]]:
    rests = load_toml("jsisa_search.figures", "words")["behind"]["not_the_unit"]
    return {first: re.compile(rest) for first, rest in rests.items()}


def read_number(text: str) -> float | None:
    """Return the value of a number with words like 多 in it; `None` where it is none."""
    plain = _PLAIN.sub("", text) if not _MORE_CHARS.isdisjoint(text) else text
    if "万" in plain and (myriads := _MYRIADS.fullmatch(plain)) is not None:
        return int(myriads[1]) * 1e4 + float(value_of(myriads[2] or myriads[3]) or 0)
    match = _WESTERN_PARTS.fullmatch(plain)
    if match is not None:
        scale = 1.0 if not match[2] else _SCALES.get(match[2])
        return None if scale is None else float(match[1]) * scale
    if (short := _SHORT_PARTS.fullmatch(plain)) is not None:
        scale = _SCALES[short[2]]
        return int(short[1]) * scale + int(short[3]) * scale / 10
    parts = _MIXED_PARTS.findall(plain) if plain[:1] in _WESTERN_DIGITS else []
    if parts and "".join(map("".join, parts)) == plain:
        return float(sum(int(digits) * _SCALES.get(scale, 1) for digits, scale in parts))
    value = value_of(plain)
    return None if value is None else float(value)
