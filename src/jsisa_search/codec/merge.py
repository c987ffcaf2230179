"""Writing a segment from parts: documents in memory, and the live documents of older segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import Schema

from jsisa_search.codec.buffer import Buffer, FieldBuffer, as_bytes, vocabulary
from jsisa_search.codec.columns import ColumnPart, empty_part, write_column
from jsisa_search.codec.container import ContainerWriter
from jsisa_search.codec.postings import FieldPostings, Impact, PostingsWriter
from jsisa_search.codec.runs import Postings, Run, Source, merge, term_totals
from jsisa_search.codec.segment import SegmentFile
from jsisa_search.codec.stored import write_stored
from jsisa_search.codec.terms import write_terms
from jsisa_search.codec.texts import TextsPart, default_folder, write_texts

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FieldPart:
    """One field of one part: its terms (sorted), how to get its postings, and its lengths.

    `lengths` is the length in each of the part's documents (int64), `None` where it is not scorable.
    """

    terms: list[bytes]
    lengths: Array | None
    has_positions: bool
    has_weights: bool
    build: Any  # Callable[[dict[bytes, int], int], list[Source]], from merged term numbers and first document

    def sources(self, numbers: dict[bytes, int], first_doc: int) -> list[Source]:
        """Return the postings, with merged term numbers and documents counted from `first_doc`."""
        sources: list[Source] = self.build(numbers, first_doc)
        return sources


class Part(Protocol):
    """Some documents of a segment to be written, in their order."""

    doc_count: int

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


class BufferPart:
    """The documents of a buffer that were not replaced."""

    def __init__(self, buffer: Buffer) -> None:
        for field in buffer.fields.values():
            field.seal()
        self._buffer = buffer
        self._documents = buffer.documents()
        self.doc_count = int((self._documents >= 0).sum())

    def field_names(self) -> Iterable[str]:
        """Return the fields that have terms."""
        return self._buffer.fields

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field."""
        field = self._buffer.fields.get(name)
        if field is None:
            return None

        def build(numbers: dict[bytes, int], first_doc: int) -> list[Source]:
            return self._sources(field, numbers, first_doc)

        postings = [run.postings for run in field.runs]
        return FieldPart(
            terms=vocabulary(field.runs),
            lengths=self._lengths(field),
            has_positions=any(part.positions is not None for part in postings),
            has_weights=any(part.weights is not None for part in postings),
            build=build,
        )

    def _sources(self, field: FieldBuffer, numbers: dict[bytes, int], first_doc: int) -> list[Source]:
        documents = np.where(self._documents >= 0, self._documents + first_doc, -1)
        sources: list[Source] = []
        for run in field.runs:
            names = list(run.names)
            terms = [numbers[as_bytes(names[number])] for number in run.terms.tolist()]
            sources.append(Run(np.array(terms, np.int64), run.postings.kept(documents)))
        return sources

    def _lengths(self, field: FieldBuffer) -> Array | None:
        if not field.lengths:
            return None
        lengths = np.zeros(self.doc_count, np.int64)
        for docs, values in field.lengths:
            found = self._documents[docs]
            lengths[found[found >= 0]] = values[found >= 0]
        return lengths

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
    """The documents of a segment that are not deleted."""

    def __init__(self, file: SegmentFile, deleted: Array, schema: Schema) -> None:
        self._file = file
        self._schema = schema
        alive = np.ones(file.doc_count, np.bool_)
        alive[deleted] = False
        self._kept = np.flatnonzero(alive)
        self._documents = np.where(alive, np.cumsum(alive) - 1, -1)
        self.doc_count = len(self._kept)

    def _known(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self._schema]

    def field_names(self) -> Iterable[str]:
        """Return the fields that have terms and are still in the schema."""
        return self._known(self._file.field_names)

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field."""
        field = self._file.field(name)
        if field is None:
            return None

        def build(numbers: dict[bytes, int], first_doc: int) -> list[Source]:
            documents = np.where(self._documents >= 0, self._documents + first_doc, -1)
            return [SegmentSource(field, terms, numbers, documents)]

        terms = field.terms.as_list()
        return FieldPart(
            terms=terms,
            lengths=None if field.lengths is None else field.lengths[self._kept].astype(np.int64),
            has_positions=field.has_positions,
            has_weights=field.has_weights,
            build=build,
        )

    def text_names(self) -> Iterable[str]:
        """Return the fields with stored texts that are still in the schema."""
        return self._known(self._file.text_names)

    def texts(self, name: str) -> TextsPart:
        """Return the stored texts of a field."""
        texts = self._file.texts(name)
        return _no_texts(self.doc_count) if texts is None else texts.part(self._kept)

    def column_names(self) -> Iterable[str]:
        """Return the fields with a column that are still in the schema."""
        return self._known(self._file.column_names)

    def column(self, name: str, column: Any) -> ColumnPart:
        """Return the column of a field."""
        values = self._file.column(name)
        return empty_part(column, self.doc_count) if values is None else values.part(self._kept)

    def stored(self) -> Iterable[bytes]:
        """Return the encoded stored fields of each document."""
        return map(self._file.stored.encoded, self._kept.tolist())


class SegmentSource:
    """The postings of one field of a segment, without the deleted documents."""

    def __init__(
        self, field: FieldPostings, terms: list[bytes], numbers: dict[bytes, int], documents: Array
    ) -> None:
        self._field = field
        self._documents = documents
        self.terms = np.array([numbers[term] for term in terms], np.int64)
        self.counts, self.occurrences = field.counts(), field.occurrence_counts()
        if documents.min(initial=0) < 0:
            self._count_kept()

    def _count_kept(self) -> None:
        counts = [np.zeros(0, np.int64)]
        occurrences = [np.zeros(0, np.int64)]
        for start in range(0, len(self.terms), 4096):
            kept = self.postings(start, min(start + 4096, len(self.terms)))
            counts.append(kept.counts)
            occurrences.append(kept.occurrences())
        self.counts, self.occurrences = np.concatenate(counts), np.concatenate(occurrences)

    def postings(self, start: int, end: int) -> Postings:
        """Return the live postings of its terms number `start` to `end`."""
        return self._field.postings(start, end).kept(self._documents)


def write_segment(path: Path, parts: Sequence[Part], schema: Schema, impact: Impact) -> int:
    """Write the documents of `parts` as one segment file, durably; return their number."""
    doc_count = sum(part.doc_count for part in parts)
    with ContainerWriter(path) as writer:
        fields = {}
        for name in _names(part.field_names() for part in parts):
            fields[name] = _write_field(writer, name, parts, doc_count, impact)
        texts = _names(part.text_names() for part in parts)
        for name in texts:
            write_texts(writer, f"text/{name}/", [part.texts(name) for part in parts])
        columns = _names(part.column_names() for part in parts)
        for name in columns:
            kind = schema[name].column_type
            write_column(writer, f"column/{name}/", [part.column(name, kind) for part in parts])
        write_stored(writer, (data for part in parts for data in part.stored()))
        writer.finish({"docs": doc_count, "fields": fields, "texts": texts, "columns": columns})
    return doc_count


def _names(names: Iterable[Iterable[str]]) -> list[str]:
    return sorted({name for part in names for name in part})


def _write_field(
    writer: ContainerWriter, name: str, parts: Sequence[Part], doc_count: int, impact: Impact
) -> dict[str, Any]:
    found = [(part, part.field(name)) for part in parts]
    fields = [field for _, field in found if field]
    terms = sorted(set().union(*(field.terms for field in fields)))
    numbers = {term: number for number, term in enumerate(terms)}
    sources: list[Source] = []
    lengths: list[Array] = []
    first_doc = 0
    for part, field in found:
        if field:
            sources += field.sources(numbers, first_doc)
        first_doc += part.doc_count
        known = field.lengths if field else None
        lengths.append(np.zeros(part.doc_count, np.int64) if known is None else known)
    counts, occurrences = term_totals(sources, len(terms))
    scorable = any(field.lengths is not None for field in fields)
    all_lengths = np.concatenate(lengths) if scorable else None
    write_terms(
        writer, f"field/{name}/", [t for t, count in zip(terms, counts.tolist(), strict=True) if count]
    )
    PostingsWriter(
        writer,
        f"field/{name}/",
        counts=counts[counts > 0],
        occurrences=occurrences[counts > 0],
        lengths=all_lengths,
        doc_count=doc_count,
        impact=impact,
    ).write(
        merge(sources, counts, occurrences),
        positions=any(field.has_positions for field in fields),
        weights=any(field.has_weights for field in fields),
    )
    length = 0 if all_lengths is None else int(all_lengths.sum())
    return {"length": length, "k1": impact.k1, "b": impact.b}


def _no_texts(doc_count: int) -> TextsPart:
    return TextsPart(
        units=np.zeros(0, np.uint16),
        lengths=np.zeros(0, np.int64),
        changed=np.zeros(0, np.bool_),
        originals=np.zeros(0, np.uint32),
        rows=np.zeros(doc_count, np.int64),
    )
