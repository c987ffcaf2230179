"""Statistics of the whole index that scores depend on: frequencies of terms, lengths of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from whoosh.fields import Schema
from whoosh.scoring import BM25F

from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.search.engine.scoring.bm25 import FieldModel, bm25_idf, field_model, whoosh_idf
from jsisa_search.search.engine.segment_view import SegmentView


class Statistics:
    """The statistics of one generation of an index; `k1_of` are fields' own k1.

    With `is_live` those of the documents that are not deleted, and BM25's own rarity in place of Whoosh's.
    """

    def __init__(
        self,
        schema: Schema,
        views: Sequence[SegmentView],
        weighting: BM25F,
        doc_count: int,
        *,
        k1_of: Mapping[str, float],
        is_live: bool,
    ) -> None:
        self._schema = schema
        self._views = views
        self._weighting = weighting
        self._doc_count = doc_count
        self._k1_of = k1_of
        self._is_live = is_live
        self._models: dict[str, FieldModel | None] = {}
        self._having_counts: dict[str, int] = {}

    def model(self, fieldname: str) -> FieldModel | None:
        """Return how a field is scored, `None` where it is not."""
        if fieldname not in self._models:
            model = None
            if self._schema[fieldname].scorable:
                average = self.total_length(fieldname) / (self._having(fieldname) or 1)
                model = field_model(self._weighting, fieldname, average, self._k1_of.get(fieldname))
            self._models[fieldname] = model
        return self._models[fieldname]

    def weight(self, fieldname: str, numbers: Sequence[tuple[SegmentView, int]]) -> float:
        """Return the factor of the impacts of a term; `numbers` has its number in each segment with it."""
        model = self.model(fieldname)
        if model is None:
            return 1.0
        frequency = 0
        for view, number in numbers:
            field = view.file.field(fieldname)
            assert field is not None
            frequency += field.doc_frequency(number)
            if self._is_live and len(view.deleted):
                frequency -= view.deleted_among(field.term(number))
        idf = bm25_idf if self._is_live else whoosh_idf
        return idf(self._having(fieldname) or 1, frequency) * (model.k1 + 1)

    def total_length(self, fieldname: str) -> int:
        """Return the length of a field in all documents that count together."""
        length = 0
        for view, field in self._fields(fieldname):
            length += field.total_length
            if self._is_live:
                length -= view.deleted_length(field)
        return length

    def _fields(self, fieldname: str) -> list[tuple[SegmentView, FieldPostings]]:
        fields = [(view, view.file.field(fieldname)) for view in self._views]
        return [(view, field) for view, field in fields if field]

    def _having(self, fieldname: str) -> int:
        """Return the number of documents by which the average length and the rarity of terms are taken.

        Whoosh takes all. With live statistics it is those that have the field: a record of a file has no
        text, and should not make the texts of others seem long, nor their words rarer than they are.
        """
        if not self._is_live:
            return int(self._doc_count)
        if fieldname not in self._having_counts:
            self._having_counts[fieldname] = self._count_having(fieldname)
        return self._having_counts[fieldname]

    def _count_having(self, fieldname: str) -> int:
        return sum(
            int(np.count_nonzero(field.lengths)) - int(np.count_nonzero(field.lengths[view.deleted]))
            for view, field in self._fields(fieldname)
            if field.lengths is not None
        )
