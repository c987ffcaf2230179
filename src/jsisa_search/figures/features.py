"""What is told of words that may be the name of an indicator; each feature has a weight (`data/weights.tsv`).

The score of a name is the sum over its words, its two edges with the words beside them, and the words between
it and the number. So the best of all spans is found in one pass (`naming.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache

from jsisa_search.figures.phrases import words
from jsisa_search.figures.tokens import Word, neighbour_class
from jsisa_search.figures.units import Unit
from jsisa_search.package_data import load_toml

# Distances are told apart up to this one, then in steps.
_EXACT, _NEAR, _FAR = 4, 6, 9


#: The features that tell a word or its last character; all others tell its classes, its length or its role.
_OF_WORDS = ("i:w", "B:w", "B:pw", "E:w", "E:nw", "s:w")
_OF_ENDINGS = ("E:ch", "E:tc")


def listed(told: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and the last characters of which some features tell; words with a role are told of."""
    split = [feature.partition("=")[::2] for feature in told]
    named = {word for name, word in split if name in _OF_WORDS}
    endings = {ending[:1] for name, ending in split if name in _OF_ENDINGS}
    return _stop().union(words().roles, named), frozenset((*endings, ""))


def inside(word: Word) -> list[str]:
    """Return what is told of a word of the name."""
    fine, _ = neighbour_class(word[0])
    told = [f"i:t={word[1]}", f"i:w={word[0]}", f"i:c={fine}", f"i:l={len(word[0])}"]
    return [*told, "i:stop"] if word[0] in _stop() else told


def inside_pair(first: str, second: str) -> list[str]:
    """Return what is told of the classes of two neighbours within the name."""
    return [f"i:b={first}_{second}"]


def begin(word: Word) -> list[str]:
    """Return what is told of the first word of the name."""
    return [f"B:t={word[1]}", f"B:w={word[0]}", f"B:c={neighbour_class(word[0])[0]}"]


def begin_next(kind: str, following: str) -> list[str]:
    """Return what is told of the classes of the first word of the name and the next, which may be outside."""
    return [f"B:v={following}"] if kind[:1] == "v" else []


def before(word: Word) -> list[str]:
    """Return what is told of the word before the name."""
    role = words().roles.get(word[0], "")
    return [f"B:p={word[1]}", f"B:pw={word[0]}", f"B:pr={role}", f"B:pc={_class(word)}"]


def begin_pair(outer: Word, word: Word) -> list[str]:
    """Return what is told of the word before the name with its first word."""
    fine, coarse = neighbour_class(word[0])
    told = [begin_kinds(outer[1], word[1]), begin_fine(outer[1], fine)]
    return [*told, begin_coarse(coarse_class(outer), coarse)]


def begin_kinds(outer: str, kind: str) -> str:
    """Return what is told of the classes of the word before the name and of its first word."""
    return f"B:b={outer}_{kind}"


def begin_fine(outer: str, fine: int) -> str:
    """Return what is told of the class of the word before the name and the neighbours of its first word."""
    return f"B:ct={outer}_{fine}"


def begin_coarse(outer: str, coarse: int) -> str:
    """Return what is told of the neighbours of the word before the name and of its first word."""
    return f"B:cc={outer}_{coarse}"


def end(word: Word) -> list[str]:
    """Return what is told of the last word of the name."""
    told = [f"E:t={word[1]}", f"E:w={word[0]}", f"E:l={len(word[0])}"]
    return [*told, f"E:c={neighbour_class(word[0])[0]}"]


def after(word: Word) -> list[str]:
    """Return what is told of the word behind the name."""
    role = words().roles.get(word[0], "")
    told = [f"E:n={word[1]}", f"E:nw={word[0]}", f"E:nr={role}", f"E:nc={_class(word)}"]
    return [*told, "E:nstop"] if word[0] in _stop() else told


def end_pair(word: Word, outer: Word) -> list[str]:
    """Return what is told of the last word of the name with the word behind it."""
    fine, coarse = neighbour_class(word[0])
    told = [end_kinds(word[1], outer[1]), end_fine(fine, outer[1])]
    return [*told, end_coarse(coarse, coarse_class(outer)), *end_ending(word[0][-1:], outer[1])]


def end_kinds(kind: str, outer: str) -> str:
    """Return what is told of the classes of the last word of the name and of the word behind it."""
    return f"E:b={kind}_{outer}"


def end_fine(fine: int, outer: str) -> str:
    """Return what is told of the neighbours of the last word and the class of the word behind it."""
    return f"E:ct={fine}_{outer}"


