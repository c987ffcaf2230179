"""The index of a server, and when it is opened: the cluster that has it may not be there at the start."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from jsisa_search import Index
from jsisa_search.errors import (
    ClusterDownError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    JsisaSearchError,
)
from jsisa_search.translation import gettext as tr
from jsisa_search.web.processes.announced import Announced
from jsisa_search.web.processes.refreshing import Refresher

#: Seconds in which a cluster must answer all that a page asks of it.
TIME_LIMIT = 30

# Seconds between two attempts to reach a cluster.
_RETRY_SECONDS = 2.0


class Opening:
    """An index that is open, or is opened as soon as its cluster answers; may be used by any thread."""

    def __init__(self, opened: Callable[[], Index], *, announced: Announced | None, may_wait: bool) -> None:
        """Open the index by `opened`; with `may_wait` a cluster that is down is asked again after `start`.

        `announced` as `Refresher` takes it. Raises what `opened` raises.
        """
        self._opened = opened
        self._announced = announced
        self._is_over = threading.Event()
        self._index: Index | None = None
        self._refresher: Refresher | None = None
        self._error: JsisaSearchError | None = None
        try:
            self._index = opened()
        except ClusterDownError:
            if not may_wait:
                raise

    @property
    def index(self) -> Index:
        """The index, at no older generation than any process of the server has answered from.

        For threads that answer requests: another generation may have to be opened first. Raises
        `ClusterDownError` while its cluster has never answered, or what it answered, and the error for which
        that generation can't be opened.
        """
        if self._index is not None:
            if self._refresher is not None:
                self._refresher.catch_up()
            return self._index
        if self._error is not None:
            raise self._error.with_traceback(None)
        raise ClusterDownError(tr("the cluster with the index can't be reached yet; check that it runs"))

    def start(self) -> None:
        """Hold the index and follow its commits from now on, or from when it is open."""
        if self._index is None:
            threading.Thread(target=self._retry, name="opening", daemon=True).start()
        else:
            self._follow(self._index)

    def refresh(self) -> None:
        """Search the latest commit from now on."""
        if self._refresher is not None:
            self._refresher.refresh()

    def stop(self) -> None:
        """Follow no more commits."""
        self._is_over.set()
        if self._refresher is not None:
            self._refresher.close()

    def close(self) -> None:
        """Close the index."""
        self.stop()
        if self._index is not None:
            self._index.close()

    def _follow(self, index: Index) -> None:
        refresher = Refresher(index, self._announced)
        refresher.start()
        self._refresher = refresher

    def _retry(self) -> None:
        while not self._is_over.wait(_RETRY_SECONDS):
            try:
                self._index = self._opened()
            except ClusterDownError:
                self._error = None
            except JsisaSearchError as error:
                self._error = error
            else:
                self._follow(self._index)
                return


def open_or_create(place: Path | str, *, has_folders: bool, is_filled: bool) -> Index:
    """Open the index in a folder or on a cluster, or create it.

    `has_folders`: it is known of what folders it was made, so that one of another version can be recreated.
    `is_filled`: releases will be added. An index on a cluster is made only then, and is never replaced:
    others may use it.
    """
    is_shared = isinstance(place, str)
    try:
        return Index.open(place, time_limit=TIME_LIMIT)
    except IndexNotFoundError:
        if is_shared and not is_filled:
            raise
        try:
            Index.create(place).close()
        except IndexExistsError:
            if not is_shared and not (Path(place) / "jsisa-search.json").exists():
                raise
        return Index.open(place, time_limit=TIME_LIMIT)  # also one that another process has just created
    except IndexVersionError:
        if is_shared or not has_folders:
            raise
        return Index.create(place, overwrite=True)
