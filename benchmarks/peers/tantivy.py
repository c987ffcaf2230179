"""Tantivy through its Python binding.

Blank-joined tokens and its white space tokenizer are the fastest way in; a stop filter drops the placeholder
of punctuation and keeps its position. There every token has a position of its own, so a phrase is asked for
with explicit offsets: the distance of two words is one plus the number of shorter words before the second.
The `pretokenized` form hands over tokens with shared positions instead: slower to build, the same phrases as
this product's to the last one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from queries import QuerySpec
from tokens import PLACEHOLDER, fold_batch, read_batches, words_of

from peers import ALL_KINDS

_TOKENIZER = "blanks"
#: Times 50 ms that are waited for its clean-up; on a busy machine one second was not enough.
_TRIES = 400


class TantivyPeer:
    """Default heap of 128 MB; positions, frequencies and field lengths indexed, the text stored."""

    packages = ("tantivy", "rjieba")
    kinds = ALL_KINDS
    can_add = True

    def __init__(self, *, threads: int = 0, pretokenized: bool = False) -> None:
        self.threads = threads
        self.pretokenized = pretokenized
        self._library: Any = None
        self._schema: Any = None
        self._searcher: Any = None

    def load(self) -> None:
        """Import the binding."""
        import tantivy

        self._library = tantivy

    def build(self, texts: Path, folder: Path) -> None:
        """Index, commit, and wait until no thread merges any more."""
        library = self._library
        builder = library.SchemaBuilder()
        builder.add_unsigned_field("id", stored=False, indexed=False, fast=True)
        builder.add_bytes_field("text", stored=True)  # a text field of the binding is always indexed
        builder.add_text_field("words", stored=False, tokenizer_name=_TOKENIZER, index_option="position")
        index = library.Index(builder.build(), path=str(folder))
        writer = self._writer(index)
        first = 0
        for batch in read_batches(texts):
            for document in self._documents(batch, first):
                writer.add_document(document)
            first += len(batch)
        writer.commit()
        writer.wait_merging_threads()

    def _writer(self, index: Any) -> Any:
        library = self._library
        splitter = library.TextAnalyzerBuilder(library.Tokenizer.whitespace())
        index.register_tokenizer(
            _TOKENIZER, splitter.filter(library.Filter.custom_stopword([PLACEHOLDER])).build()
        )
        return index.writer(num_threads=self.threads)

    def _documents(self, texts: Sequence[str], first: int) -> Iterator[Any]:
        library = self._library
        words = words_of("rjieba")
        for number, (text, folded) in enumerate(zip(texts, fold_batch(texts), strict=True), first):
            document = library.Document()
            document.add_unsigned("id", number)
            document.add_bytes("text", text.encode())
            if self.pretokenized:
                tokens = [
                    library.Token(token, position, 0, 0) for token, position in words.positioned(folded)
                ]
                document.add_pre_tokenized_text("words", library.PreTokenizedString("", tokens))
            else:
                document.add_text("words", words.join(folded))
            yield document

    def open(self, folder: Path) -> None:
        """Open the index and a searcher."""
        index = self._library.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def prepare(self, spec: QuerySpec) -> Any:
        """Make query objects; the parser is not used."""
        query, occur = self._library.Query, self._library.Occur
        if spec.kind == "phrase":
            return query.phrase_query(self._schema, "words", self._placed(spec))
        terms = [query.term_query(self._schema, "words", word, index_option="freq") for word in spec.words]
        if spec.kind == "word":
            return terms[0]
        return query.boolean_query(
            [(occur.Must if spec.kind == "and" else occur.Should, term) for term in terms]
        )

    def _placed(self, spec: QuerySpec) -> list[tuple[int, str]]:
        placed: list[tuple[int, str]] = []
        for place, (word, stream) in enumerate(zip(spec.words, spec.streams, strict=True)):
            if self.pretokenized or not placed:
                placed.append((place, word))
            else:
                placed.append((placed[-1][0] + len(stream), word))
        return placed

    def search(self, query: Any, k: int, *, counted: bool) -> Any:
        """Collect the k best, and count all when asked (the binding's own default is to count)."""
        return self._searcher.search(query, k, count=counted)

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Read the line numbers out of the fast field."""
        numbers = self._searcher.fast_field_values("id", [address for _, address in answer.hits])
        return [(number, score) for number, (score, _) in zip(numbers, answer.hits, strict=True)]

    def total(self, answer: Any) -> int | None:
        """Return the count of the search."""
        total: int | None = answer.count
        return total

    def size(self) -> int:
        """Return the number of documents."""
        return int(self._searcher.num_docs)

    def _open_settled(self, folder: Path) -> Any:
        """Open the index to write; its own clean-up after the last commit may still be taking files away."""
        for _ in range(_TRIES):
            try:
                return self._library.Index.open(str(folder))
            except ValueError:
                time.sleep(0.05)
        return self._library.Index.open(str(folder))

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:
        """Open a writer, add, commit; merges that it starts go on after the measured time."""
        writer = self._writer(self._open_settled(folder))
        for document in self._documents(texts, first):
            writer.add_document(document)
        writer.commit()

    def close(self) -> None:
        """Let go of the searcher."""
        self._searcher = None
