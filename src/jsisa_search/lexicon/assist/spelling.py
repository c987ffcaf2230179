"""Did you mean: corrections of a piece, and which of its parts occur in the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold, is_indexed, query_segmenter
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.shelf import Shelf, ShelfPart
from jsisa_search.lexicon.assist.word_list import MAX_SIZE
from jsisa_search.model import Plain

Array = NDArray[Any]

#: Maximum characters of a piece to examine; each costs two counts at most.
PARTS_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Part(Plain):
    """A part of a piece that occurs in the corpus: from character `start` on, `count` times."""

    text: str
    start: int
    count: int


def occurring_parts(
    piece: str, count_of: Callable[[str], int], *, words: Iterable[str] = (), limit: int = 3
) -> tuple[Part, ...]:
    """Return the maximal parts of `piece` that occur in the corpus, longest first.

    `count_of(text)` returns how often a text occurs literally; if a text occurs, so must its parts.
    It is called at most twice per character, for the first `PARTS_MAX_CHARS`, and once per part. Of parts of
    equal length the rarer comes first: it says more. A single character says nothing and is no part, unless
    it is the whole piece. Where `words` are given, which are `piece` in order, a part is cut to the whole
    words in it, as long as two characters are left: 老旧 and 小区, not 老旧小.
    """
    parts: Iterable[Part] = _maximal_parts(piece[:PARTS_MAX_CHARS], count_of)
    ends = set(accumulate(map(len, words), initial=0))
    if len(ends) > 1:
        parts = _outermost([_whole_words(part, ends, count_of) for part in parts])
    longer = [part for part in parts if len(part.text.strip()) > 1 or part.text == piece]
    return tuple(sorted(longer, key=lambda part: (-len(part.text), part.count, part.start))[:limit])


def _whole_words(part: Part, ends: set[int], count_of: Callable[[str], int]) -> Part:
    """Return a part without the pieces of words at its ends; as it is where little would be left."""
    start, end = part.start, part.start + len(part.text)
    inside = [at for at in ends if start <= at <= end]
    first, last = (min(inside), max(inside)) if inside else (start, start)
    if (first, last) == (start, end) or last - first < 2:
        return part
    text = part.text[first - start : last - start]
    return Part(text, first, count_of(text)) if is_indexed(text) else part


def _outermost(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield each of the parts that is not inside another."""
    for part in dict.fromkeys(parts):
        end = part.start + len(part.text)
        others = (each for each in parts if each != part)
        if not any(each.start <= part.start and end <= each.start + len(each.text) for each in others):
            yield part


def _maximal_parts(piece: str, count_of: Callable[[str], int]) -> Iterator[Part]:
    """Yield the parts that occur and can't be extended on either side, from left to right."""
    start = end = count = 0
    while end < len(piece):
        # piece[start:end] occurs `count` times; extend it to the right while possible.
        if grown := count_of(piece[start : end + 1]):
            end, count = end + 1, grown
            continue
        if end > start and is_indexed(piece[start:end]):
            yield Part(piece[start:end], start, count)
        start, end, count = _next_start(piece, start, end, count_of)
    if end > start and is_indexed(piece[start:end]):
        yield Part(piece[start:end], start, count)


def _next_start(piece: str, start: int, end: int, count_of: Callable[[str], int]) -> tuple[int, int, int]:
    """Return the next part that occurs and includes the character at `end`, or the empty one after it."""
    while start < end:
        start += 1
        if grown := count_of(piece[start : end + 1]):
            return start, end + 1, grown
    return end + 1, end + 1, 0


#: How a correction differs from the typed text, the likeliest error first.
Reason = Literal[
    "same sound",
    "swapped characters",
    "missing character",
    "extra character",
    "other character",
    "other letters",
]
_ORDER = get_args(Reason)

#: Longest piece to correct; longer ones are sentences.
MAX_CHARS = 40

# Words of which one wrong character leaves too much to guess.
_SHORT = 2

