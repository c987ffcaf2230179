"""Completions of a typed prefix, from all known words of the corpus."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from jsisa_search.analysis import fold
from jsisa_search.lexicon.assist.pinyin import Pinyin, load_pinyin
from jsisa_search.lexicon.assist.shelf import Entry, Shelf, SuggestionKind
from jsisa_search.lexicon.corpus.definitions import Definition
from jsisa_search.model import Plain

#: Bounds the work of one call.
MAX_LIMIT = 1000

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


#: Known texts by kind, each with the number of texts that contain it, or as a shelf that is there already.
Stock = Mapping[SuggestionKind, Shelf | Iterable[tuple[str, int]]]


class Completer:
    """Completes prefixes from a fixed stock.

    `stock` may have a text under several kinds: the best counts. What `definitions` define is known
    as well, the full name by its abbreviation too.
    """

    def __init__(
        self, stock: Stock, definitions: Iterable[Definition] = (), *, pinyin: Pinyin | None = None
    ) -> None:
        self._pinyin = pinyin if pinyin is not None else load_pinyin()
        defined = tuple(definitions)
        names = [(name, 1) for each in defined for name in (each.short, each.full)]
        shelves = [
            texts if isinstance(texts, Shelf) else Shelf.of(kind, texts, pinyin=self._pinyin)
            for kind, texts in stock.items()
        ]
        self._shelves = (*shelves, Shelf.of("definition", names, pinyin=self._pinyin))
        self._links = sorted((fold(each.short), fold(each.full)) for each in defined)

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
        found = sorted([*self._starting(typed, limit + 1), *self._linked(typed)])
        if len({entry.key for entry in found}) <= limit and self._pinyin and _LATIN.fullmatch(typed):
            letters = typed.replace("'", "")
            found += sorted(entry for shelf in self._shelves for entry in shelf.sounding(letters, limit + 1))
        best: dict[str, Entry] = {}
        for entry in found:
            if entry.key != typed:
                best.setdefault(entry.key, entry)
        return tuple(Suggestion(each.text, each.kind, each.texts) for each in islice(best.values(), limit))

    def _starting(self, typed: str, limit: int) -> Iterator[Entry]:
        for shelf in self._shelves:
            yield from shelf.starting(typed, limit)

    def _linked(self, typed: str) -> Iterator[Entry]:
        """Yield the full names whose abbreviations begin with what was typed."""
        first = bisect_left(self._links, (typed,))
        for short, full in islice(self._links, first, None):
            if not short.startswith(typed):
                return
            entries = (shelf.entry(full) for shelf in self._shelves)
            if (best := min((entry for entry in entries if entry), default=None)) is not None:
                yield best


def typed_prefix(piece: str) -> str:
    """Return what completions of a piece begin with."""
    return fold(piece).strip().lstrip(_OPENING_MARKS)


def last_piece(typed: str) -> str:
    """Return the last, unfinished part of a typed query: everything after the last space."""
    return "" if typed[-1:].isspace() else (typed.split() or [""])[-1]
