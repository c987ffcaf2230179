"""What a quotation has otherwise than a passage, as ranges of both: figures and names first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from jsisa_search.model import Range
from jsisa_search.research.check.aligning import Edit
from jsisa_search.research.check.lettered import NUMERALS, Lettered, changes_number, cuts_figure, typeset
from jsisa_search.research.check.notation import is_same_value
from jsisa_search.research.check.omissions import omission_at
from jsisa_search.research.check.quotes import figure_ranges
from jsisa_search.research.check.report import Difference, DifferenceKind
from jsisa_search.research.mentions import figures_in, names_in

_ORDER: tuple[DifferenceKind, ...] = ("figure", "name", "word", "notation", "omission", "punctuation")
# Differences of punctuation and width that are listed; what is all in full width differs everywhere.
_MOST_MARKS = 100


def differences(quoted: Lettered, text: Lettered, edited: Sequence[Edit]) -> tuple[Difference, ...]:
    """Return the differences between a quotation and a passage, given the edits of their letters."""
    edited = list(_by_figures(quoted, text, edited))
    found = [_of_letters(quoted, text, edit) for edit in edited if not edit.is_equal]
    marks: list[Difference] = []
    for edit in edited:
        if edit.is_equal and len(marks) < _MOST_MARKS:
            marks += _of_marks(quoted, text, edit)
    both = [*found, *marks[:_MOST_MARKS], *_of_ends(quoted, text, edited)]
    return tuple(sorted(both, key=lambda each: (_ORDER.index(each.kind), each.draft)))


def _of_ends(quoted: Lettered, text: Lettered, edited: Sequence[Edit]) -> Iterator[Difference]:
    """Yield the figures of a passage within which a quotation begins or ends: 15.89 of 15.89亿元."""
    if not edited or not (edited[0].is_equal and edited[-1].is_equal):
        return
    first, last = edited[0].passage[0], edited[-1].passage[1]
    if not cuts_figure(text.folded.text, *text.folded_range(first, last)):
        return
    own = quoted.original_range(edited[0].quoted[0], edited[-1].quoted[1])
    there = text.original_range(first, last)
    whole = _spans(text.original)[0]
    for edge, draft in zip(there, own, strict=True):
        figure = _whole_at((edge, edge), whole)
        if figure is not None:
            kept = max(figure[0], there[0]), min(figure[1], there[1])
            length = kept[1] - kept[0]
            span = (draft, draft + length) if edge == there[0] else (draft - length, draft)
            yield Difference("figure", span, figure, _cut(text, figure), _cut(quoted, span))


def _of_letters(quoted: Lettered, text: Lettered, edit: Edit) -> Difference:
    draft, passage = quoted.original_range(*edit.quoted), text.original_range(*edit.passage)
    if mark := omission_at(quoted, edit.quoted):
        return Difference("omission", mark, passage, _cut(text, passage), _cut(quoted, mark))
    kinds: tuple[tuple[DifferenceKind, int], ...] = (("figure", 0), ("name", 1))
    for known, which in kinds:
        own = _whole_at(draft, _spans(quoted.original)[which])
        there = _whole_at(passage, _spans(text.original)[which])
        is_inside = any(_joined(span, whole) == whole for span, whole in ((draft, own), (passage, there)))
        # One inside a longer addition was added with it.
        if is_inside or (own and there):
            before, after = _cut(text, _joined(passage, there)), _cut(quoted, _joined(draft, own))
            is_notation = known == "figure" and is_same_value(before, after)
            return Difference("notation" if is_notation else known, draft, passage, before, after)
    sides = quoted.letters[slice(*edit.quoted)] + text.letters[slice(*edit.passage)]
    # A single Chinese numeral is a figure by what it is instead of: 九年 and 十年.
    kind: DifferenceKind = "figure" if all(char in NUMERALS for char in sides) else "word"
    before, after = _cut(text, passage), _cut(quoted, draft)
    return Difference("notation" if is_same_value(before, after) else kind, draft, passage, before, after)


def _joined(span: Range, whole: Range | None) -> Range:
    return span if whole is None else (min(span[0], whole[0]), max(span[1], whole[1]))


def _by_figures(quoted: Lettered, text: Lettered, edited: Sequence[Edit]) -> Iterator[Edit]:
    """Yield edits with those inside of one figure as one: 695 and 659 differ in 95."""
    waiting: list[Edit] = []
    for edit in edited:
        if waiting and edit.is_equal and not _is_in_figure(quoted, text, edit):
            yield from _one_edit(waiting)
            waiting = []
        if waiting or not edit.is_equal:
            waiting.append(edit)
        else:
            yield edit
    yield from _one_edit(waiting)


def _is_in_figure(quoted: Lettered, text: Lettered, edit: Edit) -> bool:
    spans = (quoted.original_range(*edit.quoted), text.original_range(*edit.passage))
    wholes = (
        _whole_at(span, _spans(side.original)[0]) for side, span in zip((quoted, text), spans, strict=True)
    )
    return all(
        whole is not None and _joined(span, whole) == whole for span, whole in zip(spans, wholes, strict=True)
    )


def _one_edit(waiting: Sequence[Edit]) -> Iterator[Edit]:
    """Yield edits in a row as one that ends with the last difference, and what is equal behind it."""
    last = max((number for number, edit in enumerate(waiting) if not edit.is_equal), default=-1)
    if last >= 0:
        first, end = waiting[0], waiting[last]
        yield Edit(False, (first.quoted[0], end.quoted[1]), (first.passage[0], end.passage[1]))
    yield from waiting[last + 1 :]


def _cut(side: Lettered, span: Range) -> str:
    return side.original[slice(*span)]


@lru_cache(maxsize=64)
def _spans(original: str) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Return where a text has figures, and where it has names."""
    side = Lettered(original)
    folded = side.folded.text
    # Those with their units come first: 390余万人 is one figure, of which 390 is a part.
    figures = tuple(
        side.folded.original_range(*span) for span in (*figure_ranges(folded), *figures_in(folded))
    )
    return figures, tuple(names_in(original))


