"""Families of reprints: releases of an index that say the same, and their passages that do.

A pair of releases is one of reprints by the likeness of their sketches and by their dates; a family is all
that such pairs connect. Hence families depend on the releases in the index alone, not on how they got there.
They are cached in the index folder: a second for 40,000 releases, a third of it where those of the generation
before are known.
"""

from __future__ import annotations

import hashlib
import struct
import time
import zlib
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq

from jsisa_search.codec.segment.columns import BytesColumn
from jsisa_search.codec.segment.packed_ints import distinct_sorted
from jsisa_search.own_files import read_regular, replace_file
from jsisa_search.query.compiler import PASSAGES
from jsisa_search.schema import PASSAGE_BITS, RELEASE_KIND, SKETCH_HASHES
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.interface import Matches
from jsisa_search.search.results.reprint_rule import (
    NO_HASH,
    Sketches,
    components,
    days_of,
    groups_of,
    reprints,
    reprints_since,
    rules,
    same_releases,
)

Array = NDArray[Any]

# Between two looks at a file that another process writes.
_POLL_SECONDS = 0.1


class ArrayFamilies:
    """The families of one generation of an index.

    `docs` (int64, ascending) are the documents of all releases that are in a family: their passages and
    that of the release itself. `family` (int32) has the number of the family of each; `group` (int32) that
    of the passages of the family that say the same, 0 for a passage that no other release has, and -1 for
    the document of a release. `pairs` (int64, 2 rows) are the ids of releases that are reprints of each
    other, from which the next generation goes on.
    """

    def __init__(self, doc_count: int, docs: Array, family: Array, group: Array, pairs: Array) -> None:
        self.doc_count = doc_count
        self.docs, self.family, self.group = docs, family, group
        self.pairs = pairs

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        """Family and group of every document of the index (int32)."""
        dense = np.zeros((2, self.doc_count), np.int32)
        dense[0, self.docs], dense[1, self.docs] = self.family, self.group
        return dense[0], dense[1]

    @cached_property
    def _shared(self) -> tuple[Array, Array]:
        """The passages that are in a group (int64, ascending), and their groups (int32)."""
        is_shared = self.group > 0
        return self.docs[is_shared], self.group[is_shared]

    def family_of(self, docs: Array) -> Array:
        """Return the number of the family of each of `docs` (int64); 0 for none."""
        numbers: Array = self._dense[0].take(docs)
        return numbers

    def group_of(self, docs: Array) -> Array:
        """Return the number of the group of each of `docs` (int64); 0 for none."""
        numbers: Array = self._dense[1].take(docs)
        return numbers

    def passages_of(self, number: int) -> Array:
        """Return the passages of a family (int64, ascending)."""
        docs: Array = self.docs[(self.family == number) & (self.group >= 0)]
        return docs

    def releases_of(self, number: int) -> Array:
        """Return the documents of the releases of a family themselves (int64, ascending)."""
        docs: Array = self.docs[(self.family == number) & (self.group < 0)]
        return docs

    def in_group(self, number: int) -> Array:
        """Return the passages of a group (int64, ascending)."""
        docs: Array = self.docs[self.group == number]
        return docs

    def count_distinct(self, matches: Matches) -> int:
        """Return how many of what matches is left when each group counts once."""
        return self.count_distinct_among(matches.docs)

    def count_distinct_among(self, docs: Array) -> int:
        """Return how many of `docs` (int64, ascending) are left when each group counts once."""
        shared, groups = self._shared
        # The shorter list is looked up in the longer one.
        if len(shared) < len(docs):
            at = docs.searchsorted(shared)
            groups = groups[docs.take(at, mode="clip") == shared]
        else:
            groups = self.group_of(docs)
            groups = groups[groups > 0]
        return len(docs) - len(groups) + len(distinct_sorted(groups))


class OvertakenError(Exception):
    """Another commit has made a snapshot out of date: its families are not worth a second of computing."""


