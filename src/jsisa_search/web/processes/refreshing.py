"""Which generation of an index a process of the server searches: prepared in the background, then used.

No answer is of an older generation than one that any process has given: a generation is announced to all
before it is used, and who is behind moves before it answers (10 ms: what the first one found is on disk).
"""

from __future__ import annotations

import threading
from contextlib import suppress

from jsisa_search import Index
from jsisa_search.errors import ArchiveError, JsisaSearchError
from jsisa_search.web.processes.announced import Announced

# Seconds between two looks for a commit.
_LOOK_SECONDS = 0.5

# Seconds to wait for what the process that updates finds after its commit, where doing it here as well would
# only make that slower: in the background, and while somebody waits for an answer.
_PATIENCE = 10
_PATIENCE_OF_REQUESTS = 5


class Refresher:
    """Holds an index at one generation, and moves it to the next when all is read that a search needs."""

    def __init__(self, index: Index, announced: Announced | None) -> None:
        """Prepare; nothing happens before `start`.

        `announced` publishes the generation that is used to other processes; `None` where all always use
        the latest.
        """
        self._index = index
        self._announced = announced
        self._is_over = threading.Event()

    def start(self) -> None:
        """Hold the index, and look for commits of any process from now on."""
        self._index.hold()
        if self._announced is not None:
            self._index.search("一", limit=0)  # finds the families of reprints, for all processes
            self._announce(self._index.generation)
        threading.Thread(target=self._run, name="refresh", daemon=True).start()

    def refresh(self) -> None:
        """Move to the latest generation now. A damaged one is left alone: searches go on in the last."""
        with suppress(JsisaSearchError, OSError):
            self._move(_PATIENCE)

    def catch_up(self) -> None:
        """Move to the generation that another process has answered from, before this one answers.

        Raises the error for which that can't be done.
        """
        if self._announced is None:
            return
        wanted = self._announced.read()
        # Where another commit has overtaken it, whatever is the latest is prepared here.
        for patience in (_PATIENCE_OF_REQUESTS, 0):
            if self._index.generation < wanted:
                self._move(patience)

    def close(self) -> None:
        """End soon."""
        self._is_over.set()

    def _move(self, patience: int) -> None:
        self._index.refresh(patience, self._announce)

    def _announce(self, generation: int) -> None:
        # An index that this machine can't write to is changed by another one: each process follows by itself.
        if self._announced is not None:
            with suppress(ArchiveError):
                self._announced.raise_to(generation)

    def _run(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            self.refresh()
