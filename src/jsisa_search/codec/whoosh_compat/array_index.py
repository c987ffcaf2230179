"""`ArrayIndex`: a Whoosh index folder whose segments are array files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.fields import Schema
from whoosh.index import FileIndex

from jsisa_search.codec.segment.postings import Impact
from jsisa_search.codec.whoosh_compat.segment import ArrayStorage
from jsisa_search.codec.whoosh_compat.toc import (
    check_index_name,
    latest_generation,
    read_toc,
    remove_stale_files,
    toc_path,
    warned_after_commit,
    write_toc,
)
from jsisa_search.errors import IndexDamagedError, IndexExistsError
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from jsisa_search.codec.writing.lock import OnWait
    from jsisa_search.codec.writing.writer import ArrayWriter

_NAME = "MAIN"

Stamp = tuple[int, int, int, int]
"""Generation, and inode, time of change (ns) and size of its table of contents."""


class ArrayIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no annotations
    """Whoosh's `FileIndex`, read without running anything and written on arrays."""

    def __init__(self, folder: Path, *, indexname: str = _NAME, schema: Schema | None = None) -> None:
        """Open the index in `folder`; errors as `toc.read_toc` raises them, `ArchiveError` for a bad name."""
        self.folder = Path(folder)
        self.storage = ArrayStorage(self.folder)
        self.indexname = indexname
        self._schema = schema
        #: By field, the parameters of BM25 for which writers record bounds of scores.
        self.impacts: Mapping[str, Impact] = {}
        self._read_toc()

    @classmethod
    def create(
        cls,
        folder: Path,
        schema: Schema,
        *,
        overwrite: bool = False,
        indexname: str = _NAME,
        timeout: float = 0.0,
        on_wait: OnWait | None = None,
        prepare: Callable[[], None] | None = None,
        finish: Callable[[], None] | None = None,
    ) -> ArrayIndex:
        """Create an empty index in `folder`, and the folder if need be, while holding the write lock.

        Raise `IndexExistsError` where there is one, unless it is to be overwritten, and `IndexLockedError`
        where another process writes for longer than `timeout` seconds. `prepare` is called before anything
        is written and may refuse; `finish` when the index is there and still locked.
        """
        from jsisa_search.codec.writing.lock import WriteLock

        check_index_name(indexname)
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with WriteLock(folder, indexname).held(timeout, on_wait):
            if prepare is not None:
                prepare()
            latest = latest_generation(folder, indexname)
            if latest >= 0 and not overwrite:
                raise IndexExistsError(tr("there already is an index in {folder}").format(folder=folder))
            write_toc(folder, indexname, schema, [], latest + 1)
            if finish is not None:
                finish()
            with warned_after_commit(tr("files of the former index could not be removed")):
                remove_stale_files(folder, indexname, latest + 1, [])
            return cls(folder, indexname=indexname)

    def _read_toc(self) -> Any:
        for _ in range(10):
            try:
                return read_toc(self.folder, self.indexname, self._schema)
            except FileNotFoundError:  # a writer has just replaced it
                continue
        return read_toc(self.folder, self.indexname, self._schema)

    def stamp(self) -> Stamp:
        """Return a value that identifies the current table of contents.

        The generation alone does not: an index created again may be at the same one.
        """
        generation = self.latest_generation()
        try:
            status = toc_path(self.folder, self.indexname, generation).stat()
        except FileNotFoundError:  # a writer has just replaced it, or there is none
            return generation, 0, 0, 0
        return generation, status.st_ino, status.st_mtime_ns, status.st_size

    def reader(self, reuse: Any = None) -> Any:
        """Return a reader of the latest generation; `IndexDamagedError` where a file of it is missing."""
        try:
            # Retries for half a second: a writer may just have replaced the files.
            return super().reader(reuse=reuse)
        except FileNotFoundError as error:
            raise IndexDamagedError(
                tr("{filename} is missing; rebuild the index with index --rebuild").format(
                    filename=error.filename
                )
            ) from error

    @contextmanager
    def writing(self, *, timeout: float, on_wait: OnWait | None, limitmb: int) -> Iterator[ArrayWriter]:
        """Give a writer, options as `ArrayWriter` takes them; left without `commit`, nothing is written."""
        writer = self.writer(timeout=timeout, on_wait=on_wait, limitmb=limitmb)
        try:
            yield writer
        finally:
            if not writer.is_closed:
                writer.cancel()

    def writer(self, procs: int = 1, **options: Any) -> ArrayWriter:  # noqa: ARG002  # Whoosh's signature
        """Return a writer; options as `ArrayWriter` takes them."""
        # Imported here: a query does not need the writer and should not wait for it to load.
        from jsisa_search.codec.writing.writer import ArrayWriter

        return ArrayWriter(self, **{"impacts": self.impacts, **options})
