"""The times that a page carries and does not show: `<meta>`, JSON-LD, attributes, scripts, address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from jsisa_search.page.rules import load_rules
from jsisa_search.page.short_stamps import read_stamp
from jsisa_search.page.stamps import Stamp

MomentKind = Literal["published", "changed"]

_LONGEST = 40  # Fri, 06 Sep 2019 14:23:11 GMT+0800 has 34
# 2019-09-06 and what follows it, 20190906; seconds or milliseconds since 1970. Each begins with a
# literal, for which a search is quick, as a page may have a megabyte of scripts.
_VALUES = (
    re.compile(r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}[^\"'<>,;&}\\]{0,24}"),
    re.compile(r"20[0-3]\d[01]\d[0-3]\d(?:\d{6})?(?!\d)"),
    re.compile(r"1[0-9]{9}(?:\d{3})?(?!\d)"),
)
# name="...", "name": "...", name = ..., <date>...: what stands before a value.
_NAMED = re.compile(
    r"(?P<name>[\w.:-]{2,40})[\"'\\]{0,2}\s{0,3}[:=]\s{0,3}[\"'\\]{0,2}$|<(?:founder-)?(?P<tag>date)>$"
)
# <input id="publishTime" value="...">: named by another attribute of the element.
_VALUE_NAMES = ("value", "content")
_NAMED_BY = re.compile(r"\b(?:id|name|itemprop|class)=[\"']([\w.:-]{2,40})[\"'][^<>]{0,80}$")
# The time in full in an element that shows less: <time datetime="...">, <span title="...">.
_ELEMENT_NAMES = ("datetime", "title", "data-time", "data-date")
# t20220906_1.html, /2022-09/06/, /2022/0906/, /20220906/: the day in the address is the one of publishing.
_DAY_IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)|/(\d{1,2})/(\d{1,2})/)"
)


class Moment(NamedTuple):
    """A time that the page carries, and the name under which it does."""

    stamp: Stamp
    name: str
    kind: MomentKind


@lru_cache(maxsize=512)
def kind_of(name: str) -> MomentKind | None:
    """Return what a name says of the time under it, `None` where it is another time."""
    name = name.lower()
    none, changed, published = _name_patterns()
    if none.search(name):
        return None
    return "changed" if changed.search(name) else "published" if published.search(name) else None


@cache
def _name_patterns() -> tuple[re.Pattern[str], ...]:
    names = load_rules("times")["names"]
    return tuple(re.compile("|".join(names[key])) for key in ("none", "changed", "published"))


def stated_moments(values: Mapping[str, str], known: Iterable[str]) -> list[Moment]:
    """Return the times among the named values of a page's head; those of `known` names come first."""
    known = [name for name in known if name in values]
    found = [_moment(name, values[name], "published") for name in known]
    found += [_moment(name, value, kind_of(name)) for name, value in values.items() if name not in known]
    return [moment for moment in found if moment is not None]


def _moment(name: str, value: str, kind: MomentKind | None) -> Moment | None:
    if kind is None or len(value) > _LONGEST:
        return None
    stamp = read_stamp(value)
    return Moment(stamp, name, kind) if stamp else None


def carried_moments(source: str) -> Iterator[Moment]:
    """Yield the times of publishing in attributes and scripts, and in the comment of a content system."""
    matches = [match for pattern in _VALUES for match in pattern.finditer(source)]
    for match in sorted(matches, key=lambda match: match.start()):
        name = _name_of(match, source)
        kind: MomentKind | None = "published" if name in _ELEMENT_NAMES else kind_of(name)
        moment = _moment(name, match[0].strip(), kind) if name else None
        if moment is not None:
            yield moment


def _name_of(match: re.Match[str], source: str) -> str:
    """Return under which name a value stands, lower case; empty where it stands under none."""
    start = match.start()
    found = _NAMED.search(source, max(start - 50, 0), start)
    if found is None:
        return ""
    name = (found["name"] or found["tag"]).lower()
    if name not in _VALUE_NAMES:
        return name
    named = _NAMED_BY.search(source, max(start - 120, 0), start)
    return named[1] if named else ""


def address_moment(address: str) -> Moment | None:
    """Return the day in the address of a page."""
    match = _DAY_IN_ADDRESS.search(address)
    stamp = read_stamp(f"{match[1]}-{match[2] or match[4]}-{match[3] or match[5]}") if match else None
    return Moment(stamp, "address", "published") if stamp else None
