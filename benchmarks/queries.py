"""Draws the benchmark's queries from the corpus, by rules that only the seed and the corpus decide.

Five classes of equal size. The words are those of the shared token stream (`tokens.py`), folded.

- `frequent`: a word of two or more characters that stands in 1 % of the paragraphs or more, each as likely.
- `rare`: a word of two or more characters that stands in 2 to 20 paragraphs, each as likely.
- `and`: 2, 3 or 4 different words of two or more characters, all out of one random paragraph.
- `or`: 2, 3, 4 or 5 such words out of one random paragraph.
- `phrase`: 2, 3 or 4 words of any length that stand side by side in a random paragraph, no punctuation.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tokens import Words, fold_batch, read_batches, words_of

Kind = Literal["word", "and", "or", "phrase"]

CLASSES = ("frequent", "rare", "and", "or", "phrase")
SEED = 20121101
FREQUENT_SHARE = 0.01
RARE_PARAGRAPHS = range(2, 21)
AND_SIZES = (2, 3, 4)
OR_SIZES = (2, 3, 4, 5)
PHRASE_SIZES = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """One query: class, how its words are combined, the words, and for each the tokens at its position."""

    class_name: str
    kind: Kind
    words: tuple[str, ...]
    streams: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the query as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> QuerySpec:
        """Read back what `to_json` gave."""
        streams = tuple(map(tuple, values["streams"]))
        return cls(values["class_name"], values["kind"], tuple(values["words"]), streams)


def draw_queries(texts: Path, number: int, seed: int = SEED) -> list[QuerySpec]:
    """Draw `number` queries from a file of one paragraph a line, as many of each class."""
    words = words_of("rjieba")
    paragraphs, frequencies = _read_words(texts, words)
    chance = random.Random(seed)
    size = number // len(CLASSES)
    frequent = _with_frequency(
        frequencies, range(max(2, int(FREQUENT_SHARE * len(paragraphs))), len(paragraphs) + 1)
    )
    rare = _with_frequency(frequencies, RARE_PARAGRAPHS)
    drawn = [
        _spec("frequent", "word", (word,), words)
        for word in chance.sample(frequent, min(size, len(frequent)))
    ]
    drawn += [_spec("rare", "word", (word,), words) for word in chance.sample(rare, min(size, len(rare)))]
    drawn += [_spec("and", "and", _draw_set(paragraphs, AND_SIZES, chance), words) for _ in range(size)]
    drawn += [_spec("or", "or", _draw_set(paragraphs, OR_SIZES, chance), words) for _ in range(size)]
    drawn += [_spec("phrase", "phrase", _draw_run(paragraphs, words, chance), words) for _ in range(size)]
    return drawn


def _read_words(texts: Path, words: Words) -> tuple[list[list[str]], Counter[str]]:
    paragraphs: list[list[str]] = []
    frequencies: Counter[str] = Counter()
    for batch in read_batches(texts):
        for text in fold_batch(batch):
            cut = list(words.cut(text))
            paragraphs.append(cut)
            frequencies.update({token for word in set(cut) for token in words.tokens[word]})
    return paragraphs, frequencies


def _with_frequency(frequencies: Counter[str], wanted: range) -> list[str]:
    return sorted(word for word, count in frequencies.items() if len(word) > 1 and count in wanted)


def _spec(class_name: str, kind: Kind, found: Sequence[str], words: Words) -> QuerySpec:
    return QuerySpec(class_name, kind, tuple(found), tuple(words.tokens[word] for word in found))


def _draw_set(paragraphs: list[list[str]], sizes: tuple[int, ...], chance: random.Random) -> list[str]:
    size = chance.choice(sizes)
    while True:
        found = sorted({w for w in chance.choice(paragraphs) if len(w) > 1 and any(map(str.isalnum, w))})
        if len(found) >= size:
            return chance.sample(found, size)


def _draw_run(paragraphs: list[list[str]], words: Words, chance: random.Random) -> list[str]:
    size = chance.choice(PHRASE_SIZES)
    while True:
        cut = [word for word in chance.choice(paragraphs) if not word.isspace()]
        starts = [
            s for s in range(len(cut) - size + 1) if all(map(words.tokens.__getitem__, cut[s : s + size]))
        ]
        if starts:
            start = chance.choice(starts)
            return cut[start : start + size]
