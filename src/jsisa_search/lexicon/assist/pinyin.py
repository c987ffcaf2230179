"""The sound of Chinese words, from the optional package pypinyin."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

#: Message for users who lack the package.
PINYIN_MISSING = (
    "for pinyin (wgh, wangge) and words that sound alike, install the extra: "
    'python -m pip install "jsisa-search[pinyin]"'
)

# The longest phrase with a reading of its own: 银行 inside 银行卡.
_MAX_PHRASE = 4


class _Readings(dict[str, str]):
    """The commonest reading of each character; a character without one is its own reading."""

    def __missing__(self, char: str) -> str:
        return char


class Pinyin:
    """Readings without tones, one per character; known phrases determine those of their characters."""

    def __init__(self, characters: dict[int, str], phrases: dict[str, list[list[str]]]) -> None:
        """Take pypinyin's tables: comma-separated readings by code point, and those of phrases."""
        self._phrases = phrases
        self._readings = _Readings()
        several = []
        for code, text in characters.items():
            readings = list(dict.fromkeys(map(_plain, text.split(","))))
            self._readings[chr(code)] = readings[0]
            if len(readings) > 1:
                several.append(chr(code))
        self._several = frozenset(several)

    def syllables(self, word: str) -> list[str]:
        """Return one syllable per character; a character without a reading is its own."""
        # Phrases matter only for characters with several readings, and most words have none.
        if self._several.isdisjoint(word):
            return [self._readings[char] for char in word]
        found: list[str] = []
        while len(found) < len(word):
            found += self._longest_phrase(word, len(found))
        return found

    def _longest_phrase(self, word: str, start: int) -> list[str]:
        for length in range(min(_MAX_PHRASE, len(word) - start), 1, -1):
            readings = self._phrases.get(word[start : start + length], ())
            if len(readings) == length:
                return [_plain(reading[0]) for reading in readings]
        return [self._readings[word[start]]]


@cache
def load_pinyin() -> Pinyin | None:
    """Return the readings of characters, `None` where pypinyin is not installed."""
    try:
        from pypinyin.phrases_dict import phrases_dict
        from pypinyin.pinyin_dict import pinyin_dict
    except ImportError:
        return None
    characters: Any = pinyin_dict
    phrases: Any = phrases_dict
    return Pinyin(characters, phrases)


@cache
def _plain(syllable: str) -> str:
    """Return a syllable in plain letters: `lǜ` is `lv`, as people type it."""
    marked = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    marked = marked.replace("u\u0308", "v")
    return "".join(char for char in marked if not unicodedata.combining(char))
