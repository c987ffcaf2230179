"""What is asked of an engine about time: passages by month, by string, before and since a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """What some passages are by month, in order (int64 each).

    `months` count from the year 0; -1, for no date, is the first where there is any. A release counts in one
    month; with reprints as one, in the first that any of them has.
    """

    months: Array
    passages: Array
    releases: Array
    characters: Array


@dataclass(frozen=True, slots=True)
class Uses:
    """Some of the passages that have a string, all of a release together (int64 each).

    `counts` is how often each has it, overlaps not counted; `published` is in microseconds, `months` count
    from the year 0, -1 for no date. `releases` has a number below that of all passages for the passages of
    each release, and `sources` the number of the source of each in `names`: its publisher where it states
    none, and the empty name for neither. `texts` returns the folded texts of some, by their places here.
    """

    docs: Array
    counts: Array
    published: Array
    months: Array
    sequence: Array
    releases: Array
    sources: Array
    names: Sequence[str]
    texts: Callable[[Array], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Sides:
    """The dated passages before a day and since: how many, and their characters; and the undated ones."""

    passages: tuple[int, int]
    characters: tuple[int, int]
    undated: int


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Some folded texts: their units (uint16), and where each begins in these (int64), then the end.

    `passages` (int64, 2 rows) is how many dated passages have each, before a day and since. `words` are
    those of two or four Chinese characters, with the passages of either side that have them.
    """

    units: Array
    starts: Array
    passages: Array
    words: tuple[Mapping[str, int], Mapping[str, int]]


class Timeline(Protocol):
    """Passages of a snapshot along time."""

    @property
    def is_folded(self) -> bool:
        """Whether what reprints share counts once, as the earliest of it."""
        ...

    def months(self) -> MonthCounts:
        """Return what there is by month."""
        ...

    def uses(self, text: str, *, with_texts: bool = False) -> Iterator[Uses]:
        """Yield the passages that have a string, once folded: in parts that fit into memory.

        Their texts may be asked for with `with_texts` only.
        """
        ...

    def sides(self, day: datetime) -> Sides:
        """Return what there is before a day and since."""
        ...

    def passages_of(self, texts: Sequence[str], day: datetime) -> Array:
        """Return how many dated passages before a day (first row) and since have each of some strings."""
        ...

    def blocks(self, day: datetime) -> Iterator[TextBlock]:
        """Yield all texts. Raises `NotOnClusterError` where they are too many to be read."""
        ...
