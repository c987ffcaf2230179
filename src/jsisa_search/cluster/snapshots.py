"""What `Index` needs of a cluster: searchers for its readers, writers, and the folder beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import get_ident
from typing import TypeVar

from jsisa_search.cluster.address import parse_address
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.families import ClusterFamilies
from jsisa_search.cluster.indices import Generation, Indices
from jsisa_search.cluster.requests import ChangedError, Requests
from jsisa_search.cluster.searcher import ClusterSearcher, word_boost
from jsisa_search.cluster.statistics import Statistics
from jsisa_search.cluster.vocabulary import ClusterVocabulary
from jsisa_search.cluster.writer import ClusterWriter
from jsisa_search.errors import ArchiveError, BatchError, IndexClosedError
from jsisa_search.indexing.settings import Settings, read_settings, write_settings
from jsisa_search.lexicon.user_lexicon import Lexicon
from jsisa_search.search.interface import Families, Searcher
from jsisa_search.translation import gettext as tr

Item = TypeVar("Item")


class Cluster:
    """An index on a cluster, as `Index` uses one: `use`, `iterate` and `close` are those of `Snapshots`."""

    def __init__(self, address: str, time_limit: float | None = None) -> None:
        """Connect. Raises `ArgumentError` for an address that is none, and `ClusterError`.

        `time_limit` bounds each use of a searcher, in seconds.
        """
        self.address = parse_address(address)
        self.connection = Connection(self.address, time_limit)
        self.indices = Indices(self.connection)
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._refreshed: Generation | None = None
        self._statistics = Statistics(self.connection)
        self._boost: float | None = None
        self._is_closed = False
        self._thread: int | None = None

    def create(self, *, overwrite: bool) -> Settings:
        """Make an empty index; see `Indices.create`."""
        return self._with_folder(self.indices.create(overwrite=overwrite))

    def open(self) -> Settings:
        """Open the index; see `Indices.open`."""
        return self._with_folder(self.indices.open())

    @property
    def folder(self) -> Path:
        """The folder on this machine with the user's words and the reports of updates."""
        return self.address.folder

    @contextmanager
    def use(self) -> Iterator[ClusterSearcher]:
        """Give a searcher of the current generation. Raises `IndexClosedError`."""
        with self.connection.in_time():
            yield self._searcher()

    def iterate(self, items_of: Callable[[ClusterSearcher], Iterator[Item]]) -> Iterator[Item]:
        """Yield what `items_of` yields of the current generation, for as long as that takes."""
        yield from items_of(self._searcher())

    def run(self, compute: Callable[[ClusterSearcher], Item]) -> Item:
        """Return what `compute` returns of the current generation, in as few requests as that takes.

        The generation is presumed to be the last one known, which the first request confirms; where it is
        another, `compute` is called again. Raises `IndexClosedError`.
        """
        self.check_open()
        presumed = self._generation
        if presumed is None:
            with self.use() as searcher:
                return compute(searcher)
        with self.connection.in_time():
            requests = Requests(self.connection, presumed)
            try:
                found = compute(self._searcher_of(presumed, requests))
                requests.confirm()
            except ChangedError as changed:
                return compute(self._searcher_of(changed.generation, Requests(self.connection)))
            return found

    def _searcher(self) -> ClusterSearcher:
        """Return a searcher of the current generation."""
        self.check_open()
        if self._boost is None:
            version = self.connection.request("GET", "/")["version"]["number"]
            self._boost = word_boost(version)
        return self._searcher_of(self.indices.generation(), Requests(self.connection))

    def _searcher_of(self, generation: Generation, requests: Requests) -> ClusterSearcher:
        """Return a searcher of a generation that was asked for."""
        assert self._boost is not None
        with self._lock:
            if generation != self._generation:
                self._generation, self._statistics = generation, Statistics(self.connection)
            statistics = self._statistics
        return ClusterSearcher(requests, statistics, self._boost, generation.number)

    def families_of(self, searcher: Searcher) -> Families:
        """Return the families of reprints of a generation, found as they are asked for."""
        assert isinstance(searcher, ClusterSearcher)
        return ClusterFamilies(searcher)

    def vocabulary(self, searcher: Searcher, lexicon: Lexicon) -> ClusterVocabulary:
        """Return completions and corrections by what is on the cluster, and a user's words."""
        assert isinstance(searcher, ClusterSearcher)
        return ClusterVocabulary(searcher, lexicon)

    @property
    def is_held(self) -> bool:
        """Never: each use is of the current generation, which is asked for with its first request."""
        return False

    def hold(self) -> None:
        """Do nothing but check that this is open."""
        self.check_open()

    def refresh(self, prepare: Callable[[ClusterSearcher], None]) -> bool:
        """Prepare the current generation; return whether it is another than the last that was prepared."""
        with self.use() as searcher:
            if self._generation == self._refreshed:
                return False
            prepare(searcher)
            self._refreshed = self._generation
            return True

    def check_open(self) -> None:
        """Raise `IndexClosedError` where this was closed."""
        if self._is_closed:
            raise IndexClosedError(tr("the index was closed: open it again with Index.open"))

    def close(self) -> None:
        """Close the connections."""
        if not self._is_closed:
            self._is_closed = True
            self.connection.close()

    @contextmanager
    def writer(self) -> Iterator[ClusterWriter]:
        """Give a writer; of what it has not committed, only what it has sent stays."""
        if self._thread == get_ident():
            raise BatchError(tr("a batch of this index is open in this thread; make the change through it"))
        writer = ClusterWriter(self.connection, self.indices)
        self._thread = get_ident()
        try:
            yield writer
        finally:
            self._thread = None
            writer.close()

    def _with_folder(self, settings: Settings) -> Settings:
        """Make the folder on this machine, with the settings of the index, and return these.

        The date pattern is that of this machine, whose folders it is about.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        known = None
        with suppress(ArchiveError):
            known = read_settings(self.folder)
            settings = replace(settings, date_pattern=known.date_pattern)
        if settings != known:
            with suppress(FileNotFoundError):  # another process has just written the same
                write_settings(self.folder, settings)
        return settings
