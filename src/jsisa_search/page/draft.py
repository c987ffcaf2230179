"""A draft: every line of a file, in order.

A release loses the header of its site, menus and links; of a draft nothing may be lost, as anything in it may
quote something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from jsisa_search.errors import PageError
from jsisa_search.page.budget import Budget, count
from jsisa_search.page.containers.mail import read_web_archive
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.html.dom import parse_tree
from jsisa_search.page.html.walk import read_blocks
from jsisa_search.page.kinds import HEAD, is_html, recognise
from jsisa_search.page.labeller.blocks import Shown
from jsisa_search.page.lines import Line, split_lines
from jsisa_search.page.reader import (
    CONTAINERS,
    SUFFIXES,
    WEB_ARCHIVES,
    WORKBOOKS,
    check_size,
    failures_named,
    format_of,
    page_of,
    text_of,
    with_actual_suffix,
)
from jsisa_search.translation import gettext as tr

_HTML = (".htm", ".html", ".shtml", ".xhtml")
_TEXT = (".txt", ".text", ".md", ".markdown")
# A quotation that is set apart, as Markdown and mail have it.
_QUOTED = re.compile(r"\s{0,3}(?:>\s?)+")
_SNIFFED = 2048


def read_draft(content: bytes, path: str) -> tuple[Line, ...]:
    """Return the lines of a draft; `path` names it, and its suffix and first bytes determine the format.

    The errors are those of `read_release`; a file that holds several texts is an `UnsupportedFormatError`.
    """
    suffix = _suffix(content, path)
    check_size(len(content), path, suffix)
    budget = Budget(len(content))
    with failures_named(path):
        part = with_actual_suffix(Part("", suffix, content), path)
        if part.suffix in (*CONTAINERS, *WORKBOOKS):
            raise PageError(
                tr("is no draft, it may hold several texts; save the draft as .docx, .md, .txt or .html")
            )
        with budget.active():
            lines = tuple(lines_of(part, path))
            count("lines", len(lines))
            return lines


def _suffix(content: bytes, path: str) -> str:
    """Return the suffix of the reader; what is called text may be a document, as from standard input."""
    suffix = format_of(content, path)
    actual = recognise(content[:HEAD], "", SUFFIXES) if suffix in _TEXT else ""
    # A text that begins with lines like those of a mail is a text.
    return suffix if not actual or actual in (*_TEXT, *CONTAINERS) else actual


def lines_of(part: Part, path: str) -> Iterator[Line]:
    """Yield every line of a part, none of which is left out; those of a page as a browser shows them."""
    if part.page is None and part.suffix in WEB_ARCHIVES:
        part = read_web_archive(part.content)
    if part.page is not None:
        yield from part.page.lines
    elif part.suffix in _TEXT:
        text = text_of(part, path, is_html=False)
        if part.suffix in _TEXT[:2] and is_html(text[:_SNIFFED]):
            yield from _html_lines(text)
            return
        raw = split_lines(text)
        for line in page_of(part, path).lines:
            is_quoted = _QUOTED.match(raw[line.number - 1]) is not None
            yield replace(line, text=_QUOTED.sub("", line.text), is_quoted=True) if is_quoted else line
    elif part.suffix in _HTML:
        yield from _html_lines(text_of(part, path, is_html=True))
    else:
        yield from page_of(part, path).lines


def _html_lines(text: str) -> Iterator[Line]:
    """Yield what a browser shows of a page."""
    root = parse_tree(text)
    if root is None:
        return
    shown = read_blocks(root)
    for block in shown.blocks:
        yield Line(block.text, block.number, block.level, is_quoted=_is_in_quotation(shown, block.node))


def _is_in_quotation(shown: Shown, node: int) -> bool:
    """Return whether a node is in an element for quotations; those around it are bounded in number."""
    while node > 0:
        if shown.nodes[node].tag == "blockquote":
            return True
        node = shown.nodes[node].parent
    return False
