"""The shipped names of offices and everyday terms: other names of what a piece of a query names.

`data/offices.tsv` has names of single offices, `data/kinds.tsv` kinds of offices that every place may have,
`data/places.tsv` the places. 江苏发改委 is a place and a kind: its other names are the products of both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import accumulate, islice
from typing import NamedTuple

from jsisa_search.analysis import WordSet, query_segmenter
from jsisa_search.model import Range
from jsisa_search.package_data import read_data

#: Longer pieces of a query are pasted text.
MAX_CHARS = 40
#: Other names of one piece: each is another search.
MAX_NAMES = 12

# Shorter names are looked for as whole pieces only, or after a place: 中办 is in 中办理.
_MIN_PART = 3

# Places that are in no list, by their last character: 澄川市, 桐岭区.
_PLACE = re.compile("[\u4e00-\u9fff]{1,7}[省市州县区旗盟]$")


class Names(NamedTuple):
    """Names in groups of equal ones: the groups of each, by the folded name, and all names as a set."""

    groups: dict[str, tuple[tuple[str, ...], ...]]
    words: WordSet

    def others(self, name: str) -> Iterator[str]:
        """Yield the other names of what a folded name names."""
        for group in self.groups.get(name, ()):
            yield from (other for other in group if other.lower() != name)


class OtherName(NamedTuple):
    """Another name of what a piece of a query names, with what the piece has before and after its own."""

    before: str
    name: str
    after: str

    @property
    def wording(self) -> str:
        """The piece with the other name in place of its own."""
        return self.before + self.name + self.after


def other_names(piece: str) -> tuple[OtherName, ...]:
    """Return the other names of what a folded piece names, alone or inside it, `MAX_NAMES` at most.

    住建部部长 also means 住房和城乡建设部部长. A name inside a longer one is none. Wordings that contain
    the piece are left out: the piece finds them.
    """
    if len(piece) > MAX_CHARS:
        return ()
    found = {other.wording: other for other in _others(piece) if piece not in other.wording.lower()}
    return tuple(islice(found.values(), MAX_NAMES))


def place_forms(text: str) -> tuple[str, ...]:
    """Return the forms of the place that a folded text ends with, the longest first: 江苏省, 江苏."""
    places = _places()
    length = next((size for size in places.words.lengths if text[-size:] in places.groups), 0)
    if length:
        return tuple(dict.fromkeys(name for group in places.groups[text[-length:]] for name in group))
    listed = _PLACE.search(text)
    return (listed[0],) if listed and len(listed[0]) > 2 else ()


def is_place(folded: str) -> bool:
    """Return whether a folded text is the name of a province or city, in any form."""
    return folded in _places().groups


def place_names() -> Collection[str]:
    """Return the folded names of provinces and cities in all forms."""
    return _places().groups.keys()


def _others(piece: str) -> Iterator[OtherName]:
    offices, kinds = _names("offices"), _kinds()
    for start, end in _names_in(piece):
        name, head, tail = piece[start:end], piece[:start], piece[end:]
        is_part = end - start >= _MIN_PART or len(name) == len(piece)
        if name in offices.groups:
            others = offices.others(name) if is_part else ()
            yield from (OtherName(head, other, tail) for other in others)
        elif places := place_forms(head):
            yield from _of_place(head, places, (name, *kinds.others(name)), tail)
        elif is_part:
            yield from (OtherName(head, other, tail) for other in kinds.others(name) if name not in other)


def _names_in(piece: str) -> Iterator[Range]:
    """Yield the ranges of names in a piece that are whole words there, and not those of another country."""
    found = _all_words().find(piece)
    if not found or found == [(0, len(piece))]:
        yield from found
        return
    ends = set(accumulate(map(len, query_segmenter().cut(piece))))
    for start, end in found:
        # 教育部 is no word in 教育部长 and 教育部门, nor 最高法 in 最高法院.
        head = piece[:start]
        if end in ends and (place_forms(head) or not head.endswith(_countries())):  # 内蒙古 is no 蒙古
            yield start, end


def _of_place(head: str, places: Iterable[str], kinds: Iterable[str], tail: str) -> Iterator[OtherName]:
    """Yield the names of an office of a kind in a place; `head` ends with one of the forms of the place."""
    written = next((place for place in sorted(places, key=len, reverse=True) if head.endswith(place)), "")
    before = head[: len(head) - len(written)]
    kinds = tuple(kinds)
    for place in dict.fromkeys((written, *places)):
        yield from (OtherName(before, place + kind, tail) for kind in kinds)


@cache
def _names(data: str) -> Names:
    lines = read_data("jsisa_search.lexicon", f"{data}.tsv").splitlines()
    rows = (line.partition("\t")[0].split("=") for line in lines if line and not line.startswith("#"))
    groups: dict[str, tuple[tuple[str, ...], ...]] = {}
    for row in rows:
        group = tuple(row)
        for name in group:
            key = name.lower()  # the data are folded but for capitals, which are shown
            groups[key] = (*groups.get(key, ()), group)
    return Names(groups, WordSet.of(groups))


def _places() -> Names:
    return _names("places")


def _kinds() -> Names:
    return _names("kinds")


@cache
def _all_words() -> WordSet:
    return _names("offices").words | _names("kinds").words


@cache
def _countries() -> tuple[str, ...]:
    lines = read_data("jsisa_search.lexicon", "countries.txt").splitlines()
    return tuple(name for line in lines if not line.startswith("#") for name in line.split())
