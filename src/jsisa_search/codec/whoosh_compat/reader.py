"""What Whoosh's `SegmentReader` reads: terms and postings, and per-document values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from whoosh.codec.base import EmptyCursor, FieldCursor, PerDocumentReader, TermsReader
from whoosh.columns import ColumnReader
from whoosh.formats import Format
from whoosh.reading import TermInfo, TermNotFound

from jsisa_search.codec.segment.columns import (
    BytesColumnReader,
    NumberColumn,
    NumberColumnReader,
    RowsColumnReader,
    RowsOfColumn,
    default_bytes,
)
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.whoosh_compat.matcher import ArrayMatcher

Term = tuple[str, bytes]


class ArrayTermInfo(TermInfo):  # type: ignore[misc]  # Whoosh has no annotations
    """Statistics of one term; what needs the postings is computed on demand."""

    def __init__(self, field: FieldPostings, number: int) -> None:
        self._field = field
        self._postings = field.term(number)

    @cached_property
    def _docs(self) -> Any:
        return self._postings.docs()

    @cached_property
    def _lengths(self) -> Any:
        lengths = self._field.lengths
        return None if lengths is None else lengths[self._docs]

    def weight(self) -> float:
        """Return the sum of the term's weights."""
        if self._field.has_weights:
            return float(self._postings.weights().sum(dtype=float))  # type: ignore[union-attr]
        return float(self._postings.frequency)

    def doc_frequency(self) -> int:
        """Return the number of documents that have the term."""
        return self._postings.count

    def min_length(self) -> int:
        """Return the length of the field in the shortest document that has the term."""
        return 1 if self._lengths is None else int(self._lengths.min())

    def max_length(self) -> int:
        """Return the length of the field in the longest document that has the term."""
        return 1 if self._lengths is None else int(self._lengths.max())

    def max_weight(self) -> float:
        """Return the greatest weight of the term in a document."""
        weights = self._postings.weights()
        return 1.0 if weights is None else float(weights.max())

    # Attributes, and not methods, because Whoosh adds the number of a segment's first document to them.

    @cached_property
    def _minid(self) -> int:
        return int(self._docs[0])

    @cached_property
    def _maxid(self) -> int:
        return int(self._docs[-1])

    def min_id(self) -> int:
        """Return the first document that has the term."""
        return self._minid

    def max_id(self) -> int:
        """Return the last document that has the term."""
        return self._maxid


class ArrayTermsReader(TermsReader):  # type: ignore[misc]  # Whoosh has no annotations
    """The terms and postings of one segment."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        field = self._file.field(fieldname)
        number = field.terms.find(text) if field else -1
        if field is None or number < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return field, number

    def __contains__(self, term: Term) -> bool:
        field = self._file.field(term[0])
        return field is not None and field.terms.find(term[1]) >= 0

    def indexed_field_names(self) -> Iterable[str]:
        """Return the fields that have terms."""
        return self._file.field_names

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Return a cursor over the terms of a field."""
        field = self._file.field(fieldname)
        return ArrayCursor(field, fieldobj) if field else EmptyCursor()

    def terms(self) -> Iterator[Term]:
        """Yield every term, by field and then in byte order."""
        for name in sorted(self._file.field_names):
            yield from self._terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms from (`fieldname`, `prefix`) on, those of later fields after them."""
        yield from self._terms_from(fieldname, prefix)
        for name in sorted(self._file.field_names):
            if name > fieldname:
                yield from self._terms_from(name, b"")

    def _terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        field = self._file.field(fieldname)
        if field:
            for text in field.terms.iterate(field.terms.from_(prefix)):
                yield fieldname, text

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield the terms from (`fieldname`, `prefix`) on with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> ArrayTermInfo:
        """Return the statistics of a term; `TermNotFound` where there is none."""
        return ArrayTermInfo(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the sum of a term's weights; 0 where there is no such term."""
        try:
            return self.term_info(fieldname, text).weight()
        except TermNotFound:
            return 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return the number of documents that have a term."""
        try:
            field, number = self._find(fieldname, text)
        except TermNotFound:
            return 0
        return field.doc_frequency(number)

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> ArrayMatcher:
        """Return a matcher of a term's postings."""
        field, number = self._find(fieldname, text)
        return ArrayMatcher(field, number, (fieldname, text), format_, scorer)


class ArrayCursor(FieldCursor):  # type: ignore[misc]  # Whoosh has no annotations
    """Steps through the terms of a field; what it gives are the field's own values, not bytes."""

    def __init__(self, field: FieldPostings, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> Any:
        """Go to the first term and return it."""
        self._at = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term not below `term` and return it."""
        if not isinstance(term, bytes):
            term = self._fieldobj.to_bytes(term)
        self._at = self._field.terms.from_(term)
        return self.text()

    def next(self) -> Any:
        """Go to the next term and return it, `None` after the last."""
        self._at += 1
        return self.text()

    def text(self) -> Any:
        """Return the current term, `None` after the last."""
        return self._fieldobj.from_bytes(self._field.terms[self._at]) if self.is_valid() else None

    def term_info(self) -> ArrayTermInfo | None:
        """Return the statistics of the current term, `None` after the last."""
        return ArrayTermInfo(self._field, self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Return whether there is a current term."""
        return self._at < self._field.terms.count


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]  # Whoosh has no annotations
    """Lengths, columns, stored fields and deletions of one segment."""

    def __init__(self, file: SegmentFile, deleted: Iterable[int]) -> None:
        self._file = file
        self._deleted = frozenset(deleted)
        self._is_closed = False

    def close(self) -> None:
        """Close the segment file, from which the terms of the same reader come too; again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._file.close()

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return self._file.doc_count - len(self._deleted)

    def doc_count_all(self) -> int:
        """Return the number of documents."""
        return self._file.doc_count

    def has_deletions(self) -> bool:
        """Return whether any document is deleted."""
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return docnum in self._deleted

    def deleted_docs(self) -> frozenset[int]:
        """Return the deleted documents."""
        return self._deleted

    def supports_columns(self) -> bool:
        """Return `True`."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Return whether a field has a column in this segment."""
        return fieldname in self._file.column_names

    def list_columns(self) -> list[str]:
        """Return the fields that have a column."""
        return self._file.column_names

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Return a reader of a field's column."""
        values = self._file.column(fieldname)
        if values is None:
            raise KeyError(fieldname)
        if isinstance(values, NumberColumn):
            return NumberColumnReader(values)
        if isinstance(values, RowsOfColumn):
            return RowsColumnReader(values, column.dtype)
        return BytesColumnReader(values, default_bytes(column))

    def _lengths(self, fieldname: str) -> Any:
        field = self._file.field(fieldname)
        return None if field is None else field.lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a document."""
        lengths = self._lengths(fieldname)
        return default if lengths is None else int(lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Return the length of a field in all documents together."""
        field = self._file.field(fieldname)
        return 0 if field is None else field.total_length

    def min_field_length(self, fieldname: str) -> int:
        """Return the least length of a field in a document."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field in a document."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return self._file.document(docnum)
