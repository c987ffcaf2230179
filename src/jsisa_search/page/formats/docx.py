"""Word document (.docx, or as XML) -> `Page`: paragraphs with generated numbers, headings, tables as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from jsisa_search.errors import PageError
from jsisa_search.page.budget import check_time, count, watched
from jsisa_search.page.formats.ooxml import Numbering, Styles, read_numbering, read_styles, tag
from jsisa_search.page.formats.word_parts import read_parts
from jsisa_search.page.lines import NO_HEADING, Line, Page, clean_line, normalize, split_lines, strip
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from lxml.etree import _Element

CELL_GAP = " | "
"""What separates the cells of a row."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BLANKS = re.compile(r"[ \t]+")
# Elements whose text a reader of the document does not see, or sees elsewhere.
_UNSEEN = frozenset(
    map(tag, ("del", "moveFrom", "instrText", "pict", "object", "rPr", "pPr", "footnoteReference"))
)
_BREAKS = {tag("tab"): "\t", tag("br"): "\n", tag("cr"): "\n", tag("noBreakHyphen"): "-"}


def read_docx(data: bytes) -> Page:
    """Return the lines of a Word document, numbered by paragraph, rows and breaks included.

    Footnotes and endnotes come last. Deleted text of a tracked change and hidden text are left out. Title
    and author of the properties hold only where the text states none; the times in them are those of saving
    and are not read.
    """
    parts = read_parts(data)
    document = parts["document"]
    if document is None:
        raise PageError(tr("is no Word document: it holds no text; save it again as .docx"))
    styles = read_styles(parts["styles"])
    reader = _Reader(styles, read_numbering(parts["numbering"]))
    lines = [*reader.read(document)]
    for part in (parts.get("footnotes"), parts.get("endnotes")):
        lines += reader.read_notes(part)
    titles = {line.number for line, is_title in lines if is_title}
    return Page(
        tuple(line for line, _ in lines),
        title_line=min(titles, default=None),
        fallbacks=read_properties(parts["properties"]),
    )


class _Reader:
    """Reads the body of a document in order, counting lines and numbers."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._number = 0

    def read(self, document: _Element) -> Iterator[tuple[Line, bool]]:
        """Yield each line, and whether its style is that of a title."""
        body = document.find(tag("body"))
        stack = list(reversed(document if body is None else body))
        while stack:
            element = stack.pop()
            check_time()
            if element.tag == tag("p"):
                yield from self._read_paragraph(element)
            elif element.tag == tag("tbl"):
                yield from self._read_table(element)
            elif element.tag not in _UNSEEN:
                stack.extend(reversed(element))  # content controls and custom XML around paragraphs

    def read_notes(self, part: _Element | None) -> Iterator[tuple[Line, bool]]:
        """Yield the paragraphs of footnotes or endnotes; the lines that part them from the text are none."""
        for note in () if part is None else part.iterchildren(tag("footnote"), tag("endnote")):
            if note.get(tag("type"), "normal") == "normal":
                for paragraph in note.iterchildren(tag("p")):
                    yield from self._read_plain(paragraph)

    def _read_plain(self, paragraph: _Element) -> Iterator[tuple[Line, bool]]:
        """Yield a paragraph that is no heading, whatever its style."""
        text = strip(_BLANKS.sub(" ", clean_line("".join(self._texts(paragraph)))))
        count("characters", len(text))
        self._number += 1
        if text:
            yield Line(text, self._number, NO_HEADING), False

    def _read_paragraph(self, paragraph: _Element) -> Iterator[tuple[Line, bool]]:
        style = self._styles.of(paragraph)
        label = self._numbering.next_label(*style.numbering) if style.numbering else ""
        text = "".join(self._texts(paragraph))
        count("characters", len(text) + len(label))
        for place, piece in enumerate(split_lines(text)):
            self._number += 1
            shown = strip(_BLANKS.sub(" ", clean_line(piece)))
            if shown:
                text = shown if place else label + shown
                yield Line(text, self._number, style.level, is_quoted=style.is_quoted), style.is_title
        yield from self._read_boxes(paragraph)

    def _read_boxes(self, paragraph: _Element) -> Iterator[tuple[Line, bool]]:
        """Yield the paragraphs of text boxes that are anchored in a paragraph, once each."""
        for box in paragraph.iter(tag("txbxContent")):
            # Word writes each box twice, the second time for versions that know no other form.
            if not any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
                for inner in box.iterchildren(tag("p")):
                    yield from self._read_plain(inner)

    def _read_table(self, table: _Element) -> Iterator[tuple[Line, bool]]:
        for row in watched(table.iter(tag("tr"))):
            if next(row.iterancestors(tag("tbl")), None) is not table:
                continue  # a table in a cell is read with its cell
            self._number += 1
            count("lines")
            cells = [
                self._cell_text(cell)
                for cell in row.iter(tag("tc"))
                if next(cell.iterancestors(tag("tr"))) is row
            ]
            text = CELL_GAP.join(cell for cell in cells if cell)
            if text:
                yield Line(text, self._number, NO_HEADING), False

    def _cell_text(self, cell: _Element) -> str:
        texts = (strip("".join(self._texts(paragraph))) for paragraph in cell.iter(tag("p")))
        return _BLANKS.sub(" ", clean_line(" ".join(text for text in texts if text)))

    def _texts(self, paragraph: _Element) -> Iterator[str]:
        """Yield the pieces of text of a paragraph but for those hidden, deleted or in text boxes."""
        stack = list(reversed(paragraph))
        seen = 0
        while stack:
            element = stack.pop()
            seen += 1
            if not seen % 4096:
                check_time()
            if element.tag == tag("t"):
                yield (element.text or "").replace("\n", " ")
            elif element.tag in _BREAKS:
                yield _BREAKS[element.tag]
            elif not self._is_unseen(element):
                stack.extend(reversed(element))

    def _is_unseen(self, element: _Element) -> bool:
        """Whether the text in an element is not seen, or is read elsewhere."""
        if element.tag == tag("r"):
            return self._styles.hides(element)
        return element.tag in _UNSEEN or str(element.tag).endswith(("}AlternateContent", "}drawing"))


def read_properties(properties: _Element | None) -> dict[str, str]:
    """Return title and author of the properties (`docProps/core.xml`)."""
    names = {"title": "title", "creator": "author"}
    elements = () if properties is None else properties
    tags = ((str(element.tag).rpartition("}")[2], element.text or "") for element in elements)
    return stated_properties((names[name], text) for name, text in tags if name in names)


def stated_properties(properties: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return those properties that say something; those without a Han character are names of programs."""
    fields = {}
    for name, value in properties:
        text = normalize(value)
        if _HAN.search(text) and len(text) <= 100 and text not in load_rules("docx")["no_title"]:
            fields[name] = text
    return fields
