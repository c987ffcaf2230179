"""Writing a segment from parts: documents in memory, and the live documents of other segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import Schema

from jsisa_search.codec.segment.columns import write_column
from jsisa_search.codec.segment.container import ContainerWriter
from jsisa_search.codec.segment.postings import Impact
from jsisa_search.codec.segment.postings_slice import PostingsSlice
from jsisa_search.codec.segment.stored import write_stored
from jsisa_search.codec.segment.term_dictionary import SortedTerms, write_terms
from jsisa_search.codec.segment.texts import write_texts
from jsisa_search.codec.writing.parts import Part
from jsisa_search.codec.writing.postings_writer import PostingsWriter
from jsisa_search.codec.writing.sorted_runs import Source, merge, merge_terms, term_totals

Array = NDArray[Any]

#: Cost of writing the stored fields, and a stored text, of a document, in postings; measured on 66,000
#: passages, where a posting takes 0.2 us.
_STORED_WORK = 16
_TEXT_WORK = 6


def write_segment(
    path: Path,
    parts: Sequence[Part],
    schema: Schema,
    impacts: Mapping[str, Impact],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the documents of `parts` as one segment file, durably; return their number.

    `impacts` has the parameters of fields under which bounds are recorded; others get `Impact()`.
    `progress(done, total)` is called with the work done, in postings; it is complete before the file is
    flushed to disk.
    """
    doc_count = sum(part.doc_count for part in parts)
    names = _names(part.field_names() for part in parts)
    texts = _names(part.text_names() for part in parts)
    work = _Work(parts, names, len(texts), progress)
    with ContainerWriter(path) as writer:
        fields = {}
        for name in names:
            impact = impacts.get(name, Impact())
            fields[name] = _write_field(writer, name, parts, doc_count, impact, work)
        for name in texts:
            write_texts(writer, f"text/{name}/", [part.texts(name) for part in parts])
            work.add(doc_count * _TEXT_WORK)
        columns = _names(part.column_names() for part in parts)
        for name in columns:
            kind = schema[name].column_type
            write_column(writer, f"column/{name}/", [part.column(name, kind) for part in parts])
        write_stored(writer, (data for part in parts for data in part.stored()))
        work.finish()
        writer.finish({"docs": doc_count, "fields": fields, "texts": texts, "columns": columns})
    return doc_count


class _Work:
    """How much of a segment has been written, in postings."""

    def __init__(
        self,
        parts: Sequence[Part],
        fields: Sequence[str],
        texts: int,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        docs = sum(part.doc_count for part in parts)
        postings = sum(part.postings(name) for part in parts for name in fields)
        self._total = postings + docs * (texts * _TEXT_WORK + _STORED_WORK)
        self._done = 0
        self._progress = progress or _no_progress
        self._progress(0, self._total)

    def add(self, done: int) -> None:
        """Add to the work done."""
        self._done = min(self._done + done, self._total)
        self._progress(self._done, self._total)

    def counted(self, slices: Iterable[PostingsSlice]) -> Iterator[PostingsSlice]:
        """Yield `slices`, counting each when the next is asked for."""
        for postings in slices:
            yield postings
            self.add(len(postings.docs))

    def finish(self) -> None:
        """Report completion: the postings of deleted documents were in the total."""
        self.add(self._total - self._done)


def _no_progress(done: int, total: int) -> None:
    """Ignore a report."""


def _names(names: Iterable[Iterable[str]]) -> list[str]:
    return sorted({name for part in names for name in part})


def _write_field(
    writer: ContainerWriter, name: str, parts: Sequence[Part], doc_count: int, impact: Impact, work: _Work
) -> dict[str, Any]:
    found = [(part, part.field(name)) for part in parts]
    fields = [field for _, field in found if field]
    terms, numbers = merge_terms([field.terms for field in fields])
    sources: list[Source] = []
    lengths: list[Array] = []
    first_doc = 0
    for part, field in found:
        if field:
            sources += field.sources(numbers.pop(0), first_doc)
        first_doc += part.doc_count
        known = field.lengths if field else None
        lengths.append(np.zeros(part.doc_count, np.uint8) if known is None else known)
    counts, occurrences = term_totals(sources, len(terms))
    scorable = any(field.lengths is not None for field in fields)
    all_lengths = np.concatenate(lengths) if scorable else None
    write_terms(writer, f"field/{name}/", _chosen(terms, counts > 0))
    long = min(field.long for field in fields)
    PostingsWriter(
        writer,
        f"field/{name}/",
        counts=counts[counts > 0],
        occurrences=occurrences[counts > 0],
        lengths=all_lengths,
        doc_count=doc_count,
        impact=impact,
        long=long,
    ).write(
        work.counted(merge(sources, counts, occurrences)),
        positions=any(field.has_positions for field in fields),
        weights=any(field.has_weights for field in fields),
    )
    length = 0 if all_lengths is None else int(all_lengths.sum())
    return {"length": length, "k1": impact.k1, "b": impact.b, "long": long}


def _chosen(terms: SortedTerms, wanted: Array) -> SortedTerms:
    if isinstance(terms, list):
        return list(compress(terms, wanted.tolist()))
    return terms[wanted]
