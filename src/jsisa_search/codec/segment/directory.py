"""The directory of a segment file, read once on opening and validated against a schema.

A checksum shows that a directory was not altered by accident. A crafted directory has a
valid one too: everything it states is checked here, so that no other module meets an array of an unexpected
type, number of dimensions or length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from jsisa_search.translation import gettext as tr

#: Bytes of a directory; that of fifty fields has 60,000.
MAX_BYTES = 16 << 20

_MAX_ELEMENTS = 1 << 48
_MAX_DOCS = 1 << 32

_UNSIGNED = {"|u1": 1, "<u2": 2, "<u4": 4, "<u8": 8}
_SIGNED = {"|i1": 1, "<i2": 2, "<i4": 4, "<i8": 8}
#: The dtypes that any array may have, and the bytes of an element.
_ITEM_BYTES = {**_UNSIGNED, **_SIGNED, "<f4": 4, "<f8": 8, "|b1": 1}

_BYTES = frozenset({"|u1"})
_SHORT = frozenset({"<u2"})
_SINGLE = frozenset({"<f4"})
#: The dtypes of an array by the last part of its name; of any other, all unsigned ones.
_DTYPES = {
    **dict.fromkeys(("terms.bytes", "values.bytes", "dict.bytes", "data", "present", "changed"), _BYTES),
    **dict.fromkeys(("docs.array", "docs.chunked", "units"), _SHORT),
    **dict.fromkeys(("weights", "long.blocks"), _SINGLE),
    **dict.fromkeys(("terms.characters", "characters"), frozenset({"<u4"})),
    "docs.bitmap": frozenset({"<u8"}),
    "values": frozenset(_ITEM_BYTES),
}
_ANY_UNSIGNED = frozenset(_UNSIGNED)
#: What the numbers of rows begin with; they are unsigned or floats.
_ROWS = "rows."
_NUMBERS_OF_ROWS = _ANY_UNSIGNED | {"<f8"}
#: The arrays of two dimensions; all others have one.
_MATRICES = frozenset({"docs.bitmap", "long.chunks"})

#: Which arrays have as many elements (rows) as others, and how many more: equal letters are equal numbers
#: within one field, `n` being that of documents.
_LENGTHS: dict[str, dict[str, tuple[str, int]]] = {
    "field": {
        "terms.starts": ("terms", 1),
        "terms.hashed": ("terms", 0),
        "terms.pairs": ("terms", 0),
        "starts": ("terms", 1),
        "occurrence.starts": ("terms", 1),
        "docs.array": ("array", 0),
        "docs.array.high": ("array", 0),
        "long.terms": ("long", 0),
        "long.starts": ("long", 1),
        "long.offsets": ("long", 0),
        "long.chunks": ("long", 0),
        "long.blockstarts": ("long", 1),
        "freqs.low": ("postings", 0),
        "freqs.at": ("freqs", 0),
        "freqs.high": ("freqs", 0),
        "freqs.sparse.at": ("sparse", 0),
        "freqs.sparse.above": ("sparse", 0),
        "positions.first.low": ("postings", 0),
        "positions.first.at": ("first", 0),
        "positions.first.high": ("first", 0),
        "positions.rest.at": ("rest", 0),
        "positions.rest.high": ("rest", 0),
        "weights": ("postings", 0),
        "values.starts": ("postings", 1),
        "lengths": ("n", 0),
    },
    "text": {
        "starts": ("texts", 1),
        "changes": ("texts", 1),
        "omissions": ("texts", 1),
        "places": ("omitted", 0),
        "omitted": ("omitted", 0),
        "rows": ("n", 0),
    },
    "column": {"values": ("n", 0), "codes": ("n", 0), "starts": ("n", 1), _ROWS: ("rows", 0)},
    "stored": {"starts": ("n", 0)},
}


class DirectoryError(Exception):
    """A directory states something impossible; the message says what."""


class Entry(NamedTuple):
    """One array: its dtype as NumPy writes it, shape, offset in the file in bytes, and CRC-32."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    checksum: int

    @property
    def nbytes(self) -> int:
        """The number of its bytes."""
        return prod(self.shape) * _ITEM_BYTES[self.dtype]


def parse_directory(content: bytes, start: int, end: int) -> tuple[dict[str, Any], dict[str, Entry]]:
    """Return what a directory has as `meta`, unchecked, and its arrays, which lie between two offsets.

    Raises `DirectoryError`.
    """
    try:
        directory = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DirectoryError(tr("its directory is no JSON")) from error
    if not isinstance(directory, dict):
        raise DirectoryError(tr("its directory has another form"))
    meta, arrays = directory.get("meta"), directory.get("arrays")
    if not isinstance(meta, dict) or not isinstance(arrays, dict):
        raise DirectoryError(tr("its directory has another form"))
    entries = {name: _entry(name, said) for name, said in arrays.items()}
    spans = sorted((entry.offset, entry.offset + entry.nbytes) for entry in entries.values() if entry.nbytes)
    if spans and (spans[0][0] < start or spans[-1][1] > end):
        raise DirectoryError(tr("an array lies outside of it"))
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise DirectoryError(tr("two arrays overlap"))
    return meta, entries


