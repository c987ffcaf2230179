"""Passages of reprints folded into one hit, and the copies behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.model import Copy, Grouping, Hit
from jsisa_search.schema import PASSAGE_BITS, UNDATED, UNDATED_TERM
from jsisa_search.search.interface import Families, Searcher
from jsisa_search.search.ranking.answer import Answer, RankedPassage
from jsisa_search.search.results.facets import Groups

Array = NDArray[Any]


def folded_page(families: Families, found: Answer, offset: int, limit: int) -> list[RankedPassage]:
    """Return up to `limit` passages from `offset` on, of those that say the same only the first."""
    wanted = offset + limit
    asked = wanted
    while True:
        passages = found.page(0, asked)
        kept = _first_of_each(families.group_of(_docs_of(passages)))
        if len(kept) >= wanted or len(passages) < asked:
            return [passages[at] for at in kept[offset:wanted].tolist()]
        asked *= 2


def fold_groups(families: Families, groups: Groups) -> Groups:
    """Return the releases of an answer, of each family only the first."""
    kept = _first_of_each(families.family_of(groups.docs))
    return Groups(groups.docs[kept], groups.scores[kept], groups.is_whole[kept], groups.others[kept])


def _docs_of(passages: Iterable[RankedPassage]) -> Array:
    return np.array([passage.doc for passage in passages], np.int64)


def _first_of_each(numbers: Array) -> Array:
    """Return the indices of those that are 0, or the first with their number (int64, ascending)."""
    is_kept = numbers == 0
    if is_kept.all():
        return np.arange(len(numbers))
    is_kept[np.unique(numbers, return_index=True)[1]] = True
    return np.flatnonzero(is_kept)


class _Others(NamedTuple):
    """Passages beside one: of the same release saved elsewhere, and of its copies, several for each."""

    here: list[int]
    copies: list[list[int]]


class Copies:
    """Finds the copies of hits in an index."""

    def __init__(
        self, searcher: Searcher, families: Families, path_of: Callable[[str], str], most: int
    ) -> None:
        """Take how stored paths are shown, and how many copies to read for each hit."""
        self._searcher = searcher
        self._families = families
        self._path_of = path_of
        self._most = most

    def added_to(
        self, hits: Iterable[Hit], passages: Iterable[RankedPassage], unit: Grouping | None
    ) -> tuple[Hit, ...]:
        """Return hits with the copies of their passages, or with a `unit` of their releases."""
        docs = _docs_of(passages)
        numbers = self._families.family_of(docs) if unit else self._families.group_of(docs)
        at = np.flatnonzero(numbers)
        if not len(at):
            return tuple(hits)
        families = self._families.family_of(docs[at])
        of = self._families.passages_of if unit else self._families.in_group
        found = list(hits)
        others = [
            self._others(doc, of(number), family)
            for doc, number, family in zip(
                docs[at].tolist(), numbers[at].tolist(), families.tolist(), strict=True
            )
        ]
        self._searcher.read_together(
            np.array([doc for each in others for doc in self._shown(each)], np.int64)
        )
        for number, each in zip(at.tolist(), others, strict=True):
            found[number] = self._with_copies(found[number], each)
        return tuple(found)

    def _others(self, doc: int, docs: Array, family: int) -> _Others:
        """Return the other releases of `docs` (int64), all in one family, beside that of `doc`."""
        docs = self._first_of_releases(docs)
        contents = self._contents(np.append(docs, doc), family)
        # Those of one content are one release, saved in several places.
        same: dict[int, list[int]] = {}
        for each, content in zip(docs.tolist(), contents.tolist(), strict=False):
            same.setdefault(content, []).append(each)
        here = same.pop(int(contents[-1]), [])
        own = self._releases(np.array([doc]))[0]
        here = [each for each in here if self._releases(np.array([each]))[0] != own]
        return _Others(here, list(same.values()))

    def _shown(self, others: _Others) -> Iterator[int]:
        """Yield the documents that are read."""
        for docs in (others.here, *others.copies[: self._most]):
            yield from docs[: self._most + 1]

    def _with_copies(self, hit: Hit, others: _Others) -> Hit:
        copies = tuple(self._copy(each) for each in others.copies[: self._most])
        return replace(hit, copies=copies, copy_count=len(others.copies), places=self._paths(others.here))

    def _first_of_releases(self, docs: Array) -> Array:
        """Return the first of the passages of each release (int64), the earliest release first."""
        releases = self._releases(docs)
        docs = docs[np.unique(releases, return_index=True)[1]]
        published = self._searcher.numbers("published", docs)
        return docs[np.lexsort([self._releases(docs), published, published == UNDATED])]

    def _contents(self, docs: Array, family: int) -> Array:
        """Return for each of `docs` a number that releases of equal content share (int64)."""
        members = self._families.releases_of(family)
        known = dict(
            zip(
                self._releases(members).tolist(),
                self._searcher.numbers("said", members).tolist(),
                strict=True,
            )
        )
        # The file of families may have been altered: what is not in the family is only itself.
        return np.array([known.get(release, -release) for release in self._releases(docs).tolist()], np.int64)

    def _releases(self, docs: Array) -> Array:
        return self._searcher.numbers("sequence", docs) >> PASSAGE_BITS

    def _copy(self, docs: list[int]) -> Copy:
        stored = self._searcher.document(docs[0])
        origin = stored.get("date_from", UNDATED_TERM)
        return Copy(
            id=stored["release"],
            title=stored.get("title"),
            source=stored.get("source"),
            publisher=stored.get("publisher"),
            date=stored.get("published"),
            date_precision=stored.get("precision"),
            date_from=None if origin == UNDATED_TERM else origin,
            path=self._path_of(stored["path"]),
            line=stored.get("line", 1),
            places=self._paths(docs[1:]),
        )

    def _paths(self, docs: Iterable[int]) -> tuple[str, ...]:
        chosen = islice(docs, self._most)
        return tuple(self._path_of(self._searcher.document(doc)["path"]) for doc in chosen)
