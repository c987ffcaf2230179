"""Column values: one per document, for sorting, filtering and facets.

Arrays, under `column/<field>/`:

    values      number column: the value of each document in the column's own dtype
    present     number column: a bit per document, lowest first: it has a value of its own
    codes       bytes column: 1 + the rank of the document's value in the dictionary; 0 where it has none
    dict.bytes, dict.starts  bytes column: the distinct values, sorted, as a dictionary of terms has them
    starts      rows column: where the rows of each document begin
    rows.<name> rows column: one number of each row
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import columns

from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed, spread
from jsisa_search.schema import RowsColumn

Array = NDArray[Any]

_BYTES_COLUMNS = (
    columns.VarBytesColumn,
    columns.RefBytesColumn,
    columns.CompressedBytesColumn,
    columns.CompressedBlockColumn,
)


def is_supported(column: columns.Column) -> bool:
    """Return whether this codec supports `column`."""
    if isinstance(column, columns.NumericColumn):
        return _holds_default(column)
    return isinstance(column, columns.BitColumn | RowsColumn) or _is_bytes(column)


def _holds_default(column: columns.NumericColumn) -> bool:
    """Return whether the default of `column` is of its type; that of Whoosh's sortable floats is not."""
    try:
        struct.pack(column._typecode, column.default_value())
    except struct.error:
        return False
    return True


def default_bytes(column: columns.Column) -> bytes:
    """Return the value of a bytes column for documents without one."""
    # Whoosh's compressed columns have no default of their own and read as empty.
    default: bytes = getattr(column, "_default", b"")
    return default


def number_dtype(column: columns.Column) -> np.dtype[Any] | None:
    """Return the dtype of a number (or bit) column, `None` for any other."""
    if isinstance(column, columns.NumericColumn):
        dtype: np.dtype[Any] = np.dtype(column._typecode)
        return dtype.newbyteorder("<")
    return np.dtype(np.bool_) if isinstance(column, columns.BitColumn) else None


def _is_bytes(column: columns.Column) -> bool:
    # Struct and number columns are subclasses of the fixed one, with values that are not bytes.
    return isinstance(column, _BYTES_COLUMNS) or type(column) is columns.FixedBytesColumn


@dataclass(frozen=True, slots=True)
class NumbersPart:
    """A number column of some documents: `values`, and whether each document has its own (bool)."""

    values: Array
    present: Array


@dataclass(frozen=True, slots=True)
class CodesPart:
    """A bytes column of some documents: 0 or 1 + a number in `distinct` (sorted) for each."""

    codes: Array
    distinct: list[bytes]


@dataclass(frozen=True, slots=True)
class RowsPart:
    """A rows column of some documents: the number of rows of each, and all rows (a structured array)."""

    counts: Array
    rows: Array


ColumnPart = NumbersPart | CodesPart | RowsPart


