"""Which generation of an index a process of the server searches: prepared in the background, then used."""

from __future__ import annotations

import threading
from contextlib import suppress

from jsisa_search import Index
from jsisa_search.errors import JsisaSearchError

# Seconds between two looks for a commit.
_LOOK_SECONDS = 0.5

# Seconds to wait for what the process that updates finds after its commit. It takes a second for 40,000
# releases, and longer on a busy machine, where doing it here as well would only make that worse.
_PATIENCE = 60


class Refresher:
    """Holds an index at one generation, and moves it to the next when all is read that a search needs."""

    def __init__(self, index: Index) -> None:
        """Prepare; nothing happens before `start`."""
        self._index = index
        self._is_over = threading.Event()

    def start(self) -> None:
        """Hold the index, and look for commits of any process from now on."""
        self._index.hold()
        threading.Thread(target=self._run, name="refresh", daemon=True).start()

    def refresh(self) -> None:
        """Move to the latest generation now. A damaged one is left alone: searches go on in the last."""
        with suppress(JsisaSearchError, OSError):
            self._index.refresh(_PATIENCE)

    def close(self) -> None:
        """End soon."""
        self._is_over.set()

    def _run(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            self.refresh()
