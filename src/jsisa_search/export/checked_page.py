"""A check of a draft as a page of HTML that prints: one file, all text escaped, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    words_line,
)
from jsisa_search.export.pages import page_template
from jsisa_search.export.plain import plain_text
from jsisa_search.research.check.report import (
    CheckedItem,
    CheckedPassage,
    DraftParagraph,
    DraftReport,
    Verdict,
)
from jsisa_search.translation import current_language, mark

# The class of each verdict in the style sheet.
_TONES: dict[Verdict, str] = {
    "exact": "exact",
    "exact but for punctuation": "punctuation",
    "exact but for notation": "punctuation",
    "exact but for omissions": "punctuation",
    "altered": "altered",
    "pieced together": "pieced",
    "not found": "missing",
}

# The words of the template.
_WORDS = (
    mark("Quotations of a draft"),
    mark("Verdicts"),
    mark("To look at"),
    mark("The draft"),
    mark("Exact"),
    mark(
        "Compared with the index of jsisa-search; what the verdicts mean is described in its documentation."
    ),
)


@dataclass(frozen=True, slots=True)
class _Passage:
    """What the page shows of a passage."""

    text: list[Marked]
    citation: str
    path: str


@dataclass(frozen=True, slots=True)
class _Item:
    """What the page shows of an item."""

    number: int
    verdict: Verdict
    is_right: bool
    kind: str
    place: str
    draft: list[Marked]
    passages: list[_Passage]
    notes: list[str]
    nearest: str
    passage_name: str
    count: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a paragraph of the draft; `item` is the innermost that it is in, which may end there."""

    text: str
    item: _Item | None
    is_end: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    parts: list[_Part]
    is_block_quotation: bool


def check_page(report: DraftReport, shown_path: Callable[[str], str]) -> str:
    """Return the page of a report in the language of the user; `shown_path` makes paths readable."""
    quoted = [item for item in report.items if item.kind != "word"]
    items = [_item(number, item, shown_path) for number, item in enumerate(quoted, start=1)]
    by_paragraph: dict[int, list[tuple[CheckedItem, _Item]]] = {}
    for item, shown in zip(quoted, items, strict=True):
        by_paragraph.setdefault(item.paragraph, []).append((item, shown))
    return page_template("check.html").render(
        tones=_TONES,
        lang=current_language().replace("_", "-"),
        name=plain_text(shown_path(report.name)),
        counts=list(report.counts.items()),
        words=plain_text(words_line(report)),
        items=items,
        paragraphs=[
            _Paragraph(list(_parts(paragraph, by_paragraph.get(number, ()))), paragraph.is_block_quotation)
            for number, paragraph in enumerate(report.paragraphs)
        ],
    )


def _item(number: int, item: CheckedItem, shown_path: Callable[[str], str]) -> _Item:
    return _Item(
        number=number,
        verdict=item.verdict,
        is_right=item.is_right,
        kind=kind_name(item),
        place=place_text(item),
        draft=marked_draft(item),
        passages=[_passage(item, each, shown_path) for each in near_passages(item)],
        notes=[*difference_lines(item), *claim_lines(item)],
        nearest=likeness_text(item),
        passage_name=passage_name(item),
        count=count_text(item),
    )


def _passage(item: CheckedItem, passage: CheckedPassage, shown_path: Callable[[str], str]) -> _Passage:
    path = f"{shown_path(passage.hit.path)}:{passage.hit.line}"
    return _Passage(marked_passage(item, passage), plain_text(source_text(passage)), plain_text(path))


def _parts(paragraph: DraftParagraph, items: Sequence[tuple[CheckedItem, _Item]]) -> Iterator[_Part]:
    """Yield a paragraph in parts, cut where an item begins or ends."""
    edges = {0, len(paragraph.text), *(at for item, _ in items for at in (item.start, item.end))}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        around = [pair for pair in items if pair[0].start <= start and end <= pair[0].end]
        inner = min(around, key=lambda pair: pair[0].end - pair[0].start, default=None)
        is_end = inner is not None and inner[0].end == end
        yield _Part(paragraph.text[start:end], inner[1] if inner else None, is_end)
