"""Two words of two characters side by side that are a unit: 乡村振兴, but not 和国成立 of 共和国成立.

A unit has various neighbours. A string most of whose occurrences have one and the same
character before or behind them is a part of something longer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.search.timeline import TextBlock

Array = NDArray[Any]

# Bits of the table in which pairs of characters are looked up at each place of the texts. Of the pairs that
# are no word one in two hundred passes, and is sorted out at the end.
_TABLE_BITS = 22
_SIZE = 4
_CODE = np.dtype("<u8")


def find_collocations(
    blocks: Iterable[TextBlock],
    words: Collection[str],
    is_wanted: Callable[[Array, Array], Array],
    most_one_neighbour: float,
    *,
    least: int = 1,
) -> dict[str, tuple[int, int]]:
    """Return what is two of some words of two characters and a unit, with its passages of either side.

    `is_wanted` says by the passages of either side (int64 each) which strings are looked at, among those that
    `least` passages of one side have; of these, no neighbour may have a greater share than
    `most_one_neighbour`. `words` are of the basic plane.
    """
    table = _table(words)
    found = [_Places(block, table) for block in blocks]
    codes, passages = _summed(found, least)
    wanted = is_wanted(*passages).nonzero()[0]
    codes, passages = codes[wanted], passages[:, wanted]
    for step in (-1, _SIZE):
        is_unit = _greatest_shares(found, codes, step) <= most_one_neighbour
        codes, passages = codes[is_unit], passages[:, is_unit]
    strings = codes.tobytes().decode("utf-16-le", "surrogatepass")
    return {
        text: (before, since)
        for at, (before, since) in enumerate(passages.T.tolist())
        if (text := strings[_SIZE * at : _SIZE * (at + 1)])[:2] in words and text[2:] in words
    }


class _Places:
    """Where in the texts of a block two words seem to be side by side.

    `codes` (uint64) are the four characters at each of `starts` (int64), the first one lowest, and `passages`
    (int64, 2 rows) how many of either side have each text.
    """

    def __init__(self, block: TextBlock, table: Array) -> None:
        self.units = np.asarray(block.units)
        self.bounds = np.asarray(block.starts).astype(np.int64)
        begins = table.take(_slots(self.units[:-1], self.units[1:])) if len(self.units) else table[:0]
        starts = np.flatnonzero(begins[:-2] & begins[2:])
        texts = np.diff(starts.searchsorted(self.bounds))
        is_inside = starts + _SIZE <= self.bounds[1:].repeat(texts)
        is_inside &= (block.passages.sum(axis=0) > 0).repeat(texts)
        self.starts = starts[is_inside]
        self.owners = np.arange(len(texts), dtype=np.int32).repeat(texts)[is_inside]
        self.passages = block.passages[:, self.owners]
        windows = np.lib.stride_tricks.sliding_window_view(self.units, _SIZE) if len(self.starts) else None
        self.codes: Array = np.zeros(0, _CODE)
        if windows is not None:
            self.codes = np.ascontiguousarray(windows[self.starts]).view(_CODE).reshape(-1)

    def neighbours(self, codes: Array, step: int) -> tuple[Array, Array, Array]:
        """Return the character beside each occurrence of some codes, the number of its code, and its weight.

        int64 each. The character is 0 at the edge of a text; `codes` ascend.
        """
        seems_one = np.zeros(1 << _TABLE_BITS, np.bool_)
        seems_one[_slots_of(codes)] = True
        chosen = np.flatnonzero(seems_one.take(_slots_of(self.codes)))
        numbers = codes.searchsorted(self.codes[chosen])
        is_one = codes.take(numbers, mode="clip") == self.codes[chosen] if len(codes) else chosen < 0
        chosen, numbers = chosen[is_one], numbers[is_one]
        at = self.starts[chosen] + step
        owners = self.owners[chosen]
        is_inside = (at >= self.bounds[owners]) & (at < self.bounds[owners + 1])
        characters = np.where(is_inside, self.units.take(at, mode="clip"), 0).astype(np.int64)
        return characters, numbers, self.passages[:, chosen].sum(axis=0)


def _table(words: Collection[str]) -> Array:
    """Return which slots are those of a word (bool)."""
    is_word = np.zeros(1 << _TABLE_BITS, np.bool_)
    pairs = np.frombuffer("".join(words).encode("utf-16-le"), np.uint16).reshape(-1, 2)
    is_word[_slots(pairs[:, 0], pairs[:, 1])] = True
    return is_word


def _slots(first: Array, second: Array) -> Array:
    """Return the slot in the table of each pair of characters."""
    mixed = first.astype(np.uint32) * np.uint32(0x9E3779B1)
    mixed += second.astype(np.uint32) * np.uint32(0x85EBCA6B)
    slots: Array = mixed >> np.uint32(32 - _TABLE_BITS)
    return slots


def _slots_of(codes: Array) -> Array:
    """Return the slot in a table of each code."""
    slots: Array = (codes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _TABLE_BITS)
    return slots.astype(np.int64)


def _summed(found: list[_Places], least: int) -> tuple[Array, Array]:
    """Return the codes of all blocks that `least` passages of one side have (ascending), and their passages.

    Passages are int64, 2 rows. Codes are sorted and counted: which of them is where does not matter yet, and
    an order of places takes four times as long as an order of values.
    """
    nothing = np.zeros(0, _CODE)
    sides = [
        _runs(np.concatenate([nothing, *(each.codes.repeat(each.passages[side]) for each in found)]))
        for side in range(2)
    ]
    codes = np.union1d(*(codes[counts >= least] for codes, counts in sides))
    return codes, np.stack([_counts_of(codes, *side) for side in sides])


def _counts_of(wanted: Array, codes: Array, counts: Array) -> Array:
    """Return the counts of some codes among those that are counted (int64); 0 where one is not."""
    if not len(codes):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(codes.searchsorted(wanted), len(codes) - 1)
    return np.where(codes[at] == wanted, counts[at], 0)


def _greatest_shares(found: list[_Places], codes: Array, step: int) -> Array:
    """Return the share of the most frequent Chinese neighbour of each code on one side (float64)."""
    parts = [each.neighbours(codes, step) for each in found]
    characters, numbers, weights = (
        np.concatenate([np.zeros(0, np.int64), *(part[column] for part in parts)]) for column in range(3)
    )
    totals = np.bincount(numbers, weights, len(codes))
    # Marks and edges of texts are where units end.
    is_han = (characters >= 0x3400) & (characters <= 0x9FFF)
    pairs, counts = _runs((numbers[is_han] << 16 | characters[is_han]).repeat(weights[is_han]))
    greatest = np.zeros(len(codes))
    np.maximum.at(greatest, pairs >> 16, counts)
    return greatest / np.maximum(totals, 1)


def _runs(values: Array) -> tuple[Array, Array]:
    """Return the different ones of some values (ascending), and how often each is there (int64)."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(is_first)
    return ordered[starts], np.diff(starts, append=len(ordered))
