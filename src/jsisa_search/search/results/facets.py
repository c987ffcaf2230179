"""Results counted and grouped: facets by source, year and so on, and one passage per release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.errors import QueryError
from jsisa_search.model import Facet, FacetField
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.answer import Answer, RankedPassage
from jsisa_search.search.results.file_facets import count_folders, count_formats
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]

# `published` counts microseconds from here.
_FIRST_DAY = np.datetime64("0001-01-01T00:00:00", "us")

# The unit to which a date is truncated, in NumPy's letters.
_DATE_UNITS = {"year": "Y", "month": "M"}


def count_facets(
    searcher: ArraySearcher, fields: Iterable[str], docs: Array, path_of: Callable[[str], str]
) -> tuple[Facet, ...]:
    """Return the values of each of `fields` in `docs` (int64, ascending), and how many have each.

    Documents without a value count nowhere. Names come with the most frequent first, years and months
    with the latest. `path_of` converts stored paths to shown ones. Raises `QueryError` for a field that has
    no facets.
    """
    return tuple(_facet(searcher, field, docs, path_of) for field in dict.fromkeys(fields))


def _facet(searcher: ArraySearcher, field: str, docs: Array, path_of: Callable[[str], str]) -> Facet:
    known: tuple[FacetField, ...] = get_args(FacetField)
    match field:
        case "year" | "month":
            return Facet(field, _dates(searcher, field, docs))
        case "folder":
            return Facet(field, count_folders(searcher, docs, path_of))
        case "format":
            return Facet(field, count_formats(searcher, docs))
        case "source" | "publisher" | "section" | "date_from":
            return Facet(field, _names(searcher, field, docs))
    raise QueryError(
        tr("there is no facet “{field}”; count by {known}").format(field=field, known=", ".join(known))
    )


def _names(searcher: ArraySearcher, field: str, docs: Array) -> tuple[tuple[str, int], ...]:
    """Return the values of a bytes column with their counts, the most frequent first."""
    found: Counter[str] = Counter()
    with searcher.concluding_damage():
        for view in searcher.views:
            column = view.file.column(field)
            if not isinstance(column, BytesColumn):
                continue
            first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
            counts = np.bincount(column.codes[docs[first:last] - view.base])
            for code in np.flatnonzero(counts[1:]).tolist():
                found[column.value(code + 1).decode("utf-8")] += int(counts[code + 1])
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _dates(searcher: ArraySearcher, field: str, docs: Array) -> tuple[tuple[str, int], ...]:
    """Return the years or months of publication with their counts, the latest first."""
    published = searcher.numbers("published", docs)
    moments = _FIRST_DAY + published[published != 0].astype("timedelta64[us]")
    values, counts = np.unique(moments.astype(f"datetime64[{_DATE_UNITS[field]}]"), return_counts=True)
    return tuple(zip(values.astype(str).tolist()[::-1], counts.tolist()[::-1], strict=True))


@dataclass(frozen=True, slots=True)
class Groups:
    """A passage for each release, in order: document, score, and how many others of it were found.

    `is_whole`: which of the passages satisfy the whole query.
    """

    docs: Array
    scores: Array
    is_whole: Array
    others: Array

    def __len__(self) -> int:
        return len(self.docs)

    def page(self, offset: int, limit: int) -> list[RankedPassage]:
        """Return the first passages of up to `limit` groups from group `offset` on."""
        columns = (self.docs, self.scores, self.is_whole, self.others)
        cut = [column[offset : offset + limit].tolist() for column in columns]
        return [RankedPassage(*passage) for passage in zip(*cut, strict=True)]


def group_by_release(searcher: ArraySearcher, answer: Answer) -> Groups:
    """Return the releases of an answer in the order of their first passages."""
    docs, scores, is_whole = answer.best(len(answer))
    releases = searcher.numbers("sequence", docs) >> PASSAGE_BITS
    _, first, counts = np.unique(releases, return_index=True, return_counts=True)
    order = first.argsort()
    chosen = first[order]
    return Groups(docs[chosen], scores[chosen], is_whole[chosen], counts[order] - 1)
