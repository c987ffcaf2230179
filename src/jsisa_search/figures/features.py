"""What is told of words that may be the name of an indicator; each feature has a weight (`data/weights.tsv`).

The score of a name is the sum over its words, its two edges with the words beside them, and the words between
it and the number. So the best of all spans is found in one pass (`naming.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from jsisa_search.figures.phrases import words
from jsisa_search.figures.tokens import Word
from jsisa_search.figures.units import Unit
from jsisa_search.figures.usage import Bonds, Usage, usage_of
from jsisa_search.package_data import load_toml

# Distances are told apart up to this one, then in steps.
_EXACT, _NEAR, _FAR = 4, 6, 9

_Value = TypeVar("_Value")


#: What a word may be to a name: right before it, its first word, within it, its last one, right behind it,
#: between it and the number, all of it.
PARTS = ("before", "begin", "inside", "end", "after", "between", "single")


class Aspects(NamedTuple):
    """What a word is told by; `None` where that is nothing.

    `kind` is its class by the dictionary, of a mark which one it is.
    """

    kind: str
    word: str
    ending: str
    length: str
    role: str
    stop: str | None


def aspects(word: Word) -> Aspects:
    """Return what a word is told by."""
    text, kind = word
    role, stop = words().roles.get(text, ""), "" if text in _stop() else None
    return Aspects(kind, text, text[-1:], str(len(text)), role, stop)


#: The features of a word: what they tell, and as which of `PARTS`.
OF_WORD = {
    "B:p": ("kind", "before"),
    "B:t": ("kind", "begin"),
    "i:t": ("kind", "inside"),
    "E:t": ("kind", "end"),
    "E:n": ("kind", "after"),
    "s:t": ("kind", "between"),
    "1:t": ("kind", "single"),
    "B:pw": ("word", "before"),
    "B:w": ("word", "begin"),
    "i:w": ("word", "inside"),
    "E:w": ("word", "end"),
    "E:nw": ("word", "after"),
    "s:w": ("word", "between"),
    "E:ch": ("ending", "end"),
    "i:l": ("length", "inside"),
    "E:l": ("length", "end"),
    "1:l": ("length", "single"),
    "B:pr": ("role", "before"),
    "E:nr": ("role", "after"),
    "s:r": ("role", "between"),
    "i:stop": ("stop", "inside"),
    "E:nstop": ("stop", "after"),
}
#: Those of how it is used: which of its shares they tell, and as which of `PARTS` the word.
OF_USAGE = {
    "B:pf": ("before", "before"),
    "B:f": ("begin", "begin"),
    "B:fi": ("inside", "begin"),
    "i:f": ("inside", "inside"),
    "E:f": ("end", "end"),
    "E:fi": ("inside", "end"),
    "E:nf": ("after", "after"),
    "E:nfi": ("inside", "after"),
}
#: The same by part, with the place of the share.
_SHARES_OF = {
    part: [(name, Usage._fields.index(share)) for name, (share, other) in OF_USAGE.items() if other == part]
    for part in PARTS
}


def told_as(part: str, word: Word) -> list[str]:
    """Return what is told of a word that is one of `PARTS`."""
    about = aspects(word)
    told = []
    for name, (aspect, other) in OF_WORD.items():
        value = getattr(about, aspect)
        if other == part and value is not None:
            told.append(name if aspect == "stop" else f"{name}={value}")
    return told + told_of_usage(part, usage_of(word[0]))


def told_of_usage(part: str, used: Usage) -> list[str]:
    """Return what is told of how a word is used that is one of `PARTS`."""
    return [f"{name}={used[share]}" for name, share in _SHARES_OF[part]]


class OfUnit(NamedTuple, Generic[_Value]):
    """What is told of a word and the unit of the number, by what the word may be to a name.

    `begin` and `end`: it begins or ends with the word. `after`: the word is the one right behind it.
    """

    begin: _Value
    end: _Value
    after: _Value


def of_unit(bonds: Bonds) -> OfUnit[list[str]]:
    """Return the features of a word and the unit of the number."""
    end = [
        f"E:u={bonds.end}",
        f"E:uk={bonds.kind}",
        f"E:uc={bonds.ending}",
        f"E:ue={bonds.end}_{bonds.ending}",
    ]
    return OfUnit([f"B:u={bonds.begin}"], end, [f"E:nu={bonds.end}"])


def rest(kind: str, *, has_of: bool) -> str:
    """Return what is told of the words behind a name by the first: whether a 的 is among them."""
    return f"E:de={kind}_{has_of:d}"


class OfKinds(NamedTuple, Generic[_Value]):
    """What is told of the classes of two neighbours by the dictionary, by what they may be to a name.

    `begin`: it begins with the second. `following`: it begins with the first. `joined`: both are in it.
    `end`: it ends with the first. `behind`: the first is the word behind it.
    """

    begin: _Value
    following: _Value
    joined: _Value
    end: _Value
    behind: _Value


def of_kinds(kind: str, following: str) -> OfKinds[str]:
    """Return the features of the classes of two neighbours; empty where there is none."""
    return OfKinds(
        begin=f"B:b={kind}_{following}",
        following=f"B:v={following}" if kind[:1] == "v" else "",
        joined=f"i:b={kind}_{following}",
        end=f"E:b={kind}_{following}",
        behind=f"E:n2={kind}_{following}",
    )


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
    return [f"lk={kind}", f"lw={word}", f"lr={role}", f"u_lk={unit}_{kind}", f"u_lr={unit}_{role}"]


def _of_right(unit: str, word: str, kind: str) -> list[str]:
    return [f"rk={kind}", f"rw={word}", f"u_rk={unit}_{kind}"]


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


@cache
def _stop() -> frozenset[str]:
    return frozenset(load_toml("jsisa_search.figures", "words")["behind"]["stop"])
