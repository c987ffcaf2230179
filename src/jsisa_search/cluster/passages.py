"""Some passages of a cluster as ranking reads them: texts, words and numbers from what they store.

Ranking asks for one thing of some hundred passages at a time. So the texts of all are joined, searched as
one, and what is found is divided among the passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.analysis.analyzers import grams
from jsisa_search.cluster.cuts import CutTexts, words_in
from jsisa_search.cluster.mapping import CUTS, FOLDED, PACKED, TEXTS, WORDS
from jsisa_search.cluster.packing import (
    HEAD,
    NUMBERS,
    PACKED_TEXTS,
    fields_of,
    head_and_texts,
    place_of,
    unpacked,
)
from jsisa_search.codec.segment.texts import ASTRAL
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.scoring.bm25 import FieldModel
from jsisa_search.search.interface import ROW_BITS

Array = NDArray[Any]


#: What to ask for of passages that are ranked: nothing that is stored in compressed blocks.
CANDIDATE_FIELDS: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": [PACKED]}

_TEXT = {name: at for at, name in enumerate(PACKED_TEXTS)}
_NUMBERS = frozenset(NUMBERS)

# Most candidates share the titles of their releases.
_fold = lru_cache(maxsize=4_096)(fold)


class Passage:
    """A document of a cluster with what it stores: `head` and `content` are those of `packing.py`."""

    __slots__ = ("_source", "content", "head")

    def __init__(self, head: bytes, content: str, source: Mapping[str, Any] | None = None) -> None:
        """Take what was unpacked, or what comes with its source."""
        self.head = head
        self.content = content
        self._source = source

    @classmethod
    def of_hit(cls, hit: Mapping[str, Any]) -> Passage:
        """Return the passage of a hit with `CANDIDATE_FIELDS`, or with its source."""
        values = hit.get("fields", {}).get(PACKED)
        return cls(*unpacked(values[0])) if values else cls.of_source(hit["_source"])

    @classmethod
    def of_source(cls, source: Mapping[str, Any]) -> Passage:
        """Return the passage of what a document stores."""
        return cls(*head_and_texts(source), source)

    @property
    def source(self) -> Mapping[str, Any]:
        """All fields; `packing.original` adds the text of one that was packed."""
        if self._source is None:
            self._source = fields_of(self.head, self.content)
        return self._source

    @property
    def place(self) -> int:
        """The number of the document."""
        return place_of(self.head)


class _Joined:
    """The words of a title or heading of all passages, and where those of each passage begin."""

    def __init__(self, parts: Sequence[str]) -> None:
        """Take the words of each passage as `words_of` has them."""
        self._units = np.frombuffer("".join(parts).encode("utf-32-le", "surrogatepass"), "<u4")
        self._starts = np.cumsum([0, *map(len, parts)])[:-1]
        self._found: dict[str, tuple[Array, Array]] = {}

    def find(self, word: str) -> tuple[Array, Array]:
        """Return in which passage a word is each time (int64, ascending), and at which position."""
        known = self._found.get(word)
        if known is None:
            places = np.flatnonzero(self._units == ord(word[0]))
            # A blank behind the word, then the one before it; what is beyond the ends of all is none of them.
            for distance, char in (*enumerate(f"{word[1:]} ", 1), (-1, " ")):
                places = places[self._units.take(places + distance, mode="clip") == ord(char)]
            # A passage without words begins where the next does, which is the one that has the word.
            rows = self._starts.searchsorted(places, "right") - 1
            before = self._line_ends.searchsorted(self._starts[rows])
            known = self._found[word] = rows, self._line_ends.searchsorted(places) - before
        return known

    @cached_property
    def _line_ends(self) -> Array:
        return np.flatnonzero(self._units == ord("\n"))


class Passages(Sequence[Passage]):
    """Passages in the order of their documents, with what ranking reads of all of them."""

    def __init__(
        self, passages: Sequence[Passage], whole: Passages | None = None, rows: Array | None = None
    ) -> None:
        """Take the passages; nothing is joined yet. `rows` (int64, ascending) are theirs in `whole`."""
        self._rows = passages
        self._whole = None if whole is None or rows is None else (whole, rows)
        self._heads = np.frombuffer(b"".join([each.head for each in passages]), HEAD)
        self._texts: dict[str, list[str]] = {}
        self._joined: dict[str, CutTexts | _Joined] = {}
        self._units: dict[str, tuple[Array, Array]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Passage]:
        return iter(self._rows)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        return self._rows[at]

    def part(self, docs: Array) -> Passages | None:
        """Return the passages of `docs`, for which nothing is looked up again.

        `None` for none, where others are among them, and where they are not in the order of their numbers.
        """
        places = self._heads["place"]
        rows = places.searchsorted(docs)
        is_here = np.array_equal(places.take(rows, mode="clip"), docs)
        if not len(docs) or not is_here or (rows[1:] <= rows[:-1]).any():
            return None
        return Passages([self._rows[row] for row in rows.tolist()], self, rows)

    def numbers(self, name: str) -> Array:
        """Return a number of each passage (int64), by its name in `packing.NUMBERS`; 0 for none."""
        found = self._heads[name].astype(np.int64)
        return found if name == "below_lead" else np.where(found == -1, 0, found)

    def folded(self, field: str) -> list[str]:
        """Return the folded text of a field of each passage, empty where it has none."""
        return (
            self._stored("text" + FOLDED)
            if field == "text"
            else [_fold(each) for each in self._stored(field)]
        )

    def words(self, field: str) -> list[str]:
        """Return the words of a field of each passage as `words_of` has them, empty where it has none."""
        if field == "text":
            return list(map(words_in, self.folded(field), self._stored(CUTS)))
        return self._stored(field + WORDS)

    def counts(self, field: str, text: Any) -> Array:
        """Return how often a term of a field of the schema occurs in each passage (float32)."""
        if field in TEXTS:
            if self._whole is not None:
                whole, chosen = self._whole
                return whole.counts(field, text)[chosen]
            rows, _ = self._words(field).find(text)
            return np.bincount(rows, minlength=len(self._rows)).astype(np.float32)
        if field in _NUMBERS:
            return np.array(self.numbers(field) == text, np.float32)
        if field.endswith((PAIRS, CHARS)):
            name = field.removesuffix(PAIRS).removesuffix(CHARS)
            found = [grams(each, len(text)).count(text) for each in self.folded(name)]
        elif field in _TEXT:
            found = [each == text for each in self._stored(field)]
        else:
            found = [each.source.get(field) == text for each in self._rows]
        return np.array(found, np.float32)

    def norms(self, field: str, model: FieldModel) -> Array:
        """Return BM25's norms of the passages (float32)."""
        if field in TEXTS:
            return model.norms(self.numbers(f"length_{field}_words"))
        return model.norms(np.maximum(self.numbers("length_text") - field.endswith(PAIRS), 0))

    def units(self, field: str) -> tuple[Array, Array]:
        """Return the folded units (uint16) of the texts, and the length of each (int64)."""
        known = self._units.get(field)
        if known is None:
            known = self._units[field] = units_of(self.folded(field))
        return known

    def places(self, field: str, word: str) -> Array:
        """Return where a word occurs (int64, ascending): row of the passage, `ROW_BITS` up, and position."""
        if self._whole is not None:
            whole, chosen = self._whole
            return _renumbered(whole.places(field, word), chosen)
        rows, positions = self._words(field).find(word)
        return (rows << ROW_BITS) + positions

    def have_phrase(self, field: str, words: Sequence[str]) -> Array:
        """Return in which passages words follow each other in a field (bool)."""
        first, *others = (self.places(field, word) for word in words)
        for distance, places in enumerate(others, 1):
            first = first[np.isin(first + distance, places)]
        found = np.zeros(len(self._rows), np.bool_)
        found[first >> ROW_BITS] = True
        return found

    def _words(self, field: str) -> CutTexts | _Joined:
        known = self._joined.get(field)
        if known is None:
            is_text = field == "text"
            cut = CutTexts(self.folded(field), self._stored(CUTS)) if is_text else _Joined(self.words(field))
            known = self._joined[field] = cut
        return known

    def _stored(self, name: str) -> list[str]:
        """Return a text of each passage, by its name in `packing.PACKED_TEXTS`."""
        known = self._texts.get(name)
        if known is None and self._whole is not None:
            whole, chosen = self._whole
            texts = whole._stored(name)
            known = self._texts[name] = [texts[row] for row in chosen.tolist()]
        if known is None:
            at = _TEXT[name]
            ends = self._heads["ends"][:, at].tolist()
            starts = self._heads["ends"][:, at - 1].tolist() if at else [0] * len(ends)
            parts = zip(self._rows, starts, ends, strict=True)
            known = self._texts[name] = [each.content[start:end] for each, start, end in parts]
        return known


def _renumbered(places: Array, rows: Array) -> Array:
    """Return those of `places` that are in some rows (int64, ascending), with the rows numbered anew."""
    of_place = places >> ROW_BITS
    new = rows.searchsorted(of_place)
    is_kept = rows.take(new, mode="clip") == of_place
    found: Array = (new[is_kept] << ROW_BITS) + (places[is_kept] & ((1 << ROW_BITS) - 1))
    return found


def units_of(texts: Sequence[str]) -> tuple[Array, Array]:
    """Return the units (uint16) of folded texts, and the length of each text (int64)."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    units = np.where(points > 0xFFFF, ASTRAL, points).astype(np.uint16)
    return units, np.fromiter(map(len, texts), np.int64, len(texts))
