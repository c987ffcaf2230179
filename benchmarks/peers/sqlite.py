"""SQLite FTS5 on blank-joined tokens.

The `ascii` tokenizer with every ASCII sign declared a token character splits at blanks only. Punctuation is
indexed as one placeholder word, since FTS5 knows no gaps. A phrase is asked for with the shorter words in the
places where they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from queries import QuerySpec
from tokens import fold_batch, read_batches, words_of

from peers import ALL_KINDS

_FILE = "index.sqlite"
_SIGNS = "".join(chr(point) for point in range(33, 127) if not chr(point).isalnum())
_TOKENIZE = "ascii tokenchars '" + _SIGNS.replace("'", "''") + "'"
_SCHEMA = (
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE words USING fts5(tokens, content='', tokenize=\""
    + _TOKENIZE.replace('"', '""')
    + '")',
)
_BEST = "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
_COUNT = "SELECT count(*) FROM words WHERE words MATCH ?"


class SqlitePeer:
    """Default settings: rollback journal, synchronous FULL, full detail, its own bm25 (k1 1.2, b 0.75)."""

    packages = ("rjieba",)
    kinds = ALL_KINDS
    can_add = True

    def __init__(self) -> None:
        self._database: sqlite3.Connection

    def load(self) -> None:
        """Nothing to import."""

    def build(self, texts: Path, folder: Path) -> None:
        """Insert everything in one transaction."""
        database = sqlite3.connect(folder / _FILE)
        for statement in _SCHEMA:
            database.execute(statement)
        first = 0
        with database:
            for batch in read_batches(texts):
                _insert(database, batch, first)
                first += len(batch)
        database.close()

    def open(self, folder: Path) -> None:
        """Connect."""
        self._database = sqlite3.connect(folder / _FILE)

    def prepare(self, spec: QuerySpec) -> Any:
        """Write the MATCH expression; SQLite parses it anew each time, which is measured with the search."""
        if spec.kind == "phrase":
            tail = [token for stream in spec.streams[1:] for token in stream]
            return _quote(" ".join([spec.words[0], *tail]))
        return (" OR " if spec.kind == "or" else " AND ").join(map(_quote, spec.words))

    def search(self, query: Any, k: int, *, counted: bool) -> Any:
        """Sort by rank; a count is a second statement."""
        best = self._database.execute(_BEST, (query, k)).fetchall()
        return best, self._database.execute(_COUNT, (query,)).fetchone()[0] if counted else None

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Turn ranks, which are negative scores, round."""
        return [(number, -rank) for number, rank in answer[0]]

    def total(self, answer: Any) -> int | None:
        """Return the count of the search."""
        total: int | None = answer[1]
        return total

    def size(self) -> int:
        """Return the number of stored texts."""
        return int(self._database.execute("SELECT count(*) FROM texts").fetchone()[0])

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:
        """Insert in one transaction of a new connection."""
        database = sqlite3.connect(folder / _FILE)
        with database:
            _insert(database, texts, first)
        database.close()

    def close(self) -> None:
        """Disconnect."""
        self._database.close()


def _quote(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _insert(database: sqlite3.Connection, texts: Sequence[str], first: int) -> None:
    streams: Iterator[str] = map(words_of("rjieba").join, fold_batch(texts))
    database.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(texts, first))
    database.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", enumerate(streams, first))
