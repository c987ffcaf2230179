"""The dates and sources that a draft states beside a quotation, against those of the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from jsisa_search.analysis import FoldedText, fold
from jsisa_search.lexicon.offices import other_names
from jsisa_search.model import Precision, Range, format_timestamp
from jsisa_search.package_data import load_toml
from jsisa_search.query.numerals import value_of, western_digits
from jsisa_search.research.check.attributions import find_attributions, is_dated
from jsisa_search.research.check.report import Claim
from jsisa_search.search.results.sentences import Boundaries

# Names that have so many characters in common, place and office aside, are names of one body.
_LEAST_COMMON = 4
_YEAR = re.compile(r"\d{4}年")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a release says of itself: its date, who it is from (the source first), and its folded text."""

    date: datetime | None
    precision: Precision | None
    names: tuple[str, ...]
    text: str


def stated_around(text: str, span: Range, others: Iterable[Range]) -> list[Range]:
    """Return the parts of the sentence around a quotation that may name its date and source.

    They end at other quotations and go on into what is in brackets right behind it.
    """
    sentences = Boundaries(text, (), len(text)).sentences()
    first = max((start for start, _ in sentences if start <= span[0]), default=0)
    last = min((end for _, end in sentences if end >= span[1]), default=len(text))
    before = max((end for _, end in others if end <= span[0]), default=0)
    behind = min((start for start, _ in others if start >= span[1]), default=len(text))
    return [
        (start, end)
        for start, end in ((max(first, before), span[0]), (span[1], min(last, behind)))
        if start < end
    ]


def find_claims(
    text: str, quoted: Range, parts: Sequence[Range], names: Sequence[str], origin: Origin
) -> Iterator[Claim]:
    """Yield what parts of a paragraph say of when and from whom a quotation is, compared with its release.

    `names` are the folded sources that the index knows.
    """
    for start, end in parts:
        shift = 1 if text[start : start + 1] in '”’」』"' and start >= quoted[1] else 0
        folded = FoldedText.of(text[start + shift : end])
        for span, date in find_attributions(folded.text, names, is_behind=start >= quoted[1]):
            first, last = (start + shift + at for at in folded.original_range(*span))
            stated = text[first:last]
            if date is None:
                yield _source_claim(folded.text[slice(*span)], origin, first, last, stated)
            else:
                yield _date_claim(date, origin, first, last, stated)


def _date_claim(match: re.Match[str], origin: Origin, start: int, end: int, text: str) -> Claim:
    wanted = [
        _number(match, *names)
        for names in (("year",), ("month", "month2", "month3"), ("day", "day2", "day3"))
    ]
    stated = format_timestamp(origin.date, origin.precision)
    is_right: bool | None = None
    if is_dated(origin.text, match[0]) or is_dated(origin.text, _YEAR.sub("", match[0])):
        is_right = True
    elif origin.date is not None:
        is_right = _agrees(wanted, origin.date, has_day=origin.precision != "month")
    return Claim("date", text, start, end, stated and stated[:10], is_right)


def _agrees(wanted: Sequence[int | None], date: datetime, *, has_day: bool) -> bool:
    known = (date.year, date.month, date.day if has_day else None)
    return all(want is None or have is None or want == have for want, have in zip(wanted, known, strict=True))


def _number(match: re.Match[str], *names: str) -> int | None:
    """Return the number in the first of some groups that is there."""
    found = next((match[name] for name in names if match[name]), None)
    if found is None:
        return None
    if found.isdecimal():
        return int(found)
    value = western_digits(found.replace("零", "〇")) if len(found) == 4 else value_of(found)
    return None if value is None else int(value)


def _source_claim(name: str, origin: Origin, start: int, end: int, text: str) -> Claim:
    is_right: bool | None = None
    if name in origin.text or any(_is_same(name, fold(value)) for value in origin.names):
        is_right = True
    elif origin.names:
        is_right = False
    return Claim("source", text, start, end, origin.names[0] if origin.names else None, is_right)


def _is_same(one: str, other: str) -> bool:
    """Return whether two folded names are of one body: 省应急管理厅 and 江苏省应急管理厅, 住建部 too."""
    names = {one, *(fold(each.wording) for each in other_names(one))}
    if any(name in other or other in name for name in names):
        return True
    cores = _core(one), _core(other)
    return min(map(len, cores)) >= _LEAST_COMMON and (cores[0] in cores[1] or cores[1] in cores[0])


def _core(name: str) -> str:
    """Return a name without what says that it is a place or an office: 江苏应急管理 of 江苏省应急管理厅."""
    endings = load_toml("jsisa_search.research", "check")["claims"]["offices"]
    ending = next((each for each in sorted(endings, key=len, reverse=True) if name.endswith(each)), "")
    return re.sub("[省市县区]", "", name.removesuffix(ending))