def _entry(name: str, said: Any) -> Entry:
    if not isinstance(said, list) or len(said) != 4:
        raise DirectoryError(tr("array {name!r} is described in another form").format(name=name))
    dtype, shape, offset, checksum = said
    if not isinstance(dtype, str) or dtype not in _ITEM_BYTES:
        raise DirectoryError(tr("array {name!r} has an impossible type").format(name=name))
    if not isinstance(shape, list) or not 1 <= len(shape) <= 2 or not all(map(_is_count, shape)):
        raise DirectoryError(tr("array {name!r} has an impossible shape").format(name=name))
    if not _is_count(offset) or offset % 64 or not _is_count(checksum) or prod(shape) > _MAX_ELEMENTS:
        raise DirectoryError(tr("array {name!r} lies at an impossible place").format(name=name))
    return Entry(dtype, tuple(shape), offset, checksum)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MAX_ELEMENTS


class SegmentMeta(NamedTuple):
    """What the directory of a segment says beside its arrays; docs/format.md describes it."""

    docs: int
    fields: dict[str, dict[str, Any]]
    texts: list[str]
    columns: list[str]


def check_segment(meta: Mapping[str, Any], arrays: Mapping[str, Entry]) -> SegmentMeta:
    """Return the `meta` of a segment, once it and the arrays are what a segment consists of.

    Raises `DirectoryError`. Arrays that are missing are noticed when they are asked for.
    """
    checked = _check_meta(meta)
    groups = {"stored"}
    for kind, names in (("field", checked.fields), ("text", checked.texts), ("column", checked.columns)):
        groups.update(f"{kind}/{name}" for name in names)
    missing = groups - {name.rpartition("/")[0] for name in arrays}
    if missing:
        raise DirectoryError(tr("it has no arrays of {missing}").format(missing=min(missing)))
    known = {("", "n"): checked.docs}
    for name, entry in arrays.items():
        group, _, last = name.rpartition("/")
        kind = group.partition("/")[0]
        if group not in groups:
            raise DirectoryError(tr("array {name!r} belongs to nothing").format(name=name))
        dtypes = _DTYPES.get(last, _ANY_UNSIGNED)
        if kind == "column" and last.startswith(_ROWS):
            last, dtypes = _ROWS, _NUMBERS_OF_ROWS
        if entry.dtype not in dtypes or len(entry.shape) != 1 + (last in _MATRICES):
            raise DirectoryError(tr("array {name!r} has another type").format(name=name))
        if last in _LENGTHS[kind]:
            letter, more = _LENGTHS[kind][last]
            length = entry.shape[0] - more
            owner = group if letter != "n" else ""
            if length < 0 or known.setdefault((owner, letter), length) != length:
                raise DirectoryError(tr("array {name!r} has another length").format(name=name))
    _check_sizes(checked, arrays)
    return checked


def _check_meta(meta: Mapping[str, Any]) -> SegmentMeta:
    checked = SegmentMeta(*(meta.get(name) for name in SegmentMeta._fields))  # type: ignore[arg-type]
    if type(checked.docs) is not int or not 0 <= checked.docs < _MAX_DOCS:
        raise DirectoryError(tr("it has an impossible number of documents"))
    if not isinstance(checked.fields, dict) or not all(map(_are_settings, checked.fields.values())):
        raise DirectoryError(tr("its fields are described in another form"))
    for names in (checked.texts, checked.columns):
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise DirectoryError(tr("its fields are described in another form"))
    return checked


def _are_settings(settings: Any) -> bool:
    if not isinstance(settings, dict) or not {"length", "k1", "b", "long"} <= settings.keys():
        return False
    numbers = all(type(settings[name]) in (int, float) and 0 <= settings[name] < 1e6 for name in ("k1", "b"))
    return numbers and _is_count(settings["length"]) and _is_count(settings["long"]) and settings["long"] > 0


def _check_sizes(meta: SegmentMeta, arrays: Mapping[str, Entry]) -> None:
    """Check the sizes that follow from the number of documents in another way."""
    docs = meta.docs
    widths = {"stored/groups": max(-(-docs // 32), 1) + 1}
    widths |= {f"column/{name}/present": -(-docs // 8) for name in meta.columns}
    for name in meta.fields:
        widths[f"field/{name}/docs.bitmap"] = -(-docs // 64)
        widths[f"field/{name}/long.chunks"] = -(-docs // (1 << 16)) + 1
        buckets = arrays.get(f"field/{name}/terms.buckets")
        if buckets is not None and (buckets.shape[0] < 3 or (buckets.shape[0] - 1).bit_count() != 1):
            raise DirectoryError(tr("array field/{name}/terms.buckets has another length").format(name=name))
    for name, width in widths.items():
        if name in arrays and arrays[name].shape[-1] != width:
            raise DirectoryError(tr("array {name!r} has another length").format(name=name))
