"""How words are used in names of figures, counted in text that nobody has labelled: `data/usage.tsv`.

Labels are few, and most words of a text are in none of them. Names that the weights choose with a high
probability in much text show which words begin and end names, and which of them go with a unit: 企业 with 家.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from math import exp, log
from typing import NamedTuple

from jsisa_search.figures.units import Unit
from jsisa_search.package_data import read_data

#: What is told of a word that is seen too seldom.
SELDOM = "x"
# The steps between the least and the most that a word and a unit go together, as logarithms.
_LEAST, _MOST = -3, 4
_STEPS = {step: str(step) for step in range(_LEAST, _MOST + 1)}
# Added to what is counted and to what is expected, so that rare units tell little.
_SMOOTHING = 0.1
_MOST_CACHED = 1 << 16
# Before the last character of words of which no names are listed.
_OTHER = "…"


class Usage(NamedTuple):
    """How large a share of the uses of a word near a name is each of these; a digit, a letter for few uses.

    Right before a name, its first word, within it, its last word, right behind it.
    """

    before: str
    begin: str
    inside: str
    end: str
    after: str


_SELDOM = Usage(*[SELDOM] * len(Usage._fields))


class Bonds(NamedTuple):
    """How much oftener than by chance names go with a unit: those that begin or end with a word.

    `kind` is for the class of the unit; `ending` for the last character of the word, whatever the word is.
    """

    begin: str
    end: str
    kind: str
    ending: str


class _Counts(NamedTuple):
    """How many names there are, by unit and by the class of the unit."""

    total: int
    by_unit: dict[str, int]
    by_kind: dict[str, int]


class _Table(NamedTuple):
    usage: dict[str, Usage]
    #: How many names that begin or end with a word each unit has, as they are listed: 家=12 个=3.
    begins: dict[str, str]
    ends: dict[str, str]
    endings: dict[str, str]
    kinds: dict[str, str]
    all: _Counts


@cache
def _table() -> _Table:
    lines = read_data("jsisa_search.figures", "usage.tsv").splitlines()
    first, *rows = [line for line in lines if not line.startswith("#")]
    kinds, counts = {}, []
    for listed in first.split("\t"):
        name, kind, count = listed.rsplit("=", 2)
        kinds[name] = kind
        counts.append(f"{name}={count}")
    table = _Table({}, {}, {}, {}, kinds, _counts("\t".join(counts), kinds))
    for row in rows:
        word, shares, *listings = row.split("\t")
        if shares:
            table.usage[word] = Usage(*shares)
        for into, listed in zip((table.begins, table.ends, table.endings), listings, strict=True):
            if listed:
                into[word] = listed.replace(" ", "\t")
    return table


@lru_cache(maxsize=_MOST_CACHED)
def _names(listed: str) -> _Counts:
    return _counts(listed, _table().kinds)


def _counts(listed: str, kinds: dict[str, str]) -> _Counts:
    by_unit: dict[str, int] = {}
    by_kind: dict[str, int] = {}
    for each in listed.split("\t"):
        name, _, count = each.rpartition("=")
        by_unit[name] = int(count)
        by_kind[kinds[name]] = by_kind.get(kinds[name], 0) + int(count)
    return _Counts(sum(by_unit.values()), by_unit, by_kind)


def usage_of(word: str) -> Usage:
    """Return how a word is used."""
    return _table().usage.get(word, _SELDOM)


def listed_as(word: str) -> str:
    """Return a word of which names are listed, or what all others with its last character have in common."""
    table = _table()
    return word if word in table.begins or word in table.ends else _OTHER + word[-1:]


def bonds_of(unit: Unit, word: str) -> Bonds:
    """Return what a word, or what it is listed as, has to do with a unit."""
    return bonds_with(unit)[word]


class _BondsOfUnit(dict[str, Bonds]):
    """Bonds by word, made on first use; equal ones are one object, which the garbage collector sees once."""

    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self._unit = unit

    def __missing__(self, word: str) -> Bonds:
        if len(self) >= _MOST_CACHED:
            self.clear()
        found = _bonds_of(self._unit, word)
        self[word] = found = _distinct().setdefault(found, found)
        return found


@cache
def bonds_with(unit: Unit) -> Mapping[str, Bonds]:
    """Return `bonds_of` a unit by the word."""
    return _BondsOfUnit(unit)


@cache
def _distinct() -> dict[Bonds, Bonds]:
    return {}


def _bonds_of(unit: Unit, word: str) -> Bonds:
    table, (of_unit, of_kind) = _table(), _shares(unit)
    begin = end = kind = ending = SELDOM
    if listed := table.begins.get(word):
        names = _names(listed)
        begin = _step(names.by_unit.get(unit.name, 0), names.total * of_unit)
    if listed := table.ends.get(word):
        names = _names(listed)
        end = _step(names.by_unit.get(unit.name, 0), names.total * of_unit)
        kind = _step(names.by_kind.get(unit.kind, 0), names.total * of_kind)
    if listed := table.endings.get(word[-1:]):
        names = _names(listed)
        ending = _step(names.by_unit.get(unit.name, 0), names.total * of_unit)
    return Bonds(begin, end, kind, ending)


@cache
def _shares(unit: Unit) -> tuple[float, float]:
    """Return the shares of all names that have a unit and its class."""
    names = _table().all
    return (
        names.by_unit.get(unit.name, 0) / names.total,
        names.by_kind.get(unit.kind, 0) / names.total,
    )


#: The steps of a word without a name with the unit, as most are, from where on so many are expected.
_WITHOUT = [_SMOOTHING * (exp(step + 0.5) - 1) for step in range(-_LEAST)]


def _step(count: int, expected: float) -> str:
    if not count:
        return _STEPS[-bisect_left(_WITHOUT, expected)]
    step = round(log((count + _SMOOTHING) / (expected + _SMOOTHING)))
    return _STEPS[max(_LEAST, min(_MOST, step))]
