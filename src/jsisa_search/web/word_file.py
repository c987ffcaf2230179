"""Clippings as a Word document: the least that Word, WPS and LibreOffice open, written directly."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from jsisa_search.export.plain import plain_text
from jsisa_search.web.clippings import Clipping

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""

_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="word/document.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>"""

# Noncharacters, which XML 1.0 does not allow; control characters are written out before.
_NOT_XML = re.compile("[\ufffe\uffff]")

# Half points: 三号 is 32, 小四 24, 五号 21.
_BODY, _SMALL = 24, 21


def to_docx(clippings: tuple[Clipping, ...]) -> bytes:
    """Return the clippings as a document: each passage, below it its citation, file and note."""
    parts = []
    for number, each in enumerate(clippings, start=1):
        lines = each.text.splitlines() or [""]
        parts.append(_paragraph(f"{number}. {lines[0]}", _BODY))
        parts += [_paragraph(line, _BODY) for line in lines[1:]]
        parts.append(_paragraph(f"——{each.citation}", _SMALL, color="555555"))
        parts.append(_paragraph(f"文件：{each.path}:{each.line}", _SMALL, color="888888"))
        if each.note:
            parts += [_paragraph(f"备注：{line}", _SMALL) for line in each.note.splitlines()]
        parts.append(_paragraph("", _SMALL))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", _DOCUMENT.format("".join(parts)))
    return file.getvalue()


def _paragraph(text: str, size: int, color: str = "") -> str:
    tint = f'<w:color w:val="{color}"/>' if color else ""
    shown = escape(_NOT_XML.sub("\ufffd", plain_text(text)))
    return (
        f'<w:p><w:r><w:rPr>{tint}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{shown}</w:t></w:r></w:p>'
    )
