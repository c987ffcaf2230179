"""Draws queries for passages.py from the corpus, and counts what a plain scan finds for them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jsisa_search.analysis import default_segmenter, fold, is_indexed
from jsisa_search.analysis.boundaries import whole_spans

SEED = 20121102
SUBSTRING_LENGTHS = (2, 12)
WORDS_SIDE_BY_SIDE = (1, 4)
PLAIN_WORDS = (1, 6)

#: A quotation mark would end the literal piece, and nobody types a line feed.
_NOT_QUOTABLE = re.compile('["“”\n]')

RULES = {
    "substring": "2 to 12 characters in a row of a random paragraph, each length and place as likely",
    "words side by side": "1 to 4 neighbouring words of a random paragraph as jieba cuts it, quoted",
    "one character": "one character of a random paragraph",
    "plain": "1 to 6 different words of 2 or more characters of a random paragraph, in its order",
}
"""What each class is; literal ones have a letter, digit or Han character, and no mark or line feed."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A query as typed, and for a literal one what stands between its marks."""

    typed: str
    literal: str | None


def draw(texts: Sequence[str], number: int) -> dict[str, list[Drawn]]:
    """Draw `number` queries of each class of RULES from texts, by a fixed seed."""
    chance = random.Random(SEED)
    makers: dict[str, Callable[[str, random.Random], str | None]] = {
        "substring": _substring,
        "words side by side": _neighbours,
        "one character": _character,
    }
    drawn = {
        name: [Drawn(f'"{text}"', text) for text in _collect(texts, number, make, chance)]
        for name, make in makers.items()
    }
    drawn["plain"] = [Drawn(text, None) for text in _collect(texts, number, _plain, chance)]
    return drawn


def _collect(
    texts: Sequence[str], number: int, make: Callable[[str, random.Random], str | None], chance: random.Random
) -> list[str]:
    found: list[str] = []
    while len(found) < number:
        text = make(chance.choice(texts), chance)
        if text is not None:
            found.append(text)
    return found


def _substring(text: str, chance: random.Random) -> str | None:
    return _cut(text, chance.randint(*SUBSTRING_LENGTHS), chance)


def _character(text: str, chance: random.Random) -> str | None:
    return _cut(text, 1, chance)


def _cut(text: str, length: int, chance: random.Random) -> str | None:
    if len(text) < length:
        return None
    start = chance.randrange(len(text) - length + 1)
    return _if_quotable(text[start : start + length])


def _neighbours(text: str, chance: random.Random) -> str | None:
    words = default_segmenter().cut(text)
    size = chance.randint(*WORDS_SIDE_BY_SIDE)
    if len(words) < size:
        return None
    start = chance.randrange(len(words) - size + 1)
    chosen = words[start : start + size]
    return _if_quotable("".join(chosen)) if all(map(is_indexed, chosen)) else None


def _if_quotable(text: str) -> str | None:
    is_fine = text.strip() == text and is_indexed(text) and not _NOT_QUOTABLE.search(text)
    return text if is_fine else None


def _plain(text: str, chance: random.Random) -> str | None:
    words = list(dict.fromkeys(w for w in default_segmenter().cut(text) if len(w) > 1 and is_indexed(w)))
    size = chance.randint(*PLAIN_WORDS)
    if len(words) < size:
        return None
    chosen = sorted(chance.sample(range(len(words)), size))
    return " ".join(words[number] for number in chosen)


class Scan:
    """All texts of an index in one string, folded, to be searched from end to end."""

    def __init__(self, texts: Iterable[str]) -> None:
        folded = [fold(text).replace("\n", " ") for text in texts]
        lengths = np.fromiter((len(text) + 1 for text in folded), dtype=np.int64, count=len(folded))
        self._ends: npt.NDArray[np.int64] = np.cumsum(lengths)
        self._text = "\n".join(folded)

    def count(self, literal: str) -> int:
        """Return how many texts contain `literal`, folded and not inside a longer number or Latin word."""
        starts = np.fromiter((start for start, _ in whole_spans(self._text, fold(literal))), dtype=np.int64)
        return len(np.unique(np.searchsorted(self._ends, starts, side="right")))
