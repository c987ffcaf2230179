"""What the names that editors give to elements say about their content."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jsisa_search.page.rules import load_rules

_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def role_of(tag: str, name: str) -> str | None:
    """Return what an element named `#id.class` is for: a role of `html.toml`, `None` where nothing tells."""
    for role, pattern in _tag_roles():
        if tag in pattern:
            return role
    if not name:
        return None
    lowered = name.lower()
    for role, expression in _name_roles():
        if expression.search(lowered):
            return role
    return None


@lru_cache(maxsize=4096)
def is_heading_name(name: str) -> bool:
    """Whether an element is named as those that set headings apart: `bjh-h3`, `.subtitle`, `.bold`."""
    return _heading_names().search(name.lower()) is not None


@cache
def _heading_names() -> re.Pattern[str]:
    return re.compile("|".join(load_rules("html")["heading_names"]))


@cache
def _tag_roles() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((role["role"], frozenset(role.get("tags", ()))) for role in load_rules("html")["roles"])


@cache
def _name_roles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    roles = load_rules("html")["roles"]
    return tuple((role["role"], re.compile("|".join(role["names"]))) for role in roles if role.get("names"))
