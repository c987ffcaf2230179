"""A segment as the search sees it: live documents, norms, and where releases begin."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.columns import NumberColumn
from jsisa_search.codec.segment.doc_lists import doc_dtype
from jsisa_search.codec.segment.postings import FieldPostings, TermPostings
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.search.engine.evaluation.char_places import CharPlaces
from jsisa_search.search.engine.scoring.bm25 import FieldModel

Array = NDArray[Any]


class _Derived:
    """What views of one segment file have computed of it, whatever generation they belong to."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, int], Array] = {}
        self.text_runs: dict[str, tuple[Array, Array]] = {}
        self.run_numbers: dict[tuple[str, int], Array] = {}
        self.char_places: dict[str, CharPlaces] = {}
        self.term_groups: dict[tuple[str, Callable[[str], str | None]], tuple[Array, list[str]]] = {}
        self.enclosing: dict[str, Array] = {}


class SegmentView:
    """One segment of an opened index; `base` is the number of its first document in the whole index.

    Threads share it: what is computed on first use does not depend on the thread.
    """

    def __init__(self, file: SegmentFile, base: int, deleted: Array) -> None:
        self.file = file
        self.base = base
        self.doc_count = file.doc_count
        self.deleted = deleted
        self.doc_dtype = doc_dtype(file.doc_count)
        self._norms: dict[tuple[str, FieldModel], Array] = {}
        self._derived = file.derived(_Derived)
        #: Whether each document has a mark that encloses words (bool), by field, once that was asked for.
        self.enclosing = self._derived.enclosing
        file.container.expect_lookups("field/")

    def inside(self, docs: Array) -> Array:
        """Return those of `docs` (int64, ascending) that are in this segment, by their numbers in it."""
        first, last = docs.searchsorted((self.base, self.base + self.doc_count)).tolist()
        inside: Array = docs[first:last] - self.base
        return inside

    @cached_property
    def live(self) -> Array | None:
        """Whether each document is not deleted (bool), or `None` where none is."""
        if not len(self.deleted):
            return None
        live = np.ones(self.doc_count, np.bool_)
        live[self.deleted] = False
        return live

    def deleted_among(self, postings: TermPostings) -> int:
        """Return how many of the documents of a term are deleted."""
        if not len(self.deleted):
            return 0
        return int(np.count_nonzero(postings.find(self.deleted.astype(self.doc_dtype))[1]))

    def deleted_length(self, field: FieldPostings) -> int:
        """Return the length of a field in the deleted documents together."""
        return 0 if field.lengths is None else int(field.lengths[self.deleted].sum(dtype=np.int64))

    def new_table(self) -> Array:
        """Return a new array of one number per document (uint32), uninitialized."""
        return np.empty(self.doc_count, np.uint32)

    def norms(self, name: str, field: FieldPostings, model: FieldModel) -> Array:
        """Return the norm of every document under `model` (float32)."""
        norms = self._norms.get((name, model))
        if norms is None:
            assert field.lengths is not None
            self.file.container.expect_whole(f"field/{name}/lengths")
            norms = self._norms[name, model] = model.norms(field.lengths)
        return norms

    def runs(self, column: str, shift: int) -> Array:
        """Return where documents with one value of `column >> shift` begin, and the end of all (int64).

        `column` is one of numbers; where there is none, each document is a run of its own.
        """
        runs = self._derived.runs.get((column, shift))
        if runs is None:
            found = self.file.column(column)
            runs = np.arange(self.doc_count + 1)
            if isinstance(found, NumberColumn) and self.doc_count:
                values = found.values >> shift
                changes = (values[1:] != values[:-1]).nonzero()[0] + 1
                runs = np.concatenate([[0], changes, [self.doc_count]])
            self._derived.runs[column, shift] = runs
        return runs

    def run_values(self, column: str, shift: int) -> Array:
        """Return `column >> shift` of each run that `runs` has (int64), 0 where there is no such column."""
        found, starts = self.file.column(column), self.runs(column, shift)[:-1]
        if not isinstance(found, NumberColumn):
            return np.zeros(len(starts), np.int64)
        values: Array = found.values.take(starts).astype(np.int64) >> shift
        return values

    def char_places(self, fieldname: str, texts: Texts) -> CharPlaces:
        """Return where characters occur in the texts of a field."""
        return self._derived.char_places.setdefault(fieldname, CharPlaces(texts))

    def text_runs(self, fieldname: str, texts: Texts) -> tuple[Array, Array]:
        """Return where neighbouring documents with one text begin, with the end of all, and `rows` of those.

        The passages of a release share its title, so that there are ten times fewer runs than documents.
        """
        runs = self._derived.text_runs.get(fieldname)
        if runs is None:
            changes = (texts.rows[1:] != texts.rows[:-1]).nonzero()[0] + 1
            starts = np.concatenate([[0], changes, [self.doc_count]])
            runs = self._derived.text_runs[fieldname] = starts, texts.rows.take(starts[:-1])
        return runs

    def run_numbers(self, column: str, shift: int) -> Array:
        """Return the number of the run, as `runs` has them, in which each document is (uint32)."""
        numbers = self._derived.run_numbers.get((column, shift))
        if numbers is None:
            starts = self.runs(column, shift)
            numbers = np.arange(len(starts) - 1, dtype=np.uint32).repeat(np.diff(starts))
            self._derived.run_numbers[column, shift] = numbers
        return numbers

    def term_groups(self, fieldname: str, group_of: Callable[[str], str | None]) -> tuple[Array, list[str]]:
        """Return the number of the group of each document (uint32), and the groups, numbered from 1 on.

        Each document has at most one term in the field, whose group is `group_of(term)`; 0 means none.
        """
        known = self._derived.term_groups.get((fieldname, group_of))
        if known is None:
            numbers = np.zeros(self.doc_count, np.uint32)
            groups: dict[str, int] = {}
            if field := self.file.field(fieldname):
                names = (group_of(term.decode("utf-8")) for term in field.terms.as_list())
                found = [0 if name is None else groups.setdefault(name, len(groups) + 1) for name in names]
                numbers[field.all_docs()] = np.array(found, np.uint32).repeat(field.counts())
            known = self._derived.term_groups[fieldname, group_of] = numbers, list(groups)
        return known


class Scope:
    """Segment number `index` and which of its documents may be found (bool each; `None`: all)."""

    __slots__ = ("allowed", "index", "view")

    def __init__(self, view: SegmentView, index: int, allowed: Array | None) -> None:
        self.view = view
        self.index = index
        self.allowed = allowed
