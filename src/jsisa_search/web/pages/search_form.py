"""The fields of a search in an address: read, checked, and written again with changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Self, cast, get_args
from urllib.parse import urlencode

from jsisa_search import Filters, make_filters
from jsisa_search.model import SortOrder
from jsisa_search.web.pages.marking import Query

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

#: Hits on a page.
PAGE_SIZE = 20

# Pages that can be asked for; beyond, a narrower query is of more use.
_MAX_PAGE = 500

# Values of one filter.
_MAX_NAMES = 20

# Characters of a text whose form in an address is remembered; bounds the memory.
_SHORT = 100

_FILTER_NAMES = ("source", "publisher", "section", "folder", "format")

#: Everything that restricts a search, as changes of a form that lift it.
UNRESTRICTED: Mapping[str, None] = dict.fromkeys((*_FILTER_NAMES, "since", "until", "dateless"))

# A file that has no date satisfies this restriction, and no other does.
_NEVER = datetime.max

# What makes a query more than a list of words, all of which must occur.
_ALTERNATIVES = re.compile(r"\bOR\b|\bor\b|[|｜]|(?:^|\s)或(?:者)?(?:\s|$)")


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What a search page was asked for; every field is text as it was typed, or a choice.

    `leaving_out` are wordings that synonyms are not to add. `undated` includes releases without a date in a
    period, `dateless` leaves only those. `page` counts from 1. `open` is the id of the release in the reading
    pane, `at` its paragraph.
    """

    q: str = ""
    sort: SortOrder = "relevance"
    source: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    undated: bool = False
    dateless: bool = False
    synonyms: bool = True
    leaving_out: tuple[str, ...] = ()
    grouped: bool = False
    fold: bool = True
    page: int = 1
    open: str = ""
    at: int = 0

    @classmethod
    def of(cls, parameters: QueryParams) -> Self:
        """Read the parameters of an address; what is no valid choice counts as not given.

        `within` is a query whose results are to be narrowed by `q`.
        """
        text = str(parameters.get("q", "")).strip()
        if within := str(parameters.get("within", "")).strip():
            text = narrowed(within, text)
        sort = parameters.get("sort", "relevance")
        names = {
            name: tuple(dict.fromkeys(value for value in parameters.getlist(name) if value.strip()))
            for name in (*_FILTER_NAMES, "leaving_out")
        }
        return cls(
            q=text,
            sort=cast(SortOrder, sort) if sort in get_args(SortOrder) else "relevance",
            source=names["source"][:_MAX_NAMES],
            publisher=names["publisher"][:_MAX_NAMES],
            section=names["section"][:_MAX_NAMES],
            folder=names["folder"][:_MAX_NAMES],
            format=names["format"][:_MAX_NAMES],
            since=str(parameters.get("since", "")).strip()[:40],
            until=str(parameters.get("until", "")).strip()[:40],
            undated=parameters.get("undated") == "1",
            dateless=parameters.get("dateless") == "1",
            synonyms=parameters.get("synonyms", "1") != "0",
            leaving_out=names["leaving_out"][:_MAX_NAMES],
            grouped=parameters.get("grouped") == "1",
            fold=parameters.get("fold", "1") != "0",
            page=_number(parameters.get("page"), 1, _MAX_PAGE),
            open=str(parameters.get("open", ""))[:80],
            at=_number(parameters.get("at"), 0, 1_000_000),
        )

    @property
    def filters(self) -> Filters:
        """The filters of the search. Raises `QueryError` for a date that is none."""
        found = make_filters(
            source=self.source,
            publisher=self.publisher,
            section=self.section,
            since=self.since or None,
            until=self.until or None,
            include_undated=self.undated,
            folder=self.folder,
            format=self.format,
        )
        return replace(found, since=_NEVER, until=_NEVER, include_undated=True) if self.dateless else found

    @property
    def query(self) -> Query:
        """What is marked in the texts that are found."""
        return Query(self.q, self.synonyms, self.leaving_out)

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """The names and values of the restrictions that have no field of their own to be typed in."""
        for name in _FILTER_NAMES:
            yield from ((name, value) for value in getattr(self, name))
        if self.dateless:
            yield "dateless", "1"
        if not self.synonyms:
            yield "synonyms", "0"
        yield from (("leaving_out", wording) for wording in self.leaving_out)

    @property
    def offset(self) -> int:
        """How many hits come before the page."""
        return (self.page - 1) * PAGE_SIZE

    def url(self, **changes: object) -> str:
        """Return the address of this search with some fields changed; `None` means the default.

        Another search begins on its first page, without a release beside it.
        """
        if not changes.keys() <= {"page", "open", "at"}:
            changes = {"page": None, "open": None, "at": None} | changes
        pairs = []
        for name, default in _defaults():
            value = changes.get(name) if name in changes else getattr(self, name)
            if value is not None and value != default:
                pairs += [_pair(name, text) for text in _texts(value)]
        return f"/?{'&'.join(pairs)}" if pairs else "/"

    def without(self, name: str, value: str) -> str:
        """Return the address of this search without one value of a filter."""
        return self.url(**{name: tuple(each for each in getattr(self, name) if each != value)})

    def within(self, name: str, value: str) -> str:
        """Return the address of this search restricted to one value of a filter."""
        return self.url(**{name: (value,)})

    def restrictions(self) -> list[tuple[str, str, str]]:
        """Return each restriction with the address of the search without it: field, value, address."""
        found = [
            (name, value, self.without(name, value))
            for name in _FILTER_NAMES
            for value in getattr(self, name)
        ]
        if self.dateless:
            found.append(("undated", "", self.url(dateless=None)))
        if self.since or self.until:
            value = self.since if self.since == self.until else f"{self.since}–{self.until}"
            found.append(("date", value, self.url(since=None, until=None)))
        return found


def narrowed(query: str, further: str) -> str:
    """Return a query for the results of `query` that `further` finds as well (在结果中检索)."""
    if not further or further == query:
        return query
    first, second = (f"({text})" if _ALTERNATIVES.search(text) else text for text in (query, further))
    return f"{first} {second}"


def _number(text: object, least: int, most: int) -> int:
    is_number = isinstance(text, str) and re.fullmatch(r"[0-9]{1,9}", text)
    return min(max(int(cast(str, text)), least), most) if is_number else least


@cache
def _defaults() -> tuple[tuple[str, object], ...]:
    """Return the fields of a form with their defaults."""
    return tuple((field.name, field.default) for field in fields(SearchForm))


def _pair(name: str, text: str) -> str:
    """Return a field as it is written in an address; the fifty addresses of a page have most in common."""
    return _short_pair(name, text) if len(text) <= _SHORT else urlencode([(name, text)])


@lru_cache(256)
def _short_pair(name: str, text: str) -> str:
    return urlencode([(name, text)])


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (str(int(value)) if isinstance(value, bool) else str(value),)
