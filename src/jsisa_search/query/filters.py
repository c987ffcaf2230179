"""Filters on source, publisher, section and time; they restrict the results without changing scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.arguments import check_flag, check_moment, check_text, check_texts, refused
from jsisa_search.errors import QueryError
from jsisa_search.query.parser.dates import parse_period
from jsisa_search.query.undated import UNDATED
from jsisa_search.schema import FORMAT, TEXT_SCHEME
from jsisa_search.translation import gettext as tr

#: The fields that can be filtered by value.
FILTER_FIELDS = ("source", "publisher", "section")

#: Those and what else has several values.
_LISTS = (*FILTER_FIELDS, "folder", "format")


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions on releases; an empty filter matches all.

    A name matches every value that contains it, both folded: 江苏 matches 微讯江苏. Several names for
    one field match any of them. `folder` has paths of folders, each with all below it, and `format` suffixes
    of files (pdf, html). `since` and `until` are naive local times, both inclusive. Releases without
    a date match neither of them, nor the dates of a query (日期:2022), unless `include_undated`.
    Raises `ArgumentError` for anything else.
    """

    source: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    include_undated: bool = False
    folder: tuple[str, ...] = ()
    format: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in _LISTS:
            object.__setattr__(self, name, check_texts(name, getattr(self, name)))
        for name in ("since", "until"):
            check_moment(name, getattr(self, name))
        check_flag("include_undated", self.include_undated)

    @property
    def is_dated(self) -> bool:
        """Whether the filter restricts the dates of releases."""
        return self.since is not None or self.until is not None


def check_filters(filters: object) -> Filters:
    """Return `filters`, or empty ones for `None`; raise `ArgumentError` for anything else."""
    if filters is None:
        return Filters()
    if not isinstance(filters, Filters):
        raise refused("filters", filters, tr("what make_filters returns, or None"))
    return filters


def make_filters(
    *,
    source: Iterable[str] = (),
    publisher: Iterable[str] = (),
    section: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    include_undated: bool = False,
    folder: Iterable[str] = (),
    format: Iterable[str] = (),  # noqa: A002
) -> Filters:
    """Return filters from typed values; dates like 2022, 2022-09, 2022-09-06 or 2022年9月.

    Raises `QueryError` for an invalid date, and for a range that ends before it begins.
    """
    first = parse_period(check_text("since", since)).first if since not in (None, "") else None
    last = parse_period(check_text("until", until)).last if until not in (None, "") else None
    if first and last and last < first:
        raise QueryError(
            tr("nothing lies between {since} and {until}; swap the two dates").format(
                since=since, until=until
            )
        )
    names = (source, publisher, section)
    return Filters(*names, first, last, include_undated, folder, format)  # type: ignore[arg-type]  # made tuples there


def filter_tree(filters: Filters, values_of: Callable[[str], Iterable[str]]) -> wq.Query | None:
    """Return the tree of the documents that match, or `None` if all do.

    `values_of(field)` returns the distinct values of a field in the index. Folders are those of stored
    paths, as `StoredPaths.inside` has them.
    """
    trees = [
        _contains_tree(field, names, values_of(field))
        for field in FILTER_FIELDS
        if (names := getattr(filters, field))
    ]
    if filters.folder:
        trees.append(wq.Or([_below_tree(folder) for folder in filters.folder]))
    if filters.format:
        trees.append(wq.Or([_format_tree(suffix) for suffix in filters.format]))
    if filters.is_dated:
        # Both ends are always given: for some number types Whoosh treats an open lower end as "all".
        first, last = filters.since or datetime.min, filters.until or datetime.max
        within = wq.DateRange("published", first, last)
        trees.append(wq.Or([within, UNDATED]) if filters.include_undated else within)
    return wq.And(trees) if trees else None


def _contains_tree(field: str, names: tuple[str, ...], values: Iterable[str]) -> wq.Query:
    wanted = [fold(name).strip() for name in names]
    matching = [value for value in values if any(name in fold(value) for name in wanted)]
    return wq.Or([wq.Term(field, value) for value in matching]) if matching else wq.NullQuery


def _below_tree(folder: str) -> wq.Query:
    """Return the tree of the files whose stored paths begin with `folder`."""
    if not folder.endswith("/"):
        raise ValueError(f"{folder} is no stored folder")
    if set(folder.split("/")) <= {"..", ""}:  # all paths lead up (../), but to that folder at most
        return wq.AndNot(wq.Prefix("path", "../"), wq.Prefix("path", f"{folder}../"))
    return wq.Prefix("path", folder)


def _format_tree(suffix: str) -> wq.Query:
    """Return the tree of the files whose names end with `suffix`, in capitals or not."""
    found = FORMAT.search(f".{suffix.strip().lstrip('.')}")
    if not found:
        return wq.NullQuery
    letters = "".join(f"[{letter.lower()}{letter.upper()}]" for letter in found[1])
    return wq.AndNot(wq.Wildcard("path", f"*.{letters}"), wq.Prefix("path", TEXT_SCHEME))
