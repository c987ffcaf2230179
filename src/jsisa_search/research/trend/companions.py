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
from jsisa_search.research.trend.contexts import folded_texts, places_of
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.research.trend.timeline import Timeline
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.searcher import ArraySearcher

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


@dataclass(frozen=True, slots=True)
class CompanionRequest:
    """From which day on companions are new, `None` for the last year with text, and how many to return."""

    since: datetime | None
    limit: int


def find_companions(
    searcher: ArraySearcher,
    timeline: Timeline,
    folded: str,
    rows: Array,
    request: CompanionRequest,
    segmenter: Segmenter,
) -> Companions | None:
    """Return the companions of a folded string in the dated passages of some rows (int64, ascending).

    `None` where no passage of the archive has a date.
    """
    since = request.since or last_year(timeline)
    if since is None:
        return None
    rows = rows[timeline.published[rows] != UNDATED]
    is_since = timeline.is_since(since)[rows]
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    texts = folded_texts(searcher, timeline.docs[rows])
    surroundings = (_around(folded, text) for text in texts)
    for is_late, words in zip(is_since.tolist(), _words_of(surroundings, segmenter), strict=True):
        counts[is_late].update(_companions_in(words, folded))
    sizes = int((~is_since).sum()), int(is_since.sum())
    return Companions(since, sizes[1], sizes[0], *_sorted(counts, sizes, request.limit))


def last_year(timeline: Timeline) -> datetime | None:
    """Return the first day of the last calendar year with text; `None` where nothing is dated."""
    latest = int(timeline.months.max(initial=-1))
    return datetime(latest // 12, 1, 1) if latest >= 12 else None


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
