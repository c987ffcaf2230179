"""Where a text matches a query, and the excerpt that is shown."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from jsisa_search.analysis import FoldedText, fold
from jsisa_search.analysis.boundaries import whole_spans
from jsisa_search.analysis.marks import quotation_of
from jsisa_search.model import Range, Snippet
from jsisa_search.query import Piece, UserQuery
from jsisa_search.search.results.sentences import Boundaries, begins_referring

_ZERO_WIDTH_JOINER = "\u200d"


def find_highlights(text: str, query: UserQuery) -> tuple[Range, ...]:
    """Return the `[start, end)` ranges of `text` that the query asks for, in order and apart.

    A piece is marked where it occurs literally, whole or else inside longer numbers and words, else where its
    words occur, else the dictionary words inside them. Ranges that overlap or touch are one.
    """
    folded = FoldedText.of(text)
    spans = (span for piece in query.pieces for span in _piece_ranges(folded.text, piece))
    # Merged before: what folding left out between two ranges that touch is inside of one.
    found = [folded.original_range(*span) for span in merge_ranges(spans)]
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
    literal = [span for text in texts for span in whole_spans(folded, text)]
    if piece.is_quoted and not piece.is_exact and (quotation := quotation_of(piece.typed)):
        literal += quotation.spans(folded)
    if not literal and not piece.is_whole:
        literal = [span for text in texts for span in _occurrences(folded, text)]
    if literal or piece.is_literal:
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


#: About three lines of a terminal; only a longer match is shown whole.
MAX_CHARS = 160

#: Between two parts of a passage that do not follow each other.
ELLIPSIS = " … "

# With fewer characters than these, the sentences around are shown as well, where they fit.
_ENOUGH = 80

# An excerpt of fewer characters is not understood without its heading.
_LEAST = 16

# The most parts of a passage, and the least space for a further one.
_MAX_PARTS = 3
_LEAST_PART = 24

# Characters of a very long passage that are examined: those around most matches.
_EXAMINED = 5000

# What a part that is cut off need not end with.
_CUT_MARKS = "，,、：: \u3000"


def cut_snippet(
    text: str, highlights: tuple[Range, ...], max_chars: int = MAX_CHARS, *, heading: str | None = None
) -> Snippet:
    """Return an excerpt of a passage, of at most `max_chars` characters unless one match is longer.

    It is the sentence with most of what the query asks for; where others have what this one lacks, those that
    fit, or clauses of them. A sentence that is too long is cut at clause marks. A short one, or one that
    refers to something said before, comes with the sentences around it; `heading` is that of the passage,
    which the snippet has where its text is not understood alone. No highlight is cut.
    """
    parts = _parts(text, highlights, max_chars)
    shown = ELLIPSIS.join(text[first:last] for first, last in parts)
    needs_heading = len(shown) < _LEAST or begins_referring(shown)
    return Snippet(shown, tuple(_moved(highlights, parts)), tuple(parts), heading if needs_heading else None)


def _parts(text: str, highlights: tuple[Range, ...], max_chars: int) -> list[Range]:
    """Return the ranges of a text to show, in order and apart, none of them blank."""
    start, end = _stripped(text, (0, len(text)))
    if end - start <= max_chars:
        return [(start, end)] if start < end else []
    if len(text) <= max(_EXAMINED, max_chars):
        return _Excerpt(text, highlights, max_chars).parts()
    start, end = _densest(highlights, _EXAMINED // 2) if highlights else (0, 0)
    first = max(start - _EXAMINED // 4, 0)
    last = max(first + _EXAMINED, end)
    inside = tuple((a - first, b - first) for a, b in highlights if first <= a and b <= last)
    parts = _Excerpt(text[first:last], inside, max_chars).parts()
    return [(a + first, b + first) for a, b in parts]


def _moved(highlights: tuple[Range, ...], parts: list[Range]) -> Iterator[Range]:
    """Yield the highlights inside the parts, as ranges of the joined text."""
    offset = 0
    for start, end in parts:
        for first, last in highlights:
            if start <= first and last <= end:
                yield first - start + offset, last - start + offset
        offset += end - start + len(ELLIPSIS)


def _stripped(text: str, span: Range) -> Range:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


class _Excerpt:
    """The choice of the parts of one passage that is too long to be shown whole."""

    def __init__(self, text: str, highlights: tuple[Range, ...], max_chars: int) -> None:
        self._text = text
        self._highlights = highlights
        self._starts = [start for start, _ in highlights]
        self._terms = [fold(text[start:end]) for start, end in highlights]
        self._max_chars = max_chars
        self._boundaries = Boundaries(text, highlights, max_chars)
        self._sentences = self._boundaries.sentences()

    def parts(self) -> list[Range]:
        """Return the ranges of the text to show, in order and apart."""
        best = max(self._sentences, key=self._preference)
        chosen = [self._fit(best, self._max_chars) or best]
        while len(chosen) < _MAX_PARTS and (more := self._next(chosen)):
            chosen = list(merge_ranges([*chosen, more]))
        return [self._trimmed(part) for part in self._grown(chosen)]

    def _preference(self, sentence: Range) -> tuple[int, bool, int]:
        """Return what makes a sentence better: different matches, being shown whole, all matches."""
        different, all_matches = self._worth(sentence)
        return different, _size(self._text, sentence) <= self._max_chars, all_matches

    def _inside(self, span: Range) -> range:
        """Return the numbers of the highlights inside `span`."""
        first, last = bisect_left(self._starts, span[0]), bisect_left(self._starts, span[1])
        while last > first and self._highlights[last - 1][1] > span[1]:
            last -= 1
        return range(first, last)

    def _worth(self, span: Range, known: Collection[str] = ()) -> tuple[int, int]:
        """Return how many characters of different matches `span` has beside `known`, and of all matches."""
        terms = [self._terms[number] for number in self._inside(span)]
        return sum(map(len, {*terms}.difference(known))), sum(map(len, terms))

    def _next(self, chosen: list[Range]) -> Range | None:
        """Return the part of another sentence with most matches that those chosen lack, if one fits."""
        known = {self._terms[number] for part in chosen for number in self._inside(part)}
        space = self._max_chars - _length(chosen)
        others = [
            (self._worth(sentence, known), sentence)
            for sentence in self._sentences
            if not any(start < sentence[1] and sentence[0] < end for start, end in chosen)
        ]
        for (new, _), sentence in sorted(others, key=lambda other: other[0], reverse=True)[:_MAX_PARTS]:
            is_beside = any(sentence[1] == start or sentence[0] == end for start, end in chosen)
            left = space - (0 if is_beside else len(ELLIPSIS))
            part = self._fit(sentence, left, known) if new and left >= _LEAST_PART else None
            if part and self._worth(part, known)[0] and self._is_clean(part):
                return part
        return None

    def _fit(self, sentence: Range, space: int, known: Collection[str] = ()) -> Range | None:
        """Return the sentence, or those of its clauses that fit and have most matches beside `known`."""
        if _size(self._text, sentence) <= space:
            return sentence
        clauses = self._boundaries.clauses(sentence, space)
        stretches = list(_stretches(clauses, space))
        best = max(stretches, key=lambda span: self._rank(span, sentence, known), default=None)
        unbroken = max(
            (clause for clause in clauses if clause[1] - clause[0] > space), key=self._worth, default=None
        )
        if unbroken and (not best or self._worth(unbroken, known) > self._worth(best, known)):
            return self._cut_words(unbroken, space)
        return best

    def _rank(self, span: Range, sentence: Range, known: Collection[str]) -> tuple[int, bool, bool, int]:
        """Return what makes a stretch of a sentence better: new matches, good edges, matches amid it."""
        inside = self._inside(span)
        before = self._highlights[inside[0]][0] - span[0] if inside else span[0] - sentence[0]
        after = span[1] - self._highlights[inside[-1]][1] if inside else 0
        new, _ = self._worth(span, known)
        return new, span[0] == sentence[0], self._is_clean(span), -abs(before - after)

    def _is_clean(self, span: Range) -> bool:
        """Return whether `span` begins and ends where a clause does, not in an enumeration."""
        text = self._text
        edges = (text[max(edge - 4, 0) : edge].rstrip()[-1:] for edge in span if edge < len(text))
        return not any(edge == "、" or edge.isalnum() for edge in edges)

    def _cut_words(self, span: Range, space: int) -> Range | None:
        """Return a stretch of a text without marks around its matches, cut between words."""
        inside = [self._highlights[number] for number in self._inside(span)]
        start, end = _densest(inside, space) if inside else (span[0], span[0])
        if end - start >= space:
            return (start, end) if space == self._max_chars else None
        margin = (space - (end - start)) // 2
        nearby = (max(span[0], end - space), min(span[1], start + space))
        cuts = [cut for cut in self._boundaries.words(nearby) if not _is_inside_character(self._text, cut)]
        first = min((cut for cut in cuts if start - margin <= cut <= start), default=start)
        first = span[0] if end - span[0] <= space - margin else first
        last = max((cut for cut in cuts if end <= cut <= first + space), default=end)
        return first, span[1] if span[1] - first <= space else last

    def _grown(self, chosen: list[Range]) -> list[Range]:
        """Add the sentences before one that refers to them, then those around until there is enough."""
        ends = {end: start for start, end in self._sentences}
        starts = dict(self._sentences)
        parts = [*chosen]

        def add(part: Range | None) -> bool:
            nonlocal parts
            if part is None or _length(merged := list(merge_ranges([*parts, part]))) > self._max_chars:
                return False
            parts = merged
            return True

        def before() -> Range | None:
            at = parts[0][0]
            return (ends[at], at) if at in ends else None

        def after() -> Range | None:
            at = parts[-1][1]
            return (at, starts[at]) if at in starts else None

        while begins_referring(self._text[parts[0][0] : parts[0][1]]) and add(before()):
            pass
        while _length(parts) < _ENOUGH and (add(after()) or add(before())):
            pass
        return parts

    def _trimmed(self, part: Range) -> Range:
        """Strip blanks, and the mark after which a sentence is cut off unless it is in a match."""
        start, end = _stripped(self._text, part)
        last = self._highlights[inside[-1]][1] if (inside := self._inside(part)) else start
        if part[1] < len(self._text):
            while end > max(last, start + 1) and self._text[end - 1] in _CUT_MARKS:
                end -= 1
        return start, end


def _is_inside_character(text: str, cut: int) -> bool:
    return 0 < cut < len(text) and _continues(text, cut)


def _size(text: str, span: Range) -> int:
    start, end = _stripped(text, span)
    return end - start


def _length(parts: list[Range]) -> int:
    """Return the length of the parts joined."""
    return sum(end - start for start, end in parts) + len(ELLIPSIS) * (len(parts) - 1)


def _stretches(clauses: list[Range], space: int) -> Iterator[Range]:
    """Yield from each clause as many as fit into `space`."""
    last = 0
    for number, (start, _) in enumerate(clauses):
        last = max(last, number)
        while last < len(clauses) and clauses[last][1] - start <= space:
            last += 1
        if last > number:
            yield start, clauses[last - 1][1]


def _densest(highlights: Sequence[Range], max_chars: int) -> Range:
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
