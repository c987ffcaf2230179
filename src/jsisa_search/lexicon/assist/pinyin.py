"""The sound of Chinese words, from the optional package pypinyin."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from sys import intern
from typing import Any

from jsisa_search.translation import mark

#: Message for users who lack the package.
PINYIN_MISSING = mark(
    "for pinyin (wgh, wangge) and words that sound alike, install the extra: "
    'python -m pip install "jsisa-search[pinyin]"'
)

_BLANKS = re.compile(r"[ \t\r\n]*")

# The longest phrase with a reading of its own: 银行 inside 银行卡.
_MAX_PHRASE = 4


class _Readings(dict[str, str]):
    """The commonest reading of each character; a character without one is its own reading."""

    def __missing__(self, char: str) -> str:
        return char


class Pinyin:
    """Readings without tones, one per character; known phrases determine those of their characters."""

    def __init__(
        self, characters: Mapping[int, str], phrases: Iterable[tuple[str, Sequence[Sequence[str]]]]
    ) -> None:
        """Take pypinyin's tables: comma-separated readings by code point, and those of phrases."""
        self._readings = _Readings()
        several = []
        for code, text in characters.items():
            readings = list(dict.fromkeys(map(_plain, text.split(","))))
            self._readings[chr(code)] = readings[0]
            if len(readings) > 1:
                several.append(chr(code))
        self._several = frozenset(several)
        # As texts they take an eighth of the memory of lists.
        self._phrases = {
            phrase: " ".join(_plain(reading[0]) for reading in readings)
            for phrase, readings in phrases
            if len(phrase) == len(readings) <= _MAX_PHRASE and not self._several.isdisjoint(phrase)
        }

    def syllables(self, word: str) -> list[str]:
        """Return one syllable per character; a character without a reading is its own."""
        # Phrases matter only for characters with several readings, and most words have none.
        if self._several.isdisjoint(word):
            return [self._readings[char] for char in word]
        found: list[str] = []
        while len(found) < len(word):
            found += self._longest_phrase(word, len(found))
        return found

    def characters(self, syllable: str) -> str:
        """Return the common characters whose commonest reading is a syllable."""
        return self._by_syllable.get(syllable, syllable)

    def readings(self, letters: str) -> Iterator[list[str]]:
        """Yield the characters that letters may spell, a text of them for each place.

        By initials first, then by syllables, of which the last may be incomplete. One letter is an initial.
        """
        initials = [self._by_initial.get(letter, "") for letter in letters]
        if all(initials):
            yield initials
        if len(letters) > 1:
            yield from self._divided(letters)

    def _divided(self, letters: str) -> Iterator[list[str]]:
        for end in range(len(letters), 0, -1):
            part, rest = letters[:end], letters[end:]
            if not rest:
                begun = [chars for syllable, chars in self._by_syllable.items() if syllable.startswith(part)]
                if begun:
                    yield ["".join(begun)]
            elif part in self._by_syllable:
                yield from ([self._by_syllable[part], *others] for others in self._divided(rest))

    @cached_property
    def _by_initial(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for syllable, chars in self._by_syllable.items():
            found[syllable[0]] = found.get(syllable[0], "") + chars
        return found

    @cached_property
    def _by_syllable(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for char, syllable in self._readings.items():
            if "\u4e00" <= char <= "\u9fff" and _is_common(char):
                found[syllable] = found.get(syllable, "") + char
        return found

    def _longest_phrase(self, word: str, start: int) -> list[str]:
        for length in range(min(_MAX_PHRASE, len(word) - start), 1, -1):
            if readings := self._phrases.get(word[start : start + length]):
                return readings.split(" ")
        return [self._readings[word[start]]]


@cache
def load_pinyin() -> Pinyin | None:
    """Return the readings of characters, `None` where pypinyin is not installed."""
    found = find_spec("pypinyin")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0])
    try:
        # The files alone: importing the package takes 60 MB and half a second.
        characters, phrases = (
            _members((folder / name).read_text(encoding="utf-8"))
            for name in ("pinyin_dict.json", "phrases_dict.json")
        )
        return Pinyin({int(code): text for code, text in characters}, phrases)
    except (OSError, ValueError):  # another version keeps them elsewhere
        modules = (import_module(f"pypinyin.{name}") for name in ("pinyin_dict", "phrases_dict"))
        by_code, by_phrase = (vars(module)[module.__name__.rpartition(".")[2]] for module in modules)
        return Pinyin(by_code, by_phrase.items())


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of a JSON object one by one; raises `ValueError` for anything else."""
    decode = json.JSONDecoder().raw_decode
    at = _skipped(text, 0, "{")
    while True:
        key, at = decode(text, at)
        value, at = decode(text, _skipped(text, at, ":"))
        yield key, value
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text[at : at + 1] == "}":
            return
        at = _skipped(text, at, ",")


def _skipped(text: str, at: int, mark: str) -> int:
    """Return where the next value begins, behind a mark."""
    at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    if text[at : at + 1] != mark:
        raise ValueError(f"not the expected JSON at {at}")
    return _BLANKS.match(text, at + 1).end()  # type: ignore[union-attr]


@cache
def _plain(syllable: str) -> str:
    """Return a syllable in plain letters: `lǜ` is `lv`, as people type it."""
    marked = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    marked = marked.replace("u\u0308", "v")
    return intern("".join(char for char in marked if not unicodedata.combining(char)))


def _is_common(char: str) -> bool:
    """Return whether a character is one of the 6,763 of GB 2312, as all folded texts have them."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
