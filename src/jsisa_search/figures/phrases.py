"""The words around a number: its indicator, place, direction and modifiers. Data: `data/words.toml`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from jsisa_search.analysis.segmenter import default_tagger
from jsisa_search.figures.scanning import sizes_by_first, sizes_by_last
from jsisa_search.lexicon.offices import is_place, place_names
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

#: Longest names of places that are looked for before an indicator.
_LONGEST_PLACE = 8
# Cities and counties that are in no list.
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,3}(?<![全本我占城级区辖上超股楼各两该])[市县](?=[\u4e00-\u9fff]{2})")
# A name that begins with one of these is left as it is: 《条例》.
_CLOSED_BY = {"“": "”", "《": "》", "(": ")"}
_SHORTEST_PLACE = 2
_DIRECTIONS = {"up", "down"}
#: The number of a heading or of an item, before an indicator.
_NUMBERING = re.compile(r"[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、.]")


class _Words(NamedTuple):
    roles: dict[str, str]
    bare: frozenset[str]
    #: The lengths of roles by their last character.
    role_sizes: dict[str, tuple[int, ...]]
    leading: frozenset[str]
    places: frozenset[str]
    #: The lengths of places, of cities and provinces too, and of leading words by their first character.
    place_sizes: dict[str, tuple[int, ...]]
    leading_sizes: dict[str, tuple[int, ...]]
    cut: re.Pattern[str]
    share: re.Pattern[str]
    compared: re.Pattern[str]
    behind: dict[str, str]
    #: The lengths of words behind a number by their first character.
    behind_sizes: dict[str, tuple[int, ...]]
    #: Those that behind a count begin a word instead.
    not_of_counts: frozenset[str]


@cache
def words() -> _Words:
    """Return the shipped words."""
    data = load_toml("jsisa_search.figures", "words")
    bare = frozenset(data["before"]["bare"])
    roles = {word: role for role, group in data["before"].items() if role != "bare" for word in group}
    for role in ("up", "down"):  # 降至, 提高到
        roles |= {word + end: f"{role} reaching" for word in data["before"][role] for end in ("至", "到")}
    leading, places = frozenset(data["leading"]["words"]), frozenset(data["leading"]["places"])
    named = (name for name in {*places, *place_names()} if _SHORTEST_PLACE <= len(name) <= _LONGEST_PLACE)
    behind = {word: role for role in ("more", "less", "about") for word in data["behind"][role]}
    return _Words(
        roles,
        bare,
        sizes_by_last(roles),
        leading,
        places,
        sizes_by_first(named),
        sizes_by_first(leading),
        re.compile("|".join(data["cut"]["patterns"])),
        re.compile(data["cut"]["share"]),
        re.compile("|".join(data["compared"]["patterns"])),
        behind,
        sizes_by_first(behind),
        frozenset(data["behind"]["not_of_counts"]),
    )


def compared_spans(folded: str) -> list[Range]:
    """Return where a text says what its figures are compared with: 比上年同期, 同比."""
    return [match.span() for match in words().compared.finditer(folded)]


# Tuples of words are no work for the garbage collector, as lists of them are.
@lru_cache(maxsize=1 << 12)
def tagged_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a part of a folded text with their classes."""
    return tuple(default_tagger()(text))


class _Bounds:
    """Where the words of a part of a text begin and end; they are cut when it is first asked for."""

    __slots__ = ("_found", "_part")

    def __init__(self, folded: str, start: int, end: int) -> None:
        self._part = folded, start, end
        self._found: set[int] | None = None

    def __contains__(self, at: int) -> bool:
        if self._found is None:
            folded, start, end = self._part
            sizes = [len(word) for word, _ in tagged_words(folded[start:end])]
            self._found = set(accumulate(sizes, initial=start))
        return at in self._found


@dataclass(slots=True)
class Before:
    """What the words before a number say: its indicator, if they have one, and its place."""

    start: int
    end: int
    place: Range | None = None
    roles: set[str] = field(default_factory=set)
    #: Whether 分别 stands before the number: it is the first of a row.
    is_row: bool = False


