"""Completions of a typed prefix, from all known words of the corpus."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from jsisa_search.analysis import fold
from jsisa_search.analysis.bulk_folding import default_folder
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import Pinyin, load_pinyin
from jsisa_search.lexicon.corpus.definitions import Definition
from jsisa_search.model import Plain

SuggestionKind = Literal["user_word", "definition", "coinage", "title", "release", "word"]

# Text, kind and count: creating a tuple is ten times as fast as a `Suggestion`.
_Entry = tuple[str, SuggestionKind, int]

#: Bounds the work of one call.
MAX_LIMIT = 1000

# The greatest character: a prefix followed by it sorts after everything with that prefix.
_LAST = "\U0010ffff"

# Opening marks of a title, a coinage or a quotation.
_OPENING_MARKS = "“‘\"'「『《(（"

_LATIN = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class Suggestion(Plain):
    """A completion; `kind` is where it was found, `count` the number of texts that have it.

    A `definition` is an abbreviation that a release defines, or its full name; a `release` is the
    title of one.
    """

    text: str
    kind: SuggestionKind
    count: int


#: Known texts by kind, each with the number of texts that contain it.
Stock = Mapping[SuggestionKind, Iterable[tuple[str, int]]]


class Completer:
    """Completes prefixes from a fixed stock; takes up to a second to build, and under 5 ms per query.

    `stock` may have a text under several kinds: the best counts. What `definitions` define is known
    as well, the full name by its abbreviation too.
    """

    def __init__(
        self, stock: Stock, definitions: Iterable[Definition] = (), *, pinyin: Pinyin | None = None
    ) -> None:
        self._pinyin = pinyin if pinyin is not None else load_pinyin()
        defined = tuple(definitions)
        names = [(name, 1) for each in defined for name in (each.short, each.full)]
        keys, self._entries = _best_first({**stock, "definition": [*stock.get("definition", ()), *names]})
        self._keys = keys
        place_of = {key: place for place, key in enumerate(keys)}
        links = [(fold(each.short), place_of.get(fold(each.full))) for each in defined]
        linked = [(short, place) for short, place in links if place is not None]
        self._by_text = _Prefixes(
            [*keys, *(short for short, _ in linked)], [*range(len(keys)), *(place for _, place in linked)]
        )

    @property
    def knows_sounds(self) -> bool:
        """Whether pinyin is completed too, which takes an optional package."""
        return self._pinyin is not None

    def complete(self, piece: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return completions of `piece`, the likeliest first; none for an empty one.

        Any form of a character finds every other. Latin letters are read as pinyin as well, in full or
        initials, where `knows_sounds`; what begins with the letters themselves comes first.
        """
        typed = typed_prefix(piece)
        limit = min(limit, MAX_LIMIT)
        if not typed or limit <= 0:
            return ()
        # One more than requested: the typed text itself is no completion.
        found = self._by_text.first(typed, limit + 1)
        if len(found) <= limit and self._pinyin and _LATIN.fullmatch(typed):
            sound = typed.replace("'", "")
            found += sorted(at for index in self._by_sound for at in index.first(sound, limit + 1))
        chosen = [at for at in dict.fromkeys(found) if self._keys[at] != typed]
        return tuple(Suggestion(*self._entries[at]) for at in chosen[:limit])

    @cached_property
    def _by_sound(self) -> tuple[_Prefixes, _Prefixes]:
        """The entries by the initials of their syllables, and by the syllables."""
        assert self._pinyin is not None
        limits = load_rules("suggest")["limits"]
        initials, syllables, places = [], [], []
        for place, (key, (_, kind, count)) in enumerate(zip(self._keys, self._entries, strict=True)):
            if not key.isascii() and (count >= limits["sound_texts"] or kind != "word"):
                parts = self._pinyin.syllables(key[: limits["sound_chars"]])
                initials.append("".join([part[0] for part in parts]))
                syllables.append("".join(parts))
                places.append(place)
        return _Prefixes(initials, places), _Prefixes(syllables, places)


class _Prefixes:
    """Sorted keys, each with the rank of its entry; rank 0 is the best."""

    def __init__(self, keys: Sequence[str], places: Sequence[int]) -> None:
        by_key = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = [keys[at] for at in by_key]
        self._places = np.array(places, np.int64)[np.array(by_key, np.int64)]

    def first(self, prefix: str, limit: int) -> list[int]:
        """Return the `limit` best ranks, in order, of the keys that begin with `prefix`."""
        start = bisect_left(self._keys, prefix)
        end = bisect_left(self._keys, prefix + _LAST, start)
        places = self._places[start:end]
        if len(places) > limit:
            places = np.partition(places, limit)[:limit]
        best: list[int] = np.sort(places).tolist()
        return best


def _best_first(stock: Stock) -> tuple[list[str], list[_Entry]]:
    """Return the entries of `stock`, the likeliest first and each text once, and their folded texts."""
    rules = load_rules("suggest")
    least, most = rules["limits"]["least"], rules["limits"]["most"]
    entries: list[_Entry] = [
        (text.replace("\n", " "), kind, count)
        for kind, texts in stock.items()
        for text, count in texts
        if least <= len(text) <= most
    ]
    # All at once is many times faster than one by one.
    keys = default_folder().fold([text for text, _, _ in entries]).texts()
    counts = np.array([count for _, _, count in entries], np.float64)
    ahead = np.array([rules["ahead"][kind] for _, kind, _ in entries], np.float64)
    by_key = np.array(sorted(range(len(entries)), key=keys.__getitem__), np.int64)
    scores = (ahead + np.log2(counts + 1))[by_key]
    # Ties are ordered by folded text, so that the result does not depend on the order of the stock.
    order = by_key[np.argsort(-scores, kind="stable")].tolist()
    best: dict[str, _Entry] = {}
    for at in order:
        best.setdefault(keys[at], entries[at])
    return list(best), list(best.values())


def typed_prefix(piece: str) -> str:
    """Return what completions of a piece begin with."""
    return fold(piece).strip().lstrip(_OPENING_MARKS)


def last_piece(typed: str) -> str:
    """Return the last, unfinished part of a typed query: everything after the last space."""
    return "" if typed[-1:].isspace() else (typed.split() or [""])[-1]
