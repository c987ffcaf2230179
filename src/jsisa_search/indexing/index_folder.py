"""The folder of an index: created, opened, verified, and written to by one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.errors import BatchError, IndexDamagedError, IndexExistsError
from jsisa_search.indexing.settings import (
    FILE_NAME,
    Settings,
    current_settings,
    has_lost_settings,
    read_settings,
    write_settings,
)
from jsisa_search.lexicon.user_lexicon import FILE_NAMES as LEXICON_FILE_NAMES
from jsisa_search.schema import make_schema
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jsisa_search.codec.verify import Verification
    from jsisa_search.codec.writing.lock import OnWait
    from jsisa_search.codec.writing.writer import ArrayWriter

#: Seconds to wait for another writer before giving up: longer than indexing a large folder takes.
WAIT_SECONDS = 3600.0

# Prefixes of the names of files that the folder of an index without settings may contain.
_OWN_NAMES = (".", "_MAIN", "MAIN", "jsisa-search")


def create_index(folder: Path, *, overwrite: bool, on_wait: OnWait | None) -> tuple[Settings, ArrayIndex]:
    """Make an empty index in `folder`; arguments and errors as `Index.create`."""
    check = partial(_check_can_create, folder, overwrite=overwrite)
    check()  # before anything is written into somebody else's folder
    settings = current_settings(replaced=folder)
    made = ArrayIndex.create(
        folder,
        make_schema(),
        overwrite=True,
        timeout=WAIT_SECONDS,
        on_wait=on_wait,
        prepare=check,  # another process may have made an index meanwhile
        # Written last: a folder with settings has a complete index.
        finish=partial(write_settings, folder, settings),
    )
    return settings, made


def open_index(folder: Path) -> tuple[Settings, ArrayIndex]:
    """Open the index in `folder`; errors as `Index.open`."""
    return read_settings(folder), ArrayIndex(folder, schema=make_schema())


def verify_index(folder: Path) -> Verification:
    """Check every byte of the index in `folder`, and its settings; errors as `Index.verify`."""
    from jsisa_search.codec.verify import Problem, verify

    try:
        read_settings(folder)
    except IndexDamagedError as error:
        found = verify(folder)
        problem = Problem(folder / FILE_NAME, str(error), found.documents)
        return replace(found, problems=(problem, *found.problems))
    return verify(folder)


class Writers:
    """Opens the writers of an index; refuses a second one in the same thread, which would wait for itself."""

    def __init__(self, index: ArrayIndex) -> None:
        """Open writers of `index`."""
        self._index = index
        self._thread: int | None = None

    @contextmanager
    def open(self, memory_mb: int, on_wait: OnWait | None) -> Iterator[ArrayWriter]:
        """Give a writer once no other process or thread writes; without `commit` nothing is changed."""
        if self._thread == get_ident():
            raise BatchError(tr("a batch of this index is open in this thread; make the change through it"))
        with self._index.writing(timeout=WAIT_SECONDS, on_wait=on_wait, limitmb=memory_mb) as writer:
            self._thread = get_ident()
            try:
                yield writer
            finally:
                self._thread = None


def size_of(folder: Path) -> int:
    """Return the bytes of all files in `folder`, without those that another process removes meanwhile."""
    size = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            size += file.stat().st_size if file.is_file() else 0
    return size


def _check_can_create(folder: Path, *, overwrite: bool) -> None:
    """Raise `IndexExistsError` for a file, and for a folder with other files or an index to preserve.

    Hidden files, users' own lexicon files and remains of an index are not other files.
    """
    if folder.exists() and not folder.is_dir():
        raise IndexExistsError(tr("{folder} is a file; name a folder for the index").format(folder=folder))
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    is_index = FILE_NAME in names or has_lost_settings(folder)
    if is_index and not overwrite:
        raise IndexExistsError(
            tr("there already is an index in {folder}; open it, or overwrite it").format(folder=folder)
        )
    if not is_index and not all(name.startswith(_OWN_NAMES) or name in LEXICON_FILE_NAMES for name in names):
        raise IndexExistsError(
            tr("{folder} contains other files; name an empty folder for the index").format(folder=folder)
        )
