"""A concordance: the occurrences of a wording as lines, with the text before and behind it (KWIC)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import FoldedText
from jsisa_search.model import Plain, Precision
from jsisa_search.research.trend.contexts import folded_texts, places_of
from jsisa_search.research.trend.timeline import Timeline
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]
LineOrder = Literal["oldest", "newest", "left", "right"]

# Characters shown on either side.
_REACH = 30
# Characters that decide the order of lines by what is before or behind.
_COMPARED = 8


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


@dataclass(frozen=True, slots=True)
class LineRequest:
    """How many lines of a concordance, and in which order."""

    limit: int
    order: LineOrder


def concordance(
    searcher: ArraySearcher,
    timeline: Timeline,
    folded: str,
    rows: Array,
    request: LineRequest,
    path_of: Callable[[str], str],
) -> tuple[ConcordanceLine, ...]:
    """Return occurrences of a folded string in the passages of some rows (int64, ascending), in an order.

    By date, undated passages are last; by the text behind or before, what is alike is together.
    """
    places = _by_date if request.order in ("oldest", "newest") else _by_neighbours
    lines = []
    for row, at in places(searcher, timeline, folded, rows, request):
        lines.append(_line(searcher, int(timeline.docs[row]), folded, at, path_of))
        if len(lines) == request.limit:
            break
    return tuple(lines)


def _by_date(
    searcher: ArraySearcher, timeline: Timeline, folded: str, rows: Array, request: LineRequest
) -> Iterator[tuple[int, int]]:
    dated = timeline.in_time(rows)
    dated = dated if request.order == "oldest" else dated[::-1]
    # A passage has at least one line.
    for row in np.concatenate([dated, np.setdiff1d(rows, dated)])[: request.limit].tolist():
        (text,) = folded_texts(searcher, timeline.docs[[row]])
        for at in places_of(folded, text):
            yield row, at


def _by_neighbours(
    searcher: ArraySearcher, timeline: Timeline, folded: str, rows: Array, request: LineRequest
) -> Iterator[tuple[int, int]]:
    found: list[tuple[str, int, int]] = []
    for row, text in zip(rows.tolist(), folded_texts(searcher, timeline.docs[rows]), strict=True):
        for at in places_of(folded, text):
            end = at + len(folded)
            before = text[max(at - _COMPARED, 0) : at][::-1]
            found.append((before if request.order == "left" else text[end : end + _COMPARED], row, at))
    for _, row, at in sorted(found):
        yield row, at


def _line(
    searcher: ArraySearcher, doc: int, folded: str, at: int, path_of: Callable[[str], str]
) -> ConcordanceLine:
    """Return the occurrence at a place of the folded text of a document."""
    stored = searcher.document(doc)
    original: str = stored["text"]
    start, end = FoldedText.of(original).original_range(at, at + len(folded))
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
