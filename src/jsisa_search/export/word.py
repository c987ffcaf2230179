"""A report as a Word document: heading, passages with marks, citations, and a table of sources."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from jsisa_search.export.gbt7714 import gbt7714
from jsisa_search.export.plain import one_line, plain_text
from jsisa_search.export.report import Quote, Report

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle

# As documents of offices are set: body in 宋体 小四, headings in 黑体, page of A4.
_BODY_FONT, _HEADING_FONT, _LATIN_FONT = "宋体", "黑体", "Times New Roman"
_BODY, _SMALL, _TINY = Pt(12), Pt(10.5), Pt(9)
_TITLE, _CHAPTER, _HEADING = Pt(18), Pt(14), Pt(12)
_GREY, _BLACK = RGBColor(0x55, 0x55, 0x55), RGBColor(0, 0, 0)

# Noncharacters, which XML 1.0 does not allow; control characters are written out before.
_NOT_XML = re.compile("[\ufffe\uffff]")

# Names of the styles, which are their ids too.
_FACT, _PASSAGE, _CITATION, _PLACE, _NOTE = "检索说明", "原文", "引文出处", "文件位置", "备注"

_NO_TITLE = "（无标题）"
_PARTIAL = "（部分符合）"
# Columns of the table of sources, with their widths.
_SOURCES = (("序号", Cm(1.4)), ("参考文献（GB/T 7714—2015）", Cm(12.4)), ("段数", Cm(1.6)))


def write_docx(report: Report, *, made: datetime) -> bytes:
    """Return `report` as a Word document (.docx) of the time `made`."""
    document = Document()
    set_styles(document)
    _add_styles(document)
    _set_page(document, made)
    document.core_properties.title = xml_text(report.title)
    document.add_paragraph(xml_text(report.title), style="Title")
    for fact in report.facts:
        document.add_paragraph(xml_text(fact), style=_FACT)
    for number, quote in enumerate(report.quotes, start=1):
        _add_quote(document, number, quote)
    if report.references:
        _add_sources(document, report)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def set_styles(document: WordDocument) -> None:
    """Set the fonts of the styles in use, which the template leaves to Western themes."""
    sizes = {"Normal": _BODY, "Title": _TITLE, "Heading 1": _CHAPTER, "Heading 2": _HEADING}
    for name, size in sizes.items():
        style: ParagraphStyle = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _LATIN_FONT, size, _BLACK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), _BODY_FONT if name == "Normal" else _HEADING_FONT)
    title: ParagraphStyle = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in title.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _add_styles(document: WordDocument) -> None:
    """Add the styles of the parts of a passage, so that people can change each at once."""
    styles = (
        (_FACT, _SMALL, _GREY, WD_ALIGN_PARAGRAPH.CENTER, Pt(10)),
        (_PASSAGE, _BODY, _BLACK, WD_ALIGN_PARAGRAPH.JUSTIFY, Pt(4)),
        (_CITATION, _SMALL, _GREY, WD_ALIGN_PARAGRAPH.LEFT, Pt(2)),
        (_PLACE, _TINY, _GREY, WD_ALIGN_PARAGRAPH.LEFT, Pt(2)),
        (_NOTE, _SMALL, _BLACK, WD_ALIGN_PARAGRAPH.LEFT, Pt(2)),
    )
    for name, size, color, alignment, space in styles:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size, style.font.color.rgb = size, color
        style.paragraph_format.alignment, style.paragraph_format.space_after = alignment, space
    passage = document.styles[_PASSAGE].paragraph_format
    passage.first_line_indent, passage.line_spacing = _BODY * 2, 1.5


def _set_page(document: WordDocument, made: datetime) -> None:
    """Set A4, and a footer with the number of the page."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页"):
        _run(footer, text, size=_TINY, color=_GREY) if not text.isupper() else _add_field(footer, text)
    properties = document.core_properties
    properties.author, properties.comments = "", ""
    properties.created = properties.modified = made


def _add_field(paragraph: Paragraph, code: str) -> None:
    """Add a field that Word computes; it shows 1 until it does."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        if kind == "code":
            element: Any = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "shown":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        _run(paragraph, "", size=_TINY, color=_GREY)._r.append(element)


def _add_quote(document: WordDocument, number: int, quote: Quote) -> None:
    """Add a passage with its marks, its citation with the number of its source, its file and its note."""
    partial = _PARTIAL if quote.is_partial else ""
    _append_paragraph(document, "Heading2", f"{number}. {quote.title or _NO_TITLE}{partial}")
    passage = _append_paragraph(document, _PASSAGE)
    for text, is_match in quote.quotation:
        run = passage.add_run(xml_text(text))
        if is_match:
            run.bold = True
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    source = f" [{quote.reference}]" if quote.reference else ""
    _append_paragraph(document, _CITATION, f"——{quote.citation}{source}")
    _append_paragraph(document, _PLACE, f"文件：{quote.path}:{quote.line}")
    for line in quote.note.splitlines():
        _append_paragraph(document, _NOTE, f"备注：{line}")


def _add_sources(document: WordDocument, report: Report) -> None:
    """Add the table of sources, whose head is repeated on each page."""
    document.add_heading("来源", level=1)
    table = document.add_table(rows=1, cols=len(_SOURCES), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    rows = [tuple(name for name, _ in _SOURCES)]
    for number, reference in enumerate(report.references, start=1):
        rows.append((f"[{number}]", gbt7714(reference), str(report.quotes_of(number))))
    for column, (_, width) in zip(table.columns, _SOURCES, strict=True):
        column.width = width
    for at, row in enumerate(rows):
        cells = (table.add_row() if at else table.rows[0]).cells
        for cell, text, (_, width) in zip(cells, row, _SOURCES, strict=True):
            cell.width = width
            _run(cell.paragraphs[0], text, size=_SMALL).bold = not at


def _append_paragraph(document: WordDocument, style_id: str, text: str = "") -> Paragraph:
    """Append a paragraph.

    `add_paragraph` looks through all of the body for its end: 4,000 passages took 67 s with it, and take 8.
    """
    element: Any = OxmlElement("w:p")
    document.element.body[-1].addprevious(element)
    element.style = style_id
    paragraph = Paragraph(element, document)
    if text:
        paragraph.add_run(xml_text(text))
    return paragraph


def _run(paragraph: Paragraph, text: str, *, size: Pt = _BODY, color: RGBColor = _BLACK) -> Any:
    run = paragraph.add_run(xml_text(text))
    run.font.size, run.font.color.rgb = size, color
    return run


def xml_text(text: str) -> str:
    """Return text in one line that XML can contain; nothing in it is invisible."""
    return _NOT_XML.sub("\ufffd", plain_text(one_line(text)))
