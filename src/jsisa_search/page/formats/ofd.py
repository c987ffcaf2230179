"""OFD document (GB/T 33190) -> `Page`: a page has text at places, as in a PDF; read by `pdf_layout`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jsisa_search.errors import PageError, PageTooLargeError
from jsisa_search.page.budget import check_time, count
from jsisa_search.page.formats.packed_xml import Package, open_package
from jsisa_search.page.formats.pdf import read_layouts
from jsisa_search.page.formats.pdf_layout import Layout
from jsisa_search.page.formats.pdf_text import Run, join_runs
from jsisa_search.page.lines import Page, normalize
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = mark("OFD document")
_POINTS = 72 / 25.4  # of a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_DEFAULT_SIZE = 4.2  # millimetres; the standard wants a size at every text
_MOST = 100_000.0  # millimetres; what lies farther out is damage
_PAGE_PATH = re.compile(r"(?:.*/)?Pages/Page_(\d{1,6})/Content\.xml", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SKEW = 0.2  # tangent above which text is neither level nor upright: a watermark
_BLANK = re.compile(r"\s")
_WIDEST = 2.0  # of the size: a character that is spread farther than this is followed by a gap
_VERTICAL = 0.3  # of the size: characters moved down by more are below each other

Matrix = tuple[float, float, float, float, float, float]


def read_ofd(data: bytes) -> Page:
    """Return the paragraphs of an OFD document with their pages; lines are counted through the document.

    Title and author of its properties hold only where the text states none; the times there are those of
    saving and are not read. Raise `PageError` for a document that is encrypted, damaged or has no text.
    """
    with open_package(data, _KIND) as package:
        document = _Document(package)
        layouts = [document.layout(page) for page in document.pages()]
        fallbacks = document.properties()
        if not layouts and any("encrypt" in name.lower() for name in package.names):
            raise PageError(tr("is an encrypted OFD document; save it without its password"))
    if not layouts:
        raise PageError(tr("is no OFD document: it has no pages; save it again"))
    if not any(layout.rows for layout in layouts):
        raise PageError(
            tr("has no text on its {number} pages, as of a scan; recognise its text first").format(
                number=len(layouts)
            )
        )
    page = read_layouts(layouts)
    return Page(page.lines, title_line=page.title_line, fallbacks=fallbacks)


@dataclass(frozen=True, slots=True)
class _PageFile:
    """Where the content of a page lies, and the size of pages of its document in millimetres."""

    path: str
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class _Document:
    """The parts of an OFD file; template pages are parsed once."""

    package: Package
    _paths: dict[str, str] = field(init=False)
    _templates: dict[str, str] = field(default_factory=dict)
    _template_texts: dict[str, list[Run]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make a table of the parts; programs differ in the case of paths."""
        self._paths = {name.lower(): name for name in self.package.names}

    def pages(self) -> list[_PageFile]:
        """Return the pages of all documents in order, or all that are there where the table is missing."""
        found: list[_PageFile] = []
        root = self._parse("OFD.xml")
        for place in () if root is None else _children(root, "DocRoot"):
            found += self._pages_of(_resolve("", place.text or ""))
        if not found:
            numbered = ((_PAGE_PATH.fullmatch(name), name) for name in self.package.names)
            ordered = sorted((int(match[1]), name) for match, name in numbered if match)
            found = [_PageFile(name, _A4) for _, name in ordered]
        limit = load_rules("pdf")["limits"]["pages"]
        if len(found) > limit:
            raise PageTooLargeError(
                tr("has {number:,} pages, more than the {limit:,} read").format(
                    number=len(found), limit=limit
                )
            )
        return found

    def _pages_of(self, path: str) -> Iterator[_PageFile]:
        document = self._parse(path)
        if document is None:
            return
        box = _box(next(_children(document, "PhysicalBox"), None)) or _A4
        for template in _children(document, "TemplatePage"):
            self._templates[template.get("ID", "")] = _resolve(path, template.get("BaseLoc", ""))
        for page in _children(document, "Page"):
            if page.get("BaseLoc"):
                yield _PageFile(_resolve(path, page.get("BaseLoc", "")), box)

    def layout(self, page: _PageFile) -> Layout:
        """Return the lines of a page, those of its templates first."""
        check_time()
        content = self._parse(page.path)
        if content is None:
            return Layout.of(page.box[2] * _POINTS, page.box[3] * _POINTS, ())
        box = _box(next(_children(content, "PhysicalBox"), None)) or page.box
        runs = [run for used in _children(content, "Template") for run in self._template(used, box)]
        runs += join_runs(_runs(content, box))
        count("lines", len(runs))
        return Layout.of(box[2] * _POINTS, box[3] * _POINTS, runs)

    def _template(self, used: _Element, box: tuple[float, float, float, float]) -> list[Run]:
        name = self._templates.get(used.get("TemplateID", ""), "")
        if name not in self._template_texts:
            content = self._parse(name) if name else None
            runs = [] if content is None else join_runs(_runs(content, box))
            self._template_texts[name] = runs
        return self._template_texts[name]

    def properties(self) -> dict[str, str]:
        """Return title and author of the properties; those without a Han character are names of programs."""
        root = self._parse("OFD.xml")
        fields: dict[str, str] = {}
        if root is None:
            return fields
        for name in ("Title", "Author"):
            text = normalize(next((element.text or "" for element in _children(root, name)), ""))
            is_known = text in load_rules("docx")["no_title"]
            if _HAN.search(text) and len(text) <= 100 and not is_known:
                fields[name.lower()] = text
        return fields

    def _parse(self, path: str) -> _Element | None:
        name = self._paths.get(path.lower())
        return None if name is None else self.package.parse(name)


