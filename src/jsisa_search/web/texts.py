"""The words of the pages: one catalogue per language, and the language that a browser asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from jsisa_search.package_data import load_toml

LANGUAGES = ("zh", "en")

#: The language of the library's messages on a page of each.
MESSAGES = {"zh": "zh_CN", "en": "en"}

_RANGE = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=\s*([0-9.]{1,5}))?\s*")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the texts of a language by their names (`search.button`)."""
    tables = load_toml("jsisa_search.web", language)
    return {f"{table}.{name}": text for table, texts in tables.items() for name, text in texts.items()}


def placeholders(text: str) -> set[str]:
    """Return the names of what is filled into a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def preferred_language(accepted: str) -> str:
    """Return the language for an Accept-Language header: Chinese unless English is preferred to it."""
    weights: dict[str, float] = {}
    for part in accepted[:500].split(","):
        if found := _RANGE.fullmatch(part):
            try:
                weight = float(found[2]) if found[2] else 1.0
            except ValueError:
                continue
            weights.setdefault(found[1].lower(), weight)
    chinese = weights.get("zh", weights.get("*", 0.0))
    return "en" if weights.get("en", 0.0) > chinese else "zh"


class Texts:
    """The texts of one language; call it with a name and what is to be filled in."""

    def __init__(self, language: str) -> None:
        """Use one of `LANGUAGES`."""
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, name: str, **values: object) -> str:
        """Return a text; numbers have separators of thousands."""
        shown = {
            key: f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
            for key, value in values.items()
        }
        return self._texts[name].format(**shown)

    def has(self, name: str) -> bool:
        """Return whether there is a text of that name."""
        return name in self._texts
