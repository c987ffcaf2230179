"""What ranking reads of a passage, as one value that a cluster keeps beside the documents.

What a document stores lies in compressed blocks, of which each of 500 candidates has another: to fetch them
takes ten times as long as to find them. A column of bytes is read at its place.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from jsisa_search.cluster.mapping import FOLDED, NOT_PACKED, TEXTS, WORDS

#: The fields that are as long as texts; all others are packed as JSON.
_LONG = ("text" + FOLDED, *(name + WORDS for name in TEXTS), *TEXTS[1:])

_NOT_IN_JSON = frozenset((*_LONG, *NOT_PACKED))

#: Where a text differs from its folded characters, or all of it where the lengths do.
_MARKS = "marks"
_MOST_MARKED = 0xD800  # a place is one character, below those that are none


def packed(found: Mapping[str, Any]) -> str:
    """Return a passage as `cluster_document` makes it as one value, in base64."""
    rest = {name: value for name, value in found.items() if name not in _NOT_IN_JSON}
    text, folded = found.get("text", ""), found.get("text" + FOLDED, "")
    if len(text) == len(folded) < _MOST_MARKED:
        pairs = enumerate(zip(text, folded, strict=True))
        del rest["text"]
        rest[_MARKS] = "".join(chr(at) + one for at, (one, other) in pairs if one != other)
    long = [found.get(name) for name in _LONG]
    sizes = ",".join("" if each is None else str(len(each)) for each in long)
    head = json.dumps(rest, ensure_ascii=False)
    content = "".join([head, "\n", sizes, "\n", *(each for each in long if each is not None)])
    return base64.b64encode(content.encode("utf-8", "surrogatepass")).decode("ascii")


def unpacked(value: str) -> dict[str, Any]:
    """Return the fields of a passage; `original` adds its text."""
    # A cluster gives it back without the padding; more of that than is needed is ignored.
    content = binascii.a2b_base64(f"{value}==").decode("utf-8", "surrogatepass")
    head, sizes, texts = content.split("\n", 2)
    found: dict[str, Any] = json.loads(head)
    start = 0
    for name, size in zip(_LONG, sizes.split(","), strict=True):
        if size:
            end = start + int(size)
            found[name] = texts[start:end]
            start = end
    return found


def original(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a passage with its text as it was before it was folded."""
    marks = found.get(_MARKS)
    if marks is None:
        return found
    chars = list(found["text" + FOLDED])
    for at, char in zip(marks[::2], marks[1::2], strict=True):
        chars[ord(at)] = char
    return {**found, "text": "".join(chars)}
