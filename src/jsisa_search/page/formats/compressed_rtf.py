"""Rich text as Outlook packs it (LZFu, [MS-OXRTFCP]) -> rich text."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from jsisa_search.errors import PageError
from jsisa_search.page.budget import count, watched
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

_HEADER = struct.Struct("<LL4sL")  # sizes packed and raw, the method, a checksum
_PACKED, _RAW = b"LZFu", b"MELA"
_WINDOW = 4096
# What the window holds at the beginning.
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_DAMAGED = mark("holds damaged rich text; open it in Outlook and save it again")


def decompress_rtf(data: bytes) -> bytes:
    """Return the rich text in `data`, no more of it than it says; raise `PageError` for what is damaged."""
    if len(data) < _HEADER.size:
        raise PageError(tr(_DAMAGED))
    _, size, method, _ = _HEADER.unpack_from(data)
    if method == _RAW:
        return data[_HEADER.size : _HEADER.size + size]
    if method != _PACKED:
        raise PageError(tr(_DAMAGED))
    count("characters", size)  # before anything is unpacked: a reference of two bytes gives up to 17
    return _unpack(data, size)


def _unpack(data: bytes, size: int) -> bytes:
    window = bytearray(_START.ljust(_WINDOW, b"\0"))
    to = len(_START)
    unpacked = bytearray()
    for offset, length in watched(_references(data)):
        if (length and offset == to) or len(unpacked) >= size:
            break  # a reference to itself marks the end
        for at in range(offset, offset + max(length, 1)):
            byte = window[at % _WINDOW] if length else offset
            window[to] = byte
            unpacked.append(byte)
            to = (to + 1) % _WINDOW
    return bytes(unpacked[:size])


def _references(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where in the window text comes from and how long it is, or a byte itself with the length 0."""
    at = _HEADER.size
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if flags >> bit & 1:
                if at + 2 > len(data):
                    return
                yield data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
                at += 2
            elif at < len(data):
                yield data[at], 0
                at += 1
