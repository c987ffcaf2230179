from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import QueryError
from jsisa_search.query import parse_period, parse_period_range


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
        ("2022年9月6号", "2022-09-06", "2022-09-06"),
        ("20220906", "2022-09-06", "2022-09-06"),
        ("二〇二二年十一月三日", "2022-11-03", "2022-11-03"),
        ("二零二二年十月三十一日", "2022-10-31", "2022-10-31"),
        ("2022上半年", "2022-01-01", "2022-06-30"),
        ("2022年下半年", "2022-07-01", "2022-12-31"),
        ("2022年第三季度", "2022-07-01", "2022-09-30"),
        ("2022三季度", "2022-07-01", "2022-09-30"),
        ("2022年1季度", "2022-01-01", "2022-03-31"),
        ("2022Q4", "2022-10-01", "2022-12-31"),
        ("2022-q2", "2022-04-01", "2022-06-30"),
    ],
)
def test_a_date_names_a_period_from_its_first_to_its_last_moment(
    typed: str, first: str, last_day: str
) -> None:
    """Years and their parts, months and days are read in Western and Chinese form."""
    period = parse_period(typed)
    assert period.first == datetime.fromisoformat(first)
    assert period.last == datetime.fromisoformat(f"{last_day}T23:59:59.999999")


@pytest.mark.parametrize(
    "typed",
    ["", "去年", "22-9", "2022-13", "2022-02-30", "0000", "2022-09-06-01", "2022Q5", "2022-0", "20221301"],
)
def test_what_is_no_date_is_told_so(typed: str) -> None:
    """The message names what was typed."""
    with pytest.raises(QueryError, match="is not a date"):
        parse_period(typed)


@pytest.mark.parametrize(
    ("typed", "first", "last_day"),
    [
        ("2022-09..2023-01", "2022-09-01", "2023-01-31"),
        ("2022 .. 2023", "2022-01-01", "2023-12-31"),
        ("２０２２．．２０２３", "2022-01-01", "2023-12-31"),
        ("2022年9月至2023年1月", "2022-09-01", "2023-01-31"),
        ("2022-09-06~2022-09-08", "2022-09-06", "2022-09-08"),
        ("2022年1月至6月", "2022-01-01", "2022-06-30"),
        ("2022年1-6月", "2022-01-01", "2022-06-30"),
        ("2022年9月6日到8日", "2022-09-06", "2022-09-08"),
        ("2022上半年..2023Q1", "2022-01-01", "2023-03-31"),
        ("2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_a_range_goes_from_the_first_of_two_periods_to_the_last(
    typed: str, first: str, last_day: str
) -> None:
    """The second date may leave off what it shares with the first."""
    period = parse_period_range(typed)
    assert period.first == datetime.fromisoformat(first)
    assert period.last == datetime.fromisoformat(f"{last_day}T23:59:59.999999")


def test_a_range_may_lack_an_end() -> None:
    """What is missing is as early or as late as can be."""
    assert parse_period_range("..2022").first == datetime.min
    assert parse_period_range("2022..").last == datetime.max


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("..", "“..” is not a date"),
        ("2023..2022", "nothing lies in “2023..2022”; swap"),
        ("2022..昨天", "“昨天” is not a date"),
        ("2022..2022-02-30", "not a date in the calendar"),
        ("2021..2022..2023", "is not a date"),
    ],
)
def test_what_is_no_range_is_told_so(typed: str, message: str) -> None:
    """The message names the part that is wrong."""
    with pytest.raises(QueryError, match=message):
        parse_period_range(typed)


@given(st.text(max_size=20) | st.text(st.sampled_from("20129-./年月日上下半第季度q..至十〇一 "), max_size=20))
def test_any_text_is_a_date_or_a_query_error(typed: str) -> None:
    """Nothing else is raised."""
    for parse in (parse_period, parse_period_range):
        try:
            period = parse(typed)
        except QueryError:
            continue
        assert period.first <= period.last


@pytest.mark.parametrize("typed", ["2022-01—2022-06", "2022-01～2022-06", "2022-01~2022-06"])
def test_any_range_mark_separates_two_dates(typed: str) -> None:
    """Dashes and tildes between two dates make a range, though they fold to the hyphen inside a date."""
    assert parse_period_range(typed) == parse_period_range("2022-01..2022-06")
