"""Searches that people save (保存的检索), in a file beside the index, and their releases that were seen."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams

from jsisa_search import Index
from jsisa_search.errors import ArgumentError, JsisaSearchError
from jsisa_search.model import Hit
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.store import changing, damaged, read_json, write_json
from jsisa_search.web.pages.search_form import SearchForm

#: Name of the file in the index folder.
SEARCHES_FILE = "jsisa-search-searches.json"

#: Searches that are kept.
MAX_SEARCHES = 100

#: Releases of a search that are compared with those seen: the newest.
MAX_RELEASES = 200


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A saved search: `address` is the query part of its address, `seen` are ids of releases.

    `looked` is when they were seen, local time, ISO 8601; `key` names the search.
    """

    key: str
    address: str
    looked: str
    seen: frozenset[str] = frozenset()

    @property
    def form(self) -> SearchForm:
        """The search."""
        return SearchForm.of(QueryParams(parse_qsl(self.address)))

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Self:
        """Return the search in an entry of the file; raise `ValueError` or `KeyError` where it is none."""
        key, address, looked, seen = (entry[name] for name in ("key", "address", "looked", "seen"))
        if not all(isinstance(text, str) for text in (key, address, looked, *seen)):
            raise ValueError("a value of a saved search is no text")
        return cls(key, address, looked, frozenset(seen))

    def to_entry(self) -> dict[str, Any]:
        """Return the entry of the file."""
        seen = sorted(self.seen)
        return {"key": self.key, "address": self.address, "looked": self.looked, "seen": seen}


def newest_releases(index: Index, form: SearchForm) -> tuple[Hit, ...]:
    """Return the best passage of each of the newest releases that satisfy a whole search."""
    results = index.search(
        form.q,
        limit=MAX_RELEASES,
        sort="newest",
        filters=form.filters,
        synonyms=form.synonyms,
        group_by="release",
        fold=False,
    )
    return tuple(hit for hit in results if hit.matches_all)


class SavedSearches:
    """The saved searches in the order in which they were saved; may be used by any thread and process."""

    def __init__(self, index_dir: Path) -> None:
        """Keep the searches in a file of `index_dir`."""
        self._path = index_dir / SEARCHES_FILE

    def all(self) -> tuple[SavedSearch, ...]:
        """Return all searches. Raises `ArchiveError` where their file can't be read."""
        entries = read_json(self._path).get("searches", [])
        try:
            return tuple(SavedSearch.read(entry) for entry in entries)
        except (TypeError, ValueError, KeyError) as error:
            raise damaged(self._path) from error

    def add(self, index: Index, form: SearchForm) -> None:
        """Save a search, all of whose releases count as seen; one that is saved already is only seen."""
        address = replace(form, page=1, open="", at=0).url().partition("?")[2]
        seen = frozenset(hit.id for hit in newest_releases(index, form))
        made = SavedSearch(secrets.token_hex(6), address, _now(), seen)

        def added(known: Sequence[SavedSearch]) -> list[SavedSearch]:
            others = [each for each in known if each.address != address]
            if len(others) >= MAX_SEARCHES:
                raise ArgumentError(
                    tr("there are {most} saved searches; remove some").format(most=MAX_SEARCHES)
                )
            return [*others, made]

        self._change(added)

    def mark_seen(self, index: Index, key: str) -> None:
        """Count the releases that a search finds now as seen."""

        def seen(each: SavedSearch) -> SavedSearch:
            try:
                found = frozenset(hit.id for hit in newest_releases(index, each.form))
            except JsisaSearchError:  # a date or a word that can no longer be understood
                return each
            return replace(each, seen=found, looked=_now())

        self._change(lambda known: [seen(each) if each.key == key else each for each in known])

    def remove(self, key: str) -> None:
        """Remove a search."""
        self._change(lambda known: [each for each in known if each.key != key])

    def _change(self, change: Callable[[Sequence[SavedSearch]], list[SavedSearch]]) -> None:
        with changing(self._path):
            searches = change(self.all())
            write_json(self._path, {"searches": [each.to_entry() for each in searches]})


def _now() -> str:
    return datetime.now().isoformat(" ", "seconds")
