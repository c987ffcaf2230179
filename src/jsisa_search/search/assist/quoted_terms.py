"""Words that the texts of an index mark as such: quoted coinages (“三降三升”) and titles in 《》.

Looked up in the index for one text at a time, so that an update takes effect at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from jsisa_search.analysis import WordSet, query_segmenter
from jsisa_search.lexicon.corpus.harvest import QuotationForm, quotation_forms
from jsisa_search.model import Range
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.interface import Searcher

#: Longer pieces of a query are pasted text, and segmented by the dictionary alone.
MAX_CHARS = 40
# Maximum stretches of a text that are looked up.
_MAX_STRETCHES = 64
# Texts whose words are remembered for a snapshot: a page of results reads its query three times.
_KEPT = 1024


class _Known(dict[tuple[str, ...], WordSet]):
    """What was found in a snapshot, by the words of the text."""


def quoted_words(searcher: Searcher, cut: Sequence[str]) -> WordSet:
    """Return the stretches of a folded text, given in words, that enough passages put in marks."""
    text, key = "".join(cut), tuple(cut)
    if len(text) > MAX_CHARS:
        return WordSet()
    known = searcher.derived(_Known)
    found = known.get(key)
    if found is None:
        found = _find(searcher, text, cut)
        if len(known) >= _KEPT:
            known.clear()
        known[key] = found
    return found


def _find(searcher: Searcher, text: str, cut: Sequence[str]) -> WordSet:
    found: set[str] = set()
    for form in quotation_forms():
        counts: Counter[str] = Counter()
        for pair in form.marks:
            left, right = pair[0], pair[1]
            spans = searcher.enclosed_spans(text, left, right)
            for start, end in [span for span in spans if _may_be(form, cut, span)][:_MAX_STRETCHES]:
                stretch = text[start:end]
                counts[stretch] += searcher.count(Literal("text", left + stretch + right))
        found |= {stretch for stretch, count in counts.items() if count >= form.texts}
    return WordSet.of(found)


def _may_be(form: QuotationForm, cut: Sequence[str], span: Range) -> bool:
    """Return whether a stretch of a text is one word where texts put it in marks of this form."""
    start, end = span
    if not form.shortest <= end - start <= form.longest:
        return False
    return form.breaks_words or not _is_of_words(cut, start, end)


def _is_of_words(cut: Sequence[str], start: int, end: int) -> bool:
    """Return whether a stretch of a text is made of longer words that the dictionary has."""
    segmenter = query_segmenter()
    bounds = list(accumulate(map(len, cut), initial=0))
    inside = [word for word, at in zip(cut, bounds, strict=False) if start <= at < end]
    is_whole = start in bounds and end in bounds
    return is_whole and all(len(word) > 1 and segmenter.has_word(word) for word in inside)
