"""What the page of wordings through time is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self, get_args
from urllib.parse import urlencode

from jsisa_search.export.trends import Measure
from jsisa_search.research.trend.concordance import LineOrder
from jsisa_search.research.trend.timeline import PeriodUnit
from jsisa_search.web.pages.study_form import StudyForm

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

# Several wordings in one field: separated by blanks and marks, or in quotation marks.
_WORDING = re.compile(r"[“\"「]([^”\"」]+)[”\"」]|([^\s，,、；;“”\"「」]+)")

_CHOICES = {"by": get_args(PeriodUnit), "measure": get_args(Measure), "order": get_args(LineOrder)}

# What the choice of a year and a month gives.
_YEAR = re.compile(r"[0-9]{4}")
_MONTH_NAMES = tuple(f"{month:02d}" for month in range(1, 13))

# The months of a quarter.
_MONTHS = {"Q1": ("01", "03"), "Q2": ("04", "06"), "Q3": ("07", "09"), "Q4": ("10", "12")}


@dataclass(frozen=True, slots=True)
class TrendForm(StudyForm):
    """What the page was asked for; every field is text as it was typed, or a choice ("" for none)."""

    folder: str = ""
    by: str = ""
    measure: str = "per_million"
    order: str = "newest"
    fold: str = "1"
    new: str = ""

    @classmethod
    def of(cls, parameters: QueryParams) -> Self:
        """Read the parameters of an address; what is no valid choice counts as not given."""
        found = cls.typed(parameters)
        for name, choices in _CHOICES.items():
            if found[name] not in choices:
                del found[name]
        month = str(parameters.get("month", ""))
        if _YEAR.fullmatch(found["new"]) and month in _MONTH_NAMES:
            found["new"] += f"-{month}"
        return cls(**found)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folder that it is restricted to, if it is."""
        return (self.folder,) if self.folder else ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """The wordings in the field, each once."""
        found = (each[1] or each[2] for each in _WORDING.finditer(self.q))
        return tuple(dict.fromkeys(text.strip() for text in found if text.strip()))

    def search_url(self, wording: str, period: str = "") -> str:
        """Return the address of a search for a wording, within a period if one is given."""
        since, until = _bounds(period) if period else (self.since, self.until)
        pairs = {
            "q": f"“{wording}”",
            "source": self.source,
            "folder": self.folder,
            "since": since,
            "until": until,
        }
        return f"/?{urlencode({name: text for name, text in pairs.items() if text})}"

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """The fields, with what was typed, that the form of new phrases passes on."""
        shown = ("new", "source", "folder")
        names = (each.name for each in fields(self) if each.name not in shown)
        return tuple((name, getattr(self, name)) for name in names if getattr(self, name))


def _bounds(period: str) -> tuple[str, str]:
    """Return the first and the last month of a period, or the period itself."""
    year, _, part = period.partition("-")
    if part in _MONTHS:
        first, last = _MONTHS[part]
        return f"{year}-{first}", f"{year}-{last}"
    return period, period
