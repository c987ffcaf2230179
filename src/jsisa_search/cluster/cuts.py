"""Where the words of a text are, in one character for each: a sixth of the bytes of the words themselves.

A character has three bits about a word and its length; the next word begins where it ends. Before it come
those of the words inside it: where in it they begin, and which of two lengths they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import Segmenter, is_counted, is_indexed, subwords

Array = NDArray[Any]

_INSIDE, _COUNTED, _INDEXED = 1, 2, 4
_LONG_INSIDE = 2  # of a word inside another: it has three characters, not two
_SHORTEST_INSIDE = 2
#: Characters of the longest word that has a character of its own; nobody looks for a longer one.
_LONGEST = 0x1_0000


def cuts_of(words: Sequence[str], segmenter: Segmenter) -> str:
    """Return the cuts of a text from the words that it is cut into."""
    return "".join([_cut(word, segmenter) for word in words])


@lru_cache(maxsize=1 << 16)
def _cut(word: str, segmenter: Segmenter) -> str:
    counted = is_counted(word) * _COUNTED
    if len(word) > _LONGEST:
        stretches, rest = divmod(len(word), _LONGEST)
        return chr(_LONGEST << 3) * stretches + chr(rest << 3 | counted)
    if not is_indexed(word):
        return chr(len(word) << 3 | counted)
    inside = [
        chr(start << 2 | (len(part) > _SHORTEST_INSIDE) * _LONG_INSIDE | _INSIDE)
        for part, start in subwords(word, segmenter)
    ]
    return "".join([*inside, chr(len(word) << 3 | counted | _INDEXED)])


def words_in(folded: str, cuts: str) -> str:
    """Return the words of a folded text as `words_of` has them."""
    parts: list[str] = []
    at = 0
    for code in map(ord, cuts):
        if code & _INSIDE:
            start = at + (code >> 2)
            size = _SHORTEST_INSIDE + bool(code & _LONG_INSIDE)
            parts.append(f" {folded[start : start + size]} ")
            continue
        end = at + (code >> 3)
        if code & _INDEXED:
            parts.append(f" {folded[at:end]} ")
        if code & _COUNTED:
            parts.append("\n")
        at = end
    return "".join(parts)


class CutTexts:
    """The words of some texts, found by their lengths and characters."""

    def __init__(self, folded: Sequence[str], cuts: Sequence[str]) -> None:
        """Take the folded texts and their cuts."""
        self._units = _code_points(folded)
        codes = _code_points(cuts)
        sizes, counts = ([*map(len, each)] for each in (folded, cuts))
        rows = np.arange(len(cuts)).repeat(counts)
        first = np.cumsum([0, *counts])[:-1]  # the first code of each text
        is_inside = (codes & _INSIDE).astype(np.bool_)
        begins = _before(np.where(is_inside, 0, codes >> 3), first, rows)
        positions = _before(np.where(is_inside, 0, codes & _COUNTED) >> 1, first, rows)
        begins += np.cumsum([0, *sizes])[:-1][rows]
        at = np.flatnonzero(codes & (_INSIDE | _INDEXED))
        codes, is_inside = codes[at], is_inside[at]
        self._begins = begins[at] + np.where(is_inside, codes >> 2, 0)
        self._sizes = np.where(is_inside, _SHORTEST_INSIDE + (codes >> 1 & 1), codes >> 3)
        self._positions, self._rows = positions[at], rows[at]
        self._found: dict[str, tuple[Array, Array]] = {}

    def find(self, word: str) -> tuple[Array, Array]:
        """Return in which text a word is each time (int64, ascending), and at which position."""
        known = self._found.get(word)
        if known is None:
            at = np.flatnonzero(self._sizes == len(word))
            for behind, char in enumerate(word):
                at = at[self._units[self._begins[at] + behind] == ord(char)]
            known = self._found[word] = self._rows[at], self._positions[at]
        return known


def _code_points(texts: Sequence[str]) -> Array:
    """Return the characters of texts, one after the other (int32)."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<i4")


def _before(amounts: Array, first: Array, rows: Array) -> Array:
    """Return for each amount the sum of those before it in its row (int64); `first` is where rows begin."""
    sums = np.append(0, amounts.cumsum())
    found: Array = sums[:-1] - sums[first][rows]
    return found
