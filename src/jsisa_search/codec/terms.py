"""The term dictionary of a field: sorted terms in one blob, and a hash table over them.

Arrays, under the prefix of the field:

    terms.bytes    uint8   all terms, sorted as bytes, without separators
    terms.starts   uint    where each term begins in `terms.bytes`, and the end of the last
    terms.buckets  uint    where each hash bucket begins in `terms.hashed`, and the end of the last
    terms.hashed   uint    numbers of the terms, bucket by bucket; the bucket of a term is its CRC-32
                           modulo the number of buckets, a power of two
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.container import Container, ContainerWriter
from jsisa_search.codec.narrow import narrowed, offsets_of

Array = NDArray[Any]


def write_hashed(writer: ContainerWriter, prefix: str, terms: Sequence[bytes]) -> None:
    """Write the dictionary of `terms`, which are sorted and distinct."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    writer.add(prefix + "terms.bytes", np.frombuffer(b"".join(terms), np.uint8))
    writer.add(prefix + "terms.starts", narrowed(offsets_of(lengths)))
    bucket_count = 1 << max(len(terms) - 1, 1).bit_length()
    buckets = np.fromiter(map(crc32, terms), np.int64, len(terms)) & (bucket_count - 1)
    starts = offsets_of(np.bincount(buckets, minlength=bucket_count))
    writer.add(prefix + "terms.buckets", narrowed(starts))
    writer.add(prefix + "terms.hashed", narrowed(np.argsort(buckets, kind="stable")))


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
        # Scalars come out of a memoryview as plain ints, three times faster than out of an array.
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
