"""The words around a number, and what is one word whatever the dictionary says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, SupportsIndex

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.tokens import BRACKETS, COMPARED, PERIOD, fixed_spans, tokenize
from jsisa_search.model import Range

_TEXT = "全市(含县区)粮食(不含大豆)产量增长(同口径)较快"
_RANGES = st.tuples(st.integers(0, len(_TEXT) - 1), st.integers(1, 6)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], len(_TEXT)))
)


def _disjoint(ranges: list[Range]) -> list[Range]:
    """Return those that overlap none before them, in order."""
    kept: list[Range] = []
    for start, end in ranges:
        if all(end <= first or last <= start for first, last in kept):
            kept.append((start, end))
    return sorted(kept)


@given(st.lists(_RANGES, max_size=4).map(_disjoint), st.lists(_RANGES, max_size=4))
def test_what_comes_first_keeps_its_characters(periods: list[Range], compared: list[Range]) -> None:
    """Periods, then comparisons, then brackets are one word each, unless one before has a part of it."""
    brackets = [(2, 7), (9, 15), (19, 24)]
    assert all(_TEXT[start] + _TEXT[end - 1] == "()" for start, end in brackets)
    expected: list[tuple[Range, str]] = []
    for kind, ranges in ((PERIOD, periods), (COMPARED, compared), (BRACKETS, brackets)):
        for start, end in ranges:
            if all(end <= first or last <= start for (first, last), _ in expected):
                expected.append(((start, end), kind))
    assert fixed_spans(_TEXT, periods, compared) == sorted(expected)


@given(st.lists(_RANGES, max_size=5).map(_disjoint), _RANGES)
def test_words_are_those_of_the_part_with_spans_within(ranges: list[Range], part: Range) -> None:
    """Only spans that lie within a part are one word of it; its words cover it, from place to place."""
    start, end = part
    words, places = tokenize(_TEXT, start, end, [(each, PERIOD) for each in ranges])
    within = [each for each in ranges if start <= each[0] and each[1] <= end]
    parts = list(zip(pairwise(places), words, strict=True))
    assert [place for place, (word, _) in parts if not word] == within
    assert (places[0], places[-1]) == (start, end)
    assert all(word == _TEXT[slice(*place)] for place, (word, _) in parts if word)


class _Counting(list[Any]):
    """A list that counts how often one of its items is asked for."""

    asked = 0

    def __getitem__(self, at: Any) -> Any:
        self.asked += isinstance(at, SupportsIndex)
        return super().__getitem__(at)


def test_a_number_asks_for_the_spans_near_it_alone() -> None:
    """A long text has as many spans as numbers: were all looked at for each, it would never be read."""
    text = "2019年产量, " * 20_000
    spans = _Counting([((at, at + 5), PERIOD) for at in range(0, len(text), 9)])
    words, _ = tokenize(text, 90_000, 90_009, spans)
    assert ("", PERIOD) in words
    assert spans.asked < 40
