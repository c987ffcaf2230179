"""Figures through time: what the passages of an index say of an indicator, or where a value occurs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import or_
from typing import Any

from whoosh import query as wq

from jsisa_search.analysis.fold import fold, fold_characters
from jsisa_search.errors import ArgumentError
from jsisa_search.figures.conditions import Comparison, ValueCondition
from jsisa_search.figures.figure import Bound, Figure
from jsisa_search.figures.numbers import Number, find_numbers, read_number, whole_number
from jsisa_search.figures.periods import OPEN
from jsisa_search.figures.places import named_place, resolve_place
from jsisa_search.figures.rows import unpack
from jsisa_search.figures.rules import Kind
from jsisa_search.figures.units import NO_UNIT
from jsisa_search.model import DateOrigin, Plain, Precision, Range
from jsisa_search.query import Filters, filter_tree
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.query.custom_queries import Literal as LiteralQuery
from jsisa_search.research.figure_checks import FigureCheck, FigureConflict, find_checks, find_conflicts
from jsisa_search.schema import UNDATED_TERM
from jsisa_search.search.interface import Searcher
from jsisa_search.translation import gettext as tr

_CONDITION = re.compile(r"^(.*?)(>=|<=|≥|≤|>|<|=)(.+)$", re.DOTALL)
_NAMES: dict[str, Comparison] = {"≥": ">=", "≤": "<=", "=": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}

# Names of parts of a year by their first and last month.
_PARTS = {(1, 6): "H1", (7, 12): "H2"} | {(3 * n - 2, 3 * n): f"Q{n}" for n in range(1, 5)}
_PARTS |= {(month, month): f"{month:02}" for month in range(1, 13)}


@dataclass(frozen=True, slots=True)
class FigureFact(Plain):
    """One figure of a passage, and the passage.

    `written` is the figure as the passage has it, `value` and `unit` what it comes to: 15.89亿元 is
    1589000000 元. `indicator`, `place` and `period` are as written, `None` where the passage names none.
    `place_name` is the place in short: what a word like 全省 refers to, or what the release names where the
    passage names none; `None` where neither does. `first` and `last` are the days of the period, `None`
    where it could not be resolved; `last` is `date.max` where it is open. `is_relative`: the period was
    resolved by the date or the title of the release. `is_doubtful`: the words leave it open whether it is the
    indicator that is measured. `direction` is 1 up, -1 down. `bound` says that the
    value is about, more or less than said; `is_range` that it is the end of a range. The ranges `span` and
    `indicator_span` are into `text`, the text of the passage. `copy_count` counts the further passages with
    that very text, this one's release being the earliest with a date. The rest is as in `Hit`.
    """

    indicator: str | None
    value: float
    unit: str
    written: str
    kind: Kind
    direction: int
    bound: Bound
    is_range: bool
    place: str | None
    place_name: str | None
    period: str | None
    first: date | None
    last: date | None
    is_relative: bool
    is_doubtful: bool
    id: str
    title: str | None
    source: str | None
    publisher: str | None
    date: datetime | None
    date_precision: Precision | None
    date_from: DateOrigin | None
    path: str
    line: int
    paragraph: int | None
    text: str
    span: Range
    indicator_span: Range | None
    copy_count: int = 0

    @property
    def period_name(self) -> str:
        """The period in short: `2022`, `2022-H1`, `2022-08`, `2019-01..2019-08`; or as it is written."""
        return period_name(self.first, self.last) or self.period or ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, with `period_name`; an open end is `null`, and `is_open` true."""
        found = Plain.to_dict(self)
        found["is_open"] = self.last == OPEN
        found["last"] = None if self.last == OPEN else found["last"]
        return found | {"period_name": self.period_name}


