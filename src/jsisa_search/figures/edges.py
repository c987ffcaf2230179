"""The edges of a name that was chosen: what belongs to the sentence, and what belongs to the name.

The weights know words by their classes; a 已 before a name and a 比重 behind it they have seen too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from jsisa_search.figures.counted import counted
from jsisa_search.figures.tokens import Word
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

# The number of a footnote behind a name.
_NOTE = re.compile(r"[\[(]\d{1,2}[\])]$|[①-⑳]$")
#: Marks that are closed, and characters in which they are.
_PAIRS, _REACH = {"“": "”", "《": "》", "‘": "’"}, 16
# A clause up to its 的, and the classes of nouns before a verb.
_CLAUSE = re.compile(r"[^,。;:!?\n\d的]{0,24}的")
_SUBJECT = frozenset(("n", "nz", "j", "vn", "b", "l"))


class _Edges(NamedTuple):
    leading: frozenset[str]
    trailing: frozenset[str]
    belonging: re.Pattern[str]
    behind: re.Pattern[str]
    clause: frozenset[str]
    done: frozenset[str]


@cache
def _edges() -> _Edges:
    data = load_toml("jsisa_search.figures", "words")["naming"]
    return _Edges(
        frozenset(data["leading"]),
        frozenset(data["trailing"]),
        re.compile(data["belonging"]),
        re.compile(data["behind"]),
        frozenset(data["clause"]),
        frozenset(data["done"]),
    )


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
    if text[places[first] : places[last]] in edges.done:
        first = _subject(words, first)
    start, end = places[first], places[last]
    if words[first][0] in edges.clause:
        end = _head(text, start, end, places[-1])
    rest = edges.behind.search(text, start + 1, end)
    end = rest.start() if rest else end
    note = _NOTE.search(text, start, end)
    if note and note.start() > start:
        return start, note.start()
    belonging = edges.belonging.match(text, end, places[-1])
    if belonging:
        return start, belonging.end()
    return start, _closed(text, start, end, places[-1])


def _subject(words: Sequence[Word], first: int) -> int:
    """Return where the nouns right before a verb begin: 服务业实现增加值."""
    while first and words[first - 1][1] in _SUBJECT:
        first -= 1
    return first


def _head(text: str, start: int, end: int, last: int) -> int:
    """Return where the noun ends that a clause is of: 符合条件且发展基础较好的企业."""
    clause = _CLAUSE.match(text, start, last)
    if clause is None or clause.end() <= end:
        return end
    head = counted(text, clause.end(), may_begin_with_verb=False)
    return min(head[1], last) if head else end


def _closed(text: str, start: int, end: int, last: int) -> int:
    """Return where a name ends whose quotation marks are closed soon, if it opens some."""
    for mark, closing in _PAIRS.items():
        at = text.rfind(mark, start, end)
        if at >= 0 and text.find(closing, at, end) < 0:
            found = text.find(closing, end, min(end + _REACH, last))
            return found + 1 if found >= 0 else end
    return end


def is_passing(name: str) -> bool:
    """Return whether a name is what another figure is compared with by the way: 完成预算的99%."""
    return name.removeprefix("完成").removeprefix("为") in _passing()


@cache
def _passing() -> frozenset[str]:
    return frozenset(load_toml("jsisa_search.figures", "words")["naming"]["passing"])
