"""What a passage stores, as one value that a cluster keeps in a column beside the documents.

What a document stores lies in compressed blocks, of which each of 500 candidates has another: to fetch them
takes ten times as long as to find them. A column of bytes is read at its place. It begins with numbers of
fixed sizes, then texts; what only hits need comes last, as JSON.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from itertools import accumulate
from struct import Struct
from typing import Any

import numpy as np

from jsisa_search.cluster.mapping import CUTS, FOLDED, LENGTHS, NOT_PACKED, TEXTS, WORDS

#: Numbers of 64 bits, then those of 32, of which -1 is none.
_LARGE = ("place", "sequence", "published", "said")
_SMALL = ("paragraph", "below_lead", *LENGTHS)
NUMBERS = (*_LARGE, *_SMALL)

#: The texts; of each, the head has where it ends in what follows, and a bit that says whether there is one.
PACKED_TEXTS = ("kind", "text" + FOLDED, CUTS, *(name + WORDS for name in TEXTS[1:]), *TEXTS[1:])

_HEAD = Struct(f"<{len(_LARGE)}q{len(_SMALL) + len(PACKED_TEXTS) + 1}i")

#: The head as a row: `numbers` one by one, `ends` together.
HEAD = np.dtype(
    [
        *((name, "<i8") for name in _LARGE),
        *((name, "<i4") for name in _SMALL),
        ("ends", "<i4", len(PACKED_TEXTS)),
        ("present", "<i4"),
    ]
)

_NOT_IN_JSON = frozenset((*NUMBERS, *PACKED_TEXTS, *NOT_PACKED))

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
    head, texts = head_and_texts(found)
    content = texts + json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(head + content.encode("utf-8", "surrogatepass")).decode("ascii")


def head_and_texts(found: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the numbers of a passage and the bounds of its texts, as `HEAD` has them, and its texts."""
    texts = [found.get(name) for name in PACKED_TEXTS]
    head = _HEAD.pack(
        *(found.get(name, 0) for name in _LARGE),
        *(found.get(name, -1) for name in _SMALL),
        *accumulate(len(each or "") for each in texts),
        sum(1 << at for at, each in enumerate(texts) if each is not None),
    )
    return head, "".join(filter(None, texts))


def unpacked(value: str) -> tuple[bytes, str]:
    """Return what was packed: the head, and the texts with what else there is."""
    # A cluster gives it back without the padding; more of that than is needed is ignored.
    data = binascii.a2b_base64(f"{value}==")
    return data[: _HEAD.size], data[_HEAD.size :].decode("utf-8", "surrogatepass")


def fields_of(head: bytes, content: str) -> dict[str, Any]:
    """Return all fields of what was unpacked; `original` adds the text."""
    *numbers, present = _HEAD.unpack(head)
    ends = numbers[len(NUMBERS) :]
    found: dict[str, Any] = json.loads(content[ends[-1] :])
    found |= (each for each in zip(NUMBERS, numbers, strict=False) if each[1] != -1)
    bounds = zip(PACKED_TEXTS, [0, *ends], ends, strict=False)
    found |= ((name, content[start:end]) for at, (name, start, end) in enumerate(bounds) if present >> at & 1)
    return found


def place_of(head: bytes) -> int:
    """Return the number of the document that a head is of, which is the first in it."""
    return int.from_bytes(head[:8], "little", signed=True)


def original(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a passage with its text as it was before it was folded."""
    marks = found.get(_MARKS)
    if marks is None:
        return found
    chars = list(found["text" + FOLDED])
    for at, char in zip(marks[::2], marks[1::2], strict=True):
        chars[ord(at)] = char
    return {**found, "text": "".join(chars)}
