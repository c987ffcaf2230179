"""A check of a draft as Markdown: a list of what it quotes, with what differs in bold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jsisa_search.export.checked import (
    Marked,
    claim_lines,
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
from jsisa_search.export.escaping import code_span, escape_line_start, escape_markdown
from jsisa_search.export.plain import one_line
from jsisa_search.research.check.report import CheckedItem, DraftReport
from jsisa_search.translation import gettext as tr


def check_markdown(report: DraftReport, shown_path: Callable[[str], str]) -> str:
    """Return a report in the language of the user; `shown_path` makes paths readable."""
    head = [f"# {escape_markdown(tr('Quotations of a draft'))}", "", code_span(shown_path(report.name)), ""]
    head += [escape_markdown(line) for line in (summary(report), words_line(report)) if line]
    items = (item for item in report.items if item.kind != "word")
    for number, item in enumerate(items, start=1):
        head += ["", *_item_lines(number, item, shown_path)]
    return "\n".join(head)


def _item_lines(number: int, item: CheckedItem, shown_path: Callable[[str], str]) -> Iterator[str]:
    verdict = f"**{escape_markdown(verdict_name(item.verdict))}**"
    yield f"{number}. {verdict} {escape_markdown(f'{kind_name(item)} · {place_text(item)}')}"
    yield _line(tr("draft"), _bold(marked_draft(item)))
    notes = (*difference_lines(item), *claim_lines(item), likeness_text(item))
    yield from (f"    - {escape_line_start(escape_markdown(one_line(note)))}" for note in notes if note)
    for passage in near_passages(item):
        if item.verdict != "exact":
            yield _line(passage_name(item), _bold(marked_passage(item, passage)))
        place = code_span(f"{shown_path(passage.hit.path)}:{passage.hit.line}")
        facts = tr("; ").join(filter(None, (source_text(passage), count_text(item))))
        yield f"    - {escape_line_start(escape_markdown(facts))} {place}"


def _line(name: str, text: str) -> str:
    return f"    - {escape_markdown(tr('{name}: {text}').format(name=name, text=''))}{text}"


def _bold(parts: Iterable[Marked]) -> str:
    """Return a text with what differs in bold; blanks at its ends would keep the marks from being read."""
    shown = ""
    for text, is_marked in parts:
        escaped = escape_markdown(text)
        shown += f"**{escaped}**" if is_marked and text.strip() == text else escaped
    return shown
