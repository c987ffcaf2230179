"""The current snapshot of an index, and when an old one is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from jsisa_search.errors import IndexClosedError
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.translation import gettext as tr

Item = TypeVar("Item")


class Snapshots:
    """Hands out the latest snapshot of an index to any number of threads.

    A snapshot that a commit made out of date is closed when its last user is done, and so is the current
    one once this is closed.
    """

    def __init__(self, open_searcher: Callable[[], ArraySearcher]) -> None:
        """Open the first snapshot; `open_searcher` opens the latest generation."""
        self._open = open_searcher
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._is_closed = False
        self._is_held = False
        self._current = _Snapshot(open_searcher())

    @contextmanager
    def use(self) -> Iterator[ArraySearcher]:
        """Give the latest snapshot, which stays open and as it is until the end of the block.

        Raises `IndexClosedError`.
        """
        snapshot = self._acquire()
        try:
            yield snapshot.searcher
        finally:
            with self._lock:
                snapshot.users -= 1
                self._close_unused(snapshot)

    def run(self, compute: Callable[[ArraySearcher], Item]) -> Item:
        """Return what `compute` returns of the latest snapshot. Raises `IndexClosedError`."""
        with self.use() as searcher:
            return compute(searcher)

    def iterate(self, items_of: Callable[[ArraySearcher], Iterator[Item]]) -> Iterator[Item]:
        """Yield what `items_of` yields of the latest snapshot, which is in use until the last item."""
        with self.use() as searcher:
            yield from items_of(searcher)

    @property
    def is_held(self) -> bool:
        """Whether the snapshot stays until `refresh`."""
        return self._is_held

    def hold(self) -> None:
        """Hand out the latest snapshot of now, whatever is committed, until `refresh` replaces it."""
        with self.use():  # the latest, once more
            self._is_held = True

    def refresh(self, prepare: Callable[[ArraySearcher], None]) -> bool:
        """Replace the snapshot where it is out of date; return whether it was.

        `prepare(searcher)` is called with the new one before anybody else gets it; meanwhile the old one is
        handed out. Raises `IndexClosedError`.
        """
        with self._refreshing:
            self.check_open()
            if self._current.searcher.is_current():
                return False
            made = _Snapshot(self._open())
            try:
                prepare(made.searcher)
            except BaseException:
                made.searcher.close()
                raise
            with self._lock:
                before, self._current = self._current, made
                self._close_unused(before)
                self._close_unused(made)
            return True

    def close(self) -> None:
        """Close the current snapshot, at once or when its last user is done; again does nothing."""
        with self._lock:
            self._is_closed = True
            self._close_unused(self._current)

    def check_open(self) -> None:
        """Raise `IndexClosedError` where this was closed."""
        if self._is_closed:
            raise IndexClosedError(tr("the index was closed: open it again with Index.open"))

    def _acquire(self) -> _Snapshot:
        with self._lock:
            self.check_open()
            if not self._is_held and not self._current.searcher.is_current():
                before, self._current = self._current, _Snapshot(self._open())
                self._close_unused(before)
            self._current.users += 1
            return self._current

    def _close_unused(self, snapshot: _Snapshot) -> None:
        if not snapshot.users and (self._is_closed or snapshot is not self._current):
            snapshot.searcher.close()


class _Snapshot:
    """A searcher and how many are using it."""

    def __init__(self, searcher: ArraySearcher) -> None:
        self.searcher = searcher
        self.users = 0
