"""The scores of the releases around candidates, asked for while the candidates are being read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.cluster.compiler import Clause
from jsisa_search.cluster.mapping import AROUND
from jsisa_search.cluster.requests import Requests
from jsisa_search.query.evidence import WeightedTerm
from jsisa_search.schema import PASSAGE_BITS, RELEASE_KIND

Array = NDArray[Any]
Asked = tuple[tuple[WeightedTerm, ...], float]

# Of fewer candidates nothing is asked ahead: partial matches follow, and the releases of all are one request.
_FEW = 10


class Around:
    """Scores of releases, each taken as one text, by the terms that are looked for in them."""

    def __init__(self, requests: Requests, weight: Callable[[str, Any], float]) -> None:
        """Take what sends searches, and what returns the weight of a term."""
        self._requests = requests
        self._weight = weight
        self._known: dict[Asked, dict[int, float]] = {}
        self._expected: Asked | None = None
        self._begun: list[tuple[Asked, Sequence[int], Callable[[], list[dict[str, Any]]]]] = []

    def expect(self, terms: Sequence[WeightedTerm], covered: float) -> None:
        """Ask by these terms for the releases of all candidates that are found from now on."""
        self._expected = tuple(terms), covered

    def begin(self, places: Iterable[int]) -> None:
        """Ask for the releases of some candidates, without waiting for the answer."""
        # Where many passages share a number, it does not tell the release.
        releases = {place >> PASSAGE_BITS for place in places if place >= 0}
        if self._expected is None or len(releases) < _FEW:
            return
        new = sorted(releases.difference(self._known.get(self._expected, ())))
        if body := self._body(self._expected, new):
            self._begun.append((self._expected, new, self._requests.begin([body])))

    def scores(self, terms: Sequence[WeightedTerm], covered: float, releases: Array) -> Array:
        """Return the score of each release (float32), by its number."""
        begun, self._begun = self._begun, []
        for asked, numbers, answers in begun:
            self._keep(asked, numbers, answers())
        asked = tuple(terms), covered
        known = self._known.setdefault(asked, {})
        numbers = releases.tolist()
        new = [number for number in dict.fromkeys(numbers) if number not in known]
        if body := self._body(asked, new):
            self._keep(asked, new, self._requests.searches([body]))
        return np.array([known.get(number, 0.0) for number in numbers], np.float32)

    def _keep(self, asked: Asked, releases: Sequence[int], answers: Sequence[dict[str, Any]]) -> None:
        """Keep the scores of some releases; those that are not in the answer have none."""
        known = self._known.setdefault(asked, {})
        known |= dict.fromkeys(releases, 0.0)
        known |= {int(hit["fields"]["release"][0], 16): hit["_score"] for hit in answers[0]["hits"]["hits"]}

    def _body(self, asked: Asked, releases: Sequence[int]) -> dict[str, Any] | None:
        """Return the search for the scores of some releases, `None` where that is nothing."""
        terms, covered = asked
        clauses: list[Clause] = []
        for field, text, boost in terms:
            if weight := self._weight(field, text):
                clauses.append({"term": {AROUND: {"value": text, "boost": weight * boost}}})
                if covered:
                    present = {"term": {AROUND: text}}
                    clauses.append({"constant_score": {"filter": present, "boost": weight * covered}})
        if not clauses or not releases:
            return None
        these = [
            {"terms": {"release": [f"{release:012x}" for release in releases]}},
            {"term": {"kind": RELEASE_KIND}},
        ]
        return {
            "size": len(releases),
            "stored_fields": "_none_",
            "docvalue_fields": ["release"],
            "track_total_hits": False,
            "query": {"bool": {"filter": these, "should": clauses, "minimum_should_match": 1}},
        }
