"""This engine: the array codec behind Whoosh's classes, words only, the text stored."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from queries import QuerySpec
from tokens import read_batches

from peers import ALL_KINDS


class JsisaPeer:
    """Default writer; query trees of `whoosh.query`, as for Whoosh itself."""

    packages = ("jsisa-search", "Whoosh", "numpy", "rjieba")
    kinds = ALL_KINDS
    can_add = True

    def __init__(self) -> None:
        self._searcher: Any = None

    def load(self) -> None:
        """Import what indexing and searching need; the dictionary is loaded when the first text is cut."""
        package = "jsisa_search"
        for module in ("whoosh.query", f"{package}.analysis.analyzers", f"{package}.search.engine.searcher"):
            import_module(module)

    def build(self, texts: Path, folder: Path) -> None:
        """Index line by line with the default writer."""
        from whoosh import fields

        from jsisa_search.analysis.analyzers import WordAnalyzer
        from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex

        schema = fields.Schema(text=fields.TEXT(stored=True, analyzer=WordAnalyzer(), phrase=True))
        index = ArrayIndex.create(folder, schema)
        writer = index.writer()
        for batch in read_batches(texts):
            for text in batch:
                writer.add_document(text=text)
        writer.commit()
        index.close()

    def open(self, folder: Path) -> None:
        """Open the index and one searcher."""
        from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
        from jsisa_search.search.engine.searcher import ArraySearcher

        self._searcher = ArraySearcher(ArrayIndex(folder))

    def prepare(self, spec: QuerySpec) -> Any:
        """Make the query tree."""
        from whoosh import query

        terms = [query.Term("text", word) for word in spec.words]
        if spec.kind == "phrase":
            return query.Phrase("text", list(spec.words))
        if spec.kind == "word":
            return terms[0]
        return query.And(terms) if spec.kind == "and" else query.Or(terms)

    def search(self, query: Any, k: int, *, counted: bool) -> Any:
        """Search on arrays."""
        return self._searcher.search(query, k, count=counted)

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Return document numbers, which are line numbers, with their scores."""
        return list(answer.pairs())

    def total(self, answer: Any) -> int | None:
        """Return the count taken in `search`."""
        total: int | None = answer.total
        return total

    def size(self) -> int:
        """Return the number of documents."""
        return int(self._searcher.reader.doc_count())

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:  # noqa: ARG002
        """Write and commit with the default merge schedule."""
        from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex

        index = ArrayIndex(folder)
        writer = index.writer()
        for text in texts:
            writer.add_document(text=text)
        writer.commit()
        index.close()

    def close(self) -> None:
        """Close the searcher."""
        self._searcher.close()
