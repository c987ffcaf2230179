"""Patterns of dates in names of files and folders."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import ArgumentError
from jsisa_search.page.facts.date_evidence import Place
from jsisa_search.page.facts.date_pattern import parse_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "date"),
    [
        ("{year}{month}{day}.md", "/data/20240315.md", "2024-03-15 day"),
        ("{year}{month}{day}.md", "/data/20240315.txt", None),
        ("{year}-{month}-{day}*", "/data/2024-3-5 要闻.html", "2024-03-05 day"),
        ("*{day}.{month}.{year}.txt", "/data/要闻 5.3.2024.txt", "2024-03-05 day"),
        ("{year}/{month}-{day}.html", "/data/2024/03-15.html", "2024-03-15 day"),
        ("{year}/{month}-{day}.html", "/data/x/03-15.html", None),
        ("{year}/{month}/", "/data/2024/3/云浦日报/a.html", "2024-03 month"),
        ("第{year}年{month}期/", "/data/第2024年03期/a.html", "2024-03 month"),
        ("{year}{month}{day}.md", "/data/20240231.md", None),
        ("{year}/{month}/", "/a.html", None),
    ],
)
def test_a_pattern_reads_names(pattern: str, path: str, date: str | None) -> None:
    """Parts, text and * have to make up the whole name; folders match wherever they are above the file."""
    place = Place.of(path)
    stamp = parse_pattern(pattern).read(place.folders, place.name)
    form = "%Y-%m" if stamp and stamp.precision == "month" else "%Y-%m-%d"
    assert (stamp and f"{stamp.moment:{form}} {stamp.precision}") == date


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "one line of 1 to 200"),
        ("{month}{day}.md", "{year} is missing"),
        ("{year}{day}.md", "{month} is missing"),
        ("{year}{monat}.md", "{monat} is unknown"),
        ("{year}{month}{year}", "{year} stands in it twice"),
        ("{year}{month", "no partner"),
        ("{year}//{month}", "empty folder name"),
        ("../{year}{month}", "a . or .."),
        ("***{year}{month}", "more than 2 *"),
        ("{year}{month}\n", "one line"),
        ("{year}{month}" + "x" * 200, "one line of 1 to 200"),
    ],
)
def test_a_bad_pattern_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    """The message says what is wrong, and how patterns are written."""
    with pytest.raises(ArgumentError, match=r"write \{year\}") as error:
        parse_pattern(pattern)
    assert reason in str(error.value)


@given(st.text(max_size=60), st.text(alphabet="2024031/-x ", max_size=80))
def test_any_text_is_a_pattern_or_refused(pattern: str, path: str) -> None:
    """No pattern and no name does anything but match, not match, or be refused."""
    place = Place.of(path)
    try:
        parse_pattern(pattern + "{year}{month}").read(place.folders, place.name)
    except ArgumentError:
        return


def test_a_hostile_name_is_matched_in_no_time() -> None:
    """The time for a name that nearly matches stays small with as many * as a pattern may have."""
    pattern = parse_pattern("*{year}*{month}-{day}.md")
    started = time.process_time()
    for name in ("2024" * 75, "2024-12-" * 37, "20" * 150):
        assert pattern.read([], name) is None
    assert time.process_time() - started < 60
