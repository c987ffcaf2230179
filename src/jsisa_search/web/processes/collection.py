"""The folders of an index: kept up to date in the background; searches use the last complete snapshot."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jsisa_search import Index
from jsisa_search.errors import ArchiveError, JsisaSearchError, PageError
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.store import read_json, write_json
from jsisa_search.web.originals import original_of
from jsisa_search.web.processes.announced import Announced
from jsisa_search.web.processes.opening import Opening, open_or_create
from jsisa_search.web.processes.updater import IDLE_SECONDS, Updater
from jsisa_search.web.requests.passwords import PasswordFile, SignIn

#: Name of the file in the index folder: the folders, and the report of the last update.
FOLDERS_FILE = "jsisa-search-folders.json"

# Milliseconds without a further change after which an update begins: a save is several changes.
_SETTLE_MS = 1600

# While files go on changing, the next update waits so many times as long as the last one took, at most so
# many seconds: searches have the processor meanwhile, and a generation is used for longer than it took.
_REST = 3.0
_LONGEST_REST = 8.0

# A piece that no text has, so that its corrections are looked for among all words (two private characters).
_NOWHERE = "\ue000\ue000"

# Seconds until the first page has come, and the next thing to be prepared may take two of them.
_FIRST_PAGE_SECONDS = 3.0

# Seconds to wait for a process of an update that was asked to end.
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class UpdateState:
    """What an update is doing, or what the last one did.

    `progress` has `phase`, `done`, `total`, `share` and `file` while it runs. `report` is that of the last
    one that succeeded, as `UpdateReport.to_dict` gives it; `error` why the last one failed, `error_kind` the
    name of its class. `finished` is local time, ISO 8601; `serial` counts the updates that ended. `is_queued`
    while one is asked for that has not begun.
    """

    is_running: bool = False
    progress: dict[str, Any] = field(default_factory=dict)
    waiting_for: str = ""
    report: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    error_kind: str = ""
    finished: str = ""
    serial: int = 0
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class _Job:
    """An update of all folders, or the removal of one; `not_before` is a time of the monotonic clock."""

    remove: str = ""
    allow_removal: bool = False
    not_before: float = field(default=0.0, compare=False)


class Collection:
    """An index, the folders of this machine in it, and the thread that brings it up to date.

    `index` may be used by any thread. Changes are made one after the other, each by a process of its own.
    `index_dir` is the folder of this machine for what people keep: that of the index, unless it is on a
    cluster.
    """

    def __init__(
        self, place: Path | str, folders: Iterable[Path] = (), *, is_watching: bool = True, jobs: int = 1
    ) -> None:
        """Open or create the index in the folder `place`, or at that address on a cluster, and add `folders`.

        In a folder, an index of another version is replaced by an empty one where its folders are known, from
        which `start` fills it. Nothing is read until then. A cluster may answer later. Raises `ArchiveError`
        and `PageError`.
        """
        self.index_dir = Index.own_folder(place)
        self.place = place if isinstance(place, str) else self.index_dir
        if self.is_on_cluster:
            self.index_dir.mkdir(parents=True, exist_ok=True)
        self._jobs = jobs
        self._is_watching = is_watching
        self._changed = threading.Condition()
        self._queue: deque[_Job] = deque()
        self._updater = Updater()
        self._is_closing = False
        self._rests_until = 0.0
        self._watcher: _Watcher | None = None
        self._threads: list[threading.Thread] = []
        stored = read_json(self.index_dir / FOLDERS_FILE)
        known = folders_in(stored)
        self._folders = tuple(dict.fromkeys((*known, *(_checked(folder) for folder in folders))))
        self._opening = Opening(
            lambda: open_or_create(place, has_folders=bool(known), is_filled=bool(self._folders)),
            announced=self._announced,
            may_wait=self.is_on_cluster,
        )
        if self._announced is not None:
            self._announced.forget()
        self._sign_in = SignIn(PasswordFile(self.index_dir))
        report = stored.get("report")
        self._state = UpdateState(
            report=report if isinstance(report, dict) else {}, finished=str(stored.get("finished", ""))
        )
        if self._folders != known:
            self._save()

    @property
    def index(self) -> Index:
        """The index. Raises `ClusterDownError` while the cluster that has it has never answered."""
        return self._opening.index

    @property
    def is_on_cluster(self) -> bool:
        """Whether the index is on a cluster, and so may have releases of other machines."""
        return isinstance(self.place, str)

    @property
    def _announced(self) -> Announced | None:
        """Where processes announce which generation they use; on a cluster all use the latest."""
        return None if self.is_on_cluster else Announced(self.index_dir)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of this machine, in the order in which they were added."""
        return self._folders

    def file_of(self, path: str) -> Path | None:
        """Return the file of a release with the path `path`, as far as this machine may hand it out.

        What an index on a cluster says of another machine's files may be any file of this one: there, only
        those in the folders that this server keeps up to date are handed out.
        """
        file = original_of(path)
        if file is None or not self.is_on_cluster:
            return file
        whole, folders = file.resolve(), self.folders
        return file if any(each in (whole, *whole.parents) for each in folders) else None

    @property
    def state(self) -> UpdateState:
        """What is being done, or was done last."""
        with self._changed:
            return replace(self._state, is_queued=bool(self._queue))

    @property
    def is_watching(self) -> bool:
        """Whether changes of files are noticed at once."""
        return self._watcher is not None

    def start(self) -> None:
        """Bring the index up to date in the background, and then watch the folders."""
        self._opening.start()
        worker = threading.Thread(target=self._work, name="updates", daemon=True)
        self._threads.append(worker)
        worker.start()
        threading.Thread(target=self._read_words, name="words", daemon=True).start()
        if self._folders:
            self.update()
        self._watch()

    def _read_words(self) -> None:
        """Have the words of completions and corrections read before somebody types, after the first page."""
        with self._changed:
            if self._changed.wait_for(lambda: self._is_closing, _FIRST_PAGE_SECONDS):
                return
        with suppress(JsisaSearchError, OSError):
            self.index.suggest("一")
            self.index.corrections(_NOWHERE)

    def update(self, *, allow_removal: bool = False) -> None:
        """Ask for an update; one that is already asked for is enough."""
        self._enqueue(_Job(allow_removal=allow_removal))

    def add(self, folder: str) -> Path:
        """Add a folder and index it in the background. Raises `PageError` where it is none."""
        path = _checked(Path(folder))
        if path not in self._folders:
            self._folders = (*self._folders, path)
            self._save()
            self._watch()
        self.update()
        return path

    def remove(self, folder: str) -> None:
        """Take a folder out, with all releases below it; its files stay. Unknown folders are ignored."""
        path = Path(folder)
        if path not in self._folders:
            return
        self._folders = tuple(known for known in self._folders if known != path)
        self._save()
        self._watch()
        self._enqueue(_Job(remove=str(path)))

    def sign_in(self, password: str, address: str) -> float | None:
        """Check a password that was sent from `address`, as `SignIn.check` does."""
        return self._sign_in.check(password, address)

    def calls(self) -> dict[str, Callable[..., Any]]:
        """Return what other processes may ask, by name: functions of JSON values that return one."""
        return {
            "state": lambda: {
                "folders": [str(folder) for folder in self._folders],
                "update": asdict(self.state),
                "is_watching": self.is_watching,
            },
            "suggest": lambda typed, limit: [each.to_dict() for each in self.index.suggest(typed, limit)],
            "corrections": lambda piece, limit: [
                each.to_dict() for each in self.index.corrections(piece, limit)
            ],
            "sign_in": self.sign_in,
            "update": self.update,
            "add": lambda folder: str(self.add(folder)),
            "remove": self.remove,
        }

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being done or asked for; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._state.is_running, seconds)

    def close(self) -> None:
        """Stop updates, which leave the index as it was last committed, and close it."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._watcher is not None:
            self._watcher.stop()
        self._updater.close()
        self._opening.stop()
        for thread in self._threads:
            thread.join(_END_SECONDS)
        self._updater.rest()
        self._opening.close()

    def _save(self) -> None:
        content = {
            "folders": [str(folder) for folder in self._folders],
            "report": self._state.report,
            "finished": self._state.finished,
        }
        write_json(self.index_dir / FOLDERS_FILE, content)

    def _watch(self) -> None:
        """Watch the current folders, if watching is wanted."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None
        if self._is_watching and self._folders:
            self._watcher = _Watcher(self._folders, self.index_dir, self._notice_change)

    def _notice_change(self) -> None:
        """Ask for an update since files have changed, after the rest of the last one."""
        self._enqueue(_Job(not_before=self._rests_until))

    def _enqueue(self, job: _Job) -> None:
        """Ask for a job; of equal ones the one that may begin first is enough."""
        with self._changed:
            equal = [each for each in self._queue if each == job]
            if all(job.not_before < each.not_before for each in equal):
                self._queue = deque(each for each in self._queue if each != job)
                self._queue.append(job)
            self._changed.notify_all()

    def _next_job(self) -> _Job | None:
        """Wait for a job that may begin, and count it as begun; `None` when this is closed."""
        with self._changed:
            while not self._is_closing:
                now = time.monotonic()
                job = next((each for each in self._queue if each.not_before <= now), None)
                if job is not None:
                    self._queue.remove(job)
                    self._state = replace(self._state, is_running=True, progress={}, error="", error_kind="")
                    return job
                pause = min((each.not_before - now for each in self._queue), default=IDLE_SECONDS)
                if not self._changed.wait(pause) and not self._queue:
                    self._updater.rest()
            return None

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            started = time.monotonic()
            try:
                self._run(job)
            except (OSError, ValueError, ArchiveError) as error:
                self._fail(str(error), type(error).__name__)
            self._opening.refresh()
            ended = time.monotonic()
            self._rests_until = ended + min(_REST * (ended - started), _LONGEST_REST)
            with self._changed:
                state = self._state
                self._state = replace(
                    state, is_running=False, progress={}, waiting_for="", serial=state.serial + 1
                )
                self._changed.notify_all()

    def _run(self, job: _Job) -> None:
        """Do a job in a process, and follow what it says."""
        content = {
            "index_dir": str(self.place),
            "folders": [] if job.remove else [str(folder) for folder in self._folders],
            "remove": job.remove,
            "allow_removal": job.allow_removal,
            "jobs": self._jobs,
        }
        for step in self._updater.run(content):
            self._take(step)

    def _take(self, step: dict[str, Any]) -> None:
        """Take over one line of the process."""
        if "progress" in step:
            self._state = replace(self._state, progress=step["progress"], waiting_for="")
        elif "waiting" in step:
            self._state = replace(self._state, waiting_for=step["waiting"])
        elif "error" in step:
            self._fail(step["error"], step["kind"])
        elif "report" in step:
            now = datetime.now().isoformat(" ", "seconds")
            self._state = replace(self._state, report=step["report"], finished=now)
            self._save()
            self._opening.refresh()  # the process goes on with what completions need

    def _fail(self, reason: str, kind: str) -> None:
        self._state = replace(self._state, error=reason, error_kind=kind)


