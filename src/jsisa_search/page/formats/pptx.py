"""PowerPoint presentation (.pptx) -> `Page`: the text of each slide under its title, then its notes.

Not by python-pptx: it inflates every part with all pictures, brings Pillow and XlsxWriter (27 MB, 0.5 s to
import) and knows no Strict files, while the text lies in XML that lxml reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from jsisa_search.errors import PageError
from jsisa_search.page.budget import watched
from jsisa_search.page.formats.docx import read_properties
from jsisa_search.page.formats.packed_xml import Package, open_package
from jsisa_search.page.formats.slides import SlideWriter
from jsisa_search.page.lines import Page
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = mark("PowerPoint presentation")
_PRESENTATION = "ppt/presentation.xml"
_PROPERTIES = "docProps/core.xml"
_PARAGRAPHS = (  # as PowerPoint writes them, and as Strict has them
    "{http://schemas.openxmlformats.org/drawingml/2006/main}p",
    "{http://purl.oclc.org/ooxml/drawingml/main}p",
)
_TITLES = ("title", "ctrTitle")
_MARGINS = ("dt", "ftr", "hdr", "sldNum", "sldImg")


def read_pptx(data: bytes) -> Page:
    """Return the lines of a presentation, counted through it, each with its slide as its page.

    The titles of slides are headings, that of the first is the title. Hidden slides, footers, dates and
    numbers of slides, and what is on the master only are left out.
    """
    writer = SlideWriter()
    with open_package(data, _KIND) as package:
        presentation = package.parse(_PRESENTATION)
        if presentation is None:
            raise PageError(
                tr("is no {kind}: it has no list of slides; save it again as .pptx").format(kind=tr(_KIND))
            )
        targets = _targets(package, _PRESENTATION)
        for number, entry in enumerate(watched(presentation.iterfind("{*}sldIdLst/{*}sldId")), 1):
            path = targets.get(_relation_id(entry), ("", ""))[1]
            slide = package.parse(path) if path else None
            if slide is not None and slide.get("show") not in ("0", "false"):
                writer.begin_slide(number)
                _read_slide(package, path, slide, writer)
        properties = package.parse(_PROPERTIES)
    return writer.page(read_properties(properties))


def _read_slide(package: Package, path: str, slide: _Element, writer: SlideWriter) -> None:
    """Write the title of a slide, its other text in order, and its notes."""
    shapes = [(shape, _placeholder(shape)) for shape in _shapes(slide)]
    shapes = [(shape, kind) for shape, kind in shapes if kind not in _MARGINS]
    for shape, kind in shapes:
        if kind in _TITLES:
            writer.add_title(" ".join(_paragraphs(shape)))
    for shape, kind in shapes:
        if kind not in _TITLES:
            _read_shape(shape, writer)
    for kind, target in _targets(package, path).values():
        if kind in ("notesSlide", "diagramData"):
            part = package.parse(target)
            if part is not None:
                _read_further(part, writer)


def _read_further(part: _Element, writer: SlideWriter) -> None:
    """Write the notes of a slide, or the text of a diagram (SmartArt)."""
    shapes = [shape for shape in _shapes(part) if _placeholder(shape) not in _MARGINS]
    for shape in shapes or [point for point in part.iter("{*}pt") if point.get("type") != "pres"]:
        for text in _paragraphs(shape):
            writer.add_text(text)


def _shapes(slide: _Element) -> Iterator[_Element]:
    """Yield the shapes and tables of a slide in order, those in groups too."""
    for element in watched(slide.iter("{*}sp", "{*}graphicFrame")):
        # What newer versions draw comes a second time for older ones.
        if not any(str(above.tag).endswith("}Fallback") for above in element.iterancestors()):
            yield element


def _placeholder(shape: _Element) -> str:
    """Return what a shape is for by its layout: `title`, `body`, `sldNum`; empty for one of its own."""
    found = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
    return "" if found is None else found.get("type", "body")


def _read_shape(shape: _Element, writer: SlideWriter) -> None:
    rows = list(shape.iter("{*}tr"))
    for row in rows:
        cells = (" ".join(_paragraphs(cell)) for cell in row.iterfind("{*}tc"))
        writer.add_row(cells)
    if not rows:
        for text in _paragraphs(shape):
            writer.add_text(text)


def _paragraphs(element: _Element) -> Iterator[str]:
    for paragraph in watched(element.iter(*_PARAGRAPHS)):
        parts = paragraph.iter("{*}t", "{*}br")
        yield "".join("\n" if str(part.tag).endswith("}br") else part.text or "" for part in parts)


def _targets(package: Package, path: str) -> dict[str, tuple[str, str]]:
    """Return kind and path of the parts that the part at `path` refers to, by their ids."""
    folder, _, name = path.rpartition("/")
    root = package.parse(f"{folder}/_rels/{name}.rels")
    targets: dict[str, tuple[str, str]] = {}
    for relation in () if root is None else root.iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(path), target))
            targets[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], place)
    return targets


def _relation_id(entry: _Element) -> str:
    """Return the id of the part that an entry of a list refers to."""
    return next((str(value) for name, value in entry.attrib.items() if str(name).endswith("}id")), "")
