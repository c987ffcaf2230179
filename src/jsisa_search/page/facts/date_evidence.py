"""Evidence for the day of a release beside its byline: title, file name, addresses, folders, last lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from jsisa_search.model import DateOrigin, Precision
from jsisa_search.page.facts.date_pattern import DatePattern
from jsisa_search.page.facts.timestamps import CHINA, PERIOD, Stamp, find_stamp, plain_digits

_EARLIEST = datetime(1990, 1, 1)
_LONGEST = 300  # characters of a title, a name or an address that are searched
_SEARCHED_FOLDERS = 2  # the dated folder is the file's own, or the one above: 2024/03/15/新华社/a.html

# 2024-03-15, 2024年3月15日, 20240315, and the last with a time of day: 20240315093000.
_DAY = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:(?P<sep>[-_.]) ?(?P<month>\d{1,2})(?P=sep) ?(?P<day>\d{1,2})|(?P<han>年) ?(?P<han_month>\d{1,2}) ?月"
    r" ?(?P<han_day>\d{1,2}) ?[日号號]"
    r"|(?P<short_month>\d\d)(?P<short_day>\d\d)(?P<clock>(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?)(?!\d)"
)
_DAYS = re.compile(_DAY)
_BRACKETED = re.compile(rf"[（(【\[〔] ?{_DAY}[^（(【\[〔）)】\]〕]{{0,12}}[）)】\]〕]")
# /2022/09/06/, /2022-09/06/, /202209/06/, /2022/0906/, /2022/9/6/, t20220906_1.html, art_2022_9_6_1.html
_ADDRESS_DAYS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)"
    r"(?:[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?!\d)"
    r"|([/_])(\d{1,2})\4(\d{1,2})(?=\4))"
)
_HOST = re.compile(r"^(?:[a-z]{2,8}:)?//[^/]*", re.IGNORECASE)
_YEAR, _MONTH, _FOLDER_DAY = (
    re.compile(p) for p in (r"((?:19|20)\d\d)年?", r"(\d{1,2})月?", r"(\d{1,2})[日号]?")
)
_MONTH_NAME = re.compile(r"((?:19|20)\d\d)(?:[-_.年]?(\d\d)|[-_.年](\d))月?")
_MONTH_AND_DAY = re.compile(r"(\d\d)[-_.]?(\d\d)|(\d{1,2})月(\d{1,2})日")
_SIGNATURE_LINES = 8  # at the end of the text, that may be the day below the signature
_SIGNATURE = re.compile(r"[（(]? ?(?:19|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日 ?[)）]?")


class Evidence(NamedTuple):
    """A day or a month, and where it is from."""

    stamp: Stamp
    origin: DateOrigin


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file or a member of one is: its folders from the outermost to its own, and its name."""

    folders: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, path: str) -> Place:
        """Split the path of a file or a member: /data/2024.zip!/03/15.html, /data/20240315.jsonl#12."""
        path = _MEMBER_NUMBER.sub("", path.replace("\\", "/"))
        *folders, name = [
            part.removesuffix("!") for part in path.split("/") if part not in ("", ".", "..")
        ] or [""]
        return cls(tuple(folders), name)


_MEMBER_NUMBER = re.compile(r"#\d+$")


def gather_evidence(
    title: str | None, place: Place, addresses: Iterable[str], pattern: DatePattern | None
) -> Iterator[Evidence]:
    """Yield the evidence for the day of a release, best first.

    A day that is set apart in the title is one of issue; one written out in it may be that of an event, so
    that the name of the file and the address come before it. The same holds of a file that is named by its
    title.
    """
    title = title or ""
    set_pattern = pattern.read(place.folders, place.name) if pattern is not None else None
    found: tuple[tuple[Stamp | None, DateOrigin], ...] = (
        (_plausible(set_pattern), "settings"),
        (day_in_title(title), "title"),
        (day_in_name(place.name), "file name"),
        (next(filter(None, map(day_in_address, addresses)), None), "address"),
        (day_of_event(title), "title"),
        (day_of_event(PurePath(place.name).stem), "file name"),
        (day_in_folders(place.folders), "folder"),
    )
    return (Evidence(stamp, origin) for stamp, origin in found if stamp is not None)


def day_in_title(title: str) -> Stamp | None:
    """Return the day that is set apart in a title: （20240315）, 2024-03-15, 新闻联播20240315."""
    text = plain_digits(title[:_LONGEST])
    bracketed = _only(
        _read(match) for match in _BRACKETED.finditer(text) if not _is_period(text, match.end("year"))
    )
    if bracketed is not None:
        return bracketed
    return _only(_days(text, is_written_out=False))


def day_of_event(title: str) -> Stamp | None:
    """Return the day with which a title or a name begins or ends, written out: 2024年3月15日新闻发布会."""
    text = plain_digits(title[:_LONGEST]).strip()
    stamp = _only(_days(text, is_written_out=True))
    return stamp if stamp is not None and (stamp.start == 0 or stamp.end == len(text)) else None