@dataclass(frozen=True, slots=True)
class FigureTable(Plain):
    """Figures in the order of their periods, those without one last; then those that are doubtful.

    `total` counts all that were found, `doubtful` those whose indicator is; `facts` has as many as were asked
    for. `names` are the names of the indicator, each with its number of figures. Names, conflicts and checks
    are without the doubtful. `conflicts` are different values for one period, `checks` are
    changes compared with the levels that they follow from; both are of `facts`, which they name by their
    places in it. `condition` is what values were restricted to, as understood. `unresolved` counts
    the figures whose period is not known. `expansions` are the other names of words of the indicator that
    figures were found by, each after the word.
    """

    indicator: str
    condition: str
    total: int
    facts: tuple[FigureFact, ...]
    names: tuple[tuple[str, int], ...]
    conflicts: tuple[FigureConflict, ...] = ()
    checks: tuple[FigureCheck, ...] = ()
    unresolved: int = 0
    expansions: tuple[tuple[str, str], ...] = ()
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """Figures of an indicator, of which each word must occur in its name or place; or of any.

    `typed` are the words, which are folded to be found; `others` are the other names of each, which may occur
    in its place: 国内生产总值 for GDP.
    """

    typed: tuple[str, ...]
    comparison: Comparison | None = None
    number: Number | None = None
    written: str = ""
    others: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, text: str | None, value: str | None) -> FigureRequest:
        """Read `群众安全感`, `群众安全感 > 99%`, and a value like `15.89亿元` or `>15.89亿元`.

        Raises `ArgumentError` where there is neither, or what is compared with is no number.
        """
        name, condition = text or "", fold(value or "")
        if (match := _CONDITION.match(fold_characters(name))) and not condition:
            name, condition = match[1], fold(match[2] + match[3])
        typed = tuple(name.split())
        if not condition:
            if not typed:
                raise ArgumentError(
                    tr("give the name of an indicator, like 群众安全感, or a value, like 15.89亿元")
                )
            return cls(typed)
        match = _CONDITION.match(condition)
        comparison, written = (_NAMES[match[2]], match[3]) if match else ("=", condition)
        number = _number_of(written.strip())
        if number is None:
            raise ArgumentError(
                tr("{value} is no number; give one like 15.89亿元 or 99%").format(
                    value=repr(value or written)
                )
            )
        return cls(typed, comparison, number, written.strip())

    def widened(self, others_of: Callable[[str], Iterable[str]]) -> FigureRequest:
        """Return the request with the other folded names of each word."""
        return replace(self, others=tuple(tuple(others_of(word)) for word in self.words))

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(map(fold, self.typed))

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """The names of which one must occur, for each word: the word itself first."""
        others = self.others or ((),) * len(self.words)
        return tuple((word, *names) for word, names in zip(self.words, others, strict=True))

    @property
    def condition(self) -> str:
        """The restriction of values, as understood."""
        return f"{self.comparison} {self.written}" if self.number else ""

    @property
    def wanted(self) -> ValueCondition | None:
        """The same for an engine, in numbers."""
        if self.number is None or self.comparison is None:
            return None
        unit = None if self.number.unit is NO_UNIT else self.number.unit.number
        return ValueCondition(self.comparison, self.number.value, unit)


def _number_of(text: str) -> Number | None:
    found = next(find_numbers(text), None) or whole_number(text)
    if found is not None and (found.start, found.end) == (0, len(text)):
        return found
    value = read_number(text)
    return None if value is None else Number(value, NO_UNIT, 0, 0, len(text), is_more=False, is_range=False)


def figures_of(
    searcher: Searcher,
    request: FigureRequest,
    filters: Filters,
    limit: int,
    path_of: Callable[[str], str],
) -> FigureTable:
    """Return the figures that satisfy a request, in passages that pass `filters`, up to `limit` of them."""
    passages = searcher.figures(
        _passages(request), passing=filter_tree(filters, searcher.values_of), wanted=request.wanted
    )
    facts = (_fact(stored, figure, path_of) for stored, rows in passages for figure in unpack(rows))
    found = _once(sorted((fact for fact in facts if _is_wanted(fact, request)), key=_order))
    sure = [fact for fact in found if not fact.is_doubtful]
    kept = tuple(found[:limit])
    compared = kept[: len(sure)]
    return FigureTable(
        " ".join(request.typed),
        request.condition,
        len(found),
        kept,
        tuple(_names(sure)),
        find_conflicts(compared),
        find_checks(compared),
        sum(fact.first is None for fact in found),
        tuple(_used(request, found)),
        len(found) - len(sure),
    )


def _passages(request: FigureRequest) -> wq.Query:
    """Return the passages that may have such figures: a place may be in their release alone."""
    names = [name for alternatives in request.alternatives for name in alternatives]
    return wq.Or([LiteralQuery("text", name) for name in names]) if names else PASSAGES


