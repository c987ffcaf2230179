"""The term dictionary of a field of which every term is two characters: sorted numbers, four bytes a term.

Arrays, under the prefix of the field:

    terms.characters  uint32  the distinct characters of the terms (code points), ascending
    terms.pairs       uint    the terms, ascending: the place of the first character in `terms.characters`,
                              times the number of characters, plus the place of the second

UTF-8 keeps the order of code points, so that terms in the order of their bytes are numbers in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import Container, ContainerWriter
from jsisa_search.codec.narrow import narrowed
from jsisa_search.codec.terms import TermDictionary
from jsisa_search.codec.texts import as_text, code_points

Array = NDArray[Any]


def pairs_of(terms: Sequence[bytes]) -> Array | None:
    """Return the code points of `terms` (uint32, n x 2), `None` where one is not two characters in UTF-8."""
    try:
        points = code_points(b"".join(terms).decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None
    if not len(terms) or len(points) != 2 * len(terms):
        return None
    pairs = points.reshape(-1, 2)
    sizes = 1 + (pairs > 0x7F).astype(np.int64) + (pairs > 0x7FF) + (pairs > 0xFFFF)
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    return pairs if (sizes.sum(axis=1) == lengths).all() else None


def pair_terms(points: Array) -> list[bytes]:
    """Return the terms of pairs of code points (n x 2)."""
    text = as_text(points.reshape(-1))
    return [text[at : at + 2].encode("utf-8", "surrogatepass") for at in range(0, len(text), 2)]


def write_pairs(writer: ContainerWriter, prefix: str, pairs: Array) -> None:
    """Write the dictionary of sorted, distinct terms, given as `pairs_of` gives them."""
    characters = np.unique(pairs)
    places = characters.searchsorted(pairs)
    writer.add(prefix + "terms.characters", characters)
    writer.add(prefix + "terms.pairs", narrowed(places[:, 0] * len(characters) + places[:, 1]))


class PairTerms(TermDictionary):
    """The terms of a field, all of two characters."""

    __slots__ = ("_characters", "_codes", "_pairs")

    def __init__(self, container: Container, prefix: str) -> None:
        self._codes = container[prefix + "terms.pairs"]
        self._pairs = self._codes.data
        self._characters = container[prefix + "terms.characters"].data
        self.count = len(self._codes)

    def find(self, term: bytes) -> int:
        """Return the number of `term`, or -1."""
        try:
            text = term.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return -1
        if len(text) != 2:
            return -1
        first, second = self._place(text[0]), self._place(text[1])
        if first < 0 or second < 0:
            return -1
        code = first * len(self._characters) + second
        number = bisect_left(self._pairs, code)
        return number if number < self.count and self._pairs[number] == code else -1

    def _place(self, character: str) -> int:
        point = ord(character)
        place = bisect_left(self._characters, point)
        return place if place < len(self._characters) and self._characters[place] == point else -1

    def __getitem__(self, number: int) -> bytes:
        places = divmod(self._pairs[number], len(self._characters))
        return "".join(chr(self._characters[place]) for place in places).encode("utf-8", "surrogatepass")

    def as_list(self) -> list[bytes]:
        """Return all terms."""
        characters = np.asarray(self._characters)
        places = np.divmod(self._codes.astype(np.int64), len(characters))
        return pair_terms(characters[np.stack(places, axis=1)])
