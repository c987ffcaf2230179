"""What scores depend on, of one generation of an index: frequencies of terms, lengths of fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from jsisa_search.cluster.compiler import exact_field
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.mapping import K1, TEXTS, B
from jsisa_search.cluster.reprint_search import KnownFamilies
from jsisa_search.codec.segment.derivations import Derivations
from jsisa_search.query.evidence import weights
from jsisa_search.schema import CHARS, PAIRS
from jsisa_search.search.engine.scoring.bm25 import FieldModel, bm25_idf
from jsisa_search.search.engine.stated_names import StatedNames

#: Combinations of values that are read at a time.
BUCKETS = 10_000
# Terms whose frequencies are kept: a query asks for some fifty.
_KEPT = 100_000


class Statistics:
    """Frequencies, average lengths and values, each asked for once. Threads share it."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection; nothing is asked for yet."""
        self._connection = connection
        self._frequencies: dict[tuple[str, Any], int] = {}
        self._values: dict[str, tuple[str, ...]] = {}
        self._empty: frozenset[str] = frozenset()
        self.families = KnownFamilies()
        self.derivations = Derivations()
        #: By clause, in JSON, how many documents match it.
        self.totals: dict[str, int] = {}

    def weight(self, field: str, text: Any) -> float:
        """Return the factor of the impacts of a term in a score; 0 where it does not occur."""
        frequency = self.frequency(field, text)
        found = self._models.get(field)
        if not frequency or found is None:
            return float(bool(frequency))
        model, having = found
        return bm25_idf(having, frequency) * (model.k1 + 1)

    def model(self, field: str) -> FieldModel | None:
        """Return how a field is scored, `None` where it is not."""
        found = self._models.get(field)
        return found[0] if found else None

    def frequency(self, field: str, text: Any) -> int:
        """Return how many documents have a term."""
        while (known := self._frequencies.get((field, text))) is None and field not in self._empty:
            self.prepare([(field, text)])  # repeated where another thread has made room meanwhile
        return known or 0

    def prepare(self, terms: Iterable[tuple[str, Any]]) -> None:
        """Ask for the frequencies of terms that are not known yet, in one request."""
        new = self.unknown(terms)
        self.keep(new, self._connection.searches([self.frequency_body(*term) for term in new]))

    def unknown(self, terms: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return the terms whose frequencies are not known yet, each once."""
        # Of fields that no document has, nothing is asked once that is known.
        return [
            term
            for term in dict.fromkeys(terms)
            if term not in self._frequencies and term[0] not in self._empty
        ]

    def frequency_body(self, field: str, text: Any) -> dict[str, Any]:
        """Return the search that counts the documents with a term."""
        return {"size": 0, "track_total_hits": True, "query": {"term": {exact_field(field): text}}}

    def keep(self, terms: Iterable[tuple[str, Any]], answers: Iterable[dict[str, Any]]) -> None:
        """Keep the frequencies of some terms, each from the answer to its search."""
        frequencies = {} if len(self._frequencies) > _KEPT else self._frequencies
        frequencies |= (
            (term, answer["hits"]["total"]["value"]) for term, answer in zip(terms, answers, strict=True)
        )
        self._frequencies = frequencies

    @cached_property
    def passages(self) -> int:
        """The number of passages."""
        return self._connection.count({"exists": {"field": "length_text"}})

    @cached_property
    def _models(self) -> dict[str, tuple[FieldModel, int]]:
        """By field, how it is scored and how many documents have it."""
        asked: dict[str, Any] = {name: {"stats": {"field": f"length_{name}_words"}} for name in TEXTS}
        asked["chars"] = {"stats": {"field": "length_text"}}
        asked["pairs"] = {"range": {"field": "length_text", "ranges": [{"from": 2}]}}
        found = self._connection.search({"size": 0, "aggs": asked})["aggregations"]
        models = {name: _model(K1, found[name]["sum"], found[name]["count"]) for name in TEXTS}
        self._empty = frozenset(name for name in TEXTS if not found[name]["count"])
        chars = found["chars"]["sum"], found["chars"]["count"]
        models["text" + CHARS] = _model(K1, *chars)
        # A text has one pair less than characters.
        paired = found["pairs"]["buckets"][0]["doc_count"]
        models["text" + PAIRS] = _model(weights().pairs_k1, chars[0] - chars[1], paired)
        return models

    @cached_property
    def doc_count(self) -> int:
        """How many documents there are, but for the one that says the generation."""
        return self._connection.count({"exists": {"field": "path"}})

    @cached_property
    def names(self) -> StatedNames:
        """The names of publishers, issuers and so on that the releases state."""
        return StatedNames(self.values_of)

    def values_of(self, field: str) -> tuple[str, ...]:
        """Return the distinct values of a field of strings, sorted."""
        known = self._values.get(field)
        if known is None:
            known = tuple(key for (key,), _ in buckets(self._connection, {"match_all": {}}, [field]))
            self._values[field] = known
        return known


def buckets(
    connection: Connection, query: dict[str, Any], fields: list[str]
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Yield combinations of values of some fields, in order, with the documents that have each."""
    after: dict[str, Any] = {}
    while True:
        body = {"size": 0, "query": query, "aggs": {"found": composite(fields, **after)}}
        found = connection.search(body, track_total_hits=False)["aggregations"]["found"]
        for bucket in found["buckets"]:
            yield tuple(bucket["key"][field] for field in fields), bucket["doc_count"]
        if len(found["buckets"]) < BUCKETS:
            return
        after = {"after": found["after_key"]}


def composite(fields: Sequence[str], **after: Any) -> dict[str, Any]:
    """Return the aggregation of the combinations of values of some fields, from `after` on."""
    sources = [{field: {"terms": {"field": field}}} for field in fields]
    return {"composite": {"size": BUCKETS, "sources": sources, **after}}


def _model(k1: float, length: float, having: int) -> tuple[FieldModel, int]:
    return FieldModel(k1, B, length / (having or 1) or 1.0), having or 1
