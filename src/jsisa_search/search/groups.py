"""What is found, one passage a release: its first in the order of the hits, the others folded behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.search.answer import Answer
from jsisa_search.search.evidence import PLACE_BITS
from jsisa_search.search.searcher import ArraySearcher

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Groups:
    """A passage for each release, in order: document, score, and how many others of it were found.

    `is_whole` tells which of the passages satisfy the whole query.
    """

    docs: Array
    scores: Array
    is_whole: Array
    others: Array

    def __len__(self) -> int:
        return len(self.docs)

    def page(self, offset: int, limit: int) -> list[tuple[int, float, bool, int]]:
        """Return up to `limit` (document, score, whether it is whole, others) from group `offset` on."""
        columns = (self.docs, self.scores, self.is_whole, self.others)
        return list(zip(*(column[offset : offset + limit].tolist() for column in columns), strict=True))


def group_by_release(searcher: ArraySearcher, answer: Answer) -> Groups:
    """Return the releases of an answer in the order of their first passages."""
    docs, scores, is_whole = answer.best(len(answer))
    releases = searcher.numbers("place", docs) >> PLACE_BITS
    _, first, counts = np.unique(releases, return_index=True, return_counts=True)
    order = first.argsort()
    chosen = first[order]
    return Groups(docs[chosen], scores[chosen], is_whole[chosen], counts[order] - 1)
