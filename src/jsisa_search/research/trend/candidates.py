"""Candidates for set phrases in the texts of an index, each with the passages before and since a day.

There are three sources, all read from arrays: what is in quotation marks; words of four characters, and two
of two that are a unit (四字); and clauses of Chinese characters alone, which is where slogans and names of
programmes stand. The counts of a candidate are those of its source, to choose by; how often the string occurs
in all is another count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.research.trend.collocations import Section, find_collocations
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.research.trend.timeline import Timeline
from jsisa_search.schema import UNDATED
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]
PhraseKind = Literal["quotation", "four characters", "clause"]
#: The candidates, each with the number of passages that have it before a day, and since.
Candidates = dict[str, tuple[int, int]]

_OPENING, _CLOSING = "“「『", "”」』"
_WORD = re.compile("[\u3400-\u9fff]{2}|[\u3400-\u9fff]{4}")
# Their lengths in UTF-8.
_WORD_BYTES = (6, 12)
# Mixes the units of a string into 64 bits. Among ten million strings two share a hash in one of a hundred
# thousand indexes; then one of them is no candidate.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# The side on which a passage counts; 0 is neither.
_SIDES = (1, 2)


@dataclass(frozen=True, slots=True)
class CandidateRules:
    """The least and most characters of quotations and clauses, and the least passages on one of the sides.

    Two words of two characters are one phrase where both are no `stop_words`, where it changed by
    `least_likelihood` among passages of the `sizes` of both sides, and where none of its neighbours has a
    greater share than `most_one_neighbour`.
    """

    quotation: tuple[int, int]
    clause: tuple[int, int]
    least_passages: int
    least_likelihood: float
    most_one_neighbour: float
    stop_words: frozenset[str]
    sizes: tuple[int, int]


class _Strings(NamedTuple):
    """Different strings of a segment: their hashes, places in its units, lengths, and passages (2 rows)."""

    units: Array
    hashes: Array
    starts: Array
    lengths: Array
    passages: Array


def find_candidates(
    searcher: ArraySearcher, timeline: Timeline, is_since: Array, rules: CandidateRules
) -> dict[PhraseKind, Candidates]:
    """Return the candidates of each kind in the dated passages of a timeline, since a day or not (bool)."""
    sides = np.zeros(sum(view.doc_count for view in searcher.views), np.uint8)
    sides[timeline.docs] = np.where(is_since, _SIDES[1], _SIDES[0]) * (timeline.published != UNDATED)
    words: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    sections, quotations, clauses = [], [], []
    for view in searcher.views:
        of_docs = sides[view.base : view.base + view.doc_count]
        for known, found in zip(words, _words(view, of_docs), strict=False):
            known.update(found)
        texts = view.file.texts("text")
        if texts is not None and len(texts):
            # Texts that several passages share are counted for each.
            rows = texts.rows[:].astype(np.int64)
            passages = np.stack([np.bincount(rows, of_docs == side, len(texts) + 1)[1:] for side in _SIDES])
            sections.append(Section(texts, passages))
            quotations.append(_strings(texts, passages, *_quotations(texts, rules.quotation)))
            clauses.append(_strings(texts, passages, *_clauses(texts, rules.clause)))
    return {
        "quotation": _candidates(quotations, rules.least_passages),
        "four characters": _four_characters(words, sections, rules),
        "clause": _candidates(clauses, rules.least_passages),
    }


def _four_characters(
    words: tuple[Counter[str], Counter[str]], sections: list[Section], rules: CandidateRules
) -> Candidates:
    """Return the words of four characters, and the units of two of two, that enough passages have."""
    before, since = words
    known = before.keys() | since.keys()
    least = rules.least_passages
    four = {
        word: (before[word], since[word])
        for word in known
        if len(word) == 4 and max(before[word], since[word]) >= least
    }
    pairs = {word for word in known if len(word) == 2} - rules.stop_words

    def is_changed(of_before: Array, of_since: Array) -> Array:
        changes = np.abs(signed_likelihood(of_before, of_since, *rules.sizes))
        return (changes >= rules.least_likelihood) & (np.maximum(of_before, of_since) >= least)

    return four | find_collocations(sections, pairs, is_changed, rules.most_one_neighbour)


def _words(view: SegmentView, sides: Array) -> Iterator[dict[str, int]]:
    """Yield for each side the words of two or four Chinese characters with the number of its documents."""
    field = view.file.field("text")
    if field is None:
        return
    terms, starts = field.terms.as_list(), np.asarray(field.starts)
    of_postings = sides[field.all_docs()]
    for side in _SIDES:
        counts = np.diff(np.concatenate([[0], (of_postings == side).cumsum(dtype=np.int64)])[starts])
        words = (
            (terms[number].decode("utf-8"), int(counts[number]))
            for number in np.flatnonzero(counts).tolist()
            if len(terms[number]) in _WORD_BYTES
        )
        yield {word: count for word, count in words if _WORD.fullmatch(word)}


def _quotations(texts: Texts, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where the texts in quotation marks begin, and their lengths; only words, no speech."""
    units = np.asarray(texts.units)
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


