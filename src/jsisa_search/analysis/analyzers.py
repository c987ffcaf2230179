"""Whoosh analyzers: jieba words with ordinal positions, characters and character pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pickle import UnpicklingError
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import FieldType
from whoosh.formats import Frequency

from jsisa_search.analysis.fold import FoldedText
from jsisa_search.analysis.segmenter import Segmenter, is_counted, is_indexed, segmenter_with, subwords


class _TermAnalyzer(Analyzer, ABC):  # type: ignore[misc]  # Whoosh has no annotations
    """What Whoosh calls; subclasses say which terms a text has."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,  # noqa: ARG002  # part of Whoosh's signature; there are no stop words
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **_: Any,
    ) -> Iterator[Token]:
        """Yield one token, changed in place as Whoosh expects, per term of `value`."""
        token = Token(positions, chars, removestops=False, mode=mode)
        folded = FoldedText.of(value)
        for text, position, at in self._terms(folded.text, is_query=mode == "query"):
            start, end = folded.original_range(at, at + len(text))
            token.text = text
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = start_pos + position
            if chars:
                token.startchar = start_char + start
                token.endchar = start_char + end
            yield token

    @abstractmethod
    def _terms(self, folded: str, *, is_query: bool) -> Iterator[tuple[str, int, int]]:
        """Yield (term, ordinal position, offset in `folded`) for each term of a folded text."""


class GramAnalyzer(_TermAnalyzer):
    """Every run of `size` characters of the folded text, spaces and punctuation included."""

    def __init__(self, size: int) -> None:
        self.size = size

    def _terms(self, folded: str, *, is_query: bool) -> Iterator[tuple[str, int, int]]:  # noqa: ARG002
        return ((gram, start, start) for start, gram in enumerate(grams(folded, self.size)))


class GRAMS(FieldType):  # type: ignore[misc]  # Whoosh has no annotations
    """A field of grams of one size: frequencies without positions, never stored."""

    scorable = True
    unique = False
    stored = False
    multitoken_query = "and"
    spelling = False
    vector = None

    def __init__(self, size: int) -> None:
        self.analyzer = GramAnalyzer(size)
        self.format = Frequency()


def grams(folded: str, size: int) -> list[str]:
    """Return the runs of `size` characters of a folded text in order, repeated ones included."""
    return [folded[start : start + size] for start in range(len(folded) - size + 1)]


class WordAnalyzer(_TermAnalyzer):
    """Folded text in jieba words; when indexing, each after the dictionary words inside it.

    A word and the words inside it share one position, so that a phrase matches adjacent words. No stop
    words, no stemming. Analyzers are equal if their `own_words` are: folded user words, which the
    segmenter need not know.
    """

    own_words: tuple[str, ...] = ()

    def __init__(self, own_words: Iterable[str] = ()) -> None:
        """Take `own_words`, each a word wherever it occurs; the longest wins where they overlap."""
        if own := tuple(sorted(set(own_words))):
            self.own_words = own

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a pickled analyzer; the state is untrusted."""
        own = state.get("own_words", ())
        is_tuple = type(own) is tuple and all(type(word) is str for word in own)
        if state.keys() - {"own_words"} or not is_tuple:
            raise UnpicklingError("the state of a word analyzer may only have words")
        self.own_words = own

    @property
    def segmenter(self) -> Segmenter:
        """The segmenter with `own_words`."""
        return segmenter_with(self.own_words)

    def _terms(self, folded: str, *, is_query: bool) -> Iterator[tuple[str, int, int]]:
        return analyze(folded, self.segmenter, with_subwords=not is_query)


def analyze(folded: str, segmenter: Segmenter, *, with_subwords: bool) -> Iterator[tuple[str, int, int]]:
    """Yield (term, ordinal position, offset) for each word of a folded text."""
    position = offset = 0
    for word in segmenter.cut(folded):
        if is_indexed(word):
            if with_subwords:
                for part, start in subwords(word, segmenter):
                    yield part, position, offset + start
            yield word, position, offset
        position += is_counted(word)
        offset += len(word)
