from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import QueryError
from jsisa_search.query import parse_period


@pytest.mark.parametrize(
    ("typed", "first", "last_day"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022年", "2022-01-01", "2022-12-31"),
        ("2022-09", "2022-09-01", "2022-09-30"),
        ("2022年9月", "2022-09-01", "2022-09-30"),
        ("2024/2", "2024-02-01", "2024-02-29"),
        ("2022-09-06", "2022-09-06", "2022-09-06"),
        ("2022年9月6日", "2022-09-06", "2022-09-06"),
        ("２０２２．９．６", "2022-09-06", "2022-09-06"),
    ],
)
def test_a_date_names_a_period_from_its_first_to_its_last_moment(
    typed: str, first: str, last_day: str
) -> None:
    """Years, months and days are read in Western and Chinese form."""
    period = parse_period(typed)
    assert period.first == datetime.fromisoformat(first)
    assert period.last == datetime.fromisoformat(f"{last_day}T23:59:59.999999")


@pytest.mark.parametrize("typed", ["", "去年", "22-9", "2022-13", "2022-02-30", "0000", "2022-09-06-01"])
def test_what_is_no_date_is_told_so(typed: str) -> None:
    """The message names what was typed."""
    with pytest.raises(QueryError, match="is not a date"):
        parse_period(typed)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_query_error(typed: str) -> None:
    """Nothing else is raised."""
    try:
        period = parse_period(typed)
    except QueryError:
        return
    assert period.first <= period.last
