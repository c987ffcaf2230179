"""What figures say against each other: different values for one period, and changes that do not follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jsisa_search.analysis.fold import fold
from jsisa_search.model import Plain

if TYPE_CHECKING:
    from jsisa_search.research.figures import FigureFact

# Changes are rounded as their levels are: half of the last decimal of each, and of the change.
_HALF = 0.5
# Conflicts and checks that are returned at most.
_MOST = 200


@dataclass(frozen=True, slots=True)
class FigureConflict(Plain):
    """Different values of one indicator, place and period: the places of the figures in the table."""

    indicator: str
    place: str | None
    period: str
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FigureCheck(Plain):
    """A stated change beside the two levels that it follows from, by their places in the table.

    `expected` is the change from the levels, in the unit of the stated one; `agrees` allows for rounding.
    """

    change: int
    before: int
    after: int
    expected: float
    agrees: bool


def find_conflicts(facts: Sequence[FigureFact]) -> tuple[FigureConflict, ...]:
    """Return the periods for which releases give an indicator different levels.

    Several values of one release are of several things (分别为8.3%、53.9%): it is compared with others, and
    agrees with one that has a value in common.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, fact in enumerate(facts):
        if (
            fact.first is not None
            and fact.kind in ("level", "share")
            and not fact.is_range
            and not fact.bound
            and fact.indicator
        ):
            groups[_subject(fact), fact.first, fact.last, fact.unit].append(at)
    found = []
    for group in groups.values():
        if disagreeing := _disagreeing(facts, group):
            fact = facts[disagreeing[0]]
            found.append(
                FigureConflict(fold(fact.indicator or ""), _place(fact), fact.period_name, disagreeing)
            )
    return tuple(found[:_MOST])


def _disagreeing(facts: Sequence[FigureFact], group: Sequence[int]) -> tuple[int, ...]:
    """Return the figures of those releases that have no value in common with some other release."""
    values: dict[str, set[float]] = defaultdict(set)
    for at in group:
        values[facts[at].id].add(facts[at].value)
    alone = {
        release
        for release, own in values.items()
        if any(own.isdisjoint(others) for others in values.values())
    }
    return tuple(at for at in group if facts[at].id in alone)


def find_checks(facts: Sequence[FigureFact]) -> tuple[FigureCheck, ...]:
    """Return the changes whose levels before and after are known, each compared with these."""
    levels: dict[Hashable, list[int]] = defaultdict(list)
    for at, fact in enumerate(facts):
        if fact.kind in ("level", "share") and not fact.is_range and not fact.bound:
            levels[_subject(fact)].append(at)
    found = []
    for at, fact in enumerate(facts):
        if fact.kind == "change" and fact.direction and not fact.bound and not fact.is_range:
            for before, after in _pairs(facts, fact, levels[_subject(fact)]):
                check = _check(facts, at, before, after)
                if check is not None:
                    found.append(check)
                    break
    return tuple(found[:_MOST])


def _subject(fact: FigureFact) -> Hashable:
    return fold(fact.indicator or ""), _place(fact)


def _place(fact: FigureFact) -> str | None:
    return fact.place_name or fact.place


def _pairs(
    facts: Sequence[FigureFact], change: FigureFact, levels: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Yield the levels before and after a change: of its passage, or of its year and the one before."""
    known = list(levels)
    here = [at for at in known if (facts[at].id, facts[at].text) == (change.id, change.text)]
    here.sort(key=lambda at: facts[at].span)
    yield from (
        (before, after) for before in here for after in here if facts[before].span < facts[after].span
    )
    if change.first is None or change.last is None or change.last == date.max:
        return
    year = change.first.year
    if (change.first, change.last) != (date(year, 1, 1), date(year, 12, 31)) or year <= 1:
        return
    before_days = (date(year - 1, 1, 1), date(year - 1, 12, 31))
    afters = [at for at in known if (facts[at].first, facts[at].last) == (change.first, change.last)]
    befores = [at for at in known if (facts[at].first, facts[at].last) == before_days]
    yield from ((before, after) for after in afters for before in befores)


def _check(facts: Sequence[FigureFact], at: int, before: int, after: int) -> FigureCheck | None:
    change, old, new = facts[at], facts[before], facts[after]
    if old.unit != new.unit:
        return None
    if (change.unit == new.unit and change.unit != "%") or (change.unit == "个百分点" and new.unit == "%"):
        expected = new.value - old.value
    elif change.unit == "%" and new.unit != "%" and old.value:
        expected = (new.value / old.value - 1) * 100
    else:
        return None
    stated = change.value * change.direction
    slack = _HALF * (_step(change) + _spread(change, old, new))
    return FigureCheck(at, before, after, round(expected, 6), abs(expected - stated) <= slack * (1 + 1e-9))


def _spread(change: FigureFact, old: FigureFact, new: FigureFact) -> float:
    """Return how far the change from two rounded levels may be off, twice."""
    if change.unit == "%" and new.unit != "%":
        return 100 * (_step(new) / abs(old.value) + abs(new.value) * _step(old) / old.value**2)
    return _step(old) + _step(new)


def _step(fact: FigureFact) -> float:
    """Return what the last written digit of a figure counts: 0.01亿 of 15.89亿元."""
    digits = fold(fact.written)
    number = next((part for part in _numbers(digits)), "")
    if not number or not fact.value:
        return 0.0
    scale = abs(fact.value) / float(number) if float(number) else 1.0
    return scale * 10.0 ** -len(number.partition(".")[2])


def _numbers(text: str) -> Iterator[str]:
    number = ""
    for char in f"{text} ":
        if char.isdecimal() or (char == "." and number):
            number += char
        elif number:
            yield number.rstrip(".")
            number = ""
