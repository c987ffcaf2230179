"""The knowledge of the page readers, loaded from the files in `data/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any


def read_data(name: str) -> str:
    """Return the text of a data file of this package."""
    return (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")


@cache
def load_rules(name: str) -> dict[str, Any]:
    """Return the content of `data/<name>.toml`; it is read once and must not be altered."""
    return tomllib.loads(read_data(f"{name}.toml"))


@cache
def compile_patterns(name: str, *keys: str) -> re.Pattern[str]:
    """Return one expression for the alternatives in a list of `data/<name>.toml`; use it with `fullmatch`."""
    rules: Any = load_rules(name)
    for key in keys:
        rules = rules[key]
    return re.compile("|".join(f"(?:{pattern})" for pattern in rules))


@cache
def compile_search(name: str, *keys: str) -> re.Pattern[str]:
    """Return the expression under `keys` in `data/<name>.toml`; use it with `search` or `match`."""
    rules: Any = load_rules(name)
    for key in keys:
        rules = rules[key]
    return re.compile(rules)


def any_of(words: Iterable[str]) -> str:
    """Return an expression for one of `words`, the longest first, so that no word hides a longer one."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
