"""jieba's dictionary as one memory-mapped file, so that a query is segmented before rjieba has loaded.

rjieba takes a tenth of a second to build its dictionary, most of what a short command waits for. The
file holds the same words, frequencies and hidden Markov model, taken from the installed jieba package when an
index is created, and `FileSegmenter` runs the same algorithm on it; a property test compares it with rjieba.

Layout: the magic, the CRC-32 of the rest (uint32), the length of the header (uint32), the header (JSON:
`name` of the segmenter, `total` of all frequencies, `counts` of the words of each length, `chars`, the n
below), zero bytes up to a multiple of 8, and

    emit.matrix  float64  4 x n: log probability of each character under the states B, E, M, S
    start        float64  4: log probability of the first state
    trans        float64  4 x 4: log probability from state (row) to state (column)
    freqs.L      uint32   frequencies of the words of length L, for each length from 1 on
    emit.chars   uint16   n characters, ascending
    words.L      bytes    words of length L, UTF-16 big-endian, ascending
"""

from __future__ import annotations

import json
import math
import mmap
import os
import re
import runpy
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.own_files import open_regular, replace_file

Array = NDArray[Any]

FILE_NAME = "jsisa-search.dictionary"

_MAGIC = b"JSISADIC"
_HEAD = struct.Struct("<8sII")
_STATES = "BEMS"
#: Larger files are not valid: the dictionary takes 3.5 MB.
_MAX_BYTES = 64 << 20
#: What jieba takes for the log of zero.
_NEVER = -3.14e100
# The states that a state may follow, in the order in which jieba prefers them where probabilities are equal.
_BEFORE = {"B": "ES", "M": "MB", "S": "SE", "E": "BM"}

# Texts with other characters are left to rjieba: regular expression engines classify them differently.
_PLAIN = re.compile(r"[ -~\u3000-\u303f\u4e00-\u9fa5\uff00-\uff5e\u2010-\u2027\u00b7]*")
_DICTIONARY_TEXT = re.compile(r"([\u4e00-\u9fa5a-zA-Z0-9+#&._%\-]+)")
_HAN = re.compile(r"([\u4e00-\u9fa5]+)")
_LATIN = re.compile(r"([a-zA-Z0-9]+(?:[.\-_][a-zA-Z0-9]+)*%?)")


def write_dictionary(folder: Path, name: str) -> None:
    """Write the dictionary file of segmenter `name` into an index folder: all of it or nothing.

    Does nothing where the file is there already, or where the jieba package has no dictionary to take.
    """
    path = folder / FILE_NAME
    if _header_name(path) == name or (content := _content(name)) is None:
        return
    with suppress(OSError):  # the file only saves time
        replace_file(path, content, is_durable=False, is_shared=True)


