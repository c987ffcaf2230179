"""Candidates for set phrases in the texts of an index, each with the passages before and since a day.

There are three sources, all read from arrays: what is in quotation marks, words of four characters (四字),
and clauses of Chinese characters alone, which is where slogans and names of programmes stand. The counts of a
candidate are those of its source, to choose by; how often the string occurs in all is another count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.research.trend.timeline import Timeline
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]
PhraseKind = Literal["quotation", "four characters", "clause"]
Counts = dict[PhraseKind, tuple[Counter[str], Counter[str]]]
"""For each kind, how many passages have each candidate before a day, and since."""

_OPENING, _CLOSING = "“「『", "”」』"
# In UTF-8.
_FOUR_BYTES = 12
_FOUR_HAN = re.compile("[\u3400-\u9fff]{4}")
# Mixes the units of a string into 64 bits. Among ten million strings two share a hash in one of a hundred
# thousand indexes; then one of them is no candidate.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# The side on which a passage counts; 0 is neither.
_BEFORE, _SINCE = 1, 2


def find_candidates(
    searcher: ArraySearcher, timeline: Timeline, is_since: Array, sizes: dict[PhraseKind, tuple[int, int]]
) -> Counts:
    """Return the candidates in the passages of a timeline, whose rows are since a day or not (bool).

    `sizes` are the least and most characters of quotations and clauses. Undated passages do not count.
    """
    counts: Counts = {kind: (Counter(), Counter()) for kind in get_args(PhraseKind)}
    sides = np.zeros(sum(view.doc_count for view in searcher.views), np.uint8)
    sides[timeline.docs] = np.where(is_since, _SINCE, _BEFORE) * (timeline.published != UNDATED)
    for view in searcher.views:
        of_docs = sides[view.base : view.base + view.doc_count]
        before, since = counts["four characters"]
        before.update(_words(view, of_docs == _BEFORE))
        since.update(_words(view, of_docs == _SINCE))
        texts = view.file.texts("text")
        if texts is None or not len(texts):
            continue
        # Texts that several passages share are counted for each.
        numbers = texts.rows[:].astype(np.int64)
        weights = np.stack(
            [np.bincount(numbers, of_docs == side, len(texts) + 1)[1:] for side in (_BEFORE, _SINCE)]
        )
        units = np.asarray(texts.units)
        places: dict[PhraseKind, tuple[Array, Array]] = {
            "quotation": _quotations(units, sizes["quotation"]),
            "clause": _clauses(units, texts, sizes["clause"]),
        }
        for kind, (starts, lengths) in places.items():
            found = _counted(units, texts, weights, starts, lengths)
            for known, of_side in zip(counts[kind], found, strict=True):
                known.update(of_side)
    return counts


def _words(view: SegmentView, is_counted: Array) -> dict[str, int]:
    """Return the words of four Chinese characters, with the number of some documents that have each."""
    field = view.file.field("text")
    if field is None:
        return {}
    before = np.concatenate([[0], is_counted[field.all_docs()].cumsum(dtype=np.int64)])
    counts = np.diff(before[np.asarray(field.starts)])
    found = {}
    for term, count in zip(field.terms.as_list(), counts.tolist(), strict=True):
        if count and len(term) == _FOUR_BYTES:
            word = term.decode("utf-8")
            if _FOUR_HAN.fullmatch(word):
                found[word] = count
    return found


def _quotations(units: Array, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where the texts in quotation marks begin, and their lengths; only words, no speech."""
    starts, ends = [], []
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        marks = np.flatnonzero((units == ord(opening)) | (units == ord(closing)))
        is_pair = (units[marks[:-1]] == ord(opening)) & (units[marks[1:]] == ord(closing))
        starts.append(marks[:-1][is_pair] + 1)
        ends.append(marks[1:][is_pair])
    first, length = np.concatenate(starts), np.concatenate(ends) - np.concatenate(starts)
    is_sized = (length >= size[0]) & (length <= size[1])
    first, length = first[is_sized], length[is_sized]
    is_speech = ~_is_word(units[spread(first, length)])
    owner = np.arange(len(first)).repeat(length)
    is_word = np.bincount(owner, is_speech, len(first)) == 0
    return first[is_word], length[is_word]


def _clauses(units: Array, texts: Texts, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where clauses of Chinese characters alone begin, and their lengths."""
    is_word, is_han = _is_word(units), _is_han(units)
    breaks = np.zeros(len(units) + 1, np.bool_)
    breaks[1:-1] = is_word[1:] != is_word[:-1]
    breaks[np.asarray(texts.starts).astype(np.int64)] = True
    edges = np.flatnonzero(breaks)
    first, length = edges[:-1], np.diff(edges)
    han = np.concatenate([[0], is_han.cumsum(dtype=np.int64)])
    chosen = (han[edges[1:]] - han[first] == length) & (length >= size[0]) & (length <= size[1])
    return first[chosen], length[chosen]


def _counted(
    units: Array, texts: Texts, weights: Array, starts: Array, lengths: Array
) -> Iterator[dict[str, int]]:
    """Yield how often each of some strings is in passages before a day, and since."""
    owners = np.asarray(texts.starts).astype(np.int64).searchsorted(starts, "right") - 1
    hashes = lengths.astype(np.uint64)
    for offset in range(int(lengths.max(initial=0))):
        goes_on = np.flatnonzero(lengths > offset)
        mixed = (hashes[goes_on] ^ units[starts[goes_on] + offset].astype(np.uint64)) * _MULTIPLIER
        hashes[goes_on] = mixed ^ (mixed >> np.uint64(29))
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    for weight in weights:
        counts = np.bincount(which, weight[owners], len(first)).astype(np.int64)
        known = np.flatnonzero(counts)
        places = zip(starts[first[known]].tolist(), lengths[first[known]].tolist(), strict=True)
        texts_of = (units[at : at + length].tobytes() for at, length in places)
        strings = (text.decode("utf-16-le", "surrogatepass") for text in texts_of)
        yield dict(zip(strings, counts[known].tolist(), strict=True))


def _is_han(units: Array) -> Array:
    return np.logical_and(units >= 0x3400, units <= 0x9FFF)


def _is_word(units: Array) -> Array:
    """Return whether characters are letters, digits, Chinese characters or the dot within names (bool)."""
    is_digit = np.logical_and(units >= ord("0"), units <= ord("9"))
    is_letter = np.logical_and(units >= ord("a"), units <= ord("z"))
    found: Array = _is_han(units) | is_digit | is_letter | (units == ord("·")) | (units == ord("+"))
    return found
