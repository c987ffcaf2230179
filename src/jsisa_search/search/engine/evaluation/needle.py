"""A string to look for in stored texts: its units, its n-grams, and what makes an occurrence whole."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.analyzers import grams
from jsisa_search.analysis.boundaries import ends_of, has_class, whole_spans
from jsisa_search.analysis.bulk_folding import code_points
from jsisa_search.codec.segment.texts import ASTRAL, has_unit
from jsisa_search.schema import CHARS, PAIRS

Array = NDArray[Any]


class Needle:
    """A folded string to look for, as it is in stored texts: `units` (uint16).

    `grams` are those that a text which contains it has: its pairs, or itself if it is one character. With
    `is_whole`, occurrences inside longer numbers and words are none; `ends` says what those are.
    """

    def __init__(self, folded: str, *, is_whole: bool = False) -> None:
        self.ends = ends_of(folded) if is_whole else None
        points = code_points(folded)
        plain = has_unit(points)
        self.text = folded
        self.grams = tuple(dict.fromkeys(grams(folded, min(len(folded), 2))))
        self.units = np.where(plain, points, ASTRAL).astype(np.uint16)
        #: Whether equal units may represent different characters.
        self.is_ambiguous = not plain.all()

    def __len__(self) -> int:
        return len(self.units)

    @property
    def gram_suffix(self) -> str:
        """What follows the name of a field in the name of the one that has its grams."""
        return PAIRS if len(self) > 1 else CHARS

    def gram_field(self, fieldname: str) -> str:
        """Return the field that has the grams of field `fieldname`."""
        return fieldname + self.gram_suffix

    @cached_property
    def forms(self) -> tuple[Needle, ...]:
        """What is counted in one pass: the string, and the whole one if that is another."""
        is_open = self.ends is None and ends_of(self.text) is not None
        return (self, needle_of(self.text, is_whole=True)) if is_open else (self,)

    @property
    def is_counted_by_gram(self) -> bool:
        """Whether it occurs as often as its one gram: longer ones, whole numbers and words may not.

        Nor 哈哈, which is in 哈哈哈 once.
        """
        is_one = len(self) == 1 or (len(self) == 2 and len(set(self.text)) == 2)
        return is_one and not self.ends

    @property
    def key(self) -> tuple[str, bool]:
        """What results are cached under."""
        return self.text, self.ends is not None

    def count_in(self, folded: str) -> int:
        """Return how often the string occurs in a folded text, overlaps not counted."""
        if self.ends is None:
            return folded.count(self.text)
        return sum(1 for _ in whole_spans(folded, self.text))

    def places(self, units: Array) -> Array:
        """Return where in `units` (uint16) the string begins (int64, ascending), overlaps among them."""
        starts = len(units) - len(self) + 1
        if starts <= 0:
            return np.zeros(0, np.int64)
        at: Array = (units[:starts] == self.units[0]).nonzero()[0]
        for offset in range(1, len(self)):
            if not len(at):
                break
            at = at[units.take(at + offset) == self.units[offset]]
        return at

    @cached_property
    def anchor(self) -> int | None:
        """The index of its first unit that numbers and words consist of; `None` if nothing continues it."""
        if self.ends is None and len(self.forms) < 2:
            return None
        return next((at for at, char in enumerate(self.text) if has_class(char)), None)

    def places_around(self, units: Array, anchors: Array, numbers: Array) -> tuple[Array, Array]:
        """Return where the string begins, given all places of its anchor (int64, ascending).

        With `numbers`, one for each of these, of those that are left (int64).
        """
        assert self.anchor is not None
        at = anchors - self.anchor
        for offset in range(len(self)):
            if offset != self.anchor:
                fits = units.take(at + offset, mode="clip") == self.units[offset]
                at, numbers = at[fits], numbers[fits]
        return at, numbers.astype(np.int64)


@lru_cache(maxsize=256)
def needle_of(folded: str, *, is_whole: bool = False) -> Needle:
    """Return the needle for a folded string; a query asks for the same in several fields."""
    return Needle(folded, is_whole=is_whole)
