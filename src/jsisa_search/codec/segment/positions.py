"""The positions of a field: where in each document its terms occur.

Arrays, under the field's prefix; postings and occurrences are numbered through the field, term by term:

    positions.first.*  patched  position of the first occurrence of each posting
    positions.rest.*   patched  positions of the further occurrences, posting after posting, ascending in each
    positions.steps    uint     further occurrences before each `STEP`th posting
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.segment.packed_ints import PatchedInts, SparseInts, offsets_of, spread

Array = NDArray[Any]

STEP = 32

_IN_STEP = np.arange(STEP)


class FieldPositions:
    """The positions of one field of one segment."""

    def __init__(
        self,
        first: PatchedInts,
        rest: PatchedInts,
        steps: Array,
        *,
        starts: Any,
        occurrence_starts: Any,
        freqs: PatchedInts | SparseInts | None,
    ) -> None:
        """Take the arrays; `starts` and `occurrence_starts` are the field's, per term."""
        self._first, self._rest, self._steps = first, rest, steps
        self._starts, self._occurrence_starts, self._freqs = starts, occurrence_starts, freqs

    @classmethod
    def read(cls, container: Container, prefix: str, **field: Any) -> FieldPositions | None:
        """Open the arrays under `prefix`; `None` where the field has no positions."""
        first = PatchedInts.read(container, prefix + "positions.first")
        rest = PatchedInts.read(container, prefix + "positions.rest")
        if first is None or rest is None:
            return None
        return cls(first, rest, container[prefix + "positions.steps"], **field)

    def between(self, start: int, end: int, freqs: Array) -> Array:
        """Return all positions of the terms number `start` to `end`, whose frequencies are `freqs`."""
        first, last = self._starts[start], self._starts[end]
        one = self._first.slice(first, last)
        rest_start, rest_end = self._occurrence_starts[start] - first, self._occurrence_starts[end] - last
        if rest_start == rest_end:
            return one
        further = self._rest.slice(rest_start, rest_end)
        is_first = np.zeros(len(one) + len(further), np.bool_)
        is_first[offsets_of(freqs)[:-1]] = True
        positions = np.empty(len(is_first), np.promote_types(one.dtype, further.dtype))
        positions[is_first] = one
        positions[~is_first] = further
        return positions

    def of(self, term: int, postings: Array) -> tuple[Array, Array | None, Array | None]:
        """Return (first, counts, further) for some of a term's postings, which ascend.

        `first` is the position of the first occurrence of each posting, `counts` how many further ones it
        has (int64), `further` the positions of these, posting after posting. Both are `None` where no
        posting has any.
        """
        start, end = self._starts[term], self._starts[term + 1]
        first = self._first.part(start, end).gather(postings)
        before, after = self._occurrence_starts[term] - start, self._occurrence_starts[term + 1] - end
        if self._freqs is None or before == after:
            return first, None, None
        counts = self._freqs.part(start, end).gather(postings).astype(np.int64) - 1
        repeated = counts.nonzero()[0]
        if not len(repeated):
            return first, None, None
        starts = self._further_before(postings[repeated] + start, start, end) - before
        further = self._rest.part(before, after).gather(spread(starts, counts[repeated]))
        return first, counts, further

    def _further_before(self, postings: Array, start: int, end: int) -> Array:
        """Return how many further occurrences the field has before some postings of `start` to `end` (int64).

        Each is the count at the step before, plus what the frequencies from there on add.
        """
        assert self._freqs is not None
        steps = postings // STEP
        first_of_step = start // STEP * STEP
        rows = (steps * STEP - first_of_step)[:, None] + _IN_STEP
        further = self._freqs.part(first_of_step, end).gather(rows) - np.int64(1)
        further *= (postings - steps * STEP)[:, None] > _IN_STEP
        counts: Array = self._steps[steps].astype(np.int64) + further.sum(axis=1)
        return counts
