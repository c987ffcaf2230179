"""The edges of a name that was chosen: what belongs to the sentence, and what belongs to the name.

The weights know words by their classes; a 已 before a name and a 比重 behind it they have seen too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from jsisa_search.figures.tokens import Word
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

# The number of a footnote behind a name.
_NOTE = re.compile(r"[\[(]\d{1,2}[\])]$|[①-⑳]$")
#: Marks that are closed, and characters in which they are.
_PAIRS, _REACH = {"“": "”", "《": "》", "‘": "’"}, 16


class _Edges(NamedTuple):
    leading: frozenset[str]
    trailing: frozenset[str]
    belonging: re.Pattern[str]


@cache
def _edges() -> _Edges:
    data = load_toml("jsisa_search.figures", "words")["naming"]
    return _Edges(frozenset(data["leading"]), frozenset(data["trailing"]), re.compile(data["belonging"]))


def adjusted(text: str, name: Range, words: Sequence[Word], places: Sequence[int]) -> Range:
    """Return a name without adverbs of the sentence and footnotes, and with all of its words.

    `words` are those of the part of the sentence, `places` where each begins and the last one ends.
    """
    edges = _edges()
    first, last = places.index(name[0]), places.index(name[1])
    while last - first > 1 and words[first][0] in edges.leading:
        first += 1
    while last - first > 1 and words[last - 1][0] in edges.trailing:
        last -= 1
    start, end = places[first], places[last]
    note = _NOTE.search(text, start, end)
    if note and note.start() > start:
        return start, note.start()
    belonging = edges.belonging.match(text, end, places[-1])
    if belonging:
        return start, belonging.end()
    return start, _closed(text, start, end, places[-1])


def _closed(text: str, start: int, end: int, last: int) -> int:
    """Return where a name ends whose quotation marks are closed soon, if it opens some."""
    for mark, closing in _PAIRS.items():
        at = text.rfind(mark, start, end)
        if at >= 0 and text.find(closing, at, end) < 0:
            found = text.find(closing, end, min(end + _REACH, last))
            return found + 1 if found >= 0 else end
    return end
