"""The name of what is counted, behind a number: 涉电信网络诈骗线索 of 156条涉电信网络诈骗线索."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from jsisa_search.figures.phrases import tagged_words
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

# Characters in which the name is looked for; it may have an addition in brackets: 县(市、区).
_BEHIND = re.compile(r"(?:[^,。;:、!?()\[\]\n|\d]|\([^()\d]{1,6}\)){1,20}")
_HAPPENED = re.compile(r"(?![因以从由用与同])[^,。;:、!?()\n|\d]{2,12}")
# A clause before the name: 160名来自非洲的非法移民.
_CLAUSE = re.compile(
    r"(?:来自|[\u4e00-\u9fff]{1,3}过|参加|从事|用于|位于|受|获得?|负责)[^,。;:的\d]{1,14}的(?!\d)"
)
_QUOTES = frozenset('“”"‘’《》「」·')
_CLOSING = frozenset('”"’》」')
# A verb and a noun of so few characters are one word: 罚没款, 用电量.
_LONGEST_COMPOUND = 3
_AND = frozenset(("和", "与", "及", "以及", "或"))
# Long names of places, people and offices do not follow the name of what is counted.
_LONG_NAME = 5
_OWN_NAMES = frozenset(("ns", "nr", "nt"))
_ONE_CHARACTER = frozenset("州县区市镇乡村人省厂店国")
#: What may follow 的 and 和 within a name, by the first letter of its class.
_GOES_ON = frozenset("nvajbx")


class _Rules(NamedTuple):
    stop: frozenset[str]
    stop_classes: frozenset[str]
    noun_classes: frozenset[str]


class _Token(NamedTuple):
    word: str
    kind: str
    following: str
    #: Whether a noun follows, with one verb between at most: 行政审批服务权.
    leads_to_noun: bool

    @property
    def is_verb(self) -> bool:
        return _is_verb(self.kind)


def _is_verb(kind: str) -> bool:
    return kind[:1] == "v" and kind != "vn"


@cache
def _rules() -> _Rules:
    data = load_toml("jsisa_search.figures", "words")["behind"]
    return _Rules(*(frozenset(data[name]) for name in _Rules._fields))


def counted(folded: str, start: int, *, may_begin_with_verb: bool) -> Range | None:
    """Return the name of what is counted, which begins at `start`, after a clause with 的 perhaps."""
    found = _name_at(folded, start, may_begin_with_verb=may_begin_with_verb)
    if found is None and may_begin_with_verb and (clause := _CLAUSE.match(folded, start)):
        return _name_at(folded, clause.end(), may_begin_with_verb=True)
    return found


def what_happened(folded: str, start: int) -> Range | None:
    """Return the words behind a count that say what happened: 5人受伤."""
    match = _HAPPENED.match(folded, start)
    if match is None:
        return None
    of = match[0].find("的")
    if of >= 0 and match[0].startswith("组成"):  # 组成的歌咏队: it is the choir that is counted
        return _name_at(folded, start + of + 1, may_begin_with_verb=False)
    return match.span()


def _name_at(folded: str, start: int, *, may_begin_with_verb: bool) -> Range | None:
    match = _BEHIND.match(folded, start)
    if match is None:
        return None
    tagged = tagged_words(match[0])
    if _is_verb(tagged[0][1]) and not may_begin_with_verb and not _is_compound(tagged):
        return None
    end = start + _length(_tokens(tagged))
    if end - start == 1 and folded[start] not in _ONE_CHARACTER:
        return None
    return (start, end) if end > start else None


def _tokens(tagged: Sequence[tuple[str, str]]) -> Iterator[_Token]:
    """Yield words with the class of the next one."""
    kinds = [*(kind for _, kind in tagged[1:]), "", ""]
    for (word, kind), (following, later) in zip(tagged, pairwise(kinds), strict=True):
        leads_to_noun = following[:1] == "n" or (following[:1] == "v" and later[:1] == "n")
        yield _Token(word, kind, following, leads_to_noun)


def _is_compound(tagged: Sequence[tuple[str, str]]) -> bool:
    """Return whether a verb and a noun at the beginning are one word."""
    (verb, _), (noun, kind) = tagged[0], tagged[1] if len(tagged) > 1 else ("", "")
    return kind[:1] == "n" and len(verb) + len(noun) <= _LONGEST_COMPOUND


def _length(tokens: Iterable[_Token]) -> int:
    """Return how many characters of some words are a name."""
    at = end = 0
    is_inside = has_more_than_nouns = False
    previous = ""
    for token in tokens:
        at += len(token.word)
        if token.word in "()":
            is_inside = token.word == "("
            end = end if is_inside else at
        elif token.word[0] in _QUOTES:
            end = at if end and token.word[-1] in _CLOSING else end
        elif not is_inside:
            if _ends(token, previous, is_first=at == len(token.word)):
                break
            if token.kind in ("uj", "c"):
                # 国家的政客: it is the countries that are counted; but 有疑问的项目.
                if (token.kind == "uj" and end and not has_more_than_nouns) or not _goes_on(token):
                    break
            elif token.kind in _rules().noun_classes:
                end = at
            has_more_than_nouns |= token.kind[0] in "adbli" or token.is_verb
            previous = token.kind
    return end


def _goes_on(token: _Token) -> bool:
    return token.following[:1] in _GOES_ON


def _ends(token: _Token, previous: str, *, is_first: bool) -> bool:
    """Return whether a word belongs to no name: a preposition, an adverb, the verb of the sentence."""
    rules = _rules()
    if token.word in rules.stop:
        return True
    if token.kind in rules.stop_classes:
        return not (is_first and token.kind == "t")
    if token.kind == "c" and token.word not in _AND:
        return True
    if token.kind in _OWN_NAMES and len(token.word) >= _LONG_NAME and previous[:1] == "n":
        return True
    return token.is_verb and previous[:1] == "n" and not token.leads_to_noun