def _whole_at(span: Range, wholes: Sequence[Range]) -> Range | None:
    """Return the figure or name that a difference is in or overlaps, `None` for none."""
    start, end = span
    for first, last in wholes:
        # A place between characters is in a figure only where it is inside.
        is_there = first < start < last if start == end else first < end and start < last
        if is_there:
            return first, last
    return None


def _of_marks(quoted: Lettered, text: Lettered, edit: Edit) -> Iterator[Difference]:
    """Yield where equal letters have another form, or other marks before them."""
    (first, last), start = edit.quoted, edit.passage[0]
    for number in range(first, last):
        there = start + number - first
        if number > first:
            yield from _of_gap(quoted, number, text, there)
        own, other = quoted.original_range(number, number + 1), text.original_range(there, there + 1)
        if _cut(quoted, own) != _cut(text, other):
            yield Difference("punctuation", own, other, _cut(text, other), _cut(quoted, own))


def _of_gap(quoted: Lettered, number: int, text: Lettered, there: int) -> Iterator[Difference]:
    """Yield the difference between the marks before two equal letters, if there is one."""
    own = quoted.original_range(number - 1, number)[1], quoted.original_range(number, number + 1)[0]
    other = text.original_range(there - 1, there)[1], text.original_range(there, there + 1)[0]
    if own[0] > own[1] or other[0] > other[1]:  # letters that one character became
        return
    if typeset(_cut(quoted, own)) != typeset(_cut(text, other)):
        kind: DifferenceKind = "figure" if changes_number(quoted, number, text, there) else "punctuation"
        yield Difference(kind, own, other, _cut(text, other), _cut(quoted, own))
