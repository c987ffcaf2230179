"""Wordings through time for reading on a terminal: bars, first and last use, sources, companions, lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jsisa_search import (
    Companion,
    Companions,
    ConcordanceLine,
    Hit,
    NewPhrases,
    Phrase,
    SourceUsage,
    Trend,
    Usage,
    Wording,
)
from jsisa_search.cli.printers.terminal import Part, Styled, print_line, quantity, shown_path
from jsisa_search.cli.printers.text import dated_text
from jsisa_search.export.citation import excerpt
from jsisa_search.export.periods import period_label
from jsisa_search.export.plain import columns, one_line
from jsisa_search.export.trends import Measure, measure_name
from jsisa_search.model import format_timestamp
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext

# Columns of the longest bar.
_BAR = 36
# Sources that are listed, unless all are asked for.
_MOST_SOURCES = 8
# Colours of the wordings side by side, in this order.
_COLORS = ("blue", "yellow", "green", "magenta", "cyan", "red")
# Columns of the text before a wording in a concordance.
_LEFT = 44


def print_trend(trend: Trend, measure: Measure, *, by_source: bool) -> None:
    """Print a trend; the bars show one measure."""
    for number, wording in enumerate(trend.wordings):
        print_line(*_total_line(wording, number, is_alone=len(trend.wordings) == 1))
    for line in _notes(trend):
        print_line(line)
    if trend.periods:
        print_line()
        for parts in _period_lines(trend, measure):
            print_line(*parts)
    for number, wording in enumerate(trend.wordings):
        if wording.total.passages:
            print_line()
            for parts in _wording_lines(trend, wording, number, by_source=by_source):
                print_line(*parts)


def _total_line(wording: Wording, number: int, *, is_alone: bool) -> list[Part]:
    total = wording.total
    counts = [quantity(total.occurrences, "occurrence"), quantity(total.passages, "passage")]
    counts.append(quantity(total.releases, "release"))
    if total.per_million is not None:
        counts.append(_("{rate} per million characters").format(rate=_rate(total)))
    return [_name(wording, number, is_alone=is_alone), "  ", " · ".join(counts)]


def _name(wording: Wording, number: int, *, is_alone: bool) -> Styled:
    color = None if is_alone else _COLORS[number % len(_COLORS)]
    return Styled(one_line(wording.text), fg=color, bold=True)


def _notes(trend: Trend) -> Iterator[str]:
    """Yield what is to be said of reprints and of what has no date."""
    if not trend.fold:
        yield _("Every reprint is counted.")
    undated = sum(wording.undated.passages for wording in trend.wordings)
    if undated:
        yield ngettext(
            "{number} passage of an undated release is in no period.",
            "{number} passages of undated releases are in no period.",
            undated,
        ).format(number=undated)
    if trend.undated_left_out:
        yield ngettext(
            "{number} more passage of an undated release is left out by date; include with --undated",
            "{number} more passages of undated releases are left out by date; include with --undated",
            trend.undated_left_out,
        ).format(number=trend.undated_left_out)


def _period_lines(trend: Trend, measure: Measure) -> Iterator[list[Part]]:
    """Yield a line for each wording in each period: how often, per million characters, and a bar."""
    most = max(
        (getattr(usage, measure) or 0 for wording in trend.wordings for usage in wording.by_period), default=0
    )
    is_alone = len(trend.wordings) == 1
    width = max(columns(period_label(period.name)) for period in trend.periods)
    names = 0 if is_alone else max(columns(one_line(wording.text)) for wording in trend.wordings) + 2
    heads = [_("occurrences"), _("per million")]
    yield [
        " " * (width + 2 + names),
        Styled("  ".join(_right(head, 8) for head in heads), dim=True),
        Styled("  " + _("bars: {measure}").format(measure=measure_name(measure)), dim=True),
    ]
    for at, period in enumerate(trend.periods):
        for number, wording in enumerate(trend.wordings):
            usage = wording.by_period[at]
            name = _name(wording, number, is_alone=is_alone)
            counts = [f"{usage.occurrences:,}", _rate(usage)]
            cells = [_right(count, max(columns(head), 8)) for count, head in zip(counts, heads, strict=True)]
            named: list[Part] = [] if is_alone else [name, " " * (names - columns(name.text))]
            label = "" if number else period_label(period.name)
            yield [
                label + " " * (width - columns(label) + 2),
                *named,
                "  ".join(cells) + "  ",
                Styled(_bar(getattr(usage, measure) or 0, most), fg=_COLORS[number % len(_COLORS)]),
            ]


def _wording_lines(trend: Trend, wording: Wording, number: int, *, by_source: bool) -> Iterator[list[Part]]:
    if len(trend.wordings) > 1:
        yield [_name(wording, number, is_alone=False)]
    for label, hit in ((_("first"), wording.first), (_("last"), wording.last)):
        if hit is not None and not (hit is wording.last and wording.first == wording.last):
            yield from _use_lines(label, hit)
    yield from _source_lines(trend, wording, by_source=by_source)
    if wording.companions is not None:
        yield from _companion_lines(wording.companions)
    for line in wording.lines:
        yield _concordance_line(line)


def _use_lines(label: str, hit: Hit) -> Iterator[list[Part]]:
    """Yield the first or last use: when and where, the passage, and the place to open it."""
    facts = (dated_text(hit), one_line(hit.source or hit.publisher or ""), one_line(hit.title or ""))
    yield [_("{name}: {text}").format(name=label, text=" · ".join(fact for fact in facts if fact))]
    marked = (f"【{text}】" if is_match else text for text, is_match in excerpt(hit))
    yield ["  ", "".join(marked)]
    yield ["  ", Styled(f"{shown_path(hit.path)}:{hit.line}", fg="green")]


def _source_lines(trend: Trend, wording: Wording, *, by_source: bool) -> Iterator[list[Part]]:
    shown = wording.sources if by_source else wording.sources[:_MOST_SOURCES]
    yield [Styled(_("sources, in the order of their first use:"), bold=True)]
    for source in shown:
        yield ["  ", *_source_parts(source)]
        if by_source:
            counts = zip(trend.periods, source.occurrences_by_period, strict=True)
            used = (f"{period_label(period.name)}: {count}" for period, count in counts if count)
            yield ["      " + "  ".join(used)]
    if len(shown) < len(wording.sources):
        number = len(wording.sources) - len(shown)
        more = ngettext(
            "and {number} more source; --by-source lists all",
            "and {number} more sources; --by-source lists all",
            number,
        )
        yield ["  " + more.format(number=number)]


def _source_parts(source: SourceUsage) -> list[Part]:
    name = one_line(source.source or _("(no source)"))
    day = f"{source.first:%Y-%m-%d}" if source.first else _("undated")
    return [f"{day}  ", name, "  ", Styled(quantity(source.occurrences, "occurrence"), dim=True)]


def _companion_lines(found: Companions) -> Iterator[list[Part]]:
    """Yield the words that are newly beside a wording, that no longer are, and that always are."""
    day = f"{found.since:%Y-%m-%d}"
    since = _("{passages} since {day}, {before} before").format(
        passages=quantity(found.passages_since, "passage"), day=day, before=found.passages_before
    )
    yield [Styled(_("{name}: {text}").format(name=_("beside it"), text=since), bold=True)]
    rows: tuple[tuple[str, Iterable[Companion]], ...] = (
        (_("new"), found.new),
        (_("no longer"), found.gone),
        (_("always"), found.steady),
    )
    for label, companions in rows:
        words = _(", ").join(_companion(each) for each in companions)
        yield ["  ", _("{name}: {text}").format(name=label, text=words or _("none beyond chance"))]


def _companion(companion: Companion) -> str:
    if not companion.before:
        return f"{companion.word} {companion.since}"
    if not companion.since:
        return f"{companion.word} {companion.before}"
    return f"{companion.word} {companion.before}→{companion.since}"


def _concordance_line(line: ConcordanceLine) -> list[Part]:
    """Return an occurrence with the text around it, all wordings below each other."""
    left, right = one_line(line.left), one_line(line.right)
    while columns(left) > _LEFT:
        left = left[1:]
    day = format_timestamp(line.date, line.date_precision) or _("undated")
    place = f"{shown_path(line.path)}:{line.line}"
    return [
        f"{day[:10]:10} ",
        " " * (_LEFT - columns(left)) + left,
        f"【{one_line(line.text)}】",
        right,
        "  ",
        Styled(place, fg="green"),
    ]


def _bar(value: float, most: float) -> str:
    """Return a bar of full and half blocks; what is there at all has at least half a one."""
    if not value:
        return ""
    halves = max(round(2 * _BAR * value / most), 1)
    return "█" * (halves // 2) + "▌" * (halves % 2)


def _rate(usage: Usage) -> str:
    return "-" if usage.per_million is None else f"{usage.per_million:,.2f}"


def _right(text: str, width: int) -> str:
    return " " * (width - columns(text)) + text


def print_new_phrases(found: NewPhrases) -> None:
    """Print the set phrases that appeared, rose and vanished, each with its passages."""
    day = f"{found.since:%Y-%m-%d}"
    print_line(
        _("{passages} since {day}, {before} before").format(
            passages=quantity(found.passages_since, "passage"), day=day, before=found.passages_before
        )
    )
    if found.undated:
        line = ngettext(
            "{number} passage of an undated release is not counted.",
            "{number} passages of undated releases are not counted.",
            found.undated,
        )
        print_line(line.format(number=found.undated))
    lists = (
        (_("appeared"), found.appeared),
        (_("rose most"), found.risen),
        (_("vanished"), found.vanished),
    )
    for label, phrases in lists:
        print_line()
        said = quantity(len(phrases), "phrase") if phrases else _("none beyond chance")
        print_line(Styled(_("{name}: {text}").format(name=label, text=said), bold=True))
        width = max((columns(one_line(phrase.text)) for phrase in phrases), default=0)
        for phrase in phrases:
            print_line(*_phrase_parts(phrase, width))


def _phrase_parts(phrase: Phrase, width: int) -> list[Part]:
    text = one_line(phrase.text)
    days = _("{first} to {last}").format(first=f"{phrase.first:%Y-%m-%d}", last=f"{phrase.last:%Y-%m-%d}")
    counts = _("{before} before, {since} since ({rate_before} and {rate_since} per million)").format(
        before=phrase.before.passages,
        since=quantity(phrase.since.passages, "passage"),
        rate_before=_rate(phrase.before),
        rate_since=_rate(phrase.since),
    )
    return [
        "  ",
        Styled(text, bold=True),
        " " * (width - columns(text)),
        f"  {counts}  ",
        Styled(days, dim=True),
    ]