def day_in_name(name: str) -> Stamp | None:
    """Return the one day in a name, in digits: 20240315.md, 2024-03-15 标题.html, t20240315_123.html."""
    return _only(_days(plain_digits(name[:_LONGEST]), is_written_out=False))


def day_in_address(address: str) -> Stamp | None:
    """Return the day in the path of an address, the last of several: that of the page, not of its column."""
    path = _HOST.sub("", address[: 4 * _LONGEST]).partition("?")[0].partition("#")[0]
    found = None
    for match in _ADDRESS_DAYS.finditer(path):
        month, day = match[2] or match[5], match[3] or match[6]
        found = _make(int(match[1]), int(month), int(day), match.start(), match.end()) or found
    return found


def day_in_folders(folders: Sequence[str]) -> Stamp | None:
    """Return the day, or else the month, of the folder of a file or the one above it.

    It may be written over several folders: 2024/03/15, 2024/0315, 2024-03/15, 2024年/3月.
    """
    names = [plain_digits(folder[:_LONGEST]).strip() for folder in folders[-_SEARCHED_FOLDERS - 2 :]]
    for end in range(len(names), max(len(names) - _SEARCHED_FOLDERS, 0), -1):
        found = (
            day_in_name(names[end - 1])
            or day_of_event(names[end - 1])
            or _nested_day(names[:end])
            or _month(names[:end])
        )
        if found is not None:
            return found
    return None


def day_of_signature(lines: Sequence[str]) -> Stamp | None:
    """Return the day that a line at the end of a text consists of: that below the signature (成文日期)."""
    for line in reversed(lines[-_SIGNATURE_LINES:]):
        text = plain_digits(line[:_LONGEST]).strip()
        if len(line) <= _LONGEST and _SIGNATURE.fullmatch(text):
            stamp = _plausible(find_stamp(text))
            return stamp if stamp is not None and stamp.precision == "day" else None
    return None


def _nested_day(names: Sequence[str]) -> Stamp | None:
    """Return the day that the last two or three folders name together."""
    if len(names) >= 3:
        parts = [pattern.fullmatch(name) for pattern, name in zip(_day_folders(), names[-3:], strict=True)]
        if all(parts):
            year, month, day = (int(part[1]) for part in parts if part)
            return _make(year, month, day)
    if len(names) < 2:
        return None
    month_name, day_name = _MONTH_NAME.fullmatch(names[-2]), _FOLDER_DAY.fullmatch(names[-1])
    if month_name and day_name:
        return _make(int(month_name[1]), int(month_name[2] or month_name[3]), int(day_name[1]))
    year_name, rest = _YEAR.fullmatch(names[-2]), _MONTH_AND_DAY.fullmatch(names[-1])
    if year_name and rest:
        return _make(int(year_name[1]), int(rest[1] or rest[3]), int(rest[2] or rest[4]))
    return None


@cache
def _day_folders() -> tuple[re.Pattern[str], ...]:
    return _YEAR, _MONTH, _FOLDER_DAY


def _month(names: Sequence[str]) -> Stamp | None:
    """Return the month that the last folder, or the last two, name."""
    whole = _MONTH_NAME.fullmatch(names[-1])
    if whole:
        return _make(int(whole[1]), int(whole[2] or whole[3]), None)
    parts = [pattern.fullmatch(name) for pattern, name in zip(_day_folders(), names[-2:], strict=False)]
    if len(names) >= 2 and parts[0] and parts[1]:
        return _make(int(parts[0][1]), int(parts[1][1]), None)
    return None


def _days(text: str, *, is_written_out: bool) -> Iterator[Stamp | None]:
    """Yield the days in a text, in digits or with 年月日; `None` for one that begins a period."""
    for match in _DAYS.finditer(text):
        if bool(match["han"]) == is_written_out:
            stamp = _read(match)
            if stamp is not None:
                yield None if _is_period(text, match.end()) else stamp


def _is_period(text: str, end: int) -> bool:
    return PERIOD.match(text, end) is not None


def _read(match: re.Match[str]) -> Stamp | None:
    month, day = (match[name] or match[f"han_{name}"] or match[f"short_{name}"] for name in ("month", "day"))
    return _make(int(match["year"]), int(month), int(day), match.start("year"), match.end())


def _only(stamps: Iterable[Stamp | None]) -> Stamp | None:
    """Return the first stamp where all are of one day; several days, or a period, give none."""
    found = list(stamps)
    days = {stamp and stamp.moment for stamp in found}
    return found[0] if len(days) == 1 else None


def _make(year: int, month: int, day: int | None, start: int = 0, end: int = 0) -> Stamp | None:
    precision: Precision = "month" if day is None else "day"
    try:
        return _plausible(Stamp(datetime(year, month, 1 if day is None else day), precision, start, end))
    except ValueError:
        return None


def _plausible(stamp: Stamp | None) -> Stamp | None:
    """Return a stamp from 1990 to tomorrow; other numbers are no days on which saved pages came out."""
    if stamp is None:
        return None
    tomorrow = datetime.now(CHINA).replace(tzinfo=None) + timedelta(days=1)
    return stamp if _EARLIEST <= stamp.moment <= tomorrow else None
