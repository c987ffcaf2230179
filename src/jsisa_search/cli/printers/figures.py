"""Figures through time for reading on a terminal: period, value, place, name, source and passage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from jsisa_search import FigureCheck, FigureFact, FigureTable
from jsisa_search.cli.printers.terminal import Part, Styled, print_line, quantity, shown_path
from jsisa_search.cli.printers.text import dated_text
from jsisa_search.export.figures import conflicting
from jsisa_search.export.periods import period_label
from jsisa_search.export.plain import columns, one_line
from jsisa_search.model import Range
from jsisa_search.search.results.snippet import cut_snippet
from jsisa_search.translation import gettext as _
from jsisa_search.translation import ngettext

# Names of the indicator that are listed.
_MOST_NAMES = 12


def print_figures(table: FigureTable) -> None:
    """Print a table of figures."""
    print_line(*_heading(table))
    for line in _name_lines(table):
        print_line(*line)
    others, checks = conflicting(table), {check.change: check for check in table.checks}
    width = max((columns(_period(fact)) for fact in table.facts), default=0)
    for _passage, group in groupby(enumerate(table.facts), _passage_of):
        shown = list(group)
        print_line()
        if table.doubtful and shown[0][0] == table.total - table.doubtful:
            print_line(Styled(_("Possibly; what these figures measure, or when, is not certain:"), bold=True))
            print_line()
        for at, fact in shown:
            print_line(*_value_line(fact, width))
            for line in _notes(table, fact, others.get(at, ()), checks.get(at)):
                print_line(" " * (width + 2), *line)
        for line in _passage_lines([fact for _at, fact in shown]):
            print_line(" " * (width + 2), *line)
    if len(table.facts) < table.total:
        print_line()
        more = table.total - len(table.facts)
        print_line(_("and {figures}; --limit prints more").format(figures=quantity(more, "more figure")))


def _passage_of(placed: tuple[int, FigureFact]) -> tuple[bool, str, str]:
    """Return what figures have in common that are printed with one excerpt."""
    _at, fact = placed
    return fact.is_doubtful, fact.id, fact.text


def _heading(table: FigureTable) -> list[Part]:
    name = " ".join(part for part in (table.indicator, table.condition) if part)
    counts = [quantity(table.total, "figure")]
    if table.unresolved:
        counts.append(
            ngettext(
                "{number} without a known period", "{number} without a known period", table.unresolved
            ).format(number=table.unresolved)
        )
    if table.doubtful:
        counts.append(
            ngettext("{number} possibly", "{number} possibly", table.doubtful).format(number=table.doubtful)
        )
    if table.conflicts:
        counts.append(quantity(len(table.conflicts), "period with different values"))
    return [Styled(one_line(name), bold=True), "  ", " · ".join(counts)]


def _name_lines(table: FigureTable) -> Iterator[list[Part]]:
    """Yield the names that were joined, where there are several."""
    if len(table.names) > 1:
        shown = [f"{one_line(name)} {count}" for name, count in table.names[:_MOST_NAMES]]
        if len(table.names) > _MOST_NAMES:
            shown.append("…")
        yield [Styled(_("names:"), bold=True), " ", " · ".join(shown)]


def _period(fact: FigureFact) -> str:
    return one_line(period_label(fact.period_name)) or "—"


def _value_line(fact: FigureFact, width: int) -> list[Part]:
    period = _period(fact)
    parts: list[Part] = [period, " " * (width - columns(period) + 2)]
    bound = {"": "", "about": _("about "), "more": _("more than "), "less": _("less than ")}[fact.bound]
    change = {1: "+", -1: "−", 0: "±"}[fact.direction] if fact.kind == "change" else ""
    parts += [bound + change, Styled(one_line(fact.written), fg="blue", bold=True)]
    names = (fact.place_name or fact.place, fact.indicator)
    parts += ["  " + " ".join(one_line(name) for name in names if name)]
    if fact.kind == "change":
        parts += ["  ", Styled(_("(change)"), dim=True)]
    if fact.is_range:
        parts += ["  ", Styled(_("(end of a range)"), dim=True)]
    return parts


def _notes(
    table: FigureTable, fact: FigureFact, others: tuple[int, ...], check: FigureCheck | None
) -> Iterator[list[Part]]:
    """Yield what disagrees with a figure, and whether it follows from its levels."""
    for other in others:
        there = table.facts[other]
        source = one_line(there.source or there.publisher or there.title or "")
        parts = (one_line(there.written), source, dated_text(there))
        yield [Styled("≠ ", fg="red"), " ".join(part for part in parts if part)]
    if check is not None:
        levels = [one_line(table.facts[at].written) for at in (check.before, check.after)]
        if check.agrees:
            text = _("follows from {before} and {after}")
            yield [Styled("✓ ", fg="green"), text.format(before=levels[0], after=levels[1])]
        else:
            text = _("from {before} to {after} it would be {expected:+g}")
            yield [
                Styled("✗ ", fg="red"),
                text.format(before=levels[0], after=levels[1], expected=check.expected),
            ]
    if fact.period and fact.is_relative and fact.first is not None and fact.period not in fact.period_name:
        text = _("“{period}” is read by the date or title of the release")
        yield [Styled(text.format(period=one_line(fact.period)), dim=True)]


def _passage_lines(facts: list[FigureFact]) -> Iterator[list[Part]]:
    """Yield the passage of figures that follow each other in the table, and where it is from."""
    fact = facts[0]
    for excerpt in _excerpts(fact.text, sorted({each.span for each in facts})):
        yield [one_line(excerpt)]
    known = (one_line(fact.source or fact.publisher or ""), dated_text(fact), one_line(fact.title or ""))
    copies = (f"同文 {fact.copy_count}",) if fact.copy_count else ()
    yield [Styled(" · ".join((*(part for part in known if part), *copies)), dim=True)]
    yield [Styled(f"{shown_path(fact.path)}:{fact.line}", fg="green"), "  ", Styled(fact.id, dim=True)]


def _excerpts(text: str, spans: list[Range]) -> Iterator[str]:
    """Yield excerpts of a passage in which all its figures are marked: one, where they are together."""
    while spans:
        snippet = cut_snippet(text, tuple(spans))
        shown = [span for span in spans if any(a <= span[0] and span[1] <= b for a, b in snippet.parts)]
        if not shown:
            shown, snippet = spans[:1], cut_snippet(text, tuple(spans[:1]))
        spans = [span for span in spans if span not in shown]
        marked, at = "", 0
        for start, end in snippet.highlights:
            marked += f"{snippet.text[at:start]}【{snippet.text[start:end]}】"
            at = end
        yield marked + snippet.text[at:]
