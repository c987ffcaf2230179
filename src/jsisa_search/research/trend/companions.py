"""Companions of a wording: the words that are lately beside it and were not before, and those that were."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import Segmenter
from jsisa_search.model import Plain
from jsisa_search.package_data import load_toml
from jsisa_search.research.trend.concordance import places_of
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.research.trend.timeline import is_since
from jsisa_search.schema import UNDATED
from jsisa_search.search.timeline import Uses

Array = NDArray[Any]

_SENTENCE_END = re.compile("[。!?;\n]")
_HAN = re.compile("[\u3400-\u9fff]+")
# Occurrences whose neighbourhood is segmented together: a call of the segmenter costs as much as some words.
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Companion(Plain):
    """A word beside a wording: the passages that have both near each other, since and before a day."""

    word: str
    since: int
    before: int


@dataclass(frozen=True, slots=True)
class Companions(Plain):
    """What is beside a wording since a day and was not before, what no longer is, and what is at all times.

    `passages_since` and `passages_before` have the wording. New are words that were never beside it before,
    gone those that are beside it no longer, each by the number of passages; only where the difference is
    greater than chance. `steady` are the most frequent of the others.
    """

    since: datetime
    passages_since: int
    passages_before: int
    new: tuple[Companion, ...]
    gone: tuple[Companion, ...]
    steady: tuple[Companion, ...]


class CompanionCount:
    """Counts the words beside a folded string in the dated passages that have it."""

    def __init__(self, folded: str, since: datetime, segmenter: Segmenter) -> None:
        """Take the string, and the day from which on companions are new."""
        self._folded, self._since, self._segmenter = folded, since, segmenter
        self._counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._sizes = [0, 0]

    def add(self, uses: Uses) -> None:
        """Add some passages; their texts are read."""
        rows = np.flatnonzero(uses.published != UNDATED)
        is_late = is_since(uses.published[rows], self._since)
        surroundings = (_around(self._folded, text) for text in uses.texts(rows))
        for late, words in zip(is_late.tolist(), _words_of(surroundings, self._segmenter), strict=True):
            self._counts[late].update(_companions_in(words, self._folded))
            self._sizes[late] += 1

    def companions(self, limit: int) -> Companions:
        """Return up to `limit` companions of each kind."""
        before, since = self._sizes
        return Companions(self._since, since, before, *_sorted(self._counts, (before, since), limit))


def _around(folded: str, text: str) -> str:
    """Return what is near a string in a text: lines of it, without the string and within its sentences."""
    reach = _rules()["reach"]
    parts = []
    last = 0
    for at in places_of(folded, text):
        end = at + len(folded)
        before, behind = text[max(at - reach, last) : at], text[end : end + reach]
        parts += [_SENTENCE_END.split(before)[-1], _SENTENCE_END.split(behind)[0].split(folded)[0]]
        last = end
    return "\n".join(parts)


def _words_of(texts: Iterator[str], segmenter: Segmenter) -> Iterator[list[str]]:
    """Yield the words of each of some texts; many are segmented in one call, which costs a tenth."""
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield from _cut(batch, segmenter)
            batch = []
    yield from _cut(batch, segmenter)


def _cut(texts: list[str], segmenter: Segmenter) -> Iterator[list[str]]:
    words: list[str] = []
    # No word crosses this character.
    joined = "".join(text.replace("\x00", " ") + "\x00" for text in texts)
    for word in segmenter.cut(joined):
        if word == "\x00":
            yield words
            words = []
        else:
            words.append(word)


def _companions_in(words: list[str], folded: str) -> set[str]:
    """Return the words that say something, each once; parts of the wording say nothing beside it."""
    return {
        word
        for word in words
        if len(word) >= _rules()["least_word"]
        and word not in _stop_words()
        and _HAN.fullmatch(word)
        and word not in folded
    }


def _sorted(
    counts: tuple[Counter[str], Counter[str]], sizes: tuple[int, int], limit: int
) -> Iterator[tuple[Companion, ...]]:
    """Yield the new, the gone and the steady companions, the most frequent first."""
    words = sorted(counts[0].keys() | counts[1].keys())
    before = np.array([counts[0][word] for word in words], np.int64)
    since = np.array([counts[1][word] for word in words], np.int64)
    likelihood = signed_likelihood(before, since, *sizes)
    least, passages = _rules()["least_likelihood"], _rules()["least_passages"]
    is_new = (before == 0) & (since >= passages) & (likelihood >= least)
    is_gone = (since == 0) & (before >= passages) & (likelihood <= -least)
    is_steady = (since > 0) & (before > 0) & (since + before >= passages)
    for chosen, by in ((is_new, since), (is_gone, before), (is_steady, since + before)):
        at = np.flatnonzero(chosen)
        best = at[np.argsort(-by[at], kind="stable")][:limit]
        yield tuple(Companion(words[i], int(since[i]), int(before[i])) for i in best.tolist())


def _rules() -> dict[str, Any]:
    return load_toml("jsisa_search.research", "trend")


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_rules()["stop_words"])
