"""What a text says of a figure beside its name: its period, what it is compared with, up or down.

A figure of 前5个月 is not that of 前7个月, a growth 同比 not one 环比, and 增长3% is not 下降3%. When a draft
was written is not known: its periods are read as if it came with the release, and the year of 去年 is never
compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from jsisa_search.analysis import FoldedText
from jsisa_search.figures.periods import OPEN, Calendar, Period, find_periods
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml
from jsisa_search.research.check.report import Claim, ClaimKind
from jsisa_search.search.results.sentences import Boundaries

# The first and last day as year, month and day; years are counted from that of the first where none is given.
_Day = tuple[int, int, int]


_DIGIT = re.compile(r"\d")


class _Word(NamedTuple):
    """A word of a contrast, 增长 of up and down for instance: numbers of contrast and side, and where."""

    contrast: int
    side: int
    span: Range


@dataclass(frozen=True, slots=True)
class Terms:
    """What a folded text says of one of its figures; `others` are all of its periods.

    `base` is the period that the figure is compared with: 比2000年下降.
    """

    text: str
    period: Period | None
    base: Period | None
    words: tuple[_Word, ...]
    others: tuple[Period, ...]
    is_own: bool


def terms_of(text: str, figure: Range, day: date | None, *, skipped: Sequence[Range] = ()) -> Terms:
    """Return what a folded text says of the figure at a range.

    `day` is the date of the release by which periods are resolved; those in `skipped` are of something else,
    a report for instance. `is_own`: the period is in the sentence of the figure.
    """
    sentence = max(
        (first for first, _ in Boundaries(text, (), 0).sentences() if first <= figure[0]), default=0
    )
    periods = tuple(
        each
        for each in find_periods(text, Calendar(day))
        if _is_telling(text, each)
        and not any(each.start < end and start < each.end for start, end in skipped)
    )
    before = [each for each in periods if each.end <= figure[0] and not each.is_compared]
    period = before[-1] if before else None
    bases = (
        each for each in periods if each.is_compared and sentence <= each.start and each.end <= figure[0]
    )
    base = next((each for each in bases if not _DIGIT.search(text, each.end, figure[0])), None)
    words = tuple(_words(text, sentence, figure))
    return Terms(text, period, base, words, periods, bool(period and period.start >= sentence))


def contradictions(draft: Terms, passage: Terms) -> Iterator[tuple[ClaimKind, Range, Range]]:
    """Yield what a draft says of a figure and a passage otherwise: the kind, and where both say it."""
    own = draft.period if draft.is_own else None
    if own is not None and passage.period is not None and _is_other_period(own, passage):
        yield "period", (own.start, own.end), (passage.period.start, passage.period.end)
    if draft.base and passage.base and _differ(draft.base, passage.base):
        yield "change", (draft.base.start, draft.base.end), (passage.base.start, passage.base.end)
    sides = {each.contrast: each for each in passage.words}
    for word in draft.words:
        other = sides.get(word.contrast)
        if other and other.side != word.side:
            yield "change", word.span, other.span


def claims_of(paragraph: str, drafted: Terms, passage: Terms) -> tuple[Claim, ...]:
    """Return what a paragraph of a draft says of a figure otherwise than a passage, as wrong claims."""
    draft = FoldedText.of(paragraph)
    found = []
    for kind, own, other in contradictions(drafted, passage):
        start, end = draft.original_range(*own)
        found.append(Claim(kind, paragraph[start:end], start, end, passage.text[slice(*other)], False))
    return tuple(found)


def _is_telling(text: str, period: Period) -> bool:
    """Return whether a period can be compared: its days are known, and it is not 今天, 目前 or 昨天."""
    is_now = text[period.start : period.end] in _rules()["now"]
    return period.first is not None and period.last not in (None, OPEN) and not is_now


def _is_other_period(own: Period, passage: Terms) -> bool:
    """Return whether a figure's period is another one than a draft has.

    Where the sentence of the passage has none, any of the passage may be meant.
    """
    others = (passage.period,) if passage.is_own else passage.others
    return all(_differ(own, other) for other in others if other is not None)


def _differ(own: Period, other: Period) -> bool:
    """Return whether two periods are not of the same days.

    A day beside a span is of an event, but for 2013年底; a year around a part of it is less exact.
    """
    first, last = _days(own, own.is_relative)
    start, end = _days(other, own.is_relative)
    if (first, last) == (start, end):
        return False
    if (first == last) != (start == end):
        is_end_of_year = (last if first == last else end)[1:] == (12, 31)
        return is_end_of_year and (last < start or end < first)
    is_around = first <= start and end <= last
    return not (is_around and (first[1:], last[1:]) == ((1, 1), (12, 31)))


def _days(period: Period, is_yearless: bool) -> tuple[_Day, _Day]:
    """Return the first and the last day of a period whose days are known."""
    first, last = period.first or date.min, period.last or date.max
    base = first.year if is_yearless else 0
    return (first.year - base, first.month, first.day), (last.year - base, last.month, last.day)


def _words(text: str, sentence: int, figure: Range) -> Iterator[_Word]:
    """Yield the last word of each contrast before a figure, from the digit or sentence before it on."""
    start = next((at for at in range(figure[0], sentence, -1) if text[at - 1].isdigit()), sentence)
    for number, sides in enumerate(_rules()["contrasts"]):
        found = [
            (text.rfind(word, start, figure[0]), len(word), side)
            for side, words in enumerate(sides)
            for word in words
        ]
        at, length, side = max(found)
        if at >= 0:
            yield _Word(number, side, (at, at + length))


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_toml("jsisa_search.research", "check")["terms"]
    return rules
