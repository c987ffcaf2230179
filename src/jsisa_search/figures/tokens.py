"""The words around a number, each with its classes: what the name of an indicator is chosen from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

from jsisa_search.analysis.segmenter import default_segmenter
from jsisa_search.figures.phrases import tagged_words
from jsisa_search.figures.phrases import words as role_words
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

#: The classes of what is one word here: a period, what a figure is compared with, brackets with their text.
PERIOD, COMPARED, BRACKETS = "PERIOD", "COMPARED", "BR"
_BRACKETS = re.compile(r"\([^()\d]{1,12}\)|\[\d{1,2}\]")
_LONGEST_CLASS = 2
_LONGEST_WORD = 4
_VERB, _NOUN = "v", "n"
#: A word as it is written, and its class by jieba, or the mark itself. What is one word here has no writing.
Word = tuple[str, str]
Spans = list[tuple[Range, str]]


class Words(NamedTuple):
    """The words of a part of a folded text, with the places where they begin, and where the last one ends."""

    words: list[Word]
    places: list[int]


def fixed_spans(folded: str, periods: Iterable[Range], compared: Iterable[Range]) -> Spans:
    """Return what is one word whatever the dictionary says, in order and disjoint; periods come first."""
    spans: Spans = sorted((span, PERIOD) for span in periods)
    others = [(span, COMPARED) for span in compared]
    others += [(match.span(), BRACKETS) for match in _BRACKETS.finditer(folded)]
    for other in others:
        at = bisect_left(spans, other)
        is_behind = at == 0 or spans[at - 1][0][1] <= other[0][0]
        if is_behind and (at == len(spans) or other[0][1] <= spans[at][0][0]):
            spans.insert(at, other)
    return spans


def tokenize(folded: str, start: int, end: int, spans: Spans) -> Words:
    """Return the words of `folded[start:end]`; the `spans` within are one word each."""
    words: list[Word] = []
    places = [start]
    for at in range(bisect_left(spans, ((start, start), "")), len(spans)):
        (first, last), kind = spans[at]
        if last > end:
            break
        _add_words(folded, start, first, words, places)
        words.append(("", kind))
        places.append(last)
        start = last
    _add_words(folded, start, end, words, places)
    return Words(words, places)


def _add_words(folded: str, start: int, end: int, words: list[Word], places: list[int]) -> None:
    if start < end:
        found, ends = _words_of(folded[start:end])
        words += found
        places += [start + place for place in ends]


# The words behind a number are those before the next one, and words before a number are looked at twice.
@lru_cache(maxsize=1 << 12)
def _words_of(text: str) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    """Return the words of a text, and where each of them ends."""
    words = tuple(chain.from_iterable(map(_parts, tagged_words(text))))
    return words, tuple(accumulate([len(word) for word, _ in words]))


@lru_cache(maxsize=1 << 16)
def _parts(tagged: Word) -> tuple[Word, ...]:
    """Return a word of the dictionary, or the two that it is made of."""
    word, kind = tagged
    size = _verb_behind(word)
    if size:
        return (word[:-size], kind[:_LONGEST_CLASS] if size == 1 else _NOUN), (word[-size:], _VERB)
    is_mark = kind[:1] in ("x", "w") and len(word) == 1
    return ((word, word if is_mark else kind[:_LONGEST_CLASS]),)


def _verb_behind(word: str) -> int:
    """Return how many characters at the end of a word are a verb of their own: 价格上涨, 号长, 业则."""
    if len(word) >= _LONGEST_WORD and role_words().roles.get(word[-2:]) in ("up", "down"):
        return 2
    is_made_up = len(word) > 1 and word[-1] in _endings() and not default_segmenter().has_word(word)
    return int(is_made_up)


@cache
def _endings() -> frozenset[str]:
    return frozenset(load_toml("jsisa_search.figures", "words")["naming"]["endings"])
