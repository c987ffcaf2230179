"""A segment as the search sees it: live documents, norms and decoded posting lists."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.columns import NumberColumn
from jsisa_search.codec.postings import FieldPostings, TermPostings, short_dtype
from jsisa_search.codec.segment import SegmentFile
from jsisa_search.search.scoring import FieldModel

Array = NDArray[Any]

#: Bytes of decoded document lists that are kept for one segment.
_CACHE_BYTES = 16 << 20


class SegmentView:
    """One segment of an opened index; `base` is the number of its first document in the whole index."""

    def __init__(self, file: SegmentFile, base: int, deleted: Array) -> None:
        self.file = file
        self.base = base
        self.doc_count = file.doc_count
        self.deleted = deleted
        self.doc_dtype = short_dtype(file.doc_count)
        self._norms: dict[tuple[str, FieldModel], Array] = {}
        self._docs: OrderedDict[TermPostings, Array] = OrderedDict()
        self._docs_bytes = 0
        self._table: Array | None = None
        self._runs: dict[tuple[str, int], Array] = {}

    @cached_property
    def live(self) -> Array | None:
        """Whether each document is not deleted (bool), or `None` where none is."""
        if not len(self.deleted):
            return None
        live = np.ones(self.doc_count, np.bool_)
        live[self.deleted] = False
        return live

    def deleted_among(self, docs: Array) -> int:
        """Return how many of `docs`, which ascend, are deleted."""
        if not len(self.deleted):
            return 0
        at = np.searchsorted(docs, self.deleted.astype(docs.dtype))
        return int(np.count_nonzero(docs.take(at, mode="clip") == self.deleted))

    def deleted_length(self, field: FieldPostings) -> int:
        """Return the length of a field in the deleted documents together."""
        return 0 if field.lengths is None else int(field.lengths[self.deleted].sum(dtype=np.int64))

    def table(self) -> Array:
        """Return scratch room for one number per document (uint32), with anything in it."""
        if self._table is None:
            self._table = np.zeros(self.doc_count, np.uint32)
        return self._table

    def norms(self, name: str, field: FieldPostings, model: FieldModel) -> Array:
        """Return the norm of every document under `model` (float32)."""
        norms = self._norms.get((name, model))
        if norms is None:
            assert field.lengths is not None
            norms = self._norms[name, model] = model.norms(field.lengths)
        return norms

    def runs(self, column: str, shift: int) -> Array:
        """Return where documents with one value of `column >> shift` begin, and the end of all (int64).

        `column` is one of numbers; where there is none, each document stands alone.
        """
        runs = self._runs.get((column, shift))
        if runs is None:
            held = self.file.column(column)
            runs = np.arange(self.doc_count + 1)
            if isinstance(held, NumberColumn) and self.doc_count:
                values = held.values >> shift
                changes = (values[1:] != values[:-1]).nonzero()[0] + 1
                runs = np.concatenate([[0], changes, [self.doc_count]])
            self._runs[column, shift] = runs
        return runs

    def docs(self, postings: TermPostings) -> Array:
        """Return the documents of a term, ascending, deleted ones among them; kept for the next time."""
        if not postings.is_long:
            return postings.docs()
        docs = self._docs.get(postings)
        if docs is not None:
            self._docs.move_to_end(postings)
            return docs
        docs = self._docs[postings] = postings.docs()
        self._docs_bytes += docs.nbytes
        while self._docs_bytes > _CACHE_BYTES:
            self._docs_bytes -= self._docs.popitem(last=False)[1].nbytes
        return docs


class Scope:
    """Segment number `index` and which of its documents may be found (bool each; `None`: all)."""

    __slots__ = ("allowed", "index", "view")

    def __init__(self, view: SegmentView, index: int, allowed: Array | None) -> None:
        self.view = view
        self.index = index
        self.allowed = allowed
