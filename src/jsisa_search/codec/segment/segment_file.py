"""A segment: what the table of contents says of it, its file, and how Whoosh gets at it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Codec, Segment

from jsisa_search.codec.segment.columns import BytesColumn, NumberColumn
from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.segment.directory import DirectoryError, check_segment
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.stored import Stored
from jsisa_search.codec.segment.texts import Texts

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


def wrong_checksum(name: str) -> str:
    """Return how an array with a wrong checksum is reported."""
    return f"array {name} does not have its checksum"


class SegmentFile:
    """The opened file of a segment; every part of it is read when first asked for."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`; raises what `Container` does."""
        self.container = Container(path)
        try:
            self._meta = check_segment(self.container.meta, self.container.entries)
        except DirectoryError as error:
            raise self.container.damage(str(error)) from error
        self.doc_count = self._meta.docs
        self.field_names = list(self._meta.fields)
        self._fields: dict[str, FieldPostings] = {}
        self._texts: dict[str, Texts] = {}
        self._columns: dict[str, NumberColumn | BytesColumn] = {}
        self._has_right_checksums = False
        #: Whether the arrays were found to fit together.
        self.is_examined = False

    def first_wrong_checksum(self) -> str | None:
        """Return what is wrong with the first damaged array, `None` where every checksum is right.

        Reads every byte of the file, until it was once found sound: the file is immutable.
        """
        if self._has_right_checksums:
            return None
        damaged = next(self.container.wrong_checksums(), None)
        self._has_right_checksums = damaged is None
        return None if damaged is None else wrong_checksum(damaged)

    def close(self) -> None:
        """Drop everything that was read, and unmap the file; doing it again does nothing."""
        for parts in (self._fields, self._texts, self._columns):
            parts.clear()
        self.__dict__.pop("stored", None)
        self.container.close()

    def check(self) -> None:
        """Raise `IndexDamagedError` where an array does not have its checksum."""
        problem = self.first_wrong_checksum()
        if problem is not None:
            raise self.container.damage(problem)

    def check_count(self, docs: int) -> None:
        """Raise `IndexDamagedError` where the file has another number of documents than `docs`."""
        if self.doc_count != docs:
            raise self.container.damage(f"it has {self.doc_count} documents, not {docs}")

    def field(self, name: str) -> FieldPostings | None:
        """Return the postings of field `name`, or `None` where no document has it."""
        field = self._fields.get(name)
        if field is None and name in self._meta.fields:
            field = self._fields[name] = FieldPostings(self.container, name, self.doc_count)
        return field

    @property
    def text_names(self) -> list[str]:
        """The fields whose texts are stored folded."""
        return self._meta.texts

    def texts(self, name: str) -> Texts | None:
        """Return the stored texts of field `name`, or `None` where there are none."""
        texts = self._texts.get(name)
        if texts is None and name in self.text_names:
            texts = self._texts[name] = Texts(self.container, name)
        return texts

    @property
    def column_names(self) -> list[str]:
        """The fields that have a column."""
        return self._meta.columns

    def column(self, name: str) -> NumberColumn | BytesColumn | None:
        """Return the column of field `name`, or `None` where there is none."""
        column = self._columns.get(name)
        if column is None and name in self.column_names:
            if f"column/{name}/values" in self.container:
                column = NumberColumn(self.container, name, self.doc_count)
            else:
                column = BytesColumn(self.container, name)
            self._columns[name] = column
        return column

    def all_names(self) -> set[str]:
        """Return the fields that have terms, texts or a column."""
        return {*self.field_names, *self.text_names, *self.column_names}

    @cached_property
    def stored(self) -> Stored:
        """The stored fields."""
        return Stored(self.container)

    def document(self, doc: int) -> dict[str, Any]:
        """Return all stored fields of document `doc`, texts among them."""
        fields = self.stored.fields(doc)
        for name in self.text_names:
            texts = self.texts(name)
            text = texts.of_document(doc) if texts else None
            if text is not None:
                fields[name] = text
        return fields


class ArrayCodec(Codec):  # type: ignore[misc]  # Whoosh has no annotations
    """Reads segment files for Whoosh's `SegmentReader`; an instance serves one reader."""

    def __init__(self) -> None:
        self.file: SegmentFile | None = None

    def open(self, storage: Any, segment: ArraySegment) -> SegmentFile:
        """Return the file of `segment`, opened once."""
        if self.file is None:
            file = SegmentFile(Path(storage.folder) / segment.file_name())
            file.check_count(segment.doc_count_all())
            self.file = file
        return self.file

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Any:
        """Return what Whoosh reads terms and postings from."""
        from jsisa_search.codec.whoosh_compat.reader import ArrayTermsReader

        return ArrayTermsReader(self.open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Any:
        """Return what Whoosh reads documents from."""
        from jsisa_search.codec.whoosh_compat.reader import ArrayDocumentReader

        return ArrayDocumentReader(self.open(storage, segment), segment)
