"""Two words of two characters side by side that are a unit: 乡村振兴, but not 和国成立 of 共和国成立.

What is a unit stands between various neighbours. A string most of whose occurrences have one and the same
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


def find_collocations(
    blocks: Iterable[TextBlock],
    words: Collection[str],
    is_wanted: Callable[[Array, Array], Array],
    most_one_neighbour: float,
) -> dict[str, tuple[int, int]]:
    """Return what is two of some words of two characters and a unit, with its passages of either side.

    `is_wanted` says by the passages of either side (int64 each) which strings are looked at; of these, no
    neighbour may have a greater share than `most_one_neighbour`. `words` are of the basic plane.
    """
    table = _table(words)
    found = [_Places(block, table) for block in blocks]
    codes, passages = _summed(found)
    wanted = is_wanted(*passages).nonzero()[0]
    codes, passages = codes[wanted], passages[:, wanted]
    for step in (-1, _SIZE):
        is_unit = _greatest_shares(found, codes, step) <= most_one_neighbour
        codes, passages = codes[is_unit], passages[:, is_unit]
    strings = codes.astype(">u8").tobytes().decode("utf-16-be", "surrogatepass")
    return {
        text: (before, since)
        for at, (before, since) in enumerate(passages.T.tolist())
        if (text := strings[_SIZE * at : _SIZE * (at + 1)])[:2] in words and text[2:] in words
    }


class _Places:
    """Where in the texts of a block two words seem to be side by side.

    `codes` (uint64) are the different strings, `which` (int64) the one at each of `starts` (int64), and
    `weights` how many passages have each text.
    """

    def __init__(self, block: TextBlock, table: Array) -> None:
        self.units = np.asarray(block.units)
        self.bounds = np.asarray(block.starts).astype(np.int64)
        begins = table.take(_slots(self.units[:-1], self.units[1:])) if len(self.units) else table[:0]
        starts = np.flatnonzero(begins[:-2] & begins[2:])
        owners = self.bounds.searchsorted(starts, "right") - 1
        of_texts = block.passages.sum(axis=0)
        is_inside = (starts + _SIZE <= self.bounds[owners + 1]) & (of_texts[owners] > 0)
        self.starts, owners = starts[is_inside], owners[is_inside]
        self.weights = of_texts[owners]
        codes = np.zeros(len(self.starts), np.uint64)
        for offset in range(_SIZE):
            codes = (codes << np.uint64(16)) | self.units[self.starts + offset].astype(np.uint64)
        self.codes, which = np.unique(codes, return_inverse=True)
        self.which = which.reshape(-1)
        weights = block.passages[:, owners]
        self.passages = np.stack([np.bincount(self.which, side, len(self.codes)) for side in weights])

    def neighbours(self, codes: Array, step: int) -> tuple[Array, Array, Array]:
        """Return the character beside each occurrence of some codes, the number of its code, and its weight.

        int64 each. The character is 0 at the edge of a text; `codes` ascend.
        """
        numbers = np.minimum(codes.searchsorted(self.codes), max(len(codes) - 1, 0))
        is_one = codes[numbers] == self.codes if len(codes) else np.zeros(len(self.codes), np.bool_)
        chosen = np.flatnonzero(is_one[self.which])
        at = self.starts[chosen] + step
        owners = self.bounds.searchsorted(self.starts[chosen], "right") - 1
        is_inside = (at >= self.bounds[owners]) & (at < self.bounds[owners + 1])
        characters = np.where(is_inside, self.units.take(at, mode="clip"), 0).astype(np.int64)
        return characters, numbers[self.which[chosen]], self.weights[chosen]


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


def _summed(found: list[_Places]) -> tuple[Array, Array]:
    """Return the different codes of all blocks (ascending), and their passages (int64, 2 rows)."""
    codes = np.concatenate([np.zeros(0, np.uint64), *(each.codes for each in found)])
    passages = np.concatenate([np.zeros((2, 0)), *(each.passages for each in found)], axis=1)
    distinct, which = np.unique(codes, return_inverse=True)
    summed = [np.bincount(which.reshape(-1), side, len(distinct)) for side in passages]
    return distinct, np.stack(summed).astype(np.int64)


def _greatest_shares(found: list[_Places], codes: Array, step: int) -> Array:
    """Return the share of the most frequent Chinese neighbour of each code on one side (float64)."""
    parts = [each.neighbours(codes, step) for each in found]
    characters, numbers, weights = (
        np.concatenate([np.zeros(0, np.int64), *(part[column] for part in parts)]) for column in range(3)
    )
    totals = np.bincount(numbers, weights, len(codes))
    # Marks and edges of texts are where units end.
    is_han = (characters >= 0x3400) & (characters <= 0x9FFF)
    pairs, which = np.unique(numbers[is_han] << 16 | characters[is_han], return_inverse=True)
    greatest = np.zeros(len(codes))
    np.maximum.at(greatest, pairs >> 16, np.bincount(which.reshape(-1), weights[is_han], len(pairs)))
    return greatest / np.maximum(totals, 1)
