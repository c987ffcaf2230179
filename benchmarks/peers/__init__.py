"""The engines under measurement: one module each, all behind `Peer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from queries import QuerySpec


class Peer(Protocol):
    """What the benchmark asks of an engine.

    Only `build`, `open`, `search` and `add_release` are timed. `prepare` makes the engine's own query object
    beforehand, so that no engine is charged for a parser; `hits` and `total` read an answer afterwards.
    """

    packages: tuple[str, ...]
    """The distributions whose versions are reported."""
    kinds: frozenset[str]
    """The kinds of query it can answer: of `word`, `and`, `or`, `phrase`."""
    can_add: bool
    """Whether a release can be added without building anew."""

    def load(self) -> None:
        """Import the library; what follows is measured against this state."""

    def build(self, texts: Path, folder: Path) -> None:
        """Segment and index a file of one paragraph a line, its text stored, and commit."""

    def open(self, folder: Path) -> None:
        """Open the index in `folder` for searching."""

    def prepare(self, spec: QuerySpec) -> Any:
        """Return the engine's own form of a query."""

    def search(self, query: Any, k: int, *, counted: bool) -> Any:
        """Find the k best paragraphs with their scores and, if `counted`, the exact total."""

    def hits(self, answer: Any) -> list[tuple[int, float]]:
        """Return (line number from 0, score), best first."""

    def total(self, answer: Any) -> int | None:
        """Return the exact total of a counted search, None where the engine has none."""

    def size(self) -> int:
        """Return the number of paragraphs in the open index."""

    def add_release(self, folder: Path, texts: Sequence[str], first: int) -> None:
        """Add paragraphs numbered from `first` to the index in `folder`, durably."""

    def close(self) -> None:
        """Close the open index."""


ALL_KINDS = frozenset({"word", "and", "or", "phrase"})

_FACTORIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "jsisa": ("peers.jsisa", "JsisaPeer", {}),
    "whoosh": ("peers.whoosh", "WhooshPeer", {"segmenter": "jieba"}),
    "whoosh-rjieba": ("peers.whoosh", "WhooshPeer", {"segmenter": "rjieba"}),
    "tantivy": ("peers.tantivy", "TantivyPeer", {}),
    "tantivy-1": ("peers.tantivy", "TantivyPeer", {"threads": 1}),
    "tantivy-pre": ("peers.tantivy", "TantivyPeer", {"pretokenized": True}),
    "sqlite": ("peers.sqlite", "SqlitePeer", {}),
    "bm25s": ("peers.bm25s", "Bm25sPeer", {}),
}

DESCRIPTIONS = {
    "jsisa": "this engine",
    "whoosh": "Whoosh, standard codec, default writer, tokens by pure jieba",
    "whoosh-rjieba": "the same with tokens by rjieba: the oracle of agreement",
    "tantivy": "Tantivy, default writer (128 MB, a thread a core), blank-joined tokens",
    "tantivy-1": "the same with one writer thread",
    "tantivy-pre": "the same, default writer, tokens handed over with their positions",
    "sqlite": "SQLite FTS5, contentless over blank-joined tokens, texts in a table beside",
    "bm25s": "bm25s, NumPy back end, k1 1.2; no AND, no phrases, no adding",
}

NAMES = tuple(_FACTORIES)


def make_peer(name: str) -> Peer:
    """Return the adapter of an engine; its library is not imported yet."""
    module, factory, settings = _FACTORIES[name]
    make: Callable[..., Peer] = getattr(import_module(module), factory)
    return make(**settings)
