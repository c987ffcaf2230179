"""Postings of one term in the form that Whoosh's queries step through."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any, NoReturn

from whoosh.formats import CharacterBoosts, Format, Frequency, PositionBoosts, Positions
from whoosh.matching import LeafMatcher, ReadTooFar

from jsisa_search.codec.segment.postings import BLOCK, FieldPostings
from jsisa_search.errors import IndexDamagedError
from jsisa_search.translation import gettext as tr


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no annotations
    """Steps through the postings of one term, `BLOCK` of them being a block."""

    def __init__(
        self, field: FieldPostings, number: int, term: tuple[str, bytes], format_: Format, scorer: Any
    ) -> None:
        self._field = field
        self._postings = field.term(number)
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._docs: list[int] = self._postings.docs().tolist()
        self._at = 0

    @cached_property
    def _weights(self) -> list[float]:
        weights = self._postings.weights()
        return [1.0] * len(self._docs) if weights is None else weights.astype(float).tolist()

    @cached_property
    def _lengths(self) -> list[int]:
        lengths = self._field.lengths
        return [1] * len(self._docs) if lengths is None else lengths[self._docs].tolist()

    @cached_property
    def _values(self) -> tuple[bytes, ...] | None:
        return self._postings.values()

    @cached_property
    def _positions(self) -> list[int]:
        positions: list[int] = self._postings.positions().tolist()
        return positions

    @cached_property
    def _position_starts(self) -> list[int]:
        starts: list[int] = self._postings.position_starts().tolist()
        return starts

    def copy(self) -> ArrayMatcher:
        """Return a matcher at the same posting."""
        other = type(self)(self._field, self._postings.number, self._term, self.format, self.scorer)
        other._at = self._at
        return other

    def is_active(self) -> bool:
        """Return whether there is a current posting."""
        return self._at < len(self._docs)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def id(self) -> int:
        """Return the document of the current posting."""
        return self._docs[self._at]

    def all_ids(self) -> Iterator[int]:
        """Yield the documents from the current posting on."""
        return iter(self._docs[self._at :])

    def next(self) -> bool:
        """Go to the next posting; return whether that begins a block."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return self._at % BLOCK == 0

    def skip_to(self, id: int) -> bool:  # noqa: A002  # Whoosh's name
        """Go to the first posting whose document is not below `id`; return whether the block changed."""
        if not self.is_active():
            raise ReadTooFar
        before = self._at
        low, high = before, len(self._docs)
        while low < high:
            middle = (low + high) // 2
            if self._docs[middle] < id:
                low = middle + 1
            else:
                high = middle
        self._at = low
        return low // BLOCK != before // BLOCK

    def weight(self) -> float:
        """Return the weight of the current posting."""
        return self._weights[self._at]

    def value(self) -> bytes:
        """Return the encoded value of the current posting in the field's format."""
        if self._values is not None:
            return _harmless(self._values[self._at], self.format)
        if isinstance(self.format, Positions):
            return bytes(self.format.encode(self._current_positions()))
        if isinstance(self.format, Frequency):
            return self._frequency().to_bytes(4, "big")
        return b""

    def value_as(self, astype: str) -> Any:
        """Return the current posting as `astype`, for example `"positions"`."""
        if self._values is None:
            if astype == "positions" and self._field.has_positions:
                return self._current_positions()
            if astype == "frequency":
                return self._frequency()
        return self.format.decoder(astype)(self.value())

    def _frequency(self) -> int:
        starts = self._position_starts
        return starts[self._at + 1] - starts[self._at]

    def _current_positions(self) -> list[int]:
        starts = self._position_starts
        return self._positions[starts[self._at] : starts[self._at + 1]]

    def _block(self) -> slice:
        start = self._at // BLOCK * BLOCK
        return slice(start, start + BLOCK)

    def block_min_length(self) -> int:
        """Return the least length of the field among the documents of the block."""
        return min(self._lengths[self._block()])

    def block_max_length(self) -> int:
        """Return the greatest length of the field among the documents of the block."""
        return max(self._lengths[self._block()])

    def block_max_weight(self) -> float:
        """Return the greatest weight in the block."""
        return max(self._weights[self._block()])

    def skip_to_quality(self, minquality: float) -> int:
        """Skip the blocks that can't score above `minquality`; return how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._at = (self._at // BLOCK + 1) * BLOCK
            skipped += 1
        return skipped


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, tuples and lists; refuses every named class or function."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"it names {module}.{name}")


def _harmless(value: bytes, format_: Format) -> bytes:
    """Check the encoded value of a posting, which Whoosh unpickles, for code, and return it."""
    if isinstance(format_, Positions):
        head = 8 if isinstance(format_, PositionBoosts | CharacterBoosts) else 4
        try:
            _PlainUnpickler(BytesIO(value[head:] + b".")).load()
        except Exception as error:  # a hostile pickle can raise anything
            raise IndexDamagedError(
                tr(
                    "a posting has an impossible value ({error}): rebuild the index with index --rebuild"
                ).format(error=error)
            ) from error
    return value
