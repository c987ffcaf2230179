"""Terms and what is made of them: their postings, scores, intersections and phrases in one segment.

Documents are ascending arrays in the segment's own dtype, scores float32. `Scope` narrows a segment to
the documents that may be found: those not deleted and, where there is a filter, those that pass it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.postings import FieldPostings, search_sorted
from jsisa_search.search.scoring import FieldModel
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]

#: Intersecting with a list up to this many times longer goes through a table, beyond by binary search;
#: measured: 2 ns per posting to fill the table, 33 ns to search one document.
_TABLE_RATIO = 16


@dataclass(frozen=True, slots=True)
class TermPlan:
    """A term of a query in the whole index.

    `numbers` is its number in each segment, -1 where it is not; `weight` multiplies impacts (or, where
    `model` is `None` because the field is not scorable, weights).
    """

    field: str
    numbers: tuple[int, ...]
    weight: float
    model: FieldModel | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Segment number `index` and which of its documents may be found (`None`: all)."""

    view: SegmentView
    index: int
    allowed: Array | None

    def doc_dtype(self) -> np.dtype[Any]:
        """Return the dtype of this segment's documents."""
        return np.dtype(np.uint16 if self.view.doc_count <= 1 << 16 else np.uint32)

    def keep(self, docs: Array) -> Array | None:
        """Return which of `docs` may be found (bool), `None` where all may."""
        return None if self.allowed is None else self.allowed.take(docs, mode="clip")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term in one segment."""

    scope: Scope
    plan: TermPlan
    field: FieldPostings
    number: int
    doc_frequency: int

    def docs(self) -> Array:
        """Return its documents, also those that may not be found."""
        return self.scope.view.docs(self.field, self.number)

    def scores(self, docs: Array, postings: Array | None = None) -> Array:
        """Return the scores of `docs`: all postings of the term, or those numbered `postings`."""
        field, plan = self.field, self.plan
        if plan.model is None:
            weights = field.weights(self.number)
            if weights is None:
                return np.full(len(docs), plan.weight, np.float32)
            return (weights if postings is None else weights[postings]) * np.float32(plan.weight)
        norms = self.scope.view.norms(plan.field, field, plan.model).take(docs, mode="clip")
        if field.has_weights:
            weights = field.weights(self.number)
            assert weights is not None
            freqs: Any = weights if postings is None else weights[postings]
        elif postings is None:
            freqs = field.freqs(self.number)
        else:
            freqs = field.freqs_at(self.number, postings)
        if freqs is None:
            freqs = np.float32(1)
        norms += freqs
        scores = np.divide(freqs, norms, out=norms)
        scores *= np.float32(plan.weight)
        return scores

    def matches(self) -> tuple[Array, Array]:
        """Return the documents that may be found, and their scores."""
        docs = self.docs()
        scores = self.scores(docs)
        keep = self.scope.keep(docs)
        return (docs, scores) if keep is None else (docs[keep], scores[keep])

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (postings, found) of `docs`: see `FieldPostings.find`."""
        if self.doc_frequency > len(docs) * _TABLE_RATIO:
            return self.field.find(self.number, docs)
        own = self.docs()
        if len(docs) < 64:
            return search_sorted(own, docs)
        table = self.scope.view.table()
        table[own] = np.arange(len(own), dtype=np.uint32)
        at = np.minimum(table.take(docs, mode="clip"), len(own) - 1).astype(np.int64)
        return at, own.take(at) == docs


def leaf(scope: Scope, plan: TermPlan) -> Leaf | None:
    """Return the term in a segment, `None` where it does not occur."""
    number = plan.numbers[scope.index]
    field = scope.view.file.field(plan.field) if number >= 0 else None
    return None if field is None else Leaf(scope, plan, field, number, field.doc_frequency(number))


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Documents that have all of some terms, and for each term (in the given order) their postings."""

    docs: Array
    postings: list[Array]


def conjunction(leaves: Sequence[Leaf]) -> Conjunction:
    """Intersect terms of one segment, those with the fewest documents first."""
    order = sorted(range(len(leaves)), key=lambda i: leaves[i].doc_frequency)
    docs = leaves[order[0]].docs()
    keep = leaves[0].scope.keep(docs)
    postings: dict[int, Array] = {order[0]: np.arange(len(docs))}
    if keep is not None:
        docs, postings[order[0]] = docs[keep], postings[order[0]][keep]
    for i in order[1:]:
        if not len(docs):
            break
        at, found = leaves[i].find(docs)
        postings[i] = at
        if not found.all():
            docs = docs[found]
            postings = {j: part[found] for j, part in postings.items()}
    empty = np.zeros(0, np.int64)
    return Conjunction(docs, [postings.get(i, empty) for i in range(len(leaves))])


def conjunction_scores(leaves: Sequence[Leaf], found: Conjunction) -> Array:
    """Return the sum of the terms' scores for each document found."""
    scores = np.zeros(len(found.docs), np.float32)
    if len(found.docs):
        for term, postings in zip(leaves, found.postings, strict=True):
            scores += term.scores(found.docs, postings)
    return scores


def phrase(leaves: Sequence[Leaf], slop: int) -> Conjunction:
    """Return the documents in which the terms stand in order, each at most `slop` behind the one before.

    Positions follow Whoosh's: each term begins 1 to `slop` positions after the one before it.
    """
    found = conjunction(leaves)
    if not len(found.docs):
        return found
    rows = np.arange(len(found.docs), dtype=np.int64) << 32
    reached: Array | None = None
    for term, postings in zip(leaves, found.postings, strict=True):
        positions, counts = term.field.positions_at(term.number, postings)
        places = np.repeat(rows, counts) + positions
        reached = places if reached is None else _after(places, reached, slop)
    assert reached is not None
    keep = np.zeros(len(found.docs), np.bool_)
    keep[reached >> 32] = True
    return Conjunction(found.docs[keep], [postings[keep] for postings in found.postings])


def _after(places: Array, reached: Array, slop: int) -> Array:
    """Return the `places` that are 1 to `slop` after one of `reached` (row << 32 | position, ascending)."""
    if not len(reached):
        return reached
    before = reached.searchsorted(places) - 1
    nearest = reached.take(before, mode="clip")
    return places[(before >= 0) & (places - nearest <= slop) & (places >> 32 == nearest >> 32)]
