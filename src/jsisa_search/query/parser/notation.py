"""Operators, field names, quotation marks and brackets, loaded from `data/syntax.toml`."""

from __future__ import annotations

import re
from functools import cache, partial

from jsisa_search.package_data import load_toml

load_syntax = partial(load_toml, "jsisa_search.query", "syntax")


@cache
def operators() -> dict[str, str]:
    """Return the operator (`AND`, `OR`, `NOT`) that each word means."""
    table: dict[str, list[str]] = load_syntax()["operators"]
    return {word: operator for operator, words in table.items() for word in words}


@cache
def fields() -> dict[str, str]:
    """Return the field that each folded name means."""
    table: dict[str, list[str]] = load_syntax()["fields"]
    return {name: field for field, names in table.items() for name in names}


@cache
def closing_marks() -> dict[str, str]:
    """Return the mark that closes what each quotation mark opens."""
    return dict(load_syntax()["quotes"]["pairs"])


@cache
def document_number() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """Return the expression for the bracketed year of a folded document number, and the pairs of brackets."""
    rules = load_syntax()["document_number"]
    return re.compile(rules["pattern"]), tuple((pair[0], pair[1]) for pair in rules["brackets"])
