"""The words of the pages: one catalogue per language, and the language of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from jsisa_search.package_data import load_toml
from jsisa_search.translation import language_of
from jsisa_search.web.requests.cookies import cookie_of

if TYPE_CHECKING:
    from starlette.datastructures import Headers

LANGUAGES = ("zh", "zh_TW", "en")

#: The language of the library's messages on a page of each.
MESSAGES = {"zh": "zh_CN", "zh_TW": "zh_TW", "en": "en"}

#: What each is to browsers and screen readers, and how its readers call it.
TAGS = {"zh": "zh-CN", "zh_TW": "zh-Hant", "en": "en"}
NAMES = {"zh": "简体中文", "zh_TW": "繁體中文", "en": "English"}

#: Name of the cookie of whoever chose a language.
CHOICE = "jsisa-search-language"

_RANGE = re.compile(r"\s*([A-Za-z*]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})\s*(?:;\s*q=\s*([0-9.]{1,5}))?\s*")


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
        if (found := _RANGE.fullmatch(part)) and (language := _language_of(found[1])):
            try:
                weight = float(found[2]) if found[2] else 1.0
            except ValueError:
                continue
            weights.setdefault(language, weight)
    # Of those with the highest weight, the first one that is named.
    chinese = max((name for name in weights if name != "en"), key=weights.__getitem__, default="zh")
    return "en" if weights.get("en", 0.0) > weights.get(chinese, 0.0) else chinese


def _language_of(tag: str) -> str | None:
    """Return the one of `LANGUAGES` that a language tag means; any language is Chinese."""
    message_language = "zh_CN" if tag == "*" else language_of(tag)
    return next((name for name, each in MESSAGES.items() if each == message_language), None)


def requested_language(headers: Headers) -> str:
    """Return the language of a request: the one that was chosen in this browser, or that it asks for."""
    chosen = cookie_of(headers, CHOICE)
    return chosen if chosen in LANGUAGES else preferred_language(headers.get("accept-language", ""))


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
