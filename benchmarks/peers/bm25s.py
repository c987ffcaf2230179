"""bm25s: scores computed when the index is built, queries are sums of sparse columns. Words and OR only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from queries import QuerySpec
from tokens import fold_batch, read_batches, words_of


class Bm25sPeer:
    """NumPy back end with k1 1.2 and b 0.75 as the others have them; the texts saved beside the scores."""

    packages = ("bm25s", "rjieba", "numpy")
    kinds = frozenset({"word", "or"})
    can_add = False

    def __init__(self) -> None:
        self._library: Any = None
        self._index: Any = None

    def load(self) -> None:
        """Import the library."""
        import bm25s

        self._library = bm25s

    def build(self, texts: Path, folder: Path) -> None:
        """Index integer tokens, which is its fastest way in, and save."""
        words = words_of("rjieba")
        numbers: dict[str, int] = {}
        known: dict[str, list[int]] = {}
        documents: list[list[int]] = []
        corpus: list[str] = []
        for batch in read_batches(texts):
            corpus += batch
            for text in fold_batch(batch):
                document: list[int] = []
                for word in words.cut(text):
                    if word not in known:
                        known[word] = [
                            numbers.setdefault(token, len(numbers)) for token in words.tokens[word]
                        ]
                    document += known[word]
                documents.append(document)
        index = self._library.BM25(k1=1.2, b=0.75)
        index.index((documents, numbers), show_progress=False)
        index.save(folder, corpus=corpus, show_progress=False)

    def open(self, folder: Path) -> None:
        """Load the scores into memory, as is its default; the texts stay on disk."""
        self._index = self._library.BM25.load(folder, load_corpus=False, show_progress=False)

    def prepare(self, spec: QuerySpec) -> Any:
        """Make the list of lists that it takes."""
        return [list(spec.words)]

    def search(self, query: Any, k: int, *, counted: bool) -> Any:  # noqa: ARG002
        """Retrieve the k best; it has no totals."""
        return self._index.retrieve(query, k=k, show_progress=False)

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Leave out the paragraphs without a match that fill up short lists."""
        pairs = zip(answer.documents[0].tolist(), answer.scores[0].tolist(), strict=True)
        return [(number, score) for number, score in pairs if score > 0]

    def total(self, answer: Any) -> int | None:  # noqa: ARG002
        """Return nothing: it does not count."""
        return None

    def size(self) -> int:
        """Return the number of documents."""
        return int(self._index.scores["num_docs"])

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:
        """Refuse: it can only be built anew."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the arrays."""
        self._index = None
