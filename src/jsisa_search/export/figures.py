"""Figures through time as a chart and as a table, which every edge needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from jsisa_search.analysis.fold import fold
from jsisa_search.export.charts import Chart, Series
from jsisa_search.model import format_timestamp
from jsisa_search.research.figures import FigureFact, FigureTable
from jsisa_search.translation import gettext as tr

#: The columns of `figure_rows`.
COLUMNS = (
    *("period", "first", "last", "place", "place_written", "indicator", "written", "value", "unit", "kind"),
    *(
        "direction",
        "bound",
        "doubtful",
        "conflict",
        "check",
        "source",
        "date",
        "title",
        "path",
        "line",
        "text",
    ),
)

# Days of a period whose value has a place in time, and years without a value that are shown.
_LONGEST_PERIOD = 367
_LONGEST_GAP = 50
# Lines that can be distinguished in one chart.
_MOST_SERIES = 7


def figure_rows(table: FigureTable) -> Iterator[tuple[str | int | float | None, ...]]:
    """Yield the cells of each figure by `COLUMNS`.

    `doubtful` is 1 where it is not certain that this is the indicator. `conflict` has the other values for
    the same period, `check` what a change should be by its levels where it is something else.
    """
    conflicts, checks = conflicting(table), {check.change: check for check in table.checks}
    for at, fact in enumerate(table.facts):
        check = checks.get(at)
        yield (
            fact.period_name,
            fact.first.isoformat() if fact.first else None,
            fact.last.isoformat() if fact.last and fact.last != date.max else None,
            fact.place_name,
            fact.place,
            fact.indicator,
            fact.written,
            fact.value,
            fact.unit,
            fact.kind,
            fact.direction,
            fact.bound,
            int(fact.is_doubtful),
            "; ".join(table.facts[other].written for other in conflicts.get(at, ())),
            None if check is None or check.agrees else check.expected,
            fact.source or fact.publisher,
            format_timestamp(fact.date, fact.date_precision),
            fact.title,
            fact.path,
            fact.line,
            fact.text,
        )


def conflicting(table: FigureTable) -> dict[int, tuple[int, ...]]:
    """Return for each figure that disagrees with others of its period those that have another value."""
    facts = table.facts
    return {
        at: tuple(other for other in conflict.facts if facts[other].value != facts[at].value)
        for conflict in table.conflicts
        for at in conflict.facts
    }


def figures_chart(table: FigureTable) -> Chart:
    """Return the levels of a table as a line chart: a line for each name and place, of the usual unit.

    Where a period has several values the one of the latest release is drawn. What has no period, is a change,
    or doubtful, is left out.
    """
    drawn = [fact for fact in table.facts if _is_drawn(fact)]
    units: dict[str, int] = defaultdict(int)
    for fact in drawn:
        units[fact.unit] += 1
    unit = max(units, key=lambda name: units[name], default="")
    lines: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    named: dict[str, None] = {}
    for fact in sorted(drawn, key=lambda fact: (fact.first, fact.last, fact.date is not None, fact.date)):
        if fact.unit == unit:
            named[fact.period_name] = None
            lines[fold(fact.indicator or ""), fact.place_name or ""][fact.period_name] = fact.value
    longest = sorted(lines.items(), key=lambda line: -len(line[1]))[:_MOST_SERIES]
    are_named = len({name for (name, _), _ in longest}) > 1
    are_placed = len({place for (_, place), _ in longest}) > 1 or not are_named
    periods = _with_gaps(named)
    series = tuple(
        Series(_name(name, place, is_placed=are_placed), tuple(values.get(period) for period in periods))
        for (name, place), values in longest
    )
    title = table.indicator or table.condition
    note = tr("{number} of {total} figures; {unresolved} without a known period").format(
        number=sum(len(values) for _, values in longest), total=table.total, unresolved=table.unresolved
    )
    return Chart(title, periods, series, unit=unit, note=note, from_zero=False, joins_gaps=True)


def _is_drawn(fact: FigureFact) -> bool:
    """Return whether a figure is a point in time or a value of a period that is not long."""
    if fact.kind not in ("level", "share") or fact.is_range or fact.is_doubtful:
        return False
    if fact.first is None or fact.last is None:
        return False
    return fact.last.toordinal() - fact.first.toordinal() < _LONGEST_PERIOD


def _with_gaps(periods: Iterable[str]) -> tuple[str, ...]:
    """Return the names of periods with those of the years between that have none, so that time is even."""
    found: list[str] = []
    for period in periods:
        if found:
            year, last = int(period[:4]), int(found[-1][:4])
            found += (f"{between}" for between in range(last + 1, min(year, last + _LONGEST_GAP)))
        found.append(period)
    return tuple(found)


def _name(name: str, place: str, *, is_placed: bool) -> str:
    return f"{place} {name}" if place and is_placed else name
