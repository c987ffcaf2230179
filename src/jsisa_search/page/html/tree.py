"""HTML text -> element tree, within bounds and without network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jsisa_search.errors import PageTooLargeError

if TYPE_CHECKING:
    from lxml.etree import _Element

# What a browser writes on top of a page that it saves, with the address the page came from.
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url\s*=\s*\(\d{1,5}\)|Page saved with SingleFile\s*url:\s*)(https?://[^\s<>\"']{3,2000})"
)
_COMMENT_SEARCHED = 4096
# Pages put together from parts end several times; the parser would stop at the first end.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def parse_tree(text: str) -> _Element | None:
    """Return the root of an HTML page, `None` where there is nothing that even a browser would show.

    Line ends are counted as editors count them. Raise `PageTooLargeError` for elements nested so deep that
    the parser passes over some of them.
    """
    from lxml import etree  # loaded only when an HTML page is read: it costs 20 ms

    source = _ENDS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "surrogatepass")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, AssertionError):
        return None
    # The parser stops 2,048 elements deep and passes over what is below in silence.
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise PageTooLargeError("its elements are nested too deep to be read")
    return root


def saved_from(text: str) -> str | None:
    """Return the address that the browser noted when it saved the page."""
    match = _SAVED_FROM.search(text[:_COMMENT_SEARCHED])
    return match[1] if match else None
