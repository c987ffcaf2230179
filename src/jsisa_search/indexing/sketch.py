"""What a release says, in few bytes: a sketch of its text, and a number for each of its passages.

Both are computed from letters and digits alone, once folded: blanks, punctuation, width, and where a
paragraph ends make no difference. They are stored in columns and compared by `search/results/families.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jsisa_search.analysis import fold_characters
from jsisa_search.analysis.bulk_folding import as_text, code_points
from jsisa_search.codec.segment.packed_ints import distinct_sorted
from jsisa_search.schema import SKETCH_HASHES

Array = NDArray[Any]

#: Characters of a window. Eight in a row recur in texts on one matter; twelve miss small alterations.
WINDOW = 10

# Characters of which hashes are computed at once.
_CHUNK = 1 << 18

# Kinds of passages that make up the text of a release; its headlines are often replaced or left out.
_BODY = ("lead", "paragraph")

# Odd, so that it has an inverse modulo 2**64.
_BASE = 0x9E3779B97F4A7C15
_MIX = 0xBF58476D1CE4E5B9
_UNKNOWN = 0xFFFFFFFFFFFFFFFF

# A headline does not say the same as a paragraph of its words.
_SALTS = {"title": 1, "number": 2, "heading": 3, "lead": 4, "paragraph": 4, "link": 5, "caption": 6}

# 本报讯（记者 张三）, 新华社北京9月6日电, 央视网消息(新闻联播)：: who reports, not what.
_DATELINE = re.compile(
    r"\s*(?:[^\s，。；！？、]{0,24}[讯电](?=[\s（(:：])|[^\s，。；！？、]{0,16}消息(?=[（(:：]))"
    r"(?:\s*[（(][^）)]{0,40}[）)])*[\s:：]*"
)
_CREDIT = re.compile(r"[（(](?:完|记者|通讯员|责任编辑|责编|编辑|视频编辑|来源)[^（()）]{0,60}[)）]\s*$")


class Sketch(NamedTuple):
    """The sketch of a release and the numbers of its passages.

    `packed` is the number of distinct windows and the least `SKETCH_HASHES` of their hashes, ascending, all
    uint32; empty for a text without letters. `said` has for each passage a number (uint32) that equal
    passages share; 0 where there are no letters.
    """

    packed: bytes
    said: list[int]


def sketch_passages(kinds: Sequence[str], texts: Sequence[str]) -> Sketch:
    """Return the sketch of a release with passages of some kinds and texts, in its order."""
    # The body comes last, in one piece.
    order = sorted(range(len(kinds)), key=lambda number: kinds[number] in _BODY)
    kinds, texts = [kinds[number] for number in order], [texts[number] for number in order]
    has_body = bool(kinds) and kinds[-1] in _BODY
    said: list[int] = []
    hashes = np.zeros(0, np.uint32)
    for first, last in _chunks(texts):
        some = [text[:_CHUNK] for text in texts[first:last]]
        numbers, found = _sketch_some(kinds[first:last], some, has_body=has_body)
        said += numbers
        hashes = distinct_sorted(np.concatenate([hashes, found])) if len(hashes) else found
    packed = np.concatenate([np.array([len(hashes)]), hashes[:SKETCH_HASHES]]).astype("<u4")
    said = [number for _, number in sorted(zip(order, said, strict=True))]
    return Sketch(packed.tobytes() if len(hashes) else b"", said)


def number_of(facts: Mapping[str, Any], texts: Iterable[str]) -> int:
    """Return a number (uint32) that two releases share if they have the same facts and texts."""
    whole = hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=4)
    for text in texts:
        whole.update(b"\0" + text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(whole.digest(), "little")


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts that have up to `_CHUNK` characters, or are one; bounds the memory."""
    first = size = 0
    for number, text in enumerate(texts):
        if size and size + len(text) > _CHUNK:
            yield first, number
            first, size = number, 0
        size += len(text)
    if texts:
        yield first, len(texts)


