from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from jsisa_search.web.pages.search_form import SearchForm, narrowed

_TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120).map(str.strip)


@given(
    _TYPED, st.lists(_TYPED.filter(bool), max_size=3, unique=True), st.sampled_from([None, "2022", "2022-03"])
)
def test_an_address_is_that_of_the_changed_form(q: str, source: list[str], since: str | None) -> None:
    """What an address says is read back as the form with its changes, on the first page."""
    form = SearchForm(q=q, source=tuple(source), since="2020", until="2023", synonyms=False, page=3)
    address = form.url(since=since)
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    assert SearchForm.of(QueryParams(pairs)) == replace(form, since=since or "", page=1)


def test_a_form_as_it_is_by_default_is_the_first_page() -> None:
    """Nothing is in the address that goes without saying, whatever is changed back."""
    form = SearchForm(q="网格", page=7, undated=True)
    assert form.url(q=None, undated=None) == "/"
    assert form.url(page=2) == "/?q=%E7%BD%91%E6%A0%BC&undated=1&page=2"


@pytest.mark.parametrize(
    ("query", "further", "expected"),
    [
        ("网格", "", "网格"),
        ("网格", "网格", "网格"),
        ("网格", "满意率", "网格 满意率"),
        ("网格 OR 平安", "满意率", "(网格 OR 平安) 满意率"),
        ("网格", "满意率|安全感", "网格 (满意率|安全感)"),
    ],
)
def test_a_search_within_results(query: str, further: str, expected: str) -> None:
    """What is typed below the results restricts them, alternatives as a whole."""
    assert narrowed(query, further) == expected
