"""Many texts to postings at once: words, characters and character pairs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import FieldType

from jsisa_search.analysis import Segmenter, is_counted, is_indexed, subwords
from jsisa_search.analysis.analyzers import GRAMS
from jsisa_search.analysis.bulk_folding import as_text, default_folder
from jsisa_search.codec.segment.packed_ints import offsets_of, packed, spread
from jsisa_search.codec.segment.postings_slice import PostingsSlice
from jsisa_search.codec.segment.term_dictionary import POINT_BITS, SortedTerms

Array = NDArray[Any]


class Numbering(dict[Any, int]):
    """Numbers keys from 0 in the order of their first lookup."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


#: Separates texts that are segmented in one call; no folded text has it, it is in no word and takes up no
#: position.
END = "\x1e"
#: More threads would wait for the one that numbers and sorts.
_THREADS = 2

#: The words of some texts, in parts that are being segmented.
SegmentedTexts = list[Future[list[str]]]


def segment_together(segmenter: Segmenter, texts: Sequence[str]) -> list[str]:
    """Return the words of folded `texts`, one after the other, `END` after those of each text.

    One call for all: a thread that returns from native code waits for the interpreter lock.
    """
    return segmenter.cut("".join([text + END for text in texts]))


def _fold_and_segment(segmenter: Segmenter, texts: Sequence[str]) -> list[str]:
    return segment_together(segmenter, default_folder().fold(texts).texts())


class WordTable:
    """The distinct words a writer has met, and the terms of each.

    `terms` numbers the terms. The terms of word w are `_term_numbers[_starts[w] : _starts[w] + _counts[w]]`,
    the words inside it first; `_counted[w]` is 1 where it takes up a position.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="jsisa-search-segment")
        self.clear()

    def __len__(self) -> int:
        return len(self._words)

    def segment(self, texts: Sequence[str]) -> SegmentedTexts:
        """Fold `texts` and segment them into words, in other threads.

        rjieba releases the interpreter lock: one batch is segmented while the batch before is inverted.
        """
        size = -(-len(texts) // _THREADS)
        return [
            self._executor.submit(_fold_and_segment, self._segmenter, texts[first : first + size])
            for first in range(0, len(texts), size)
        ]

    def clear(self) -> None:
        """Forget all words; no run of a field may refer to them any more."""
        self._words, self.terms = Numbering(), Numbering()
        self._counts = self._starts = self._term_numbers = self._counted = np.zeros(0, np.int64)

    def close(self) -> None:
        """Shut the threads down; without waiting for pending work."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def invert(self, segmented: SegmentedTexts, docs: Array) -> tuple[Array, PostingsSlice, Array]:
        """Return (terms, postings, lengths) of segmented texts, the i-th being in document `docs[i]`.

        `docs` ascends. Terms are numbers in `terms`, ascending; lengths are the number of terms in
        each text (int64).
        """
        # Each part is dropped before the next is numbered: words are the largest thing in memory.
        tokens = np.concatenate([self._numbers(segmented.pop(0).result()) for _ in range(len(segmented))])
        bounds = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(tokens == self._words[END]) + 1])
        positions = offsets_of(self._counted[tokens])
        positions = positions[:-1] - np.repeat(positions[bounds[:-1]], np.diff(bounds))
        counts = self._counts[tokens]
        lengths = np.diff(offsets_of(counts)[bounds])
        occurrences = self._term_numbers[spread(self._starts[tokens], counts)]
        texts_of = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        terms, postings = invert(occurrences, texts_of, np.repeat(positions, counts))
        return terms, _renumber(postings, docs), lengths

    def _numbers(self, words: list[str]) -> Array:
        """Return the number of each of `words` (int32); unknown ones are analysed."""
        known = len(self._words)
        numbers = np.fromiter(map(self._words.__getitem__, words), np.int32, len(words))
        if len(self._words) > known:
            self._learn(known)
        return numbers

    def _learn(self, known: int) -> None:
        """Analyse the words numbered `known` and above."""
        counts: list[int] = []
        counted: list[bool] = []
        numbers: list[int] = []
        for word in islice(self._words, known, None):
            counted.append(is_counted(word))
            before = len(numbers)
            if is_indexed(word):
                if len(word) > 2:
                    numbers += [self.terms[part] for part, _ in subwords(word, self._segmenter)]
                numbers.append(self.terms[word])
            counts.append(len(numbers) - before)
        self._counts = np.concatenate([self._counts, np.array(counts, np.int64)])
        self._counted = np.concatenate([self._counted, np.array(counted, np.int64)])
        self._term_numbers = np.concatenate([self._term_numbers, np.array(numbers, np.int64)])
        self._starts = offsets_of(self._counts)[:-1]