def _sketch_some(kinds: Sequence[str], texts: Sequence[str], *, has_body: bool) -> tuple[list[int], Array]:
    """Return the numbers of some passages, and the distinct hashes of their windows (uint32, ascending)."""
    letters = _letters(code_points("".join(texts)))
    at = letters.nonzero()[0]
    # Where what each passage says begins and ends: by characters, then by letters.
    bounds = at.searchsorted(list(_spans(kinds, texts)))
    powers, inverses = _powers(len(at) + 1)
    sums = np.zeros(len(at) + 1, np.uint64)
    np.cumsum(letters[at] * powers[: len(at)], out=sums[1:])
    first, last = bounds[::2], bounds[1::2]
    numbers = _mixed((sums[last] - sums[first]) * inverses[first]).tolist()
    said = [number ^ _SALTS[kind] if number else 0 for number, kind in zip(numbers, kinds, strict=True)]
    body = next((number for number, kind in enumerate(kinds) if kind in _BODY or not has_body), None)
    start, end = (int(first[body]), int(last[-1])) if body is not None else (0, 0)
    return said, _window_hashes(sums[start : end + 1], inverses[start : end + 1])


def _spans(kinds: Sequence[str], texts: Sequence[str]) -> Iterator[int]:
    """Yield where what each passage says begins and where it ends, in all texts."""
    start = 0
    own = [number for number, kind in enumerate(kinds) if kind in _BODY] or [-1]
    for number, text in enumerate(texts):
        skipped, length = 0, len(text)
        if number == own[0]:
            skipped = dateline_end(text)
        if number == own[-1] and (credit := _CREDIT.search(text, max(length - 80, 0))):
            length = max(credit.start(), skipped)
        yield start + skipped
        yield start + length
        start += len(text)


def dateline_end(text: str) -> int:
    """Return where the dateline ends with which a first paragraph begins; 0 where there is none."""
    dateline = _DATELINE.match(text, 0, 100)
    return dateline.end() if dateline else 0


def _window_hashes(sums: Array, inverses: Array) -> Array:
    """Return the distinct hashes of the windows of a text (uint32, ascending), given its prefix sums."""
    length = len(sums) - 1
    if length < 1:
        return np.zeros(0, np.uint32)
    size = min(WINDOW, length)
    windows = (sums[size:] - sums[:-size]) * inverses[: length - size + 1]
    return distinct_sorted(_mixed(windows).astype(np.uint32))


def _mixed(values: Array) -> Array:
    """Return 32-bit hashes of 64-bit numbers (uint64); 0 for 0."""
    mixed: Array = values ^ (values >> np.uint64(29))
    mixed *= np.uint64(_MIX)
    mixed >>= np.uint64(32)
    return mixed


_tables: tuple[Array, Array] = (np.zeros(0, np.uint64), np.zeros(0, np.uint64))


def _powers(count: int) -> tuple[Array, Array]:
    """Return at least `count` powers of the base, and of its inverse, modulo 2**64."""
    global _tables
    tables = _tables
    if len(tables[0]) < count:
        size = max(1 << count.bit_length(), 4096)
        tables = _tables = _powers_of(_BASE, size), _powers_of(pow(_BASE, -1, 1 << 64), size)
    return tables


def _powers_of(base: int, size: int) -> Array:
    factors = np.full(size, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


@cache
def _table() -> Array:
    """Return a hash of the folded letter of each code point (uint64), 0 for other characters.

    It is filled as characters are met.
    """
    return np.full(0x110000, _UNKNOWN, np.uint64)


def _letters(points: Array) -> Array:
    """Return hashes of the folded letters and digits among `points` (uint64), 0 for other characters."""
    table = _table()
    letters = table[points]
    unknown = letters == _UNKNOWN
    if unknown.any():
        new = distinct_sorted(points[unknown])
        folded = code_points(fold_characters(as_text(new))).tolist()
        table[new] = [(point * _MIX | 1) % _UNKNOWN if chr(point).isalnum() else 0 for point in folded]
        letters = table[points]
    return letters