def _children(element: _Element, name: str) -> Iterator[_Element]:
    """Yield the elements of that name below `element`, in whatever namespace: programs use several."""
    return element.iter(f"{{*}}{name}")


def _resolve(base: str, path: str) -> str:
    """Return the path of a part that the part at `base` names, without leaving the file."""
    path = path.strip().replace("\\", "/")
    joined = path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
    return posixpath.normpath(f"/{joined}").lstrip("/")


def _numbers(text: str | None) -> list[float]:
    """Return the numbers of an attribute, up to the first that is none or lies off every page."""
    numbers: list[float] = []
    for word in (text or "").split():
        try:
            number = float(word)
        except ValueError:
            break
        if not -_MOST < number < _MOST:  # not a number is not either
            break
        numbers.append(number)
    return numbers


def _box(element: _Element | None) -> tuple[float, float, float, float] | None:
    values = [] if element is None else _numbers(element.text)
    if len(values) != 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[2], values[3]


def _runs(content: _Element, box: tuple[float, float, float, float]) -> Iterator[Run]:
    """Yield the text of a page in runs: text, left, bottom, right, top and size in points."""
    for text in _children(content, "TextObject"):
        check_time()
        if text.get("Visible", "").lower() == "false":
            continue
        matrix = _matrix(text)
        if matrix is None:
            continue
        size = (_numbers(text.get("Size")) or [_DEFAULT_SIZE])[0]
        for code in _children(text, "TextCode"):
            for piece, x, y, width in _pieces(code, size):
                yield _place(piece, x, y, width, size, matrix, box)


def _matrix(text: _Element) -> Matrix | None:
    """Return what takes a place in a text object to the page, `None` for text that lies aslant."""
    left, top, *_ = [*_numbers(text.get("Boundary")), 0.0, 0.0]
    ctm = _numbers(text.get("CTM"))
    a, b, c, d, e, f = ctm if len(ctm) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    low, high = sorted((abs(a), abs(b)))
    if high == 0 or low > _SKEW * high:
        return None
    return a, b, c, d, e + left, f + top


def _pieces(code: _Element, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Yield the stretches of a text without gaps, with their places and widths within their object.

    Characters below each other are one line to a reader, and so are taken for ones side by side.
    """
    text = "".join(map(str, code.itertext())).strip("\r\n")
    count("characters", len(text))
    x, y = ((_numbers(code.get(name)) or [0.0])[0] for name in ("X", "Y"))
    right, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
    if down and abs(down[0]) > _VERTICAL * size and not any(right):
        right, down = [], []
    natural = [size if char >= "\u2e80" else size / 2 for char in text]
    advances = [*right, *natural[len(right) :]]
    widest = _WIDEST * size
    if text and not any(down) and not _BLANK.search(text) and min(advances) >= 0 and max(advances) <= widest:
        yield text, x, y, sum(advances)
        return
    for at, char in enumerate(text):
        if not char.isspace():  # blanks follow from the places of what is around them
            yield char, x, y, max(natural[at], advances[at] if advances[at] <= widest else 0.0)
        x += advances[at]
        y += down[at] if at < len(down) else 0.0


def _deltas(text: str | None, most: int) -> list[float]:
    """Return the distances between characters; `g 3 4.2` means `4.2 4.2 4.2`."""
    words = (text or "").split()
    deltas: list[float] = []
    at = 0
    while at < len(words) and len(deltas) < most:
        times = 1
        if words[at] == "g":
            counted = _numbers(" ".join(words[at + 1 : at + 2]))
            times, at = int(max(min(counted[0] if counted else 0, most), 0)), at + 2
        value = _numbers(words[at] if at < len(words) else None)
        if not value:
            break
        deltas += value * min(times, most - len(deltas))
        at += 1
    return deltas


def _place(
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    matrix: Matrix,
    box: tuple[float, float, float, float],
) -> Run:
    """Return a stretch of text in points from the lower left corner of its page, as in a PDF."""
    a, b, c, d, e, f = matrix
    if abs(b) > abs(a):  # lying on its side: read along the line
        a, b, c, d = b, a, d, c
    left = (a * x + c * y + e - box[0]) * _POINTS
    base = (box[3] - (b * x + d * y + f - box[1])) * _POINTS
    height = max(abs(d) * size, 0.1) * _POINTS
    right = left + abs(a) * width * _POINTS
    return text, left, base - 0.2 * height, right, base + 0.8 * height, height
