"""Sets of documents of one segment as ascending arrays: unions, differences, and what is in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.packed_ints import distinct_sorted
from jsisa_search.search.engine.segment_view import Scope

Array = NDArray[Any]

#: Up to so many documents, searching their list is faster than filling a table of all documents.
_TABLE_FROM = 512
#: Sorting a document costs so many times what looking at one in a table of all does.
_SORTING = 256


class DocumentSets:
    """Operations on documents of one segment, all that are in a scope or some of them, which ascend."""

    def __init__(self, scope: Scope, within: Array | None = None) -> None:
        self.scope = scope
        self._chosen = within

    def _union(self, lists: Sequence[Array]) -> Array:
        """Return the documents that are in any of some lists."""
        filled = [docs for docs in lists if len(docs)]
        if len(filled) < 2:
            return filled[0] if filled else self._nothing()
        return self._distinct(*filled)

    def _distinct(self, *lists: Array) -> Array:
        """Return the documents that are in any of some lists in no order, ascending."""
        if sum(map(len, lists)) * _SORTING < self.scope.view.doc_count:
            return distinct_sorted(np.concatenate(lists))
        return self._table(*lists).nonzero()[0].astype(self.scope.view.doc_dtype)

    def _table(self, *lists: Array) -> Array:
        """Return whether each document of the segment is in any of some lists (bool)."""
        present = np.zeros(self.scope.view.doc_count, np.bool_)
        for docs in lists:
            present[docs.astype(np.intp)] = True  # with any other type, indexing costs three times as much
        return present

    def _rows(self, some: Array, docs: Array) -> Array:
        """Return where in `docs` some of them are; both ascend."""
        if len(some) < _TABLE_FROM:
            return docs.searchsorted(some)
        return self._table(some).take(docs).nonzero()[0]

    def _without(self, docs: Array, excluded: Array) -> Array:
        """Return those of `docs` that are not in `excluded`; both ascend."""
        return docs[~self._is_in(excluded, docs)] if len(excluded) else docs

    def _is_in(self, some: Array, docs: Array) -> Array:
        """Return whether each of `docs` is one of `some` (bool); both ascend."""
        return find(some, docs)[1] if len(docs) < _TABLE_FROM else self._table(some).take(docs)

    def _among_all(self, present: Array) -> Array:
        """Return the documents for which `present` (bool, of all in the segment) is true."""
        if self._chosen is not None:
            return self._chosen[present.take(self._chosen)]
        if self.scope.allowed is not None:
            present &= self.scope.allowed
        return present.nonzero()[0].astype(self.scope.view.doc_dtype)

    def _all(self) -> Array:
        if self._chosen is not None:
            return self._chosen
        allowed = self.scope.allowed
        if allowed is None:
            return np.arange(self.scope.view.doc_count, dtype=self.scope.view.doc_dtype)
        return np.flatnonzero(allowed).astype(self.scope.view.doc_dtype)

    def _nothing(self) -> Array:
        return np.zeros(0, self.scope.view.doc_dtype)


def find(haystack: Array, needles: Array) -> tuple[Array, Array]:
    """Return where each needle is in the ascending `haystack`, and whether it is there."""
    if not len(haystack):
        return np.zeros(len(needles), np.int64), np.zeros(len(needles), np.bool_)
    at = np.minimum(haystack.searchsorted(needles), len(haystack) - 1)
    return at, haystack[at] == needles
