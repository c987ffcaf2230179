"""Compound files of Microsoft Office before 2007 (OLE) -> their streams, by olefile."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from jsisa_search.errors import PageError
from jsisa_search.page.budget import check_time
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
PROPERTIES = "\x05SummaryInformation"
"""The stream with title and author."""
_SECTOR_SIZES = {9: 3, 12: 4}  # shift: version of the format
_MINI_SECTOR = 6
_STREAM = 2  # the type of an entry
_TITLE, _AUTHOR, _CODE_PAGE = 2, 4, 1
_UTF8 = 65001
_DAMAGED = mark("is a damaged Office document; open it in the program that made it and save it again")
# What olefile raises for files that are damaged, or built to be.
_BAD = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """An opened compound file; its methods are used within `open_compound_file`."""

    _file: Any
    _size: int

    @property
    def names(self) -> frozenset[str]:
        """The names of the streams and folders at its root."""
        return frozenset(entry.name for entry in self._file.root.kids)

    def read(self, name: str) -> bytes | None:
        """Return the content of a stream, `None` where there is none; raise `PageError` for a damaged one.

        No stream is longer than the file: sizes in it are claims.
        """
        check_time()
        if self._file.get_type(name) != _STREAM:
            return None
        if self._file.get_size(name) > self._size:
            raise PageError(tr(_DAMAGED))
        content: bytes = self._file.openstream(name).read()
        return content


@contextmanager
def open_compound_file(data: bytes) -> Iterator[CompoundFile]:
    """Open the compound file `data`; whatever olefile raises within becomes a `PageError`."""
    import olefile  # loaded only when needed: it costs 40 ms

    _check_header(data)
    check_time()
    try:
        # As a file object, never as bytes: those are taken for a path where they are few.
        with olefile.OleFileIO(BytesIO(data)) as file:
            if file.root.size > len(data):
                raise PageError(tr(_DAMAGED))
            yield CompoundFile(file, len(data))
    except _BAD as error:
        raise PageError(tr(_DAMAGED)) from error


def list_streams(data: bytes) -> frozenset[str]:
    """Return the names of the streams and folders at the root of a compound file.

    Raise `PageError` for a file that is damaged.
    """
    with open_compound_file(data) as file:
        return file.names


def read_streams(data: bytes, names: Iterable[str]) -> dict[str, bytes]:
    """Return those of the streams `names` that the compound file `data` has.

    Raise `PageError` for a file that is damaged.
    """
    with open_compound_file(data) as file:
        found = ((name, file.read(name)) for name in names)
        return {name: content for name, content in found if content is not None}


def _check_header(data: bytes) -> None:
    """Raise `PageError` where the header claims sectors that the file has no bytes for."""
    if not data.startswith(SIGNATURE) or len(data) < 1536:
        raise PageError(tr(_DAMAGED))
    version, _, shift, mini_shift = struct.unpack_from("<4H", data, 26)
    tables = (struct.unpack_from("<L", data, at)[0] for at in (44, 64, 72))  # FAT, mini FAT, list of both
    if _SECTOR_SIZES.get(shift) != version or mini_shift != _MINI_SECTOR:
        raise PageError(tr(_DAMAGED))
    if any(number << shift > len(data) for number in tables):
        raise PageError(tr(_DAMAGED))


def read_properties(stream: bytes) -> dict[str, str]:
    """Return `title` and `author` of a stream of properties; nothing of one that is damaged."""
    try:
        values = dict(_properties(stream))
    except (struct.error, ValueError, LookupError):
        return {}
    return {name: values[key] for name, key in (("title", _TITLE), ("author", _AUTHOR)) if key in values}


def _properties(stream: bytes) -> Iterable[tuple[int, str]]:
    """Yield id and text of the two properties that are read, from the first section of the stream."""
    (start,) = struct.unpack_from("<L", stream, 44)
    (number,) = struct.unpack_from("<L", stream, start + 4)
    places = dict(struct.unpack_from("<LL", stream, start + 8 + 8 * at) for at in range(min(number, 100)))
    code_page = (
        struct.unpack_from("<H", stream, start + places[_CODE_PAGE] + 4)[0] if _CODE_PAGE in places else 936
    )
    for key in (_TITLE, _AUTHOR):
        if key in places:
            kind, length = struct.unpack_from("<LL", stream, start + places[key])
            at = start + places[key] + 8
            if kind == 30:  # VT_LPSTR, in the code page of the section
                encoding = "utf-8" if code_page == _UTF8 else f"cp{code_page}"
                yield key, stream[at : at + length].decode(encoding, "replace").rstrip("\0")
            elif kind == 31:  # VT_LPWSTR
                yield key, stream[at : at + 2 * length].decode("utf-16-le", "replace").rstrip("\0")
