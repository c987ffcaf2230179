"""Where a quotation occurs with any punctuation: candidates by its characters, confirmed without marks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.analyzers import grams
from jsisa_search.analysis.marks import Gap, Quotation, mark_table, quotation_of
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.evaluation.needle import needle_of
from jsisa_search.search.engine.evaluation.substring import Counts, apart, folded_text, stretches, text_counts
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

_ENCLOSING = 3


class QuotedNeedle:
    """A quotation to look for: its letters as they are in texts from which all marks were taken.

    A text that has it otherwise than typed has its `grams` (those that no mark may interrupt), if the
    quotation has marks of its own, or a mark that encloses words and all its `chars`. Both are given
    after the suffix of their field.
    """

    def __init__(self, quotation: Quotation) -> None:
        self.quotation = quotation
        self.exact = needle_of(quotation.typed, is_whole=True)
        self.needle = needle_of(quotation.letters)
        self.ends = quotation.ends
        neighbours = zip(quotation.letters, quotation.letters[1:], quotation.gaps, strict=False)
        #: The letters between which a text may have marks that enclose words.
        self.enclosable = tuple(
            dict.fromkeys((before, behind) for before, behind, gap in neighbours if gap is Gap.ENCLOSING)
        )
        self.may_enclose = bool(self.enclosable)
        joined = self._joined()
        self.has_own_marks = joined != [quotation.typed]
        self.chars = tuple((CHARS, char) for char in dict.fromkeys("".join(joined)))
        pairs = dict.fromkeys((PAIRS, pair) for stretch in joined for pair in grams(stretch, 2))
        singles = [(CHARS, stretch) for stretch in joined if len(stretch) == 1]
        self.grams = (*pairs, *dict.fromkeys(singles))

    def _joined(self) -> list[str]:
        """Return the stretches of the quotation between marks that may be others."""
        letters, quotation = self.quotation.letters, self.quotation
        stretches = [letters[0]]
        for letter, marks, gap in zip(letters[1:], quotation.marks, quotation.gaps, strict=True):
            if gap in (Gap.ANY, Gap.SOME):
                stretches.append(letter)
            else:
                stretches[-1] += marks + letter
        return stretches

    def keep_fitting(self, units: Array, at: Array, letters: Array) -> Array:
        """Return those of `at` where the gaps between letters are what they may be (int64).

        `letters` (int64) are the places in `units` (uint16) that are no marks; `at` counts in them.
        """
        others: Array | None = None  # marks before each unit that don't enclose words
        for number, (marks, gap) in enumerate(zip(self.quotation.marks, self.quotation.gaps, strict=True)):
            if gap is Gap.ANY or not len(at):
                continue
            before, behind = letters[at + number], letters[at + number + 1]
            if gap is Gap.SOME:
                fits = behind - before > 1
            elif gap is Gap.ENCLOSING:
                fits = behind - before == 1
                if not fits.all():
                    others = _count_before(units) if others is None else others
                    fits |= others[behind] == others[before]
            else:
                fits = behind - before == 1 + len(marks)
                for offset, mark in enumerate(marks, 1):
                    fits &= units.take(before + offset, mode="clip") == ord(mark)
            at = at[fits]
        return at


def _count_before(units: Array) -> Array:
    """Return how many marks that don't enclose words there are before each unit (int32)."""
    kinds = mark_table().take(units)
    counts = np.zeros(len(units) + 1, np.int32)
    np.cumsum((kinds != 0) & (kinds != _ENCLOSING), out=counts[1:])
    return counts


@lru_cache(maxsize=256)
def quoted_needle(text: str) -> QuotedNeedle:
    """Return what to look for, for a text that `quotation_of` returns a quotation for."""
    quotation = quotation_of(text)
    assert quotation is not None
    return QuotedNeedle(quotation)


def count_quotation(
    view: SegmentView, quoted: QuotedNeedle, fieldname: str, docs: Array, counted: Counts
) -> Array:
    """Return how often a quotation occurs in the text of each of `docs` (int64), overlaps not counted."""
    known = counted.of(fieldname, quoted, docs)
    if known is None:
        known = text_counts(
            view, fieldname, docs, lambda texts, wanted: _count(texts, quoted, wanted)[:, None]
        )
        known = known[:, 0]
        counted.add(fieldname, quoted, docs.astype(view.doc_dtype), known)
    return known


def _count(texts: Texts, quoted: QuotedNeedle, numbers: Array) -> Array:
    """Return how often a quotation occurs in each of some texts (int64); `numbers` (int64) ascend."""
    counts = np.zeros(len(numbers), np.int64)
    for first, units, starts, ends in stretches(texts, numbers):
        letters = (mark_table().take(units) == 0).nonzero()[0]
        at = quoted.keep_fitting(units, quoted.needle.places(units[letters]), letters)
        begins, behind = letters[at], letters[at + len(quoted.needle) - 1] + 1
        which = starts.searchsorted(begins, "right") - 1
        inside = ((which >= 0) & (behind <= ends.take(which, mode="clip"))).nonzero()[0]
        begins, behind, which = begins[inside], behind[inside], which[inside]
        if quoted.ends and len(begins):
            is_whole = quoted.ends.is_whole(units, begins, behind, starts[which], ends[which])
            begins, behind, which = begins[is_whole], behind[is_whole], which[is_whole]
        which = which[apart(begins, behind)]
        counts[first : first + len(starts)] = np.bincount(which, minlength=len(starts))
    if quoted.needle.is_ambiguous:
        for number in counts.nonzero()[0].tolist():
            folded = folded_text(texts, int(numbers[number]))
            counts[number] = sum(1 for _ in quoted.quotation.spans(folded))
    return counts
