"""The parts of a Word 97-2003 document ([MS-DOC]): pieces of text, properties, styles, number lists."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jsisa_search.errors import PageError
from jsisa_search.page.budget import count, watched
from jsisa_search.page.formats.ooxml import Level, Numbering, Style, name_style, outline_level
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

_MAGIC = 0xA5EC
_OLD_MAGIC = (0xA5DC, 0xA59B, 0xA5DB)  # Word 6 and 95, WPS of that time, Word 2
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
# Numbers of the pairs of offset and length (FibRgFcLcb97) that are read.
_STYLES, _CHARACTERS, _PARAGRAPHS, _PIECES, _LISTS, _OVERRIDES = 1, 12, 13, 33, 73, 74
_PAIRS_AT = 0x9A
_PAGE = 512  # bytes of a page of formatted runs (FKP)
_NO_STYLE = 0xFFF
_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2
_BUILT_IN_HEADINGS = 9
_MOST_PARENTS = 20
_MOST_LEVELS = 9
_STORY_COUNTS = (0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x64)  # ccpText, Ftn, Hdd, (none), Atn, Edn, Txbx
# Numbers of those whose text is read: headers, footers and comments are not.
_STORIES = (("text", 0), ("boxes", 6), ("footnotes", 1), ("endnotes", 5))
_COMPRESSED = 0x40000000
_MARK = re.compile("[\r\x07\x0c]")
# Operations on properties (sprm): those of a paragraph ...
_STYLE_ID, _OUTLINE, _LIST_LEVEL, _LIST_ID = 0x4600, 0x2640, 0x260A, 0x460B
_IN_TABLE, _ROW_END, _HUGE, _HUGE_OLD = 0x2416, 0x2417, 0x6646, 0x6645
# ... and of characters: deleted (tracked), hidden, a symbol of a font, the style.
_DELETED, _HIDDEN, _SYMBOL, _CHARACTER_STYLE = 0x0800, 0x083C, 0x6A09, 0x4A30
_OPERAND_BYTES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # by the upper three bits; 6: the first byte says
_TABLE_DEFINITION = 0xD608  # its length takes two bytes

Properties = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What counts of the properties of a paragraph."""

    style: Style = field(default_factory=Style)
    in_table: bool = False
    ends_row: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of visible text: its `text`, where it lies in the stream, and bytes per character."""

    text: str
    at: int
    width: int


class WordFile:
    """A document by its streams: `WordDocument`, `0Table` or `1Table`, and `Data`.

    Raise `PageError` where it is encrypted, of another version or has no table of pieces. What is damaged
    beyond that is read without it: text counts more than its format.
    """

    def __init__(self, streams: dict[str, bytes]) -> None:
        self._word = word = streams.get("WordDocument", b"")
        self._data = streams.get("Data", b"")
        if len(word) < _PAIRS_AT + 8 * (_PIECES + 1):
            raise PageError(tr("is a damaged Word document: its beginning is missing; save it again"))
        magic, _ = struct.unpack_from("<HH", word, 0)
        (flags,) = struct.unpack_from("<H", word, 10)
        if magic in _OLD_MAGIC:
            raise PageError(tr("is of Word 95 or older; open it and save it as .docx"))
        if magic != _MAGIC:
            raise PageError(tr("is no Word document that can be read; open it and save it as .docx"))
        if flags & _ENCRYPTED:
            raise PageError(tr("is encrypted; save it without a password"))
        self._table = streams.get("1Table" if flags & _TABLE_1 else "0Table", b"")
        self._pieces = list(_pieces(self._part(_PIECES)))
        if not self._pieces:
            raise PageError(tr("is a damaged Word document: where its text lies is missing; save it again"))
        self._styles, self._hidden_styles = _read_styles(self._part(_STYLES))
        self.numbering = _read_lists(
            self._table, self._part(_LISTS), self._pair(_LISTS), self._part(_OVERRIDES)
        )
        self._marks = sorted(self._paragraph_runs())
        self._starts = [start for start, _, _ in self._marks]
        self._paragraphs: dict[int, Paragraph] = {}
        self._unseen = _merge(self._unseen_runs())

    def _pair(self, number: int) -> tuple[int, int]:
        at = _PAIRS_AT + 8 * number
        return struct.unpack_from("<LL", self._word, at) if at + 8 <= len(self._word) else (0, 0)

    def _part(self, number: int) -> bytes:
        start, length = self._pair(number)
        return self._table[start : start + length]

    def stories(self) -> dict[str, range]:
        """Return the character positions of the text, footnotes, endnotes and text boxes."""
        counts = [struct.unpack_from("<L", self._word, at)[0] for at in _STORY_COUNTS]
        ends = [sum(counts[: number + 1]) for number in range(len(counts))]
        return {name: range(ends[at] - counts[at], ends[at]) for name, at in _STORIES}

    def runs(self, positions: range) -> Iterator[Run]:
        """Yield the visible text at these positions, in order; deleted and hidden text is left out."""
        for first, last, at, width in watched(self._pieces):
            start, end = max(first, positions.start), min(last, positions.stop)
            if start < end:
                at += (start - first) * width
                raw = self._word[at : at + (end - start) * width]
                count("characters", len(raw) // width)
                yield from self._visible(raw, at, width)

    def _visible(self, raw: bytes, at: int, width: int) -> Iterator[Run]:
        text = raw.decode("cp1252", "replace") if width == 1 else raw.decode("utf-16-le", "replace")
        if len(text) * width != len(raw):  # pairs of surrogates: positions count halves
            text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])))
        done, end = at, at + len(raw)
        first = max(bisect_right(self._unseen, (at, at)) - 1, 0)
        for number in range(first, bisect_left(self._unseen, (end, 0))):
            start, stop = self._unseen[number]
            stop = min(stop, end)
            if start > done:
                yield Run(text[(done - at) // width : (start - at) // width], done, width)
            if stop > max(start, done):
                # The marks of paragraphs and cells stay, so that the lines do not run together.
                hidden = text[(max(start, done) - at) // width : (stop - at) // width]
                for mark in _MARK.finditer(hidden):
                    yield Run(mark[0], max(start, done) + mark.start() * width, width)
            done = max(done, stop)
        if done < end:
            yield Run(text[(done - at) // width :], done, width)

    def paragraph_at(self, at: int) -> Paragraph:
        """Return the properties of the paragraph whose mark lies at an offset of the stream."""
        number = bisect_right(self._starts, at) - 1
        if number < 0 or at >= self._marks[number][1]:
            return Paragraph()
        if number not in self._paragraphs:
            self._paragraphs[number] = self._read_paragraph(self._marks[number][2])
        return self._paragraphs[number]

    def _read_paragraph(self, operations: bytes) -> Paragraph:
        (style_id,) = struct.unpack("<H", operations[:2].ljust(2, b"\0"))
        properties = self._operations(operations[2:])
        if _STYLE_ID in properties:
            style_id = _integer(properties[_STYLE_ID])
        style = _refine(self._styles.get(style_id, Style()), properties)
        return Paragraph(style, _flag(properties, _IN_TABLE), _flag(properties, _ROW_END))

    def _operations(self, data: bytes) -> Properties:
        """Return the operations on properties; a list too long for its page lies in another stream."""
        properties = dict(_operations(data))
        for huge in (_HUGE, _HUGE_OLD):
            if huge in properties:
                at = _integer(properties[huge])
                length = _integer(self._data[at : at + 2])
                properties |= dict(_operations(self._data[at + 2 : at + 2 + length]))
        return properties

    def _paragraph_runs(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield begin and end in the stream, style and operations of each run of paragraphs alike."""
        for start, end, page, offset in self._page_runs(_PARAGRAPHS, 13):
            length, at = 2 * page[offset], offset + 1
            if not length and at < _PAGE:  # the next byte has it
                length, at = 2 * page[at] + 1, at + 1
            yield start, end, page[at : at + length - 1] if offset else b""

    def _unseen_runs(self) -> Iterator[tuple[int, int]]:
        """Yield begin and end in the stream of deleted and hidden text, and of symbols of fonts."""
        for start, end, page, offset in self._page_runs(_CHARACTERS, 1):
            operations = page[offset + 1 : offset + 1 + page[offset]]
            if offset and start < end and self._hides(dict(_operations(operations))):
                yield start, end

    def _page_runs(self, part: int, width: int) -> Iterator[tuple[int, int, bytes, int]]:
        """Yield begin and end in the stream of each run, its page, and the offset of its operations in that.

        An offset of 0 means no operations; `width` bytes of each run come after all begins.
        """
        for page in self._pages(part):
            number = page[-1]
            places = range(4 * (number + 1), _PAGE, width)[:number]
            bounds = struct.unpack_from(f"<{len(places) + 1}L", page) if places else ()
            for (start, end), place in zip(pairwise(bounds), places, strict=True):
                yield start, end, page, 2 * page[place] if page[place] < _PAGE // 2 else 0

    def _hides(self, properties: Properties) -> bool:
        """Whether characters with these properties are hidden, or represent others."""
        if _flag(properties, _DELETED) or _SYMBOL in properties:
            return True
        if _HIDDEN in properties:
            return _flag(properties, _HIDDEN)
        return _integer(properties.get(_CHARACTER_STYLE, b"")) in self._hidden_styles

    def _pages(self, part: int) -> Iterator[bytes]:
        """Yield the pages of formatted runs that a table of them names, no more than the stream can hold."""
        table = self._part(part)
        number = min(max(len(table) - 4, 0) // 8, len(self._word) // _PAGE)
        for at in watched(range(number)):
            place = 4 * ((len(table) - 4) // 8 + 1) + 4 * at
            start = (_integer(table[place : place + 4]) & 0x3FFFFF) * _PAGE
            page = self._word[start : start + _PAGE]
            if len(page) == _PAGE:
                yield page


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _flag(properties: Properties, operation: int) -> bool:
    """Whether a property is set: 1, or 0x81, the opposite of what the style says."""
    return bool(_integer(properties.get(operation, b"")[:1]) & 1)


def _operations(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each operation on properties with its operand."""
    at = 0
    while at + 3 <= len(data):
        operation = _integer(data[at : at + 2])
        at += 2
        length = _OPERAND_BYTES.get(operation >> 13)
        if length is None:
            length = _integer(data[at : at + (2 if operation == _TABLE_DEFINITION else 1)]) + 1
        yield operation, data[at : at + length]
        at += length


def _pieces(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield first and last position, offset in the stream and bytes per character of each piece of text."""
    at = 0
    while at + 3 <= len(part) and part[at] == 1:  # properties of pieces come before the table
        at += 3 + _integer(part[at + 1 : at + 3])
    if at + 5 > len(part) or part[at] != 2:
        return
    table = part[at + 5 : at + 5 + _integer(part[at + 1 : at + 5])]
    number = max(len(table) - 4, 0) // 12
    positions = struct.unpack_from(f"<{number + 1}L", table) if number else (0,)
    done = 0
    for index in watched(range(number)):
        first, last = positions[index], positions[index + 1]
        (place,) = struct.unpack_from("<L", table, 4 * (number + 1) + 8 * index + 2)
        if not done <= first < last:
            continue
        done = last
        is_compressed = bool(place & _COMPRESSED)
        place &= _COMPRESSED - 1
        yield first, last, place // 2 if is_compressed else place, 1 if is_compressed else 2


def _merge(ranges: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _refine(base: Style, properties: Properties) -> Style:
    """Return `base` with what the operations on a paragraph say of outline level and number list."""
    level = base.level
    if _OUTLINE in properties:
        level = outline_level(str(_integer(properties[_OUTLINE])))
    numbering = base.numbering
    if _LIST_ID in properties or _LIST_LEVEL in properties:
        known = numbering or ("0", 0)
        list_id = str(_integer(properties[_LIST_ID])) if _LIST_ID in properties else known[0]
        depth = _integer(properties[_LIST_LEVEL]) if _LIST_LEVEL in properties else known[1]
        numbering = None if list_id == "0" else (list_id, min(depth, _MOST_LEVELS - 1))
    return replace(base, level=level, numbering=numbering)


@dataclass(frozen=True, slots=True)
class _StyleEntry:
    """A style as it lies in the file: its kind, what it is based on, its name, its operations."""

    is_paragraph: bool
    base: int
    name: str
    properties: Properties


def _read_styles(part: bytes) -> tuple[dict[int, Style], frozenset[int]]:
    """Return the styles of paragraphs by their numbers, each with what it takes over from its base.

    The second value has the numbers of the styles of characters that hide them.
    """
    entries: dict[int, _StyleEntry] = {}
    for style_id, data in _style_entries(part):
        entry = _read_style(data, _integer(part[4:6]))
        if entry is not None:
            entries[style_id] = entry
    hidden = (
        number
        for number, entry in entries.items()
        if not entry.is_paragraph and _flag(entry.properties, _HIDDEN)
    )
    styles = {number: _resolve(number, entries) for number, entry in entries.items() if entry.is_paragraph}
    return styles, frozenset(hidden)


def _style_entries(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2 + _integer(part[:2])
    for style_id in range(min(_integer(part[2:4]), _NO_STYLE)):
        if at + 2 > len(part):
            return
        length = _integer(part[at : at + 2])
        yield style_id, part[at + 2 : at + 2 + length]
        at += 2 + length + length % 2


def _read_style(data: bytes, base_bytes: int) -> _StyleEntry | None:
    """Return a style of paragraphs or characters; `base_bytes` come before its name."""
    if len(data) < max(base_bytes, 10) + 2:
        return None
    built_in, kind_and_base, parts = struct.unpack_from("<HHH", data)
    kind = kind_and_base & 0xF
    if kind not in (_OF_PARAGRAPHS, _OF_CHARACTERS):
        return None
    length = _integer(data[base_bytes : base_bytes + 2])
    at = base_bytes + 2
    name = data[at : at + 2 * length].decode("utf-16-le", "replace").split(",")[0]
    if 1 <= built_in & 0xFFF <= _BUILT_IN_HEADINGS:
        name = f"heading {built_in & 0xFFF}"
    at += 2 * length + 2
    at += at % 2
    properties: Properties = {}
    if parts & 0xF:  # the first part is of paragraphs, after the number of the style, or of characters
        skipped = 4 if kind == _OF_PARAGRAPHS else 2
        properties = dict(_operations(data[at + skipped : at + 2 + _integer(data[at : at + 2])]))
    return _StyleEntry(kind == _OF_PARAGRAPHS, kind_and_base >> 4, name, properties)


def _resolve(style_id: int, entries: dict[int, _StyleEntry]) -> Style:
    chain: list[_StyleEntry] = []
    while style_id in entries and len(chain) < _MOST_PARENTS:
        chain.append(entries[style_id])
        style_id = chain[-1].base
    style = Style()
    for entry in reversed(chain):
        style = _refine(name_style(style, entry.name), entry.properties)
    return style


def _read_lists(table: bytes, part: bytes, pair: tuple[int, int], overrides: bytes) -> Numbering:
    """Return the number lists: those of the file, under the numbers by which paragraphs name them."""
    kinds: dict[int, dict[int, Level]] = {}
    at = pair[0] + pair[1]  # the levels lie behind the part
    number = min(_integer(part[:2]), max(len(part) - 2, 0) // 28)
    for index in range(number):
        entry = part[2 + 28 * index : 30 + 28 * index]
        levels: dict[int, Level] = {}
        for depth in range(1 if entry[26] & 1 else _MOST_LEVELS):
            level, at = _read_level(table, at)
            if level is not None:
                levels[depth] = level
        kinds[_integer(entry[:4])] = levels
    lists: dict[str, tuple[str, dict[int, Level]]] = {}
    for index in range(min(_integer(overrides[:4]), max(len(overrides) - 4, 0) // 16)):
        kind = _integer(overrides[4 + 16 * index : 8 + 16 * index])
        lists[str(index + 1)] = (str(kind), kinds.get(kind, {}))
    return Numbering(lists)


def _read_level(table: bytes, at: int) -> tuple[Level | None, int]:
    """Return one level of a list, and where the next one begins."""
    if at + 28 > len(table):
        return None, at
    start, form = struct.unpack_from("<LB", table, at)
    at += 28 + table[at + 24] + table[at + 25]
    length = _integer(table[at : at + 2])
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    shown = "".join(f"%{ord(char) + 1}" if ord(char) < _MOST_LEVELS else char for char in text[:40])
    forms: dict[str, str] = load_rules("docx")["number_forms"]
    return Level(forms.get(str(form), "decimal"), shown, min(start, 99_999)), at + 2 + 2 * length
