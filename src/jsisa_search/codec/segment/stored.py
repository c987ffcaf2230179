"""Stored fields: the values of a document besides its texts.

Each document is one JSON object; `GROUP` of them in a row are compressed together. What JSON does not
know is written as a pair of a type's name and its text, so that reading runs no code. Arrays:

    stored/data     uint8  compressed groups
    stored/groups   uint   where each group begins in `stored/data`, and the end of the last
    stored/starts   uint   where each document begins in its uncompressed group
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import numpy as np
from whoosh.writing import IndexingError

from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed
from jsisa_search.translation import gettext as tr

GROUP = 32
#: Bytes of a group that a writer writes and a reader inflates: a few kilobytes of zlib can be a gigabyte.
MAX_GROUP_BYTES = 32 << 20
_TYPE = "\x00"

_DECODERS: dict[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
    "decimal": Decimal,
    "tuple": tuple,
    "float": float,
    "dict": dict,
}


def encode_document(fields: dict[str, Any]) -> bytes:
    """Return stored fields as JSON; `TypeError` for a value of a type that cannot be stored."""
    plain = {name: _plain(value) for name, value in fields.items()}
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()


def decode_document(data: bytes) -> dict[str, Any]:
    """Return the fields that `encode_document` was given."""
    fields: dict[str, Any] = _DECODER.decode(data.decode())
    return fields


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    for kind, name, encode in _ENCODERS:
        if isinstance(value, kind):
            return {_TYPE: [name, encode(value)]}
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


_ENCODERS: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (datetime, "datetime", datetime.isoformat),
    (date, "date", date.isoformat),
    (bytes, "bytes", bytes.hex),
    (Decimal, "decimal", str),
    (float, "float", repr),
    (tuple, "tuple", lambda value: [_plain(item) for item in value]),
    (dict, "dict", lambda value: [[_plain(key), _plain(item)] for key, item in value.items()]),
)


def _revive(found: dict[str, Any]) -> Any:
    if found.keys() == {_TYPE}:
        name, value = found[_TYPE]
        return _DECODERS[name](value)
    return found


_DECODER = json.JSONDecoder(object_hook=_revive)


def write_stored(writer: ContainerWriter, documents: Iterable[bytes]) -> None:
    """Write encoded documents in the order of their numbers.

    Raises `IndexingError` where `GROUP` of them in a row exceed `MAX_GROUP_BYTES`.
    """
    groups: list[bytes] = []
    starts: list[int] = []
    group: list[bytes] = []
    length = 0
    for document in documents:
        if len(group) == GROUP:
            groups.append(_compressed(group))
            group, length = [], 0
        starts.append(length)
        group.append(document)
        length += len(document)
    groups.append(_compressed(group))
    lengths = np.fromiter(map(len, groups), np.int64, len(groups))
    writer.add("stored/data", np.frombuffer(b"".join(groups), np.uint8))
    writer.add("stored/groups", packed(offsets_of(lengths)))
    writer.add("stored/starts", packed(np.array(starts, np.int64)))


def _compressed(group: list[bytes]) -> bytes:
    content = b"".join(group)
    if len(content) > MAX_GROUP_BYTES:
        raise IndexingError(
            tr(
                "the stored fields of {number} documents in a row have {size} bytes, and {limit} are "
                "possible: store less, or shorter values"
            ).format(number=len(group), size=len(content), limit=MAX_GROUP_BYTES)
        )
    return zlib.compress(content, 1)


class Stored:
    """The stored fields of one segment."""

    def __init__(self, container: Container) -> None:
        self._data = container["stored/data"].data
        self._groups = container["stored/groups"].data
        self._starts = container["stored/starts"].data
        # Of a function, not of a method: a cycle through the cache would keep the file mapped.
        self._group = lru_cache(maxsize=16)(partial(_inflate, container, self._data, self._groups))

    def encoded(self, doc: int) -> bytes:
        """Return the fields of document `doc` as they were encoded."""
        group = self._group(doc // GROUP)
        is_last = doc % GROUP == GROUP - 1 or doc + 1 == len(self._starts)
        return group[self._starts[doc] : len(group) if is_last else self._starts[doc + 1]]

    def fields(self, doc: int) -> dict[str, Any]:
        """Return the stored fields of document `doc`, without its texts."""
        return decode_document(self.encoded(doc))


def _inflate(container: Container, data: memoryview, groups: memoryview, number: int) -> bytes:
    inflater = zlib.decompressobj()
    group = inflater.decompress(data[groups[number] : groups[number + 1]], MAX_GROUP_BYTES + 1)
    if not inflater.eof:
        raise container.damage(
            tr("stored fields are cut short, or beyond {limit} MB").format(limit=MAX_GROUP_BYTES >> 20)
        )
    return group