def read_before(
    folded: str,
    start: int,
    end: int,
    ends: Mapping[int, int],
    starts: Mapping[int, int],
    period_ends: Sequence[int],
) -> Before:
    """Read the words `[start, end)` before a number.

    `ends` has the starts of periods and comparisons by their ends, `starts` the other way round.
    `period_ends` are those of periods alone, in order.
    """
    table = words()
    found = Before(start, end)
    if start == end:
        return found
    bounds = _Bounds(folded, start, end)
    _strip_behind(folded, found, ends, bounds, table)
    if found.end > found.start:
        _cut(folded, found, bounds, table)
    bracket = folded.rfind("(", found.start, found.end)
    if bracket >= 0 and folded.find(")", bracket, found.end) < 0:
        found.start = bracket + 1
    _strip_ahead(folded, found, starts, bounds, table)
    last = bisect_left(period_ends, found.end) - 1
    if last >= 0 and period_ends[last] > found.start:
        # 公司2021年签约面积: the year parts the sentence and the indicator.
        found.start = period_ends[last]
        _strip_ahead(folded, found, starts, bounds, table)
    return found


def _cut(folded: str, found: Before, bounds: _Bounds, table: _Words) -> None:
    """Leave out what is before the last word that parts the sentence and the indicator."""
    last = found.start
    for match in table.cut.finditer(folded, found.start, found.end):
        if match.start() in bounds and match.end() in bounds and match.end() < found.end:
            last = match.end()
    found.start = last
    share = table.share.search(folded, found.start + 1, found.end)
    if share and not folded[found.start : found.end].endswith(("比重", "比例", "份额")):
        found.end = share.start()
        found.roles.add("share")


def _strip_behind(
    folded: str, found: Before, ends: Mapping[int, int], bounds: _Bounds, table: _Words
) -> None:
    start, end = found.start, found.end
    while end > start:
        if (before := ends.get(end)) is not None and before >= start:
            end = before
            continue
        for size in table.role_sizes.get(folded[end - 1], ()):
            role = table.roles.get(word := folded[max(end - size, start) : end])
            if role is None or len(word) < size:
                continue
            if size > 1 or (word in table.bare and not found.is_row) or end - 1 in bounds:
                break
        else:
            break
        found.is_row |= word.startswith("分别")
        if role != "link" and not (role in _DIRECTIONS and found.roles & _DIRECTIONS):
            found.roles.update(role.split())
        end -= size
    found.end = end


def _strip_ahead(
    folded: str, found: Before, starts: Mapping[int, int], bounds: _Bounds, table: _Words
) -> None:
    start, end = found.start, found.end
    if numbering := _NUMBERING.match(folded, start, end):
        start = numbering.end()
    while start < end:
        if (behind := starts.get(start)) is not None and behind <= end:
            start = behind
            continue
        size = _leading_place(folded, start, end, bounds, table)
        if size:
            if start + size + 2 > end:
                break
            found.place = start, start + size
            start += size
            continue
        if folded[start] in _CLOSED_BY and folded.find(_CLOSED_BY[folded[start]], start, end) >= 0:
            break
        for size in table.leading_sizes.get(folded[start], ()):
            is_leading = start + size <= end and folded[start : start + size] in table.leading
            if is_leading and (size > 1 or start + 1 in bounds):
                break
        else:
            break
        start += size
    found.start = start


def _leading_place(folded: str, start: int, end: int, bounds: _Bounds, table: _Words) -> int:
    """Return the length of the place that the words begin with, 0 where they begin with none."""
    for size in table.place_sizes.get(folded[start], ()):
        part = folded[start : min(start + size, end)]
        if len(part) == size and (part in table.places or is_place(part)) and start + size in bounds:
            return size
    listed = _PLACE.match(folded, start, end)
    is_place_name = listed and len(listed[0]) > _SHORTEST_PLACE and listed.end() in bounds
    return len(listed[0]) if listed and is_place_name else 0


class Behind(NamedTuple):
    """Words like 以上 behind a number: where they end, their role, and whether 的 follows."""

    end: int
    role: str
    has_of: bool


def read_behind(folded: str, end: int, *, is_count: bool = False) -> Behind:
    """Read the words directly behind a number and its unit, which counts something perhaps: 20名内地学生."""
    table = words()
    role = ""
    for size in table.behind_sizes.get(folded[end : end + 1], ()):
        found = table.behind.get(word := folded[end : end + size])
        if found is not None and not (is_count and word in table.not_of_counts):
            role, end = found, end + len(word)
            break
    has_of = folded[end : end + 1] == "的"
    return Behind(end, role, has_of)


def as_pairs(spans: Iterable[Range]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the starts of spans by their ends, and the other way round."""
    ends, starts = {}, {}
    for start, end in spans:
        ends[end] = start
        starts[start] = end
    return ends, starts