# Lengths of the parts of a piece to correct if nothing is similar to the whole.
_STRETCH = (2, 6)


@dataclass(frozen=True, slots=True)
class Correction(Plain):
    """What may have been meant; `count` is the number of texts that have it, or its corrected word."""

    text: str
    count: int
    reason: Reason


class Words(Protocol):
    """What corrections ask of known words."""

    def least_count(self, kind: str) -> int:
        """Return the minimum number of texts of a word, by a name of `least_count` in the rules."""
        ...

    def count(self, word: str) -> int:
        """Return the number of texts that contain `word`, 0 if it is not known."""
        ...

    def alike(self, word: str) -> Iterator[str]:
        """Yield the known words, `word` not among them, that sound like it."""
        ...

    def near(self, word: str) -> set[str]:
        """Return the known words that may differ from `word` in one edit, two if Latin and long."""
        ...


class Vocabulary:
    """Known words with their counts, on shelves; of a word on several the greatest count counts."""

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self._shelves = tuple(shelves)

    def least_count(self, kind: str) -> int:
        """Return the minimum number of texts of a word, by a name of `least_count` in the rules."""
        least: int = load_rules("spelling")["least_count"][kind]
        return max(int(least * self._share + 0.5), 1)

    def count(self, word: str) -> int:
        """Return the number of texts that contain `word`, 0 if it is not known."""
        rules = load_rules("spelling")
        longest = rules["latin"]["longest"] if word.isascii() else rules["size"]["most"]
        if not rules["size"]["least"] <= len(word) <= longest:
            return 0
        count = max((shelf.total(word) for shelf in self._shelves), default=0)
        return count if count >= self.least_count("same_sound") else 0

    def alike(self, word: str) -> Iterator[str]:
        """Yield the known words, `word` not among them, that sound like it."""
        found = {
            part.words.text(number)
            for shelf in self._shelves
            for part in shelf.parts
            for number in part.words.alike(word)
        }
        yield from sorted(found - {word})

    def near(self, word: str) -> set[str]:
        """Return the words that may differ from `word` in one edit, two if Latin and long.

        Words that too few texts have for a correction may be left out.
        """
        found: set[str] = set()
        for shelf in self._shelves:
            for part in shelf.parts:
                numbers = part.words.near(word)
                # Where a word is in enough texts, one of the parts has as many as each would have of as many.
                is_enough = part.counts[numbers] * len(shelf.parts) >= self._least_counts(word, part, numbers)
                found.update(map(part.words.text, numbers[is_enough].tolist()))
        return found - {word}

    def _least_counts(self, word: str, part: ShelfPart, numbers: Array) -> Array:
        """Return in how many texts each of some words must be, to be offered for `word`."""
        smaller = np.minimum(part.words.sizes[numbers], min(len(word), MAX_SIZE))
        is_short = ~part.words.are_ascii[numbers] & (smaller <= _SHORT)
        return np.where(is_short, self.least_count("two_characters"), self.least_count("longer"))

    @cached_property
    def _share(self) -> float:
        full: int = load_rules("spelling")["least_count"]["full_size"]
        return min(self._known_words(full) / full, 1.0)

    def _known_words(self, enough: int) -> int:
        """Return how many words there are, or a number that is enough."""
        parts = [part for shelf in self._shelves for part in shelf.parts]
        sizes = [int(np.count_nonzero(part.words.are_correctable)) for part in parts]
        if any(size - part.lost >= enough for size, part in zip(sizes, parts, strict=True)):
            return enough
        known: set[bytes] = set()
        for part in parts:
            words = part.words.words
            numbers = np.flatnonzero(part.words.are_correctable).tolist()
            known.update(words[number] for number in numbers if not part.lost or part.count(number))
        return len(known)


