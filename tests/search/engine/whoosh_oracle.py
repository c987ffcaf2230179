"""Stock Whoosh as the oracle: the same documents in its standard codec, scored on exact lengths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh import query
from whoosh.analysis import StandardAnalyzer
from whoosh.fields import DATETIME, ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import FileIndex, create_in
from whoosh.matching import ReadTooFar
from whoosh.scoring import BM25F

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex

Document = dict[str, Any]


def schema() -> Schema:
    """Return a schema with every kind of field that is searched."""
    return Schema(
        key=ID(unique=True, stored=True),
        text=TEXT(analyzer=WordAnalyzer(), stored=True),
        latin=TEXT(analyzer=StandardAnalyzer(minsize=1, stoplist=None), stored=True, chars=True),
        tag=KEYWORD(stored=True, commas=True),
        number=NUMERIC(int, signed=True, sortable=True, stored=True),
        moment=DATETIME(sortable=True, stored=True),
    )


class ExactBM25F(BM25F):
    """BM25F on the exact length of each field, which the standard codec rounds to one byte."""

    def __init__(self, lengths: dict[tuple[str, str], int]) -> None:
        """Take the length of each (field, key of a document)."""
        super().__init__()
        self._lengths = lengths

    def supports_block_quality(self) -> bool:
        """Return `False`: the block bounds are those of rounded lengths."""
        return False

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """Return Whoosh's scorer with exact lengths put in."""
        scorer = super().scorer(searcher, fieldname, text, qf)
        if hasattr(scorer, "dfl"):
            scorer.dfl = lambda doc: self._lengths[fieldname, searcher.stored_fields(doc)["key"]]
            scorer.supports_block_quality = lambda: False
        return scorer


def field_lengths(documents: list[Document]) -> dict[tuple[str, str], int]:
    """Return the exact length of each scorable field of each document."""
    fields = [(name, field) for name, field in schema().items() if field.scorable]
    return {
        (name, document["key"]): sum(post[1] for post in field.index(document[name]))
        for document in documents
        for name, field in fields
        if document.get(name) is not None
    }


def build_oracle(folder: Path, batches: list[list[Document]], deleted: list[str]) -> FileIndex:
    """Index `batches` with the standard codec, a segment each, and delete the documents keyed `deleted`."""
    index = create_in(str(folder), schema())
    _fill(index, batches, deleted)
    return index


def build(folder: Path, batches: list[list[Document]], deleted: list[str]) -> ArrayIndex:
    """Index `batches` on arrays, a segment each, and delete the documents keyed `deleted`."""
    index = ArrayIndex.create(folder, schema())
    _fill(index, batches, deleted)
    return index


def _fill(index: Any, batches: list[list[Document]], deleted: list[str]) -> None:
    for batch in batches:
        writer = index.writer()
        for document in batch:
            writer.add_document(**document)
        writer.commit(merge=False)
    writer = index.writer()
    for key in deleted:
        writer.delete_by_term("key", key)
    writer.commit(merge=False)


Answers = dict[str, float]


def answers(searcher: Any, q: Any) -> Answers | None:
    """Return the score of each document (by key) that Whoosh's own searcher finds.

    `None` for a query that Whoosh 2.7.4 itself cannot run: `estimate_size` is missing in some classes.
    """
    try:
        hits = searcher.search(q, limit=None)
    except (NotImplementedError, ReadTooFar, AttributeError, IndexError, NameError, TypeError):
        return None
    return {hit["key"]: hit.score for hit in hits}


def composed(searcher: Any, q: Any) -> Answers:
    """Return what a tree of queries means: stock Whoosh for each leaf, plain sets for the branches.

    Whoosh's own matchers for nested negations find documents that do not match (an inverse matcher
    lets deleted ones through, `Require` excludes, `DisjunctionMax` takes scores of other documents).
    """
    if type(q) not in _COMBINE:
        found = answers(searcher, q)
        assert found is not None
        # Whoosh gives the score of the term where there is but one, and its frequency where there are more.
        is_constant = isinstance(q, query.Prefix | query.Wildcard | query.TermRange) and q.constantscore
        return dict.fromkeys(found, q.boost) if is_constant else found
    parts = [composed(searcher, part) for part in q.children()]
    combined = _COMBINE[type(q)](searcher, q, parts)
    boost = q.boost if isinstance(q, query.And | query.Or | query.DisjunctionMax) else 1.0
    return {key: score * boost for key, score in combined.items()}


def _everything(searcher: Any) -> set[str]:
    return {fields["key"] for fields in searcher.reader().all_stored_fields()}


def _and(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    keys = _everything(searcher).intersection(*parts)
    return {key: sum(part[key] for part in parts) for key in keys}


def _or(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    keys: set[str] = set().union(*parts)
    return {key: sum(part.get(key, 0) for part in parts) for key in keys}


def _disjunction_max(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    keys: set[str] = set().union(*parts)
    return {key: max(part.get(key, 0) for part in parts) for key in keys}


def _not(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    return dict.fromkeys(_everything(searcher) - parts[0].keys(), 1.0)


def _and_not(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    return {key: score for key, score in parts[0].items() if key not in parts[1]}


def _require(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    return {key: score for key, score in parts[0].items() if key in parts[1]}


def _and_maybe(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    return {key: score + parts[1].get(key, 0) for key, score in parts[0].items()}


def _constant(searcher: Any, q: Any, parts: list[Answers]) -> Answers:
    return dict.fromkeys(parts[0], q.score)


_COMBINE: dict[type, Callable[[Any, Any, list[Answers]], Answers]] = {
    query.And: _and,
    query.Or: _or,
    query.DisjunctionMax: _disjunction_max,
    query.Not: _not,
    query.AndNot: _and_not,
    query.Require: _require,
    query.AndMaybe: _and_maybe,
    query.ConstantScoreQuery: _constant,
}
