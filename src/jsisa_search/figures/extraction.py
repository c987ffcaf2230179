"""A text to its figures: 全省群众安全感从2012年的94%提高到2022年上半年的99.14% has two."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from jsisa_search.analysis.fold import FoldedText
from jsisa_search.figures.dating import Dated, Dater, Dating, Layout, Use, choose_period
from jsisa_search.figures.edges import is_no_name, is_passing
from jsisa_search.figures.figure import Bound, Figure, Setting
from jsisa_search.figures.naming import Name, Previous, Situation, choose
from jsisa_search.figures.numbers import Number, find_numbers, read_number
from jsisa_search.figures.periods import Calendar, find_periods
from jsisa_search.figures.phrases import (
    Before,
    Behind,
    as_pairs,
    compared_spans,
    read_before,
    read_behind,
    words,
)
from jsisa_search.figures.quick_look import may_have_figures
from jsisa_search.figures.rules import (
    JOINED,
    Kind,
    is_by_the_way,
    is_measured,
    is_share,
    kind_of,
    name_of,
    named_by_one_character,
    split_row,
)
from jsisa_search.figures.tokens import fixed_spans
from jsisa_search.figures.units import RANK
from jsisa_search.lexicon.offices import is_place
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

_BREAK = re.compile(r"[,。;:!?\n|…—]")
_SENTENCE = frozenset("。!?\n")
# Numbers of a text that lists figures.
_DENSE = 6
# Characters before a rank in which what is ranked is looked for.
_BEFORE_RANK = 200


#: Chooses the name of what a number measures.
Namer = Callable[[Situation], Name]


def extract(
    text: str, setting: Setting, *, namer: Namer = choose, dater: Dater = choose_period
) -> list[Figure]:
    """Return the figures of a text in order. `namer` and `dater` see the folded text."""
    if not may_have_figures(text):
        return []
    folded = FoldedText.of_passage(text)
    figures = _Reader(folded.text, setting, namer, dater).read()
    return figures if folded.origins is None else [_mapped(figure, folded) for figure in figures]


def _mapped(figure: Figure, folded: FoldedText) -> Figure:
    def original(span: Range | None) -> Range | None:
        return folded.original_range(*span) if span else None

    return replace(
        figure,
        span=folded.original_range(*figure.span),
        indicator=original(figure.indicator),
        place=original(figure.place),
        period=original(figure.period),
    )


class _Seen(NamedTuple):
    """A number with what is around it: `own` is what the rules leave of the words before it.

    `start` is where its part of the sentence begins, or the figure before it ends; `is_joined` says that
    nothing but a mark or 和 is between that and the number.
    """

    number: Number
    before: Before
    behind: Behind
    own: Range | None
    start: int
    sentence: int
    is_new: bool
    is_joined: bool


class _Reader:
    """Reads one folded text from left to right."""

    def __init__(self, folded: str, setting: Setting, namer: Namer, dater: Dater) -> None:
        self._text = folded
        self._setting = setting
        self._namer = namer
        self._dater = dater
        self._figures: list[Figure] = []
        #: How probable their names are, and their periods.
        self._names: list[float] = []
        self._dates: list[Dated] = []
        self._place: Range | None = None
        #: The end of the last figure with the words behind it.
        self._done = 0
        #: The figures of the current row, and whether the figures before it name them.
        self._row: list[int] = []
        self._goes_on = False

    def read(self) -> list[Figure]:
        """Return the figures."""
        text, setting = self._text, self._setting
        numbers = [number for number in find_numbers(text) if not is_by_the_way(text, number)]
        ranks = list(_ranks(text))
        if not numbers and not ranks:
            return []
        self._periods = find_periods(text, Calendar(setting.day, setting.title_year))
        spans = [(period.start, period.end) for period in self._periods]
        compared = compared_spans(text)
        self._ends, self._starts = as_pairs([*spans, *compared])
        self._fixed = fixed_spans(text, spans, compared)
        self._begins = sorted(number.begin for number in numbers)
        self._period_ends = [period.end for period in self._periods if not period.is_compared]
        self._breaks = [match.start() for match in _BREAK.finditer(text)]
        self._sentences = [0, *(mark + 1 for mark in self._breaks if text[mark] in _SENTENCE)]
        starts = [start for start, _ in spans]
        layout = Layout(self._breaks, self._sentences, self._begins)
        self._dating = Dating(text, self._periods, layout, setting, is_dense=len(numbers) >= _DENSE)
        for number in numbers:
            before = bisect_right(starts, number.start) - 1
            if before < 0 or spans[before][1] <= number.start:
                self._read(number)
        self._end_row()
        if ranks:
            self._figures += [self._rank(match) for match in ranks]
            self._figures.sort(key=lambda figure: figure.span)
        return self._figures

    def _read(self, number: Number) -> None:
        """Read a number with the words around it."""
        seen = self._around(number)
        before, behind, own, is_new = seen.before, seen.behind, seen.own, seen.is_new
        previous = self._figures[-1] if self._figures else None
        indicator = self._name_by_rules(seen)
        roles = before.roles | ({behind.role} if behind.role else set())
        direction = 1 if "up" in roles else -1 if "down" in roles else 0
        kind = kind_of(self._text, number, roles, indicator, has_of=behind.has_of and indicator != own)
        is_next = previous is not None and not is_new and seen.is_joined
        if is_next and previous is not None and previous.unit == number.unit:
            kind, direction = previous.kind, previous.direction
        is_in_row = self._take_into_row(seen, indicator, direction, is_next=is_next)
        if indicator is None and previous is not None and (not is_new or direction):
            indicator = self._gone_on_from(previous) if previous.indicator else None
        unit = previous.unit if previous else None
        if number.unit.kind == "time" and not is_measured(self._text, indicator, own, behind, unit, number):
            return
        name = Name(indicator)
        if named := named_by_one_character(self._text, number):
            name = Name(named)
        elif not is_in_row or self._is_no_name(indicator):  # names of a row are those before it, one by one
            name = self._chosen(seen, indicator, is_next=is_next)
        if kind == "level" and is_share(self._text, name.span, number.unit):
            kind = "share"
        self._place = before.place or (self._subject(seen.sentence) if is_new else self._place)
        bound: Bound = next((role for role in ("less", "more", "about") if role in roles), "")
        bound = bound or ("more" if number.is_more else "")
        self._figures.append(self._figure(seen, name, kind, direction, bound))
        self._done = behind.end

    def _is_no_name(self, name: Range | None) -> bool:
        """Return whether rules take for the name of a row what is none."""
        return name is not None and is_no_name(self._text[slice(*name)], is_behind=False)

    def _around(self, number: Number) -> _Seen:
        """Return what is around a number, in its part of the sentence."""
        text = self._text
        start = max(self._break_before(number.start) + 1, self._done)
        sentence = self._sentence_of(number.start)
        begin = max(number.begin, start)
        before = read_before(text, start, begin, self._ends, self._starts, self._period_ends)
        own = (before.start, before.end) if before.end > before.start else None
        is_joined = own is None and not before.roles and JOINED.match(text, self._done) is not None
        is_new = sentence > self._done or not self._figures
        return _Seen(
            number,
            before,
            read_behind(text, number.end, is_count=number.unit.kind == "count"),
            own,
            start,
            sentence,
            is_new,
            is_joined,
        )

    def _name_by_rules(self, seen: _Seen) -> Range | None:
        indicator = name_of(self._text, seen.number, seen.before, seen.behind)
        is_labelled = indicator is None and seen.start > self._done
        if is_labelled and self._may_be_label(seen.number, seen.start, is_new=seen.is_new):
            return self._label(seen.start - 1)
        return indicator

    def _take_into_row(self, seen: _Seen, indicator: Range | None, direction: int, *, is_next: bool) -> bool:
        """Return whether the next figure is one of a row; its names are known at the end of the row."""
        if is_next:
            is_same = self._figures[-1].unit == seen.number.unit
            if is_same:
                self._row.append(len(self._figures))
            return is_same
        self._end_row()
        own = seen.own
        self._goes_on = own is None and bool(direction) and not seen.is_new
        if self._goes_on or (seen.before.is_row and indicator == own):
            self._row = [len(self._figures)]
            return seen.before.is_row
        return False

    def _chosen(self, seen: _Seen, by_rules: Range | None, *, is_next: bool) -> Name:
        """Return the name that is chosen among all words near the number."""
        situation = Situation(
            text=self._text,
            number=seen.number,
            before=seen.before,
            behind=seen.behind,
            spans=self._fixed,
            start=seen.start,
            sentence=seen.sentence,
            done=self._done,
            following=self._begin_behind(seen.number),
            is_new=seen.is_new,
            is_joined=is_next,
            previous=self._previous(seen.number),
            rule=by_rules,
            own=seen.own,
        )
        name = self._namer(situation)
        return Name(by_rules, name.probability) if _has_own_label(situation, name) else name

    def _figure(self, seen: _Seen, name: Name, kind: Kind, direction: int, bound: Bound) -> Figure:
        number = seen.number
        dated = self._dated(number, seen.start, seen.before, has_name=seen.own is not None)
        period = dated.period
        going_on = zip(self._figures[-2:], self._names[-2:], strict=True)
        named = min([name.probability, *(known for each, known in going_on if each.indicator == name.span)])
        self._names.append(named)
        self._dates.append(dated)
        return Figure(
            number.value,
            number.unit,
            (number.start, number.end),
            name.span,
            self._place,
            (period.start, period.end) if period and period.end > period.start else None,
            period.first if period else None,
            period.last if period else None,
            kind,
            direction,
            bound,
            number.is_range,
            bool(period and period.is_relative),
            is_doubtful=name.span is not None and _is_doubtful(named, dated),
        )

    def _dated(self, number: Number, start: int, before: Before, *, has_name: bool) -> Dated:
        """Return the period that a number is of."""
        sentence = self._sentence_of(number.start)
        at = len(self._figures) - 1
        if at >= 0 and self._figures[at].span[1] > number.start:  # a rank: they are read last
            at = bisect_right(self._figures, number.start, key=lambda figure: figure.span[1]) - 1
        previous = self._dates[at] if at >= 0 else None
        is_first = at < 0 or self._figures[at].span[0] < sentence
        use = Use(number, start, sentence, before.roles, has_name, is_first, previous)
        return self._dater(use, self._dating.candidates(use))

    def _begin_behind(self, number: Number) -> int:
        """Return where the next number begins."""
        at = bisect_left(self._begins, number.end)
        return self._begins[at] if at < len(self._begins) else len(self._text)

    def _previous(self, number: Number) -> Previous | None:
        previous = self._figures[-1] if self._figures else None
        if previous is None or previous.indicator is None:
            return None
        name = self._gone_on_from(previous)
        return Previous(name, previous.span, previous.unit == number.unit)

    def _gone_on_from(self, previous: Figure) -> Range:
        """Return the name that a text goes on from: 收入5亿元，完成预算的99%，增长8% goes on from 收入."""
        name = previous.indicator or previous.span
        before = self._figures[-2] if len(self._figures) > 1 else None
        is_near = before is not None and before.span[0] >= self._sentence_of(previous.span[0])
        if before is None or before.indicator is None or not is_near:
            return name
        return before.indicator if is_passing(self._text[slice(*name)]) else name

    def _break_before(self, at: int) -> int:
        """Return where the last mark before a place is, -1 for none."""
        number = bisect_left(self._breaks, at)
        return self._breaks[number - 1] if number else -1

    def _sentence_of(self, at: int) -> int:
        """Return where the sentence of a place begins."""
        return self._sentences[bisect_right(self._sentences, at) - 1]

    def _may_be_label(self, number: Number, start: int, *, is_new: bool) -> bool:
        """Whether the words before a mark name the number behind it: a label, or the only subject."""
        mark = self._text[start - 1]
        is_subject = mark == "," and is_new and number.unit.kind not in ("count", "time")
        return mark in ":|" or is_subject

    def _label(self, end: int) -> Range | None:
        start = max(self._break_before(end) + 1, self._done)
        found = read_before(self._text, start, end, self._ends, self._starts, self._period_ends)
        return (found.start, found.end) if found.end > found.start else None

    def _end_row(self) -> None:
        """Give the figures of a row that 分别 announced the names of a row of names, or of as many figures.

        Of the second kind is 城镇居民收入42038元，农村居民收入20366元，同比增长5.3%和6.4%.
        """
        row, self._row = self._row, []
        if len(row) < 2 or self._figures[row[0]].indicator is None:
            return
        if self._goes_on:
            names = self._names_before(row[0], len(row))
        else:
            names = split_row(self._text, *(self._figures[row[0]].indicator or (0, 0)))
        if len(names) == len(row):
            for at, name in zip(row, names, strict=True):
                is_doubtful = _is_doubtful(1.0, self._dates[at])
                self._figures[at] = replace(self._figures[at], indicator=name, is_doubtful=is_doubtful)

    def _names_before(self, at: int, count: int) -> list[Range]:
        """Return the names of `count` levels right before a figure; none if they are not as many names."""
        levels = self._figures[max(at - count, 0) : at]
        names = [each.indicator for each in levels if each.indicator and each.kind == "level"]
        is_row = len(set(names)) == count and len({each.unit for each in levels}) == 1
        return names if is_row else []

    def _subject(self, sentence: int) -> Range | None:
        """Return the place that a sentence begins with, which its figures are of."""
        for size in words().place_sizes.get(self._text[sentence : sentence + 1], ()):
            if is_place(self._text[sentence : sentence + size]):
                end = sentence + size
                return None if self._text.startswith(_other_names(), end) else (sentence, end)
        return None

    def _rank(self, match: re.Match[str]) -> Figure:
        """Return the figure of a rank: 总量居全国第3位."""
        start = max(self._break_before(match.start()) + 1, match.start() - _BEFORE_RANK)
        before = read_before(self._text, start, match.start(), self._ends, self._starts, self._period_ends)
        indicator = (before.start, before.end) if before.end > before.start else None
        at = Number(0, RANK, match.start(), match.start(), match.end(), is_more=False, is_range=False)
        period = self._dated(at, start, before, has_name=indicator is not None).period
        value = read_number(match["rank"]) or 0.0
        days = (period.first, period.last) if period else (None, None)
        span = (period.start, period.end) if period and period.end > period.start else None
        place = match.span("place") if match["place"] else before.place
        is_relative = bool(period and period.is_relative)
        return Figure(
            value,
            RANK,
            match.span("position"),
            indicator,
            place,
            span,
            *days,
            "rank",
            is_relative=is_relative,
        )


def _has_own_label(situation: Situation, name: Name) -> bool:
    """Return whether a new sentence names what changes, not the one before it: 交易额，年均增长30%."""
    rule, previous = situation.rule, situation.previous
    if not situation.is_new or rule is None or previous is None or name.span != previous.indicator:
        return False
    is_before = situation.sentence <= rule[0] and rule[1] < situation.start
    return is_before and situation.number.unit.kind in ("percent", "points")


def _is_doubtful(named: float, dated: Dated) -> bool:
    """Return whether a name that is as probable as `named`, or the period, may well be another."""
    return named * dated.probability < _least_sure()


@cache
def _least_sure() -> float:
    return float(load_toml("jsisa_search.figures", "words")["naming"]["least_sure"])


@cache
def _other_names() -> tuple[str, ...]:
    return tuple(load_toml("jsisa_search.figures", "words")["subject"]["behind"])


@cache
def _rank_pattern() -> re.Pattern[str]:
    return re.compile(load_toml("jsisa_search.figures", "words")["rank"]["pattern"])


def _ranks(text: str) -> Iterator[re.Match[str]]:
    return _rank_pattern().finditer(text) if "第" in text else iter(())
