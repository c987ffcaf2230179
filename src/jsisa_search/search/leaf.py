"""Terms in one segment: their documents and scores, intersections and phrases.

Documents are ascending arrays in the segment's own dtype, scores float32. `allowed` says of each
document of the segment whether it may be found (bool); `None` means that all may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.narrow import spread
from jsisa_search.codec.postings import FieldPostings, TermPostings, search_sorted
from jsisa_search.search.scoring import FieldModel
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]
Matches = tuple[Array, Array]

#: Intersecting many documents with a list up to this many times longer goes through a table, else by binary
#: search; measured: 2 ns per posting to fill the table, 15 to 33 ns to search one document.
_TABLE_RATIO = 12
_TABLE_FROM = 512
#: Lists up to this long are decoded to be searched (and kept so for the next time), 0.3 ns a posting.
_DECODED = 200_000
#: Up to so many documents, the positions of a phrase are compared one by one.
_FEW_DOCUMENTS = 4


class Leaf:
    """A term in one segment; `weight` multiplies impacts (weights, where the field is not scorable)."""

    __slots__ = ("_norms", "doc_frequency", "field", "model", "postings", "view", "weight")

    def __init__(
        self, view: SegmentView, name: str, number: int, model: FieldModel | None, weight: float
    ) -> None:
        field = view.file.field(name)
        assert field is not None
        self.view: SegmentView = view
        self.field: FieldPostings = field
        self.postings: TermPostings = field.term(number)
        self.model = model
        self.weight = np.float32(weight)
        self.doc_frequency = self.postings.count
        self._norms = None if model is None else view.norms(name, field, model)

    def boosted(self, boost: float) -> Leaf:
        """Return this term with its scores multiplied."""
        other = Leaf.__new__(Leaf)
        for name in Leaf.__slots__:
            setattr(other, name, getattr(self, name))
        other.weight = np.float32(self.weight * boost)
        return other

    def docs(self) -> Array:
        """Return the documents that have the term."""
        return self.view.docs(self.postings)

    def docs_at(self, postings: Array) -> Array:
        """Return the documents of some postings, which ascend."""
        if self.postings.is_dense:  # listed as a whole, which is kept
            return self.docs().take(postings, mode="clip")
        return self.postings.docs_at(postings)

    def allowed_docs(self, allowed: Array | None, within: Array | None = None) -> Array:
        """Return the documents that have the term and may be found; only those of `within`, if given."""
        if within is not None:
            common: Array = self._common(within)[0]
            return common
        docs = self.docs()
        return docs if allowed is None else docs.compress(allowed.take(docs, mode="clip"))

    def scores(self, docs: Array, postings: Array | None = None) -> Array:
        """Return the scores of `docs`: all postings of the term, or those numbered `postings`."""
        freqs: Any = self._freqs(postings)
        if self._norms is None:
            if freqs is None:
                return np.full(len(docs), self.weight, np.float32)
            scores: Array = freqs * self.weight
            return scores
        norms = self._norms.take(docs, mode="clip")
        if freqs is None:
            norms += 1
            return np.divide(self.weight, norms, out=norms)
        norms += freqs
        np.divide(freqs, norms, out=norms)
        norms *= self.weight
        return norms

    def _freqs(self, postings: Array | None) -> Array | None:
        if self.postings.has_weights:
            weights = self.postings.weights()
            assert weights is not None
            return weights if postings is None else weights[postings]
        return self.postings.freqs() if postings is None else self.postings.freqs_at(postings)

    def matches(self, allowed: Array | None, within: Array | None = None) -> Matches:
        """Return the documents that may be found, only those of `within`, if given, and their scores."""
        if within is not None:
            docs, postings = self._common(within)
            return docs, self.scores(docs, postings)
        docs = self.docs()
        scores = self.scores(docs)
        if allowed is None:
            return docs, scores
        keep = allowed.take(docs, mode="clip")
        return docs[keep], scores[keep]

    def counts_between(self, firsts: Array, ends: Array) -> Array:
        """Return how often the term stands in the documents `firsts[i]` to `ends[i] - 1` (int64)."""
        if self.postings.is_dense:
            first = self.postings.find(firsts)[0]
            last, is_there = self.postings.find(ends - 1)
            end = last + is_there
        else:
            own = self.docs()
            # In the type of the list: it would be copied otherwise.
            first = own.searchsorted(firsts.astype(own.dtype))
            end = own.searchsorted((ends - 1).astype(own.dtype), "right")
        counts = end - first
        freqs = self.postings.freqs_at(spread(first, counts))
        if freqs is None:
            return counts
        sums = np.concatenate([[0], freqs.cumsum(dtype=np.int64)])
        ends_of_counts = counts.cumsum()
        found: Array = sums[ends_of_counts] - sums[ends_of_counts - counts]
        return found

    def _common(self, within: Array) -> tuple[Array, Array]:
        """Return those of `within` that have the term, and their postings, by looking up the fewer."""
        if self.doc_frequency < len(within):
            own = self.docs()
            postings = search_sorted(within, own)[1].nonzero()[0]
            return own[postings], postings
        at, present = self.find(within)
        return within[present], at[present]

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return (postings, found) of `docs`: see `TermPostings.find`."""
        count = len(docs)
        if self.doc_frequency > _DECODED or self.postings.is_dense:
            return self.postings.find(docs)
        own = self.docs()
        if count < _TABLE_FROM or self.doc_frequency > count * _TABLE_RATIO:
            return search_sorted(own, docs)
        table = self.view.table()
        table[own] = np.arange(len(own), dtype=np.uint32)
        at = np.minimum(table.take(docs, mode="clip"), len(own) - 1).astype(np.int64)
        return at, own.take(at) == docs


