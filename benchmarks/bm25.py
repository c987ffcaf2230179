"""Plain BM25 on token streams, every score worked out in full: what ranking is measured against."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jsisa_search.analysis import default_segmenter, is_indexed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

K1, B = 0.9, 0.4


def cut_words(text: str) -> list[str]:
    """Return the words of a folded text by jieba's accurate mode, punctuation left out."""
    return [word for word in default_segmenter().cut(text) if is_indexed(word)]


def cut_search_mode(text: str) -> list[str]:
    """Return the words of a folded text by jieba's search mode, punctuation left out."""
    import rjieba

    return [word for word in rjieba.cut_for_search(text) if is_indexed(word)]


def cut_bigrams(text: str) -> list[str]:
    """Return each two neighbouring letters, digits or Han characters of a folded text.

    A character that has no such neighbour stands alone.
    """
    return [gram for run in runs_of(text) for gram in ngrams(run, 2)]


def runs_of(text: str) -> Iterator[str]:
    """Give the stretches of letters, digits and Han characters."""
    return iter("".join(char if char.isalnum() else " " for char in text).split())


def ngrams(run: str, size: int) -> Iterator[str]:
    """Give the stretches of `size` characters of `run`, or `run` itself if it is shorter."""
    return (run[start : start + size] for start in range(max(len(run) - size, 0) + 1))


class Bm25:
    """Postings as arrays: for each term its documents and what it adds to their scores."""

    def __init__(self, streams: Iterable[Sequence[str]]) -> None:
        self._terms: dict[str, int] = {}
        occurrences, lengths = self._number(streams)
        size = len(lengths)
        documents = np.repeat(np.arange(size, dtype=np.int64), lengths)
        # One number for a term in a document: sorting puts a term's documents side by side.
        pairs, counts = np.unique(occurrences * size + documents, return_counts=True)
        terms, self._documents = pairs // size, pairs % size
        self._ends: Ints = np.cumsum(np.bincount(terms, minlength=len(self._terms)))
        self._impacts = _impacts(terms, counts, lengths[self._documents] / lengths.mean(), size)
        self._size = size

    def _number(self, streams: Iterable[Sequence[str]]) -> tuple[Ints, Ints]:
        numbers, lengths = array("q"), array("q")
        for stream in streams:
            lengths.append(len(stream))
            numbers.extend(self._terms.setdefault(term, len(self._terms)) for term in stream)
        return np.frombuffer(numbers, dtype=np.int64), np.frombuffer(lengths, dtype=np.int64)

    def best(self, stream: Iterable[str], limit: int) -> list[int]:
        """Return the numbers of the best documents, best first, the first of equals first.

        A term that the query has twice counts twice.
        """
        scores: Floats = np.zeros(self._size)
        for term, times in Counter(stream).items():
            number = self._terms.get(term)
            if number is not None:
                where = slice(self._ends[number - 1] if number else 0, self._ends[number])
                scores[self._documents[where]] += times * self._impacts[where]
        return _top(scores, limit)


def _impacts(terms: Ints, counts: Ints, relative_lengths: Floats, size: int) -> Floats:
    frequencies = np.bincount(terms)[terms]
    weights: Floats = np.log(1 + (size - frequencies + 0.5) / (frequencies + 0.5))
    return weights * counts / (counts + K1 * (1 - B + B * relative_lengths))


def _top(scores: Floats, limit: int) -> list[int]:
    found: Any = np.flatnonzero(scores)
    if len(found) > limit:
        least = np.partition(scores[found], -limit)[-limit]
        found = found[scores[found] >= least]
    order = np.lexsort((found, -scores[found]))[:limit]
    ranked: list[int] = found[order].tolist()
    return ranked
