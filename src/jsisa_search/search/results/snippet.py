"""Where a text matches a query, and the excerpt that is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from jsisa_search.analysis import fold
from jsisa_search.model import Range, Snippet
from jsisa_search.query import Piece, UserQuery

_ZERO_WIDTH_JOINER = "\u200d"


def find_highlights(text: str, query: UserQuery) -> tuple[Range, ...]:
    """Return the `[start, end)` ranges of `text` that the query asks for, in order and apart.

    A piece is marked where it occurs literally, else where its words occur, else the dictionary
    words inside them. Ranges that overlap or touch are one.
    """
    folded = fold(text)
    found = [span for piece in query.pieces for span in _piece_ranges(folded, piece)]
    return merge_ranges(_whole_characters(text, span) for span in found)


def merge_ranges(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges in order, those that overlap or touch merged into one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _piece_ranges(folded: str, piece: Piece) -> list[Range]:
    texts = piece.variants or (piece.text,)
    if (literal := [span for text in texts for span in _occurrences(folded, text)]) or piece.is_literal:
        return literal
    for terms in (piece.words, piece.parts):
        longer = [term for term in terms if len(term) > 1] or terms
        if spans := [span for term in longer for span in _occurrences(folded, term)]:
            return spans
    return []


def _occurrences(text: str, term: str) -> Iterator[Range]:
    start = text.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = text.find(term, start + len(term))


def _whole_characters(text: str, span: Range) -> Range:
    """Widen `span` so that no accent, variation selector or joined emoji is cut off its base."""
    start, end = span
    while start > 0 and _continues(text, start):
        start -= 1
    while end < len(text) and _continues(text, end):
        end += 1
    return start, end


def _continues(text: str, index: int) -> bool:
    char = text[index]
    return (
        unicodedata.category(char) in ("Mn", "Me")
        or char == _ZERO_WIDTH_JOINER
        or text[index - 1] == _ZERO_WIDTH_JOINER
    )


#: About three lines of a terminal; a longer stretch is cut.
MAX_CHARS = 120

# A sentence ends after these and the closing marks that follow; a clause after those.
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)》】]*")
_CLAUSE_END = re.compile(r"[，,、：:]+[”’」』）)》】]*|[ \u3000]+")


def cut_snippet(text: str, highlights: tuple[Range, ...], max_chars: int = MAX_CHARS) -> Snippet:
    """Return the stretch of `text` of at most `max_chars` characters with the most highlights.

    It begins and ends at sentence ends where that fits, else at clause ends, else between any two
    characters outside a highlight. Ranges count from the start of the snippet's own text.
    """
    start, end = _best_window(text, highlights, max_chars)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    inside = tuple((a - start, b - start) for a, b in highlights if start <= a and b <= end)
    return Snippet(text[start:end], inside)


def _best_window(text: str, highlights: tuple[Range, ...], max_chars: int) -> Range:
    if len(text) <= max_chars:
        return 0, len(text)
    sentences = _split(text, _SENTENCE_END, (0, len(text)))
    if not highlights:
        return _grow(sentences, 0, max_chars) or (0, max_chars)
    anchor = _densest(highlights, max_chars)
    clauses = [piece for sentence in sentences for piece in _split(text, _CLAUSE_END, sentence)]
    for pieces in (sentences, _split_further(text, sentences, max_chars), clauses):
        index = next(i for i, (_, end) in enumerate(pieces) if anchor[0] < end)
        if window := _grow(pieces, index, max_chars, until=anchor[1]):
            return window
    return _around(anchor, len(text), max_chars)


def _densest(highlights: tuple[Range, ...], max_chars: int) -> Range:
    """Return the span of the most highlighted characters that fit into `max_chars` together."""
    marked = list(accumulate((end - start for start, end in highlights), initial=0))
    best, best_marked, first = highlights[0], 0, 0
    for last, (_, end) in enumerate(highlights):
        while first < last and end - highlights[first][0] > max_chars:
            first += 1
        if marked[last + 1] - marked[first] > best_marked:
            best_marked = marked[last + 1] - marked[first]
            best = (highlights[first][0], end)
    return best


def _split(text: str, boundary: re.Pattern[str], span: Range) -> list[Range]:
    cuts = [match.end() for match in boundary.finditer(text, *span)]
    edges = [span[0], *cuts, span[1]]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def _split_further(text: str, sentences: list[Range], max_chars: int) -> list[Range]:
    """Split the sentences that are too long for a snippet into clauses."""
    pieces: list[Range] = []
    for start, end in sentences:
        fits = end - start <= max_chars
        pieces.extend([(start, end)] if fits else _split(text, _CLAUSE_END, (start, end)))
    return pieces


def _grow(pieces: list[Range], index: int, max_chars: int, until: int = 0) -> Range | None:
    """Take pieces from `index` on, then those before, while they fit; `None` if `until` is not reached."""
    start, end = pieces[index]
    for _, following in pieces[index + 1 :]:
        if following - start > max_chars:
            break
        end = following
    for preceding, _ in reversed(pieces[:index]):
        if end - preceding > max_chars:
            break
        start = preceding
    return (start, end) if end - start <= max_chars and end >= until else None


def _around(anchor: Range, length: int, max_chars: int) -> Range:
    if anchor[1] - anchor[0] >= max_chars:
        return anchor[0], anchor[1]
    start = max(0, min(anchor[0] - (max_chars - (anchor[1] - anchor[0])) // 2, length - max_chars))
    return start, start + max_chars