class FileSegmenter:
    """Segments short texts like rjieba, from a mapped dictionary; safe for any number of threads."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises `OSError` or `ValueError` where it is missing, altered or not ours."""
        with open_regular(path) as file:
            if not 0 < os.fstat(file.fileno()).st_size < _MAX_BYTES:
                raise ValueError(f"{path} is no dictionary file")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header, at = _read_header(data)
        self.name: str = header["name"]
        self._log_total = math.log(header["total"])

        def take(dtype: str, count: int) -> Array:
            nonlocal at
            array: Array = np.frombuffer(data, dtype, count, at)
            at += array.nbytes
            return array

        counts: list[int] = header["counts"]
        self._emit = take("<f8", 4 * header["chars"]).reshape(4, -1)
        self._start = dict(zip(_STATES, take("<f8", 4).tolist(), strict=True))
        rows = take("<f8", 16).reshape(4, 4).tolist()
        self._trans = {
            (a, b): p for a, row in zip(_STATES, rows, strict=True) for b, p in zip(_STATES, row, strict=True)
        }
        self._freqs = [take("<u4", count) for count in counts]
        self._chars = take("<u2", header["chars"])
        self._words = [take(f"S{2 * size}", count) for size, count in enumerate(counts, 1)]

    def is_certain_of(self, text: str) -> bool:
        """Return whether `text` has only characters on which this and rjieba are known to agree."""
        return _PLAIN.fullmatch(text) is not None

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text` again."""
        words: list[str] = []
        for number, stretch in enumerate(_DICTIONARY_TEXT.split(text)):
            words.extend(self._cut_stretch(stretch) if number % 2 else stretch)
        return words

    def has_word(self, word: str) -> bool:
        """Return whether `word` is in the dictionary."""
        return bool(word) and self._frequencies([word])[0] > 0

    def _frequencies(self, words: Sequence[str]) -> list[int]:
        """Return the frequency of each of some words of one length, 0 for those not in the dictionary."""
        size = len(words[0])
        if size > len(self._words):
            return [0] * len(words)
        known = self._words[size - 1]
        wanted = np.array([word.encode("utf-16-be", "replace") for word in words], known.dtype)
        at = known.searchsorted(wanted)
        found = known.take(at, mode="clip") == wanted
        freqs: list[int] = (self._freqs[size - 1].take(at, mode="clip") * found).tolist()
        return freqs

    def _cut_stretch(self, text: str) -> Iterator[str]:
        """Yield the words on the likeliest path; single characters on it go through the Markov model."""
        ends = self._likeliest_ends(text)
        at, singles = 0, 0  # the characters from `singles` to `at` are single on the path
        while at < len(text):
            end = ends[at]
            if end - at > 1:
                yield from self._cut_singles(text[singles:at])
                yield text[at:end]
                singles = end
            at = end
        yield from self._cut_singles(text[singles:])

    def _likeliest_ends(self, text: str) -> list[int]:
        """Return where the first word of the likeliest path from each character on ends."""
        length = len(text)
        candidates: list[list[tuple[float, int]]] = [[] for _ in range(length)]
        for size in range(1, min(len(self._words), length) + 1):
            starts = range(length - size + 1)
            freqs = self._frequencies([text[start : start + size] for start in starts])
            for start, freq in zip(starts, freqs, strict=True):
                if freq or size == 1:
                    candidates[start].append((math.log(freq or 1), start + size))
        ends, best = [0] * length, [0.0] * (length + 1)
        for start in range(length - 1, -1, -1):
            best[start], ends[start] = max(
                (weight - self._log_total + best[end], end) for weight, end in candidates[start]
            )
        return ends

    def _cut_singles(self, text: str) -> Iterator[str]:
        if len(text) < 2:
            if text:
                yield text
        elif self.has_word(text):
            yield from text
        else:
            for number, stretch in enumerate(_HAN.split(text)):
                if number % 2:
                    yield from self._cut_by_model(stretch)
                else:
                    yield from filter(None, _LATIN.split(stretch))

    def _cut_by_model(self, text: str) -> Iterator[str]:
        """Yield the words by the likeliest states: B begins a word, E ends it, S is a word of its own."""
        begin = 0
        for at, state in enumerate(self._states(text)):
            if state == "B":
                begin = at
            elif state == "E":
                yield text[begin : at + 1]
            elif state == "S":
                yield text[at]

    def _states(self, text: str) -> str:
        """Return the likeliest sequence of states, by Viterbi's algorithm."""
        codes = np.array([ord(char) for char in text], np.uint16)
        at = self._chars.searchsorted(codes)
        known = self._chars.take(at, mode="clip") == codes
        emit = np.where(known, self._emit.take(at, axis=1, mode="clip"), _NEVER).T.tolist()
        scores = {state: self._start[state] + emit[0][i] for i, state in enumerate(_STATES)}
        paths = {state: state for state in _STATES}
        for row in emit[1:]:
            steps = {
                state: max(
                    (scores[before] + self._trans[before, state] + row[i], before)
                    for before in _BEFORE[state]
                )
                for i, state in enumerate(_STATES)
            }
            scores = {state: score for state, (score, _) in steps.items()}
            paths = {state: paths[old] + state for state, (_, old) in steps.items()}
        return paths[max((scores[state], state) for state in "ES")[1]]


def _read_header(data: mmap.mmap) -> tuple[dict[str, Any], int]:
    """Return the header and where the arrays begin; raises `ValueError` where the content is not ours."""
    if len(data) < _HEAD.size:
        raise ValueError("the dictionary file is truncated")
    magic, checksum, size = _HEAD.unpack_from(data)
    if magic != _MAGIC or zlib.crc32(memoryview(data)[_HEAD.size :]) != checksum:
        raise ValueError("the dictionary file is altered or not ours")
    header = json.loads(data[_HEAD.size : _HEAD.size + size])
    return header, _aligned(_HEAD.size + size)


def _header_name(path: Path) -> str | None:
    """Return the name of the segmenter in a dictionary file, `None` where there is no sound one."""
    try:
        return FileSegmenter(path).name
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _aligned(size: int) -> int:
    return -(-size // 8) * 8


@cache
def _content(name: str) -> bytes | None:
    """Return the file for segmenter `name`; `None` where the jieba package has no dictionary."""
    package = find_spec("jieba")
    folder = Path(package.origin).parent if package and package.origin else None
    if folder is None or not (folder / "dict.txt").is_file():
        return None
    groups = _words_by_length((folder / "dict.txt").read_text(encoding="utf-8"))
    model = [folder / "finalseg" / f"prob_{part}.py" for part in ("emit", "start", "trans")]
    emit, start, trans = (runpy.run_path(str(path))["P"] for path in model)
    chars = sorted({char for state in _STATES for char in emit[state]})
    arrays = [
        np.array([[emit[state].get(char, _NEVER) for char in chars] for state in _STATES], "<f8"),
        np.array([start[state] for state in _STATES], "<f8"),
        np.array([[trans[a].get(b, _NEVER) for b in _STATES] for a in _STATES], "<f8"),
        *(freqs for _, freqs in groups),
        np.array([ord(char) for char in chars], "<u2"),
        *(words for words, _ in groups),
    ]
    total = sum(int(freqs.sum(dtype=np.int64)) for _, freqs in groups)
    counts = [len(words) for words, _ in groups]
    header = json.dumps({"name": name, "total": total, "counts": counts, "chars": len(chars)}).encode()
    body = header.ljust(_aligned(_HEAD.size + len(header)) - _HEAD.size, b"\0")
    body += b"".join(array.tobytes() for array in arrays)
    return _HEAD.pack(_MAGIC, zlib.crc32(body), len(header)) + body


def _words_by_length(dictionary: str) -> list[tuple[Array, Array]]:
    """Return the words of a dictionary (bytes, ascending) and their frequencies, for lengths from 1 on."""
    words: dict[int, list[str]] = {}
    freqs: dict[int, list[int]] = {}
    for line in dictionary.splitlines():
        word, freq, _ = line.split(" ", 2)
        words.setdefault(len(word), []).append(word)
        freqs.setdefault(len(word), []).append(int(freq))
    groups = []
    for size in range(1, max(words) + 1):
        encoded = np.frombuffer("".join(words.get(size, ())).encode("utf-16-be"), f"S{2 * size}")
        order = encoded.argsort()
        groups.append((encoded[order], np.array(freqs.get(size, ()), "<u4")[order]))
    return groups
