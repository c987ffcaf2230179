"""Dates as people type them: 2022, 2022-09, 2022-09-06, 2022年9月."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time

from jsisa_search.analysis import fold
from jsisa_search.errors import QueryError

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


@dataclass(frozen=True, slots=True)
class Period:
    """The time from the first moment of a typed date to its last, both included."""

    first: datetime
    last: datetime


def parse_period(text: str) -> Period:
    """Return the period that `text` names.

    Raises `QueryError` when it names none.
    """
    match = _DATE.fullmatch(fold(text).strip())
    if match is None:
        raise QueryError(f"“{text}” is not a date; write it like 2022, 2022-09, 2022-09-06 or 2022年9月")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = datetime(year or 0, month or 1, day or 1)
        last_month = month or 12
        last_day = day or monthrange(first.year, last_month)[1]
        return Period(first, datetime.combine(datetime(first.year, last_month, last_day), time.max))
    except ValueError as error:
        raise QueryError(f"“{text}” is not a date in the calendar; check its month and day") from error
