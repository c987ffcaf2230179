"""Sorted words as compact arrays: found by how they begin or sound, and by slips of one character.

A list is made once for words that never change, those of a segment of an index, and takes some 40 bytes a
word. Python's own dictionaries took 700, and had to be rebuilt for every generation.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.bulk_folding import code_points
from jsisa_search.lexicon import load_rules
from jsisa_search.lexicon.assist.pinyin import Pinyin

Array = NDArray[Any]

# OrderedWords whose hashes are computed at a time; bounds the memory.
_PIECE = 8192

# A factor for each place of a word: odd, so that no two characters in one place have one product.
_FACTORS = np.random.default_rng(20261128).integers(1 << 62, 1 << 63, 64, np.uint64) | np.uint64(1)

# A hash is the upper half of a key, the number of its word the lower.
_HALF = np.uint64(32)
_NUMBER = np.uint64((1 << 32) - 1)

#: More characters of a word are not counted.
MAX_SIZE = 255


class OrderedWords(Protocol):
    """Distinct words in UTF-8, numbered in the order of their bytes."""

    @property
    def count(self) -> int:
        """The number of words."""
        ...

    def find(self, term: bytes) -> int:
        """Return the number of a word, or -1."""
        ...

    def from_(self, term: bytes) -> int:
        """Return the number of the first word not below `term` (the count where there is none)."""
        ...

    def as_list(self) -> list[bytes]:
        """Return all words."""
        ...

    def __getitem__(self, number: int) -> bytes: ...


class ListedWords:
    """OrderedWords in memory; `words` are distinct and in order."""

    def __init__(self, words: Sequence[bytes]) -> None:
        self._words = words
        self.count = len(words)

    def find(self, term: bytes) -> int:
        """Return the number of a word, or -1."""
        at = bisect_left(self._words, term)
        return at if at < self.count and self._words[at] == term else -1

    def from_(self, term: bytes) -> int:
        """Return the number of the first word not below `term` (the count where there is none)."""
        return bisect_left(self._words, term)

    def as_list(self) -> list[bytes]:
        """Return all words."""
        return list(self._words)

    def __getitem__(self, number: int) -> bytes:
        return self._words[number]


class WordList:
    """OrderedWords, found by their beginning, their sound, or a slip; each array is made on first use.

    Threads may share it. `pinyin` is `None` where sounds are not known.
    """

    def __init__(self, words: OrderedWords, pinyin: Pinyin | None = None) -> None:
        self.words = words
        self._pinyin = pinyin
        self._lock = threading.Lock()
        self._made: dict[str, Any] = {}

    def text(self, number: int) -> str:
        """Return the word with a number."""
        return self.words[number].decode("utf-8", "surrogatepass")

    def find(self, word: str) -> int:
        """Return the number of a word, or -1."""
        return self.words.find(encoded(word))

    def starting(self, prefix: str) -> Array:
        """Return the numbers of the words that begin with `prefix` (int64, ascending)."""
        first = encoded(prefix)
        # No byte of UTF-8 is as high.
        return np.arange(self.words.from_(first), self.words.from_(first + b"\xff"))

    def sounding(self, letters: str) -> tuple[Array, Array]:
        """Return the numbers of the words whose initials, and whose syllables, begin with `letters`."""
        if self._pinyin is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        by_initials, by_syllables = self._once("spelled", self._by_spelling)
        return self._spelled_from(by_initials, 0, letters), self._spelled_from(by_syllables, 1, letters)

    def alike(self, word: str) -> Iterator[int]:
        """Yield the numbers of the words that sound like `word`, itself among them; none for Latin words."""
        if self._pinyin is None or word.isascii():
            return
        sound = self._pinyin.syllables(word)
        for number in _with_hash(self._once("sounds", self._by_sound), _hash_of_sound(sound)).tolist():
            if self._pinyin.syllables(self.text(number)) == sound:
                yield number

    def near(self, word: str) -> Array:
        """Return the numbers of the words that may differ from `word` in one edit, two if Latin and long.

        They share what is left without a character or two (int64, ascending). A few others may be among them.
        """
        chars = code_points(word).astype(np.uint64)[np.newaxis] + np.uint64(1)
        if not 0 < chars.shape[1] < len(_FACTORS):
            return np.zeros(0, np.int64)
        hashes = np.concatenate([part[0] for part in _hashes_of_slips(chars)]) >> _HALF
        keys = self._once("slips", self._by_slip)
        return np.unique(np.concatenate([_with_hash(keys, each) for each in hashes]))

    @property
    def sizes(self) -> Array:
        """The number of characters of each word (uint8), at most `MAX_SIZE`."""
        return self._measured[0]

    @property
    def are_ascii(self) -> Array:
        """Whether each word consists of ASCII characters (bool)."""
        return self._measured[1]

    @property
    def are_correctable(self) -> Array:
        """Whether each word is of a size at which it is offered for another one (bool)."""
        rules = load_rules("spelling")
        longest = np.where(self.are_ascii, rules["latin"]["longest"], rules["size"]["most"])
        are: Array = (self.sizes >= rules["size"]["least"]) & (self.sizes <= longest)
        return are

    @cached_property
    def _measured(self) -> tuple[Array, Array]:
        terms = self.words.as_list()
        ends = np.fromiter(map(len, terms), np.int64, len(terms)).cumsum()
        # Every byte but those that continue a character begins one.
        begun = ((np.frombuffer(b"".join(terms), np.uint8) & 0xC0) != 0x80).cumsum()
        sizes = np.diff(np.append(0, begun)[ends], prepend=0)
        return np.minimum(sizes, MAX_SIZE).astype(np.uint8), sizes == np.diff(ends, prepend=0)

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what `make` returns, which one thread computes for all."""
        found = self._made.get(name)
        if found is None:
            with self._lock:
                found = self._made.get(name)
                if found is None:
                    found = self._made[name] = make()
        return found

    def _by_slip(self) -> Array:
        """Return the hashes of the words and of what is left without a character, as sorted keys (uint64)."""
        numbers = np.flatnonzero(self.are_correctable)
        keys = [np.zeros(0, np.uint64)]
        for size in np.unique(self.sizes[numbers]).tolist():
            same = numbers[self.sizes[numbers] == size]
            for some in (same[at : at + _PIECE] for at in range(0, len(same), _PIECE)):
                points = code_points("".join(map(self.text, some.tolist()))).reshape(-1, size)
                keys.append(_keys(_hashes_of_slips(points.astype(np.uint64) + np.uint64(1)), some))
        return np.unique(np.concatenate(keys))

    def _by_sound(self) -> Array:
        """Return the hashes of the syllables of the words, as sorted keys (uint64)."""
        assert self._pinyin is not None
        numbers = np.flatnonzero(self.are_correctable & ~self.are_ascii)
        syllables = self._pinyin.syllables
        hashes = (_hash_of_sound(syllables(self.text(number))) for number in numbers.tolist())
        keys = np.fromiter(hashes, np.uint64, len(numbers)) << _HALF | numbers.astype(np.uint64)
        keys.sort()
        return keys

    def _by_spelling(self) -> tuple[Array, Array]:
        """Return the numbers of the words by their initials, and by their syllables (uint32)."""
        numbers = np.flatnonzero(~self.are_ascii & (self.sizes > 1))
        terms = self.words.as_list()
        spelled = [
            self._spelled(terms[number].decode("utf-8", "surrogatepass")) for number in numbers.tolist()
        ]
        orders = (
            sorted(range(len(spelled)), key=[each[way] for each in spelled].__getitem__) for way in (0, 1)
        )
        by_initials, by_syllables = (numbers[order].astype(np.uint32) for order in orders)
        return by_initials, by_syllables

    def _spelled(self, text: str) -> tuple[str, str]:
        """Return initials and syllables of a word."""
        assert self._pinyin is not None
        parts = self._pinyin.syllables(text[: load_rules("suggest")["limits"]["sound_chars"]])
        return "".join([part[0] for part in parts]), "".join(parts)

    def _spelled_from(self, order: Array, way: int, letters: str) -> Array:
        """Return the words, in the order of their initials or syllables, that begin with `letters`."""

        def key(number: int) -> str:
            return self._spelled(self.text(number))[way]

        first = bisect_left(order, letters, key=key)
        end = bisect_left(order, letters + "\U0010ffff", first, key=key)
        return np.sort(order[first:end]).astype(np.int64)