class _Watcher:
    """A thread that calls `on_change` when files below folders change."""

    def __init__(self, folders: Iterable[Path], index_dir: Path, on_change: Any) -> None:
        self._stopped = threading.Event()
        self._folders = [folder for folder in folders if folder.is_dir()]
        self._index_dir = str(index_dir)
        self._on_change = on_change
        threading.Thread(target=self._run, name="watcher", daemon=True).start()

    def stop(self) -> None:
        """End the thread soon."""
        self._stopped.set()

    def _run(self) -> None:
        from watchfiles import watch

        # Where a system can't watch (a network drive, too many folders), updates are asked for by hand.
        with suppress(OSError, RuntimeError):
            for _ in watch(
                *self._folders,
                watch_filter=self._is_of_folder,
                step=_SETTLE_MS // 4,
                debounce=_SETTLE_MS,
                stop_event=self._stopped,
                ignore_permission_denied=True,
                rust_timeout=1000,
            ):
                self._on_change()

    def _is_of_folder(self, _: object, path: str) -> bool:
        return not path.startswith(self._index_dir)


def folders_in(stored: dict[str, Any]) -> tuple[Path, ...]:
    """Return the folders that the content of `FOLDERS_FILE` names, in the order in which they were added."""
    return tuple(Path(text) for text in stored.get("folders", ()) if isinstance(text, str))


def _checked(folder: Path) -> Path:
    """Return the absolute path of a folder or file that exists; raise `PageError` for any other."""
    try:
        path = folder.expanduser().resolve()
        exists = path.exists()
    except (OSError, ValueError, RuntimeError):
        exists = False
    if not exists:
        line = tr("{folder}: there is no such folder; check its name, or connect its drive")
        raise PageError(line.format(folder=folder))
    return path
