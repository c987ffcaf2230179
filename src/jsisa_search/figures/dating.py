"""Which period a number of a text is of: the best of all that may, by learned weights.

Candidates are the periods of its sentence and those before it, the year in the title of its release, and
none. What is told of them is in `mentions.py`; `benchmarks/figures_periods.py` learns the weights.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from math import exp
from typing import NamedTuple

from jsisa_search.figures.figure import Setting
from jsisa_search.figures.mentions import Asked, Mention, answer, mentions_of
from jsisa_search.figures.numbers import Number
from jsisa_search.figures.periods import Period
from jsisa_search.figures.year_parts import UNKNOWN, Days
from jsisa_search.package_data import read_data

# Periods that are looked at: before the number in its sentence, behind it in its part, in earlier sentences.
_BEFORE, _BEHIND, _EARLIER = 8, 2, 8
# Parts, figures and sentences between, and periods that are nearer, are told apart up to these numbers.
_PARTS, _FIGURES, _SENTENCES, _RANK = 3, 2, 2, 3
# Characters between a period and its number.
_NEAR = 6
# Before the first of two values of a name: 从80天增加到120天.
_FROM = frozenset("从由")
# And the second: 变为亏损2亿元.
_REACHING = re.compile(r"[变转降升增减改]为|[变转]成")
# A sentence that begins so goes on from the one before it.
_FOLLOWING = ("其中", "同比", "比上年", "分")
# One of changes may be of the period that those before it are of.
_CHANGES = re.compile(r"同比|环比|(?:增长|上升|下降|回落|增加|减少|上涨|下跌)了?\d")
# Figures of several sentences may be of such a period.
_LONG = frozenset({"month", "season", "half", "year"})
_MOST_CACHED = 50_000
#: Weights are multiples of a power of two, so that sums are exact in any order, and ties are ties.
UNIT = 1 / 128


class Layout(NamedTuple):
    """Where the parts of a text are: its marks, and where its sentences and numbers begin."""

    breaks: list[int]
    sentences: list[int]
    numbers: list[int]


class Dated(NamedTuple):
    """The period that a number is of, `None` for none, with the probability of its days."""

    period: Period | None
    probability: float = 1.0


class Use(NamedTuple):
    """A number whose period is asked for, with what is around it.

    `start` is where its own words begin, `sentence` its sentence; `has_name`: its own words name it.
    `previous` is that of the figure before it, if there is one; `is_first`: that is in an earlier sentence.
    """

    number: Number
    start: int
    sentence: int
    roles: set[str]
    has_name: bool
    is_first: bool
    previous: Dated | None


class Candidate(NamedTuple):
    """A period that a number may be of, `None` for none, with the questions about it."""

    period: Period | None
    asked: tuple[Asked, ...]


class _Near(NamedTuple):
    """A period near a number: where, how many are nearer, whether it is the last that may be of a text."""

    mention: Mention
    place: str
    rank: int
    is_last: bool = False


#: Chooses the period of a number.
Dater = Callable[[Use, Sequence[Candidate]], Dated]


class Dating:
    """The periods of a folded text; `is_dense`: it lists figures, which are of one period."""

    def __init__(
        self, text: str, periods: list[Period], layout: Layout, setting: Setting, *, is_dense: bool
    ) -> None:
        self._text = text
        self._mentions = list(mentions_of(text, periods, setting.day))
        self._starts = [mention.period.start for mention in self._mentions]
        self._ends = [mention.period.end for mention in self._mentions]
        self._layout = layout
        self._following: dict[int, str] = {}
        self._of_text = is_dense, setting.is_statistical, setting.day is not None
        year = setting.title_year if setting.is_statistical else None
        self._title = Period(0, 0, date(year, 1, 1), date(year, 12, 31), is_relative=True) if year else None

    def candidates(self, use: Use) -> list[Candidate]:
        """Return the periods that a number may be of, and none: in the report of a year, that year.

        Where there is but one, nothing is asked about it.
        """
        near = list(self._mentions_near(use))
        if not near:
            return [Candidate(self._title, ())]
        role, follows = self._role(use), self._follows(use.sentence)
        found = [self._candidate(use, each, role, follows) for each in near]
        rank = min(sum([each.place[0] != "e" for each in near]), _RANK)
        place, previous = "none" if self._title is None else "title", _relation(use, self._title)
        kind = use.number.unit.kind
        asked = (
            ("number", place, rank, 0, previous, kind, role, use.has_name, False, "", "", follows),
            ("text", place, "", previous, False, follows, *self._of_text),
        )
        return [*found, Candidate(self._title, asked)]

    def _mentions_near(self, use: Use) -> Iterator[_Near]:
        number, layout = use.number, self._layout
        first = bisect_left(self._starts, use.sentence)
        last = bisect_right(self._ends, number.start)
        rank = 0
        for mention in reversed(self._mentions[max(first, last - _BEFORE) : last]):
            period = mention.period
            if period.is_whole:
                continue
            if period.is_compared and mention.phase != "base" and self._figures_since(period, number):
                continue  # a figure before was compared with it
            parts = _count(layout.breaks, period.end, number.start, _PARTS)
            yield _Near(mention, "own" if period.start >= use.start else f"sentence{parts}", min(rank, _RANK))
            rank += not period.is_compared
        rank, is_last = 0, True
        for mention in reversed(self._mentions[max(0, first - _EARLIER) : first]):
            sentences = _count(layout.sentences, mention.period.end, use.sentence, _SENTENCES)
            is_long = mention.size in _LONG and not mention.period.is_compared
            yield _Near(mention, f"earlier{sentences}", min(rank, _RANK), is_long and is_last)
            is_last = is_last and not is_long
            rank += not mention.period.is_compared
        if last < len(self._mentions):
            at = bisect_left(layout.breaks, number.end)
            end = layout.breaks[at] if at < len(layout.breaks) else len(self._text)
            for rank, mention in enumerate(self._mentions[last : last + _BEHIND]):
                if mention.period.end <= end:
                    yield _Near(mention, "behind", rank)

    def _candidate(self, use: Use, near: _Near, role: str, follows: str) -> Candidate:
        mention, place, rank, is_last = near
        period, form, left, right, size, phase, is_completed = mention
        kind, is_compared = use.number.unit.kind, period.is_compared
        figures = self._figures_since(period, use.number)
        gap, previous = self._gap(period, use.number), _relation(use, period)
        of_use = kind, role, use.has_name, is_compared, phase, gap, follows
        asked = (
            ("mention", place, form, size, is_compared, is_completed),
            ("left", left, form, place, gap),
            ("right", right, form, place, figures),
            ("number", place, rank, figures, previous, *of_use),
            ("text", place, size, previous, is_last, follows, *self._of_text),
        )
        return Candidate(period, asked)

    def _role(self, use: Use) -> str:
        """Return what a number is by the words before it: the first or second of two values, a change, …."""
        begin, roles = use.number.begin, use.roles
        if self._text[begin - 1 : begin] in _FROM:
            return "from"
        if "reaching" in roles or _REACHING.search(self._text, use.start, begin):
            return "reaching"
        return "change" if "up" in roles or "down" in roles else "share" if "share" in roles else ""

    def _follows(self, sentence: int) -> str:
        """Return whether a sentence goes on from the one before it, or states changes."""
        if sentence not in self._following:
            at = bisect_right(self._layout.sentences, sentence)
            end = self._layout.sentences[at] if at < len(self._layout.sentences) else len(self._text)
            goes_on = self._text.startswith(_FOLLOWING, sentence)
            changes = _CHANGES.search(self._text, sentence, end) is not None
            self._following[sentence] = "on" if goes_on else "changes" if changes else ""
        return self._following[sentence]

    def _gap(self, period: Period, number: Number) -> str:
        """Return what is between a period and a number: a single character, or how much."""
        is_behind = period.end > number.begin
        first, last = (number.end, period.start) if is_behind else (period.end, number.begin)
        return self._text[first:last] if last - first <= 1 else "near" if last - first <= _NEAR else "far"

    def _figures_since(self, period: Period, number: Number) -> int:
        return _count(self._layout.numbers, period.end, number.begin, _FIGURES)


def _count(places: list[int], first: int, last: int, most: int) -> int:
    """Return how many of some places are in `[first, last)`, up to a number."""
    return min(max(bisect_left(places, last) - bisect_left(places, first), 0), most)


def _relation(use: Use, period: Period | None) -> str:
    """Return what a candidate is to the period of the figure before."""
    if use.previous is None:
        return "alone"
    first, last = (period.first, period.last) if period else UNKNOWN
    before = use.previous.period
    if before is None or before.first is None:
        found = "same" if first is None else "without"
    else:
        found = "same" if first == before.first and last == before.last else "other"
    return f"first_{found}" if use.is_first else found


def days_of(period: Period | None) -> Days:
    """Return the days of a period."""
    return (period.first, period.last) if period else UNKNOWN


class PeriodWeights(dict[Asked, float]):
    """The sums of the weights of what is told of a candidate, by the question."""

    def __init__(self, weights: dict[str, float]) -> None:
        super().__init__()
        self.weights = weights

    @classmethod
    def of(cls, lines: Iterable[str]) -> PeriodWeights:
        """Read lines: a feature, and its weight as a multiple of `UNIT`."""
        pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
        return cls({feature: int(weight) * UNIT for feature, weight in pairs})

    def __missing__(self, asked: Asked) -> float:
        if len(self) >= _MOST_CACHED:
            self.clear()
        weights = self.weights
        self[asked] = total = sum([weights[told] for told in answer(asked) if told in weights])
        return total


@cache
def shipped_weights() -> PeriodWeights:
    """Return the shipped weights."""
    return PeriodWeights.of(read_data("jsisa_search.figures", "periods.tsv").splitlines())


def choose_period(use: Use, candidates: Sequence[Candidate], weights: PeriodWeights | None = None) -> Dated:
    """Return the period with the highest score.

    Its probability is that of all with its days, and no higher than that of the figure before, if it goes on
    from that.
    """
    table = shipped_weights() if weights is None else weights
    if len(candidates) == 1:
        chosen, probability = candidates[0].period, 1.0
        days = days_of(chosen)
    else:
        scores = [sum([table[asked] for asked in each.asked]) for each in candidates]
        chosen = candidates[max(range(len(scores)), key=scores.__getitem__)].period
        days, parts = days_of(chosen), [exp(score) for score in scores]
        same = [part for part, each in zip(parts, candidates, strict=True) if days_of(each.period) == days]
        probability = sum(same) / sum(parts)
    previous = use.previous
    if previous is not None and days_of(previous.period) == days and not use.is_first:
        probability = min(probability, previous.probability)
    return Dated(chosen, probability)
