"""The passages of a cluster along time: counted there by month, and read in parts where a wording occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.analysis import fold
from jsisa_search.cluster.compiler import Clause, all_of, exact_field
from jsisa_search.cluster.folding import Folding
from jsisa_search.cluster.mapping import PACKED
from jsisa_search.cluster.passages import CANDIDATE_FIELDS, Passage, Passages
from jsisa_search.cluster.statistics import buckets
from jsisa_search.errors import NotOnClusterError
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.query.custom_queries import Literal
from jsisa_search.schema import PASSAGE_BITS, UNDATED
from jsisa_search.search.engine.evaluation.needle import Needle, needle_of
from jsisa_search.search.engine.timeline import is_set_word, microseconds_of, months_of
from jsisa_search.search.timeline import MonthCounts, Sides, TextBlock, Uses
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jsisa_search.cluster.searcher import ClusterSearcher

Array = NDArray[Any]

#: Passages whose texts are read for new phrases: a minute of reading, some hundred megabytes.
MOST_READ = 200_000
# Passages of one request with their texts, and without, and of one block; strings counted in one request.
_PAGE, _NUMBERS_PAGE, _BLOCK, _STRINGS = 2_000, 10_000, 5_000, 100
_MONTHS = 10_000
_NUMBERS = ("place", "published", "sequence")

#: Fields of a filter that all passages of a release share.
_OF_RELEASES = frozenset({"source", "publisher", "path", "published"})

# The first passage of each release; an index has a fifth as many releases as passages.
_FIRST: Clause = {"script": {"script": f"doc['sequence'].value % {1 << PASSAGE_BITS}L == 0"}}
_UNDATED: Clause = {"term": {"published": UNDATED}}


class ClusterTimeline:
    """The passages that match a tree, along time; see `search.interface.Timeline`."""

    def __init__(self, searcher: ClusterSearcher, passing: wq.Query | None, *, fold: bool) -> None:
        """Take the tree, `None` for all; with `fold`, what reprints share counts once if it can be known."""
        self._searcher = searcher
        self._connection = searcher.connection
        trees = [PASSAGES] if passing is None else [PASSAGES, passing]
        self._filters = [searcher.compiler.clause(tree) for tree in trees]
        self._is_of_releases = passing is None or all(
            leaf.fieldname in _OF_RELEASES for leaf in passing.leaves() if leaf.field() is not None
        )

        members = searcher.statistics.families.members(self._connection) if fold else None
        self._folding = None if members is None else Folding.of(self._connection, members, self._filters)

    @property
    def is_folded(self) -> bool:
        """Whether what reprints share counts once; of many releases it is not known which are reprints."""
        return self._folding is not None

    def months(self) -> MonthCounts:
        """Return what there is by month."""
        counts = self._all_months()
        return counts if self._folding is None else self._folding.months(counts)

    def _all_months(self) -> MonthCounts:
        """Return what there is by month, with every reprint."""
        counted = {"releases": {"filter": _FIRST}, "characters": {"sum": {"field": "length_text"}}}
        by_month = {"size": _MONTHS, "sources": [{"month": {"terms": {"field": "month"}}}]}
        body = {
            "size": 0,
            "query": all_of(self._filters),
            "aggs": {
                "dated": {"composite": by_month, "aggs": counted},
                "undated": {"filter": _UNDATED, "aggs": counted},
            },
        }
        found = self._connection.search(body)["aggregations"]
        named = {bucket["key"]["month"]: bucket for bucket in found["dated"]["buckets"]}
        if found["undated"]["doc_count"]:
            named |= {"": found["undated"]}
        releases = None if self._is_of_releases else self._releases()
        rows = sorted(
            (
                _month_of(name),
                bucket["doc_count"],
                bucket["releases"]["doc_count"] if releases is None else releases[name],
                int(bucket["characters"]["value"]),
            )
            for name, bucket in named.items()
        )
        return MonthCounts(*np.array(rows, np.int64).reshape(-1, 4).T)

    def _releases(self) -> Counter[str]:
        """Return how many releases each month has, by listing them; the empty name is that of no date."""
        found: Counter[str] = Counter()
        for (month, _), _ in buckets(self._connection, all_of(self._filters), ["month", "release"]):
            found[month] += 1
        undated = all_of([*self._filters, _UNDATED])
        found[""] = sum(1 for _ in buckets(self._connection, undated, ["release"]))
        return found

    def uses(self, text: str, *, with_texts: bool = False) -> Iterator[Uses]:
        """Yield the passages that have a string, some thousands at a time.

        Their texts are read where they are asked for, or where only they tell how often they have it.
        """
        needle = needle_of(fold(text))
        clause = all_of([*self._filters, self._searcher.compiler.clause(Literal("text", text))])
        fields, size, more = [*_NUMBERS, "source", "publisher", PACKED], _PAGE, dict[str, Any]()
        if needle.is_counted_by_gram and not with_texts:
            clause = _scored_by_count(clause, needle)
            fields, size, more = fields[:-1], _NUMBERS_PAGE, {"track_scores": True}
        more |= {"stored_fields": "_none_", "docvalue_fields": fields}
        names: dict[str, int] = {"": 0}
        hits = self._connection.scan(clause, ["sequence", "place"], size, **more)
        parts = (_uses(part, needle.text, names) for part in _whole_releases(hits))
        yield from parts if self._folding is None else self._folding.uses(parts, with_texts=with_texts)

    def sides(self, day: datetime) -> Sides:
        """Return what there is before a day and since."""
        characters = {"characters": {"sum": {"field": "length_text"}}}
        wanted = {"before": _before(day), "since": _since(day), "undated": _UNDATED}
        body = {
            "size": 0,
            "query": all_of(self._filters),
            "aggs": {name: {"filter": clause, "aggs": characters} for name, clause in wanted.items()},
        }
        found = self._connection.search(body)["aggregations"]
        before, since = found["before"], found["since"]
        sides = Sides(
            (before["doc_count"], since["doc_count"]),
            (int(before["characters"]["value"]), int(since["characters"]["value"])),
            found["undated"]["doc_count"],
        )
        return sides if self._folding is None else self._folding.sides(sides, day)

    def passages_of(self, texts: Sequence[str], day: datetime) -> Array:
        """Return how many dated passages before a day (first row) and since have each of some strings."""
        sides = {"before": {"filter": _before(day)}, "since": {"filter": _since(day)}}
        found: list[tuple[int, int]] = []
        for first in range(0, len(texts), _STRINGS):
            clauses = self._searcher.compiler.clauses(
                [Literal("text", text) for text in texts[first : first + _STRINGS]]
            )
            bodies = [
                {"size": 0, "query": all_of([*self._filters, clause]), "aggs": sides} for clause in clauses
            ]
            answers = (answer["aggregations"] for answer in self._connection.searches(bodies))
            found += ((each["before"]["doc_count"], each["since"]["doc_count"]) for each in answers)
        counts = np.array(found, np.int64).reshape(-1, 2).T
        return counts if self._folding is None else counts - self._repeated_with(self._folding, texts, day)

    def _repeated_with(self, folding: Folding, texts: Sequence[str], day: datetime) -> Array:
        """Return how many passages before a day and since, of those that do not count, have each string."""
        sides: tuple[list[str], list[str]] = ([], [])
        repeated = folding.repeated.tolist()
        for first in range(0, len(repeated), _NUMBERS_PAGE):
            clause = {"terms": {"place": repeated[first : first + _NUMBERS_PAGE]}}
            hits = self._connection.scan(clause, "place", _PAGE, **CANDIDATE_FIELDS)
            passages = Passages([Passage.of_hit(hit) for hit in hits])
            for text, published in zip(
                passages.folded("text"), passages.numbers("published").tolist(), strict=True
            ):
                if published != UNDATED:
                    sides[published >= microseconds_of(day)].append(text)
        folded = [needle_of(fold(text)).text for text in texts]
        counts = [[sum(text in each for each in side) for text in folded] for side in sides]
        return np.array(counts, np.int64).reshape(2, -1)

    def blocks(self, day: datetime) -> Iterator[TextBlock]:
        """Yield all texts, some thousands at a time. Raises `NotOnClusterError` where they are too many."""
        clause = all_of(self._filters)
        if self._connection.count(clause) > MOST_READ:
            raise NotOnClusterError(
                tr(
                    "new phrases are looked for in up to {most:,} passages of a cluster; restrict them to a "
                    "source, a folder or a time"
                ).format(most=MOST_READ)
            )
        hits = self._connection.scan(clause, "place", _PAGE, **CANDIDATE_FIELDS)
        if self._folding is not None:
            repeated = frozenset(self._folding.repeated.tolist())
            hits = (hit for hit in hits if hit["sort"][0] not in repeated)
        while part := list(islice(hits, _BLOCK)):
            yield _block(part, microseconds_of(day))


def _scored_by_count(clause: Clause, needle: Needle) -> Clause:
    """Return a clause whose scores are how often the texts have the one gram of a string."""
    terms = {"field": exact_field(needle.gram_field("text")), "term": needle.text}
    script = {"source": "termFreq(params.field, params.term)", "params": terms}
    return {"script_score": {"query": {"bool": {"filter": [clause]}}, "script": script}}


def _before(day: datetime) -> Clause:
    return {"range": {"published": {"gt": UNDATED, "lt": microseconds_of(day)}}}


def _since(day: datetime) -> Clause:
    return {"range": {"published": {"gte": max(microseconds_of(day), UNDATED + 1)}}}


def _block(hits: Sequence[dict[str, Any]], day: int) -> TextBlock:
    """Return the texts of some hits, of before a day or since."""
    passages = Passages([Passage.of_hit(hit) for hit in hits])
    units, lengths = passages.units("text")
    published = passages.numbers("published")
    late = published >= day
    sides = np.stack([~late, late]) & (published != UNDATED)
    words: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for of_text, before, since in zip(passages.words("text"), *sides.tolist(), strict=True):
        if before or since:
            words[since].update(word for word in set(of_text.split()) if is_set_word(word))
    return TextBlock(units, np.append(0, lengths.cumsum()), sides.astype(np.int64), words)


def _whole_releases(hits: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield hits in parts, none of which ends within a release."""
    part: list[dict[str, Any]] = []
    release = -1
    for hit in hits:
        number = hit["sort"][0] >> PASSAGE_BITS
        if len(part) >= _PAGE and number != release:
            yield part
            part = []
        part.append(hit)
        release = number
    if part:
        yield part


