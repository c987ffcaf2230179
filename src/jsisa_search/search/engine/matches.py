"""The passages that one search finds on arrays: listed and counted when that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.segment_view import SegmentView
from jsisa_search.search.interface import GroupOf

if TYPE_CHECKING:
    from jsisa_search.search.engine.execution import Execution
    from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]

#: `published` counts microseconds from here.
FIRST_DAY = np.datetime64("0001-01-01T00:00:00", "us")

# The unit to which a date is truncated, in NumPy's letters.
_DATE_UNITS = {"year": "Y", "month": "M"}


class ArrayMatches:
    """The documents that match a tree; `search.interface.Matches` describes the methods."""

    def __init__(self, searcher: ArraySearcher, execution: Execution, tree: wq.Query) -> None:
        """Take the snapshot, the search, and its tree."""
        self._searcher = searcher
        self._execution = execution
        self._tree = tree

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return len(self.docs) if "docs" in self.__dict__ else self._execution.count(self._tree)

    @cached_property
    def docs(self) -> Array:
        """All documents that match (int64, ascending)."""
        return self._execution.documents(self._tree)

    def by_date(self) -> Iterator[int]:
        """Yield them in order of time, what has no date last; those of equal time by their releases."""
        docs = self.docs
        published, sequence = (self._searcher.numbers(name, docs) for name in ("published", "sequence"))
        yield from docs[np.lexsort([sequence, published, published == UNDATED])].tolist()

    def count_also(self, tree: wq.Query) -> int:
        """Return how many of them match another tree."""
        return self._execution.count_among(tree, self.docs)

    def count_in_releases(self, tree: wq.Query) -> int:
        """Return how many of them are in releases of which a passage matches a tree."""
        releases = self._searcher.distinct_values("sequence", PASSAGE_BITS, tree)
        return int(np.isin(self._releases(self.docs), releases).sum())

    def count_releases(self) -> int:
        """Return how many releases they are in."""
        return self._searcher.count_distinct("sequence", PASSAGE_BITS, self.docs)

    def count_undated(self) -> int:
        """Return how many of them are in releases without a date."""
        return int((self._searcher.numbers("published", self.docs) == UNDATED).sum())

    def occurrences(self, text: str, *, is_whole: bool = False) -> int:
        """Return how often a string occurs in their texts, without overlaps."""
        return self._execution.occurrences("text", text, self.docs, is_whole=is_whole)

    def quotations(self, text: str) -> int:
        """Return how often a quotation occurs in their texts, however punctuated."""
        return self._execution.quotations("text", text, self.docs)

    def count_values(self, field: str, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the values of a facet with the passages, or the releases, that have each."""
        if by_release and field == "section":
            return self._sections_of_releases()
        docs = self._counted(by_release=by_release)
        return self._dates(field, docs) if field in _DATE_UNITS else self._names(field, docs)

    def count_groups(self, group_of: GroupOf, *, by_release: bool = False) -> Mapping[str, int]:
        """Return the groups of their files with the passages, or the releases, that are in each."""
        docs = self._counted(by_release=by_release)
        found: Counter[str] = Counter()
        with self._searcher.concluding_damage():
            for view in self._searcher.views:
                numbers, groups = view.term_groups("path", group_of)
                counts = np.bincount(numbers.take(view.inside(docs)), minlength=len(groups) + 1)
                for number in np.flatnonzero(counts[1:]).tolist():
                    found[groups[number]] += int(counts[number + 1])
        return found

    def _counted(self, *, by_release: bool) -> Array:
        """Return the documents that count: all, or the first of each release (int64, ascending)."""
        docs = self.docs
        return docs[np.sort(np.unique(self._releases(docs), return_index=True)[1])] if by_release else docs

    def _names(self, field: str, docs: Array) -> Counter[str]:
        """Return the values of a bytes column with their counts."""
        found: Counter[str] = Counter()
        with self._searcher.concluding_damage():
            for _, column, inside in self._columns(field, docs):
                counts = np.bincount(column.codes[inside])
                for code in np.flatnonzero(counts[1:]).tolist():
                    found[column.value(code + 1).decode("utf-8")] += int(counts[code + 1])
        return found

    def _dates(self, field: str, docs: Array) -> dict[str, int]:
        """Return the years or months of publication with their counts."""
        published = self._searcher.numbers("published", docs)
        moments = FIRST_DAY + published[published != UNDATED].astype("timedelta64[us]")
        values, counts = np.unique(moments.astype(f"datetime64[{_DATE_UNITS[field]}]"), return_counts=True)
        return dict(zip(values.astype(str).tolist(), counts.tolist(), strict=True))

    def _sections_of_releases(self) -> Counter[str]:
        """Return in how many releases each section has one of the documents."""
        found: Counter[str] = Counter()
        docs = self.docs
        with self._searcher.concluding_damage():
            for view, column, inside in self._columns("section", docs):
                pairs = [column.codes[inside].astype(np.int64), self._releases(inside + view.base)]
                values, counts = np.unique(np.unique(np.stack(pairs), axis=1)[0], return_counts=True)
                for code, count in zip(values.tolist(), counts.tolist(), strict=True):
                    if code:
                        found[column.value(code).decode("utf-8")] += count
        return found

    def _columns(self, field: str, docs: Array) -> Iterator[tuple[SegmentView, BytesColumn, Array]]:
        """Yield each segment with its column and the numbers in it of those of `docs` that it has."""
        for view in self._searcher.views:
            column = view.file.column(field)
            if isinstance(column, BytesColumn):
                yield view, column, view.inside(docs)

    def _releases(self, docs: Array) -> Array:
        """Return the number of the release of each document (int64)."""
        numbers: Array = self._searcher.numbers("sequence", docs) >> PASSAGE_BITS
        return numbers
