"""`ClusterFamilies`: the families of reprints of what was found, asked of the cluster as they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.cluster.compiler import Clause, all_of
from jsisa_search.cluster.mapping import PACKED
from jsisa_search.cluster.matches import CANDIDATES
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.interface import Matches

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

Array = NDArray[Any]

#: Up to so many groups, passages are listed with what they store: those of a page of hits are shown.
_READ_AT_ONCE, PAGE = 50, 1_000
_LISTED = ("place", "said", "sequence", "published")


class ClusterFamilies:
    """The families of a snapshot; the methods are those of `search.interface.Families`.

    They are found from the releases of some documents on, and shared by all that use the same generation.
    """

    def __init__(self, searcher: ClusterSearcher) -> None:
        """Take the snapshot; nothing is asked for yet."""
        self._searcher = searcher
        self._known = searcher.statistics.families
        self._passages: dict[int, Array] = {}
        self._asked: list[int] = []  # families of the last page of hits

    def family_of(self, docs: Array) -> Array:
        """Return the number of the family of each of the first `CANDIDATES` documents; 0 for none."""
        numbers = np.zeros(len(docs), np.int64)
        some = docs[:CANDIDATES]
        self._known.find(self._searcher.connection, self._releases_of(some))
        numbers[: len(some)] = self._known_families_of(some)
        self._asked = np.unique(numbers[numbers > 0]).tolist() if len(docs) <= _READ_AT_ONCE else []
        return numbers

    def group_of(self, docs: Array) -> Array:
        """Return the number of those of its family that say the same as each passage; 0 for none."""
        numbers = np.zeros(len(docs), np.int64)
        said = self._searcher.numbers("said", docs)
        at = np.flatnonzero(self._said_by_several(said))
        families = self.family_of(docs[at])
        at, families = at[families > 0], families[families > 0]
        wanted = list(zip(families.tolist(), said[at].tolist(), strict=True))
        self._list_groups(wanted)
        numbers[at] = [self._known.groups[each] for each in wanted]
        return numbers

    def passages_of(self, number: int) -> Array:
        """Return the passages of a family (int64, ascending)."""
        if number not in self._passages:
            self._list_passages({number, *self._asked} - set(self._passages))
        return self._passages[number]

    def releases_of(self, number: int) -> Array:
        """Return the documents of the releases of a family themselves (int64, ascending)."""
        releases = self._known.numbered(number).releases
        self._searcher.store.keep([{"_source": source} for source in releases])
        return np.array(sorted(source["place"] for source in releases), np.int64)

    def in_group(self, number: int) -> Array:
        """Return the passages of a group (int64, ascending)."""
        docs, published = self._known.in_group(number)
        self._searcher.store.keep_dates(docs.tolist(), published.tolist())
        return docs

    def count_distinct(self, matches: Matches) -> int | None:
        """Return how many passages are left when each group counts once; `None` for more than candidates."""
        if len(matches) > CANDIDATES:
            return None
        docs = matches.docs
        said = self._searcher.numbers("said", docs)
        _, which, counts = np.unique(said, return_inverse=True, return_counts=True)
        repeated = counts[which] > 1
        groups = self.group_of(docs[repeated])
        groups = groups[groups > 0]
        return len(docs) - len(groups) + len(np.unique(groups))

    def _known_families_of(self, docs: Array) -> Array:
        """Return the number of the family of each document, as far as it is known (int64)."""
        families = map(self._known.of, self._releases_of(docs))
        return np.array([family.number if family else 0 for family in families], np.int64)

    def _releases_of(self, docs: Array) -> list[int]:
        """Return the numbers of the releases of documents."""
        releases: list[int] = (self._searcher.numbers("sequence", docs) >> PASSAGE_BITS).tolist()
        return releases

    def _passages_clause(self, ids: Iterable[str]) -> Clause:
        """Return the clause of the passages of some releases."""
        return all_of([self._searcher.compiler.clause(PASSAGES), {"terms": {"release": list(ids)}}])

    def _said_by_several(self, said: Array) -> Array:
        """Return whether passages of several releases say each of some things (bool)."""
        known = self._known.is_shared
        if any(each and each not in known for each in said.tolist()):
            # What else was read is asked of in the same request: pages and counts are of that.
            asked = {*said.tolist(), *self._searcher.store.values_read("said")} - {0}
            new = sorted(asked.difference(known))
            # Numbers of releases are the upper bits of these, which keep them as doubles.
            bounds = {name: {name: {"field": "sequence"}} for name in ("min", "max")}
            counted = {"terms": {"field": "said", "include": new, "size": len(new)}, "aggs": bounds}
            clause = all_of([self._searcher.compiler.clause(PASSAGES), {"terms": {"said": new}}])
            body = {"size": 0, "query": {"bool": {"filter": clause}}, "aggs": {"said": counted}}
            found = self._searcher.connection.search(body, track_total_hits=False)
            answers = dict.fromkeys(new, False)
            for bucket in found["aggregations"]["said"]["buckets"]:
                first, last = (int(bucket[name]["value"]) >> PASSAGE_BITS for name in ("min", "max"))
                answers[int(bucket["key"])] = first != last
            known.update(answers)
        return np.array([known.get(each, False) for each in said.tolist()], np.bool_)

    def _list_passages(self, numbers: set[int]) -> None:
        """List the passages of some families."""
        ids = [each for number in numbers for each in self._known.numbered(number).ids]
        docs = self._searcher.listed(self._passages_clause(ids))
        families = self._known_families_of(docs)
        self._passages.update({number: docs[families == number] for number in numbers})

    def _list_groups(self, wanted: Iterable[tuple[int, int]]) -> None:
        """List the passages of families that say some things, (family, what it says) each."""
        new = [each for each in dict.fromkeys(wanted) if each not in self._known.groups]
        if not new:
            return
        ids = [each for number in {number for number, _ in new} for each in self._known.numbered(number).ids]
        clause = all_of([self._passages_clause(ids), {"terms": {"said": [said for _, said in new]}}])
        is_few = len(new) <= _READ_AT_ONCE
        fields = [*_LISTED, PACKED] if is_few else [*_LISTED]
        found: dict[tuple[int, int], list[tuple[int, int, int]]] = {each: [] for each in new}
        for hit in self._searcher.connection.scan(
            clause, "place", PAGE, stored_fields="_none_", docvalue_fields=fields
        ):
            place, said, sequence, published = (hit["fields"][name][0] for name in _LISTED)
            release = sequence >> PASSAGE_BITS
            family = self._known.of(release)
            if family is not None and (family.number, said) in found:
                found[family.number, said].append((place, published, release))
            if is_few:
                self._searcher.store.keep([hit])
        for key, passages in found.items():
            docs, published, releases = np.array(passages, np.int64).reshape(-1, 3).T
            are_several = len(np.unique(releases)) > 1
            self._known.add_group(key, docs if are_several else docs[:0], published)
