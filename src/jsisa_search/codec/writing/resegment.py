"""Resegmentation: the documents of a segment, their stored texts segmented again.

Only fields of words that store their text are segmented again, and of these only documents that had words:
a text that is stored to be shown and not searched has none. Everything else is copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import FieldType, Schema
from whoosh.writing import IndexingError

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.writing.buffer import FieldBuffer, has_words
from jsisa_search.codec.writing.inverter import WordTable
from jsisa_search.codec.writing.parts import FieldPart, SegmentPart, buffered_field

Array = NDArray[Any]

#: Documents that are segmented at a time; bounds the memory.
_DOCUMENTS = 50_000


def own_words_of(fields: Iterable[FieldType]) -> tuple[str, ...]:
    """Return the user words of the analyzers of some fields.

    Raises `IndexingError` where these differ.
    """
    found = {field.analyzer.own_words for field in fields if type(field.analyzer) is WordAnalyzer}
    if len(found) > 1:
        raise IndexingError("all word fields of an index must have the same user words")
    return next(iter(found), ())


def set_own_words(schema: Schema, words: tuple[str, ...]) -> None:
    """Give the word fields of a schema analyzers with these user words."""
    for name in schema.names():
        field = schema[name]
        if type(field.analyzer) is WordAnalyzer:
            field.analyzer = WordAnalyzer(words)


def resegment_parts(
    file: SegmentFile, deleted: Array, schema: Schema, words: WordTable
) -> Iterator[SegmentPart]:
    """Yield the live documents of a segment, some at a time, segmented again by `words`."""
    for first in range(0, file.doc_count, _DOCUMENTS):
        outside = np.ones(file.doc_count, np.bool_)
        outside[first : first + _DOCUMENTS] = False
        outside[deleted] = True
        yield _ResegmentedPart(file, np.flatnonzero(outside), schema, words)


class _ResegmentedPart(SegmentPart):
    def __init__(self, file: SegmentFile, deleted: Array, schema: Schema, words: WordTable) -> None:
        super().__init__(file, deleted, schema)
        self._words = words

    def field(self, name: str) -> FieldPart | None:
        """Return the postings of a field; those of word fields are made from the stored texts."""
        field, texts = self._file.field(name), self._file.texts(name)
        if field is None or field.lengths is None or texts is None or not has_words(self._schema[name]):
            return super().field(name)
        part = texts.part(self._live)
        distinct = list(part.originals())
        buffer = FieldBuffer(self._schema[name], self._words)
        had_words = field.lengths[self._live] > 0
        for doc in np.flatnonzero(had_words & (part.rows > 0)).tolist():
            buffer.add_text(doc, distinct[part.rows[doc] - 1])
        buffer.seal()
        return buffered_field(buffer, np.arange(self.doc_count), self.doc_count)
