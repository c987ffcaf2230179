"""Passages as a report to hand in: quotations with marks, citations, and a list of their sources.

A Word document and a workbook are written from the same report (`word.py`, `workbook.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from jsisa_search.export.citation import citation, date_evidence, section_name
from jsisa_search.export.plain import one_line
from jsisa_search.export.quotation import quotation
from jsisa_search.export.references import Reference, references_of
from jsisa_search.filenames import readable
from jsisa_search.model import Hit, Plain, Precision, Range, ReleaseInfo, Results

# Precision of a time by the length of its text.
_PRECISIONS: dict[int, Precision] = {7: "month", 10: "day", 16: "minute", 19: "second"}

#: A part of a text, and whether it is marked.
Part = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Quote(Plain):
    """A passage of a report.

    `quotation` is what is quoted of it, `text` the whole passage with its `highlights`. `reference` is the
    number of its source in the report, from 1; `None` where the index no longer has it. `date_evidence` says
    what the date is from, where the page does not state it. `is_partial` is whether only part of the query
    matches. `note`, `query` and `added` are those of a collected passage.
    """

    quotation: tuple[Part, ...]
    citation: str
    text: str
    highlights: tuple[Range, ...]
    reference: int | None
    title: str
    source: str
    date: datetime | None
    date_precision: Precision | None
    paragraph: int | None
    path: str
    line: int
    date_evidence: str = ""
    section: str = ""
    page: int | None = None
    is_partial: bool = False
    note: str = ""
    query: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class Report(Plain):
    """A report: its title, lines about it, its passages, and their sources in the order of first use."""

    title: str
    facts: tuple[str, ...]
    quotes: tuple[Quote, ...]
    references: tuple[Reference, ...]

    def quotes_of(self, number: int) -> int:
        """Return how many passages are from the source of that number."""
        return sum(quote.reference == number for quote in self.quotes)


def make_report(results: Results, releases: Mapping[str, ReleaseInfo], *, made: datetime) -> Report:
    """Return the hits of a search as a report of the time `made`; `releases` has their releases by id."""
    references = references_of(results, releases, cited=made.date())
    numbers = {reference.key: number for number, reference in enumerate(references, start=1)}
    return Report(
        title=f"“{one_line(results.query)}”检索结果",
        facts=_facts(results, made),
        quotes=tuple(_quote(hit, releases.get(hit.id), numbers.get(hit.id)) for hit in results),
        references=references,
    )


def read_timestamp(text: str) -> tuple[datetime | None, Precision | None]:
    """Return the time that `format_timestamp` wrote as `text`, with its precision; none for other text."""
    precision = _PRECISIONS.get(len(text))
    try:
        moment = datetime.fromisoformat(text if precision != "month" else f"{text}-01")
    except ValueError:
        return None, None
    return (moment, precision) if precision else (None, None)


def _facts(results: Results, made: datetime) -> tuple[str, ...]:
    """Return in lines when the search was made, what was found, and what of it is here."""
    total = f"符合全部检索词的有 {results.total_all_terms} 段，出自 {results.releases} 篇稿件"
    if results.distinct is not None and results.distinct != results.total_all_terms:
        total += f"（相同的转载合并后 {results.distinct} 段）"
    partly = sum(not hit.matches_all for hit in results)
    shown = f"本文收入 {len(results)} 段" + (f"，其中 {partly} 段只符合部分检索词" if partly else "")
    return (f"检索时间：{made:%Y-%m-%d %H:%M}", f"{total}；{shown}。")


def _quote(hit: Hit, release: ReleaseInfo | None, number: int | None) -> Quote:
    return Quote(
        quotation=tuple(quotation(hit)),
        # The address is among the sources.
        citation=citation(hit, replace(release, url=None) if release else None),
        text=hit.text,
        highlights=hit.highlights,
        reference=number,
        title=one_line(hit.title or ""),
        source=one_line(hit.source or hit.publisher or ""),
        date=hit.date,
        date_precision=hit.date_precision,
        date_evidence=date_evidence(hit),
        section=section_name(hit),
        paragraph=hit.paragraph,
        page=hit.page,
        path=readable(hit.path),
        line=hit.line,
        is_partial=not hit.matches_all,
    )
