"""What reprints share counts once along time: which passages of an index only repeat earlier ones.

The releases that have reprints are known of a whole index; their passages are listed without their texts, and
what they repeat is taken off what the cluster has counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jsisa_search.cluster.compiler import Clause, all_of
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.reprint_search import Members
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.timeline import earliest_of_each, microseconds_of, months_of
from jsisa_search.search.results.reprint_rule import groups_of
from jsisa_search.search.timeline import MonthCounts, Sides, Uses

Array = NDArray[Any]

# Passages that are listed at a time.
_PAGE = 10_000
_COLUMNS = ("place", "published", "sequence", "said", "length_text")
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Folding:
    """The passages of all releases with reprints, those that pass some filters (int64, by place ascending).

    `families` has the number of the family of each, and `repeats` (bool) whether it only repeats an earlier
    one: then it does not count.
    """

    members: Members
    docs: Array
    published: Array
    releases: Array
    characters: Array
    families: Array
    repeats: Array

    @classmethod
    def of(cls, connection: Connection, members: Members, filters: Sequence[Clause]) -> Self:
        """List the passages of some releases that pass filters."""
        rows: list[list[int]] = []
        if len(members.releases):
            ids = [f"{release:012x}" for release in members.releases.tolist()]
            found = connection.scan(
                all_of([*filters, {"terms": {"release": ids}}]),
                "place",
                _PAGE,
                stored_fields="_none_",
                docvalue_fields=list(_COLUMNS),
            )
            rows = [[hit["fields"].get(name, (0,))[0] for name in _COLUMNS] for hit in found]
        docs, published, sequence, said, characters = np.array(rows, np.int64).reshape(-1, len(_COLUMNS)).T
        releases = sequence >> PASSAGE_BITS
        families = members.families[members.releases.searchsorted(releases)]
        repeats = np.ones(len(docs), np.bool_)
        repeats[earliest_of_each(groups_of(families, said, releases), published, sequence)] = False
        return cls(members, docs, published, releases, characters, families, repeats)

    @property
    def repeated(self) -> Array:
        """The passages that do not count (int64, ascending)."""
        repeated: Array = self.docs[self.repeats]
        return repeated

    def months(self, counts: MonthCounts) -> MonthCounts:
        """Return what is left of the counts of all passages; a family is in the first month it has."""
        size = len(counts.months)
        if not size:
            return counts
        index = np.minimum(counts.months.searchsorted(months_of(self.published)), size - 1)
        repeated = index[self.repeats]
        passages = counts.passages - np.bincount(repeated, minlength=size)
        characters = np.bincount(repeated, self.characters[self.repeats], size).astype(np.int64)
        of_releases = _first_months(self.releases, self.published)
        of_families = _first_months(self.families[~self.repeats], self.published[~self.repeats])
        own, joined = (
            np.bincount(np.minimum(counts.months.searchsorted(months), size - 1), minlength=size)
            for months in (of_releases, of_families)
        )
        left = passages > 0
        columns = (
            counts.months,
            passages,
            counts.releases - own + joined,
            counts.characters - characters,
        )
        return MonthCounts(*(column[left] for column in columns))

    def sides(self, sides: Sides, day: datetime) -> Sides:
        """Return what is left of the counts of all passages before a day and since."""
        published, characters = self.published[self.repeats], self.characters[self.repeats]
        is_dated, is_late = published != UNDATED, published >= microseconds_of(day)
        before, since = is_dated & ~is_late, is_dated & is_late
        return Sides(
            (sides.passages[0] - int(before.sum()), sides.passages[1] - int(since.sum())),
            (
                sides.characters[0] - int(characters[before].sum()),
                sides.characters[1] - int(characters[since].sum()),
            ),
            sides.undated - int((~is_dated).sum()),
        )

    def uses(self, parts: Iterator[Uses], *, with_texts: bool) -> Iterator[Uses]:
        """Yield what is left of the passages that have a string: those of families together, in the end."""
        shared: list[Uses] = []
        for uses in parts:
            at = self._members_at(uses.sequence >> PASSAGE_BITS)
            yield _some(uses, np.flatnonzero(at < 0))
            counted = np.flatnonzero((at >= 0) & ~np.isin(uses.docs, self.repeated))
            families = self.members.families[at[counted]]
            shared.append(_held(_some(uses, counted, families), with_texts=with_texts))
        if any(len(uses.docs) for uses in shared):
            yield _joined(shared)

    def _members_at(self, releases: Array) -> Array:
        """Return where some releases are among those with reprints (int64), -1 for others."""
        members = self.members.releases
        if not len(members):
            return np.full(len(releases), -1)
        at = np.minimum(members.searchsorted(releases), len(members) - 1)
        return np.where(members[at] == releases, at, -1)


def _first_months(owners: Array, published: Array) -> Array:
    """Return the first month of each distinct owner (int64), -1 for one without a date."""
    _, which = np.unique(owners, return_inverse=True)
    first = np.full(int(which.max(initial=-1)) + 1, _NEVER)
    is_dated = published != UNDATED
    np.minimum.at(first, which.reshape(-1)[is_dated], published[is_dated])
    return np.where(first == _NEVER, -1, months_of(np.where(first == _NEVER, UNDATED, first)))


def _some(uses: Uses, rows: Array, releases: Array | None = None) -> Uses:
    """Return some passages of a part; `releases` have other numbers for what shares a release."""
    owners = uses.releases[rows] if releases is None else releases
    return replace(
        uses,
        docs=uses.docs[rows],
        counts=uses.counts[rows],
        published=uses.published[rows],
        months=uses.months[rows],
        sequence=uses.sequence[rows],
        releases=np.unique(owners, return_inverse=True)[1].reshape(-1) if releases is None else owners,
        sources=uses.sources[rows],
        texts=lambda places: uses.texts(rows[places]),
    )


def _held(uses: Uses, *, with_texts: bool) -> Uses:
    """Return a part that keeps no more texts than its own."""
    texts = list(uses.texts(np.arange(len(uses.docs)))) if with_texts else []
    return replace(uses, texts=lambda places: (texts[place] for place in places.tolist()))


def _joined(parts: Sequence[Uses]) -> Uses:
    """Return parts as one."""
    starts = np.cumsum([0, *(len(part.docs) for part in parts)])

    def texts(places: Array) -> Iterator[str]:
        for place in places.tolist():
            number = int(starts.searchsorted(place, "right")) - 1
            yield from parts[number].texts(np.array([place - starts[number]]))

    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("docs", "counts", "published", "months", "sequence", "sources", "releases")
    }
    columns["releases"] = np.unique(columns["releases"], return_inverse=True)[1].reshape(-1)
    return Uses(**columns, names=parts[-1].names, texts=texts)
