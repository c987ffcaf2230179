"""What is quoted of a hit: its excerpt in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from jsisa_search.export.citation import split_ranges
from jsisa_search.export.plain import one_line
from jsisa_search.model import Hit, Range
from jsisa_search.search.results.sentences import Boundaries


def quotation(hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield what `excerpt` shows of a hit, in whole sentences; … where the passage continues, or leaves out.

    A hit without a snippet is quoted whole.
    """
    last = 0
    for start, end in _whole_sentences(hit):
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


def _whole_sentences(hit: Hit) -> list[Range]:
    """Return the runs of sentences of which the snippet shows a part, in order."""
    sentences = Boundaries(hit.text, hit.highlights, len(hit.text)).sentences()
    shown = hit.snippet.parts or ((0, len(hit.text)),)
    runs: list[Range] = []
    for start, end in sentences:
        if any(first < end and last > start for first, last in shown):
            follows = bool(runs) and runs[-1][1] == start
            runs[-1:] = [(runs[-1][0], end)] if follows else [*runs[-1:], (start, end)]
    return runs
