"""The page on the query language: every line of it is an example that runs."""

from __future__ import annotations

import re

import pytest

from jsisa_search.query import describe, parse_query
from jsisa_search.query.parser.notation import fields, operators
from tests.documentation import read

PAGE, PAGE_ZH = "docs/query-language.md", "docs/query-language.zh.md"

_ROW = re.compile(r"^\| `(.+?)` \| (.+) \| `(.+?)` \|$", re.MULTILINE)


def examples(page: str) -> list[tuple[str, str, bool]]:
    """Return of each row of the tables what is typed, how it is read, and whether with a note."""
    understood, _, rest = read(page).rpartition("\n## ")
    return [
        (typed.replace("\\|", "|"), reading, text is rest)
        for text in (understood, rest)
        for typed, _, reading in _ROW.findall(text)
    ]


@pytest.mark.parametrize(("typed", "reading", "has_note"), examples(PAGE))
def test_every_example_is_read_as_the_page_says(typed: str, reading: str, has_note: bool) -> None:
    """The third column is the reading; only the last table is of what is not understood."""
    query = parse_query(typed)
    assert describe(query.tree) == reading
    assert bool(query.notes) == has_note


def test_every_row_is_an_example() -> None:
    """No row escapes the test for its form."""
    rows = re.findall(r"^\|(?!---)(?! query ).+\|$", read(PAGE), re.MULTILINE)
    assert len(rows) == len(examples(PAGE)) > 50


def test_both_languages_have_the_same_examples() -> None:
    """The Chinese page differs in its prose only."""
    assert examples(PAGE_ZH) == examples(PAGE)
    assert re.findall("^#+ ", read(PAGE_ZH), re.MULTILINE) == re.findall("^#+ ", read(PAGE), re.MULTILINE)


@pytest.mark.parametrize("page", [PAGE, PAGE_ZH])
def test_every_operator_and_field_is_on_the_page(page: str) -> None:
    """Of each field at least one Chinese and one English name."""
    text = read(page)
    assert all(word in text for word in operators())
    for field in set(fields().values()):
        names = [name for name in fields() if fields()[name] == field and f"{name}:" in text]
        assert any(name.isascii() for name in names), field
        assert any(not name.isascii() for name in names), field
