"""Counts beside the hits as bars: years and months, folders that can be opened deeper, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from jsisa_search.model import Facet, FacetField
from jsisa_search.web.pages.search_form import SearchForm

#: What is counted beside the hits.
FACETS: tuple[FacetField, ...] = (
    "year", "month", "date_from", "source", "publisher", "section", "folder", "format",
)  # fmt: skip

# Facets that have a form of their own.
_OF_TIME = ("year", "month", "date_from")

# Value of `date_from` for releases without a date.
_UNDATED = "undated"

# Values of a facet that are listed before the others, which follow on request.
_SHOWN_VALUES = 8
_MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A value of a facet: its count, its share of the greatest in percent, the address that selects it.

    The address of a value that is selected lifts the restriction. `parts` are the months of a year, or the
    folders in a folder; `label` is shown instead of the value.
    """

    value: str
    count: int
    percent: int
    url: str
    is_selected: bool = False
    parts: tuple[Bar, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A facet: the values that are listed first, and those that follow on request."""

    name: str
    first: tuple[Bar, ...]
    rest: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Years with their months, the latest first, and the passages without a date, if there are any."""

    years: tuple[Bar, ...] = ()
    undated: Bar | None = None


def times_of(form: SearchForm, facets: Iterable[Facet]) -> Times:
    """Return the years, with the months of a selected or only one, and what has no date."""
    counts = {facet.field: dict(facet.counts) for facet in facets}
    years, months = counts.get("year", {}), counts.get("month", {})
    undated = counts.get("date_from", {}).get(_UNDATED, 0)
    greatest = max((*years.values(), undated), default=1)
    without_date = None
    if undated:
        url = form.url(**UNRESTRICTED_TIME, dateless=None if form.dateless else True)
        without_date = Bar("", undated, _percent(undated, greatest), url, form.dateless)
    return Times(tuple(_years(form, years, months, greatest)), without_date)


#: Changes of a form that lift its restriction to a period.
UNRESTRICTED_TIME: Mapping[str, None] = {"since": None, "until": None}


def _years(
    form: SearchForm, years: Mapping[str, int], months: Mapping[str, int], greatest: int
) -> Iterator[Bar]:
    for year in sorted(years, reverse=True):
        is_within = bool(form.since or form.until) and _is_within(year, form)
        is_alone = form.since[:4] == form.until[:4] == year or len(years) == 1
        inside = {month: months[month] for month in sorted(months) if month.startswith(f"{year}-")}
        is_whole = form.since == form.until == year
        url = form.url(**UNRESTRICTED_TIME) if is_whole else form.url(since=year, until=year, dateless=None)
        parts = tuple(_months(form, inside)) if is_alone else ()
        yield Bar(year, years[year], _percent(years[year], greatest), url, is_within, parts)


def _months(form: SearchForm, months: Mapping[str, int]) -> Iterator[Bar]:
    most = max(months.values(), default=1)
    for month, count in months.items():
        is_within = len(form.since) > 4 and _is_within(month, form)
        is_whole = form.since == form.until == month
        year = month[:4]
        # Without the month, its year stays selected.
        url = form.url(since=year, until=year) if is_whole else form.url(since=month, until=month)
        yield Bar(month, count, _percent(count, most), url, is_within)


def _is_within(period: str, form: SearchForm) -> bool:
    """Return whether a year or month is in the period of a form, as far as that is written like it."""
    width = len(period)
    return (form.since[:width] or period) <= period <= (form.until[:width] or period)


def counted(form: SearchForm, facets: Sequence[Facet], folders: Iterable[Path]) -> Iterator[Counted]:
    """Yield the facets of names, folders and formats; `folders` are those that are indexed."""
    for facet in facets:
        if facet.field in _OF_TIME or not facet.counts:
            continue
        if facet.field == "folder":
            bars = _folder_bars(form, dict(facet.counts), [str(folder) for folder in folders])
        else:
            bars = tuple(_name_bars(form, facet))
        # One folder, or one format, says nothing.
        if len(bars) > 1 or facet.field not in ("folder", "format") or getattr(form, facet.field):
            yield Counted(facet.field, bars[:_SHOWN_VALUES], bars[_SHOWN_VALUES:])


def _name_bars(form: SearchForm, facet: Facet) -> Iterator[Bar]:
    greatest = max(count for _, count in facet.counts)
    for value, count in facet.counts[:_MOST_VALUES]:
        yield _bar(form, facet.field, value, count, greatest)


def _bar(
    form: SearchForm,
    field: str,
    value: str,
    count: int,
    greatest: int,
    *,
    parts: tuple[Bar, ...] = (),
    label: str = "",
) -> Bar:
    is_selected = value in getattr(form, field)
    url = form.without(field, value) if is_selected else form.within(field, value)
    return Bar(value, count, _percent(count, greatest), url, is_selected, parts, label)


def _folder_bars(form: SearchForm, counts: Mapping[str, int], indexed: Sequence[str]) -> tuple[Bar, ...]:
    """Return the folders below the indexed ones; those that are selected, and above these, are open."""
    children: dict[str, list[str]] = {}
    for folder in counts:
        children.setdefault(str(PurePath(folder).parent), []).append(folder)
    chosen = [PurePath(folder) for folder in form.folder]
    opened = {str(each) for path in chosen for each in (path, *path.parents)}

    def bars(folders: Sequence[str], above: str) -> tuple[Bar, ...]:
        greatest = max((counts[folder] for folder in folders), default=1)
        made = []
        for folder in folders[:_MOST_VALUES]:
            last = _only_way(folder, counts, children)
            is_open = last in opened or folder in opened
            parts = bars(children.get(last, ()), last) if is_open else ()
            label = str(PurePath(last).relative_to(above)) if above else PurePath(last).name
            made.append(_bar(form, "folder", last, counts[last], greatest, parts=parts, label=label))
        return tuple(made)

    roots = [folder for folder in indexed if folder in counts]
    roots = [each for each in roots if not any(_is_below(each, other) for other in roots)]
    if len(roots) > 1 or (roots and len(indexed) > 1):
        return bars(sorted(roots, key=lambda folder: -counts[folder]), "")
    # Without indexed folders, as of an index that another program made: from the one that has all files.
    (root,) = roots or [next(iter(counts))]
    root = _only_way(root, counts, children)
    return bars(children.get(root, ()), root)


def _only_way(folder: str, counts: Mapping[str, int], children: Mapping[str, Sequence[str]]) -> str:
    """Return the folder down to which there is no choice: each has one folder in it, and no file."""
    while len(inside := children.get(folder, ())) == 1 and counts[inside[0]] == counts[folder]:
        folder = inside[0]
    return folder


def _is_below(folder: str, other: str) -> bool:
    return folder != other and PurePath(folder).is_relative_to(other)


def _percent(count: int, greatest: int) -> int:
    return max(round(100 * count / greatest), 1)
