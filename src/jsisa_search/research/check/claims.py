"""The dates and sources that a draft states beside a quotation, against those of the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from jsisa_search.analysis import FoldedText, fold
from jsisa_search.model import Hit, Range, format_timestamp
from jsisa_search.package_data import load_toml
from jsisa_search.query.numerals import value_of, western_digits
from jsisa_search.research.check.report import Claim
from jsisa_search.search.results.sentences import Boundaries

# Names of sources of one character are in any text.
_LEAST_NAME = 2

_DIGITS = "[〇零一二三四五六七八九]"
_SMALL = "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}|{_DIGITS}{{4}})(?:年(?:(?P<month>\d\d?|{_SMALL})月(?:(?P<day>\d\d?|{_SMALL})[日号])?)?"
    rf"|[-./](?P<month2>\d\d?)[-./](?P<day2>\d\d?)(?!\d))"
    rf"|(?<![\d年])(?P<month3>\d\d?|{_SMALL})月(?P<day3>\d\d?|{_SMALL})[日号]"
)


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
    text: str, parts: Sequence[Range], names: Sequence[str], hit: Hit, release_text: str
) -> Iterator[Claim]:
    """Yield the dates and sources in parts of a paragraph, each compared with the release of a passage.

    `names` are the folded sources that the index knows. A date is right too where the release has it in its
    text, `release_text`, folded: it may be that of an event.
    """
    for start, end in parts:
        folded = FoldedText.of(text[start:end])
        for match in _DATE.finditer(folded.text):
            first, last = folded.original_range(*match.span())
            yield _date_claim(match, hit, release_text, start + first, start + last, text)
        for at, to in _names_in(folded.text, names):
            first, last = folded.original_range(at, to)
            yield _source_claim(folded.text[at:to], hit, release_text, start + first, start + last, text)


def _date_claim(match: re.Match[str], hit: Hit, release_text: str, start: int, end: int, text: str) -> Claim:
    wanted = [
        _number(match, *names)
        for names in (("year",), ("month", "month2", "month3"), ("day", "day2", "day3"))
    ]
    stated = format_timestamp(hit.date, hit.date_precision)
    is_right: bool | None = None
    if match[0] in release_text:
        is_right = True
    elif hit.date is not None:
        is_right = _agrees(wanted, hit.date, has_day=hit.date_precision != "month")
    return Claim("date", text[start:end], start, end, stated and stated[:10], is_right)


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


def _names_in(folded: str, names: Sequence[str]) -> Iterator[Range]:
    """Yield where a text names sources: known ones, 据新华社, 新华网报道, and any paper, 《人民日报》."""
    last = 0
    for match in _attribution(tuple(names)).finditer(folded):
        start, end = match.span(match.lastindex or 0)
        if start >= last:
            last = end
            yield start, end


@lru_cache(maxsize=16)
def _attribution(names: tuple[str, ...]) -> re.Pattern[str]:
    rules = _rules()
    before, behind = ("|".join(map(re.escape, rules[name])) for name in ("before_sources", "behind_sources"))
    name = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    known = f"(?:{before})({name})|({name})(?={behind})|" if names else ""
    return re.compile(f"{known}《([^《》]{{0,12}}(?:{_periodicals()}))》")


def is_periodical(title: str) -> bool:
    """Return whether a title is that of a paper, which names a source and is no text: 《新华日报》."""
    return re.fullmatch(f".{{0,12}}(?:{_periodicals()})", fold(title)) is not None


def _periodicals() -> str:
    return "|".join(map(re.escape, _rules()["periodicals"]))


def _rules() -> dict[str, list[str]]:
    rules: dict[str, list[str]] = load_toml("jsisa_search.research", "check")["claims"]
    return rules


def _source_claim(name: str, hit: Hit, release_text: str, start: int, end: int, text: str) -> Claim:
    stated = [value for value in (hit.source, hit.publisher) if value]
    is_right: bool | None = None
    if name in release_text or any(name in fold(value) or fold(value) in name for value in stated):
        is_right = True
    elif stated:
        is_right = False
    return Claim("source", text[start:end], start, end, stated[0] if stated else None, is_right)


def sources_in(folded: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return the folded names of sources that occur in a folded draft."""
    names = (fold(value) for value in values)
    return tuple(dict.fromkeys(name for name in names if len(name) >= _LEAST_NAME and name in folded))
