"""What texts put in marks, such as titles and names: which stretches of a query are among that."""

from __future__ import annotations

from collections.abc import Sequence

from jsisa_search.cluster.mapping import ENCLOSED
from jsisa_search.cluster.requests import Requests
from jsisa_search.lexicon.corpus.harvest import quotation_forms
from jsisa_search.model import Range

# Strings that are counted at most, of one text.
_COUNTED = 1_000


class Enclosed:
    """Strings in marks and how many passages have each, asked once for each text."""

    def __init__(self, requests: Requests) -> None:
        """Take what sends searches; nothing is asked for yet."""
        self._requests = requests
        self._found: dict[str, frozenset[str]] = {}
        self._counts: dict[str, int] = {}

    def spans(self, text: str, left: str, right: str) -> Sequence[Range]:
        """Return the stretches of a folded text that occur between two marks, the longest first."""
        known = self._found.get(text)
        if known is None:
            known = self._found[text] = self._find(text)
        spans = [
            (start, end)
            for start in range(len(text))
            for end in range(start + 1, len(text) + 1)
            if left + text[start:end] + right in known
        ]
        return sorted(spans, key=lambda span: (span[0] - span[1], span[0]))

    def count(self, marked: str) -> int | None:
        """Return how many passages have a string with its marks; `None` where that was not found."""
        return self._counts.get(marked)

    def _find(self, text: str) -> frozenset[str]:
        """Return what occurs in marks of the stretches of a text, with the marks."""
        marked = [
            mark[0] + text[start:end] + mark[1]
            for form in quotation_forms()
            for start in range(len(text))
            for end in range(start + form.shortest, min(start + form.longest, len(text)) + 1)
            for mark in form.marks
        ]
        if not marked:
            return frozenset()
        counted = {"terms": {"field": ENCLOSED, "include": marked, "size": _COUNTED}}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"terms": {ENCLOSED: marked}},
            "aggs": {"found": counted},
        }
        found = self._requests.search(body)["aggregations"]["found"]["buckets"]
        self._counts |= {bucket["key"]: bucket["doc_count"] for bucket in found}
        return frozenset(bucket["key"] for bucket in found)
