"""The names that releases state (sources, publishers, issuers, authors), found by a typed name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from jsisa_search.analysis import fold

#: The fields of a release that name who published, issued or wrote it.
NAME_FIELDS = ("source", "publisher", "issuer", "author")

#: Names of one field that are looked through; an index with more has a name for every text.
MAX_NAMES = 50_000

#: Values that one typed name may be found in.
MAX_VALUES = 64

# What a value may have beside a name: the accounts of a paper, and the role of a person.
_SUFFIX = re.compile(r"(?:客户端|公众号|微信公众号|微信|微博|官方网站|门户网站|官网|网站|编辑部|记者)+(?!\w)")
_PREFIX = re.compile(r"(?:(?<=\W)|^)(?:本报|本台|见习|实习|特约|首席)*(?:记者|通讯员|作者|编辑|来源)$")

_BLANKS = re.compile(r"\s+")

_ROLE_CHARACTERS = 12


class StatedName(NamedTuple):
    """A field and the exact value that releases have in it."""

    field: str
    value: str


class StatedNames:
    """The names that the releases of a snapshot state.

    The folded values of each field are one text with a line for each, so that a name is found in all of
    them by one search for a string.
    """

    def __init__(self, values_of: Callable[[str], Iterable[str]]) -> None:
        self._values = {field: _some(values_of(field)) for field in NAME_FIELDS}
        # Folding drops blanks between Chinese characters, but here they part names: 记者 张三 李四.
        folded = {
            field: [fold(_BLANKS.sub("|", value)) for value in values]
            for field, values in self._values.items()
        }
        self._lines = {field: "\n".join(["", *lines, ""]) for field, lines in folded.items()}

    def with_name(self, name: str) -> tuple[StatedName, ...]:
        """Return the stated names that are the folded `name`, or name it beside others: 国务院、中央军委.

        新华社 is 新华社 and 新华社客户端, but not 新华社区.
        """
        found = dict.fromkeys(
            StatedName(field, self._values[field][number])
            for field, lines in self._lines.items()
            for number in _lines_with(lines, name)
        )
        return tuple(found)[:MAX_VALUES] if len(name) > 1 else ()

    def beginning_with(self, char: str, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the folded values of some fields that begin with a character, each with the value itself."""
        for field in fields:
            lines = self._lines[field]
            at = lines.find("\n" + char)
            while at >= 0:
                end = lines.index("\n", at + 1)
                yield lines[at + 1 : end], self._values[field][lines.count("\n", 0, at)]
                at = lines.find("\n" + char, end)


def _some(values: Iterable[str]) -> list[str]:
    """Return up to `MAX_NAMES` values; those with a line end, which no name has, are left out."""
    kept: list[str] = []
    for value in values:
        if len(kept) == MAX_NAMES:
            break
        if "\n" not in value:
            kept.append(value)
    return kept


def _lines_with(lines: str, name: str) -> Iterator[int]:
    """Yield the numbers of the lines that contain `name` between characters that are part of no name."""
    at, counted, number = lines.find(name), 0, -1
    while at >= 0:
        end = at + len(name)
        if _begins(lines, at) and _ends(lines, end):
            number += lines.count("\n", counted, at)
            counted = at
            yield number
            at = lines.find(name, lines.index("\n", end))
        else:
            at = lines.find(name, at + 1)


def _begins(lines: str, at: int) -> bool:
    before = lines[at - 1]
    return not before.isalnum() or bool(_PREFIX.search(lines[max(at - _ROLE_CHARACTERS, 0) : at]))


def _ends(lines: str, end: int) -> bool:
    return not lines[end].isalnum() or bool(_SUFFIX.match(lines, end))
