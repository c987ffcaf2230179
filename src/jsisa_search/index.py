"""`Index`, the front door: make an index, bring it up to date with folders, read its releases.

What it answers is in its bases: `searching.py` and `studies.py`. What a plain search does not need (the
writer, the page readers) is imported by the methods that use it: the first query of a process waits for every
import.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from jsisa_search.analysis import query_segmenter
from jsisa_search.arguments import (
    DEFAULT_MEMORY_MB,
    MAX_MEMORY_MB,
    MIN_MEMORY_MB,
    check_flag,
    check_function,
    check_number,
    check_path,
    check_paths,
    check_reference,
)
from jsisa_search.cluster.address import is_address, parse_address
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.toc import warned_after_commit
from jsisa_search.errors import NotOnClusterError
from jsisa_search.indexing.contents import Contents, IndexInfo
from jsisa_search.indexing.index_folder import Writers, create_index, open_index, size_of, verify_index
from jsisa_search.indexing.paths import StoredPaths
from jsisa_search.indexing.settings import Settings, record_segmenter
from jsisa_search.model import (
    Release,
    ReleaseFacts,
    ReleaseInfo,
)
from jsisa_search.progress import OnProgress, no_progress
from jsisa_search.query import Filters
from jsisa_search.search.engine.snapshots import Snapshots
from jsisa_search.search.interface import Searcher
from jsisa_search.search.ranking.scoring import impacts, open_searcher
from jsisa_search.search.request import read_query
from jsisa_search.search.results.families import FamilyCache, OvertakenError
from jsisa_search.studies import Studies
from jsisa_search.translation import gettext as tr

_DAY_SECONDS = 86_400

if TYPE_CHECKING:
    from jsisa_search.cluster.snapshots import Cluster
    from jsisa_search.cluster.writer import ClusterWriter
    from jsisa_search.codec.verify import Verification
    from jsisa_search.codec.writing.lock import OnWait
    from jsisa_search.codec.writing.writer import ArrayWriter
    from jsisa_search.indexing.batch import Batch
    from jsisa_search.indexing.update import UpdateReport


class Index(Studies):
    """An index of press releases in a folder. Use it as a context manager, or call `close`."""

    _folder: Path
    _settings: Settings
    _writers: Writers

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("an index is opened with Index.open(folder), and made with Index.create(folder)")

    @classmethod
    def _of(cls, folder: Path, settings: Settings, whoosh_index: ArrayIndex) -> Self:
        index = cls._beside(folder, settings)
        whoosh_index.impacts = impacts()
        index._writers = Writers(whoosh_index)
        index._snapshots = Snapshots(partial(open_searcher, whoosh_index))
        return index

    @classmethod
    def _on(cls, cluster: Cluster, settings: Settings) -> Self:
        index = cls._beside(cluster.folder, settings)
        # Files are on many machines, and the folder beside a cluster is not beside them.
        index._paths = StoredPaths(Path(cluster.folder.anchor))
        index._snapshots = index._cluster = cluster
        return index

    @classmethod
    def _beside(cls, folder: Path, settings: Settings) -> Self:
        """Return an index without an engine, whose users' own files are in `folder`."""
        index = cls.__new__(cls)
        index._folder = folder
        index._paths = StoredPaths(folder)
        index._settings = settings
        index._families = FamilyCache(folder)
        index._cluster = None
        index._lexicon = None
        index._has_vocabulary = False
        return index

    @classmethod
    def create(
        cls, folder: str | os.PathLike[str], *, overwrite: bool = False, on_wait: OnWait | None = None
    ) -> Self:
        """Make an empty index in `folder`, which is created if need be.

        Waits where another process creates or writes an index there; `on_wait(holder)` is then called
        once. What an interrupted creation left is replaced. Users' files and the date pattern of an index
        that is overwritten are preserved.

        Raises `IndexExistsError` when there already is one and `overwrite` is false, or when the
        folder contains other files.

        `opensearch://host:9200/name` in place of a folder makes an index on a cluster, which needs the extra
        `cluster`; then it raises `ClusterError`, too.
        """
        if is_address(folder):
            cluster = _cluster_at(folder)
            return cls._on(cluster, cluster.create(overwrite=check_flag("overwrite", overwrite)))
        path = check_path("folder", folder).resolve()
        overwrite = check_flag("overwrite", overwrite)
        check_function("on_wait", on_wait)
        return cls._of(path, *create_index(path, overwrite=overwrite, on_wait=on_wait))

    @classmethod
    def open(cls, folder: str | os.PathLike[str], *, time_limit: int | None = None) -> Self:
        """Open the index in `folder`, or on a cluster: `opensearch://host:9200/name`.

        `time_limit` bounds each call on a cluster, in seconds; without it requests are repeated for 90
        seconds where nodes are away or too busy. Iterating, and calls that write, may take longer. An index
        in a folder needs none.

        Raises `IndexNotFoundError`, `IndexVersionError` or `IndexDamagedError`; on a cluster `ClusterError`,
        which is a `ClusterDownError` where the same may work a little later.
        """
        if time_limit is not None:
            time_limit = check_number("time_limit", time_limit, 1, _DAY_SECONDS)
        if is_address(folder):
            cluster = _cluster_at(folder, time_limit)
            settings = cluster.open()
            query_segmenter().offer(cluster.folder)
            return cls._on(cluster, settings)
        path = check_path("folder", folder).resolve()
        settings, whoosh_index = open_index(path)
        query_segmenter().offer(path)
        return cls._of(path, settings, whoosh_index)

    def update(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        rebuild: bool = False,
        jobs: int = 1,
        memory_mb: int = DEFAULT_MEMORY_MB,
        allow_mass_removal: bool = False,
        date_pattern: str | None = None,
        progress: OnProgress | None = None,
        on_wait: OnWait | None = None,
    ) -> UpdateReport:
        """Synchronise the index with the files under `paths`, and return what was done.

        New and changed files are read; files that are gone are removed. `rebuild` first discards everything
        but the releases that were added without a file. A file that can't be read is reported and left out;
        below a folder that can't be listed everything stays as it was. `progress` is called with a `Progress`
        often, from the listing of folders to the commit; `on_wait(holder)` once if another process writes.
        `memory_mb` bounds the memory of this process, in megabytes: what does not fit is written out and
        merged. Files are read in up to `jobs` processes.

        `date_pattern` takes the dates of files from their names or folders where their pages have none:
        `{year}{month}{day}.md`, `{year}/{month}/`. The index stores it for later updates; an empty text
        unsets it. A `release.toml` in the folders of a file comes first. Files for which anything else is
        set now than when they were read are read again.

        Raises `ArgumentError` for an invalid pattern, `PageError` for a path that does not exist, and
        `MassRemovalError` where more than half of the releases below a path, and more than twenty, would be
        removed, unless `allow_mass_removal`; then, and on any other error, the index stays as it was.
        """
        checked = check_paths("paths", paths)  # before the lock is waited for
        with self._snapshots.use() as before:
            with self.batch(memory_mb=memory_mb, on_wait=on_wait) as batch:
                report = batch.update(
                    checked,
                    rebuild=rebuild,
                    jobs=jobs,
                    allow_mass_removal=allow_mass_removal,
                    date_pattern=date_pattern,
                    progress=progress,
                )
            if report.has_changes:
                # Else the first search would wait for it.
                with (
                    warned_after_commit(tr("families of reprints could not be found")),
                    self._snapshots.use() as searcher,
                ):
                    self._families_of(searcher, before=before)
        return report

    @contextmanager
    def batch(self, *, memory_mb: int = DEFAULT_MEMORY_MB, on_wait: OnWait | None = None) -> Iterator[Batch]:
        """Give a `Batch` whose changes become visible together when the `with` block ends.

        On an exception nothing is changed. `memory_mb` and `on_wait` as in `update`.
        """
        from jsisa_search.indexing.batch import Batch

        memory_mb = check_number("memory_mb", memory_mb, MIN_MEMORY_MB, MAX_MEMORY_MB)
        check_function("on_wait", on_wait)
        with self._writing(memory_mb, on_wait) as writer:
            with self._snapshots.use() as searcher:
                batch = Batch(writer, self._folder, Contents(searcher, self._paths))
                yield batch
            self._settings = batch.commit() or self._settings

    def add(self, releases: Iterable[Release | Mapping[str, Any]]) -> tuple[str, ...]:
        """Add releases that have no file, in a batch of their own; see `Batch.add`."""
        with self.batch() as batch:
            return batch.add(releases)

    def add_text(self, text: str, *, id: str, **facts: Unpack[ReleaseFacts]) -> str:  # noqa: A002
        """Add a text as a release without a file, in a batch of its own; see `Batch.add_text`."""
        with self.batch() as batch:
            return batch.add_text(text, id=id, **facts)

    def remove(self, references: Iterable[str | os.PathLike[str]]) -> int:
        """Remove releases by path or id, in a batch of their own; see `Batch.remove`."""
        with self.batch() as batch:
            return batch.remove(references)

    def resegment(self, on_wait: OnWait | None = None, progress: OnProgress | None = None) -> int:
        """Segment the indexed texts again with the current user words; return their number.

        No page is read: the texts are in the index. The same passages are found before and after. User
        words now rank and complete like other words, and a newer segmenter takes effect. Later updates
        use the same words. `on_wait` and `progress` as in `update`.

        Raises `LexiconError`, and `NotOnClusterError` for an index that many machines may share.
        """
        self._snapshots.check_open()
        if self._cluster is not None:
            raise NotOnClusterError(
                tr(
                    "an index on a cluster is shared by machines with words of their own, so that its texts "
                    "keep the words of the common dictionary; user words apply to queries"
                )
            )
        own = tuple(sorted(self.lexicon().user_words.words))
        with self._writers.open(DEFAULT_MEMORY_MB, on_wait) as writer:
            writer.on_progress = progress or no_progress
            writer.resegment(own)
            writer.commit()
        self._settings = record_segmenter(self._folder)
        return len(own)

    def find_release(self, reference: str | os.PathLike[str]) -> ReleaseInfo:
        """Return the facts of the release whose path is `reference`, or whose id begins with it.

        Raises `ReleaseNotFoundError` when there is none or more than one.
        """
        reference = check_reference("reference", reference)
        with self._snapshots.use() as searcher:
            return Contents(searcher, self._paths).info(reference)

    def release(self, reference: str | os.PathLike[str]) -> Release:
        """Return a whole release from the index, without its file; argument and errors as `find_release`."""
        reference = check_reference("reference", reference)
        with self._snapshots.use() as searcher:
            return Contents(searcher, self._paths).release(reference)

    def releases(self, filters: Filters | None = None) -> Iterator[ReleaseInfo]:
        """Iterate over the releases in the index of which a passage passes `filters`, without reading files.

        One is read at a time, in the order of the index, all of one generation.
        """
        wanted = self._stored(filters)
        return self._snapshots.iterate(lambda searcher: Contents(searcher, self._paths).infos(wanted))

    def info(self) -> IndexInfo:
        """Return what the index contains and how it was made."""
        with self._snapshots.use() as searcher:
            contents = Contents(searcher, self._paths)
            if self._cluster is not None:
                size = self._cluster.indices.size()
                return contents.index_info(str(self._cluster.address), size, self._settings)
            return contents.index_info(self._folder, size_of(self._folder), self._settings)

    @staticmethod
    def verify(folder: str | os.PathLike[str]) -> Verification:
        """Read every byte of the index in `folder`, check it, and return what was found.

        On a cluster, whether each file is whole; its bytes are checked there.

        Raises `IndexNotFoundError`, `IndexVersionError`, and `IndexDamagedError` where not even the list of
        its files can be read.
        """
        if is_address(folder):
            from jsisa_search.cluster.verify import verify_cluster

            return verify_cluster(parse_address(folder))
        return verify_index(check_path("folder", folder).resolve())

    @staticmethod
    def own_folder(folder: str | os.PathLike[str]) -> Path:
        """Return the folder on this machine in which its users keep what belongs to an index.

        That is user words and synonyms, clippings, saved searches. It is the folder of the index itself; of
        an index on a cluster, one of this machine, which may not exist yet.
        """
        if is_address(folder):
            return parse_address(folder).folder
        return check_path("folder", folder).resolve()

    def hold(self) -> None:
        """Search the generation of now, whatever is committed, until `refresh`.

        For servers: no request waits for what the first search of a new generation would have to read. A
        commit of this object is not seen before `refresh` either.
        """
        self._snapshots.hold()

    @property
    def generation(self) -> int:
        """The number of the state that searches use now; each commit raises it."""
        with self._snapshots.use() as searcher:
            return searcher.generation

    def refresh(self, patience: int = 0, on_ready: Callable[[int], None] | None = None) -> bool:
        """Prepare the latest generation, and search that from now on; return whether it is another.

        Searches use the old one meanwhile; where another commit overtakes that, nothing changes. Waits up to
        `patience` seconds for the families of reprints that the process which committed the generation
        finds, before they are found here. What the texts quote is renewed for completions and corrections at
        most once a minute while the index is held.

        `on_ready(generation)` is called when all is prepared, before any search uses it; what it raises is
        raised, and the old one stays.
        """
        patience = check_number("patience", patience, 0, 3600)
        check_function("on_ready", on_ready)

        def prepare(searcher: Searcher) -> None:
            self._prepare(searcher, patience)
            if on_ready is not None:
                on_ready(searcher.generation)

        try:
            if not self._snapshots.refresh(prepare):
                return False
        except OvertakenError:
            return False
        return True

    def close(self) -> None:
        """Release the files of the index; closing again does nothing.

        What other threads have begun is finished first. Any later call raises `IndexClosedError`.
        """
        self._snapshots.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _writing(
        self, memory_mb: int, on_wait: OnWait | None
    ) -> AbstractContextManager[ArrayWriter | ClusterWriter]:
        self._snapshots.check_open()
        if self._cluster is not None:
            return self._cluster.writer()
        return self._writers.open(memory_mb, on_wait)

    def _prepare(self, searcher: Searcher, patience: int) -> None:
        """Read what the first search of a generation would have to."""
        with self._snapshots.use() as before:
            self._families_of(searcher, patience, before)
        read_query(searcher, "的", self.lexicon(), Filters())
        if self._has_vocabulary:
            from jsisa_search.search.assist.vocabulary import prepare

            with self._snapshots.use() as before:
                new, old = (self._arrays(each, "suggest") for each in (searcher, before))
                prepare(new, old, self.lexicon())


def _cluster_at(address: str, time_limit: float | None = None) -> Cluster:
    """Return the index at an address; only those who have one wait for its modules."""
    from jsisa_search.cluster.snapshots import Cluster

    return Cluster(address, time_limit)
