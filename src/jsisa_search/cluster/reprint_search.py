"""Finds the families of some releases on a cluster, without reading those of all.

A release finds those that share windows with it, by one search; the rule of `reprint_rule.py` decides which
of them are reprints; these find others in turn, until nothing is new. In how many weeks a window occurs is
counted by the cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.mapping import DAY, WEEK, WINDOW_COUNT, WINDOW_NUMBERS, WINDOWS
from jsisa_search.schema import PASSAGE_BITS, RELEASE_KIND, SKETCH_HASHES
from jsisa_search.search.results.reprint_rule import (
    LEAST_SHARED,
    MOST_WEEKS,
    NO_HASH,
    Sketches,
    are_reprints,
    components,
    reprints,
    same_releases,
)

Array = NDArray[Any]
Source = Mapping[str, Any]

#: Releases compared with one, those first that share most; releases that are looked for in one request;
#: releases through which families are followed; windows that are counted in one request.
COMPARED, TOGETHER, FOLLOWED = 500, 25, 1_000
_COUNTED = 10_000
#: Releases of an index that are compared with each other, some thousands read a second.
MOST_COMPARED = 100_000
# Releases with their sketches, 2 kB each, that are read at a time.
_READ = 1_000

_RELEASES = {"bool": {"filter": [{"term": {"kind": RELEASE_KIND}}, {"exists": {"field": WINDOW_NUMBERS}}]}}
# What a release stores of itself to be compared.
_STORED = ["kind", "release", "said", "sequence", "place", WINDOWS, WINDOW_COUNT, DAY]


@dataclass(frozen=True, slots=True)
class Family:
    """Releases that are reprints of each other; its number is the least of theirs.

    `releases` are their documents, in part, in the order of their numbers.
    """

    number: int
    releases: tuple[Source, ...]

    @property
    def ids(self) -> list[str]:
        """The ids of the releases."""
        return [source["release"] for source in self.releases]


class Members(NamedTuple):
    """The releases of an index that have reprints (int64, ascending), with the numbers of their families."""

    releases: Array
    families: Array


class KnownFamilies:
    """The families of one generation, as far as they were asked for. Threads share it.

    A release is named by its number, which is its id.
    """

    def __init__(self) -> None:
        self._of: dict[int, Family | None] = {}
        self._by_number: dict[int, Family] = {}
        self._lock = Lock()
        self._members: Members | None = None
        #: By what a passage says, whether several releases say it.
        self.is_shared: dict[int, bool] = {}
        #: By family and what its passages say, the number of the group, 0 where it is one release that does.
        self.groups: dict[tuple[int, int], int] = {}
        self._passages: list[tuple[Array, Array]] = []

    def of(self, release: int) -> Family | None:
        """Return the family of a release that was looked for, `None` for one without reprints."""
        return self._of.get(release)

    def numbered(self, number: int) -> Family:
        """Return the family with a number."""
        return self._by_number[number]

    def add_group(self, key: tuple[int, int], docs: Array, published: Array) -> None:
        """Add the passages of a family that say something (int64, ascending), with their dates."""
        with self._lock:
            if key not in self.groups:
                if len(docs):
                    self._passages.append((docs, published))
                self.groups[key] = len(self._passages) if len(docs) else 0

    def in_group(self, number: int) -> tuple[Array, Array]:
        """Return the passages of a group (int64, ascending), and their dates (int64)."""
        return self._passages[number - 1]

    def members(self, connection: Connection) -> Members | None:
        """Return all releases with reprints; `None` where there are too many releases to compare."""
        if self._members is None and connection.count(_RELEASES) <= MOST_COMPARED:
            hits = connection.scan(_RELEASES, "place", _READ, _source=_STORED)
            self._members = members_of(sketches_of(hit["_source"] for hit in hits))
        return self._members

    def find(self, connection: Connection, releases: Iterable[int]) -> None:
        """Look for the families of releases that are not known yet."""
        new = [release for release in dict.fromkeys(releases) if release not in self._of]
        if not new:
            return
        found = _Search(connection)
        found.follow(new)
        for family in found.families():
            self._by_number[family.number] = family
            self._of.update({int(release, 16): family for release in family.ids})
        for release in new:
            self._of.setdefault(release, None)


class _Search:
    """Follows reprints from some releases on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sources: dict[int, Source] = {}
        self._weeks: dict[int, int] = {}
        self._followed: set[int] = set()
        self._reprints: set[tuple[int, int]] = set()

    def follow(self, releases: Sequence[int]) -> None:
        """Find the reprints of releases, and those of these."""
        most = len(releases) + FOLLOWED
        while releases and len(self._followed) < most:
            pairs: set[tuple[int, int]] = set()
            for first in range(0, len(releases), TOGETHER):
                pairs.update(self._sharing(releases[first : first + TOGETHER]))
            self._followed.update(releases)
            self._reprints.update(self._judged(sorted(pairs)))
            members = {release for pair in self._reprints for release in pair}
            releases = sorted(members - self._followed)

    def families(self) -> Iterator[Family]:
        """Yield what the reprints connect."""
        names = sorted({release for pair in self._reprints for release in pair})
        if not names:
            return
        pairs = np.searchsorted(np.array(names), np.array(sorted(self._reprints)).T)
        members, labels = components(pairs, len(names))
        for label in range(1, int(labels.max()) + 1):
            own = [names[at] for at in members[labels == label].tolist()]
            yield Family(own[0], tuple(self._sources[release] for release in own))

    def _sharing(self, releases: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield pairs of releases, of which one is among some, that share windows."""
        answers = self._connection.searches([self._like(release) for release in releases])
        for release, answer in zip(releases, answers, strict=True):
            for hit in answer["hits"]["hits"]:
                other = self._add(hit["_source"])
                if other != release:
                    yield min(release, other), max(release, other)

    def _like(self, release: int) -> dict[str, Any]:
        """Return the search for a release and those that share windows with it, which are not sent."""
        like = {"_index": self._connection.address.name, "_id": f"{release:012x}-0"}
        return {
            "size": COMPARED,
            "_source": _STORED,
            "query": {
                "more_like_this": {
                    "fields": [WINDOWS],
                    "like": [like],
                    "include": True,
                    "min_term_freq": 1,
                    "min_doc_freq": 1,
                    "max_query_terms": SKETCH_HASHES,
                    # A release with fewer windows has to have all of them.
                    "minimum_should_match": f"{LEAST_SHARED - 1}<{LEAST_SHARED}",
                }
            },
        }

    def _add(self, source: Source) -> int:
        """Take what is stored of a release, and return its number."""
        release = int(source["sequence"]) >> PASSAGE_BITS
        if release not in self._sources:
            self._sources[release] = source
        return release

    def _judged(self, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield those pairs that are reprints of each other."""
        if not pairs:
            return
        names = sorted({release for pair in pairs for release in pair})
        sketches = sketches_of(self._sources[name] for name in names)
        rows = np.searchsorted(np.array(names), np.array(pairs).T)
        # Where all windows are the same, they are however often these occur.
        differ = (sketches.hashes[rows[0]] != sketches.hashes[rows[1]]).any(axis=1)
        self._count_weeks(np.unique(sketches.hashes[np.unique(rows[:, differ])]))
        found = rows[:, are_reprints(sketches, self._weeks_of(sketches.hashes), rows)]
        for first, second in np.concatenate([found, same_releases(sketches)], axis=1).T.tolist():
            yield min(names[first], names[second]), max(names[first], names[second])

    def _weeks_of(self, hashes: Array) -> Array:
        """Return in how many weeks windows occur (uint8); 1 for those that were not counted."""
        distinct, which = np.unique(hashes, return_inverse=True)
        weeks = np.array([self._weeks.get(each, 1) for each in distinct.tolist()], np.uint8)
        return weeks[which].reshape(hashes.shape)

    def _count_weeks(self, hashes: Array) -> None:
        """Count in how many weeks windows occur (uint32, ascending), as far as it is not known."""
        new = [each for each in hashes.tolist() if each != NO_HASH and each not in self._weeks]
        parts = [new[first : first + _COUNTED] for first in range(0, len(new), _COUNTED)]
        for answer in self._connection.searches([_weeks_body(part) for part in parts]):
            for bucket in answer["aggregations"]["windows"]["buckets"]:
                self._weeks[int(bucket["key"])] = min(bucket["weeks"]["value"], MOST_WEEKS)


def members_of(sketches: Sketches) -> Members:
    """Return those of all releases of an index that have reprints, as a folder finds them."""
    order = np.lexsort([sketches.ids, sketches.days])
    ordered = Sketches(*(getattr(sketches, field.name)[order] for field in fields(sketches)))
    pairs = np.concatenate([same_releases(ordered), reprints(ordered)], axis=1)
    members, families = components(pairs, len(order))
    by_release = ordered.ids[members].argsort()
    return Members(ordered.ids[members][by_release], families[by_release])


def sketches_of(sources: Iterable[Source]) -> Sketches:
    """Return the sketches of releases, in this order, given what is stored of each."""
    columns: list[tuple[int, ...]] = []
    hashes: list[Array] = []
    for source in sources:
        own = np.frombuffer(bytes.fromhex(source[WINDOWS]), ">u4")
        hashes.append(np.full(SKETCH_HASHES, NO_HASH, np.uint32))
        hashes[-1][: len(own)] = own
        release = int(source["sequence"]) >> PASSAGE_BITS
        columns.append((release, source.get(DAY, -1), source.get("said", 0), source.get(WINDOW_COUNT, 0)))
    ids, days, numbers, windows = np.array(columns, np.int64).reshape(-1, 4).T
    return Sketches(ids, days, numbers, windows, np.array(hashes, np.uint32).reshape(-1, SKETCH_HASHES))


def _weeks_body(hashes: Sequence[int]) -> dict[str, Any]:
    # Up to the threshold the count is exact; beyond `MOST_WEEKS` it does not matter.
    weeks = {"weeks": {"cardinality": {"field": WEEK, "precision_threshold": 2 * MOST_WEEKS}}}
    windows = {"field": WINDOW_NUMBERS, "include": list(hashes), "size": len(hashes)}
    return {
        "size": 0,
        "query": {"terms": {WINDOWS: [f"{each:08x}" for each in hashes]}},
        "aggs": {"windows": {"terms": windows, "aggs": weeks}},
    }
