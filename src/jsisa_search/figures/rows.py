"""Figures as rows of an index, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from struct import Struct
from typing import Any

from numpy.typing import NDArray

from jsisa_search.figures.figure import Bound, Figure
from jsisa_search.figures.rules import Kind
from jsisa_search.figures.units import units
from jsisa_search.model import Range
from jsisa_search.schema import FIGURE_NUMBERS

#: Kinds and bounds by their numbers in `traits`: the kind is in bits 0 and 1, the bound in bits 2 and 3. Then
#: come bits for up (4), down (5), a range (6), a period that was resolved by the date of the release (7), and
#: a doubtful name (8).
KINDS: tuple[Kind, ...] = ("level", "change", "rank", "share")
BOUNDS: tuple[Bound, ...] = ("", "about", "more", "less")

_CODES = {"<f8": "d", "<u2": "H", "<u4": "I"}
_ROW = Struct("<" + "".join(_CODES[dtype] for _, dtype in FIGURE_NUMBERS))


def pack(figures: Iterable[Figure]) -> bytes:
    """Return figures as the value of the column `figures`."""
    return b"".join(_packed(figure) for figure in figures)


def _packed(figure: Figure) -> bytes:
    traits = KINDS.index(figure.kind) | BOUNDS.index(figure.bound) << 2
    traits |= (figure.direction > 0) << 4 | (figure.direction < 0) << 5
    traits |= figure.is_range << 6 | figure.is_relative << 7 | figure.is_doubtful << 8
    return _ROW.pack(
        figure.value,
        figure.unit.number,
        traits,
        *figure.span,
        *(figure.indicator or (0, 0)),
        *(figure.place or (0, 0)),
        *(figure.period or (0, 0)),
        figure.first.toordinal() if figure.first else 0,
        figure.last.toordinal() if figure.last else 0,
    )


def unpack(rows: NDArray[Any]) -> Iterator[Figure]:
    """Yield the figures of rows; a number that no version has written reads as none."""
    by_number = units().by_number
    for value, unit, traits, start, end, *rest in rows.tolist():
        yield Figure(
            value=value,
            unit=by_number.get(unit, by_number[0]),
            span=(start, end),
            indicator=_range(*rest[0:2]),
            place=_range(*rest[2:4]),
            period=_range(*rest[4:6]),
            first=_day(rest[6]),
            last=_day(rest[7]),
            kind=KINDS[traits & 3],
            direction=(traits >> 4 & 1) - (traits >> 5 & 1),
            bound=BOUNDS[traits >> 2 & 3],
            is_range=bool(traits >> 6 & 1),
            is_relative=bool(traits >> 7 & 1),
            is_doubtful=bool(traits >> 8 & 1),
        )


def _range(start: int, end: int) -> Range | None:
    return (start, end) if end > start else None


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else None
