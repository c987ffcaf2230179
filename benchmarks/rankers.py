"""The engines whose ranking is compared: each takes a set's passages and then ranks them for a query.

All are given the same folded text (`fold`), once without and once with title and section in front of it, and
all look for any of the query's terms: to want them all would leave most questions without an answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bm25 import Bm25, cut_bigrams, cut_search_mode, cut_words, ngrams, runs_of
from judged import Passage, fold_texts
from metrics import DEPTH

from jsisa_search.analysis import fold

Cut = Callable[[str], list[str]]


class Ranker(Protocol):
    """Ranks the passages it was made with."""

    def rank(self, query: str) -> list[int]:
        """Return the numbers of the DEPTH best passages for a folded query, best first."""


class Baseline:
    """Plain BM25 over one kind of term."""

    def __init__(self, texts: Iterable[str], cut: Cut) -> None:
        self._cut = cut
        self._engine = Bm25(map(cut, texts))

    def rank(self, query: str) -> list[int]:
        """Score every passage with any of the terms."""
        return self._engine.best(self._cut(query), DEPTH)


class Tantivy:
    """Tantivy in memory on words joined by blanks, its own BM25 (k1 1.2, b 0.75)."""

    def __init__(self, texts: Iterable[str], cut: Cut) -> None:
        import tantivy

        self._library: Any = tantivy
        self._cut = cut
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", stored=False, indexed=False, fast=True)
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        # One thread: the order of equals then does not depend on which thread was faster.
        writer = index.writer(num_threads=1)
        for number, text in enumerate(texts):
            document = tantivy.Document()
            document.add_unsigned("id", number)
            document.add_text("words", " ".join(cut(text)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def rank(self, query: str) -> list[int]:
        """Ask for any of the words; its parser is not used."""
        make, occur = self._library.Query, self._library.Occur
        terms = [
            make.term_query(self._schema, "words", word, index_option="freq") for word in self._cut(query)
        ]
        if not terms:
            return []
        wanted = make.boolean_query([(occur.Should, term) for term in terms])
        addresses = [address for _, address in self._searcher.search(wanted, DEPTH).hits]
        numbers: Any = self._searcher.fast_field_values("id", addresses)
        return list(numbers)


class Sqlite:
    """SQLite FTS5 in memory, its own bm25 (k1 1.2, b 0.75); `prepare` makes the text that it tokenizes."""

    def __init__(self, texts: Iterable[str], tokenize: str, prepare: Callable[[str], str], cut: Cut) -> None:
        self._cut = cut
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            f"CREATE VIRTUAL TABLE passages USING fts5(text, content='', tokenize='{tokenize}')"
        )
        self._database.executemany(
            "INSERT INTO passages (rowid, text) VALUES (?, ?)", enumerate(map(prepare, texts))
        )

    def rank(self, query: str) -> list[int]:
        """Ask for any of the terms."""
        quoted = " OR ".join('"' + term.replace('"', '""') + '"' for term in dict.fromkeys(self._cut(query)))
        if not quoted:
            return []
        best = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank, rowid LIMIT ?"
        return [number for (number,) in self._database.execute(best, (quoted, DEPTH))]


def cut_trigrams(text: str) -> list[str]:
    """Return each three neighbouring letters, digits or Han characters of a folded text."""
    return [gram for run in runs_of(text) for gram in ngrams(run, 3) if len(gram) == 3]


def _sqlite_trigrams(texts: Iterable[str]) -> Ranker:
    return Sqlite(texts, "trigram", str, cut_trigrams)


def _sqlite_words(texts: Iterable[str]) -> Ranker:
    return Sqlite(texts, "unicode61 remove_diacritics 0", lambda text: " ".join(cut_words(text)), cut_words)


@dataclass(frozen=True, slots=True)
class System:
    """A ranker by name: how it is made from folded texts, and with `joined` ones or not."""

    name: str
    make: Callable[[Iterable[str]], Ranker]
    joined: bool

    def open(self, passages: Sequence[Passage]) -> Callable[[str], list[str]]:
        """Index the passages; return what ranks their ids for a query as typed."""
        ranker = self.make(fold_texts(passages, joined=self.joined))
        return lambda query: [passages[number].id for number in ranker.rank(fold(query))]


TITLE = " + title"
"""Ends the name of an engine that has title and section in front of the text."""

BASELINES: dict[str, Callable[[Iterable[str]], Ranker]] = {
    "BM25 words": lambda texts: Baseline(texts, cut_words),
    "BM25 search mode": lambda texts: Baseline(texts, cut_search_mode),
    "BM25 bigrams": lambda texts: Baseline(texts, cut_bigrams),
}
ENGINES: dict[str, Callable[[Iterable[str]], Ranker]] = {
    "Tantivy words": lambda texts: Tantivy(texts, cut_words),
    "SQLite trigrams": _sqlite_trigrams,
    "SQLite words": _sqlite_words,
}
SYSTEMS = tuple(
    System(name + (TITLE if joined else ""), make, joined)
    for name, make in (BASELINES | ENGINES).items()
    for joined in (False, True)
)