def _once(facts: Iterable[FigureFact]) -> list[FigureFact]:
    """Return each figure of passages that are word for word the same once, the first of them."""
    found: dict[tuple[Any, ...], FigureFact] = {}
    for fact in facts:
        key = fact.text, fact.span, fact.first, fact.last
        first = found.get(key)
        found[key] = replace(first, copy_count=first.copy_count + 1) if first else fact
    return list(found.values())


def _names(facts: Iterable[FigureFact]) -> Iterator[tuple[str, int]]:
    """Yield the names of the indicator as they are mostly written, the most frequent first."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.indicator:
            written[fold(fact.indicator)][fact.indicator] += 1
    for forms in sorted(written.values(), key=Counter.total, reverse=True):
        yield forms.most_common(1)[0][0], forms.total()


def _used(request: FigureRequest, facts: Iterable[FigureFact]) -> Iterator[tuple[str, str]]:
    """Yield the other names that figures were found by and would not have been without, after their words."""
    texts = {f"{fact.indicator or ''} {fact.place or ''} {fact.place_name or ''}" for fact in facts}
    folded = [fold(text) for text in texts]
    for typed, (word, *others) in zip(request.typed, request.alternatives, strict=True):
        without = [text for text in folded if word not in text]
        yield from ((typed, other) for other in others if any(other in text for text in without))


def _fact(stored: dict[str, Any], figure: Figure, path_of: Callable[[str], str]) -> FigureFact:
    text = stored["text"]
    origin = None if stored["date_from"] == UNDATED_TERM else stored["date_from"]
    place = _cut(text, figure.place)
    title = stored.get("title") if stored["kind"] != "title" else text
    names = [title, *(stored.get(name) for name in ("publisher", "source"))]
    return FigureFact(
        indicator=_cut(text, figure.indicator),
        value=figure.value,
        unit=figure.unit.name,
        written=text[slice(*figure.span)],
        kind=figure.kind,
        direction=figure.direction,
        bound=figure.bound,
        is_range=figure.is_range,
        place=place,
        place_name=resolve_place(place, names) if place else named_place(names),
        period=_cut(text, figure.period),
        first=figure.first,
        last=figure.last,
        is_relative=figure.is_relative,
        is_doubtful=figure.is_doubtful,
        id=stored["release"],
        title=title,
        source=stored.get("source"),
        publisher=stored.get("publisher"),
        date=stored.get("published"),
        date_precision=stored.get("precision"),
        date_from=origin,
        path=path_of(stored["path"]),
        line=stored["line"],
        paragraph=stored.get("paragraph"),
        text=text,
        span=figure.span,
        indicator_span=figure.indicator,
    )


def _cut(text: str, span: Range | None) -> str | None:
    return text[slice(*span)] if span else None


def _is_wanted(fact: FigureFact, request: FigureRequest) -> bool:
    """Return whether each word of a request is in the name of the indicator or its place, one in the name.

    Of a word with other names any will do.
    """
    if not request.words:
        return True
    name = fold(fact.indicator or "")
    place = fold(f"{fact.place or ''} {fact.place_name or ''}")
    in_name = [any(each in name for each in names) for names in request.alternatives]
    in_place = (any(each in place for each in names) for names in request.alternatives)
    return any(in_name) and all(map(or_, in_name, in_place))


def _order(fact: FigureFact) -> tuple[Any, ...]:
    day = fact.date.date() if fact.date else date.max
    place = fact.id, fact.paragraph or 0, fact.span
    return fact.is_doubtful, fact.first or date.max, fact.last or date.max, day, *place


def period_name(first: date | None, last: date | None) -> str:
    """Return the days of a period in short; empty where they are not known."""
    if first is None or last is None:
        return ""
    if last == OPEN:
        return f"{first.isoformat()}.."
    if first == last:
        return first.isoformat()
    if first.day != 1 or (last + timedelta(1)).day != 1:
        return f"{first.isoformat()}..{last.isoformat()}"
    if (first.month, last.month) == (1, 12):
        return f"{first.year}" if first.year == last.year else f"{first.year}..{last.year}"
    within = _PARTS.get((first.month, last.month)) if first.year == last.year else None
    if within is not None:
        return f"{first.year}-{within}"
    return f"{first:%Y-%m}..{last:%Y-%m}"
