"""The stored texts of a field: folded and uncompressed, with a list of what folding changed.

One copy of a text serves both the search in the folded text and the original. Equal texts are stored once.
A character beyond the basic plane is the placeholder `ASTRAL` in the units, and itself in the list of
changes, so that unit i is always character i. Arrays, under `text/<field>/`:

    units      uint16  folded characters of all texts
    starts     uint    where each text begins in `units`, and the end of the last
    rows       uint    number of the text of each document plus 1; 0 where it has none
    changed    uint8   a bit per unit, lowest first: the original character is another
    changes    uint    changed characters before each text, and in all
    originals  uint    for each changed character, its number in `characters`
    characters uint32  the distinct original characters (code points)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold
from jsisa_search.codec.segment.container import Container, ContainerWriter
from jsisa_search.codec.segment.packed_ints import offsets_of, packed, spread, unsigned_dtype

Array = NDArray[Any]

#: Placeholder for a character without a 16-bit form (a lone surrogate is treated alike).
ASTRAL = 0xD800
_UNKNOWN = 0xFFFFFFFF
#: Texts folded or copied at a time; bounds the memory.
_PIECE = 4096


class Folder:
    """`fold` for many texts at once: a table of folded characters, filled as characters are met."""

    def __init__(self) -> None:
        self._table = np.full(0x110000, _UNKNOWN, np.uint32)

    def fold(self, points: Array) -> Array:
        """Return the folded code points (uint32) of `points` (uint32)."""
        folded = self._table[points]
        unknown = folded == _UNKNOWN
        if unknown.any():
            for point in np.unique(points[unknown]).tolist():
                self._table[point] = ord(fold(chr(point)))
            folded = self._table[points]
        return folded

    def fold_all(self, texts: Sequence[str]) -> list[str]:
        """Return each text folded."""
        folded = as_text(self.fold(code_points("".join(texts))))
        ends = np.cumsum([len(text) for text in texts]).tolist()
        return [folded[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@cache
def default_folder() -> Folder:
    """Return the folder of this process."""
    return Folder()


def code_points(text: str) -> Array:
    """Return the characters of `text` as uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def as_text(points: Array) -> str:
    """Return the text of code points (any unsigned dtype)."""
    return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class Piece(NamedTuple):
    """Some consecutive texts.

    Their units (uint16), whether each is changed (bool), and the original code points of those that are.
    """

    units: Array
    changed: Array
    originals: Array


@dataclass(frozen=True, slots=True)
class TextsPart:
    """Some texts of a field and the documents that have them.

    `lengths` are those of the texts; `rows` is, per document, the number of its text plus 1, or 0;
    `pieces` yields the texts in order, some thousands at a time.
    """

    lengths: Array
    rows: Array
    pieces: Callable[[], Iterator[Piece]]

    def originals(self) -> Iterator[str]:
        """Yield the originals of the texts, in order; ten times as fast as one by one."""
        lengths = iter(self.lengths.tolist())
        for piece in self.pieces():
            points = piece.units.astype(np.uint32)
            points[piece.changed] = piece.originals
            joined, start = as_text(points), 0
            while start < len(joined):
                end = start + next(lengths)
                yield joined[start:end]
                start = end
        yield from ("" for _ in lengths)


