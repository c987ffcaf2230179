"""`Index`, the front door: make an index, bring it up to date with folders, search it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from whoosh import query as wq
from whoosh.scoring import BM25F

from jsisa_search.codec.damage import damage_told
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.lock import OnWait
from jsisa_search.codec.verify import Verification
from jsisa_search.codec.verify import verify as verify_files
from jsisa_search.codec.writer import ArrayWriter
from jsisa_search.errors import (
    IndexExistsError,
    PageError,
    QueryError,
)
from jsisa_search.indexing import settings as index_settings
from jsisa_search.indexing.documents import RECORD_KIND, FileRecord, make_schema, record_of
from jsisa_search.indexing.settings import Settings
from jsisa_search.model import Hit, Results, SortOrder
from jsisa_search.query import Filters, UserQuery, all_terms_tree, filter_tree, parse_query, some_terms_tree
from jsisa_search.search import ArraySearcher, Ranking, rank, read_hit

if TYPE_CHECKING:
    from jsisa_search.indexing.update import Progress, UpdateReport

#: With fewer passages than this that satisfy the whole query, those that satisfy part of it follow.
RELAX_BELOW = 10

#: What an update may use of memory before it writes out what it has, in megabytes.
DEFAULT_MEMORY_MB = 512

#: Seconds to wait for another writer before giving up: longer than indexing a large folder takes.
WAIT_SECONDS = 3600.0

# k1 and b that suit short passages; see the measurements in the design notes.
_WEIGHTING = BM25F(B=0.4, K1=0.9)


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds and how it was made; `size` is in bytes on disk."""

    folder: Path
    releases: int
    paragraphs: int
    size: int
    settings: Settings


