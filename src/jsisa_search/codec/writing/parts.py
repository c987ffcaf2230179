"""What a segment is written from: documents in memory, and the live documents of other segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import Schema

from jsisa_search.analysis.bulk_folding import default_folder
from jsisa_search.codec.segment.columns import ColumnPart, RowsOfColumn, empty_part
from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.postings_slice import PostingsSlice
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.segment.term_dictionary import SortedTerms
from jsisa_search.codec.segment.texts import Piece, TextsPart
from jsisa_search.codec.writing.buffer import Buffer, FieldBuffer
from jsisa_search.codec.writing.sorted_runs import Run, Source

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FieldPart:
    """One field of one part: its terms (sorted), its lengths, and its postings.

    Terms are produced by a call: those of many segments at once would fill the memory.
    `lengths` is the length in each of the part's documents (integers), `None` where it is not scorable.
    `sources` takes the merged number of each term (int64) and the number of the part's first document.
    """

    terms: Callable[[], SortedTerms]
    lengths: Array | None
    has_positions: bool
    has_weights: bool
    long: int
    sources: Callable[[Array, int], list[Source]]


class Part(Protocol):
    """Consecutive documents of a segment to be written."""

    doc_count: int

    def postings(self, name: str) -> int:
        """Return about how many postings a field has, 0 where it has none."""
        ...

    def field_names(self) -> Iterable[str]:
        """Return the fields that have terms."""
        ...

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field."""
        ...

    def text_names(self) -> Iterable[str]:
        """Return the fields with stored texts."""
        ...

    def texts(self, name: str) -> TextsPart:
        """Return the stored texts of a field."""
        ...

    def column_names(self) -> Iterable[str]:
        """Return the fields with a column."""
        ...

    def column(self, name: str, column: Any) -> ColumnPart:
        """Return the column of a field."""
        ...

    def stored(self) -> Iterable[bytes]:
        """Return the encoded stored fields of each document."""
        ...


def buffered_field(field: FieldBuffer, documents: Array, doc_count: int) -> FieldPart:
    """Return the postings of a sealed field with document d renumbered `documents[d]` of `doc_count`."""
    terms, ranks = field.vocabulary()

    def sources(numbers: Array, first_doc: int) -> list[Source]:
        shifted = _shifted(documents, first_doc)
        return [
            Run(numbers[ranked], postings.renumbered(shifted))
            for ranked, postings in field.ranked_runs(ranks)
        ]

    return FieldPart(
        terms=lambda: terms,
        lengths=_lengths(field, documents, doc_count),
        has_positions=any(run.postings.positions is not None for run in field.runs),
        has_weights=any(run.postings.weights is not None for run in field.runs),
        long=field.long,
        sources=sources,
    )


def _lengths(field: FieldBuffer, documents: Array, doc_count: int) -> Array | None:
    if not field.lengths:
        return None
    lengths = np.zeros(doc_count, np.int64)
    for docs, values in field.lengths:
        found = documents[docs]
        lengths[found[found >= 0]] = values[found >= 0]
    return lengths


