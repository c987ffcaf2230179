"""The one token stream that every engine of the benchmark is given, in the forms that peers take.

A paragraph is folded as the product folds it, cut into words by jieba's accurate mode, and
every word is preceded by the dictionary words inside it: substrings of two characters, then of three. They
stand at the position of the word. Blanks vanish; punctuation is dropped but takes up a position, so that no
phrase runs across it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from jsisa_search.analysis import Segmenter, is_counted, is_indexed, subwords
from jsisa_search.analysis.bulk_folding import BulkFolder
from jsisa_search.analysis.segmenter import JiebaSegmenter, RjiebaSegmenter

SegmenterName = Literal["rjieba", "jieba"]

PLACEHOLDER = ","
"""Stands for any punctuation in a blank-joined stream; folded text never has it as a word."""

BATCH_LINES = 4096
_HIGHEST_FOLDED = 0x30000  # the Han planes end below; what lies above stays as it is
_SURROGATES = range(0xD800, 0xE000)


@cache
def peers_folder() -> BulkFolder:
    """Return a folder that knows every character, so that no peer waits for it."""
    folder = BulkFolder()
    folder.fold(["".join(chr(point) for point in range(_HIGHEST_FOLDED) if point not in _SURROGATES)])
    return folder


def fold_batch(texts: Sequence[str]) -> list[str]:
    """Fold texts, all in one table look-up: peers are not charged for a slow folding."""
    return peers_folder().fold(texts).texts()


class Words:
    """A segmenter that remembers the tokens of each word."""

    def __init__(self, name: SegmenterName) -> None:
        segmenter = RjiebaSegmenter() if name == "rjieba" else JiebaSegmenter()
        self.cut = segmenter.cut
        self.tokens = _Tokens(segmenter)
        self._joined = _Joined(self.tokens)

    def positioned(self, text: str) -> Iterator[tuple[str, int]]:
        """Give every token of a folded text with its position; tokens of one word share theirs."""
        position = 0
        for word in self.cut(text):
            for token in self.tokens[word]:
                yield token, position
            position += is_counted(word)

    def join(self, text: str) -> str:
        """Return the tokens of a folded text joined by blanks, punctuation as PLACEHOLDER."""
        return " ".join(map(self._joined.__getitem__, self.cut(text)))


class _Tokens(dict[str, tuple[str, ...]]):
    """By word the tokens at its place: shorter words, then itself; none for punctuation and blanks."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def __missing__(self, word: str) -> tuple[str, ...]:
        parts = (part for part, _ in subwords(word, self._segmenter))
        self[word] = (*parts, word) if is_indexed(word) else ()
        return self[word]


class _Joined(dict[str, str]):
    """By word its tokens joined by blanks."""

    def __init__(self, tokens: _Tokens) -> None:
        self._tokens = tokens

    def __missing__(self, word: str) -> str:
        self[word] = " ".join(self._tokens[word]) or (PLACEHOLDER if is_counted(word) else "")
        return self[word]


@cache
def words_of(name: SegmenterName) -> Words:
    """Return the process's one segmenter of that name; the first call loads its dictionary."""
    return Words(name)


def read_batches(path: Path, size: int = BATCH_LINES) -> Iterator[list[str]]:
    """Read a file of one paragraph a line, in lists of `size` paragraphs."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        batch: list[str] = []
        for line in lines:
            batch.append(line.removesuffix("\n"))
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch
