"""A check of a draft as comments of a Word document: on the draft itself, or in a new document."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from jsisa_search.export.checked import (
    claim_lines,
    count_text,
    difference_lines,
    likeness_text,
    near_passages,
    passage_name,
    passage_text,
    source_text,
    verdict_name,
)
from jsisa_search.export.word import set_styles, xml_text
from jsisa_search.model import Range
from jsisa_search.research.check.report import CheckedItem, DraftReport
from jsisa_search.translation import gettext as tr

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_AUTHOR = "jsisa-search"
_BLANK = re.compile(r"\s+")
_ZIP = b"PK\x03\x04"


class _Place(NamedTuple):
    """A visible character of a paragraph: its run, and its place in the text of the run."""

    char: str
    run: Any  # an element w:r
    at: int


def comment_draft(report: DraftReport, content: bytes) -> bytes:
    """Return the draft with a comment at each item, as a Word document (.docx).

    `content` is the file of the draft. If it is no .docx, the comments are in a new document with its text.
    """
    document = _opened(content) or _made(report)
    places = _find_paragraphs(document, report)
    quoted = [item for item in report.items if item.kind != "word"]
    for item in quoted:
        element = places[item.paragraph]
        if element is not None:
            _comment(document, element, report.paragraphs[item.paragraph].text, item)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _opened(content: bytes) -> WordDocument | None:
    """Return the document that the draft is; `None` for other formats."""
    if not content.startswith(_ZIP):
        return None
    try:
        return Document(io.BytesIO(content))
    except (KeyError, ValueError):  # another package, or a document in another form
        return None


def _made(report: DraftReport) -> WordDocument:
    """Return a new document with the text of the draft."""
    document = Document()
    set_styles(document)
    for paragraph in report.paragraphs:
        style = "Quote" if paragraph.is_block_quotation else None
        document.add_paragraph(xml_text(paragraph.text), style=style)
    return document


def _find_paragraphs(document: WordDocument, report: DraftReport) -> list[Any]:
    """Return for each paragraph of the report the element w:p that has it, `None` where none was found.

    Both are in the order of the document. A line of the report may be a row of a table, which is several
    paragraphs, or begin with the number of a list, which is in none: then its longest part counts.
    """
    elements = [
        (element, _squeezed("".join(_texts(element)))) for element in document.element.body.iter(qn("w:p"))
    ]
    found: list[Any] = []
    first = 0
    for paragraph in report.paragraphs:
        at = _position(elements, first, _squeezed(paragraph.text))
        found.append(None if at is None else elements[at][0])
        first = first if at is None else at
    return found


def _position(elements: Sequence[tuple[Any, str]], first: int, text: str) -> int | None:
    """Return the number of the first element from `first` on that has a text, or most of one."""
    for at in range(first, len(elements)):
        own = elements[at][1]
        if own and (text in own or (own in text and 2 * len(own) >= len(text))):
            return at
    return None


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text)


def _texts(element: Any) -> Iterator[str]:
    return (place.char for place in _places(element))


def _places(element: Any) -> Iterator[_Place]:
    """Yield the characters of a paragraph that are no blanks, with their runs."""
    for run in element.iter(qn("w:r")):
        at = 0
        for text in run.iterchildren(qn("w:t")):
            for char in text.text or "":
                if not char.isspace():
                    yield _Place(char, run, at)
                at += 1


def _comment(document: WordDocument, element: Any, line: str, item: CheckedItem) -> None:
    """Put the comment on an item, if its paragraph has its text."""
    places = list(_places(element))
    own = "".join(place.char for place in places)
    wanted = _squeezed(item.text)
    # The line may have a number before the text of the paragraph.
    expected = len(_squeezed(line[: item.start])) - max(len(_squeezed(line)) - len(own), 0)
    start = _nearest(own, wanted, expected)
    if start is None or not wanted:
        return
    runs = _runs(places, (start, start + len(wanted)))
    parent = Paragraph(element, document._body)
    first, last = (Run(run, parent) for run in runs)
    comment = document.add_comment([first, last], author=_AUTHOR, initials=tr("Q"))
    lines = [xml_text(line) for line in _comment_lines(item)]
    comment.paragraphs[0].add_run(lines[0]).bold = True
    for line in lines[1:]:
        comment.add_paragraph(line)


def _nearest(own: str, wanted: str, expected: int) -> int | None:
    """Return where a text begins in another, nearest to where it is expected."""
    found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", own)]
    return min(found, key=lambda at: abs(at - expected), default=None)


def _runs(places: Sequence[_Place], span: Range) -> tuple[Any, Any]:
    """Return the first and the last run of some characters, split so that they have no others."""
    first, last = places[span[0]], places[span[1] - 1]
    # From the end on: splitting a run moves what is behind it.
    end_run = _without_rest(last.run, last.at + 1)
    begin_run = _without_start(first.run, first.at)
    return begin_run, begin_run if first.run is last.run else end_run


def _without_rest(run: Any, at: int) -> Any:
    """Split what is behind a place off a run, and return the run with the rest of it left."""
    text = _only_text(run)
    if text is not None and at < len(text.text):
        rest = copy.deepcopy(run)
        run.addnext(rest)
        _set(_only_text(rest), text.text[at:])
        _set(text, text.text[:at])
    return run


def _without_start(run: Any, at: int) -> Any:
    """Split what is before a place off a run, and return the new run that begins there."""
    text = _only_text(run)
    if text is None or not at:
        return run
    rest = copy.deepcopy(run)
    run.addnext(rest)
    _set(_only_text(rest), text.text[at:])
    _set(text, text.text[:at])
    return rest


def _only_text(run: Any) -> Any:
    """Return the text of a run that has nothing else, so that it can be split; `None` for any other."""
    parts = [child for child in run if child.tag != qn("w:rPr")]
    return parts[0] if len(parts) == 1 and parts[0].tag == qn("w:t") and parts[0].text else None


def _set(element: Any, text: str) -> None:
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _comment_lines(item: CheckedItem) -> Iterator[str]:
    """Yield what a comment says: the verdict, what differs, and the passage with its citation."""
    yield verdict_name(item.verdict)
    yield from difference_lines(item)
    yield from claim_lines(item)
    if nearest := likeness_text(item):
        yield nearest
    for passage in near_passages(item):
        if item.verdict != "exact":
            yield tr("{name}: {text}").format(name=passage_name(item), text=passage_text(item, passage))
        yield tr("; ").join(filter(None, (source_text(passage), count_text(item))))
