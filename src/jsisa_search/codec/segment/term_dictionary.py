"""The terms of a field: a hash table of bytes, or sorted codes of character pairs.

Arrays, under the field's prefix; t is the number of terms:

    terms.bytes       uint8   all terms, sorted, one after the other
    terms.starts      uint    where each begins, and the end of the last
    terms.buckets     uint    where each bucket begins in `terms.hashed`, and the end of the last; the
                              least power of two that is no less than t of them, at least 2
    terms.hashed      uint    numbers of the terms by bucket, which is the low bits of their CRC-32

or, where every term is two characters in UTF-8:

    terms.characters  uint32  the distinct characters of the terms (code points), ascending
    terms.pairs       uint    ascending codes: index of the first character times the number of characters,
                              plus index of the second
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.bulk_folding import as_text, code_points
from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed

Array = NDArray[Any]

#: Terms in the order of their bytes; where all are pairs of characters, their codes instead (int64):
#: `first << POINT_BITS | second`. A code takes 8 bytes, a `bytes` object with its place in a list 50.
SortedTerms = list[bytes] | Array


def as_bytes(terms: SortedTerms) -> list[bytes]:
    """Return `terms` as bytes."""
    return terms if isinstance(terms, list) else pair_terms(terms)


def write_hashed(writer: ContainerWriter, prefix: str, terms: Sequence[bytes]) -> None:
    """Write the dictionary of `terms`, which are sorted and distinct."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    writer.add(prefix + "terms.bytes", np.frombuffer(b"".join(terms), np.uint8))
    writer.add(prefix + "terms.starts", packed(offsets_of(lengths)))
    bucket_count = 1 << max(len(terms) - 1, 1).bit_length()
    buckets = np.fromiter(map(crc32, terms), np.int64, len(terms)) & (bucket_count - 1)
    starts = offsets_of(np.bincount(buckets, minlength=bucket_count))
    writer.add(prefix + "terms.buckets", packed(starts))
    writer.add(prefix + "terms.hashed", packed(np.argsort(buckets, kind="stable")))


