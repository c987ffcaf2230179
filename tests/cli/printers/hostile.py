"""Text that attacks its reader: control sequences, direction marks, formulas, Markdown, surrogates."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from hypothesis import strategies as st

from jsisa_search.model import Facet, Hit, Results, Snippet

FORBIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")

_CONTROLS = (
    "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://e.com\x1b\\", "\x9b31m", "\r", "\n", "\r\n", "\t", "\x00",
    "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\xad", "\ud83d", "\udcff",
    "\U000e0041",
)  # fmt: skip
_FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "  =1", "\t=1", "'", '"', ",", ";")
_MARKUP = (
    "[链接](http://e.com)", "![图](x)", "<img src=x>", "<http://e.com>", "http://e.com", "www.e.com",
    "a@e.com", "# ", "- ", "+ ", "* ", "1. ", "> ", "```", "`", "``", "|", "---", "===", "**", "__", "\\",
    "&lt;", "&#60;", "$x$", "~~", "[x]: http://e.com", "[ ] ", "    ",
)  # fmt: skip
_PIECES = (*_CONTROLS, *_FORMULAS, *_MARKUP, "网格化", "a", " ", "/", "\\n", "Error: ")

hostile_text = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.text(st.characters(codec=None), max_size=5)), max_size=8
).map("".join)


def forbidden_in(text: str) -> list[str]:
    """Return the characters of `text` that must never reach a terminal."""
    return [char for char in text if unicodedata.category(char) in FORBIDDEN_CATEGORIES]


@st.composite
def hostile_results(draw: st.DrawFn) -> Results:
    """Draw a result of one hit whose every text is hostile."""
    text = draw(hostile_text)
    start = draw(st.integers(0, len(text)))
    ranges = ((start, draw(st.integers(start, len(text)))),)
    maybe = st.none() | hostile_text
    hit = Hit(
        score=1.5,
        kind="paragraph",
        id="d4a66fe0e662",
        title=draw(maybe),
        source=draw(maybe),
        publisher=draw(maybe),
        published=datetime(2022, 9, 6),
        published_precision="day",
        heading=draw(maybe),
        subheading=draw(maybe),
        paragraph=1,
        path=f"pages/{draw(hostile_text)}.txt",
        line=3,
        text=text,
        highlights=ranges,
        snippet=Snippet(text, ranges),
        matches_all=True,
        before=(draw(hostile_text),),
        after=(draw(hostile_text),),
        explanation=(("literal", 1.5),),
    )
    facet = Facet("source", ((draw(hostile_text), 1),))
    query = draw(hostile_text)
    return Results(
        query, 1, 1, 1.0, (hit,), releases=1, occurrences=1, reading=query, notes=(query,), facets=(facet,)
    )
