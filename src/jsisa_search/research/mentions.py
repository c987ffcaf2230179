"""Figures and names in a text, as ranges: what is shown first where two texts differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from jsisa_search.analysis import is_indexed, query_segmenter
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

# Characters of a word that is a name by its ending: 本市 is none.
_LEAST_NAME = 3


def figures_in(folded: str) -> Iterator[Range]:
    """Yield where a folded text has figures with their signs of measure: 99.14%, 2.4万, 百分之九十九."""
    for pattern in _patterns("figures"):
        yield from (match.span() for match in pattern.finditer(folded))


def names_in(text: str) -> Iterator[Range]:
    """Yield where a text has names: titles in 《》, persons beside their offices, organisations and places.

    One may be found twice, as the one and the other.
    """
    for pattern in _patterns("names"):
        yield from (match.span(match.lastindex or 0) for match in pattern.finditer(text))
    rules = load_toml("jsisa_search.research", "names")
    before, after, endings = (tuple(rules[name]) for name in ("before_persons", "after_persons", "endings"))
    words = ["", *query_segmenter().cut(text), "", ""]
    at = 0
    for last, word, following, beyond in zip(words, words[1:], words[2:], words[3:], strict=False):
        end = at + len(word)
        found = []
        if word.endswith(before):
            # A name that is no word of the dictionary is cut into characters.
            found.append((end, end + len(following + beyond if len(following) == 1 else following)))
        if word in after:
            found.append((at - len(last), at))
        if len(word) >= _LEAST_NAME and word.endswith(endings):
            found.append((at, end))
        yield from ((start, to) for start, to in found if to - start > 1 and is_indexed(text[start]))
        at = end


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    rules = load_toml("jsisa_search.research", "names")[name]
    # Figures are alternatives of which the first at a place counts; names are looked for one by one.
    return (re.compile("|".join(rules)),) if name == "figures" else tuple(map(re.compile, rules))
