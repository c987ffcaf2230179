"""The canonical text of a page, into which gold points, and the folding that scores compare under.

No HTML library takes part, so that an offset means the same with every version of every library.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|noscript|textarea|select|title)\b.*?</\1\s*>", re.I | re.S)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|ins|mark|o:p|s|small|span|st1:\w+|strong|sub|sup|u|wbr)\b[^>]*>",
    re.I,
)
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


def canonical_text(data: bytes, charset: str) -> str:
    """Return the lines of a page as text, one block element each.

    Comments, scripts, styles, form texts and the `<title>` are dropped; tags inside a line vanish, all
    other tags end the line; character references are resolved; blanks of any kind become one space, and
    lines without text are left out. Gold points into this text, so the rules must not change under it.
    """
    text = _UNSEEN.sub("\n", data.decode(charset, errors="replace"))
    text = _INLINE.sub("", _BLANKS.sub(" ", text))
    lines = (_BLANKS.sub(" ", html.unescape(line)).strip() for line in _TAG.sub("\n", text).split("\n"))
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """Return text as it is compared: NFKC, lower case, without blanks and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) != "Cf")


def bare(text: str) -> str:
    """Return folded text without punctuation and symbols."""
    return "".join(char for char in fold(text) if unicodedata.category(char)[0] not in "PSZ")


def digest(text: str) -> str:
    """Return the SHA-256 of a text with its white space removed, as hexadecimal digits."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()
