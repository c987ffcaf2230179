"""Short names of offices, resolved against the names that releases state: 江苏钢协 is 江苏省钢铁行业协会."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

from jsisa_search.analysis import query_segmenter, subwords
from jsisa_search.lexicon import load_rules
from jsisa_search.search.interface import Names

#: Where full names are looked for: those of authors are people's.
_FIELDS = ("source", "publisher", "issuer")

#: The length of a short name in characters.
SHORTEST, LONGEST = 3, 12
#: Characters of a stated name; longer ones are no names.
_LONGEST_NAME = 60
#: Stated names that are looked at for one short name.
_MOST_NAMES = 2000
#: With more readings than these, a short name is no name.
_MOST_READINGS = 3


def full_names(short: str, names: Names) -> tuple[str, ...]:
    """Return the stated names that folded `short` abbreviates, three at most, each once.

    Its characters are those of the name in order. Each begins a word of the name or follows the one before;
    the last word has one, and so has every other word but 省, 行业, 管理 and the like.
    """
    if not SHORTEST <= len(short) <= LONGEST or not all("\u4e00" <= char <= "\u9fff" for char in short):
        return ()
    if query_segmenter().has_word(short) or names.with_name(short):
        return ()
    candidates = _candidates(short, names)
    found = dict.fromkeys(value for folded, value in candidates if abbreviates(short, folded))
    return tuple(found) if len(found) <= _MOST_READINGS else ()


def _candidates(short: str, names: Names) -> Iterator[tuple[str, str]]:
    """Yield the stated names that have the characters of `short` in order, folded and as they are."""
    for folded, value in islice(names.beginning_with(short[0], _FIELDS), _MOST_NAMES):
        if len(short) < len(folded) <= _LONGEST_NAME and short not in folded and _in_order(short, folded):
            yield folded, value


def _in_order(short: str, name: str) -> bool:
    at = 0
    for char in short:
        at = name.find(char, at) + 1
        if not at:
            return False
    return True


@lru_cache(maxsize=1024)
def abbreviates(short: str, name: str) -> bool:
    """Return whether `short` is an abbreviation of `name`, both folded, by the words of the name."""
    words = list(_words(name))
    # States: (characters of `short` used, end of the last one in the name); each word extends them.
    states = {(0, 0)}
    for number, (start, end, begins) in enumerate(words):
        is_last = number == len(words) - 1
        word = name[start:end]
        extended = {
            state for used, place in states for state in _within(short, name, used, place, start, end, begins)
        }
        may_skip = not is_last and word in _fillers()
        states = extended | states if may_skip else extended
        if not states:
            return False
    return any(used == len(short) for used, _ in states)


def _within(
    short: str, name: str, used: int, place: int, start: int, end: int, begins: frozenset[int]
) -> set[tuple[int, int]]:
    """Return the states after at least one character of `short` was found in a word of the name."""
    found: set[tuple[int, int]] = set()
    open_states = {(used, place)}
    while open_states:
        used, place = open_states.pop()
        if used == len(short):
            continue
        for at in range(max(place, start), end):
            if name[at] == short[used] and (at in begins or at == place or end == len(name)):
                state = (used + 1, at + 1)
                if state not in found:
                    found.add(state)
                    open_states.add(state)
    return found


def _words(name: str) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Yield start and end of each word of a name, and where it and the words inside it begin."""
    segmenter = query_segmenter()
    start = 0
    for word in segmenter.cut(name):
        inner = {start + offset for _, offset in subwords(word, segmenter)}
        yield start, start + len(word), frozenset({start, *inner})
        start += len(word)


@cache
def _fillers() -> frozenset[str]:
    return frozenset(load_rules("short_names")["fillers"])
