"""What all values have in common: their form in JSON, and dates as precise as a page states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date as calendar_date
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal, Protocol

Precision = Literal["month", "day", "minute", "second"]

_ISO_FORMATS: dict[Precision, str] = {
    "month": "%Y-%m",
    "day": "%Y-%m-%d",
    "minute": "%Y-%m-%dT%H:%M",
    "second": "%Y-%m-%dT%H:%M:%S",
}


class Plain:
    """Base of the values that the library returns: `to_dict` gives dicts, lists, texts and numbers."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return _fields_of(self)


def _fields_of(value: Any) -> dict[str, Any]:
    found = {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    for name in ("published", "date"):
        if f"{name}_precision" in found:
            found[name] = format_timestamp(getattr(value, name), getattr(value, f"{name}_precision"))
    return found


def as_plain(value: object) -> Any:
    """Return `value` as JSON can hold it: lists for tuples, texts for dates and paths."""
    if isinstance(value, Plain):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, calendar_date):
        return value.isoformat()
    return str(value) if isinstance(value, PurePath) else value


def format_timestamp(moment: datetime | None, precision: Precision | None) -> str | None:
    """Return ISO 8601 text with no more parts than `precision`: `2022-09-06T16:42`; `None` for none."""
    if moment is None or precision is None:
        return None
    return moment.strftime(_ISO_FORMATS[precision])


class Dated(Protocol):
    """A release, or a passage of one, with its effective date."""

    @property
    def date(self) -> datetime | None:
        """The effective date."""

    @property
    def date_precision(self) -> Precision | None:
        """How much of it is known."""


def is_earlier(one: Dated, other: Dated) -> bool:
    """Return whether a release is surely of an earlier date, as far as both are known; undated is latest."""
    if one.date is None or one.date_precision is None:
        return False
    if other.date is None or other.date_precision is None:
        return True
    precision = min(one.date_precision, other.date_precision, key=list(_ISO_FORMATS).index)
    form = _ISO_FORMATS[precision]
    return one.date.strftime(form) < other.date.strftime(form)
