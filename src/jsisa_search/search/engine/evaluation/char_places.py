"""Where the characters of numbers and Latin words occur in all texts of a field, cached.

Whether `20` is inside a longer number depends on its neighbours. Looking at these wherever a 2 is costs less
than looking for the string in each of the many texts that have it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import unsigned_dtype
from jsisa_search.codec.segment.texts import Texts

Array = NDArray[Any]

#: Bytes of places cached for one field of a segment: some twenty characters of 18 million.
_CACHE_BYTES = 16 << 20
#: Units compared at a time: as many as fit the processor's cache.
_UNITS_AT_A_TIME = 1 << 18
#: Cost of looking for a string in a unit of some texts, relative to comparing one of all texts: 7 ns to 0.5.
_SCANNING = 16
#: Cost of looking at a place that is known, relative to looking for a string in a unit: 12 to 20 ns.
_VISITING = 2


class CharPlaces:
    """The places of characters in some texts, and the counts of strings found by them.

    Byte-bounded; evicts everything when full. Threads share it: at worst two find the same.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._places: dict[int, tuple[Array, Array]] = {}
        #: How often strings occur in each text, from 1; 0 for none (unsigned).
        self.counts: dict[object, Array] = {}
        self._spent: dict[int, int] = {}
        self._bytes = 0

    def is_worth_visiting(self, unit: int, units: int) -> bool:
        """Return whether to visit the places of a character rather than look through some units.

        What is not cached is found once looking through units has cost as much.
        """
        known = self._places.get(unit)
        if known is not None:
            return len(known[0]) * _VISITING <= units
        spent = self._spent[unit] = self._spent.get(unit, 0) + units
        return spent * _SCANNING >= len(self._texts.units)

    def of(self, unit: int) -> tuple[Array, Array]:
        """Return the places of a unit, ascending, and the numbers of their texts (unsigned each)."""
        known = self._places.get(unit)
        if known is None:
            known = self._find(unit)
            self._make_room(sum(part.nbytes for part in known))
            self._places[unit] = known
        return known

    def keep_counts(self, key: object, counts: Array) -> None:
        """Cache how often a string occurs in each text."""
        self._make_room(counts.nbytes)
        self.counts[key] = counts

    def _make_room(self, size: int) -> None:
        if self._bytes + size > _CACHE_BYTES:
            self._places, self.counts, self._spent, self._bytes = {}, {}, {}, 0
        self._bytes += size

    def _find(self, unit: int) -> tuple[Array, Array]:
        units, starts = self._texts.units, self._texts.starts
        dtype = unsigned_dtype(len(units))
        parts = [np.zeros(0, dtype)]
        for first in range(0, len(units), _UNITS_AT_A_TIME):
            found = (units[first : first + _UNITS_AT_A_TIME] == unit).nonzero()[0]
            parts.append((found + first).astype(dtype))
        places = np.concatenate(parts)
        numbers = starts.searchsorted(places.astype(starts.dtype), "right") - 1
        return places, numbers.astype(unsigned_dtype(len(starts)))
