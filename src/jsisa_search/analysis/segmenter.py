"""Segmenters: text to jieba words, loaded on first use, and user words merged into a segmentation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from jsisa_search.model import Range

if TYPE_CHECKING:
    from jsisa_search.analysis.dictionary_file import FileSegmenter

#: Calls after which loading rjieba costs less than what reading the file has cost.
_USES_OF_FILE = 600


class HasWord(Protocol):
    """A dictionary."""

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary."""
        ...


class Segmenter(HasWord, Hashable, Protocol):
    """Segments folded text into words."""

    name: str

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        ...


#: Folded text to words, each with its class as jieba names it: `n` noun, `v` verb.
Tagger = Callable[[str], list[tuple[str, str]]]


class RjiebaSegmenter:
    """jieba's algorithm and dictionary in native code."""

    def __init__(self) -> None:
        import rjieba

        # The instance that rjieba loads on import; another one would load the dictionary again.
        self.cut = rjieba.cut
        self.has_word = rjieba.has_word
        self.name = f"rjieba {_version('rjieba')}"


class JiebaSegmenter:
    """Plain jieba, as a private instance that writes no cache file and no log."""

    def __init__(self) -> None:
        import jieba

        # On import jieba adds a handler to its logger that prints to stderr.
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

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Return the words of `text` in order, each with its class."""
        from jieba import posseg

        return [(pair.word, pair.flag) for pair in posseg.POSTokenizer(self._tokenizer).cut(text)]


class SegmenterWithWords:
    """A segmenter with words beyond its dictionary."""

    def __init__(self, segmenter: Segmenter, words: WordSet) -> None:
        self._segmenter = segmenter
        self._words = words
        self.name = segmenter.name

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        return list(merge_words(self._words, self._segmenter.cut(text)))

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary or one of the words."""
        return word in self._words or self._segmenter.has_word(word)


@cache
def segmenter_with(words: tuple[str, ...]) -> Segmenter:
    """Return the segmenter of this process with folded user words merged."""
    segmenter = default_segmenter()
    return SegmenterWithWords(segmenter, WordSet.of(words)) if words else segmenter


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter of this process: rjieba, or jieba where rjieba is not installed."""
    try:
        return RjiebaSegmenter()
    except ImportError:
        return JiebaSegmenter()


@cache
def default_tagger() -> Tagger:
    """Return what tags words with their classes, of the segmenter of this process."""
    segmenter = default_segmenter()
    if isinstance(segmenter, JiebaSegmenter):
        return segmenter.tag
    import rjieba

    tag: Tagger = rjieba.tag
    return tag


class QuerySegmenter:
    """Segments short texts: from an index's dictionary file at first, natively once rjieba has loaded.

    Both yield the same words. The file costs a tenth of a millisecond per query; loading rjieba costs a tenth
    of a second, which a single query need not wait for.
    """

    def __init__(self) -> None:
        self._file: FileSegmenter | None = None
        self._uses = 0
        # A query asks for the same pieces and parts several times.
        self._cut = lru_cache(maxsize=256)(self._cut_once)
        self.has_word = lru_cache(maxsize=4096)(self._has_word_once)

    def offer(self, folder: Path) -> None:
        """Use the dictionary file in `folder` if it is valid and rjieba is not loaded."""
        from jsisa_search.analysis.dictionary_file import FILE_NAME, FileSegmenter

        if self._file is None and not _is_loaded():
            with suppress(OSError, ValueError, KeyError, TypeError):
                self._file = FileSegmenter(folder / FILE_NAME)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        return list(self._cut(text))

    def _cut_once(self, text: str) -> tuple[str, ...]:
        file = self._quick()
        return tuple(file.cut(text) if file and file.is_certain_of(text) else default_segmenter().cut(text))

    def _has_word_once(self, word: str) -> bool:
        return (self._quick() or default_segmenter()).has_word(word)

    def _quick(self) -> FileSegmenter | None:
        """Return the file while rjieba has not been loaded and loading it has not paid off yet."""
        self._uses += 1
        return None if _is_loaded() or self._uses > _USES_OF_FILE else self._file


def _is_loaded() -> bool:
    return default_segmenter.cache_info().currsize > 0


@cache
def query_segmenter() -> QuerySegmenter:
    """Return the segmenter of queries in this process."""
    return QuerySegmenter()


def subwords(word: str, segmenter: HasWord) -> list[tuple[str, int]]:
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
    """Return whether `word` takes up a position: everything but white space does, punctuation too.

    So a phrase never crosses a comma, and spaces inside a sentence do not split it.
    """
    return not word.isspace()


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


@dataclass(frozen=True, slots=True)
class WordSet:
    """Folded words, and their distinct lengths in descending order; make one with `of`."""

    words: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Return the set of `words`, which are folded; empty ones are left out."""
        distinct = frozenset(filter(None, words))
        return cls(distinct, tuple(sorted(set(map(len, distinct)), reverse=True)))

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __len__(self) -> int:
        return len(self.words)

    def __or__(self, other: Self) -> Self:
        return type(self).of(self.words | other.words)

    def find(self, text: str) -> list[Range]:
        """Return the ranges of words in folded `text`, ordered and disjoint; the longest win, then the first.

        A word that begins or ends with a Latin letter or a digit does not match inside a longer run of
        them: `ai` occurs in `ai治理`, not in `said`.
        """
        taken = bytearray(len(text))
        found: list[Range] = []
        for start, end in self._occurrences(text):
            # Longer words come first, so one that overlaps this one covers an end of it.
            if not (
                taken[start]
                or taken[end - 1]
                or _splits_latin_run(text, start)
                or _splits_latin_run(text, end)
            ):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end))
        return sorted(found)

    def _occurrences(self, text: str) -> Iterator[Range]:
        """Yield the ranges of words, the longest first, and those of one length in order."""
        if len(self.words) < len(text):  # long text: search it for each word
            spans = [(start, start + len(word)) for word in self.words for start in _places(text, word)]
            yield from sorted(spans, key=lambda span: (span[0] - span[1], span[0]))
            return
        for length in self.lengths:
            for start in range(len(text) - length + 1):
                if text[start : start + length] in self.words:
                    yield start, start + length


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def merge_words(words: WordSet, cut: Iterable[str]) -> tuple[str, ...]:
    """Return the segmentation `cut` of a folded text with each occurrence of `words` as one word.

    The rest of a word that one of `words` splits remains as a word of its own. Joined, the
    result is the same text.
    """
    cut = tuple(cut)
    text = "".join(cut)
    found = words.find(text)
    if not found:
        return cut
    inside = {place for start, end in found for place in range(start + 1, end)}
    edges = {edge for span in found for edge in span}
    offset = 0
    for word in cut:
        edges.add(offset)
        offset += len(word)
    places = sorted({*(edges - inside), len(text)})
    return tuple(text[start:end] for start, end in pairwise(places))


def _splits_latin_run(text: str, place: int) -> bool:
    """Return whether the offset `place` is between two Latin letters or digits of `text`."""
    return 0 < place < len(text) and _is_latin(text[place - 1]) and _is_latin(text[place])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