def corrections(
    text: str,
    vocabulary: Words,
    limit: int = 3,
    *,
    count_of: Callable[[str], int] | None = None,
) -> tuple[Correction, ...]:
    """Return corrections of a piece that finds nothing, the likeliest first.

    Homophones come first, then words that differ in one character (one letter, two from six letters
    on). If no known word is similar to the whole piece, its words and adjacent words are corrected one
    at a time. With `count_of`, which returns how many texts contain a string, only corrections that
    occur are returned. They are suggestions, never to be searched unasked.
    """
    piece = fold(text).strip()
    if not 1 < len(piece) <= MAX_CHARS:
        return ()
    found = {correction.text: correction for correction in _corrections_of(piece, vocabulary)}
    for start, end in () if found else _stretches(piece, vocabulary):
        for part in _corrections_of(piece[start:end], vocabulary):
            whole = piece[:start] + part.text + piece[end:]
            found.setdefault(whole, Correction(whole, part.count, part.reason))
    ordered = sorted(found.values(), key=lambda each: (_ORDER.index(each.reason), -each.count, each.text))
    return tuple(_confirmed(ordered, limit, count_of))


def _confirmed(
    ordered: list[Correction], limit: int, count_of: Callable[[str], int] | None
) -> Iterator[Correction]:
    """Yield the first `limit` that occur, trying at most four times as many."""
    left = limit
    for correction in ordered[: limit * 4]:
        count = correction.count if count_of is None else count_of(correction.text)
        if count and left:
            left -= 1
            yield Correction(correction.text, count, correction.reason)


def _corrections_of(word: str, vocabulary: Words) -> Iterator[Correction]:
    """Yield corrections of one word."""
    known = vocabulary.count(word)
    seen = set()
    for other in vocabulary.alike(word):
        if vocabulary.count(other) > known:
            seen.add(other)
            yield Correction(other, vocabulary.count(other), "same sound")
    for other in vocabulary.near(word) - seen:
        count = vocabulary.count(other)
        reason = _reason(word, other)
        is_short = not other.isascii() and min(len(word), len(other)) <= _SHORT
        least = vocabulary.least_count("two_characters" if is_short else "longer")
        if reason and count > known and count >= least:
            yield Correction(other, count, reason)


def _reason(typed: str, meant: str) -> Reason | None:
    """Return in what `typed` differs from `meant`, `None` where it is more than a slip."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    end = 0
    while end < min(len(typed), len(meant)) - start and typed[-1 - end] == meant[-1 - end]:
        end += 1
    a, b = typed[start : len(typed) - end], meant[start : len(meant) - end]
    if a == b[::-1] and len(a) == 2:
        return "swapped characters"
    if (len(a), len(b)) in _ONE_EDIT:
        return _ONE_EDIT[len(a), len(b)]
    return "other letters" if may_have_two(typed) and _is_two_edits(a, b) else None


_ONE_EDIT: dict[tuple[int, int], Reason] = {
    (1, 1): "other character",
    (0, 1): "missing character",
    (1, 0): "extra character",
}


def _is_two_edits(a: str, b: str) -> bool:
    """Return whether `a`, which shares neither end with `b`, becomes it by two single edits."""
    if abs(len(a) - len(b)) > 2:
        return False
    previous = list(range(len(b) + 1))
    for row, char in enumerate(a, start=1):
        current = [row]
        for column, other in enumerate(b, start=1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (char != other)))
        previous = current
    return previous[-1] <= 2


def may_have_two(word: str) -> bool:
    """Return whether two letters of a word may be wrong."""
    return (
        word.isascii() and word.isalpha() and len(word) >= load_rules("spelling")["latin"]["two_edits_from"]
    )


def _stretches(piece: str, vocabulary: Words) -> Iterator[tuple[int, int]]:
    """Yield the words of a piece and neighbouring words together, where they are not known."""
    ends = [0]
    for word in query_segmenter().cut(piece):
        ends.append(ends[-1] + len(word))
    least, most = _STRETCH
    for at, start in enumerate(ends):
        for end in ends[at + 1 :]:
            is_whole = end - start == len(piece)
            if least <= end - start <= most and not is_whole and not vocabulary.count(piece[start:end]):
                yield start, end
