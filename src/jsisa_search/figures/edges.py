"""The edges of a name that was chosen: what belongs to the sentence, and what belongs to the name.

The weights know words by their classes; a 已 before a name and a 比重 behind it they have seen too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from jsisa_search.figures.counted import counted
from jsisa_search.figures.phrases import words as role_words
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
# What a modifier ends with.
_OF_MODIFIER = "的前后整"
# The class of what is said of the noun behind 的: 50名经验丰富的裁判.
_QUALITY = "a"
# Characters of 非常短的时间内, at most.
_LONGEST_TIME = 12
# The first letters of classes of nouns, and characters of 高于 before a name.
_THING, _THAN = frozenset("nj"), 3


class _Edges(NamedTuple):
    leading: frozenset[str]
    trailing: frozenset[str]
    belonging: re.Pattern[str]
    behind: re.Pattern[str]
    clause: frozenset[str]
    done: frozenset[str]
    opening: frozenset[str]
    doing: frozenset[str]
    paying: frozenset[str]
    modifier: re.Pattern[str]
    never: frozenset[str]
    never_like: re.Pattern[str]
    never_before: frozenset[str]
    never_classes: frozenset[str]
    than: re.Pattern[str]


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
        frozenset(data["opening"]),
        frozenset(data["doing"]),
        frozenset(data["paying"]),
        re.compile(data["modifier"]),
        frozenset(data["never"]),
        re.compile(data["never_like"]),
        frozenset(data["never_before"]),
        frozenset(data["never_classes"]),
        re.compile(data["than"]),
    )


def adjusted(
    text: str, name: Range, words: Sequence[Word], places: Sequence[int], *, is_behind: bool
) -> Range:
    """Return a name without words of the sentence and footnotes, and with all of its words.

    `words` are those of the part of the sentence, `places` where each begins and the last one ends;
    `is_behind` says that they follow the number, which counts a noun that may have a verb of its own.
    """
    edges = _edges()
    first, last = _own_words(words, places.index(name[0]), places.index(name[1]), is_behind=is_behind)
    if text[places[first] : places[last]] in edges.done:
        first = _subject(words, first)
    start, end = places[first], places[last]
    if words[first][0] in edges.clause or words[last - 1][1] == _QUALITY:
        end = _head(text, start, end, places[-1])
    if first and text[start - 1] in _OF_MODIFIER:
        modifier = edges.modifier.search(text, places[0], start)
        if modifier and modifier.start() in places:
            start = modifier.start()
    rest = edges.behind.search(text, start + 1, end)
    end = rest.start() if rest else end
    note = _NOTE.search(text, start, end)
    if note and note.start() > start:
        return start, note.start()
    belonging = edges.belonging.match(text, end, places[-1])
    if belonging:
        return start, belonging.end()
    return start, _closed(text, start, end, places[-1])


def _own_words(words: Sequence[Word], first: int, last: int, *, is_behind: bool) -> tuple[int, int]:
    """Return which of the words `[first, last)` are of the name and not of the sentence around it."""
    edges = _edges()
    first = next((at + 1 for at in range(last - 2, first, -1) if words[at][0] in edges.opening), first)
    while last - first > 1 and words[first][0] in edges.leading:
        first += 1
    if is_behind:
        verbs = (at for at in range(first + 1, last) if words[at][0] in edges.doing)
        last = next((at for at in verbs if _is_verb_of(words, at, last)), last)
    while last - first > 1 and words[last - 1][0] in edges.trailing:
        last -= 1
    return (last - 1 if words[last - 1][0] in edges.paying else first), last


def _is_verb_of(words: Sequence[Word], verb: int, last: int) -> bool:
    """Return whether a verb is what a noun before it does: no 的 makes it and what follows a modifier."""
    return words[verb - 1][1][:1] in _THING and all(word != "的" for word, _ in words[verb:last])


def is_no_name(name: str, *, is_behind: bool) -> bool:
    """Return whether words of a text never name what is measured: an adverb, 人均, 相比之下."""
    edges = _edges()
    if name in edges.never or (not is_behind and name in edges.never_before):
        return True
    return len(name) <= _LONGEST_TIME and edges.never_like.fullmatch(name) is not None


def is_of_sentence(word: Word) -> bool:
    """Return whether a word by itself is no name by its class: a pronoun, a conjunction, a period."""
    return word[1] in _edges().never_classes


def is_compared(text: str, start: int, name: Range) -> bool:
    """Return whether a name is what the one before is compared with: 高于全国平均增速1.1个百分点."""
    return _edges().than.search(text, max(start, name[0] - _THAN), name[1]) is not None


def _subject(words: Sequence[Word], first: int) -> int:
    """Return where the nouns right before a verb begin: 服务业实现增加值."""
    while first and words[first - 1][1] in _SUBJECT and words[first - 1][0] not in role_words().places:
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
