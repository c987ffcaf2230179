"""Some passages of a cluster as ranking reads them: texts, words and numbers from what they store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.analysis.analyzers import grams
from jsisa_search.cluster.mapping import FOLDED, PACKED, TEXTS, WORDS
from jsisa_search.cluster.packing import unpacked
from jsisa_search.codec.segment.texts import ASTRAL
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.bm25 import FieldModel
from jsisa_search.search.interface import ROW_BITS

Array = NDArray[Any]


#: What to ask for of passages that are ranked: nothing that is stored in compressed blocks.
CANDIDATE_FIELDS: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": [PACKED, "place"]}

# Most candidates share the titles of their releases.
_fold = lru_cache(maxsize=4_096)(fold)


class Passage:
    """A document of a cluster with what it stores."""

    __slots__ = ("_folded", "source")

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.source = source
        self._folded: dict[str, str] = {}

    @classmethod
    def of_hit(cls, hit: Mapping[str, Any]) -> Passage:
        """Return the passage of a hit with `CANDIDATE_FIELDS`, or with its source."""
        values = hit.get("fields", {}).get(PACKED)
        return cls(unpacked(values[0]) if values else hit["_source"])

    def folded(self, field: str) -> str:
        """Return the folded text of a field, empty where it has none."""
        known = self._folded.get(field)
        if known is None:
            known = self.source.get(field + FOLDED)
            if known is None:
                known = _fold(self.source.get(field) or "")
            self._folded[field] = known
        return known

    def words(self, field: str) -> str:
        """Return the words of a field as `words_of` has them, empty where it has none."""
        return self.source.get(field + WORDS) or ""

    def positions(self, field: str, word: str) -> list[int]:
        """Return the positions of a word in a field, ascending."""
        words, wanted = self.words(field), f" {word} "
        found, position, last = [], 0, 0
        at = words.find(wanted)
        while at >= 0:
            position += words.count("\n", last, at)
            found.append(position)
            last, at = at, words.find(wanted, at + len(wanted))
        return found

    def has_phrase(self, field: str, words: Iterable[str]) -> bool:
        """Return whether words follow each other in a field."""
        first, *others = (set(self.positions(field, word)) for word in words)
        return any(all(at + n in other for n, other in enumerate(others, 1)) for at in first)


def frequencies(passages: Iterable[Passage], field: str, text: str) -> Array:
    """Return how often a term of a field of the schema occurs in each passage (float32)."""
    if field in TEXTS:
        wanted = f" {text} "
        counts = [passage.words(field).count(wanted) for passage in passages]
    elif field.endswith((PAIRS, CHARS)):
        name = field.removesuffix(PAIRS).removesuffix(CHARS)
        counts = [grams(passage.folded(name), len(text)).count(text) for passage in passages]
    else:
        counts = [passage.source.get(field) == text for passage in passages]
    return np.array(counts, np.float32)


def norms_of(passages: Iterable[Passage], field: str, model: FieldModel) -> Array:
    """Return BM25's norms of some passages (float32)."""
    if field in TEXTS:
        lengths = [passage.source.get(f"length_{field}_words", 0) for passage in passages]
    else:
        less = field.endswith(PAIRS)
        lengths = [max(passage.source.get("length_text", 0) - less, 0) for passage in passages]
    return model.norms(np.array(lengths, np.int64))


def units_of(passages: Iterable[Passage], field: str) -> tuple[Array, Array]:
    """Return the folded units (uint16) of the texts of some passages, and the length of each (int64)."""
    texts = [passage.folded(field) for passage in passages]
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    units = np.where(points > 0xFFFF, ASTRAL, points).astype(np.uint16)
    return units, np.fromiter(map(len, texts), np.int64, len(texts))


def places_of(passages: Iterable[Passage], field: str, word: str) -> Array:
    """Return where a word occurs in some passages: the row shifted by `ROW_BITS`, plus the position."""
    found = [
        (row << ROW_BITS) + position
        for row, passage in enumerate(passages)
        for position in passage.positions(field, word)
    ]
    return np.array(found, np.int64)
