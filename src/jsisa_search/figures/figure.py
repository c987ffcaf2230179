"""A figure of a text, and what a release says of all its figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jsisa_search.figures.rules import Kind
from jsisa_search.figures.units import Unit
from jsisa_search.model import Range

Bound = Literal["", "about", "more", "less"]

_STATISTICAL = re.compile(r"公报|统计|经济运行|季度|年报|年度报告")
_TITLE_YEAR = re.compile(r"((?:19|20)\d\d)年")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a release says of all its figures: its date, and the year that it reports, if it does."""

    day: date | None = None
    title_year: int | None = None
    is_statistical: bool = False

    @classmethod
    def of(cls, title: str | None, day: date | None) -> Setting:
        """Read the title of a release."""
        year = _TITLE_YEAR.search(title) if title else None
        is_report = title is not None and _STATISTICAL.search(title) is not None
        return cls(day, int(year[1]) if year else None, is_report)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text. Ranges are into the text; `None` where it does not say.

    `first` and `last` are the days of the period, `None` where it can't be resolved. The indicator may stand
    in an earlier sentence. `is_relative`: the period was resolved by what the release says. `is_doubtful`:
    the words leave it open what is measured, and the indicator is but the likeliest.
    """

    value: float
    unit: Unit
    span: Range
    indicator: Range | None
    place: Range | None
    period: Range | None
    first: date | None
    last: date | None
    kind: Kind = "level"
    direction: int = 0
    bound: Bound = ""
    is_range: bool = False
    is_relative: bool = False
    is_doubtful: bool = False