class ColumnBuffer:
    """Collects the values of one column."""

    def __init__(self, column: columns.Column) -> None:
        self._column = column
        self._docs: list[int] = []
        self._values: list[Any] = []

    def add(self, doc: int, value: Any) -> None:
        """Add the value of document `doc`."""
        self._docs.append(doc)
        self._values.append(value)

    def part(self, documents: Array, doc_count: int) -> ColumnPart:
        """Return the column with document d renumbered `documents[d]` of `doc_count`, -1 being dropped."""
        docs = documents[np.array(self._docs, np.int64)]
        is_live = docs >= 0
        part = empty_part(self._column, doc_count)
        if isinstance(part, NumbersPart):
            part.values[docs[is_live]] = np.array(self._values, part.values.dtype)[is_live]
            part.present[docs[is_live]] = True
            return part
        if isinstance(part, RowsPart):
            return self._rows(part.rows.dtype, docs, doc_count)
        values = [value for value, keep in zip(self._values, is_live.tolist(), strict=True) if keep]
        distinct = sorted(set(values))
        ranks = {value: rank + 1 for rank, value in enumerate(distinct)}
        part.codes[docs[is_live]] = [ranks[value] for value in values]
        return CodesPart(part.codes, distinct)

    def _rows(self, dtype: np.dtype[Any], docs: Array, doc_count: int) -> RowsPart:
        live = [(doc, value) for doc, value in zip(docs.tolist(), self._values, strict=True) if doc >= 0]
        rows = np.frombuffer(b"".join(value for _, value in live), dtype)
        counts = np.zeros(doc_count, np.int64)
        counts[[doc for doc, _ in live]] = [len(value) // dtype.itemsize for _, value in live]
        return RowsPart(counts, rows)


def empty_part(column: columns.Column, doc_count: int) -> ColumnPart:
    """Return the column of `doc_count` documents that have no value."""
    if isinstance(column, RowsColumn):
        return RowsPart(np.zeros(doc_count, np.int64), np.zeros(0, column.dtype))
    dtype = number_dtype(column)
    if dtype is None:
        return CodesPart(np.zeros(doc_count, np.int64), [])
    values = np.full(doc_count, column.default_value(), dtype)
    return NumbersPart(values, np.zeros(doc_count, np.bool_))


def write_column(writer: ContainerWriter, prefix: str, parts: Sequence[ColumnPart]) -> None:
    """Write the column of consecutive ranges of documents; the parts are all of one kind."""
    numbers = [part for part in parts if isinstance(part, NumbersPart)]
    if numbers:
        present = np.concatenate([part.present for part in numbers])
        writer.add(prefix + "values", np.concatenate([part.values for part in numbers]))
        writer.add(prefix + "present", np.packbits(present, bitorder="little"))
        return
    rows = [part for part in parts if isinstance(part, RowsPart)]
    if rows:
        writer.add(prefix + "starts", packed(offsets_of(np.concatenate([part.counts for part in rows]))))
        for name in rows[0].rows.dtype.names or ():
            numbers_of = np.concatenate([part.rows[name] for part in rows])
            writer.add(
                f"{prefix}rows.{name}", numbers_of if numbers_of.dtype.kind == "f" else packed(numbers_of)
            )
        return
    coded = [part for part in parts if isinstance(part, CodesPart)]
    distinct = sorted(set().union(*(part.distinct for part in coded)))
    ranks = {value: rank + 1 for rank, value in enumerate(distinct)}
    codes = [
        np.array([0, *(ranks[value] for value in part.distinct)], np.int64)[part.codes] for part in coded
    ]
    lengths = np.fromiter(map(len, distinct), np.int64, len(distinct))
    writer.add(prefix + "codes", packed(np.concatenate(codes)))
    writer.add(prefix + "dict.bytes", np.frombuffer(b"".join(distinct), np.uint8))
    writer.add(prefix + "dict.starts", packed(offsets_of(lengths)))


class NumberColumn:
    """A number column of one segment: `values` is one number per document."""

    def __init__(self, container: Container, field: str, doc_count: int) -> None:
        self.values = container[f"column/{field}/values"]
        self._present = container[f"column/{field}/present"]
        self._doc_count = doc_count

    def present(self) -> Array:
        """Return whether each document has a value (bool)."""
        return np.unpackbits(self._present, bitorder="little", count=self._doc_count).view(np.bool_)

    def part(self, docs: Array) -> NumbersPart:
        """Return the column of some documents."""
        return NumbersPart(self.values[docs], self.present()[docs])


class BytesColumn:
    """A bytes column of one segment: `codes` is 0 or 1 + a rank in the dictionary per document."""

    def __init__(self, container: Container, field: str) -> None:
        prefix = f"column/{field}/"
        self.codes = container[prefix + "codes"]
        self._blob = container[prefix + "dict.bytes"].data
        self._starts = container[prefix + "dict.starts"].data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def value(self, code: int) -> bytes:
        """Return the value with `code`, which is not 0."""
        return bytes(self._blob[self._starts[code - 1] : self._starts[code]])

    def distinct(self) -> list[bytes]:
        """Return the dictionary: the values of the codes from 1 on."""
        return [self.value(code) for code in range(1, len(self) + 1)]

    def part(self, docs: Array) -> CodesPart:
        """Return the column of some documents."""
        used, codes = np.unique(self.codes[docs], return_inverse=True)
        first = 0 if len(used) and used[0] == 0 else 1
        return CodesPart(codes + first, [self.value(code) for code in used.tolist() if code])


class RowsOfColumn:
    """A rows column of one segment: rows `starts[d]` to `starts[d + 1]` are those of document d."""

    def __init__(self, container: Container, field: str) -> None:
        self._container = container
        self._prefix = f"column/{field}/"
        self.starts = container[self._prefix + "starts"]

    def __len__(self) -> int:
        return int(self.starts[-1])

    def numbers(self, name: str) -> Array:
        """Return one number of each row."""
        return self._container[f"{self._prefix}rows.{name}"]

    def names(self) -> list[str]:
        """Return the names of the numbers of a row."""
        before = self._prefix + "rows."
        return [name.removeprefix(before) for name in self._container.entries if name.startswith(before)]

    def rows(self, at: Array, dtype: np.dtype[Any]) -> Array:
        """Return some rows, by their numbers, as a structured array."""
        found = np.zeros(len(at), dtype)
        for name in dtype.names or ():
            found[name] = self.numbers(name)[at]
        return found

    def of(self, docs: Array, dtype: np.dtype[Any]) -> RowsPart:
        """Return the rows of some documents."""
        starts = self.starts.astype(np.int64)
        counts = starts[docs.astype(np.int64) + 1] - starts[docs]
        return RowsPart(counts, self.rows(spread(starts[docs], counts), dtype))


class RowsColumnReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no annotations
    """Whoosh's reader of a rows column: the rows of a document as bytes."""

    def __init__(self, column: RowsOfColumn, dtype: np.dtype[Any]) -> None:
        self._column = column
        self._dtype = dtype

    def __len__(self) -> int:
        return len(self._column.starts) - 1

    def __getitem__(self, doc: int) -> bytes:
        return self._column.of(np.array([doc]), self._dtype).rows.tobytes()

    def load(self) -> list[bytes]:
        """Return all values."""
        return [self[doc] for doc in range(len(self))]


class NumberColumnReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no annotations
    """Whoosh's reader of a number column."""

    def __init__(self, column: NumberColumn) -> None:
        self._values = column.values
        self._is_reversed = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, doc: int) -> Any:
        return self._values[doc].item()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.tolist())

    def sort_key(self, doc: int) -> Any:
        """Return the sort key of a document."""
        key = self[doc]
        if isinstance(key, bool):
            return int(key != self._is_reversed)
        return -key if self._is_reversed else key

    def load(self) -> list[Any]:
        """Return all values."""
        values: list[Any] = self._values.tolist()
        return values

    def set_reverse(self) -> None:
        """Reverse the order of `sort_key`."""
        self._is_reversed = True


class BytesColumnReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no annotations
    """Whoosh's reader of a bytes column."""

    def __init__(self, column: BytesColumn, default: bytes) -> None:
        self._column = column
        self._default = default

    def __len__(self) -> int:
        return len(self._column.codes)

    def __getitem__(self, doc: int) -> bytes:
        code = int(self._column.codes[doc])
        return self._column.value(code) if code else self._default

    def __iter__(self) -> Iterator[bytes]:
        values = [self._default, *self._column.distinct()]
        return (values[code] for code in self._column.codes.tolist())

    def load(self) -> list[bytes]:
        """Return all values."""
        return list(self)
