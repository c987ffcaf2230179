"""Words that the texts of an index set off themselves: quoted coinages (“三降三升”) and titles in 《》.

Asked of the index for one text at a time, so that a query knows what the last update brought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jsisa_search.lexicon import WordSet, set_off_forms
from jsisa_search.query.literal import PAIRS, Literal
from jsisa_search.search.searcher import ArraySearcher

#: Longer pieces of a query are pasted text; it is cut as the dictionary does.
MAX_CHARS = 40
# Stretches of a text that are looked for at the most.
_MAX_STRETCHES = 64


def words_set_off(searcher: ArraySearcher, text: str) -> WordSet:
    """Return the stretches of folded `text` that enough passages have in quotation or title marks."""
    if len(text) > MAX_CHARS:
        return WordSet()
    found: set[str] = set()
    for marks, least, (shortest, longest) in set_off_forms():
        counts: Counter[str] = Counter()
        for pair in marks:
            left, right = pair[0], pair[1]
            stretches = _stretches(searcher, text, left, right)
            for _, stretch in zip(range(_MAX_STRETCHES), stretches, strict=False):
                if shortest <= len(stretch) <= longest:
                    counts[stretch] += searcher.count(Literal("text", left + stretch + right))
        found |= {stretch for stretch, count in counts.items() if count >= least}
    return WordSet.of(found)


def _stretches(searcher: ArraySearcher, text: str, left: str, right: str) -> Iterator[str]:
    """Yield the stretches whose ends, with the marks beside them, stand somewhere, the longest first."""
    starts = [at for at, char in enumerate(text) if _has_pair(searcher, left + char)]
    ends = [at for at, char in enumerate(text, 1) if _has_pair(searcher, char + right)]
    spans = sorted((start - end, start, end) for start in starts for end in ends if start < end)
    for _, start, end in spans:
        yield text[start:end]


def _has_pair(searcher: ArraySearcher, pair: str) -> bool:
    return any(searcher.term("text" + PAIRS, pair))
