"""Text as a person sees it, read character by character: what an audit compares searches with.

Of the folding it shares the forms of single characters and nothing else: blanks, marks and thousands are
read here in another, slower way.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, groupby, pairwise
from operator import itemgetter

from jsisa_search.analysis.fold import fold_characters, folded_form, is_chinese

#: A seen character, and where it is in the original.
Seen = tuple[str, int]

_BLANKS = " \u3000\u00a0"
_MARKS = "\u200b\u00ad\ufeff\u2060\u200e"


def seen_characters(text: str) -> list[Seen]:
    """Return the characters that a person sees in `text`, each with its offset there.

    Neither invisible marks, nor blanks at the ends or beside Chinese characters, nor commas between
    thousands; of other blanks in a row the first.
    """
    forms = [(char, at) for at, written in enumerate(text) for char in folded_form(written)]
    return list(_without_commas(list(_without_blanks(forms))))


def _without_blanks(forms: list[Seen]) -> Iterator[Seen]:
    waiting: Seen | None = None
    last = ""
    for char, at in forms:
        if char == " ":
            waiting = waiting or (char, at)
            continue
        if waiting and last and not is_chinese(last) and not is_chinese(char):
            yield waiting
        waiting, last = None, char
        yield char, at


def _without_commas(forms: list[Seen]) -> Iterator[Seen]:
    runs = [list(run) for _, run in groupby(forms, lambda seen: _kind(seen[0]))]
    texts = ["".join(map(itemgetter(0), run)) for run in runs]
    first = 0
    while first < len(runs):
        last = first
        if texts[first].isdigit():
            while texts[last + 1 : last + 2] == [","] and "".join(texts[last + 2 : last + 3]).isdigit():
                last += 2
        is_behind_point = first > 1 and texts[first - 1] == "." and texts[first - 2].isdigit()
        is_parted = not is_behind_point and _are_thousands(texts[first : last + 1 : 2])
        yield from chain.from_iterable(runs[first : last + 1 : 2 if is_parted else 1])
        first = last + 1


def _kind(char: str) -> str:
    return "0" if char in "0123456789" else "," if char == "," else ""


def _are_thousands(parts: list[str]) -> bool:
    """Return whether the parts of a number between commas are the thousands of it."""
    return 1 <= len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:])


def spell(seen: str, written: str, chance: random.Random) -> str:
    """Return a string that a person sees as `seen`, which is `written` in a text.

    One of: as written; what is seen of it; written with further blanks and marks that mean nothing.
    """
    kind = chance.randrange(4)
    if kind == 0:
        return seen
    if kind > 1:
        return written
    gaps = (_gap(before, after, chance) for before, after in pairwise(written))
    return "".join(chain.from_iterable(zip(written, chain(gaps, [""]), strict=True)))


def _gap(before: str, after: str, chance: random.Random) -> str:
    """Return what a person does not see between two characters."""
    if chance.random() > 0.3:
        return ""
    means_nothing = is_chinese(fold_characters(before)) or is_chinese(fold_characters(after))
    return chance.choice(_BLANKS + _MARKS if means_nothing else _MARKS)
