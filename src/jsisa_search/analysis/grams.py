"""The analyzer that gives Whoosh the characters of a text, and the pairs of neighbouring characters.

They depend on no dictionary: whatever stands in a text, its characters and pairs are in the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import FieldType
from whoosh.formats import Frequency

from jsisa_search.analysis.fold import fold


class GramAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no annotations
    """Every run of `size` characters of the folded text, blanks and punctuation included."""

    def __init__(self, size: int) -> None:
        self.size = size

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
        """Yield one token, changed in place as Whoosh expects, per gram of `value`."""
        token = Token(positions, chars, removestops=False, mode=mode)
        for start, gram in enumerate(grams(fold(value), self.size)):
            token.text = gram
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[start : start + self.size]
            if positions:
                token.pos = start_pos + start
            if chars:
                token.startchar = start_char + start
                token.endchar = start_char + start + self.size
            yield token


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
    """Return the runs of `size` characters of a folded text in order, each as often as it stands there."""
    return [folded[start : start + size] for start in range(len(folded) - size + 1)]
