"""What an evaluation works with: the searcher, and what one search has found in a segment so far."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from numpy.typing import NDArray
from whoosh import query
from whoosh.fields import Schema

from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.search.engine.evaluation.conjunction import Conjunction
from jsisa_search.search.engine.evaluation.substring import Counts
from jsisa_search.search.engine.scoring.term_scorer import Matches, TermScorer
from jsisa_search.search.engine.segment_view import Scope

Array = NDArray[Any]


class Context(Protocol):
    """What an evaluation asks of the searcher."""

    schema: Schema

    def term(self, fieldname: str, text: Any, boost: float = 1.0) -> Sequence[TermScorer | None]:
        """Return a term in each segment of the index, `None` where it does not occur."""
        ...

    def has_positions(self, fieldname: str) -> bool:
        """Return whether phrases in a field can be evaluated on arrays."""
        ...

    def distinct_values(self, column: str, shift: int, q: query.Query) -> Array:
        """Return the values of `column >> shift` in all documents that match `q` (int64, ascending)."""
        ...

    def concluding_damage(self) -> AbstractContextManager[None]:
        """Return a context in which an error becomes `IndexDamagedError` where a segment is damaged."""
        ...

    def fall_back(self, q: query.Query, scope: Scope, *, scored: bool) -> Matches:
        """Return what Whoosh's matchers find in a segment."""
        ...


class FoundInSegment:
    """What one search has found in a segment so far: its parts ask for the same again."""

    def __init__(self) -> None:
        self.counts = Counts()
        #: The documents of whole segments that have a string or quotation, by field and key.
        self.literals: dict[tuple[str, object], Array] = {}
        #: The documents in which a term was last looked up, all of which have it, and its postings there.
        self.postings: dict[tuple[FieldPostings, int], tuple[Array, Array]] = {}
        #: The documents found for a whole query, by the identity of that, with the query.
        self.whole: dict[int, tuple[Any, Array]] = {}
        #: All documents of the releases that have a query, in the same way.
        self.in_releases: dict[int, tuple[Any, Array]] = {}
        #: What Whoosh found for a query, in the same way.
        self.by_whoosh: dict[int, tuple[Any, Matches]] = {}

    def keep_postings(self, found: Conjunction) -> None:
        """Keep what an intersection has looked up: the scores of its documents are asked for next."""
        for scorer, postings in found.looked_up():
            self.postings[scorer.field, scorer.postings.number] = found.docs, postings