def encoded(word: str) -> bytes:
    """Return a word as lists have it."""
    return word.encode("utf-8", "surrogatepass")


def _hash_of_sound(syllables: list[str]) -> int:
    return crc32(encoded(" ".join(syllables)))


def _hashes_of_slips(chars: Array) -> list[Array]:
    """Return hashes of words of one size, whole and without a character or two (uint64, a row each).

    `chars` are their code points plus 1 (uint64, a row each). Two are left out where two letters may be
    wrong; rows of other words then repeat their first.
    """
    hashes = [_hashes(chars)]
    # Of a word one letter shorter than the bound, two letters may be missing in what was typed.
    if chars.shape[1] > load_rules("spelling")["latin"]["two_edits_from"] - 2:
        is_latin = _are_letters(chars).all(axis=1)
        if is_latin.any():
            for at in range(chars.shape[1]):
                further = np.repeat(hashes[0][:, :1], chars.shape[1], axis=1)
                further[is_latin] = _hashes(np.delete(chars[is_latin], at, axis=1))
                hashes.append(further)
    return hashes


def _are_letters(chars: Array) -> Array:
    lower = (chars - np.uint64(1)) | np.uint64(0x20)
    return (lower >= ord("a")) & (lower <= ord("z"))


def _hashes(chars: Array) -> Array:
    """Return hashes of words of one size, whole and without each of their characters (uint64, a row each).

    A hash is the sum of the characters, each times the factor of its place.
    """
    count, size = chars.shape
    ahead = np.zeros((count, size + 1), np.uint64)
    np.cumsum(chars * _FACTORS[:size], axis=1, out=ahead[:, 1:])
    # What follows a character that is left out moves up by one place.
    behind = np.zeros((count, size), np.uint64)
    behind[:, : size - 1] = (chars[:, 1:] * _FACTORS[: size - 1])[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.concatenate([ahead[:, size:], ahead[:, :size] + behind], axis=1)


def _keys(hashes: list[Array], numbers: Array) -> Array:
    """Return the hashes of each word with its number, in one key each (uint64)."""
    halves = np.concatenate(hashes, axis=1) & ~_NUMBER
    return np.unique(halves | numbers.astype(np.uint64)[:, np.newaxis])


def _with_hash(keys: Array, value: int | np.uint64) -> Array:
    """Return the numbers of the words with a hash (int64, ascending)."""
    first = np.uint64(value) << _HALF
    start, end = keys.searchsorted(first), keys.searchsorted(first | _NUMBER, "right")
    return (keys[start:end] & _NUMBER).astype(np.int64)
