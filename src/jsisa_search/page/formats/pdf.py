"""PDF document -> `Page`: lines in reading order, paragraphs put together again, without running heads.

The text is taken out by PDFium, the reader of Chrome, in a process of its own (`pdf_text.py`).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsisa_search.errors import ExtraMissingError, PageError, PageTooLargeError
from jsisa_search.page.budget import check_time
from jsisa_search.page.formats.pdf_layout import Layout, Row, arrange, drop_margins
from jsisa_search.page.formats.subprogram import run_program
from jsisa_search.page.formats.text import join_pieces
from jsisa_search.page.lines import NO_HEADING, NUMBERED_HEADING, Line, Page, clean_text, strip
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.sections import is_numbered, may_be_heading
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark, ngettext

_PROGRAM = Path(__file__).with_name("pdf_text.py")
_SIGNATURE = b"%PDF-"
_SIGNATURE_WITHIN = 1024
_LARGE_LEVEL = 3
_INSTALL = mark('needs the extra for PDF; install it with: python -m pip install "jsisa-search[pdf]"')
_DAMAGED = mark("is a damaged PDF document; save it again")


def read_pdf(data: bytes) -> Page:
    """Return the paragraphs of a PDF document with their pages; lines are counted through the document.

    Raise `ExtraMissingError` without the extra, `PageTooLargeError` where reading takes more time, memory
    or pages than is given to one document, and `PageError` for a document that is encrypted, damaged or
    has no text layer.
    """
    if _SIGNATURE not in data[:_SIGNATURE_WITHIN]:
        raise PageError(tr("is no PDF document, whatever its name says"))
    if find_spec("pypdfium2") is None:
        raise ExtraMissingError(tr(_INSTALL))
    pages = _take_text(data)
    _check_fonts(pages)
    if not any(page["lines"] for page in pages):
        count = ngettext("its page is a picture", "its {number} pages are pictures", len(pages)).format(
            number=len(pages)
        )
        raise PageError(
            tr("has no text layer: {count}, as of a scan; recognise its text first").format(count=count)
        )
    return read_layouts([Layout.of(page["width"], page["height"], page["lines"]) for page in pages])


def read_layouts(layouts: list[Layout]) -> Page:
    """Return the paragraphs of pages whose lines have places, without running heads and page numbers."""
    arranged = []
    for layout in drop_margins(layouts):
        check_time()
        arranged.append(arrange(layout))
    return _make_page(arranged, layouts)


def _take_text(data: bytes) -> list[dict[str, Any]]:
    """Return the pages of a document as the other process gives them."""
    limits = load_rules("pdf")["limits"]
    arguments = [limits["pages"], limits["memory"]]
    answer = run_program(_PROGRAM, arguments, data, seconds=limits["seconds"], damaged=_DAMAGED)
    if "error" in answer:
        raise _error_of(answer)
    pages: list[dict[str, Any]] = answer["pages"]
    return pages


def _check_fonts(pages: list[dict[str, Any]]) -> None:
    """Raise `PageError` where so much is in fonts that are not there that the text would have holes."""
    lost = sum(page["lost"] for page in pages)
    readable = sum(len(run[0]) for page in pages for run in page["lines"])
    if lost > load_rules("pdf")["limits"]["lost"] * (readable + lost):
        raise PageError(
            tr(
                "has text in a font that is neither in it nor on this computer: {lost:,} "
                "characters can't be told; install a Chinese font (such as Noto Sans CJK) and "
                "read it again"
            ).format(lost=lost)
        )


def _error_of(answer: dict[str, Any]) -> PageError:
    limits = load_rules("pdf")["limits"]
    match answer["error"]:
        case "missing":
            return ExtraMissingError(tr(_INSTALL))
        case "password":
            return PageError(tr("is encrypted; save it without its password"))
        case "memory":
            return PageTooLargeError(tr("takes more memory to read than is given to one document"))
        case "pages":
            return PageTooLargeError(
                tr("has {count:,} pages, more than the {pages:,} read").format(
                    count=answer["count"], pages=limits["pages"]
                )
            )
        case _:
            return PageError(tr(_DAMAGED))


def _make_page(pages: list[list[Row]], layouts: list[Layout]) -> Page:
    """Return the paragraphs of all pages, and which of them is the title."""
    body = _body_size(pages)
    lines: list[Line] = []
    title: int | None = None
    pending: list[Row] = []
    number = 0
    for page_number, rows in enumerate(pages, 1):
        for row in rows:
            number += 1
            placed = row.at(page_number, number)
            if pending and placed.continues(pending[-1], body):
                pending.append(placed)
                continue
            lines += _paragraph(pending, body)
            pending = [placed]
            if title is None and page_number == 1 and row.is_title(body, layouts[0].height):
                title = number
    lines += _paragraph(pending, body)
    return Page(tuple(lines), title_line=title if any(line.number == title for line in lines) else None)


def _body_size(pages: list[list[Row]]) -> float:
    """Return the height of the lines that hold most of the text."""
    weights: dict[float, int] = {}
    for row in (row for rows in pages for row in rows):
        weights[round(row.size)] = weights.get(round(row.size), 0) + len(row.text)
    return max(weights, key=lambda size: weights[size], default=1.0)


def _paragraph(rows: list[Row], body: float) -> list[Line]:
    text = strip(clean_text(join_pieces([row.text for row in rows])))
    if not text:
        return []
    return [Line(text, rows[0].number, _level_of(rows[0], text, body), rows[0].page)]


def _level_of(row: Row, text: str, body: float) -> int | None:
    """Return the level of a line in larger type that may be a heading; a number determines its rank."""
    if row.is_table:
        return NO_HEADING
    is_large: bool = row.size > load_rules("pdf")["join"]["title"] * body
    if not is_large or not may_be_heading(text):
        return None
    return NUMBERED_HEADING if is_numbered(text) else _LARGE_LEVEL
