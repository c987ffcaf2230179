"""What is quoted of a hit: its excerpt in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.export.citation import split_ranges
from jsisa_search.export.plain import one_line
from jsisa_search.model import Hit
from jsisa_search.search.results.sentences import whole_sentences


def quotation(hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield what `excerpt` shows of a hit, in whole sentences; … where the passage continues, or leaves out.

    A hit without a snippet is quoted whole.
    """
    last = 0
    for start, end in whole_sentences(hit):
        if hit.text[last:start].strip():
            yield "…", False
        inside = tuple((max(a, start), min(b, end)) for a, b in hit.highlights if a < end and b > start)
        shifted = tuple((a - start, b - start) for a, b in inside)
        for text, is_match in split_ranges(hit.text[start:end].rstrip(), shifted):
            if text:
                yield one_line(text, " / "), is_match
        last = end
    if hit.text[last:].strip():
        yield "…", False
