"""The lines of a PDF document with their places, as a program of its own.

    python -P pdf_text.py MAX_PAGES MAX_MEMORY < document.pdf

A PDF may make its reader loop, fill the memory or fall over; what happens here the caller outlives. One
JSON object is written: `error`, or `pages`, each with `height`, `width` and `lines`, each a list of text,
left, bottom, right, top and size, in points from the lower left corner, and the count of pieces of text
that were `lost`. Nothing else of this package is
imported, so that it starts in the time that the interpreter takes.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_LONGEST = 5_000_000  # characters of a document
_SAME_LINE = 0.5  # of the size: characters whose middles are closer are on one line
_TAB = 3.0  # of the size: a gap as wide as this is one of a table
_BLANK = 0.9  # of the size: Han characters with less between them are spread, not parted
# Word and its like set a quarter of the size between Han characters and digits or letters, where no blank is.
_MIXED_BLANK = 0.4
_LATIN_BLANK = 0.2

Run = tuple[str, float, float, float, float, float]


def main() -> None:
    """Read standard input and write what it holds."""
    most_pages, memory = (int(argument) for argument in sys.argv[1:3])
    _limit(memory)
    try:
        answer = read(sys.stdin.buffer.read(), most_pages)
    except ImportError:
        answer = {"error": "missing"}
    except MemoryError:
        answer = {"error": "memory"}
    json.dump(answer, sys.stdout)


def _limit(memory: int) -> None:
    """Bound the memory of this process in bytes, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def read(data: bytes, most_pages: int) -> dict[str, Any]:
    """Return the answer for the document `data`, or why there is none: `password`, `damaged`, `pages`."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return {"error": "password" if getattr(error, "err_code", None) == _PASSWORD else "damaged"}
    count = len(document)
    if count > most_pages:
        return {"error": "pages", "count": count}
    pages, left = [], _LONGEST
    for number in range(count):
        try:
            page = document[number]
            size, runs, lost = page.get_size(), _read_page(page.get_textpage(), left), _count_lost(page)
        except pdfium.PdfiumError:
            size, runs, lost = (0.0, 0.0), [], 0
        left -= sum(len(run[0]) for run in runs)
        pages.append({"width": size[0], "height": size[1], "lines": runs, "lost": lost})
    return {"pages": pages}


def _read_page(text_page: Any, most: int) -> list[Run]:
    """Return the stretches of adjacent characters, in the order of the document."""
    return join_runs(_characters(text_page, most))


def join_runs(characters: Iterable[Run]) -> list[Run]:
    """Return characters, or stretches of them, as runs of adjacent ones."""
    runs: list[Run] = []
    open_run: Run | None = None
    for char in characters:
        joined = _join(open_run, char) if open_run else None
        if open_run and joined is None:
            runs.append(open_run)
        open_run = joined or char
    return [run for run in [*runs, open_run] if run and run[0].strip()]


def _count_lost(page: Any) -> int:
    """Return how many pieces of text PDFium passes over: what has no width in a font that it has not got.

    Where a font is neither embedded nor installed, its characters have no extent, and a piece of one such
    character is taken for empty.
    """
    import pypdfium2.raw as raw

    edges = [ctypes.c_float() for _ in range(4)]
    left, _, right, _ = edges
    lost = 0
    for index in range(min(raw.FPDFPage_CountObjects(page), _LONGEST)):
        piece = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(piece) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        raw.FPDFPageObj_GetBounds(piece, *edges)
        is_empty = abs(right.value - left.value) < 0.01
        lost += is_empty and raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(piece)) == 0
    return lost


def _characters(text_page: Any, most: int) -> Iterator[Run]:
    """Yield each visible character as a run; blanks follow from the places of what is around them."""
    import pypdfium2.raw as raw

    box, seen = raw.FS_RECTF(), set()
    for index in range(min(text_page.count_chars(), most)):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code <= 0x20 or code in (0xA0, 0xFFFE, 0xFFFF, 0x3000) or 0xD800 <= code <= 0xDFFF:
            continue
        raw.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box))
        run = (chr(code), box.left, box.bottom, box.right, box.top, box.top - box.bottom)
        # Bold that is made by printing twice.
        key = (code, round(box.left), round(box.bottom))
        if key not in seen:
            seen.add(key)
            yield run


def _join(run: Run, char: Run) -> Run | None:
    """Return `run` with the character that follows it, `None` where it is elsewhere."""
    text, left, bottom, right, top, size = run
    gap, size = char[1] - right, max(size, 1.0)
    if abs((char[2] + char[4]) - (bottom + top)) / 2 > _SAME_LINE * size or not -size < gap < _TAB * size:
        return None
    blank = " " if gap > _least_blank(text[-1], char[0][0]) * size else ""
    return text + blank + char[0], left, min(bottom, char[2]), max(right, char[3]), max(top, char[4]), size


def _least_blank(one: str, other: str) -> float:
    """Return from which gap on there is a blank between two characters, in parts of the size."""
    if _is_wide(one) != _is_wide(other):
        return _MIXED_BLANK
    return _BLANK if _is_wide(one) else _LATIN_BLANK


def _is_wide(char: str) -> bool:
    return char >= "\u2e80"


if __name__ == "__main__":
    main()
