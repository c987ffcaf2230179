"""Where a draft says from whom and of when a quotation is: 据新华社9月5日电, （《青溪日报》2022年9月6日）.

A date or a body that is said of something else in the same sentence, of an event for instance, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from jsisa_search.analysis import fold
from jsisa_search.model import Range
from jsisa_search.package_data import load_toml

# Names of sources of one character are in any text.
_LEAST_NAME = 2

_DIGITS = "[〇零一二三四五六七八九]"
_SMALL = "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}|{_DIGITS}{{4}})(?:年(?:(?P<month>\d\d?|{_SMALL})月(?:(?P<day>\d\d?|{_SMALL})[日号])?)?"
    rf"|[-./](?P<month2>\d\d?)[-./](?P<day2>\d\d?)(?!\d))"
    rf"|(?<![\d年])(?P<month3>\d\d?|{_SMALL})月(?P<day3>\d\d?|{_SMALL})[日号]"
)
_ANY_DATE = re.sub(r"\?P<\w+>", "?:", _DATE.pattern)
_TIME = r"(?:上午|下午|晚间?|凌晨|早间?|傍晚|中午|\d\d?[时点:](?:\d\d分?)?)"
_PAGE = r"[,\s]*第?\d+版"
_TITLE = "以?《[^《》]{1,40}》(?:为题)?"
_PLACE = "[\u4e00-\u9fff]{2,6}"
_ENDS = r"\s|[,。;:)\]]|$"
# What directly follows a quotation and is about nothing else: brackets, or a dash.
_BRACKET = re.compile(r"[。,.]?\s*(?:[(\[【]([^()\[\]【】]*)[)\]】]|[—-]+\s*(.*))")
_SEPARATORS = re.compile("[,;、]")


class Attribution(NamedTuple):
    """The range of a date or of the name of a source in a folded text; `date` is the match of the one."""

    span: Range
    date: re.Match[str] | None = None


class _Patterns(NamedTuple):
    """Expressions for the sources of one draft.

    `names` has a name as its last group. `reported` is a report right behind a date. A date is also that of a
    source right before it, `named`, if `named_ends` is behind it, and so of a word like 据, `attributed`.
    `alone` is all that a part of a bracket has beside a date, which a line feed replaces.
    """

    names: re.Pattern[str]
    reported: re.Pattern[str]
    named: re.Pattern[str]
    named_ends: re.Pattern[str]
    attributed: re.Pattern[str]
    attributed_ends: re.Pattern[str]
    alone: re.Pattern[str]


def find_attributions(part: str, names: Sequence[str], *, is_behind: bool) -> Iterator[Attribution]:
    """Yield the dates, then the sources, that the folded text around a quotation says of it.

    `names` are folded sources that the index knows; with `is_behind`, `part` begins where the quotation ends.
    """
    patterns = _patterns(tuple(names))
    bracket = _BRACKET.match(part) if is_behind else None
    inside = bracket.span(bracket.lastindex or 0) if bracket else (0, 0)
    for match in _DATE.finditer(part):
        if _is_of_source(part, match, patterns) or _is_alone(part, match, inside, patterns):
            yield Attribution(match.span(), match)
    last = 0
    for match in patterns.names.finditer(part):
        start, end = match.span(match.lastindex or 0)
        if start >= last and not part.startswith(tuple(_rules()["no_names"]), start):
            last = end
            yield Attribution((start, end))


def _is_of_source(part: str, date: re.Match[str], patterns: _Patterns) -> bool:
    """Return whether a date is that of a report: 9月6日报道, 据青溪日报9月6日, 《青溪日报》9月6日写道."""
    if patterns.reported.match(part, date.end()):
        return True
    before = part[: date.start()]
    pairs = (patterns.named, patterns.named_ends), (patterns.attributed, patterns.attributed_ends)
    return any(source.search(before) and ends.match(part, date.end()) for source, ends in pairs)


def _is_alone(part: str, date: re.Match[str], inside: Range, patterns: _Patterns) -> bool:
    """Return whether a date, with a source perhaps, is all that a bracket has between two commas."""
    first, last = inside
    if not first <= date.start() < date.end() <= last:
        return False
    start = max((match.end() for match in _SEPARATORS.finditer(part, first, date.start())), default=first)
    following = _SEPARATORS.search(part, date.end(), last)
    end = following.start() if following else last
    return patterns.alone.fullmatch(f"{part[start : date.start()]}\n{part[date.end() : end]}") is not None


def is_dated(text: str, date: str) -> bool:
    """Return whether a folded text says somewhere that it is of a date: 新华社北京9月5日电."""
    reported = _patterns(()).reported
    return any(reported.match(text, match.end()) for match in re.finditer(re.escape(date), text))


@lru_cache(maxsize=16)
def _patterns(known: tuple[str, ...]) -> _Patterns:
    rules = _rules()
    reports, says = "|".join(rules["reports"]), "|".join(rules["says"])
    papers = f"[^《》]{{0,12}}(?:{_any(rules['periodicals'])})"
    name = _any(sorted({*known, *rules["agencies"]}, key=len, reverse=True))
    office = f"[\u4e00-\u9fff]{{1,20}}?(?:{_any(rules['offices'])})"
    of, behind = _any(rules["before_sources"]), _any(rules["behind_sources"])
    said_of = _any([*rules["attributing"], *rules["labels"]])
    any_name = f"《{papers}》|{name}|{office}"
    filling = f"(?:{_TIME}|{_ANY_DATE}|{_any(rules['media'])})*"
    return _Patterns(
        names=re.compile(
            f"(?:{of})({name})|({name})(?={behind})|《({papers})》"
            f"|(?:{_any(rules['labels'])})({office})(?![\u4e00-\u9fff])"
            f"|(?:{_any(rules['attributing'])})(?:{_ANY_DATE})?({office}){filling}(?:{reports}|{says})"
        ),
        reported=re.compile(f"(?:{_TIME}|{_PAGE}|{_TITLE}|[在于由的]|{any_name})*?(?:{reports})"),
        named=re.compile(f"(?:(?:{said_of})(?:{any_name})|《{papers}》|{name})(?:{_PLACE})??[,\\s]*$"),
        named_ends=re.compile(f"(?:{_PAGE})?(?:{_ENDS}|{says}|《{papers}》)"),
        attributed=re.compile(f"(?:{said_of})\\s*$"),
        attributed_ends=re.compile(f"(?:{_PAGE})?(?:{_ENDS}|{name}|《{papers}》)"),
        alone=re.compile(
            f"(?:{of})?(?:{any_name})?\\s*\n\\s*{_TIME}*(?:{any_name})?(?:{reports})?(?:{_PAGE})?\\s*"
        ),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_toml("jsisa_search.research", "check")["claims"]
    return rules


def is_periodical(title: str) -> bool:
    """Return whether a title is that of a paper, which names a source and is no text: 《新华日报》."""
    return re.fullmatch(f".{{0,12}}(?:{_any(_rules()['periodicals'])})", fold(title)) is not None


def sources_in(folded: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return the folded names of sources that occur in a folded draft."""
    names = (fold(value) for value in values)
    return tuple(dict.fromkeys(name for name in names if len(name) >= _LEAST_NAME and name in folded))
