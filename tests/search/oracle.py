"""Stock Whoosh as the oracle: the same documents in its standard codec, scored on exact lengths."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

from whoosh import query
from whoosh.analysis import StandardAnalyzer
from whoosh.fields import DATETIME, ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import FileIndex, create_in
from whoosh.matching import AndNotMatcher, ReadTooFar
from whoosh.scoring import BM25F

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex

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


def without_not(q: Any) -> Any:
    """Return `q` with each `Not` put as `AndNot`, which means the same.

    Whoosh's inverse matcher lets deleted documents through behind the last one it excludes.
    """
    if type(q) is query.Not:
        return query.AndNot(query.Every(), without_not(q.query))
    return q if q.is_leaf() else q.apply(without_not)


def _find_first(matcher: AndNotMatcher) -> None:
    """Begin an AND NOT on a document that is not excluded.

    Whoosh's own looks only whether the first documents of both sides are the same, and lets the first
    one through where the excluded side has others before it.
    """
    if matcher.a.is_active() and matcher.b.is_active():
        matcher._find_next()


def answers(searcher: Any, q: Any) -> dict[str, float] | None:
    """Return the score of each document (by key) that Whoosh's own searcher finds.

    `None` for a query that Whoosh 2.7.4 itself cannot run: `estimate_size` is missing in some classes,
    and its inverse matcher steps beyond the last document.
    """
    try:
        with patch.object(AndNotMatcher, "_find_first", _find_first):
            hits = searcher.search(without_not(q), limit=None)
    except (NotImplementedError, ReadTooFar, AttributeError, IndexError, NameError, TypeError):
        return None
    return {hit["key"]: hit.score for hit in hits}
