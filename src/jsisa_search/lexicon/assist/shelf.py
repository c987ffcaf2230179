"""Known texts of one kind with their counts, in parts that add up: one for each segment of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, merge
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.bulk_folding import default_folder
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import Pinyin
from jsisa_search.lexicon.assist.word_list import ListedWords, WordList, encoded

Array = NDArray[Any]

SuggestionKind = Literal["user_word", "definition", "coinage", "title", "release", "word"]

# Of kinds with equal scores, the first is where a text is said to be found.
_ORDER: tuple[SuggestionKind, ...] = ("user_word", "coinage", "title", "release", "word", "definition")


class Entry(NamedTuple):
    """A known text under its folded form, and how many `texts` have it; the likeliest is the least."""

    unlikeliness: float
    key: str
    order: int
    text: str
    kind: SuggestionKind
    texts: int


@dataclass(frozen=True, slots=True)
class ShelfPart:
    """Words with the number of texts that have each, as far as one part of a corpus goes.

    `counts` (integers) are the most that there can be; `exact(number)` returns how many there are, where
    that is less for some. `lost` is how many words at most are in no text any more. `original(number)`
    returns a word as it is written, where that is not its folded form.
    """

    words: WordList
    counts: Array
    exact: Callable[[int], int] | None = None
    lost: int = 0
    original: Callable[[int], str] | None = None

    def count(self, number: int) -> int:
        """Return the number of texts that have a word."""
        return int(self.counts[number]) if self.exact is None else self.exact(number)


class Shelf:
    """Known texts of one kind; what parts have in common is counted together, up to `most`."""

    def __init__(self, kind: SuggestionKind, parts: Sequence[ShelfPart], *, most: int | None = None) -> None:
        self.kind = kind
        self.parts = tuple(parts)
        self._most = most
        rules = load_rules("suggest")
        self._ahead: float = rules["ahead"][kind]
        self._sizes = range(rules["limits"]["least"], rules["limits"]["most"] + 1)
        # What was in texts that are gone is no longer known; what users add may be in none.
        self._least = int(any(part.exact for part in self.parts))
        # Half of the plain words are in one text, most of them misprints: they have no pinyin.
        self._least_sounding = rules["limits"]["sound_texts"] if kind == "word" else self._least

    @classmethod
    def of(
        cls, kind: SuggestionKind, counts: Iterable[tuple[str, int]], *, pinyin: Pinyin | None = None
    ) -> Shelf:
        """Make a shelf of texts in memory; of those that are equal when folded, the greatest count counts."""
        items = list(counts)
        # All at once is many times faster than one by one.
        keys = map(encoded, default_folder().fold([text for text, _ in items]).texts())
        ordered = sorted(zip(keys, ((-count, text) for text, count in items), strict=True))
        best: dict[bytes, tuple[int, str]] = {}
        for key, each in ordered:
            best.setdefault(key, each)
        originals = [text for _, text in best.values()]
        found = np.array([-count for count, _ in best.values()], np.int64)
        words = WordList(ListedWords(list(best)), pinyin)
        return cls(kind, [ShelfPart(words, found, original=originals.__getitem__)] if best else [])

    def total(self, word: str) -> int:
        """Return the number of texts that have a word, in folded form."""
        key = encoded(word)
        found = 0
        for part in self.parts:
            number = part.words.words.find(key)
            if number >= 0:
                found += part.count(number)
        return found if self._most is None else min(found, self._most)

    def entry(self, key: str) -> Entry | None:
        """Return what is known under a folded text."""
        is_known = any(part.words.find(key) >= 0 for part in self.parts)
        count = self.total(key)
        return self._entry(key, count) if is_known and count >= self._least else None

    def starting(self, prefix: str, limit: int) -> list[Entry]:
        """Return the `limit` likeliest texts that begin with a folded text."""
        return self._best([part.words.starting(prefix) for part in self.parts], limit, self._least)

    def sounding(self, letters: str, limit: int) -> list[Entry]:
        """Return the `limit` likeliest texts whose initials begin with `letters`, and whose syllables do."""
        found = [part.words.sounding(letters) for part in self.parts]
        least = self._least_sounding
        return [entry for way in (0, 1) for entry in self._best([each[way] for each in found], limit, least)]

    def _entry(self, key: str, count: int) -> Entry | None:
        text = key
        for part in self.parts:
            number = part.words.find(key) if part.original else -1
            if part.original and number >= 0 and (part.exact is None or part.count(number)):
                text = part.original(number).replace("\n", " ")
                break
        if len(text) not in self._sizes:
            return None
        score = self._ahead + float(np.log2(count + 1))
        return Entry(-score, key, _ORDER.index(self.kind), text, self.kind, count)

    def _best(self, chosen: Sequence[Array], limit: int, least: int) -> list[Entry]:
        """Return the likeliest `limit` of some words of each part, that at least `least` texts have."""
        found: list[Entry] = []
        for key, count in self._by_count(chosen):
            if count < least or len(found) == limit:
                break
            entry = self._entry(key.decode("utf-8", "surrogatepass"), count)
            if entry is not None:
                found.append(entry)
        return found

    def _by_count(self, chosen: Sequence[Array]) -> Iterator[tuple[bytes, int]]:
        """Yield words with the numbers of texts that have them, the most frequent first.

        Taken in the order of the most texts that there can be, and counted as late as that allows.
        """
        waiting: list[tuple[int, bytes]] = []
        are_exact = all(part.exact is None for part in self.parts)
        for bound, key in self._by_bound(chosen):
            if are_exact:
                yield key, -bound
                continue
            while waiting and waiting[0] <= (bound, key):
                negative, ready = heappop(waiting)
                yield ready, -negative
            heappush(waiting, (-self.total(key.decode("utf-8", "surrogatepass")), key))
        while waiting:
            negative, ready = heappop(waiting)
            yield ready, -negative

    def _by_bound(self, chosen: Sequence[Array]) -> Iterator[tuple[int, bytes]]:
        """Yield the most texts that may have each word, negative, and the word, in this order."""
        if not self.parts:
            return iter(())
        largest = max(range(len(self.parts)), key=lambda at: len(chosen[at]))
        words, numbers = self.parts[largest].words.words, chosen[largest]
        bounds = self.parts[largest].counts[numbers].astype(np.int64)
        others: dict[bytes, int] = {}
        for at, part in enumerate(self.parts):
            for number in chosen[at].tolist() if at != largest else ():
                key, count = part.words.words[number], int(part.counts[number])
                own = words.find(key)
                place = int(numbers.searchsorted(own)) if own >= 0 else len(numbers)
                if place < len(numbers) and numbers[place] == own:
                    bounds[place] += count
                else:
                    others[key] = others.get(key, 0) + count
        if self._most is not None:
            bounds = np.minimum(bounds, self._most)
            others = {key: min(count, self._most) for key, count in others.items()}
        # The words of a part are in order, so that a stable sort leaves ties in theirs.
        order = np.argsort(-bounds, kind="stable").tolist()
        own_words = ((-int(bounds[place]), words[int(numbers[place])]) for place in order)
        return merge(own_words, sorted((-count, key) for key, count in others.items()))
