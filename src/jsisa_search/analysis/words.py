"""Words: a text cut the way jieba's accurate mode cuts it, and the dictionary words inside a word.

`rjieba` does the work (the same dictionary, thirty times faster); plain `jieba` stands in where
rjieba has no build. Both load their dictionary when the first text is cut, not before.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, Protocol

from jsisa_search.analysis.word_set import WordSet, cut_with


class Segmenter(Protocol):
    """Cuts folded text into words."""

    name: str

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        ...

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary."""
        ...


class RjiebaSegmenter:
    """jieba's algorithm and dictionary in native code."""

    def __init__(self) -> None:
        import rjieba

        # The instance that rjieba loads on import: one more of our own would cost its loading again.
        self.cut = rjieba.cut
        self.has_word = rjieba.has_word
        self.name = f"rjieba {_version('rjieba')}"


class JiebaSegmenter:
    """Plain jieba, as a private instance that writes neither a cache file nor a log."""

    def __init__(self) -> None:
        import jieba

        # On import jieba hangs a handler on its logger that prints to stderr.
        logging.getLogger("jieba").handlers.clear()
        tokenizer: Any = jieba.Tokenizer()
        # What its `initialize` does, without the cache file in the shared temporary folder.
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        self._tokenizer = tokenizer
        self.name = f"jieba {_version('jieba')}"

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        return list(self._tokenizer.cut(text))

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary."""
        return bool(self._tokenizer.FREQ.get(word))


class SegmenterWithWords:
    """A segmenter and words that it takes for words whatever its dictionary says."""

    def __init__(self, segmenter: Segmenter, words: WordSet) -> None:
        self._segmenter = segmenter
        self._words = words
        self.name = segmenter.name

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        return list(cut_with(self._words, self._segmenter.cut(text)))

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary or one of the words."""
        return word in self._words or self._segmenter.has_word(word)


@cache
def segmenter_with(words: tuple[str, ...]) -> Segmenter:
    """Return the segmenter of this process, with folded `words` of users' own."""
    segmenter = default_segmenter()
    return SegmenterWithWords(segmenter, WordSet.of(words)) if words else segmenter


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter of this process: rjieba, or jieba where rjieba is not installed."""
    try:
        return RjiebaSegmenter()
    except ImportError:
        return JiebaSegmenter()


def subwords(word: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """Return (part, offset in `word`) of the shorter dictionary words of two, then three characters.

    This is jieba's search mode: 网格 is found in 网格化. It depends on `word` alone.
    """
    return [
        (part, start)
        for size in (2, 3)
        if len(word) > size
        for start in range(len(word) - size + 1)
        if segmenter.has_word(part := word[start : start + size])
    ]


def is_indexed(word: str) -> bool:
    """Return whether `word` can be searched as a word: it has a letter, a digit or a Han character."""
    return word.isalnum() or any(char.isalnum() for char in word)


def is_counted(word: str) -> bool:
    """Return whether `word` takes up a position: all but white space does, punctuation too.

    So a phrase never reaches across a comma, and blanks inside a sentence do not part it.
    """
    return not word.isspace()


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)