class FamilyCache:
    """The families of the latest two snapshots of an index, from memory, from the file, or computed.

    Threads may compute them twice at worst.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[tuple[ArraySearcher, ArrayFamilies], ...] = ()

    def of(
        self, searcher: ArraySearcher, patience: float = 0.0, before: ArraySearcher | None = None
    ) -> ArrayFamilies:
        """Return the families of a snapshot; `patience` and `before` as in `load_families`."""
        for each, families in self._known:
            if each is searcher:
                return families
        with searcher.concluding_damage():
            found = load_families(searcher, self._folder, patience, before)
        self._known = (searcher, found), *self._known[:1]
        return found

    def keep(self, searcher: ArraySearcher) -> None:
        """Drop those of all other snapshots."""
        self._known = tuple(known for known in self._known if known[0] is searcher)


def load_families(
    searcher: ArraySearcher, folder: Path, patience: float = 0.0, before: ArraySearcher | None = None
) -> ArrayFamilies:
    """Return the families of a snapshot: those in the file, if it is of this generation, or computed.

    Waits `patience` seconds for the file, which the process that has committed the generation is about to
    write; raises `OvertakenError` where another commit comes before. What is computed is written to the
    file, where the folder can be written to; it only saves time. Where the file has the families of the
    snapshot `before`, only what has changed since is computed.
    """
    fingerprint = _fingerprint(searcher)
    doc_count = _doc_count(searcher)
    deadline = time.monotonic() + patience
    found = _read(folder / FAMILIES_FILE, fingerprint, doc_count)
    while found is None and time.monotonic() < deadline and searcher.is_current():
        time.sleep(_POLL_SECONDS)
        found = _read(folder / FAMILIES_FILE, fingerprint, doc_count)
    if found is None and patience and not searcher.is_current():
        raise OvertakenError
    if found is None:
        last = before and _read(folder / FAMILIES_FILE, _fingerprint(before), _doc_count(before))
        found = find_families(searcher, (before, last.pairs) if before and last else None)
        with suppress(OSError):
            replace_file(
                folder / FAMILIES_FILE, _encode(found, fingerprint), is_durable=False, is_shared=True
            )
    return found


# The pairs


def _doc_count(searcher: ArraySearcher) -> int:
    return sum(view.doc_count for view in searcher.views)


def find_families(searcher: ArraySearcher, last: tuple[ArraySearcher, Array] | None = None) -> ArrayFamilies:
    """Compute the families of a snapshot; from those of the `last` one with its `pairs`, if given."""
    passages = searcher.documents(PASSAGES)
    owners = searcher.numbers("sequence", passages) >> PASSAGE_BITS
    releases = read_releases(searcher)
    before = None if last is None else read_releases(last[0])
    found = reprints_since(releases, before, last[1]) if last and before else reprints(releases)
    member, label = components(np.concatenate([same_releases(releases), found], axis=1), len(releases.ids))
    return _with_groups(searcher, passages, owners, releases.ids[member], label, releases.ids[found])


def read_releases(searcher: ArraySearcher) -> Sketches:
    """Return the releases of a snapshot that have a sketch."""
    passages = searcher.documents(PASSAGES)
    owners = searcher.numbers("sequence", passages) >> PASSAGE_BITS
    order = owners.argsort(kind="stable")
    passages, owners = passages[order], owners[order]
    docs = searcher.documents(wq.Term("kind", RELEASE_KIND))
    parts = [_sketches(view.file.column("sketch"), view.inside(docs)) for view in searcher.views]
    windows = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in parts)])
    hashes = np.concatenate([np.zeros((0, SKETCH_HASHES), np.uint32), *(part[1] for part in parts)])
    has_one = windows >= 0
    docs, windows, hashes = docs[has_one], windows[has_one], hashes[has_one]
    ids = searcher.numbers("sequence", docs) >> PASSAGE_BITS
    first = np.minimum(owners.searchsorted(ids), max(len(owners) - 1, 0))
    published = searcher.numbers("published", passages[first]) if len(passages) else np.zeros(0, np.int64)
    days = days_of(published)
    numbers = searcher.numbers("said", docs)
    order = np.lexsort([ids, days])
    return Sketches(ids[order], days[order], numbers[order], windows[order], hashes[order])


def _sketches(column: object, docs: Array) -> tuple[Array, Array]:
    """Return windows (int64, -1 for none) and hashes (uint32, a row each) of documents of a segment."""
    windows = np.full(len(docs), -1, np.int64)
    hashes = np.full((len(docs), SKETCH_HASHES), NO_HASH, np.uint32)
    if isinstance(column, BytesColumn):
        for row, code in enumerate(column.codes[docs].tolist()):
            value = column.value(code)[: 4 * (SKETCH_HASHES + 1)] if code else b""
            if len(value) >= 8:
                sketch = np.frombuffer(value[: len(value) // 4 * 4], "<u4")
                windows[row] = sketch[0]
                hashes[row, : len(sketch) - 1] = sketch[1:]
    return windows, hashes


def _with_groups(
    searcher: ArraySearcher, passages: Array, owners: Array, members: Array, labels: Array, pairs: Array
) -> ArrayFamilies:
    """Return the families with the ids of their members, and the groups of their passages."""
    order = members.argsort()
    members, labels = members[order], labels[order]
    doc_count = sum(view.doc_count for view in searcher.views)
    releases = searcher.documents(wq.Term("kind", RELEASE_KIND))
    docs = np.concatenate([passages, releases])
    owners = np.concatenate([owners, searcher.numbers("sequence", releases) >> PASSAGE_BITS])
    at = np.minimum(members.searchsorted(owners), max(len(members) - 1, 0))
    is_member = (members[at] == owners) if len(members) else np.zeros(len(docs), np.bool_)
    is_passage = (np.arange(len(docs)) < len(passages))[is_member]
    docs, owners, family = (
        docs[is_member],
        owners[is_member],
        labels[at[is_member]] if len(labels) else at[:0],
    )
    said = np.where(is_passage, searcher.numbers("said", docs), 0)
    group = np.where(is_passage, groups_of(family, said, owners), -1)
    order = docs.argsort()
    return ArrayFamilies(
        doc_count, docs[order], family[order].astype(np.int32), group[order].astype(np.int32), pairs
    )


# The file

#: Name of the file in the index folder; it is a cache and may be deleted at any time.
FAMILIES_FILE = "jsisa-search-families.bin"

# Magic, CRC-32 of what follows, fingerprint of the generation, number of documents; then for each (int32) its
# number, all in ascending order, its family, its group; then the ids of the first of each pair of reprints
# (int64), and those of the second.
_HEAD = struct.Struct("<8sI32sI")
_MAGIC = b"JSISAFM3"
_MAX_BYTES = 1 << 30


def _fingerprint(searcher: ArraySearcher) -> bytes:
    """Return a hash of what the families of a snapshot depend on."""
    found = hashlib.sha256(repr((_MAGIC, rules())).encode())
    leaves = searcher.reader.leaf_readers() if searcher.views else []
    for (leaf, _), view in zip(leaves, searcher.views, strict=True):
        found.update(f"{leaf.segment().file_name()} {view.doc_count}\n".encode())
        found.update(np.asarray(view.deleted, "<i8").tobytes())
    return found.digest()


def _encode(families: ArrayFamilies, fingerprint: bytes) -> bytes:
    columns = (families.docs, families.family, families.group)
    content = b"".join(column.astype("<i4").tobytes() for column in columns)
    content += families.pairs.astype("<i8").tobytes()
    rest = _HEAD.pack(b"", 0, fingerprint, len(families.docs))[12:] + content
    return _MAGIC + struct.pack("<I", zlib.crc32(rest)) + rest


def _read(path: Path, fingerprint: bytes, doc_count: int) -> ArrayFamilies | None:
    """Return the families in the file; `None` if it is missing, damaged, or of another generation."""
    try:
        content = read_regular(path, _MAX_BYTES)
        magic, checksum, of, count = _HEAD.unpack_from(content)
        if (magic, of, zlib.crc32(content[12:])) != (_MAGIC, fingerprint, checksum):
            return None
        columns = np.frombuffer(content, "<i4", 3 * count, _HEAD.size).reshape(3, count).astype(np.int64)
        pairs = np.frombuffer(content[_HEAD.size + 12 * count :], "<i8").reshape(2, -1).astype(np.int64)
    except (OSError, ValueError, struct.error):
        return None
    docs, family, group = columns
    is_sound = (
        (family > 0).all()
        and (group >= -1).all()
        and (docs[1:] > docs[:-1]).all()
        and ((docs >= 0) & (docs < doc_count)).all()
    )
    if not is_sound:
        return None
    return ArrayFamilies(doc_count, docs, family.astype(np.int32), group.astype(np.int32), pairs)
