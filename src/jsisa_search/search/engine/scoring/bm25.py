"""BM25F as Whoosh defines it, on arrays and exact field lengths.

The score of a posting is `weight * impact`: the weight `boost * idf * (K1 + 1)` belongs to the term, the
impact `f / (f + norm)` to the posting, with `norm = K1 * (1 - B + B * length / average)` of the document.

A segment records the highest impact of each block of postings under the average length it had when it
was written. Under another average A' the impact of any posting grows at most by `max(1, A' / A)`, because
the norm of any document shrinks at most by that; so bound times that factor is still a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.scoring import BM25F

from jsisa_search.codec.segment.postings import FieldPostings

Array = NDArray[Any]

#: Room for the rounding of float32 when a bound is compared with a score.
_ROUNDING = 1.00001


@dataclass(frozen=True, slots=True)
class FieldModel:
    """How a field is scored in the whole index: BM25's parameters and the average length."""

    k1: float
    b: float
    average: float

    def norms(self, lengths: Array) -> Array:
        """Return the norm of each document (float32)."""
        return np.float32(self.k1) * (
            np.float32(1 - self.b) + np.float32(self.b / self.average) * lengths.astype(np.float32)
        )

    def bound_factor(self, field: FieldPostings) -> float | None:
        """Return the factor that makes the block bounds of `field` valid; `None` if they can't be."""
        if (field.impact.k1, field.impact.b) != (self.k1, self.b):
            return None
        written = field.total_length / field.doc_count or 1.0
        return max(1.0, self.average / written) * _ROUNDING


def field_model(weighting: BM25F, name: str, average: float, k1: float | None = None) -> FieldModel:
    """Return the model of field `name` under Whoosh's parameters, or under `k1` of its own."""
    b = weighting._field_B.get(name, weighting.B)
    return FieldModel(weighting.K1 if k1 is None else k1, b, average or 1.0)


def whoosh_idf(doc_count: int, doc_frequency: int) -> float:
    """Return Whoosh's inverse document frequency: 1 for a term of every document."""
    return log(doc_count / (doc_frequency + 1)) + 1


def bm25_idf(doc_count: int, doc_frequency: int) -> float:
    """Return the inverse document frequency of Robertson and Spärck Jones, above 0 as in Lucene.

    A term of every document says nothing: it gets next to 0.
    """
    return log(1 + (doc_count - doc_frequency + 0.5) / (doc_frequency + 0.5))
