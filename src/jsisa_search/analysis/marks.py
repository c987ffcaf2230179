"""Quotations across punctuation: 房子是用来住的、不是用来炒的 is found where the text has a comma or nothing.

A quotation is its letters (everything but punctuation and blanks) and the gap between any two of them:

    住的、不是   a mark in the quotation: any run of marks and blanks in the text, or none
    在十四五期间  no mark in the quotation: any run of marks that enclose words, or none: 在“十四五”期间
    2.4 5g a-b   between Western digits and letters: exactly what the quotation has; for a blank, any marks
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis.boundaries import Ends, ends_of
from jsisa_search.analysis.fold import fold

Array = NDArray[Any]

#: Shorter quotations are words, which occur as they are or not at all: 三体 is not 三、体.
MIN_LETTERS = 4

_MARK_CATEGORIES = frozenset({"Po", "Ps", "Pe", "Pi", "Pf", "Pd", "Zs", "Zl", "Zp"})
_NO_MARKS = frozenset("%‰‱#&@*\\§")
_BLANKS = "\t\n\r"
_BLANK = re.compile(r"\s+")
# Where Unicode has punctuation that texts in Chinese have; all of the basic plane would take 30 ms.
_BLOCKS = (
    (0, 0x600),
    (0x2000, 0x2070),
    (0x2E00, 0x2E80),
    (0x3000, 0x3100),
    (0xFE10, 0xFE70),
    (0xFF00, 0xFFF0),
)
#: Marks that enclose words, which a quotation need not have.
ENCLOSING = "\"'“”‘’「」『』〝〞《》〈〉"
#: Marks that, alone between Western digits or letters, are part of a number or name.
_JOINING = frozenset(".,:-/'·")

_IS_MARK, _IS_ENCLOSING = 1, 2


@cache
def mark_table() -> Array:
    """Return for each 16-bit character 0, 1 for a mark or blank, 3 for a mark that encloses words (uint8)."""
    table = np.zeros(1 << 16, np.uint8)
    for char in map(chr, chain.from_iterable(range(*block) for block in _BLOCKS)):
        if unicodedata.category(char) in _MARK_CATEGORIES and char not in _NO_MARKS:
            table[ord(char)] = _IS_MARK
    table[[ord(char) for char in _BLANKS]] = _IS_MARK
    table[[ord(char) for char in ENCLOSING]] = _IS_MARK | _IS_ENCLOSING
    return table


def is_mark(char: str) -> bool:
    """Return whether a folded character is a punctuation mark or a blank."""
    return ord(char) < 1 << 16 and bool(mark_table()[ord(char)])


class Gap(IntEnum):
    """What a text may have between two letters of a quotation."""

    EXACT = 0
    ENCLOSING = 1
    ANY = 2
    SOME = 3


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation as `typed`, folded; its `letters`; between each two, the marks and what may be instead."""

    typed: str
    letters: str
    marks: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def ends(self) -> Ends | None:
        """What could continue the letters."""
        return ends_of(self.letters)

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where a folded text has the quotation, whole, as `[start, end)`, without overlaps."""
        pattern, ends = _pattern(self), self.ends
        match = pattern.search(folded)
        while match:
            if ends is None or ends.is_whole_at(folded, *match.span()):
                yield match.span()
                match = pattern.search(folded, match.end())
            else:
                match = pattern.search(folded, match.start() + 1)


@lru_cache(maxsize=256)
def quotation_of(text: str) -> Quotation | None:
    """Return a text as a quotation, `None` where it is only found as it is."""
    # Folding leaves out blanks beside Chinese characters; here they match any punctuation.
    folded = fold(_BLANK.sub(", ", text.strip()))
    places = [at for at, char in enumerate(folded) if not is_mark(char)]
    if len(places) < MIN_LETTERS:
        return None
    letters = "".join(folded[at] for at in places)
    marks = tuple(folded[at + 1 : following] for at, following in pairwise(places))
    gaps = tuple(map(_gap, letters, marks, letters[1:]))
    is_bare = len(letters) == len(folded)
    return None if is_bare and not any(gaps) else Quotation(fold(text.strip()), letters, marks, gaps)


def _gap(before: str, marks: str, behind: str) -> Gap:
    if (before + behind).isascii() and (before + behind).isalnum():
        return Gap.EXACT if not marks or marks in _JOINING else Gap.SOME
    return Gap.ANY if marks else Gap.ENCLOSING


@lru_cache(maxsize=256)
def _pattern(quotation: Quotation) -> re.Pattern[str]:
    """Return the expression for a quotation; no part of it is tried twice at one place."""
    any_mark = "".join(map(re.escape, map(chr, np.flatnonzero(mark_table()).tolist())))
    allowed = {
        Gap.ENCLOSING: f"[{re.escape(ENCLOSING)}]*+",
        Gap.ANY: f"[{any_mark}]*+",
        Gap.SOME: f"[{any_mark}]++",
    }
    parts = [re.escape(quotation.letters[0])]
    for letter, marks, gap in zip(quotation.letters[1:], quotation.marks, quotation.gaps, strict=True):
        parts += [allowed.get(gap) or re.escape(marks), re.escape(letter)]
    return re.compile("".join(parts))
