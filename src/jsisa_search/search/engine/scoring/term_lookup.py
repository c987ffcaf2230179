"""Terms of a snapshot by field and text: each in every segment, with its weight; cached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from whoosh.fields import Schema

from jsisa_search.search.engine.scoring.decode_cache import DecodeCache
from jsisa_search.search.engine.scoring.statistics import Statistics
from jsisa_search.search.engine.scoring.term_scorer import TermScorer
from jsisa_search.search.engine.segment_view import SegmentView

#: Terms whose lookups are cached: some kilobytes a term, and fifty terms a query.
_KEPT_TERMS = 16_384


class TermLookup:
    """Finds terms in the segments of a snapshot; any number of threads may share one."""

    def __init__(self, schema: Schema, views: Sequence[SegmentView], statistics: Statistics) -> None:
        self._schema = schema
        self._views = views
        self._statistics = statistics
        self._found: dict[tuple[str, Any, float], list[TermScorer | None]] = {}
        self._weights: dict[tuple[str, Any], float] = {}
        self._positions: dict[str, bool] = {}
        self._cache = DecodeCache()

    def clear(self) -> None:
        """Release everything that was found."""
        self._found.clear()
        self._cache.clear()

    def find(self, fieldname: str, text: Any, boost: float = 1.0) -> Sequence[TermScorer | None]:
        """Return a term in each segment, `None` where it does not occur; cached."""
        leaves = self._found.get((fieldname, text, boost))
        if leaves is None:
            if len(self._found) >= _KEPT_TERMS:
                self._found.clear()
                self._cache.clear()
            if boost == 1.0:
                leaves = self._look_up(fieldname, text)
            else:
                leaves = [leaf and leaf.boosted(boost) for leaf in self.find(fieldname, text)]
            self._found[fieldname, text, boost] = leaves
        return leaves

    def weight(self, fieldname: str, text: Any) -> float:
        """Return the factor of the impacts of a term in a score; 0 where it does not occur."""
        weight = self._weights.get((fieldname, text))
        if weight is None:
            present = self._present(self._numbers(fieldname, text))
            weight = self._statistics.weight(fieldname, present) if present else 0.0
            if len(self._weights) >= _KEPT_TERMS:
                self._weights.clear()
            self._weights[fieldname, text] = weight
        return weight

    def _present(self, numbers: Sequence[int]) -> list[tuple[SegmentView, int]]:
        return [(view, number) for view, number in zip(self._views, numbers, strict=True) if number >= 0]

    def _look_up(self, fieldname: str, text: Any) -> list[TermScorer | None]:
        numbers = self._numbers(fieldname, text)
        present = self._present(numbers)
        if not present:
            return [None] * len(self._views)
        make = partial(
            TermScorer,
            model=self._statistics.model(fieldname),
            weight=self.weight(fieldname, text),
            cache=self._cache,
        )
        return [
            make(view, fieldname, number) if number >= 0 else None
            for view, number in zip(self._views, numbers, strict=True)
        ]

    def _numbers(self, fieldname: str, text: Any) -> list[int]:
        """Return the number of a term in each segment, -1 where it does not occur."""
        nowhere = [-1] * len(self._views)
        if fieldname not in self._schema:
            return nowhere
        try:
            term = self._schema[fieldname].to_bytes(text)
        except ValueError:
            return nowhere
        fields = [view.file.field(fieldname) for view in self._views]
        return [field.terms.find(term) if field else -1 for field in fields]

    def has_positions(self, fieldname: str) -> bool:
        """Return whether phrases in a field can be evaluated on arrays."""
        known = self._positions.get(fieldname)
        if known is None:
            fields = [view.file.field(fieldname) for view in self._views]
            known = fieldname in self._schema and all(field.has_positions for field in fields if field)
            self._positions[fieldname] = known
        return known
