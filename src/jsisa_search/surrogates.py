"""Lone surrogates: code points that Python strings can contain and UTF-8 can't encode."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def is_unicode(text: str) -> bool:
    """Return whether `text` has no surrogates, so that it can be encoded."""
    return text.isascii() or _SURROGATE.search(text) is None


def without_surrogates(text: str, instead: str = "\ufffd") -> str:
    """Return `text` with surrogate pairs joined and lone surrogates replaced by `instead`."""
    if is_unicode(text):
        return text
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return _SURROGATE.sub(instead, joined)
