"""Words, patterns and thresholds of the page readers, loaded from the files in `data/`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, partial
from typing import Any

from jsisa_search import package_data
from jsisa_search.package_data import load_toml

_PACKAGE = "jsisa_search.page"

#: Returns the text of `data/<name>`.
read_data = partial(package_data.read_data, _PACKAGE)

#: Returns the content of `data/<name>.toml`, which is read once and must not be altered.
load_rules = partial(load_toml, _PACKAGE)


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