def _uses(hits: Sequence[dict[str, Any]], folded: str, names: dict[str, int]) -> Uses:
    """Return some hits as columns; `names` are the numbers of sources so far."""
    texts = Passages([Passage.of_hit(hit) for hit in hits if PACKED in hit["fields"]]).folded("text")
    counts = [text.count(folded) for text in texts] or [hit["_score"] for hit in hits]
    columns = np.array([[hit["fields"][name][0] for name in _NUMBERS] for hit in hits], np.int64)
    docs, published, sequence = columns.reshape(-1, len(_NUMBERS)).T
    sources = [names.setdefault(_source_of(hit["fields"]), len(names)) for hit in hits]
    return Uses(
        docs=docs,
        counts=np.array(counts, np.int64),
        published=published,
        months=months_of(published),
        sequence=sequence,
        releases=np.unique(sequence >> PASSAGE_BITS, return_inverse=True)[1].reshape(-1),
        sources=np.array(sources, np.int64),
        names=tuple(names),
        texts=lambda places: (texts[place] for place in places.tolist()),
    )


def _source_of(fields: dict[str, list[str]]) -> str:
    """Return the source of a passage; where none is stated, the publisher speaks for itself."""
    return next((fields[name][0] for name in ("source", "publisher") if fields.get(name)), "")


def _month_of(name: str) -> int:
    """Return a month from the year 0, given as `2022-09`; -1 for the empty name of no date."""
    year, _, month = name.partition("-")
    return int(year) * 12 + int(month) - 1 if name else -1
