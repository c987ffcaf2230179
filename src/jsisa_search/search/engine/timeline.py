"""The passages of an index along time, on arrays: which count, when they were published, how long they are.

Everything is an array over the counted passages, made once for a snapshot and some filters. A wording is then
counted by table lookups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.codec.segment.texts import ASTRAL
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.query.custom_queries import Literal
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.evaluation.substring import folded_text
from jsisa_search.search.engine.matches import FIRST_DAY
from jsisa_search.search.interface import Reprints
from jsisa_search.search.timeline import MonthCounts, Sides, TextBlock, Uses

if TYPE_CHECKING:
    from jsisa_search.codec.segment.postings import FieldPostings
    from jsisa_search.search.engine.execution import Execution
    from jsisa_search.search.engine.searcher import ArraySearcher
    from jsisa_search.search.engine.segment_view import SegmentView

Array = NDArray[Any]

# NumPy counts months from 1970.
_MONTHS_BEFORE_1970 = 1970 * 12
# The side on which a passage counts; 0 is neither.
_SIDES = (1, 2)
# Lengths in UTF-8 of two and four Chinese characters.
_WORD_BYTES = (6, 12)
_SET_WORD = re.compile("[\u3400-\u9fff]{2}|[\u3400-\u9fff]{4}")


def months_of(published: Array) -> Array:
    """Return the months of times in microseconds (int64), from the year 0; -1 for no date."""
    moments = (FIRST_DAY + published.astype("timedelta64[us]")).astype("datetime64[M]")
    return np.where(published == UNDATED, -1, moments.astype(np.int64) + _MONTHS_BEFORE_1970)


def microseconds_of(day: datetime) -> int:
    """Return a time as the column `published` has it."""
    return int((np.datetime64(day, "us") - FIRST_DAY) // np.timedelta64(1, "us"))


class ArrayTimeline:
    """The passages that count, by document number; see `search.interface.Timeline`.

    `docs` (int64, ascending); for each of them, by its row: `published` (int64, microseconds), `sequence`
    (int64), `months` (int64), `characters` (int32, folded), and `releases` (int64), a number that the
    passages of one release share, and with reprints as one those of its family.
    """

    def __init__(self, searcher: ArraySearcher, passing: wq.Query | None, reprints: Reprints | None) -> None:
        """Take the passages that match `passing`; of those that reprints share, the earliest."""
        docs = searcher.documents(PASSAGES, passing=passing)
        published, sequence = searcher.numbers("published", docs), searcher.numbers("sequence", docs)
        releases = sequence >> PASSAGE_BITS
        if reprints is not None:
            family = reprints.family_of(docs).astype(np.int64)
            releases = np.where(family > 0, -family, releases)
            kept = earliest_of_each(reprints.group_of(docs), published, sequence)
            docs, published, sequence, releases = (
                each[kept] for each in (docs, published, sequence, releases)
            )
        self._searcher = searcher
        self.is_folded = reprints is not None
        self.docs, self.published, self.sequence = docs, published, sequence
        self.releases = np.unique(releases, return_inverse=True)[1].reshape(-1)
        self.characters = _characters(searcher, docs)
        self._months = months_of(published)
        self._rows = np.full(sum(view.doc_count for view in searcher.views), -1, np.int32)
        self._rows[docs] = np.arange(len(docs), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.docs)

    @cached_property
    def _counts(self) -> MonthCounts:
        months, index = np.unique(self._months, return_inverse=True)
        index = index.reshape(-1)
        # What has no date comes last: a family that has one is of that month.
        late = np.where(self._months < 0, len(months), index)
        keys = np.sort(self.releases * (len(months) + 1) + late)
        is_first = np.ones(len(keys), np.bool_)
        is_first[1:] = keys[1:] // (len(months) + 1) != keys[:-1] // (len(months) + 1)
        releases = np.bincount(keys[is_first] % (len(months) + 1), minlength=len(months) + 1)
        if len(months) and months[0] < 0:
            releases[0] = releases[-1]
        return MonthCounts(
            months,
            np.bincount(index, minlength=len(months)),
            releases[: len(months)],
            np.bincount(index, self.characters, len(months)).astype(np.int64),
        )

    def months(self) -> MonthCounts:
        """Return what there is by month; cached."""
        return self._counts

    def uses(self, text: str, *, with_texts: bool = False) -> Iterator[Uses]:  # noqa: ARG002
        """Yield all passages that have a string at once; texts are there anyway."""
        execution = self._searcher.execution()
        rows = self._rows_of(execution, text)
        names, sources = self._names
        yield Uses(
            docs=self.docs[rows],
            counts=execution.occurrences_in("text", text, self.docs[rows]),
            published=self.published[rows],
            months=self._months[rows],
            sequence=self.sequence[rows],
            releases=self.releases[rows],
            sources=sources[rows],
            names=names,
            texts=lambda places: folded_texts(self._searcher, self.docs[rows[places]]),
        )

    def sides(self, day: datetime) -> Sides:
        """Return what there is before a day and since."""
        rows = self._sides(day)
        before, later = rows.sum(axis=1).tolist()
        characters = (rows @ self.characters.astype(np.int64)).tolist()
        undated = int((self.published == UNDATED).sum())
        return Sides((before, later), (characters[0], characters[1]), undated)

    def passages_of(self, texts: Sequence[str], day: datetime) -> Array:
        """Return how many dated passages before a day (first row) and since have each of some strings."""
        sides = self._sides(day)
        execution = self._searcher.execution()
        counts = [sides[:, self._rows_of(execution, text)].sum(axis=1) for text in texts]
        return np.array(counts, np.int64).reshape(-1, 2).T

    def blocks(self, day: datetime) -> Iterator[TextBlock]:
        """Yield the texts of each segment; those that several passages share are counted for each."""
        before, later = self._sides(day)
        sides = np.zeros(len(self._rows), np.uint8)
        sides[self.docs] = np.where(later, _SIDES[1], np.where(before, _SIDES[0], 0))
        for view in self._searcher.views:
            texts = view.file.texts("text")
            if texts is not None and len(texts):
                of_docs = sides[view.base : view.base + view.doc_count]
                rows = texts.rows[:].astype(np.int64)
                passages = np.stack(
                    [np.bincount(rows[of_docs == side], minlength=len(texts) + 1)[1:] for side in _SIDES]
                )
                words = _words(view, of_docs)
                yield TextBlock(texts.units, texts.starts, passages, words)

    def _sides(self, day: datetime) -> Array:
        """Return which passages are of before a day (first row), and which since (bool)."""
        is_dated, is_late = self.published != UNDATED, self.published >= microseconds_of(day)
        return np.stack([is_dated & ~is_late, is_dated & is_late])

    def _rows_of(self, execution: Execution, text: str) -> Array:
        """Return the rows that have a string (int64, ascending)."""
        rows: Array = self._rows.take(execution.documents(Literal("text", text)))
        return rows[rows >= 0].astype(np.int64)

    @cached_property
    def _names(self) -> tuple[list[str], Array]:
        """The names of those who publish, and the number of the one of each row (int64)."""
        names: dict[str, int] = {"": 0}
        numbers = np.zeros(len(self), np.int64)
        # Where no source is stated, the publisher speaks for itself.
        for field in ("source", "publisher"):
            for view in self._searcher.views:
                column = view.file.column(field)
                if isinstance(column, BytesColumn):
                    values = ["", *(value.decode("utf-8") for value in column.distinct())]
                    known = np.array([names.setdefault(value, len(names)) for value in values])
                    first, last = self.docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
                    found = known[column.codes[self.docs[first:last] - view.base]]
                    numbers[first:last] = np.where(numbers[first:last] > 0, numbers[first:last], found)
        return list(names), numbers


def folded_texts(searcher: ArraySearcher, docs: Array) -> Iterator[str]:
    """Yield the folded text of each of `docs` (int64, ascending), all of which have one."""
    for view in searcher.views:
        texts = view.file.texts("text")
        if texts is None:
            continue
        for number in (texts.rows[view.inside(docs)].astype(np.int64) - 1).tolist():
            units = texts.units[int(texts.starts[number]) : int(texts.starts[number + 1])]
            text = units.tobytes().decode("utf-16-le", "surrogatepass")
            yield folded_text(texts, number) if chr(ASTRAL) in text else text


def _words(view: SegmentView, sides: Array) -> tuple[dict[str, int], dict[str, int]]:
    """Return for each side the words of two or four Chinese characters with the number of its documents."""
    field = view.file.field("text")
    if field is None:
        return {}, {}
    starts = np.asarray(field.starts).astype(np.int64)
    of_postings = sides[field.all_docs()]
    numbers, words = view.file.derived(_SetWords).of(field)
    found = []
    for side in _SIDES:
        sums = np.append(0, (of_postings == side).cumsum(dtype=np.uint32))
        counts = (sums[starts[numbers + 1]] - sums[starts[numbers]]).tolist()
        found.append({word: count for word, count in zip(words, counts, strict=True) if count})
    return found[0], found[1]


class _SetWords:
    """The words of two or four Chinese characters of a segment, kept beside it: reading all takes a while."""

    def __init__(self) -> None:
        self._found: tuple[Array, list[str]] | None = None

    def of(self, field: FieldPostings) -> tuple[Array, list[str]]:
        """Return the numbers of their terms (int64), and the words."""
        if self._found is None:
            numbers, words = [], []
            for number, term in enumerate(field.terms.as_list()):
                if len(term) in _WORD_BYTES and is_set_word(word := term.decode("utf-8")):
                    numbers.append(number)
                    words.append(word)
            self._found = np.array(numbers, np.int64), words
        return self._found


def is_set_word(word: str) -> bool:
    """Return whether a word is of two or four Chinese characters."""
    return _SET_WORD.fullmatch(word) is not None


def earliest_of_each(groups: Array, published: Array, sequence: Array) -> Array:
    """Return which of some passages are in no group, or the first of it in time (int64, ascending)."""
    is_kept = groups == 0
    grouped = np.flatnonzero(~is_kept)
    keys = [sequence[grouped], published[grouped], published[grouped] == UNDATED, groups[grouped]]
    order = np.lexsort(keys)
    ordered = groups[grouped][order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    is_kept[grouped[order[is_first]]] = True
    return np.flatnonzero(is_kept)


def _characters(searcher: ArraySearcher, docs: Array) -> Array:
    """Return the length of the folded text of each of `docs` (int32)."""
    lengths = np.zeros(len(docs), np.int32)
    for view in searcher.views:
        texts = view.file.texts("text")
        first, last = docs.searchsorted((view.base, view.base + view.doc_count)).tolist()
        if texts is not None and first < last:
            of_rows = np.concatenate([[0], np.diff(texts.starts.astype(np.int64))])
            lengths[first:last] = of_rows[texts.rows.take(docs[first:last] - view.base)]
    return lengths
