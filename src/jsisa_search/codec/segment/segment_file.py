"""The opened file of a segment: its fields, texts, columns and stored fields."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from jsisa_search.codec.segment.columns import BytesColumn, NumberColumn, RowsOfColumn
from jsisa_search.codec.segment.container import Container
from jsisa_search.codec.segment.derivations import Derivations, Derived
from jsisa_search.codec.segment.directory import DirectoryError, check_segment
from jsisa_search.codec.segment.postings import FieldPostings
from jsisa_search.codec.segment.stored import Stored
from jsisa_search.codec.segment.texts import Texts
from jsisa_search.translation import gettext as tr


def wrong_checksum(name: str) -> str:
    """Return how an array with a wrong checksum is reported."""
    return tr("array {name} does not have its checksum").format(name=name)


class SegmentFile:
    """The opened file of a segment; each part of it is read on first use.

    Readers of several generations may share one: it is closed when all of them have closed it.
    """

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
        self._columns: dict[str, NumberColumn | BytesColumn | RowsOfColumn] = {}
        self._derived = Derivations()
        self._users = 1
        self._lock = threading.Lock()
        self._has_right_checksums = False
        #: Whether the arrays were found to fit together.
        self.is_examined = False

    def first_wrong_checksum(self) -> str | None:
        """Return what is wrong with the first damaged array, `None` where every checksum is right.

        Reads every byte of the file; once found sound it is not read again, since it is immutable.
        """
        if self._has_right_checksums:
            return None
        damaged = next(self.container.wrong_checksums(), None)
        self._has_right_checksums = damaged is None
        return None if damaged is None else wrong_checksum(damaged)

    def share(self) -> bool:
        """Count one more who will close it; `False` where it is closed already."""
        with self._lock:
            self._users += self._users > 0
            return self._users > 0

    def close(self) -> None:
        """Drop everything that was read, and unmap the file, when all who share it have closed it."""
        with self._lock:
            self._users -= self._users > 0
            if self._users:
                return
        for parts in (self._fields, self._texts, self._columns):
            parts.clear()
        self._derived.clear()
        self.__dict__.pop("stored", None)
        self.container.close()

    def derived(self, make: Callable[[], Derived]) -> Derived:
        """Return what `make`, a class, keeps of what is computed from this file; one object for all.

        It lives as long as the file is open, over any number of generations, and must not depend on one.
        """
        return self._derived.of(make)

    def check(self) -> None:
        """Raise `IndexDamagedError` where an array does not have its checksum."""
        problem = self.first_wrong_checksum()
        if problem is not None:
            raise self.container.damage(problem)

    def check_count(self, docs: int) -> None:
        """Raise `IndexDamagedError` where the file has another number of documents than `docs`."""
        if self.doc_count != docs:
            raise self.container.damage(
                tr("it has {number} documents, not {expected}").format(number=self.doc_count, expected=docs)
            )

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

    def column(self, name: str) -> NumberColumn | BytesColumn | RowsOfColumn | None:
        """Return the column of field `name`, or `None` where there is none."""
        column = self._columns.get(name)
        if column is None and name in self.column_names:
            if f"column/{name}/values" in self.container:
                column = NumberColumn(self.container, name, self.doc_count)
            elif f"column/{name}/starts" in self.container:
                column = RowsOfColumn(self.container, name)
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