def invert(terms: Array, docs: Array, positions: Array | None = None) -> tuple[Array, PostingsSlice]:
    """Return (terms, postings) of occurrences, given as int64 arrays in any order.

    The numbers are packed into one integer each, so that one sort of plain integers does it.
    """
    if not len(terms):
        empty = np.zeros(0, np.uint32)
        return empty, PostingsSlice(empty, empty, empty, None if positions is None else empty)
    doc_bits = int(docs.max()).bit_length()
    position_bits = 0 if positions is None else int(positions.max()).bit_length()
    if int(terms.max()).bit_length() + doc_bits + position_bits > 63:
        raise ValueError("a text has too many words to be indexed")
    keys = terms << doc_bits | docs
    keys = np.sort(keys if positions is None else keys << position_bits | positions)
    pairs = keys >> position_bits
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    freqs = np.diff(np.append(first, len(keys)))
    pairs = pairs[first]
    terms_of = pairs >> doc_bits
    start = np.flatnonzero(np.concatenate([[True], terms_of[1:] != terms_of[:-1]]))
    return terms_of[start], PostingsSlice(
        counts=packed(np.diff(np.append(start, len(pairs)))),
        docs=(pairs & ((1 << doc_bits) - 1)).astype(np.uint32),
        freqs=packed(freqs),
        positions=None if positions is None else packed(keys & ((1 << position_bits) - 1)),
    )


def _renumber(postings: PostingsSlice, docs: Array) -> PostingsSlice:
    return PostingsSlice(
        postings.counts, docs[postings.docs].astype(np.uint32), postings.freqs, postings.positions
    )


#: Sizes whose numbers fit into 63 bits together with a document.
_SIZES = (1, 2)


def gram_size(field: FieldType) -> int:
    """Return the size of the grams of `field`, 0 where its texts are not inverted as grams in batches."""
    return field.analyzer.size if type(field) is GRAMS and field.analyzer.size in _SIZES else 0


def invert_grams(texts: Sequence[str], docs: Array, size: int) -> tuple[Array, PostingsSlice, Array]:
    """Return (numbers, postings, lengths) of the grams of `texts`, the i-th being in document `docs[i]`.

    `docs` ascends; numbers (int64) ascend; lengths are the number of grams in each text (int64).
    """
    folded = default_folder().fold(texts)
    points, starts = folded.points.astype(np.int64), folded.bounds
    lengths = np.maximum(np.diff(starts) - (size - 1), 0)
    texts_of = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(starts))
    numbers = points
    if size == 2:
        inside = texts_of[1:] == texts_of[:-1]
        numbers = (points[:-1] << POINT_BITS | points[1:])[inside]
        texts_of = texts_of[:-1][inside]
    found, postings = invert(numbers, texts_of)
    return (
        found,
        PostingsSlice(postings.counts, docs[postings.docs].astype(np.uint32), postings.freqs),
        lengths,
    )


def gram_terms(numbers: Array, size: int) -> SortedTerms:
    """Return the terms of ascending `numbers` (int64), sorted; the numbers of pairs are their codes."""
    if size == 2:
        return numbers
    return [char.encode("utf-8", "surrogatepass") for char in as_text(numbers.astype(np.uint32))]
