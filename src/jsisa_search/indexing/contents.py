"""What an index contains, read from the index alone: its files, and its releases in part or whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.errors import IndexDamagedError, ReleaseNotFoundError
from jsisa_search.filenames import readable
from jsisa_search.indexing.documents import FileRecord, Outline, make_release_id, read_facts, record_of
from jsisa_search.indexing.paths import StoredPaths, is_text_path
from jsisa_search.indexing.settings import Settings
from jsisa_search.model import Paragraph, Plain, Release, ReleaseInfo, Section
from jsisa_search.query import Filters, filter_tree
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import PASSAGE_BITS, RECORD_KIND, RELEASE_KIND, UNDATED_TERM
from jsisa_search.search.interface import Searcher
from jsisa_search.search.results.counts import count_by
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]

_RELEASES = wq.Term("kind", RELEASE_KIND)
_ID = re.compile(r"[0-9a-f]{1,12}")


@dataclass(frozen=True, slots=True)
class IndexInfo(Plain):
    """What an index contains and how it was made; `size` is in bytes on disk.

    `folder` is the address of an index on a cluster, and `size` that of all its copies.
    `undated` counts the releases without a date, `dates` the others by what their date is from.
    """

    folder: Path | str
    releases: int
    paragraphs: int
    size: int
    settings: Settings
    undated: int = 0
    dates: Mapping[str, int] = field(default_factory=dict)


class Contents:
    """The files and releases of one generation of an index; raises `IndexDamagedError` for corrupt files."""

    def __init__(self, searcher: Searcher, paths: StoredPaths) -> None:
        self._searcher = searcher
        self.paths = self._paths = paths
        self._concluding_damage = searcher.concluding_damage

    def files(self) -> Iterator[FileRecord]:
        """Yield the record of each file."""
        with self._concluding_damage():
            docs = self._searcher.documents(wq.Term("kind", RECORD_KIND))
            for doc in self._searcher.read_ahead(docs):
                yield record_of(self._searcher.document(doc))

    def file(self, stored: str) -> FileRecord | None:
        """Return the record of the file with a stored path, `None` where there is none."""
        with self._concluding_damage():
            docs: list[int] = self._searcher.documents(wq.Term("record", stored)).tolist()
            return record_of(self._searcher.document(docs[0])) if docs else None

    def index_info(self, folder: Path | str, size: int, settings: Settings) -> IndexInfo:
        """Return what the index in `folder`, of `size` bytes, contains."""
        releases = paragraphs = 0
        for record in self.files():
            releases += len(record.members)
            paragraphs += record.paragraphs
        with self._concluding_damage():
            dates = count_by(
                self._searcher, "date_from", self._searcher.execution().matches(PASSAGES), "releases"
            )
        undated = dates.pop(UNDATED_TERM, 0)
        return IndexInfo(folder, releases, paragraphs, size, settings, undated, dates)

    def infos(self, filters: Filters) -> Iterator[ReleaseInfo]:
        """Yield each release of which a passage passes `filters`, in the order of the index."""
        with self._concluding_damage():
            passing = filter_tree(filters, self._searcher.values_of)
            docs = self._searcher.documents(_RELEASES)
            if passing is not None:
                matching = np.unique(self._release_numbers(self._searcher.documents(passing)))
                docs = docs[np.isin(self._release_numbers(docs), matching)]
            for doc in self._searcher.read_ahead(docs):
                yield self._info(self._searcher.document(doc))

    def texts(self) -> Iterator[tuple[str, Release | None]]:
        """Yield the path of each release without a file, and the release; `None` where it is damaged.

        Where not even their list can be read there are none.
        """
        try:
            with self._concluding_damage():
                # From the terms, which may be sound where the stored documents are not.
                paths = [path for path in self._searcher.values_of("path") if is_text_path(path)]
        except IndexDamagedError:
            return
        for path in paths:
            try:
                with self._concluding_damage():
                    docs = self._searcher.documents(wq.And([_RELEASES, wq.Term("path", path)])).tolist()
                    found = [self._release(self._searcher.document(doc)) for doc in docs]
            except IndexDamagedError:
                yield path, None
            else:
                yield from ((path, release) for release in found)

    def info(self, reference: str) -> ReleaseInfo:
        """Return what is known of the release whose path is `reference` or whose id begins with it.

        Raises `ReleaseNotFoundError` where there is none, or more than one.
        """
        with self._concluding_damage():
            return self._info(self._find(reference))

    def infos_of(self, ids: Sequence[str]) -> list[ReleaseInfo]:
        """Return what is known of releases with some ids, in this order; they are read together."""
        with self._concluding_damage():
            named = wq.Or([wq.Term("release", release) for release in ids])
            docs = self._searcher.documents(wq.And([_RELEASES, named])) if ids else np.zeros(0, np.int64)
            infos = (self._info(self._searcher.document(doc)) for doc in self._searcher.read_ahead(docs))
            found = {info.id: info for info in infos}
            return [found[release] for release in ids]

    def release(self, reference: str) -> Release:
        """Return a whole release; `reference` as in `info`."""
        with self._concluding_damage():
            return self._release(self._find(reference))

    def file_of(self, reference: str) -> tuple[FileRecord, str] | None:
        """Return the record of the file that a release is from, and its member; `None` where it has no file.

        `reference` as in `info`.
        """
        with self._concluding_damage():
            stored: str = self._find(reference)["path"]
            ends = (at for at, char in enumerate(stored) if char == "#" or stored.startswith("!/", at))
            for end in (len(stored), *ends):
                record = self.file(stored[:end])
                if record is not None and stored[end:] in record.members:
                    return record, stored[end:]
        return None

    def _find(self, reference: str) -> dict[str, Any]:
        """Return the stored document of a release; `reference` as in `info`."""
        docs = self._searcher.documents(wq.And([_RELEASES, self._reference_query(reference)]))
        if len(docs) == 1:
            return self._searcher.document(int(docs[0]))
        named = f"“{readable(reference)}”"
        if not len(docs):
            raise ReleaseNotFoundError(
                tr(
                    "no release in the index has the path {named}, or an id that begins with it; a "
                    "query prints the ids"
                ).format(named=named)
            )
        raise ReleaseNotFoundError(
            tr("{number} releases in the index have an id that begins with {named}; give more of it").format(
                number=len(docs), named=named
            )
        )

    def _release(self, stored: dict[str, Any]) -> Release:
        values, outline = read_facts(stored["facts"])
        passages = self._searcher.documents(wq.Term("release", stored["release"]))
        documents = [self._searcher.document(doc) for doc in self._searcher.read_ahead(passages)]
        texts = {document["paragraph"]: document for document in documents if "paragraph" in document}
        values["path"] = self._paths.shown(stored["path"])
        values["sections"] = tuple(_sections(outline, [texts[number] for number in sorted(texts)]))
        return Release(**values)

    def _reference_query(self, reference: str) -> wq.Query:
        is_id = _ID.fullmatch(reference.lower()) is not None
        if not reference or (is_id and not Path(reference).exists()):
            return wq.Prefix("release", reference.lower())
        return wq.Term("release", make_release_id(self._paths.of(reference)))

    def _release_numbers(self, docs: Array) -> Array:
        numbers: Array = self._searcher.numbers("sequence", docs) >> PASSAGE_BITS
        return numbers

    def _info(self, document: dict[str, Any]) -> ReleaseInfo:
        values, outline = read_facts(document["facts"])
        return ReleaseInfo(
            id=document["release"],
            path=self._paths.shown(document["path"]),
            paragraphs=sum(count for *_, count in outline),
            **{name: values[name] for name in ReleaseInfo.__slots__ if name in values and name != "path"},
        )


def _sections(outline: list[Outline], passages: list[dict[str, Any]]) -> Iterator[Section]:
    """Yield the sections of an outline with their paragraphs, given in the order of the page."""
    first = 0
    for heading, subheading, line, count in outline:
        paragraphs = tuple(
            Paragraph(each["text"], each["paragraph"], ordinal, each["line"], each.get("page"))
            for ordinal, each in enumerate(passages[first : first + count], start=1)
        )
        yield Section(heading, subheading, paragraphs, line)
        first += count
