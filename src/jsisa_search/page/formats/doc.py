"""Word 97-2003 document (.doc, and .wps of WPS Office) -> `Page`: as `docx.py` reads the newer format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jsisa_search.page.budget import watched
from jsisa_search.page.formats.docx import stated_properties
from jsisa_search.page.formats.ole import PROPERTIES, read_properties, read_streams
from jsisa_search.page.formats.paragraphs import ParagraphWriter
from jsisa_search.page.formats.word_binary import Paragraph, WordFile
from jsisa_search.page.lines import Page

_STREAMS = ("WordDocument", "0Table", "1Table", "Data", PROPERTIES)
_FIELD_BEGIN, _FIELD_SEPARATOR, _FIELD_END = "\x13", "\x14", "\x15"
_CELL_MARK = "\x07"
# Ends of paragraphs, of cells and of pages, and what surrounds the instruction of a field.
_SPECIAL = re.compile("[\r\x07\x0c\x13\x14\x15]")
_CHARACTERS = str.maketrans({"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": None})


def read_doc(data: bytes) -> Page:
    """Return the lines of a Word document: its text, then those of text boxes, footnotes and endnotes.

    Left out are deleted and hidden text, the instructions of fields, headers, footers and comments. Lines
    are numbered as in a .docx. Raise `PageError` for a document that is encrypted, damaged, or older.
    """
    streams = read_streams(data, _STREAMS)
    document = WordFile(streams)
    writer = ParagraphWriter()
    for name, positions in document.stories().items():
        _read_story(document, positions, writer, is_text=name == "text")
    return Page(
        tuple(writer.lines),
        title_line=writer.title_line,
        fallbacks=stated_properties(read_properties(streams.get(PROPERTIES, b"")).items()),
    )


def _read_story(document: WordFile, positions: range, writer: ParagraphWriter, *, is_text: bool) -> None:
    """Write the paragraphs and rows at these positions."""
    for raw, mark, paragraph in _paragraphs(document, positions):
        style = paragraph.style
        text = raw.translate(_CHARACTERS)
        label = document.numbering.next_label(*style.numbering) if style.numbering else ""
        if paragraph.ends_row:
            writer.end_row()
        elif paragraph.in_table:
            writer.add_to_cell(label + text if text else "")
            if mark == _CELL_MARK:
                writer.end_cell()
        else:
            writer.add_paragraph(text, style, label, is_text=is_text)
    writer.end_row()


def _paragraphs(document: WordFile, positions: range) -> Iterator[tuple[str, str, Paragraph]]:
    """Yield the text of each paragraph, its mark, and its properties."""
    pieces: list[str] = []
    fields = _Fields()
    for run in document.runs(positions):
        done = 0
        for match in watched(_SPECIAL.finditer(run.text)):
            if not fields.is_instruction:
                pieces.append(run.text[done : match.start()])
            done = match.end()
            mark = match[0]
            if mark in (_FIELD_BEGIN, _FIELD_SEPARATOR, _FIELD_END):
                fields.take(mark)
                continue
            if fields.is_instruction:  # no instruction is that long: its end is missing
                fields = _Fields()
            yield "".join(pieces), mark, document.paragraph_at(run.at + match.start() * run.width)
            pieces.clear()
        if not fields.is_instruction:
            pieces.append(run.text[done:])
    if any(pieces):
        yield "".join(pieces), "\r", Paragraph()


@dataclass(slots=True)
class _Fields:
    """The fields that are open: of each, whether its instruction is over."""

    open: list[bool] = field(default_factory=list)

    @property
    def is_instruction(self) -> bool:
        """Whether the text at this place is a field instruction, which Word does not show."""
        return not all(self.open)

    def take(self, mark: str) -> None:
        """Go past one mark."""
        if mark == _FIELD_BEGIN:
            self.open.append(False)
        elif self.open and mark == _FIELD_SEPARATOR:
            self.open[-1] = True
        elif self.open and mark == _FIELD_END:
            self.open.pop()
