"""A check of a draft for reading on a terminal: each quotation, what differs in colour, and its passage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jsisa_search.cli.printers.terminal import Part, Styled, shown_path
from jsisa_search.export.checked import (
    Marked,
    claim_lines,
    clause_before,
    count_text,
    difference_lines,
    kind_name,
    likeness_text,
    marked_draft,
    marked_passage,
    near_passages,
    passage_name,
    place_text,
    source_text,
    summary,
    verdict_name,
    words_line,
)
from jsisa_search.export.plain import columns, one_line
from jsisa_search.research.check.report import CheckedItem, DraftReport, Verdict
from jsisa_search.translation import gettext as _

_COLORS: dict[Verdict, str] = {
    "exact": "green",
    "exact but for punctuation": "cyan",
    "exact but for notation": "cyan",
    "exact but for omissions": "cyan",
    "altered": "yellow",
    "pieced together": "magenta",
    "not found": "red",
}


def report_lines(report: DraftReport) -> Iterator[list[Part]]:
    """Yield the lines of a report: the counts, then what the draft quotes in its order."""
    yield [Styled(shown_path(report.name), fg="green"), "  ", Styled(summary(report), bold=True)]
    if words := words_line(report):
        yield [words]
    items = (item for item in report.items if item.kind != "word")
    for number, item in enumerate(items, start=1):
        yield []
        yield from _item_lines(number, item, report)


def _item_lines(number: int, item: CheckedItem, report: DraftReport) -> Iterator[list[Part]]:
    verdict = Styled(verdict_name(item.verdict), fg=_COLORS[item.verdict], bold=True)
    yield [f"{number}. ", verdict, f"  {kind_name(item)} · {place_text(item)}"]
    differs = any(passage.differences for passage in item.passages)
    color = _COLORS[item.verdict]
    before = _measured(item, report) if item.kind == "figure" else ""
    yield ["   ", *([_label(_("draft"))] if differs else []), before, *_styled(marked_draft(item), color)]
    for line in (*difference_lines(item), *claim_lines(item)):
        yield ["   ", Styled(line, fg="yellow")]
    if nearest := likeness_text(item):
        yield ["   ", nearest]
    for passage in near_passages(item):
        if item.verdict != "exact":
            yield ["   ", _label(passage_name(item)), *_styled(marked_passage(item, passage), "green")]
        facts = [source_text(passage), count_text(item)]
        yield ["   ", Styled(_("; ").join(filter(None, facts)), dim=True)]
        yield ["   ", Styled(f"{shown_path(passage.hit.path)}:{passage.hit.line}", fg="green")]


def _measured(item: CheckedItem, report: DraftReport) -> str:
    """Return what the draft has before a figure in its clause, which says what it is a figure of."""
    return one_line(clause_before(report.paragraphs[item.paragraph].text, item.start))


def _label(name: str) -> str:
    """Return the name of a text with blanks, so that both texts begin in one column."""
    width = max(columns(_("draft")), columns(_("passage")), columns(_("nearest")))
    return name + " " * (width - columns(name) + 2)


def _styled(parts: Iterable[Marked], color: str) -> Iterator[Part]:
    """Yield a text with what differs in 【】, as not every terminal has colours."""
    for text, is_marked in parts:
        yield Styled(f"【{text}】", fg=color, bold=True) if is_marked else text
