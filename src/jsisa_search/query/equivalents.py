"""Other ways to write the numbers and dates of a piece: 2.4万 as 24000 and 二万四千, 9月6日 as 九月六日.

A Chinese numeral is a number only with a measure behind it or with a second numeral: 九年, 二十. The 一 of
一带一路 and the 十 of 十分 are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice, product

from jsisa_search.analysis.boundaries import measures
from jsisa_search.model import Range
from jsisa_search.query.numerals import chinese, chinese_digits, forms_of, value_of, western_digits

#: Maximum forms of a piece, each of which is one more string to search for.
MAX_FORMS = 12
#: Longer pieces are pasted text.
MAX_CHARS = 60
# Maximum numbers of a piece that are written otherwise; each one multiplies the forms.
_MAX_NUMBERS = 2

Groups = tuple[str, ...]
Notation = tuple[re.Pattern[str], Callable[[Groups], list[str]]]
"""An expression for a number or date, and what returns its forms from the groups."""

_NUMERAL = "[〇零一二两三四五六七八九十百千万亿]"
_DIGIT = "[〇零一二三四五六七八九]"
_ROW = f"(?<!{_DIGIT})({_DIGIT}{{4}})"  # 二〇二二
_UP_TO_39 = "([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
# A number goes on beyond neither end: not in pm2.5, 10:30, 2012-2019 and 1.2.3.
_BEFORE = r"(?<![\da-z.:/-])"
_BEHIND = r"(?![\da-z:/%-])(?!\.\d)"
_BEGIN_NUMBER = frozenset("0123456789〇零一二两三四五六七八九十百千万亿")
_SCALE = "(?:[十百千]?万亿|[百千]?[万亿]|[百千])"


@cache
def _date_notations() -> tuple[Notation, ...]:
    """Return the notations of dates; at one place, the first that fits is taken."""
    return _compiled(
        (rf"{_BEFORE}(\d{{4}})([-./])(\d\d?)\2(\d\d?){_BEHIND}", lambda g: _date(g[0], g[2], g[3])),
        (rf"{_BEFORE}(\d{{4}})年(\d\d?)月(\d\d?)[日号]", lambda g: _date(*g)),
        (rf"{_ROW}年{_UP_TO_39}月{_UP_TO_39}[日号]", lambda g: _date(*map(_western, g))),
        (rf"{_BEFORE}(\d{{4}})年(\d\d?)月", lambda g: _month(*g)),
        (rf"{_ROW}年{_UP_TO_39}月", lambda g: _month(*map(_western, g))),
        (rf"(?<!年){_BEFORE}(\d\d?)月(\d\d?)[日号]", lambda g: _day(*g)),
        (rf"(?<!年)(?<!{_NUMERAL}){_UP_TO_39}月{_UP_TO_39}[日号]", lambda g: _day(*map(_western, g))),
        (rf"{_BEFORE}(\d{{4}})(?=年)", lambda g: [g[0], chinese_digits(g[0])]),
        (rf"{_ROW}(?=年)", lambda g: [_western(g[0]), chinese_digits(_western(g[0]))]),
    )


@cache
def _number_notations() -> tuple[Notation, ...]:
    """Return the notations of other numbers; at one place, the first that fits is taken."""
    measure = "|".join(map(re.escape, measures()))
    western = rf"\d+(?:\.\d+)?{_SCALE}|\d+\.\d+|\d\d+|\d(?={measure})"
    return _compiled(
        (r"(?<![\da-z.:/])(\d+(?:\.\d+)?)%", lambda g: _percent(*g)),
        (rf"百分之({_NUMERAL}+(?:点{_DIGIT}+)?)", lambda g: _percent(*g)),
        (rf"{_BEFORE}(\d+)/(\d+){_BEHIND}", lambda g: _fraction(*g)),
        (rf"({_NUMERAL}+)分之({_NUMERAL}+)", lambda g: _fraction(g[1], g[0])),
        (rf"{_BEFORE}({western}){_BEHIND}", lambda g: _number(*g)),
        (rf"({_NUMERAL}+点{_DIGIT}+(?:万亿|[万亿])?)", lambda g: _number(*g)),
        (rf"({_NUMERAL}{{2,}}|[一二两三四五六七八九十](?={measure}))", lambda g: _number(*g)),
    )


def _compiled(*notations: tuple[str, Callable[[Groups], list[str]]]) -> tuple[Notation, ...]:
    return tuple((re.compile(expression, re.ASCII), make) for expression, make in notations)


@cache
def _amount() -> re.Pattern[str]:
    measure = "|".join(map(re.escape, measures()))
    chinese_number = f"{_NUMERAL}+(?:点{_DIGIT}+(?:万亿|[万亿])?)?"
    number = rf"(?:\d+(?:\.\d+)?{_SCALE}?|{chinese_number})[多余]?(?:{measure}|%)?"
    return re.compile(rf"{number}|百分之{chinese_number}|{_NUMERAL}+分之{_NUMERAL}+", re.ASCII)


@lru_cache(maxsize=256)
def is_amount(folded: str) -> bool:
    """Return whether a folded text is one number with its unit, or one date: 6.9亿元, 九月六日.

    Its words scattered over a passage don't say the same.
    """
    if folded[:1] not in _BEGIN_NUMBER or not 1 < len(folded) <= MAX_CHARS:
        return False
    dates = (pattern for pattern, _ in _date_notations())
    return any(pattern.fullmatch(folded) for pattern in (_amount(), *dates))


def equivalents(folded: str) -> tuple[str, ...]:
    """Return a folded text with its numbers and dates in their other forms, `MAX_FORMS` at most."""
    if len(folded) > MAX_CHARS or not _BEGIN_NUMBER.intersection(folded):
        return ()
    found = list(islice(_find(folded), _MAX_NUMBERS))
    if len(found) == 1 and (day := _yearless(folded)):
        found[0][2].extend(day)
    made = (_replaced(folded, found, forms) for forms in _combinations([forms for _, _, forms in found]))
    return tuple(islice(dict.fromkeys(text for text in made if text != folded), MAX_FORMS))


def numbers_in(folded: str) -> Iterator[tuple[Range, str]]:
    """Yield the numbers of a folded text, each with the form that represents all its forms.

    Of a date in words, its year, month and day are numbers: each may be written in its own way.
    """
    for start, end, forms in _find(
        folded, (*_date_notations()[:1], *_date_notations()[7:], *_number_notations())
    ):
        yield (start, end), forms[1]


def days_of_year(folded: str) -> tuple[tuple[str, ...], int]:
    """Return the forms of a full date without its year, and the year; no form for anything else.

    A release of that year that says 9月6日 means the date.
    """
    for pattern, _ in _date_notations()[:3]:
        if match := pattern.fullmatch(folded):
            year, month, day = (_western(part) for part in match.groups() if part not in ("-", ".", "/"))
            return tuple(_day(month, day)), int(year)
    return (), 0


def _yearless(folded: str) -> list[str]:
    """Return how a date with a year ends that is the day of a whole text: -09-06."""
    for pattern, _ in _date_notations()[5:7]:
        if match := pattern.fullmatch(folded):
            month, day = (int(_western(part)) for part in match.groups())
            return [f"{mark}{form}" for mark in "-./" for form in _numeric(month, day, mark)]
    return []


def _find(text: str, notations: tuple[Notation, ...] = ()) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the numbers and dates of a text: where each is, and its forms."""
    at = 0
    while at < len(text):
        end = at + 1
        if text[at] not in _BEGIN_NUMBER:
            at = end
            continue
        for pattern, make in notations or (*_date_notations(), *_number_notations()):
            if match := pattern.match(text, at):
                end = match.end()
                if forms := make(match.groups()):
                    yield at, end, [match[0], *forms]
                break
        at = end


