"""The program of a further process that answers requests; the first one owns the folders, and is asked.

The first line on standard input has the settings and the listening socket. After it, each line written asks
for something, and one read answers it. The process ends with its input.
"""

from __future__ import annotations

import base64
import json
import logging
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from jsisa_search import Correction, Index, Suggestion
from jsisa_search import errors as error_classes
from jsisa_search.errors import ArchiveError, JsisaSearchError
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.store import read_json
from jsisa_search.web.processes.collection import FOLDERS_FILE, Collection, UpdateState, folders_in
from jsisa_search.web.processes.opening import TIME_LIMIT, Opening
from jsisa_search.web.processes.server import make_server
from jsisa_search.web.settings import ServerSettings

# Seconds to wait for an answer of the first process.
_ANSWER_SECONDS = 20.0


class Owner:
    """The process that owns the folders, as a worker asks it; may be used by any thread."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        """Ask by standard output and read answers from standard input; `on_end` is called at its end."""
        self._on_end = on_end
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[Any]] = {}
        self._last_id = 0
        threading.Thread(target=self._read, name="owner", daemon=True).start()

    def call(self, name: str, **arguments: Any) -> Any:
        """Return what a function of the owner returns; raises its `JsisaSearchError`."""
        answer: Future[Any] = Future()
        with self._lock:
            self._last_id = number = self._last_id + 1
            self._waiting[number] = answer
        asked = {"id": number, "call": name, "arguments": arguments}
        try:
            with self._lock:
                sys.stdout.buffer.write(json.dumps(asked).encode("ascii") + b"\n")
                sys.stdout.buffer.flush()
            return answer.result(_ANSWER_SECONDS)
        except (TimeoutError, OSError) as error:
            raise ArchiveError(tr("the program does not answer; start it again")) from error
        finally:
            with self._lock:
                self._waiting.pop(number, None)

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            answer = json.loads(line)
            with self._lock:
                waiting = self._waiting.get(answer["id"])
            if waiting is None:
                continue
            if "error" in answer:
                waiting.set_exception(_error_of(answer["kind"], answer["error"]))
            else:
                waiting.set_result(answer["result"])
        self._on_end()


class AttachedIndex(Index):
    """The index as a worker has it: completions and corrections are asked for, so that one process has them.

    They take 100 MB for 190,000 paragraphs, and a second after an update.
    """

    owner: Owner

    def suggest(self, typed: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return the completions of the owner."""
        return tuple(Suggestion(**each) for each in self.owner.call("suggest", typed=typed, limit=limit))

    def corrections(self, piece: str, limit: int = 3) -> tuple[Correction, ...]:
        """Return the corrections of the owner."""
        return tuple(Correction(**each) for each in self.owner.call("corrections", piece=piece, limit=limit))


class AttachedCollection(Collection):
    """The collection of another process: searched here, changed there."""

    def __init__(self, place: Path | str, owner: Owner) -> None:
        """Open the index at `place`; `owner` has its folders."""
        self.index_dir = Index.own_folder(place)
        self.place = place if isinstance(place, str) else self.index_dir
        self._opening = Opening(
            lambda: _attached(place, owner), announced=self._announced, may_wait=self.is_on_cluster
        )
        self._owner = owner
        self._stored: tuple[tuple[int, ...], tuple[Path, ...]] = (), ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders, in the order in which they were added.

        Those of the file that the owner replaces at each change: every page of results names them.
        """
        path = self.index_dir / FOLDERS_FILE
        try:
            status = path.stat()
        except FileNotFoundError:
            return ()
        stamp = status.st_ino, status.st_mtime_ns, status.st_size
        if self._stored[0] != stamp:  # taken before the content: at worst that is newer, and read again
            self._stored = stamp, folders_in(read_json(path))
        return self._stored[1]

    @property
    def state(self) -> UpdateState:
        """What is being done, or was done last."""
        return UpdateState(**self._owner.call("state")["update"])

    @property
    def is_watching(self) -> bool:
        """Whether changes of files are noticed at once."""
        return bool(self._owner.call("state")["is_watching"])

    def start(self) -> None:
        """Search what the owner commits."""
        self._opening.start()

    def sign_in(self, password: str, address: str) -> float | None:
        """Have a password checked, so that all processes count wrong ones together."""
        wait: float | None = self._owner.call("sign_in", password=password, address=address)
        return wait

    def update(self, *, allow_removal: bool = False) -> None:
        """Ask for an update."""
        self._owner.call("update", allow_removal=allow_removal)

    def add(self, folder: str) -> Path:
        """Add a folder. Raises `PageError` where it is none."""
        return Path(self._owner.call("add", folder=folder))

    def remove(self, folder: str) -> None:
        """Take a folder out."""
        self._owner.call("remove", folder=folder)

    def close(self) -> None:
        """Close the index."""
        self._opening.close()


def _attached(place: Path | str, owner: Owner) -> AttachedIndex:
    index = AttachedIndex.open(place, time_limit=TIME_LIMIT)
    index.owner = owner
    return index


def _error_of(kind: str, message: str) -> JsisaSearchError:
    found = getattr(error_classes, kind, ArchiveError)
    is_ours = isinstance(found, type) and issubclass(found, JsisaSearchError)
    error: JsisaSearchError = (found if is_ours else ArchiveError)(message)
    return error


def _listening(shared: str | None, descriptor: int | None) -> socket.socket:
    if sys.platform == "win32":
        assert shared is not None
        return socket.fromshare(base64.b64decode(shared))
    assert descriptor is not None
    return socket.socket(fileno=descriptor)


def main() -> None:
    """Read settings from standard input, and answer requests until it ends."""
    logging.getLogger("opensearch").addHandler(logging.NullHandler())  # what matters is raised
    given = json.loads(sys.stdin.buffer.readline())
    listening = _listening(given.pop("shared_socket", None), given.pop("descriptor", None))
    settings = ServerSettings.from_dict(given)
    is_over = threading.Event()
    owner = Owner(is_over.set)
    collection = AttachedCollection(settings.address or Path(settings.index_dir), owner)
    server = make_server(collection, settings)

    def end_with_input() -> None:
        is_over.wait()
        server.should_exit = True

    threading.Thread(target=end_with_input, name="end", daemon=True).start()
    with listening, suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
