"""Candidates for set phrases in the texts of an index, each with the passages before and since a day.

There are three sources, all read from arrays of texts: what is in quotation marks; words of four
characters, and two of two that are a unit (四字); and clauses of Chinese characters alone, which is where
slogans and names of programmes stand. The counts of a candidate are those of its source, to choose by; how
often the string occurs in all is another count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import spread
from jsisa_search.research.trend.collocations import find_collocations
from jsisa_search.research.trend.likelihood import signed_likelihood
from jsisa_search.search.timeline import TextBlock

Array = NDArray[Any]
PhraseKind = Literal["quotation", "four characters", "clause"]
#: The candidates, each with the number of passages that have it before a day, and since.
Candidates = dict[str, tuple[int, int]]

_OPENING, _CLOSING = "“「『", "”」』"
# Mixes the units of a string into 64 bits. Among ten million strings two share a hash in one of a hundred
# thousand indexes; then one of them is no candidate.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# Classes of characters; 0 is that of blanks and marks.
_HAN, _OTHER_WORD = 1, 2


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
    """Different strings of a block: their hashes, places in its units, lengths, and passages (2 rows)."""

    units: Array
    hashes: Array
    starts: Array
    lengths: Array
    passages: Array


def find_candidates(blocks: Iterable[TextBlock], rules: CandidateRules) -> dict[PhraseKind, Candidates]:
    """Return the candidates of each kind in the dated passages of some blocks."""
    words: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    kept, quotations, clauses = [], [], []
    for block in blocks:
        for known, found in zip(words, block.words, strict=True):
            known.update(found)
        kept.append(block)
        quotations.append(_strings(block, *_quotations(block, rules.quotation)))
        clauses.append(_strings(block, *_clauses(block, rules.clause)))
    return {
        "quotation": _candidates(quotations, rules.least_passages),
        "four characters": _four_characters(words, kept, rules),
        "clause": _candidates(clauses, rules.least_passages),
    }


def _four_characters(
    words: tuple[Counter[str], Counter[str]], blocks: list[TextBlock], rules: CandidateRules
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

    return four | find_collocations(blocks, pairs, is_changed, rules.most_one_neighbour, least=least)


def _quotations(block: TextBlock, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where the texts in quotation marks begin, and their lengths; only words, no speech."""
    units = np.asarray(block.units)
    bounds = np.asarray(block.starts)
    starts, ends = [], []
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        marks = np.flatnonzero((units == ord(opening)) | (units == ord(closing)))
        owners = bounds.searchsorted(marks, "right")
        is_pair = (units[marks[:-1]] == ord(opening)) & (units[marks[1:]] == ord(closing))
        is_pair &= owners[:-1] == owners[1:]
        starts.append(marks[:-1][is_pair] + 1)
        ends.append(marks[1:][is_pair])
    first, length = np.concatenate(starts), np.concatenate(ends) - np.concatenate(starts)
    is_sized = (length >= size[0]) & (length <= size[1])
    first, length = first[is_sized], length[is_sized]
    is_speech = ~_is_word(units[spread(first, length)])
    owner = np.arange(len(first)).repeat(length)
    is_word = np.bincount(owner, is_speech, len(first)) == 0
    return first[is_word], length[is_word]


def _clauses(block: TextBlock, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return where clauses of Chinese characters alone begin, and their lengths."""
    classes = _classes().take(np.asarray(block.units))
    bounds = np.asarray(block.starts).astype(np.int64)
    breaks = np.zeros(len(classes) + 1, np.bool_)
    breaks[1:-1] = classes[1:] != classes[:-1]
    breaks[bounds] = True
    edges = np.flatnonzero(breaks)
    first, length = edges[:-1], np.diff(edges)
    chosen = (classes[first] == _HAN) & (length >= size[0]) & (length <= size[1])
    first, length = first[chosen], length[chosen]
    # A letter or digit beside it belongs to the clause, unless it is of another text.
    is_bound = np.zeros(len(classes) + 1, np.bool_)
    is_bound[bounds] = True
    last = first + length
    goes_on = (classes.take(first - 1, mode="clip") == _OTHER_WORD) & ~is_bound[first]
    goes_on |= (classes.take(last, mode="clip") == _OTHER_WORD) & ~is_bound[last]
    return first[~goes_on], length[~goes_on]


def _strings(block: TextBlock, starts: Array, lengths: Array) -> _Strings:
    """Return the different ones of some strings in texts."""
    units = np.asarray(block.units)
    owners = np.asarray(block.starts).astype(np.int64).searchsorted(starts, "right") - 1
    hashes = lengths.astype(np.uint64)
    for offset in range(int(lengths.max(initial=0))):
        goes_on = np.flatnonzero(lengths > offset)
        mixed = (hashes[goes_on] ^ units[starts[goes_on] + offset].astype(np.uint64)) * _MULTIPLIER
        hashes[goes_on] = mixed ^ (mixed >> np.uint64(29))
    return _distinct([_Strings(units, hashes, starts, lengths, block.passages[:, owners])])[0]


def _distinct(parts: list[_Strings]) -> tuple[_Strings, Array]:
    """Return the different strings of several blocks with all their passages, and the block of each.

    The units of the result are those of the first block.
    """
    hashes = np.concatenate([part.hashes for part in parts])
    blocks = np.arange(len(parts)).repeat([len(part.hashes) for part in parts])
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    passages = np.concatenate([part.passages for part in parts], axis=1)
    summed = np.stack([np.bincount(which, counts, len(first)) for counts in passages]).astype(np.int64)
    starts = np.concatenate([part.starts for part in parts])[first]
    lengths = np.concatenate([part.lengths for part in parts])[first]
    return _Strings(parts[0].units, hashes[first], starts, lengths, summed), blocks[first]


def _candidates(parts: list[_Strings], least: int) -> Candidates:
    """Return the strings of all blocks that enough passages have on one of the sides."""
    if not parts:
        return {}
    strings, blocks = _distinct(parts)
    chosen = np.flatnonzero(strings.passages.max(axis=0) >= least)
    found: Candidates = {}
    for block, start, length, before, since in zip(
        *(each[chosen].tolist() for each in (blocks, strings.starts, strings.lengths, *strings.passages)),
        strict=True,
    ):
        text = parts[block].units[start : start + length].tobytes().decode("utf-16-le", "surrogatepass")
        found[text] = before, since
    return found


@cache
def _classes() -> Array:
    """Return the class of each unit (uint8): no word, a Chinese character, or another character of words."""
    units = np.arange(1 << 16, dtype=np.uint16)
    return np.select([_is_han(units), _is_word(units)], [_HAN, _OTHER_WORD], 0).astype(np.uint8)


def _is_han(units: Array) -> Array:
    return np.logical_and(units >= 0x3400, units <= 0x9FFF)


def _is_word(units: Array) -> Array:
    """Return whether characters are letters, digits, Chinese characters or the dot within names (bool)."""
    is_digit = np.logical_and(units >= ord("0"), units <= ord("9"))
    is_letter = np.logical_and(units >= ord("a"), units <= ord("z"))
    found: Array = _is_han(units) | is_digit | is_letter | (units == ord("·")) | (units == ord("+"))
    return found