def _combinations(each: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the forms of all numbers together, first with all but the first number as typed."""
    return product(*reversed(each)) if each else iter(())


def _replaced(text: str, found: list[tuple[int, int, list[str]]], forms: tuple[str, ...]) -> str:
    for (start, end, _), form in zip(reversed(found), forms, strict=True):
        text = text[:start] + form + text[end:]
    return text


def _western(numeral: str) -> str:
    """Return a row of four Chinese digits or a small number in Western digits."""
    if numeral.isascii():
        return numeral
    return western_digits(numeral) if len(numeral) == 4 else f"{value_of(numeral)}"


def _date(year: str, month: str, day: str) -> list[str]:
    """Return the forms of a date: 2022年9月6日, 二〇二二年九月六日, 2022-09-06, 2022.9.6 and so on."""
    words = [f"{year}年{form}" for form in _day(month, day) if form[0].isdigit()]
    if not words:
        return []
    chinese_words = f"{chinese_digits(year)}年{chinese(int(month))}月{chinese(int(day))}日"
    numeric = (f"{year}{mark}{form}" for mark in "-./" for form in _numeric(int(month), int(day), mark))
    return [*words, chinese_words, *numeric]


def _numeric(month: int, day: int, mark: str) -> list[str]:
    return list(dict.fromkeys([f"{month:02}{mark}{day:02}", f"{month}{mark}{day}"]))


def _day(month: str, day: str) -> list[str]:
    """Return the forms of a day without a year; none if there is no such day."""
    m, d = int(month), int(day)
    if not (1 <= m <= 12 and 1 <= d <= 31):
        return []
    return [f"{m}月{d}日", f"{chinese(m)}月{chinese(d)}日", f"{m:02}月{d:02}日", f"{m}月{d}号"]


def _month(year: str, month: str) -> list[str]:
    m = int(month)
    if not 1 <= m <= 12:
        return []
    in_chinese = f"{chinese_digits(year)}年{chinese(m)}月"
    return [f"{year}年{m}月", in_chinese, f"{year}年{m:02}月", f"{year}-{m:02}"]


def _percent(number: str) -> list[str]:
    value = Decimal(100) if number == "百" else value_of(number)
    forms = () if value is None else forms_of(value)
    return [f"{form}%" for form in forms[:1]] + [f"百分之{form}" for form in forms if not form[0].isdigit()]


def _fraction(top: str, bottom: str) -> list[str]:
    """Return the forms of a fraction: 1/3 and 三分之一."""
    values = [value_of(number) for number in (top, bottom)]
    if any(value is None or value % 1 or value >= 10**4 for value in values):
        return []
    t, b = (int(value or 0) for value in values)
    return [f"{t}/{b}", f"{chinese(b)}分之{chinese(t)}"] if t < b else []


def _number(number: str) -> list[str]:
    value = value_of(number)
    return [] if value is None else list(forms_of(value))
