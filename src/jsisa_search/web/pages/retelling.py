"""Messages that were made in one language, such as the report of an update, told in another.

What a message says is known by the template that it fits, of any catalogue; what was filled in is told again
too, where it is a message itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

from jsisa_search.translation import LANGUAGES, current_language, in_language, templates_of
from jsisa_search.translation import gettext as tr

# Templates within templates: a reason within the line about a file within the line about an archive.
_DEEPEST = 4
# Longer ones are not told again: they are texts of files, and patterns take their time.
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class _Template:
    """A template of one language: its pattern, how many of its characters are fixed, and its message."""

    pattern: re.Pattern[str]
    longest: str
    fixed: int
    message: str


def retold(text: str) -> str:
    """Return a message of this package in the current language; any other text as it is."""
    return _retold(text, current_language(), _DEEPEST)


@lru_cache(maxsize=4096)
def _retold(text: str, language: str, depth: int) -> str:
    if not text or len(text) > _LONGEST or not depth:
        return text
    found = max(_fitting(text), key=lambda each: each[0].fixed, default=None)
    if found is None:
        return text
    template, match = found
    values = {name: _retold(value, language, depth - 1) for name, value in match.groupdict().items()}
    with in_language(language):
        return _filled(tr(template.message), values)


def _fitting(text: str) -> list[tuple[_Template, re.Match[str]]]:
    plain = {each for language in LANGUAGES if (each := _plain(language).get(text))}
    if plain:
        message = min(plain)
        match = re.fullmatch(".*", text, re.DOTALL)
        assert match is not None
        return [(_Template(match.re, text, len(text), message), match)]
    return [
        (each, match)
        for language in LANGUAGES
        for each in _templates(language)
        if each.longest in text and (match := each.pattern.fullmatch(text))
    ]


def _filled(template: str, values: dict[str, str]) -> str:
    """Return a template with values that are written already, whatever form it has for them."""
    parts = [
        literal + (values.get(name, "") if name is not None else "")
        for literal, name, _, _ in Formatter().parse(template)
    ]
    return "".join(parts)


@cache
def _plain(language: str) -> dict[str, str]:
    """Return the messages without placeholders, by their text in a language."""
    return {text: message for message, text in templates_of(language) if "{" not in text}


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Return the templates of a language that fix enough of what they say."""
    found = []
    for message, text in templates_of(language):
        if "{" not in text:
            continue
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            continue
        names = [name for _, name, _, _ in parts if name is not None]
        literals = [literal for literal, _, _, _ in parts]
        fixed = "".join(literals).strip(" :：，,;；()（）“”「」《》")
        if len(set(names)) != len(names) or not all(map(str.isidentifier, names)) or len(fixed) < 2:
            continue
        pattern = "".join(
            re.escape(literal) + (f"(?P<{name}>.*?)" if name is not None else "")
            for literal, name, _, _ in parts
        )
        found.append(_Template(re.compile(pattern, re.DOTALL), max(literals, key=len), len(fixed), message))
    return tuple(found)