def end_coarse(coarse: int, outer: str) -> str:
    """Return what is told of the neighbours of the last word and of the word behind it."""
    return f"E:cc={coarse}_{outer}"


def end_ending(char: str, outer: str) -> list[str]:
    """Return what is told of the last character of the name, also with the class of the word behind it."""
    return [f"E:ch={char}", f"E:tc={char}_{outer}"]


def after_pair(outer: str, following: str) -> list[str]:
    """Return what is told of the classes of the two words behind the name."""
    return [f"E:n2={outer}_{following}"]


def rest(outer: Word, *, has_of: bool) -> list[str]:
    """Return what is told of the words behind the name: whether a 的 is among them."""
    return [f"E:de={outer[1]}_{has_of:d}"]


def between(word: Word) -> list[str]:
    """Return what is told of a word between the name and the number."""
    role = words().roles.get(word[0], "")
    return [f"s:t={word[1]}", f"s:w={word[0]}", f"s:r={role}", f"s:c={_class(word)}"]


def single(word: Word) -> list[str]:
    """Return what is told of a name of one word."""
    return [f"1:t={word[1]}", f"1:l={len(word[0])}"]


def first_place(side: str, count: int) -> list[str]:
    """Return what is told of how many words there are before the name."""
    return distance(f"first:{side}", count)


def last_place(side: str, count: int) -> list[str]:
    """Return what is told of how many words there are behind the name."""
    return [] if side == "behind" else distance(f"last:{side}", count)


def distance(name: str, count: int) -> list[str]:
    """Return what is told of how many words there are on one side of the name."""
    near = count if count < _EXACT else _EXACT if count < _NEAR else _NEAR if count < _FAR else _FAR
    return [f"{name}={near}"]


#: A question about what is around a number, by the name of its answer, with what it is about.
Asked = tuple[Hashable, ...]


def answer(asked: Asked) -> list[str]:
    """Return what is told of what is around a number, for one question."""
    name, *about = asked
    return _ANSWERS[str(name)](*about)


def _of_number(unit: Unit, has_of: bool, bound: str, roles: frozenset[str]) -> list[str]:
    told = ["always", f"u={unit.kind}", f"un={unit.name}", f"of={has_of:d}", f"bound={bound}"]
    return told + [f"role={role}" for role in sorted(roles)]


def _of_left(unit: str, word: str, kind: str) -> list[str]:
    role = words().roles.get(word, "") if kind else "^"
    fine, coarse = neighbour_class(word)
    return [
        f"lk={kind}",
        f"lw={word}",
        f"lr={role}",
        f"lc={fine}",
        f"u_lk={unit}_{kind}",
        f"u_lr={unit}_{role}",
        f"u_lc={unit}_{coarse}",
    ]


def _of_right(unit: str, word: str, kind: str) -> list[str]:
    return [f"rk={kind}", f"rw={word}", f"rc={neighbour_class(word)[0]}", f"u_rk={unit}_{kind}"]


def _of_both(left: str, right: str) -> list[str]:
    return [f"lk_rk={left}_{right}"]


def _of_sides(
    unit: str, left: int, right: int, has_left_noun: bool, has_right_noun: bool, is_new: bool
) -> list[str]:
    return [
        f"new={is_new:d}",
        f"left={left > 0:d}",
        f"u_sides={unit}_{left > 0:d}_{right > 0:d}",
        f"u_nouns={unit}_{has_left_noun:d}_{has_right_noun:d}",
        f"noun_new={has_left_noun:d}_{is_new:d}",
        *distance("nl", left),
        *distance("nr", right),
    ]


def _of_rule(choice: str, is_joined: bool) -> list[str]:
    return [f"rule={choice}", f"joined={is_joined:d}"]


def _of_previous(has_same_unit: bool, has_left: bool, is_behind: bool, marks: int) -> list[str]:
    told = [f"same={has_same_unit:d}", f"same_left={has_same_unit:d}_{has_left:d}", f"pr={is_behind:d}"]
    return told + distance("gap", marks)


_ANSWERS: dict[str, Callable[..., list[str]]] = {
    "number": _of_number,
    "left": _of_left,
    "right": _of_right,
    "both": _of_both,
    "sides": _of_sides,
    "rule": _of_rule,
    "previous": _of_previous,
}


def _class(word: Word) -> str:
    return str(neighbour_class(word[0])[0]) if word[0] else word[1]


def coarse_class(word: Word) -> str:
    """Return the wider class of neighbours of a word, or what a mark is."""
    return str(neighbour_class(word[0])[1]) if word[0] else word[1]


@cache
def _stop() -> frozenset[str]:
    return frozenset(load_toml("jsisa_search.figures", "words")["behind"]["stop"])