class TermDictionary(ABC):
    """The terms of one field of one segment, numbered from 0 in byte order."""

    __slots__ = ("count",)

    #: The number of terms.
    count: int

    @abstractmethod
    def find(self, term: bytes) -> int:
        """Return the number of `term`, or -1."""

    @abstractmethod
    def __getitem__(self, number: int) -> bytes:
        """Return the term with a number."""

    @abstractmethod
    def as_list(self) -> list[bytes]:
        """Return all terms."""

    def as_sorted(self) -> SortedTerms:
        """Return all terms, in the form that takes less memory."""
        return self.as_list()

    def from_(self, term: bytes) -> int:
        """Return the number of the first term not below `term` (the count where there is none)."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self[middle] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def iterate(self, start: int = 0) -> Iterator[bytes]:
        """Yield the terms from number `start` on."""
        return (self[number] for number in range(start, self.count))


class HashedTerms(TermDictionary):
    """Terms of any kind: one blob, and a hash table over it."""

    __slots__ = ("_blob", "_buckets", "_hashed", "_mask", "_starts")

    def __init__(self, container: Container, prefix: str) -> None:
        self._blob = container[prefix + "terms.bytes"].data
        # A memoryview gives plain ints, three times as fast as an array gives scalars.
        self._starts = container[prefix + "terms.starts"].data
        self._buckets = container[prefix + "terms.buckets"].data
        self._hashed = container[prefix + "terms.hashed"].data
        self._mask = len(self._buckets) - 2
        self.count = len(self._starts) - 1

    def find(self, term: bytes) -> int:
        """Return the number of `term`, or -1."""
        bucket = crc32(term) & self._mask
        for slot in range(self._buckets[bucket], self._buckets[bucket + 1]):
            number: int = self._hashed[slot]
            if self._blob[self._starts[number] : self._starts[number + 1]] == term:
                return number
        return -1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._blob[self._starts[number] : self._starts[number + 1]])

    def as_list(self) -> list[bytes]:
        """Return all terms."""
        blob, starts = bytes(self._blob), self._starts.tolist()
        return [blob[a:b] for a, b in pairwise(starts)]


#: A code point takes 21 bits.
POINT_BITS = 21
_POINT = (1 << POINT_BITS) - 1


def pairs_of(terms: Sequence[bytes]) -> Array | None:
    """Return `terms` as codes of pairs (int64), `None` where one is not two characters in UTF-8."""
    try:
        points = code_points(b"".join(terms).decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None
    if not len(terms) or len(points) != 2 * len(terms):
        return None
    pairs = points.reshape(-1, 2).astype(np.int64)
    sizes = 1 + (pairs > 0x7F).astype(np.int64) + (pairs > 0x7FF) + (pairs > 0xFFFF)
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    return pairs[:, 0] << POINT_BITS | pairs[:, 1] if (sizes.sum(axis=1) == lengths).all() else None


def pair_terms(codes: Array) -> list[bytes]:
    """Return the terms of codes of pairs."""
    text = as_text(np.stack([codes >> POINT_BITS, codes & _POINT], axis=1).reshape(-1))
    return [text[at : at + 2].encode("utf-8", "surrogatepass") for at in range(0, len(text), 2)]


def write_pairs(writer: ContainerWriter, prefix: str, codes: Array) -> None:
    """Write the dictionary of ascending, distinct codes of pairs."""
    first, second = codes >> POINT_BITS, codes & _POINT
    characters = np.union1d(first, second)
    writer.add(prefix + "terms.characters", characters.astype(np.uint32))
    indices = characters.searchsorted(first) * len(characters) + characters.searchsorted(second)
    writer.add(prefix + "terms.pairs", packed(indices))


class PairTerms(TermDictionary):
    """The terms of a field, all of two characters."""

    __slots__ = ("_characters", "_codes", "_pairs")

    def __init__(self, container: Container, prefix: str) -> None:
        self._codes = container[prefix + "terms.pairs"]
        self._pairs = self._codes.data
        self._characters = container[prefix + "terms.characters"].data
        self.count = len(self._codes)

    def find(self, term: bytes) -> int:
        """Return the number of `term`, or -1."""
        try:
            text = term.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return -1
        if len(text) != 2:
            return -1
        first, second = self._index_of(text[0]), self._index_of(text[1])
        if first < 0 or second < 0:
            return -1
        code = first * len(self._characters) + second
        number = bisect_left(self._pairs, code)
        return number if number < self.count and self._pairs[number] == code else -1

    def _index_of(self, character: str) -> int:
        point = ord(character)
        index = bisect_left(self._characters, point)
        return index if index < len(self._characters) and self._characters[index] == point else -1

    def __getitem__(self, number: int) -> bytes:
        indices = divmod(self._pairs[number], len(self._characters))
        return "".join(chr(self._characters[index]) for index in indices).encode("utf-8", "surrogatepass")

    def as_list(self) -> list[bytes]:
        """Return all terms."""
        return pair_terms(self.as_sorted())

    def as_sorted(self) -> Array:
        """Return all terms, as codes."""
        characters = np.asarray(self._characters).astype(np.int64)
        first, second = np.divmod(self._codes, self._codes.dtype.type(len(characters)))
        return characters[first] << POINT_BITS | characters[second]


def write_terms(writer: ContainerWriter, prefix: str, terms: SortedTerms) -> None:
    """Write the dictionary of `terms`, which are sorted and distinct."""
    codes = pairs_of(terms) if isinstance(terms, list) else terms
    if codes is None or not len(codes):
        write_hashed(writer, prefix, as_bytes(terms))
    else:
        write_pairs(writer, prefix, codes)


def read_terms(container: Container, prefix: str) -> TermDictionary:
    """Return the dictionary that was written under `prefix`."""
    form = PairTerms if prefix + "terms.pairs" in container else HashedTerms
    return form(container, prefix)