def _clauses(texts: Texts, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where clauses of Chinese characters alone begin, and their lengths."""
    units = np.asarray(texts.units)
    is_word, is_han = _is_word(units), _is_han(units)
    breaks = np.zeros(len(units) + 1, np.bool_)
    breaks[1:-1] = is_word[1:] != is_word[:-1]
    breaks[np.asarray(texts.starts).astype(np.int64)] = True
    edges = np.flatnonzero(breaks)
    first, length = edges[:-1], np.diff(edges)
    han = np.concatenate([[0], is_han.cumsum(dtype=np.int32)])
    chosen = (han[edges[1:]] - han[first] == length) & (length >= size[0]) & (length <= size[1])
    return first[chosen], length[chosen]


def _strings(texts: Texts, passages: Array, starts: Array, lengths: Array) -> _Strings:
    """Return the different ones of some strings in texts; `passages` (2 rows) are those of each text."""
    units = np.asarray(texts.units)
    owners = np.asarray(texts.starts).astype(np.int64).searchsorted(starts, "right") - 1
    hashes = lengths.astype(np.uint64)
    for offset in range(int(lengths.max(initial=0))):
        goes_on = np.flatnonzero(lengths > offset)
        mixed = (hashes[goes_on] ^ units[starts[goes_on] + offset].astype(np.uint64)) * _MULTIPLIER
        hashes[goes_on] = mixed ^ (mixed >> np.uint64(29))
    return _distinct([_Strings(units, hashes, starts, lengths, passages[:, owners])])[0]


def _distinct(parts: list[_Strings]) -> tuple[_Strings, Array]:
    """Return the different strings of several segments with all their passages, and the segment of each.

    The units of the result are those of the first segment.
    """
    hashes = np.concatenate([part.hashes for part in parts])
    segments = np.arange(len(parts)).repeat([len(part.hashes) for part in parts])
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    passages = np.concatenate([part.passages for part in parts], axis=1)
    summed = np.stack([np.bincount(which, counts, len(first)) for counts in passages]).astype(np.int64)
    starts = np.concatenate([part.starts for part in parts])[first]
    lengths = np.concatenate([part.lengths for part in parts])[first]
    return _Strings(parts[0].units, hashes[first], starts, lengths, summed), segments[first]


def _candidates(parts: list[_Strings], least: int) -> Candidates:
    """Return the strings of all segments that enough passages have on one of the sides."""
    if not parts:
        return {}
    strings, segments = _distinct(parts)
    chosen = np.flatnonzero(strings.passages.max(axis=0) >= least)
    found: Candidates = {}
    for segment, start, length, before, since in zip(
        *(each[chosen].tolist() for each in (segments, strings.starts, strings.lengths, *strings.passages)),
        strict=True,
    ):
        text = parts[segment].units[start : start + length].tobytes().decode("utf-16-le", "surrogatepass")
        found[text] = before, since
    return found


def _is_han(units: Array) -> Array:
    return np.logical_and(units >= 0x3400, units <= 0x9FFF)


def _is_word(units: Array) -> Array:
    """Return whether characters are letters, digits, Chinese characters or the dot within names (bool)."""
    is_digit = np.logical_and(units >= ord("0"), units <= ord("9"))
    is_letter = np.logical_and(units >= ord("a"), units <= ord("z"))
    found: Array = _is_han(units) | is_digit | is_letter | (units == ord("·")) | (units == ord("+"))
    return found
