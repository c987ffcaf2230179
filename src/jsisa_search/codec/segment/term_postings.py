"""The postings of one term in a segment file: `codec.postings` says how they lie."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.doc_lists import Bits
from jsisa_search.codec.segment.packed_ints import Mostly, Sparse, offsets_of, search_sorted, spread

if TYPE_CHECKING:
    from jsisa_search.codec.segment.postings import FieldPostings

Array = NDArray[Any]

STEP = 32

_IN_STEP = np.arange(STEP)


class _Positions(NamedTuple):
    """A term's first and further positions, and its frequencies from the step on in which it begins."""

    first: Mostly
    rest: Mostly
    stepped: Mostly | Sparse | None


class TermPostings:
    """The postings of one term in one segment, numbered from 0; documents ascend.

    Document numbers come as uint16 in a segment of 65,536 documents or fewer, else as uint32.
    """

    __slots__ = (
        "_end",
        "_field",
        "_freqs",
        "_kept",
        "_long",
        "_positions",
        "_start",
        "count",
        "frequency",
        "is_long",
        "number",
    )

    def __init__(self, field: FieldPostings, number: int) -> None:
        start, end = field.starts[number], field.starts[number + 1]
        self._field = field
        self.number = number
        self._start: int = start
        self._end: int = end
        #: The number of documents that have the term.
        self.count: int = end - start
        #: How often it occurs in all of them together.
        self.frequency = field.frequency(number)
        #: Whether so many documents have it that they are kept in blocks.
        self.is_long = self.count >= field.long
        self._long = int(field.long_terms.searchsorted(number))
        is_single = field.freqs is None or self.frequency == self.count
        self._freqs = None if is_single or field.freqs is None else field.freqs.part(start, end)
        self._kept = field.kept(number, self._long) if self.is_long else None
        self._positions: _Positions | None = None

    @property
    def is_dense(self) -> bool:
        """Whether its documents are kept as bits: quick to look up, slower to list."""
        return isinstance(self._kept, Bits)

    @property
    def listing_cost(self) -> int:
        """What it costs to list its documents, in elements: bits are gone through as a whole."""
        return self._field.doc_count if self.is_dense else self.count

    @property
    def has_weights(self) -> bool:
        """Whether weights differ from frequencies."""
        return self._field.weights is not None

    def docs(self) -> Array:
        """Return its documents."""
        return self._short() if self._kept is None else self._kept.docs()

    def _short(self) -> Array:
        """Return the documents of a short list."""
        long_start = self._field.long_starts[self._long]
        return self._field.docs_short.between(self._start - long_start, self._end - long_start)

    def docs_at(self, postings: Array) -> Array:
        """Return the documents of some postings, which ascend."""
        return self._short().take(postings, mode="clip") if self._kept is None else self._kept.at(postings)

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (postings, found): where each of `docs` is among the term's, and whether it is there.

        `docs` ascends and has the dtype of documents of this segment; postings are int64 and mean
        nothing where `found` is false, but in a dense term are those before the document. The list of a
        long term is searched as it lies, undecoded.
        """
        return search_sorted(self._short(), docs) if self._kept is None else self._kept.find(docs)

    def block_impacts(self) -> Array | None:
        """Return the highest impact in each 128 postings (float32), or `None` for a short list."""
        field = self._field
        if field.blocks is None or not self.is_long:
            return None
        return field.blocks[field.block_starts[self._long] : field.block_starts[self._long + 1]]

    def freqs(self) -> Array | None:
        """Return the frequencies (uint8 or uint32); `None` means all are 1."""
        return None if self._freqs is None else self._freqs.slice(0, self.count)

    def freqs_at(self, postings: Array) -> Array | None:
        """Return the frequencies of some postings (uint8 or uint32); `None` means all are 1."""
        return None if self._freqs is None else self._freqs.gather(postings)

    def weights(self) -> Array | None:
        """Return the weights (float32), or the frequencies where they are the same."""
        weights = self._field.weights
        return self.freqs() if weights is None else weights[self._start : self._end]

    def positions(self) -> Array:
        """Return the positions of all occurrences, posting after posting."""
        freqs = self.freqs()
        if freqs is None:
            freqs = np.ones(self.count, np.uint8)
        return self._field.positions_between(self.number, self.number + 1, freqs)

    def position_starts(self) -> Array:
        """Return where the positions of each posting begin in `positions()`, and the end (int64)."""
        freqs = self.freqs()
        return np.arange(self.count + 1) if freqs is None else offsets_of(freqs)

    def places(self, postings: Array, rows: Array) -> Array:
        """Return where the term stands in the documents of some postings: `row + position`, sorted.

        `rows` (int64, ascending) has a number for each posting; they are further apart than positions.
        """
        opened = self._opened_positions()
        places = rows + opened.first.gather(postings)
        if self._freqs is None:
            return places
        freqs = self._freqs.gather(postings)
        repeated = (freqs > 1).nonzero()[0]
        if not len(repeated):
            return places
        again = postings[repeated]
        counts = freqs[repeated].astype(np.int64) - 1
        further = opened.rest.gather(spread(self._further_before(again, opened), counts))
        places = np.concatenate((places, rows[repeated].repeat(counts) + further))
        places.sort()
        return places

    def _opened_positions(self) -> _Positions:
        """Return the parts that hold positions, opened on first use and published as a whole."""
        opened = self._positions
        if opened is None:
            field = self._field
            assert field.first is not None
            assert field.rest is not None
            rest = field.occurrence_starts[self.number] - self._start
            stepped = None
            if field.freqs is not None:
                stepped = field.freqs.part(self._start // STEP * STEP, self._end)
            opened = self._positions = _Positions(
                field.first.part(self._start, self._end),
                field.rest.part(rest, rest + self.frequency - self.count),
                stepped,
            )
        return opened

    def _further_before(self, postings: Array, opened: _Positions) -> Array:
        """Return how many further occurrences the term has before each of some postings (int64)."""
        field = self._field
        assert field.steps is not None
        assert opened.stepped is not None
        postings = postings + self._start
        steps = postings // STEP
        rows = (steps * STEP - self._start // STEP * STEP)[:, None] + _IN_STEP
        further = opened.stepped.gather(rows) - np.int64(1)
        further *= (postings - steps * STEP)[:, None] > _IN_STEP
        before = field.occurrence_starts[self.number] - self._start
        counts: Array = field.steps[steps].astype(np.int64) + further.sum(axis=1) - before
        return counts

    def values(self) -> list[bytes] | None:
        """Return what the format keeps for each posting, or `None` where it is derived."""
        starts, values = self._field.value_starts, self._field.values
        if starts is None or values is None:
            return None
        bounds = starts[self._start : self._end + 1].tolist()
        return [bytes(values[a:b]) for a, b in pairwise(bounds)]
