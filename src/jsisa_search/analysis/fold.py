"""Folding: text as people see it, so that equivalent spellings are one.

Full width becomes half width, capitals lower case, traditional simplified, compatibility forms their plain
characters (Ⅲ iii, ℃ °c, ① 1). Invisible marks are left out, so are blanks beside a Chinese character and
the commas between thousands; other white space is one blank. Most texts keep their length under folding,
and offsets into them are offsets into the original; `FoldedText` has the offsets of the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jsisa_search.model import Range
from jsisa_search.package_data import read_data

#: Incremented whenever `fold` changes its result for any text; an index records it.
FOLDING_VERSION = 3

# Default_Ignorable_Code_Point of Unicode: soft hyphen, marks without width, joiners, marks of direction,
# variation selectors, fillers, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)

#: Code points of characters beside which a blank means nothing, as pairs of the first and the last: Chinese
#: characters, their punctuation and brackets.
CHINESE = ((0x3001, 0x3011), (0x3014, 0x301B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_CLASS = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE)
#: Blanks of a text whose characters are folded that mean nothing; of several others, all but the first.
# It begins with a blank, so that `re` looks for one first: 40 times faster than with what may be before it.
_BLANKS = re.compile(rf" (?:(?<=\A )|(?<=[ {_CLASS}] )|(?= *(?:[{_CLASS}]|\Z))) *")
#: A number with commas between all its thousands.
# It begins with a digit, so that `re` looks for one first.
THOUSANDS = re.compile(r"[1-9](?<![0-9].)(?<![0-9][.,].)[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?!,[0-9])")

#: Common Chinese characters, which folding leaves as they are unless they are listed.
_COMMON = re.compile("[\u4e00-\u9fff]")
#: All others, but for most of ASCII and the marks 、。“”‘’, which folding leaves as they are.
_UNCOMMON = "\x00-\x1fA-Z~-\u2017\u201a\u201b\u201e-\u3000\u3003-\u4dff\ua000-\U0010ffff"

#: Different characters that are replaced one after the other.
_FEW = 12

#: The most characters that one may become; a few Arabic ligatures have more.
_LONGEST = 4


class _FoldingTable(dict[int, str]):
    """Folded forms by code point, computed on first use: no start-up cost, bounded by Unicode.

    A form has one character, or none for invisible marks, or several.
    """

    def __init__(self) -> None:
        #: The characters met so far whose forms have another length.
        self.resizing: set[str] = set()
        self._simplified = _read_forms("simplified.tsv")
        self._variants = _read_forms("variants.tsv")

    def __missing__(self, code: int) -> str:
        char = chr(code)
        while (folded := self._fold_once(char)) != char:
            char = folded
        form = "".join(map(self._fold_part, expanded)) if (expanded := _expanded(char)) else char
        if len(form) != 1:
            self.resizing.add(chr(code))
        self[code] = form
        return form

    def listed(self) -> Iterator[str]:
        """Yield the characters that are listed with their form."""
        return chain(self._simplified, self._variants)

    def _fold_part(self, char: str) -> str:
        return self[ord(char)]

    def _fold_once(self, char: str) -> str:
        if char.isspace():
            return " "
        forms = (
            unicodedata.normalize("NFKC", char),
            char.lower(),
            self._variants.get(char, char),
            self._simplified.get(char, char),
        )
        for form in forms:
            if len(form) == 1 and form != char:
                return form
        return "" if char and _INVISIBLE.match(char) else char


def _expanded(char: str) -> str:
    """Return the several characters that people see in one, or nothing.

    Not those of a fraction (1½ is not 11/2), of marks alone (…), or with marks over letters.
    """
    form = unicodedata.normalize("NFKC", char)
    is_seen = any(map(str.isalnum, form)) and not any(
        part in " \u2044" or unicodedata.combining(part) for part in form
    )
    return form if 1 < len(form) <= _LONGEST and is_seen else ""


class _CharacterTable(dict[int, str]):
    """Folded characters by code point; one whose form has another length is itself."""

    def __missing__(self, code: int) -> str:
        form = _table()[code]
        self[code] = form if len(form) == 1 else chr(code)
        return self[code]


def _read_forms(name: str) -> dict[str, str]:
    table = read_data("jsisa_search.analysis", name)
    # The first line is a comment. No loop over the 5,000 others: a first query would wait 5 ms for it.
    characters = table.partition("\n")[2].split()
    return dict(zip(characters[::2], characters[1::2], strict=True))


@cache
def _table() -> _FoldingTable:
    return _FoldingTable()


@cache
def _character_table() -> _CharacterTable:
    return _CharacterTable()


@cache
def _may_change() -> re.Pattern[str]:
    """Return what finds all characters that folding changes, and few others.

    Of the common Chinese characters, those that the tables list; of all others, all but some common ones.
    """
    listed = "".join(filter(_COMMON.match, _table().listed()))
    return re.compile(f"[{_UNCOMMON}{listed}]")


def folded_form(char: str) -> str:
    """Return what folding makes of a character: one, several, or none for an invisible mark."""
    return _table()[ord(char)]


def fold_characters(text: str) -> str:
    """Return `text` with each character folded that has a form of one character; the length is unchanged.

    For syntax, whose offsets are those of the text; what is searched is folded by `fold`.
    """
    return text.translate(_character_table())


def is_chinese(char: str) -> bool:
    """Return whether blanks beside a folded character mean nothing."""
    return any(first <= ord(char) <= last for first, last in CHINESE)


def without_marks(text: str) -> str:
    """Return `text` without invisible marks."""
    return _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """Return `text` as it is seen: its characters folded, without marks and blanks that mean nothing.

    Folding a folded text changes nothing. Blanks at both ends are left out. The fold of a part of a text is
    in the fold of the text, unless it begins or ends inside a number with commas between thousands.
    """
    return _without_what_means_nothing(text.translate(_table()))


def _without_what_means_nothing(characters: str) -> str:
    """Return a text of folded characters without blanks and commas that mean nothing."""
    if " " in characters:
        characters = _BLANKS.sub("", characters)
    return THOUSANDS.sub(_without_commas, characters) if "," in characters else characters


def _without_commas(number: re.Match[str]) -> str:
    return number[0].replace(",", "")


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text with the place of each character in the original; make one with `of`.

    `origins` (int64, one per character of `text`, ascending) are offsets in the original; equal ones are of
    one character that became several. `None` where the length is that of the original: each offset is itself.
    """

    text: str
    origins: NDArray[Any] | None = None

    @classmethod
    def of(cls, original: str) -> Self:
        """Fold `original`."""
        table = _table()
        characters = original.translate(table)
        # Without a character whose form is longer, only what is left out changes the length.
        return cls._of(original, characters, has_resized=not table.resizing.isdisjoint(original))

    @classmethod
    def of_passage(cls, original: str) -> Self:
        """Fold one of many long texts, in half the time of `of`, but for 6 ms that the first one takes."""
        table = _table()
        changing = set(_may_change().findall(original))
        if len(changing) > _FEW:
            return cls.of(original)
        characters = original
        for char in changing:  # a form is its own, so no form is folded again
            characters = characters.replace(char, table[ord(char)])
        return cls._of(original, characters, has_resized=not table.resizing.isdisjoint(changing))

    @classmethod
    def _of(cls, original: str, characters: str, *, has_resized: bool) -> Self:
        """Return the folded text of which `characters` are the folded characters."""
        folded = _without_what_means_nothing(characters)
        if len(folded) == len(original) and not has_resized:
            return cls(folded)
        origins = np.arange(len(original))
        if has_resized:
            origins = origins.repeat([len(folded_form(char)) for char in original])
        is_dropped = np.zeros(len(origins), np.bool_)
        for blanks in _BLANKS.finditer(characters):
            is_dropped[blanks.start() : blanks.end()] = True
        for number in THOUSANDS.finditer(characters):
            commas = (at for at in range(*number.span()) if characters[at] == ",")
            is_dropped[list(commas)] = True
        return cls(folded, origins[~is_dropped])

    def original_range(self, start: int, end: int) -> Range:
        """Return the range in the original of the characters `[start, end)`, which are at least one.

        It has what was left out between them, and nothing left out before or behind.
        """
        if self.origins is None:
            return start, end
        return int(self.origins[start]), int(self.origins[end - 1]) + 1
