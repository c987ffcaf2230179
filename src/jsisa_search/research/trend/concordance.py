"""A concordance: the occurrences of a wording as lines, with the text before and behind it (KWIC)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import numpy as np

from jsisa_search.analysis import FoldedText
from jsisa_search.model import Plain, Precision
from jsisa_search.schema import UNDATED
from jsisa_search.search.interface import Searcher
from jsisa_search.search.timeline import Uses

LineOrder = Literal["oldest", "newest", "left", "right"]

# Characters shown on either side.
_REACH = 30
# Characters that decide the order of lines by what is before or behind.
_COMPARED = 8
# Occurrences that are sorted together at least, before all but the first are dropped.
_LEAST_SORTED = 25_000


@dataclass(frozen=True, slots=True)
class ConcordanceLine(Plain):
    """One occurrence of a wording: the text before it, as it is written, and behind it.

    The rest says where it is: `id` is that of the release, `paragraph` and `line` the place in it.
    """

    left: str
    text: str
    right: str
    date: datetime | None
    date_precision: Precision | None
    source: str | None
    publisher: str | None
    title: str | None
    id: str
    path: str
    paragraph: int | None
    line: int


class Concordance:
    """Chooses occurrences of a folded string in an order: up to `limit` of all that are added.

    By date, undated passages are last; by the text behind or before, what is alike is together.
    """

    def __init__(self, folded: str, limit: int, order: LineOrder) -> None:
        self._folded, self._limit, self._order = folded, limit, order
        # In their order; the documents, or the occurrences with their places, are last in each.
        self._found: list[tuple[Any, ...]] = []

    @property
    def needs_texts(self) -> bool:
        """Whether texts decide the order."""
        return self._order in ("left", "right")

    def add(self, uses: Uses) -> None:
        """Add some passages; by what is beside the string, their texts are read."""
        if not self.needs_texts:
            self._found += self._by_date(uses)
            self._cut()
            return
        rows = np.arange(len(uses.docs))
        facts = zip(uses.sequence.tolist(), uses.docs.tolist(), uses.texts(rows), strict=True)
        for sequence, doc, text in facts:
            for at in places_of(self._folded, text):
                self._found.append((self._beside(text, at), sequence, at, doc))
            if len(self._found) > 4 * max(self._limit, _LEAST_SORTED):
                self._cut()
        self._cut()

    def lines(self, searcher: Searcher, path_of: Callable[[str], str]) -> tuple[ConcordanceLine, ...]:
        """Return the chosen occurrences."""
        docs = list(dict.fromkeys(found[-1] for found in self._found))
        texts = {}
        for doc in searcher.read_ahead(np.array(docs, np.int64)):
            stored = searcher.document(doc)
            texts[doc] = stored, FoldedText.of(stored["text"])
        lines = (
            _line(*texts[doc], range(at, at + len(self._folded)), path_of) for doc, at in self._places(texts)
        )
        return tuple(islice(lines, self._limit))

    def _places(self, texts: Mapping[int, tuple[Any, FoldedText]]) -> Iterator[tuple[int, int]]:
        """Yield the document of each occurrence, and its place in the folded text."""
        for *key, doc in self._found:
            if self.needs_texts:
                yield doc, key[-1]
            else:
                yield from ((doc, at) for at in places_of(self._folded, texts[doc][1].text))

    def _by_date(self, uses: Uses) -> Iterator[tuple[Any, ...]]:
        """Yield passages with what orders them; each has a line at least."""
        sign = 1 if self._order == "oldest" else -1
        is_dated = uses.published != UNDATED
        times = np.where(is_dated, sign * uses.published, 0)
        places = np.where(is_dated, sign * uses.sequence, uses.sequence)
        first = np.lexsort([places, times, ~is_dated])[: self._limit]
        for row in first.tolist():
            yield not is_dated[row], int(times[row]), int(places[row]), int(uses.docs[row])

    def _beside(self, text: str, at: int) -> str:
        """Return what decides the order of an occurrence: the text behind it, or that before it backwards."""
        if self._order == "left":
            return text[max(at - _COMPARED, 0) : at][::-1]
        end = at + len(self._folded)
        return text[end : end + _COMPARED]

    def _cut(self) -> None:
        self._found = sorted(self._found)[: self._limit]


def _line(
    stored: Mapping[str, Any], folded: FoldedText, place: range, path_of: Callable[[str], str]
) -> ConcordanceLine:
    """Return the occurrence at a place of the folded text of a document."""
    original: str = stored["text"]
    start, end = folded.original_range(place.start, place.stop)
    return ConcordanceLine(
        left=original[max(start - _REACH, 0) : start],
        text=original[start:end],
        right=original[end : end + _REACH],
        date=stored.get("published"),
        date_precision=stored.get("precision"),
        source=stored.get("source"),
        publisher=stored.get("publisher"),
        title=stored.get("title"),
        id=stored["release"],
        path=path_of(stored["path"]),
        paragraph=stored.get("paragraph"),
        line=stored["line"],
    )


def places_of(wanted: str, folded: str) -> Iterator[int]:
    """Yield where a string begins in a folded text, overlaps not counted."""
    at = folded.find(wanted)
    while at >= 0:
        yield at
        at = folded.find(wanted, at + len(wanted))
