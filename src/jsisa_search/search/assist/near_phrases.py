"""Phrases of the texts that differ in one character from one that occurs nowhere: 群众安全敢, 群众安全感.

The longest beginning and the longest end that occur leave few places for the error. At these, the texts that
contain what is left and right of it say which characters are between.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis import fold, query_segmenter
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.spelling import Correction, Reason
from jsisa_search.query.custom_queries import Literal
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.segment_view import SegmentView

#: Characters of a phrase to correct: a shorter one has too many neighbours, a longer one is a sentence.
LENGTHS = range(3, 17)

# Maximum texts read for the characters between two parts, places examined, and candidates counted.
_MAX_TEXTS = 250
_MAX_PLACES = 4
_MAX_CANDIDATES = 12

# A digit is never an error that can be seen: 6.9亿元 is not 36.9亿元.
_PHRASE = re.compile(r"[A-Za-z\u3400-\u9fff]+")
_HAN = re.compile("[\u3400-\u9fff]")

_SAME: Reason = "same sound"

# A candidate so many times rarer than the likeliest is left out.
_RARER = 20

TextsOf = Callable[[SegmentView, NDArray[Any]], Iterator[str]]


def near_phrases(
    searcher: ArraySearcher, typed: str, limit: int, texts_of: TextsOf
) -> tuple[Correction, ...]:
    """Return phrases in the texts that differ from `typed` in one character, the likeliest first.

    Empty if `typed` occurs literally. `count` is the number of passages that contain a phrase literally.
    `texts_of` yields the texts of documents of a segment.
    """
    phrase = correctable_phrase(typed)
    return _ArrayPhrases(searcher, texts_of, phrase).best(limit) if phrase else ()


def correctable_phrase(typed: str) -> str:
    """Return what was typed as a folded phrase, empty where it has no errors that are looked for here."""
    phrase = fold(typed).strip()
    return phrase if len(phrase) in LENGTHS and _PHRASE.fullmatch(phrase) else ""


class _Candidate(NamedTuple):
    """Where a phrase differs, how (`None`: another character), and how many of the texts read have it."""

    at: int
    reason: Reason | None
    texts: int = 0


class NearPhrases(ABC):
    """The search for one phrase, in texts of which an engine answers four questions."""

    def __init__(self, phrase: str) -> None:
        """Take a folded phrase, and find its longest beginning and end that occur."""
        self._phrase = phrase
        self._words = query_segmenter().cut(phrase)
        size = len(phrase)
        self._head = self._longest(lambda length: phrase[:length])
        self._tail = self._longest(lambda length: phrase[size - length :]) if self._head < size else size

    @abstractmethod
    def count(self, text: str) -> int:
        """Return how many passages contain a folded text literally."""

    @abstractmethod
    def texts_with(self, parts: Sequence[str], most: int) -> Iterable[str]:
        """Return the texts of up to `most` passages that contain all of some folded texts."""

    @abstractmethod
    def is_word(self, text: str) -> bool:
        """Return whether a passage has a word."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of documents."""

    def best(self, limit: int) -> tuple[Correction, ...]:
        """Return the candidates that occur often enough: what sounds alike first, then the most frequent."""
        if self._head == len(self._phrase):
            return ()
        candidates = self._candidates()
        likeliest = sorted(candidates, key=lambda text: (-candidates[text].texts, text))[:_MAX_CANDIDATES]
        found = [correction for text in likeliest if (correction := self._confirmed(text, candidates[text]))]
        found.sort(key=lambda each: (each.reason != _SAME, -each.count))
        return tuple(each for each in found if each.count * _RARER >= found[0].count)[:limit]

    def _confirmed(self, text: str, candidate: _Candidate) -> Correction | None:
        """Return a candidate that enough passages contain, if what was typed may be an error for it."""
        count = self.count(text)
        if count < self._least(_SAME):
            return None
        reason = candidate.reason or self._replacement(candidate.at, text)
        return Correction(text, count, reason) if reason and count >= self._least(reason) else None

    def _candidates(self) -> dict[str, _Candidate]:
        """Return phrases that differ in one character and are no chance stretches of a text."""
        phrase, size = self._phrase, len(self._phrase)
        found: dict[str, _Candidate] = {}

        def add(text: str, candidate: _Candidate) -> None:
            if text != phrase and text not in found and self._is_of_words(text):
                found[text] = candidate

        for at in self._places(1):
            left, right = phrase[:at], phrase[at + 1 :]
            for char, texts in self._between(left, right).items():
                add(left + char + right, _Candidate(at, None, texts))
            # Without its first or last character a phrase is only a part of itself.
            if left and right and size > LENGTHS.start:
                add(left + right, _Candidate(at, "extra character"))
        for at in self._places(2):
            swapped = phrase[at + 1] + phrase[at]
            add(phrase[:at] + swapped + phrase[at + 2 :], _Candidate(at, "swapped characters"))
        for at in self._places(0):
            if 0 < at < size:
                for char, texts in self._between(phrase[:at], phrase[at:]).items():
                    add(phrase[:at] + char + phrase[at:], _Candidate(at, "missing character", texts))
        return found

    def _places(self, width: int) -> range:
        """Return where `width` wrong characters may begin: what is left and right of them occurs."""
        size = len(self._phrase)
        first, last = max(size - self._tail - width, 0), min(self._head, size - width)
        return range(first, min(last, first + _MAX_PLACES - 1) + 1)

    def _is_of_words(self, text: str) -> bool:
        """Return whether a candidate begins and ends with words: 群众/安全/温 is the beginning of 温暖."""
        words, typed = query_segmenter().cut(text), self._words
        return all(len(words[edge]) > 1 or words[edge] == typed[edge] for edge in (0, -1))

    def _replacement(self, at: int, changed: str) -> Reason | None:
        """Return what kind of error another character `at` a place is, `None` if it is none.

        A character of a word that the texts have is taken for an error only where the other one sounds alike:
        苏州经验 is no misprint of 贵州经验.
        """
        pinyin = load_pinyin()
        if pinyin and pinyin.syllables(self._phrase)[at] == pinyin.syllables(changed)[at]:
            return _SAME
        ends = accumulate(map(len, self._words))
        word = next(word for word, end in zip(self._words, ends, strict=True) if at < end)
        is_known = len(word) > 1 and self.is_word(word)
        return None if is_known else "other character"

    def _between(self, left: str, right: str) -> Counter[str]:
        """Count the Han characters between two strings in texts that have both."""
        if max(len(left), len(right)) < 2:
            return Counter()
        texts = fold("\n".join(self.texts_with([part for part in (left, right) if part], _MAX_TEXTS)))
        found = Counter(re.findall(f"{re.escape(left)}(.){re.escape(right)}", texts))
        return Counter({char: count for char, count in found.items() if _HAN.match(char)})

    def _longest(self, part_of: Callable[[int], str]) -> int:
        """Return the length of the longest part that occurs, all shorter ones being parts of it."""
        lengths: Sequence[int] = range(1, len(self._phrase) + 1)
        low, high = 0, len(lengths)
        while low < high:
            middle = (low + high + 1) // 2
            if self.count(part_of(middle)):
                low = middle
            else:
                high = middle - 1
        return low

    def _least(self, reason: Reason) -> float:
        """Return the minimum number of passages of a phrase, fewer in a small index."""
        rules: dict[str, int] = load_rules("spelling")["phrases"]
        share: float = min(self.size / rules["full_size"], 1.0)
        return max(rules["same_sound" if reason == _SAME else "other"] * share, 1.0)


class _ArrayPhrases(NearPhrases):
    """The search for a phrase in the texts of an index on arrays."""

    def __init__(self, searcher: ArraySearcher, texts_of: TextsOf, phrase: str) -> None:
        self._searcher = searcher
        self._texts_of = texts_of
        super().__init__(phrase)

    def count(self, text: str) -> int:
        return self._searcher.count(Literal("text", text))

    def texts_with(self, parts: Sequence[str], most: int) -> Iterator[str]:
        docs = self._searcher.documents(wq.And([Literal("text", part) for part in parts]))
        docs = docs[:: max(len(docs) // most, 1)][:most]
        for view in self._searcher.views:
            inside = docs[(docs >= view.base) & (docs < view.base + view.doc_count)]
            yield from self._texts_of(view, np.asarray(inside - view.base))

    def is_word(self, text: str) -> bool:
        return any(self._searcher.term("text", text))

    @property
    def size(self) -> int:
        return int(self._searcher.reader.doc_count())
