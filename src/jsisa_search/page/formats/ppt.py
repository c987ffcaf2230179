"""PowerPoint 97-2003 presentation (.ppt, .dps of WPS Office) -> `Page`, as `pptx.py` reads newer ones.

The format is that of [MS-PPT]: records in records. Each saving may append new records to the old ones, so
the slides are looked up in the directory of the last saving.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from jsisa_search.errors import PageError
from jsisa_search.page.budget import count, watched
from jsisa_search.page.formats.docx import stated_properties
from jsisa_search.page.formats.ole import PROPERTIES, read_properties, read_streams
from jsisa_search.page.formats.slides import SlideWriter
from jsisa_search.page.lines import Page
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

_DOCUMENT_STREAM, _USER_STREAM = "PowerPoint Document", "Current User"
_ENCRYPTED = 0xF3D1C4DF
_CONTAINER = 0xF
_DOCUMENT, _SLIDE, _SLIDE_LIST, _SLIDE_PLACE = 0x03E8, 0x03EE, 0x0FF0, 0x03F3
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_TEXT_KIND, _TEXT_UTF16, _TEXT_LATIN, _TEXT_OF_LIST = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
_SHAPE, _PLACEHOLDER, _SHOW = 0xF004, 0x0BC3, 0x03F9
_TITLE_KINDS = (0, 6)
_MARGINS = (7, 8, 9, 10)  # placeholders of date, number, footer and header
_HIDDEN = 0x0004
_MOST_EDITS = 1_000
_DEEPEST = 30
_DAMAGED = mark("is a damaged PowerPoint presentation; open it and save it as .pptx")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: its kind and instance, whether others are in it, and where its content lies."""

    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


@dataclass(slots=True)
class _Text:
    """A text and whether it is a title."""

    text: str
    is_title: bool


def read_ppt(data: bytes) -> Page:
    """Return the lines of a presentation, counted through it, each with its slide as its page.

    Hidden slides, notes, footers, dates and numbers of slides, and what is on the master only are left
    out. Raise `PageError` for a presentation that is encrypted or damaged.
    """
    streams = read_streams(data, (_DOCUMENT_STREAM, _USER_STREAM, PROPERTIES))
    try:
        presentation = _Presentation(streams.get(_DOCUMENT_STREAM, b""), streams.get(_USER_STREAM, b""))
        writer = SlideWriter()
        for number, (place, listed) in enumerate(presentation.slides(), 1):
            presentation.read_slide(number, place, listed, writer)
    except (struct.error, IndexError) as error:
        raise PageError(tr(_DAMAGED)) from error
    return writer.page(stated_properties(read_properties(streams.get(PROPERTIES, b"")).items()))


