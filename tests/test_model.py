"""Values of the library: the effective date of a release, and what `to_dict` makes of dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from jsisa_search import Release

BARE: dict[str, Any] = dict.fromkeys(
    (
        "title", "title_line", "published", "published_precision", "source", "publisher", "author", "views",
        "document_number", "url",
    )
)  # fmt: skip
STATED = {"published": datetime(2024, 3, 15, 9, 30), "published_precision": "minute"}
INFERRED = {"date": datetime(2022, 9, 6), "date_precision": "day", "date_from": "file name"}


def release(**facts: Any) -> Release:
    """Return a release without a text."""
    return Release(path="a.txt", sections=(), **BARE | facts)


@pytest.mark.parametrize(
    ("facts", "shown", "origin"),
    [
        ({}, None, None),
        (STATED, "2024-03-15T09:30", "page"),
        ({"dated": date(2024, 3, 10)}, "2024-03-10", "signature"),
        (INFERRED, "2022-09-06", "file name"),
        (STATED | {"dated": date(2024, 3, 10)} | INFERRED, "2024-03-15T09:30", "page"),
        ({"dated": date(2024, 3, 10)} | INFERRED, "2024-03-10", "signature"),
        (INFERRED | {"date_from": None}, None, None),
    ],
)
def test_the_effective_date_agrees_with_what_is_stated(
    facts: dict[str, Any], shown: str | None, origin: str | None
) -> None:
    """What the page says comes first, then the date of the document, then other evidence."""
    fields = release(**facts).to_dict()
    assert (fields["date"], fields["date_from"]) == (shown, origin)


def test_replacing_what_is_stated_replaces_the_effective_date() -> None:
    """They can't disagree, whatever is replaced."""
    stated = release(**STATED)
    assert replace(stated, published=datetime(2020, 1, 1)).date == datetime(2020, 1, 1)
    assert replace(stated, published=None).date_from is None


def test_days_are_written_as_days() -> None:
    """`dated` and `saved` are days in `to_dict`, and `None` where unknown."""
    fields = release(dated=date(2024, 3, 10)).to_dict()
    assert (fields["dated"], fields["saved"]) == ("2024-03-10", None)
