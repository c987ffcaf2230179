"""A check of a draft in words: verdicts, what differs and where it is from, in the language of the user."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jsisa_search.export.citation import citation, split_ranges
from jsisa_search.export.plain import one_line
from jsisa_search.model import Range
from jsisa_search.research.check.report import (
    VERDICTS,
    CheckedItem,
    CheckedPassage,
    Claim,
    ClaimKind,
    Difference,
    DraftReport,
    Verdict,
)
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark, ngettext

#: A stretch of text, and whether it differs.
Marked = tuple[str, bool]

# The names of verdicts, kinds and differences, to be translated.
_NAMES = (
    mark("exact"),
    mark("exact but for punctuation"),
    mark("exact but for notation"),
    mark("exact but for omissions"),
    mark("altered"),
    mark("pieced together"),
    mark("not found"),
    mark("quotation"),
    mark("block quotation"),
    mark("title"),
    mark("document number"),
    mark("figure"),
    mark("sentence"),
    mark("word"),
    mark("name"),
    mark("notation"),
)
_KINDS = {"block": "block quotation", "number": "document number"}

_CLAIMS: dict[ClaimKind, str] = {
    "date": mark("date: the draft states {text}, the release {stated}"),
    "source": mark("source: the draft states {text}, the release {stated}"),
    "period": mark("period: the draft states {text}, the passage {stated}"),
    "change": mark("change: the draft states {text}, the passage {stated}"),
}

# Characters on either side of what is shown of a passage, and of a longer quotation around what differs.
_MOST_SHOWN = 240
_AROUND = 40

# What ends the clause before a figure, and characters of a clause that are shown.
_CLAUSE_ENDS = "，。；：！？,;:!?\n"
_MOST_BEFORE = 30

# Differences that are listed in words; an omission says nothing of what the draft has instead.
_LISTED = ("figure", "name", "notation", "omission")

# Likeness from which the nearest passage of what was not found is shown; half of a few characters, as of a
# document number and the date in some sentence, are alike by chance.
_LEAST_SHOWN, _LEAST_OF_SHORT = 0.35, 0.7
_SHORT = 16


def verdict_name(verdict: Verdict) -> str:
    """Return a verdict in the language of the user."""
    return tr(verdict)


def kind_name(item: CheckedItem) -> str:
    """Return what an item is, in the language of the user."""
    return tr(_KINDS.get(item.kind, item.kind))


def place_text(item: CheckedItem) -> str:
    """Return the place of an item in the draft."""
    return tr("paragraph {number}").format(number=item.paragraph + 1)


def summary(report: DraftReport) -> str:
    """Return how many quotations there are, and how many have each verdict."""
    counts = report.counts
    total = sum(counts.values())
    if not total:
        return tr("nothing quoted was found")
    one = tr("{number} {verdict}")
    shown = [
        one.format(number=counts[verdict], verdict=verdict_name(verdict))
        for verdict in VERDICTS
        if counts[verdict]
    ]
    wrong = sum(item.verdict == "exact" and not item.is_right for item in report.items if item.kind != "word")
    if wrong:
        shown.append(
            ngettext(
                "{number} exact with another date, source or period beside it",
                "{number} exact with another date, source or period beside them",
                wrong,
            ).format(number=wrong)
        )
    line = ngettext("{number} quotation: {verdicts}", "{number} quotations: {verdicts}", total)
    return line.format(number=total, verdicts=tr(", ").join(shown))


def words_line(report: DraftReport) -> str:
    """Return how many terms in quotation marks occur, and those that do not; empty where there are none."""
    words = {item.text: item.verdict for item in report.items if item.kind == "word"}
    if not words:
        return ""
    missing = [text for text, verdict in words.items() if verdict == "not found"]
    line = ngettext(
        "{number} short term in quotation marks was looked for",
        "{number} short terms in quotation marks were looked for",
        len(words),
    ).format(number=len(words))
    if not missing:
        return line + tr("; ") + tr("all occur")
    return (
        line
        + tr("; ")
        + tr("not in the index: {words}").format(words="、".join(f"“{text}”" for text in missing))
    )


def marked_draft(item: CheckedItem) -> list[Marked]:
    """Return what the draft has, in parts with whether each differs from the passage."""
    ranges = [each.draft for passage in item.passages for each in _telling(item, passage)]
    return _shortened(_parts(item.text, (0, len(item.text)), ranges))


def _telling(item: CheckedItem, passage: CheckedPassage) -> list[Difference]:
    """Return the differences that are marked: where words differ, no punctuation."""
    is_punctuation = item.verdict == "exact but for punctuation"
    return [each for each in passage.differences if is_punctuation or each.kind != "punctuation"]


def near_passages(item: CheckedItem) -> tuple[CheckedPassage, ...]:
    """Return the passages that are worth showing: not those with a few characters in common by chance."""
    least = _LEAST_SHOWN if len(item.text) >= _SHORT else _LEAST_OF_SHORT
    return tuple(each for each in item.passages if item.verdict != "not found" or each.likeness >= least)


def marked_passage(item: CheckedItem, passage: CheckedPassage) -> list[Marked]:
    """Return what a passage of an item has, in parts with whether each differs from the draft."""
    text = passage.hit.text
    start, end = passage.range
    for each in passage.differences:
        start, end = min(start, each.passage[0]), max(end, each.passage[1])
    if item.kind == "figure":
        start -= len(clause_before(text, start))
    parts = _shortened(_parts(text, (start, end), [each.passage for each in _telling(item, passage)]))
    before = [("…", False)] if text[:start].strip() else []
    return [*before, *parts, *([("…", False)] if text[end:].strip() else [])]


def clause_before(text: str, start: int) -> str:
    """Return the clause up to a figure at `start`, or its end: it says what it is a figure of."""
    first = max(map(text[:start].rfind, _CLAUSE_ENDS)) + 1
    return text[max(first, start - _MOST_BEFORE) : start].lstrip()


def passage_name(item: CheckedItem) -> str:
    """Return what the text of a passage is called beside the text of the draft."""
    return tr("nearest") if item.verdict == "not found" else tr("passage")


def passage_text(item: CheckedItem, passage: CheckedPassage) -> str:
    """Return what a passage of an item has, with what differs in 【】."""
    return "".join(f"【{text}】" if is_marked else text for text, is_marked in marked_passage(item, passage))


def _parts(text: str, span: Range, ranges: Iterable[Range]) -> list[Marked]:
    """Return a range of a text in parts, each with whether it is one of some ranges."""
    merged: list[Range] = []
    for start, end in sorted(each for each in ranges if each[0] < each[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    first, last = span
    inside = tuple((max(start, first) - first, min(end, last) - first) for start, end in merged)
    return [(one_line(part), is_marked) for part, is_marked in split_ranges(text[first:last], inside) if part]


def _shortened(parts: list[Marked]) -> list[Marked]:
    """Return parts of a long text with … in the midst of long stretches that do not differ."""
    if sum(len(text) for text, _ in parts) <= _MOST_SHOWN:
        return parts
    # Of what differs, only a whole clause or more that was left out is so long.
    return [
        (text if is_marked and len(text) <= _MOST_SHOWN else _ends(text), is_marked)
        for text, is_marked in parts
    ]


def _ends(text: str) -> str:
    """Return a long text with … in its midst."""
    return text if len(text) <= 2 * _AROUND else f"{text[:_AROUND]}…{text[-_AROUND:]}"


def difference_lines(item: CheckedItem) -> Iterator[str]:
    """Yield the figures and names that differ and what is left out, one a line."""
    for each in (each for passage in item.passages for each in passage.differences if each.kind in _LISTED):
        if each.kind == "omission":
            yield tr("left out: {text}").format(text=_ends(one_line(each.before)))
        else:
            yield _difference_text(each)


def _difference_text(each: Difference) -> str:
    before, after = (one_line(text) or tr("(nothing)") for text in (each.before, each.after))
    return tr("{kind}: the passage has {before}, the draft {after}").format(
        kind=tr(each.kind), before=before, after=after
    )


def claim_lines(item: CheckedItem) -> Iterator[str]:
    """Yield the dates and sources beside a quotation that the release does not have."""
    for claim in item.claims:
        if claim.is_right is False:
            yield _claim_text(claim)


def _claim_text(claim: Claim) -> str:
    return tr(_CLAIMS[claim.kind]).format(text=one_line(claim.text), stated=one_line(claim.stated or ""))


def likeness_text(item: CheckedItem) -> str:
    """Return how near the nearest passage of what was not found is; empty for all else."""
    if item.verdict != "not found":
        return ""
    if not near_passages(item):
        return tr("no passage is like it")
    return tr("nearest passage, {share} alike").format(share=f"{item.passages[0].likeness:.0%}")


def source_text(passage: CheckedPassage) -> str:
    """Return the citation of a passage, in Chinese."""
    return citation(passage.hit)


def count_text(item: CheckedItem) -> str:
    """Return how many passages have a quotation, where there are several; else nothing."""
    if item.passage_count < 2:
        return ""
    return ngettext("{number} passage has it", "{number} passages have it", item.passage_count).format(
        number=item.passage_count
    )
