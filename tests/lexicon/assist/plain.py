"""Completions and corrections by looking at each word: what the compact ones must equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from jsisa_search.analysis import fold
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import Pinyin

KINDS = ("user_word", "coinage", "title", "release", "word", "definition")

Entry = tuple[float, str, int, str, str, int]


def deletions(word: str) -> set[str]:
    """Return `word` and what is left of it without one character, or two where two may be wrong."""
    found = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word}
    if (
        word.isascii()
        and word.isalpha()
        and len(word) > load_rules("spelling")["latin"]["two_edits_from"] - 2
    ):
        found |= {other[:at] + other[at + 1 :] for other in tuple(found) for at in range(len(other))}
    return found


class PlainVocabulary:
    """Known words with their counts; the methods are those of `spelling.Vocabulary`."""

    def __init__(self, counts: Iterable[tuple[str, int]], pinyin: Pinyin | None) -> None:
        """Take folded words; of equal ones the greatest count counts."""
        rules = load_rules("spelling")
        longest = {True: rules["latin"]["longest"], False: rules["size"]["most"]}
        known: dict[str, int] = {}
        for text, count in counts:
            if rules["size"]["least"] <= len(text) <= longest[text.isascii()] and count:
                known[text] = max(count, known.get(text, 0))
        self._share = min(len(known) / rules["least_count"]["full_size"], 1.0)
        self._counts = {text: n for text, n in known.items() if n >= self.least_count("same_sound")}
        self._pinyin = pinyin

    def least_count(self, kind: str) -> int:
        """Return the minimum number of texts of a word."""
        return max(int(load_rules("spelling")["least_count"][kind] * self._share + 0.5), 1)

    def count(self, word: str) -> int:
        """Return the number of texts that contain `word`."""
        return self._counts.get(word, 0)

    def alike(self, word: str) -> list[str]:
        """Return the words that sound like `word`."""
        if self._pinyin is None or word.isascii():
            return []
        sound = self._pinyin.syllables(word)
        others = (other for other in self._counts if not other.isascii() and other != word)
        return [other for other in others if self._pinyin.syllables(other) == sound]

    def near(self, word: str) -> set[str]:
        """Return the words that share what is left of them with `word`."""
        return {other for other in self._counts if deletions(other) & deletions(word)} - {word}


def entries_of(stock: Mapping[str, Iterable[tuple[str, int]]]) -> dict[str, Entry]:
    """Return the likeliest entry of each folded text."""
    rules = load_rules("suggest")
    best: dict[str, Entry] = {}
    for kind, texts in stock.items():
        for text, count in texts:
            if rules["limits"]["least"] <= len(text) <= rules["limits"]["most"] and count:
                score = rules["ahead"][kind] + float(np.log2(count + 1))
                entry = (-score, fold(text), KINDS.index(kind), text.replace("\n", " "), kind, count)
                best[entry[1]] = min(entry, best.get(entry[1], entry))
    return best


def complete(
    stock: Mapping[str, Iterable[tuple[str, int]]], typed: str, limit: int, pinyin: Pinyin | None
) -> list[tuple[str, str, int]]:
    """Return the likeliest texts of a stock that begin with `typed`, which is folded, or sound so."""
    rules = load_rules("suggest")["limits"]
    best = entries_of(stock)
    found = sorted(entry for key, entry in best.items() if key.startswith(typed))
    if len(found) <= limit and pinyin and typed.isascii() and typed.isalpha():
        sounding = []
        for key, entry in best.items():
            parts = pinyin.syllables(key[: rules["sound_chars"]])
            spelled = "".join(part[0] for part in parts), "".join(parts)
            is_known = entry[4] != "word" or entry[5] >= rules["sound_texts"]
            if not key.isascii() and is_known and any(each.startswith(typed) for each in spelled):
                sounding.append(entry)
        found += [entry for entry in sorted(sounding) if entry not in found]
    return [entry[3:] for entry in found if entry[1] != typed][:limit]