class Index:
    """An index of press releases in a folder. Use it as a context manager, or call `close`."""

    def __init__(self, folder: Path, settings: Settings, whoosh_index: Any) -> None:
        self._folder = folder
        self._settings = settings
        self._whoosh_index = whoosh_index
        self._searcher = ArraySearcher(whoosh_index, weighting=_WEIGHTING, live_statistics=True)

    @classmethod
    def create(cls, folder: str | os.PathLike[str], *, overwrite: bool = False) -> Self:
        """Make an empty index in `folder`, which is created if need be.

        Raises `IndexExistsError` when there already is one and `overwrite` is false, or when the
        folder holds other files.
        """
        path = Path(folder).resolve()
        _check_can_create(path, overwrite=overwrite)
        path.mkdir(parents=True, exist_ok=True)
        settings = index_settings.current_settings()
        made = ArrayIndex.create(path, make_schema(), overwrite=overwrite)
        # Written last: a folder with settings has a whole index.
        index_settings.write_settings(path, settings)
        return cls(path, settings, made)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open the index in `folder`.

        Raises `IndexNotFoundError`, `IndexVersionError` or `IndexDamagedError`.
        """
        path = Path(folder).resolve()
        settings = index_settings.read_settings(path)
        return cls(path, settings, ArrayIndex(path, schema=make_schema()))

    def update(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        rebuild: bool = False,
        jobs: int = 1,
        memory_mb: int = DEFAULT_MEMORY_MB,
        progress: Progress | None = None,
        on_wait: OnWait | None = None,
    ) -> UpdateReport:
        """Make the index say what the files below `paths` say now, and return what was done.

        New and changed files are read; files that are gone from below `paths` are taken out. With
        `rebuild` everything else is forgotten first. A file that can't be read is reported and left
        out. `progress(done, total)` is called after each file, `on_wait(holder)` once if another
        process is writing. `memory_mb` bounds the memory of this process, in megabytes: what does not
        fit is written out and merged. With more than one of `jobs`, processes are started that import the
        calling script: it then needs the usual `if __name__ == "__main__":`.

        Raises `PageError` for a path that does not exist; then, and on any other error, the index
        stays as it was.
        """
        # Only an update reads pages: a search need not wait for the readers to load.
        from jsisa_search.indexing.folder import list_files
        from jsisa_search.indexing.update import Update

        roots = tuple(Path(path).resolve() for path in paths)
        with _open_writer(self._whoosh_index, memory_mb, on_wait) as writer:
            self._refresh()
            if rebuild:
                writer.delete_all()
            update = Update(
                writer=writer,
                records={} if rebuild else {record.path: record for record in self._records()},
                roots=roots,
                path_of=self._path_of,
                stored_path=self._stored_path,
            )
            listing = list_files(roots, leave_out=self._folder)
            report = update.run(listing, jobs=jobs, progress=progress or _no_progress)
            if update.is_touched or rebuild:
                writer.commit()
        self._refresh()
        return report

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: SortOrder = "relevance",
        filters: Filters | None = None,
        context: int = 0,
    ) -> Results:
        """Find the passages that `text` asks for, best first.

        Every blank-separated piece of `text` must be found. Where fewer than `RELAX_BELOW` passages
        have them all, those with some follow. `offset` and `limit` choose a page of the hits;
        `context` paragraphs before and after come with each. Any text is a query.
        """
        if limit < 0 or offset < 0 or context < 0:
            raise QueryError("limit, offset and context count from 0; give a number that is not negative")
        started = time.perf_counter()
        self._refresh()
        query = parse_query(text)
        with damage_told():
            passing = filter_tree(filters or Filters(), self._values_of)
            strict = rank(self._searcher, all_terms_tree(query), passing=passing, order=sort)
            rankings = [strict]
            if len(strict) < RELAX_BELOW:
                some = rank(self._searcher, some_terms_tree(query), passing=passing, order=sort)
                rankings.append(some.without(strict))
            hits = tuple(self._read_hits(rankings, offset, limit, query, context))
        took_ms = (time.perf_counter() - started) * 1000
        return Results(text, sum(map(len, rankings)), len(strict), took_ms, hits)

    def values(self, field: str) -> tuple[str, ...]:
        """Return the distinct values of `source`, `publisher` or `section`, sorted."""
        self._refresh()
        with damage_told():
            return tuple(sorted(self._values_of(field)))

    def find_release(self, reference: str) -> Path:
        """Return the file of the release whose id begins with `reference`.

        Where the file holds several, the path goes on to the release: `archive.zip!/inner/page.html`.

        Raises `PageError` when there is none or more than one.
        """
        self._refresh()
        matching = [
            path
            for record in self._records()
            for release_id, path in record.release_ids
            if release_id.startswith(reference.lower())
        ]
        if len(matching) != 1:
            found = "no release" if not matching else f"{len(matching)} releases"
            raise PageError(
                f"{found} in the index has an id that begins with “{reference}”; see the ids of a query"
            )
        return self._path_of(matching[0])

    def info(self) -> IndexInfo:
        """Return what the index holds and how it was made."""
        self._refresh()
        records = self._records()
        size = sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())
        paragraphs = sum(record.paragraphs for record in records)
        releases = sum(len(record.members) for record in records)
        return IndexInfo(self._folder, releases, paragraphs, size, self._settings)

    @staticmethod
    def verify(folder: str | os.PathLike[str]) -> Verification:
        """Read every byte of the index in `folder`, check it, and return what was found.

        Raises `IndexNotFoundError`, and `IndexDamagedError` where not even the list of its files can
        be read.
        """
        path = Path(folder).resolve()
        index_settings.read_settings(path)
        return verify_files(path)

    def close(self) -> None:
        """Release the files of the index."""
        self._searcher.close()
        self._whoosh_index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _refresh(self) -> None:
        if not self._searcher.is_current():
            self._searcher.close()
            self._searcher = ArraySearcher(self._whoosh_index, weighting=_WEIGHTING, live_statistics=True)

    def _records(self) -> list[FileRecord]:
        with damage_told():
            docs: list[int] = self._searcher.documents(wq.Term("kind", RECORD_KIND)).tolist()
            return [record_of(self._searcher.document(doc)) for doc in docs]

    def _values_of(self, field: str) -> Iterable[str]:
        return (term.decode("utf-8") for term in self._searcher.reader.lexicon(field))

    def _stored_path(self, path: Path) -> str:
        """Return `path` relative to the index, so that both can be moved together."""
        try:
            return Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # on another drive
            return path.as_posix()

    def _read_hits(
        self, rankings: list[Ranking], offset: int, limit: int, query: UserQuery, context: int
    ) -> Iterator[Hit]:
        """Yield the hits of one page over `rankings`, of which only the first has the whole query."""
        for number, ranking in enumerate(rankings):
            page = ranking.page(offset, limit)
            for doc, score in page:
                hit = read_hit(self._searcher, doc, score, query, matches_all=number == 0, context=context)
                yield replace(hit, path=str(self._path_of(hit.path)))
            offset, limit = max(offset - len(ranking), 0), limit - len(page)

    def _path_of(self, stored: str) -> Path:
        return Path(os.path.normpath(self._folder / stored))


def _check_can_create(path: Path, *, overwrite: bool) -> None:
    if path.exists() and not path.is_dir():
        raise IndexExistsError(f"{path} is a file; name a folder for the index")
    names = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    if index_settings.FILE_NAME in names:
        if not overwrite:
            raise IndexExistsError(f"there already is an index in {path}; open it, or overwrite it")
    elif any(
        not name.startswith(".") and not name.startswith("_MAIN") and not name.startswith("MAIN")
        for name in names
    ):
        raise IndexExistsError(f"{path} holds other files; name an empty folder for the index")


@contextmanager
def _open_writer(index: ArrayIndex, memory_mb: int, on_wait: OnWait | None) -> Iterator[ArrayWriter]:
    """Give a writer; left without `commit`, what was written is dropped."""
    writer = index.writer(timeout=WAIT_SECONDS, on_wait=on_wait, limitmb=memory_mb)
    try:
        yield writer
    finally:
        if not writer.is_closed:
            writer.cancel()


def _no_progress(done: int, total: int) -> None:
    """Tell nobody."""
