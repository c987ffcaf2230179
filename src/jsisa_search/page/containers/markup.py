"""How much text a page of HTML shows, without a tree of it: enough to choose among pages."""

from __future__ import annotations

import re

from jsisa_search.page.budget import watched

_TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9]{0,9})")
# Elements whose text is no text of the page, or leads away from it.
_UNSEEN = frozenset(("a", "head", "script", "select", "style", "title"))
_LETTER = re.compile(r"\w")


def count_letters(markup: str) -> int:
    """Return the number of letters outside of tags, links, scripts and the head, in linear time."""
    counted = 0
    inside = ""  # the element without text that has been opened last
    for piece in watched(markup.split("<")):
        tag = _TAG.match(piece)
        text = piece.partition(">")[2] if tag else piece
        name = tag[2].lower() if tag else ""
        if inside and tag and tag[1] and name == inside:
            inside = ""
        elif not inside and tag and not tag[1] and name in _UNSEEN:
            inside = name
        if not inside:
            counted += len(_LETTER.findall(text))
    return counted
