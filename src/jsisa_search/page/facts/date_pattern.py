"""Patterns of dates in the names of files and folders: {year}{month}{day}.md, {year}/{month}/."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jsisa_search.errors import ArgumentError
from jsisa_search.page.facts.timestamps import Stamp
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

LONGEST_PATTERN = 200
_MOST_STARS = 2  # matching takes time to the power of their number
_LONGEST_NAME = 300
_PARTS = re.compile(r"\{([^{}/]*)\}|(\*)|([^{}*]+)")
_YEAR = r"(?:19|20)\d\d"
_TWO_DIGITS, _ONE_OR_TWO = r"\d\d", r"(?<!\d)\d\d?(?!\d)"
_NAMES = ("year", "month", "day")
_HOW_TO_WRITE = mark(
    "write {year}, {month} and {day} where a name has them, * for any text, and / between folders and at the "
    "end of a pattern for folders: {year}{month}{day}.md, {year}-{month}-{day}*, {year}/{month}/"
)


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A pattern for the last folders and the name of a file, or, `is_folder`, for folders alone."""

    names: tuple[re.Pattern[str], ...]
    is_folder: bool

    def read(self, folders: Sequence[str], name: str) -> Stamp | None:
        """Return the day or month in the name of a file, or in the nearest folders that match."""
        size = len(self.names)
        if not self.is_folder:
            return (
                self._read([*folders[len(folders) - size + 1 :], name]) if size <= len(folders) + 1 else None
            )
        ends = range(len(folders), size - 1, -1)
        return next(filter(None, (self._read(folders[end - size : end]) for end in ends)), None)

    def _read(self, names: Sequence[str]) -> Stamp | None:
        found: dict[str, int] = {}
        for pattern, name in zip(self.names, names, strict=True):
            match = pattern.fullmatch(name) if len(name) <= _LONGEST_NAME else None
            if match is None:
                return None
            found |= {part: int(number) for part, number in match.groupdict().items()}
        try:
            moment = datetime(found["year"], found["month"], found.get("day", 1))
        except ValueError:
            return None
        return Stamp(moment, "day" if "day" in found else "month", 0, 0)


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> DatePattern:
    """Return the pattern that `text` writes. Raises `ArgumentError`, which says what is wrong with it."""
    if not text or len(text) > LONGEST_PATTERN or not text.isprintable():
        raise _refused(
            text,
            tr("it has to be one line of 1 to {limit} characters").format(limit=LONGEST_PATTERN),
        )
    names = text.removesuffix("/").removeprefix("./").split("/")
    if not all(names) or any(name in (".", "..") for name in names):
        raise _refused(text, tr("it has an empty folder name, or a . or .. for one"))
    used: list[str] = []
    patterns = tuple(re.compile(_expression(text, name, used), re.IGNORECASE) for name in names)
    for part in ("year", "month"):
        if part not in used:
            raise _refused(text, tr("{{{part}}} is missing").format(part=part))
    return DatePattern(patterns, text.endswith("/"))


def _expression(text: str, name: str, used: list[str]) -> str:
    """Return the expression for one name of a pattern; the parts of the date in it are added to `used`."""
    parts = list(_PARTS.finditer(name))
    if "".join(part[0] for part in parts) != name:
        raise _refused(text, tr("a curly bracket in it has no partner"))
    if name.count("*") > _MOST_STARS:
        raise _refused(text, tr("a name in it has more than {limit} *").format(limit=_MOST_STARS))
    expression = ""
    for at, part in enumerate(parts):
        beside = [parts[other] for other in (at - 1, at + 1) if 0 <= other < len(parts)]
        if part[3]:
            expression += re.escape(part[3])
        elif part[2]:
            expression += ".*?"
        else:
            expression += _number(text, part[1], beside, used)
    return expression


def _number(text: str, part: str, beside: Sequence[re.Match[str]], used: list[str]) -> str:
    """Return the expression for a part of the date; beside digits or another part it has two of them."""
    if part not in _NAMES:
        raise _refused(text, tr("{{{part}}} is unknown").format(part=part))
    if part in used:
        raise _refused(text, tr("{{{part}}} stands in it twice").format(part=part))
    used.append(part)
    is_tight = any(
        other[1] or (other[3] or "")[:1].isdigit() or (other[3] or "")[-1:].isdigit() for other in beside
    )
    digits = _YEAR if part == "year" else _TWO_DIGITS if is_tight else _ONE_OR_TWO
    return f"(?P<{part}>{digits})"


def _refused(text: str, reason: str) -> ArgumentError:
    shown = text if len(text) <= LONGEST_PATTERN else text[:LONGEST_PATTERN] + "…"
    return ArgumentError(
        tr("the date pattern “{shown}” can't be used: {reason}; {how_to_write}").format(
            shown=shown, reason=reason, how_to_write=tr(_HOW_TO_WRITE)
        )
    )
