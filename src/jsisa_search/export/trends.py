"""A trend as a chart and as a table, which the command line and the pages in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from jsisa_search.export.charts import Chart, Series
from jsisa_search.research.trend.phrases import NewPhrases
from jsisa_search.research.trend.timeline import period_name, period_number
from jsisa_search.research.trend.trend import Trend
from jsisa_search.translation import gettext as tr

Measure = Literal["per_million", "occurrences", "passages", "releases"]

#: The columns of `trend_rows`.
COLUMNS = ("wording", "source", "period", "passages", "releases", "occurrences", "per_million", "characters")

#: The columns of `phrase_rows`.
PHRASE_COLUMNS = (
    "change", "phrase", "kind", "passages_before", "passages_since", "occurrences_before",
    "occurrences_since", "per_million_before", "per_million_since", "first", "last", "first_source",
    "last_source",
)  # fmt: skip

# Lines that can be distinguished in one chart.
_MOST_SERIES = 7
# Periods without text are left as gaps in a chart of up to so many periods; in longer ones they are left out.
_MOST_PERIODS = 600


def trend_chart(trend: Trend, measure: Measure = "per_million") -> Chart:
    """Return wordings through time as a line chart; of one wording by source, its most frequent sources.

    Sources are counted in occurrences, whatever the measure. A period without any text is a gap.
    """
    names = _periods_with_gaps(trend)
    places = {period.name: at for at, period in enumerate(trend.periods)}
    lines = _source_lines(trend)
    if lines:
        measure = "occurrences"
    else:
        lines = [
            (wording.text, [getattr(usage, measure) for usage in wording.by_period])
            for wording in trend.wordings
        ]
    series = tuple(
        Series(name, tuple(values[places[period]] if period in places else None for period in names))
        for name, values in lines
    )
    title = " · ".join(wording.text for wording in trend.wordings)
    return Chart(title, names, series, unit=measure_name(measure), note=_note(trend))


def measure_name(measure: Measure) -> str:
    """Return what is counted, in the language of the user."""
    return {
        "per_million": tr("occurrences per million characters"),
        "occurrences": tr("occurrences"),
        "passages": tr("passages"),
        "releases": tr("releases"),
    }[measure]


def trend_rows(trend: Trend) -> Iterator[tuple[str | int | float | None, ...]]:
    """Yield the cells of a table by `COLUMNS`: each wording in each period, then each source of it.

    The period of what has no date is empty. Rows of a source are there if they were asked for, and count
    occurrences only.
    """
    for wording in trend.wordings:
        usages = zip([*trend.periods, trend.undated], [*wording.by_period, wording.undated], strict=True)
        for period, usage in usages:
            counts = (usage.passages, usage.releases, usage.occurrences, usage.per_million)
            yield wording.text, None, period.name, *counts, period.characters
        for source in wording.sources:
            for period, count in zip(trend.periods, source.occurrences_by_period, strict=False):
                yield wording.text, source.source or "", period.name, None, None, count, None, None


def phrase_rows(phrases: NewPhrases) -> Iterator[tuple[str | int | float | None, ...]]:
    """Yield the cells of a table by `PHRASE_COLUMNS`: what appeared, rose and vanished."""
    for change in ("appeared", "risen", "vanished"):
        for phrase in getattr(phrases, change):
            sides = zip(
                *(
                    (side.passages, side.occurrences, side.per_million)
                    for side in (phrase.before, phrase.since)
                ),
                strict=True,
            )
            counts = (count for pair in sides for count in pair)
            days = (phrase.first.date().isoformat(), phrase.last.date().isoformat())
            sources = (phrase.first_source, phrase.last_source)
            yield change, phrase.text, phrase.kind, *counts, *days, *sources


def _source_lines(trend: Trend) -> list[tuple[str, list[int]]]:
    """Return the most frequent sources of one wording with their counts; none where they were not counted."""
    if len(trend.wordings) != 1:
        return []
    counted = [source for source in trend.wordings[0].sources if source.occurrences_by_period]
    counted.sort(key=lambda source: -source.occurrences)
    return [
        (source.source or tr("(no source)"), list(source.occurrences_by_period))
        for source in counted[:_MOST_SERIES]
    ]


def _periods_with_gaps(trend: Trend) -> tuple[str, ...]:
    """Return the names of all periods from the first to the last, those without text among them."""
    known = tuple(period.name for period in trend.periods)
    numbers = [period_number(name, trend.by) for name in known]
    if not numbers or numbers[-1] - numbers[0] >= _MOST_PERIODS:
        return known
    return tuple(period_name(number, trend.by) for number in range(numbers[0], numbers[-1] + 1))


def _note(trend: Trend) -> str:
    """Return what the figures are of."""
    releases = sum(period.releases for period in trend.periods)
    note = (
        tr("{releases:,} dated releases; reprints are counted once")
        if trend.fold
        else tr("{releases:,} dated releases; every reprint is counted")
    )
    return note.format(releases=releases)
