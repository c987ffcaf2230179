"""A segment as the table of contents describes it, and how Whoosh accesses its file."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import FileStorage

from jsisa_search.codec.segment.open_files import OpenFiles
from jsisa_search.codec.segment.segment_file import SegmentFile
from jsisa_search.codec.whoosh_compat.reader import ArrayDocumentReader, ArrayTermsReader
from jsisa_search.errors import IndexDamagedError

Array = NDArray[Any]

EXTENSION = ".segment"


class ArraySegment(Segment):  # type: ignore[misc]  # Whoosh has no annotations
    """One immutable segment file and the documents in it that have been deleted since.

    Pickled into Whoosh's table of contents: plain strings, integers and bytes only.
    `_deleted` is the deleted document numbers, ascending, as little-endian uint32.
    """

    def __init__(self, indexname: str, doc_count: int = 0) -> None:
        self.indexname = indexname
        self.segid = secrets.token_hex(8)
        self.compound = False
        self._doc_count = doc_count
        self._deleted = b""

    def codec(self) -> ArrayCodec:
        """Return a codec for one reader of this segment."""
        return ArrayCodec()

    def file_name(self) -> str:
        """Return the name of the segment file in the index folder."""
        return str(self.make_filename(EXTENSION))

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones among them."""
        return self._doc_count

    def set_doc_count(self, count: int) -> None:
        """Set the number of documents."""
        self._doc_count = count

    def deleted(self) -> Array:
        """Return the deleted document numbers, ascending (uint32)."""
        return np.frombuffer(self._deleted, "<u4")

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted) // 4

    def has_possible_deletions(self) -> bool:
        """Return whether the list of deleted documents ascends and each of them exists."""
        if len(self._deleted) % 4:
            return False
        deleted = self.deleted()
        return not len(deleted) or bool(
            (deleted[1:] > deleted[:-1]).all() and int(deleted[-1]) < self._doc_count
        )

    def deleted_docs(self) -> Iterable[int]:
        """Return the deleted document numbers."""
        numbers: list[int] = self.deleted().tolist()
        return numbers

    def is_deleted(self, docnum: int) -> bool:
        """Return whether document `docnum` is deleted."""
        deleted = self.deleted()
        at = int(deleted.searchsorted(docnum))
        return at < len(deleted) and int(deleted[at]) == docnum

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark one document as deleted, or as not deleted."""
        if delete:
            self.delete_documents([docnum])
        else:
            self._deleted = np.setdiff1d(self.deleted(), [docnum]).astype("<u4").tobytes()

    def delete_documents(self, docnums: Iterable[int]) -> None:
        """Mark documents as deleted."""
        numbers = np.fromiter(docnums, np.int64)
        self._deleted = np.union1d(self.deleted(), numbers).astype("<u4").tobytes()


class ArrayStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no annotations
    """The folder of an index, whose readers share segment files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.files = OpenFiles()


class ArrayCodec(Codec):  # type: ignore[misc]  # Whoosh has no annotations
    """Reads segment files for Whoosh's `SegmentReader`; an instance serves one reader."""

    def __init__(self) -> None:
        self.file: SegmentFile | None = None

    def open(self, storage: Any, segment: ArraySegment) -> SegmentFile:
        """Return the file of `segment`, opened once."""
        if self.file is None:
            # Plain Whoosh opens an index with a storage of its own, which shares nothing.
            opened = storage.files.open if isinstance(storage, ArrayStorage) else SegmentFile
            file = opened(Path(storage.folder) / segment.file_name())
            try:
                file.check_count(segment.doc_count_all())
            except IndexDamagedError:
                file.close()
                raise
            self.file = file
        return self.file

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        """Return what Whoosh reads terms and postings from."""
        return ArrayTermsReader(self.open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocumentReader:
        """Return what Whoosh reads documents from."""
        return ArrayDocumentReader(self.open(storage, segment), segment.deleted_docs())
