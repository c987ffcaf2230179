"""The segment file: named arrays in one immutable, checksummed file that is read through one memory map.

Layout, little-endian (docs/format.md lists the arrays):

    offset  bytes  what
    0       8      magic `JSISASEG`
    8       4      format version (uint32)
    12      4      CRC-32 of the directory
    16      8      offset of the directory (uint64)
    24      8      length of the directory in bytes (uint64)
    32      4      CRC-32 of bytes 0-31
    36      28     zero
    64      ...    arrays, each at a multiple of 64 bytes, zero between them
    ...            directory: JSON, and the end of the file
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.directory import MAX_BYTES, DirectoryError, Entry, parse_directory
from jsisa_search.errors import IndexDamagedError, IndexVersionError
from jsisa_search.own_files import IrregularFileError, create_afresh, open_regular
from jsisa_search.translation import gettext as tr

Array = NDArray[Any]

MAGIC = b"JSISASEG"
FORMAT_VERSION = 6

_PREAMBLE = struct.Struct("<8sIIQQ")
_CHECKSUM = struct.Struct("<I")
_PREAMBLE_SIZE = 64
_ALIGNMENT = 64
_CHECKED_BYTES = 8 << 20  # of which a checksum is taken at once


class ArraySlot:
    """The space reserved for one array in a segment file that is being written."""

    def __init__(self, file: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int) -> None:
        self._file = file
        self._dtype = dtype
        self._shape = shape
        self._offset = offset
        self._written = 0
        self._checksum = 0
        self.size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize

    def append(self, piece: Array) -> None:
        """Write the next elements; a piece of another dtype is converted."""
        data = np.ascontiguousarray(piece, self._dtype).reshape(-1).view(np.uint8).data
        self._file.seek(self._offset + self._written)
        self._file.write(data)
        self._checksum = zlib.crc32(data, self._checksum)
        self._written += len(data)

    def entry(self) -> list[Any]:
        """Return what the directory says of this array: dtype, shape, offset, CRC-32."""
        if self._written != self.size:
            raise ValueError(f"{self._written} bytes were written where {self.size} were reserved")
        return [self._dtype.str, list(self._shape), self._offset, self._checksum]


class ContainerWriter:
    """Writes a segment file under a temporary name; `finish` makes it durable and renames it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(path.name + ".tmp")
        self._file: BinaryIO = create_afresh(self._temporary)
        self._position = _PREAMBLE_SIZE
        self._slots: dict[str, ArraySlot] = {}

    def add(self, name: str, array: Array) -> None:
        """Write `array` (any fixed-width dtype, one or two dimensions) under `name`."""
        self.reserve(name, array.dtype, *array.shape).append(array)

    def reserve(self, name: str, dtype: np.dtype[Any], *shape: int) -> ArraySlot:
        """Reserve space for an array that is then appended to its slot piece by piece.

        `name` must be new, and every slot must be full before `finish`.
        """
        if name in self._slots:
            raise ValueError(f"array {name!r} is already in the file")
        offset = self._position + -self._position % _ALIGNMENT
        slot = self._slots[name] = ArraySlot(self._file, dtype.newbyteorder("<"), shape, offset)
        self._position = offset + slot.size
        return slot

    def finish(self, meta: Mapping[str, Any]) -> None:
        """Write the directory with `meta` (JSON values), flush everything to disk and rename."""
        arrays = {name: slot.entry() for name, slot in self._slots.items()}
        directory = json.dumps({"meta": meta, "arrays": arrays}, ensure_ascii=False).encode()
        self._file.seek(self._position)
        self._file.write(directory)
        preamble = _PREAMBLE.pack(
            MAGIC, FORMAT_VERSION, zlib.crc32(directory), self._position, len(directory)
        )
        self._file.seek(0)
        self._file.write(preamble + _CHECKSUM.pack(zlib.crc32(preamble)))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self._path)

    def discard(self) -> None:
        """Give up: close and remove the temporary file."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._file.closed:
            self.discard()


class Container:
    """A segment file opened for reading: its arrays are views of one read-only memory map."""

    def __init__(self, path: Path) -> None:
        """Map `path`; reads its preamble and directory, no array.

        Raises `FileNotFoundError` where there is no such file (a writer may just have removed it),
        `IndexDamagedError` and `IndexVersionError`.
        """
        self.path = path
        try:
            opened = open_regular(path)
        except IrregularFileError as error:
            raise self.damage(str(error.strerror)) from error
        with opened as file:
            size = os.fstat(file.fileno()).st_size
            if size < _PREAMBLE_SIZE:
                raise IndexDamagedError(
                    tr("{path} is truncated: rebuild the index with index --rebuild").format(path=path)
                )
            # Read, not mapped: the first touch of a map may read megabytes around it.
            self.meta, self.entries = self._read_directory(file, size)
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._cache: dict[str, Array] = {}

    def _read_directory(self, file: BinaryIO, size: int) -> tuple[dict[str, Any], dict[str, Entry]]:
        head = file.read(_PREAMBLE_SIZE)
        preamble = head[: _PREAMBLE.size]
        magic, version, checksum, offset, length = _PREAMBLE.unpack(preamble)
        if magic != MAGIC:
            raise self.damage(tr("it is not a segment file"))
        if version != FORMAT_VERSION:
            raise IndexVersionError(
                tr(
                    "{path} has format {version}, this version reads {format_version}: rebuild the "
                    "index with index --rebuild"
                ).format(path=self.path, version=version, format_version=FORMAT_VERSION)
            )
        if zlib.crc32(preamble) != _CHECKSUM.unpack_from(head, _PREAMBLE.size)[0]:
            raise self.damage(tr("its preamble was altered"))
        if offset + length != size:
            raise self.damage(
                tr("it has {size} bytes instead of {expected}").format(size=size, expected=offset + length)
            )
        if length > MAX_BYTES:
            raise self.damage(tr("its directory has {length} bytes").format(length=length))
        file.seek(offset)
        directory = file.read(length)
        if zlib.crc32(directory) != checksum:
            raise self.damage(tr("its directory was altered"))
        try:
            return parse_directory(directory, _PREAMBLE_SIZE, offset)
        except DirectoryError as error:
            raise self.damage(str(error)) from error

    def release_pages(self) -> None:
        """Let the system reclaim the pages read so far; they are mapped again when needed."""
        if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Unmap the file; repeated calls do nothing.

        Arrays still referenced stay valid: the map is then freed with the last of them.
        """
        self._cache.clear()
        with suppress(BufferError):
            self._map.close()

    def expect_lookups(self, prefix: str) -> None:
        """Advise the system of random access to the arrays under `prefix`.

        It then does not read ahead megabytes around each access.
        """
        if hasattr(mmap, "MADV_RANDOM"):  # not on Windows
            for name in self.entries:
                if name.startswith(prefix):
                    self._advise(name, mmap.MADV_RANDOM)

    def expect_whole(self, name: str) -> None:
        """Advise the system that the whole array `name` is going to be read."""
        if hasattr(mmap, "MADV_WILLNEED"):
            self._advise(name, mmap.MADV_WILLNEED)

    def _advise(self, name: str, advice: int) -> None:
        entry = self.entries[name]
        start = entry.offset // mmap.PAGESIZE * mmap.PAGESIZE
        if entry.nbytes:
            self._map.madvise(advice, start, entry.offset + entry.nbytes - start)

    def damage(self, what: str) -> IndexDamagedError:
        """Return the error that says what is wrong with this file and what to do."""
        return IndexDamagedError(
            tr("{path} is damaged: {what}; rebuild the index with index --rebuild").format(
                path=self.path, what=what
            ),
            what,
        )

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def __getitem__(self, name: str) -> Array:
        """Return the array `name`, mapped; `IndexDamagedError` when there is none."""
        array = self._cache.get(name)
        if array is None:
            entry = self.entries.get(name)
            if entry is None:
                raise self.damage(tr("it has no array {name}").format(name=name))
            if entry.nbytes:
                array = np.frombuffer(self._map, entry.dtype, prod(entry.shape), entry.offset)
                array = array.reshape(entry.shape)
            else:  # it may be said to lie anywhere
                array = np.frombuffer(b"", entry.dtype).reshape(entry.shape)
            self._cache[name] = array
        return array

    def get(self, name: str) -> Array | None:
        """Return the array `name`, mapped, or `None` when there is none."""
        return self[name] if name in self.entries else None

    def names(self) -> list[str]:
        """Return the names of all arrays, in the order of the file."""
        return list(self.entries)

    def check_size(self) -> None:
        """Raise `IndexDamagedError` where the file has another size than when it was opened.

        This package never truncates a segment. Where something else does, reading lost pages ends the
        process with SIGBUS; after this check only a truncation during a search does.
        """
        if self._map.size() != len(self._map):
            raise self.damage(tr("its size has changed since it was opened"))

    def wrong_checksums(self) -> Iterator[str]:
        """Yield the names of the arrays whose content does not have its checksum.

        A few megabytes at a time are in memory.
        """
        self.check_size()
        for name, entry in self.entries.items():
            found, end = 0, entry.offset + entry.nbytes
            for start in range(entry.offset, end, _CHECKED_BYTES):
                with memoryview(self._map) as view:
                    found = zlib.crc32(view[start : min(start + _CHECKED_BYTES, end)], found)
                self.release_pages()
            if found != entry.checksum:
                yield name


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to disk, where the system can (Windows cannot and need not)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
