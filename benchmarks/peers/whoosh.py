"""Whoosh with its standard codec, fed the shared tokens by an analyzer with ordinal positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries import QuerySpec
from tokens import SegmenterName, fold_batch, read_batches, words_of

from peers import ALL_KINDS

if TYPE_CHECKING:
    from whoosh.analysis import Token


class WordAnalyzer:
    """Gives Whoosh the tokens of `tokens.py`; pickled into the index by its segmenter's name only."""

    def __init__(self, segmenter: SegmenterName) -> None:
        self.segmenter = segmenter

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        """Give the tokens of a text; Whoosh wants one Token object with changing attributes."""
        from whoosh.analysis import Token

        token = Token(positions=True)
        token.boost = 1.0
        for token.text, token.pos in words_of(self.segmenter).positioned(fold_batch([value])[0]):
            yield token

    def clean(self) -> None:
        """Nothing is kept between texts."""


class WhooshPeer:
    """Default `ix.writer()`, BM25F with its default weights, the text stored."""

    packages = ("Whoosh", "jieba", "rjieba")
    kinds = ALL_KINDS
    can_add = True

    def __init__(self, segmenter: SegmenterName) -> None:
        self.segmenter = segmenter
        self._index: Any = None
        self._searcher: Any = None

    def load(self) -> None:
        """Import what indexing and searching need."""
        import whoosh.index
        import whoosh.query  # noqa: F401

    def build(self, texts: Path, folder: Path) -> None:
        """Index line by line with the default writer."""
        from whoosh import fields, index

        schema = fields.Schema(
            text=fields.TEXT(stored=True, analyzer=WordAnalyzer(self.segmenter), phrase=True)
        )
        writer = index.create_in(folder, schema).writer()
        for batch in read_batches(texts):
            for text in batch:
                writer.add_document(text=text)
        writer.commit()

    def open(self, folder: Path) -> None:
        """Open the index and one searcher."""
        from whoosh import index

        self._index = index.open_dir(folder)
        self._searcher = self._index.searcher()

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
        """Run Whoosh's own search; len() of its results counts when asked."""
        results = self._searcher.search(query, limit=k)
        return results, len(results) if counted else None

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Document numbers are line numbers."""
        results, _ = answer
        return [(results.docnum(place), results.score(place)) for place in range(results.scored_length())]

    def total(self, answer: Any) -> int | None:
        """Return the count taken in `search`."""
        total: int | None = answer[1]
        return total

    def size(self) -> int:
        """Return the number of documents."""
        return int(self._index.doc_count())

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:  # noqa: ARG002
        """Write and commit with the default merge policy."""
        from whoosh import index

        writer = index.open_dir(folder).writer()
        for text in texts:
            writer.add_document(text=text)
        writer.commit()

    def close(self) -> None:
        """Close searcher and index."""
        self._searcher.close()
        self._index.close()