class _Presentation:
    """The stream of a presentation, and where the last saving left its parts."""

    def __init__(self, stream: bytes, user: bytes) -> None:
        self._stream = stream
        token, edit = struct.unpack_from("<LL", user, 12)
        if token == _ENCRYPTED:
            raise PageError(tr("is encrypted; save it without a password"))
        self._places: dict[int, int] = {}
        self._document = self._read_edits(edit)

    def _read_edits(self, edit: int) -> int:
        """Read the directories of all savings, the last first; return the number of the document part."""
        document = 0
        for _ in range(_MOST_EDITS):
            record = self._record(edit)
            if record is None or record.kind != _EDIT:
                break
            before, directory, number = struct.unpack_from("<LLL", self._stream, record.start + 8)
            document = document or number
            self._read_directory(directory)
            if not before or before >= edit:  # they are appended
                break
            edit = before
        return document

    def _read_directory(self, at: int) -> None:
        record = self._record(at)
        if record is None or record.kind != _DIRECTORY:
            return
        content = self._stream[record.start : record.end]
        values = iter(struct.iter_unpack("<L", content[: len(content) // 4 * 4]))
        for (head,) in watched(values):
            first, number = head & 0xFFFFF, head >> 20
            for index, (place,) in zip(range(number), values, strict=False):
                self._places.setdefault(first + index, place)

    def slides(self) -> Iterator[tuple[int, list[_Text]]]:
        """Yield where each slide lies, in order, with the texts that the document itself has of it."""
        document = self._record(self._places.get(self._document, -1))
        if document is None or document.kind != _DOCUMENT:
            raise PageError(tr(_DAMAGED))
        found: list[tuple[int, list[_Text]]] = []
        for part in self._records(document.start, document.end):
            if part.kind == _SLIDE_LIST and part.instance == 0:
                is_title = False
                for record in self._records(part.start, part.end):
                    if record.kind == _SLIDE_PLACE:
                        (number,) = struct.unpack_from("<L", self._stream, record.start)
                        found.append((self._places.get(number, -1), []))
                    elif record.kind == _TEXT_KIND:
                        is_title = self._is_title(record)
                    elif record.kind in (_TEXT_UTF16, _TEXT_LATIN) and found:
                        found[-1][1].append(_Text(self._text(record), is_title))
        yield from found

    def read_slide(self, number: int, place: int, listed: list[_Text], writer: SlideWriter) -> None:
        """Write the texts of a slide: its title, then the others in order, those only listed at last."""
        slide = self._record(place)
        texts: list[_Text] = []
        if slide is not None and slide.kind == _SLIDE:
            if self._is_hidden(slide):
                return
            rest = dict(enumerate(listed))
            for shape in self._inner(slide, _SHAPE):
                texts += self._shape_texts(shape, rest)
            listed = list(rest.values())
        texts += listed
        writer.begin_slide(number)
        for text in texts:
            if text.is_title:
                writer.add_title(text.text)
        for text in texts:
            if not text.is_title:
                writer.add_text(text.text)

    def _shape_texts(self, shape: _Record, listed: dict[int, _Text]) -> list[_Text]:
        """Return the texts of a shape; one of the list is taken out of `listed`."""
        texts: list[_Text] = []
        is_title = is_margin = False
        for record in self._leaves(shape):
            if record.kind == _PLACEHOLDER:
                is_margin = self._stream[record.start + 4] in _MARGINS
            elif record.kind == _TEXT_KIND:
                is_title = self._is_title(record)
            elif record.kind in (_TEXT_UTF16, _TEXT_LATIN):
                texts.append(_Text(self._text(record), is_title))
            elif record.kind == _TEXT_OF_LIST:
                (index,) = struct.unpack_from("<L", self._stream, record.start)
                if index in listed:
                    texts.append(listed.pop(index))
        return [] if is_margin else texts

    def _is_hidden(self, slide: _Record) -> bool:
        for record in self._records(slide.start, slide.end):
            if record.kind == _SHOW:
                return bool(struct.unpack_from("<H", self._stream, record.start + 10)[0] & _HIDDEN)
        return False

    def _is_title(self, record: _Record) -> bool:
        return bool(struct.unpack_from("<L", self._stream, record.start)[0] in _TITLE_KINDS)

    def _text(self, record: _Record) -> str:
        """Return a text; paragraphs end with CR, lines with VT."""
        raw = self._stream[record.start : record.end]
        count("characters", len(raw))
        text = raw.decode("utf-16-le" if record.kind == _TEXT_UTF16 else "latin-1", "replace")
        return text.replace("\x0b", "\n")

    def _inner(self, record: _Record, kind: int) -> Iterator[_Record]:
        """Yield the containers of one kind in a record, not those within each other."""
        stack = [iter(self._records(record.start, record.end))]
        while stack:
            inner = next(stack[-1], None)
            if inner is None:
                stack.pop()
            elif inner.kind == kind:
                yield inner
            elif inner.is_container and len(stack) < _DEEPEST:
                stack.append(iter(self._records(inner.start, inner.end)))

    def _leaves(self, record: _Record) -> Iterator[_Record]:
        """Yield the records in a record that hold no others, in order."""
        stack = [iter(self._records(record.start, record.end))]
        while stack:
            inner = next(stack[-1], None)
            if inner is None:
                stack.pop()
            elif not inner.is_container:
                yield inner
            elif len(stack) < _DEEPEST:
                stack.append(iter(self._records(inner.start, inner.end)))

    def _records(self, start: int, end: int) -> Iterator[_Record]:
        """Yield the records that follow each other between two offsets."""
        while start + 8 <= end:
            count("records")
            record = self._record(start)
            if record is None:
                return
            yield record
            start = record.end

    def _record(self, at: int) -> _Record | None:
        """Return the record at an offset, `None` where there is none."""
        if at < 0 or at + 8 > len(self._stream):
            return None
        head, kind, length = struct.unpack_from("<HHL", self._stream, at)
        end = min(at + 8 + length, len(self._stream))
        return _Record(kind, head >> 4, head & 0xF == _CONTAINER, at + 8, end)
