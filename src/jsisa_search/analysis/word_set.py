"""Sets of words that are looked for inside a text: the longest first, never one across another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from jsisa_search.model import Range


@dataclass(frozen=True, slots=True)
class WordSet:
    """Folded words, and their distinct lengths from the greatest down; make one with `of`."""

    words: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Return the set of `words`, which are folded; empty ones are left out."""
        kept = frozenset(filter(None, words))
        return cls(kept, tuple(sorted(set(map(len, kept)), reverse=True)))

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __len__(self) -> int:
        return len(self.words)

    def __or__(self, other: Self) -> Self:
        return type(self).of(self.words | other.words)

    def find(self, text: str) -> list[Range]:
        """Return where words stand in folded `text`, in order and apart; the longest win, then the first.

        A word that begins or ends with a Latin letter or a digit is not found inside a longer run of
        them: `ai` stands in `ai治理`, not in `said`.
        """
        taken = bytearray(len(text))
        found: list[Range] = []
        for start, end in self._occurrences(text):
            # Longer words were taken before, so one that overlaps this one covers an end of it.
            if not (taken[start] or taken[end - 1] or _parts_run(text, start) or _parts_run(text, end)):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end))
        return sorted(found)

    def _occurrences(self, text: str) -> Iterator[Range]:
        """Yield where words stand, the longest first, and those of one length in order."""
        if len(self.words) < len(text):  # much text: each word is looked for in all of it
            spans = [(start, start + len(word)) for word in self.words for start in _places(text, word)]
            yield from sorted(spans, key=lambda span: (span[0] - span[1], span[0]))
            return
        for length in self.lengths:
            for start in range(len(text) - length + 1):
                if text[start : start + length] in self.words:
                    yield start, start + length


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def cut_with(words: WordSet, cut: Iterable[str]) -> tuple[str, ...]:
    """Return a segmenter's cut of a folded text with each of `words` that stands in it as one word.

    What is left of a word that one of `words` cuts into stays as a word of its own. Joined, the
    result is the same text.
    """
    cut = tuple(cut)
    text = "".join(cut)
    found = words.find(text)
    if not found:
        return cut
    inside = {place for start, end in found for place in range(start + 1, end)}
    edges = {edge for span in found for edge in span}
    offset = 0
    for word in cut:
        edges.add(offset)
        offset += len(word)
    places = sorted({*(edges - inside), len(text)})
    return tuple(text[start:end] for start, end in pairwise(places))


def _parts_run(text: str, place: int) -> bool:
    """Return whether `place` lies between two Latin letters or digits of `text`."""
    return 0 < place < len(text) and _is_latin(text[place - 1]) and _is_latin(text[place])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