class TextBuffer:
    """Collects the distinct texts of one field."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._docs: list[int] = []
        self._rows: list[int] = []

    def add(self, doc: int, text: str) -> int:
        """Add the text of document `doc`; return how many characters that adds."""
        known = len(self._numbers)
        number = self._numbers.setdefault(text, known)
        self._docs.append(doc)
        self._rows.append(number + 1)
        return len(text) if number == known else 0

    def part(self, documents: Array, doc_count: int, folder: Folder) -> TextsPart:
        """Return the texts with document d renumbered `documents[d]` of `doc_count`, -1 being dropped."""
        docs = documents[np.array(self._docs, np.int64)]
        is_live = docs >= 0
        rows = np.zeros(doc_count, np.int64)
        rows[docs[is_live]] = np.array(self._rows, np.int64)[is_live]
        used, rows = _used(rows)
        texts = list(self._numbers)
        texts = [texts[number] for number in used.tolist()]
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))

        def pieces() -> Iterator[Piece]:
            for first in range(0, len(texts), _PIECE):
                yield _folded(texts[first : first + _PIECE], folder)

        return TextsPart(lengths, rows, pieces)


def _folded(texts: Sequence[str], folder: Folder) -> Piece:
    originals = code_points("".join(texts))
    folded = folder.fold(originals)
    units = np.where(has_unit(folded), folded, ASTRAL).astype(np.uint16)
    changed = units != originals
    return Piece(units, changed, originals[changed])


def _used(rows: Array) -> tuple[Array, Array]:
    """Return the numbers of the texts that `rows` refers to, and `rows` with these numbered from 1."""
    mentioned = np.zeros(int(rows.max(initial=0)) + 1, np.bool_)
    mentioned[rows] = True
    mentioned[0] = False
    renumbered = np.cumsum(mentioned)
    return np.flatnonzero(mentioned) - 1, np.where(rows > 0, renumbered[rows], 0)


def write_texts(writer: ContainerWriter, prefix: str, parts: Sequence[TextsPart]) -> None:
    """Write the texts of consecutive ranges of documents."""
    lengths = np.concatenate([part.lengths for part in parts])
    size = int(lengths.sum())
    units = writer.reserve(prefix + "units", np.dtype(np.uint16), size)
    changes = _ChangesWriter(writer, prefix, lengths)
    for part in parts:
        for piece in part.pieces():
            units.append(piece.units)
            changes.append(piece)
    changes.finish()
    writer.add(prefix + "starts", packed(offsets_of(lengths)))
    before = offsets_of(np.array([len(part.lengths) for part in parts]))[:-1].tolist()
    rows = [np.where(part.rows > 0, part.rows + first, 0) for part, first in zip(parts, before, strict=True)]
    writer.add(prefix + "rows", packed(np.concatenate(rows)))


class _ChangesWriter:
    """Writes which units differ from the original, and the originals, piece by piece."""

    def __init__(self, writer: ContainerWriter, prefix: str, lengths: Array) -> None:
        self._writer, self._prefix = writer, prefix
        self._ends = np.cumsum(lengths)
        self._bits = writer.reserve(prefix + "changed", np.dtype(np.uint8), -(-int(lengths.sum()) // 8))
        self._waiting = np.zeros(0, np.bool_)  # units of an incomplete byte
        self._units = 0
        self._counts = np.zeros(len(lengths), np.int64)
        self._originals: list[Array] = []

    def append(self, piece: Piece) -> None:
        at = np.flatnonzero(piece.changed) + self._units
        texts, counts = np.unique(self._ends.searchsorted(at, "right"), return_counts=True)
        self._counts[texts] += counts
        self._units += len(piece.changed)
        self._originals.append(packed(piece.originals))
        waiting = np.concatenate([self._waiting, piece.changed])
        whole = len(waiting) // 8 * 8
        self._bits.append(np.packbits(waiting[:whole], bitorder="little"))
        self._waiting = waiting[whole:]

    def finish(self) -> None:
        if len(self._waiting):
            self._bits.append(np.packbits(self._waiting, bitorder="little"))
        self._writer.add(self._prefix + "changes", packed(offsets_of(self._counts)))
        distinct = [np.unique(originals).astype(np.uint32) for originals in self._originals]
        characters = np.unique(np.concatenate([np.zeros(0, np.uint32), *distinct]))
        self._writer.add(self._prefix + "characters", characters)
        numbers = self._writer.reserve(
            self._prefix + "originals", unsigned_dtype(len(characters)), int(self._counts.sum())
        )
        for originals in self._originals:
            numbers.append(characters.searchsorted(originals.astype(np.uint32)))


def has_unit(points: Array) -> Array:
    """Return whether each code point has a 16-bit form."""
    return (points < 0xD800) | ((points > 0xDFFF) & (points <= 0xFFFF))


class Texts:
    """The stored texts of one field of one segment."""

    def __init__(self, container: Container, field: str) -> None:
        prefix = f"text/{field}/"
        self.units = container[prefix + "units"]
        self.starts = container[prefix + "starts"]
        self.rows = container[prefix + "rows"]
        self._changed = container[prefix + "changed"]
        self._changes = container[prefix + "changes"]
        self._originals = container[prefix + "originals"]
        self._characters = container[prefix + "characters"]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of_document(self, doc: int) -> str | None:
        """Return the original text of document `doc`, or `None`."""
        row = int(self.rows[doc])
        return self.original(row - 1) if row else None

    def part(self, docs: Array) -> TextsPart:
        """Return the texts of some documents, in their order."""
        used, rows = _used(self.rows[docs].astype(np.int64))
        lengths = np.diff(self.starts.astype(np.int64))[used]

        def pieces() -> Iterator[Piece]:
            for first in range(0, len(used), _PIECE):
                yield self._piece(used[first : first + _PIECE])

        return TextsPart(lengths, rows, pieces)

    def _piece(self, numbers: Array) -> Piece:
        """Return the texts with some ascending numbers."""
        starts, ends = self.starts[numbers].astype(np.int64), self.starts[numbers + 1].astype(np.int64)
        at = spread(starts, ends - starts)
        changed = (self._changed[at >> 3] >> (at & 7).astype(np.uint8) & 1).view(np.bool_)
        first, last = self._changes[numbers].astype(np.int64), self._changes[numbers + 1].astype(np.int64)
        originals = self._originals[spread(first, last - first)]
        return Piece(self.units[at], changed, self._characters[originals])

    def original(self, number: int) -> str:
        """Return the original of text `number`."""
        start, end = int(self.starts[number]), int(self.starts[number + 1])
        first, last = int(self._changes[number]), int(self._changes[number + 1])
        units = self.units[start:end]
        if first == last:
            return units.tobytes().decode("utf-16-le")
        bits = np.unpackbits(self._changed[start >> 3 : (end + 7) >> 3], bitorder="little")
        points = units.astype("<u4")
        points[np.flatnonzero(bits[start & 7 : (start & 7) + end - start])] = self._characters[
            self._originals[first:last]
        ]
        return as_text(points)