class BufferPart:
    """The live documents of a buffer."""

    def __init__(self, buffer: Buffer) -> None:
        for field in buffer.fields.values():
            field.seal()
        self._buffer = buffer
        self._documents = buffer.documents()
        self.doc_count = int((self._documents >= 0).sum())

    def postings(self, name: str) -> int:
        """Return how many postings a field has, those of deleted documents among them."""
        field = self._buffer.fields.get(name)
        return sum(len(run.postings.docs) for run in field.runs) if field else 0

    def field_names(self) -> Iterable[str]:
        """Return the fields that have terms."""
        return self._buffer.fields

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field."""
        field = self._buffer.fields.get(name)
        return None if field is None else buffered_field(field, self._documents, self.doc_count)

    def text_names(self) -> Iterable[str]:
        """Return the fields with stored texts."""
        return self._buffer.texts

    def texts(self, name: str) -> TextsPart:
        """Return the stored texts of a field."""
        texts = self._buffer.texts.get(name)
        if texts is None:
            return _no_texts(self.doc_count)
        return texts.part(self._documents, self.doc_count, default_folder())

    def column_names(self) -> Iterable[str]:
        """Return the fields with a column."""
        return self._buffer.columns

    def column(self, name: str, column: Any) -> ColumnPart:
        """Return the column of a field."""
        values = self._buffer.columns.get(name)
        if values is None:
            return empty_part(column, self.doc_count)
        return values.part(self._documents, self.doc_count)

    def stored(self) -> Iterable[bytes]:
        """Return the encoded stored fields of each document."""
        alive = (self._documents >= 0).tolist()
        return (data for data, keep in zip(self._buffer.stored, alive, strict=True) if keep)


class SegmentPart:
    """The live documents of a segment."""

    def __init__(self, file: SegmentFile, deleted: Array, schema: Schema) -> None:
        self._file = file
        self._schema = schema
        alive = np.ones(file.doc_count, np.bool_)
        alive[deleted] = False
        # In 32 bits: a merge has these of all its segments in memory.
        self._live = np.flatnonzero(alive).astype(np.uint32)
        self._documents = np.where(alive, np.cumsum(alive) - 1, -1).astype(np.int32)
        self.doc_count = len(self._live)

    def postings(self, name: str) -> int:
        """Return how many postings a field has, those of deleted documents among them."""
        field = self._file.field(name)
        return field.starts[-1] if field else 0

    def _in_schema(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self._schema]

    def field_names(self) -> Iterable[str]:
        """Return the fields that have terms and are still in the schema."""
        return self._in_schema(self._file.field_names)

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field."""
        field = self._file.field(name)
        if field is None:
            return None

        def sources(numbers: Array, first_doc: int) -> list[Source]:
            documents = _shifted(self._documents, first_doc)
            return [SegmentSource(self._file.container, field, numbers, documents)]

        return FieldPart(
            terms=self._releasing(field.terms.as_sorted),
            lengths=None if field.lengths is None else field.lengths[self._live],
            has_positions=field.has_positions,
            has_weights=field.has_weights,
            long=field.long,
            sources=sources,
        )

    def _releasing(self, read: Callable[[], SortedTerms]) -> Callable[[], SortedTerms]:
        """Return `read`, unmapping afterwards the pages that were read."""

        def read_and_release() -> SortedTerms:
            terms = read()
            self._file.container.release_pages()
            return terms

        return read_and_release

    def text_names(self) -> Iterable[str]:
        """Return the fields with stored texts that are still in the schema."""
        return self._in_schema(self._file.text_names)

    def texts(self, name: str) -> TextsPart:
        """Return the stored texts of a field."""
        texts = self._file.texts(name)
        if texts is None:
            return _no_texts(self.doc_count)
        part = texts.part(self._live)
        self._file.container.release_pages()
        return replace(part, pieces=lambda: self._releasing_pages(part.pieces()))

    def _releasing_pages(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield `pieces`, unmapping after each the pages it was read from."""
        for piece in pieces:
            yield piece
            self._file.container.release_pages()

    def column_names(self) -> Iterable[str]:
        """Return the fields with a column that are still in the schema."""
        return self._in_schema(self._file.column_names)

    def column(self, name: str, column: Any) -> ColumnPart:
        """Return the column of a field."""
        values = self._file.column(name)
        if isinstance(values, RowsOfColumn):
            return values.of(self._live, column.dtype)
        return empty_part(column, self.doc_count) if values is None else values.part(self._live)

    def stored(self) -> Iterable[bytes]:
        """Return the encoded stored fields of each document."""
        return map(self._file.stored.encoded, self._live.tolist())


class SegmentSource:
    """The postings of one field of a segment, without the deleted documents."""

    def __init__(
        self, container: Container, field: FieldPostings, numbers: Array, documents: Array | None
    ) -> None:
        self._container = container
        self._field = field
        self._documents = documents
        self.terms = numbers

    def totals(self) -> tuple[Array, Array]:
        """Return the number of live postings and occurrences of each term (int64)."""
        if self._documents is None or self._documents.min() >= 0:
            totals = self._field.counts(), self._field.occurrence_counts()
            self._container.release_pages()  # they were read of every posting
            return totals
        counts = [np.zeros(0, np.int64)]
        occurrences = [np.zeros(0, np.int64)]
        for start in range(0, len(self.terms), 4096):
            live = self.postings(start, min(start + 4096, len(self.terms)))
            counts.append(live.counts)
            occurrences.append(live.occurrences())
        return np.concatenate(counts), np.concatenate(occurrences)

    def postings(self, start: int, end: int) -> PostingsSlice:
        """Return the live postings of its terms number `start` to `end`."""
        self._container.release_pages()  # of the slice before
        return self._field.postings(start, end).renumbered(self._documents)


def _shifted(documents: Array, first_doc: int) -> Array | None:
    """Return new document numbers (int32, -1 for a dropped one), `None` where they are the old ones."""
    if not first_doc and (documents >= 0).all():
        return None
    return np.where(documents >= 0, documents + first_doc, -1).astype(np.int32)


def _no_texts(doc_count: int) -> TextsPart:
    return TextsPart(np.zeros(0, np.int64), np.zeros(doc_count, np.int64), lambda: iter(()))