class Conjunction:
    """Documents that have all of some terms, and for each term (in the given order) their postings."""

    __slots__ = ("docs", "postings")

    def __init__(self, docs: Array, postings: list[Array | None]) -> None:
        self.docs = docs
        self.postings = postings

    def keep(self, kept: Array) -> None:
        """Drop the documents for which `kept` (bool) is false."""
        rows = kept.nonzero()[0]
        if len(rows) < len(self.docs):
            self.docs = self.docs[rows]
            self.postings = [
                rows if part is _ALL else part if part is None else part[rows] for part in self.postings
            ]

    def scores(self, leaves: Sequence[Leaf]) -> Array:
        """Return the sum of the terms' scores for each document (float32)."""
        scores = np.zeros(len(self.docs), np.float32)
        if len(scores):
            for leaf, postings in zip(leaves, self.postings, strict=True):
                scores += leaf.scores(self.docs, None if postings is _ALL else postings)
        return scores


_ROW_BITS = 40
#: Stands for the postings 0, 1, 2 ... of a term of which all documents are still in.
_ALL = np.zeros(0, np.int64)


def conjunction(leaves: Sequence[Leaf], allowed: Array | None, within: Array | None = None) -> Conjunction:
    """Intersect terms of one segment, those with the fewest documents first, and `within` before them."""
    order = sorted(range(len(leaves)), key=[leaf.doc_frequency for leaf in leaves].__getitem__)
    if within is None:
        found = _first(leaves, order[0], allowed)
        order = order[1:]
    else:
        found = Conjunction(within, [None] * len(leaves))
    for i in order:
        if not len(found.docs):
            break
        at, present = leaves[i].find(found.docs)
        found.postings[i] = at
        found.keep(present)
    return found


def _first(leaves: Sequence[Leaf], rarest: int, allowed: Array | None) -> Conjunction:
    postings: list[Array | None] = [None] * len(leaves)
    postings[rarest] = _ALL
    found = Conjunction(leaves[rarest].docs(), postings)
    if allowed is not None:
        found.keep(allowed.take(found.docs, mode="clip"))
    return found


def phrase(
    leaves: Sequence[Leaf], slop: int, allowed: Array | None, within: Array | None = None
) -> Conjunction:
    """Return the documents in which the terms stand in order, each 1 to `slop` positions after the last."""
    found = conjunction(leaves, allowed, within)
    return _exact_phrase(leaves, found) if slop == 1 else _sloppy_phrase(leaves, slop, found)


def _exact_phrase(leaves: Sequence[Leaf], found: Conjunction) -> Conjunction:
    """Return the documents in which the terms stand side by side."""
    count = len(found.docs)
    if not count:
        return found
    if count <= _FEW_DOCUMENTS:
        found.keep(np.array([_stands_in(leaves, found, row) for row in range(count)]))
        return found
    rows = _rows(count)
    ends: Array | None = None  # where the phrase may end: row + position of its last term
    order = sorted(range(len(leaves)), key=[leaf.doc_frequency for leaf in leaves].__getitem__)
    for i in order:
        places = _places(leaves[i], found, i, rows)
        places += len(leaves) - i
        ends = places if ends is None else ends[search_sorted(places, ends)[1]]
        if not len(ends):
            break
    assert ends is not None
    kept = np.zeros(count, np.bool_)
    kept[ends >> _ROW_BITS] = True
    found.keep(kept)
    return found


def _stands_in(leaves: Sequence[Leaf], found: Conjunction, row: int) -> bool:
    """Return whether the terms stand side by side in one of the documents found."""
    starts: set[int] = set()
    for i, (leaf, postings) in enumerate(zip(leaves, found.postings, strict=True)):
        posting = row if postings is _ALL or postings is None else int(postings[row])
        positions = {position - i for position in leaf.postings.positions_of(posting)}
        starts = starts & positions if i else positions
        if not starts:
            return False
    return True


def _sloppy_phrase(leaves: Sequence[Leaf], slop: int, found: Conjunction) -> Conjunction:
    if not len(found.docs):
        return found
    rows = _rows(len(found.docs))
    reached = _places(leaves[0], found, 0, rows)
    for i in range(1, len(leaves)):
        if len(reached):
            places = _places(leaves[i], found, i, rows)
            before = reached.searchsorted(places) - 1
            nearest = reached.take(before, mode="clip")
            # Rows are further apart than any slop, so what is near is in the same document.
            reached = places[(before >= 0) & (places - nearest <= slop)]
    kept = np.zeros(len(found.docs), np.bool_)
    kept[reached >> _ROW_BITS] = True
    found.keep(kept)
    return found


def _rows(count: int) -> Array:
    """Return a number for each of `count` documents, 2^40 apart (int64)."""
    return np.arange(count, dtype=np.int64) << _ROW_BITS


def _places(leaf: Leaf, found: Conjunction, i: int, rows: Array) -> Array:
    postings = found.postings[i]
    if postings is _ALL or postings is None:
        postings = rows >> _ROW_BITS
    return leaf.postings.places(postings, rows)
