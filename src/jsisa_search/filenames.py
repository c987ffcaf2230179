"""File names that are no valid Unicode, as people see them and as they type them.

Python gives the bytes of such a name (GBK, from an archive unpacked on Linux) as lone surrogates.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from jsisa_search.surrogates import is_unicode

# Lead bytes of the frequent characters, and of the punctuation, of an encoding; text read in another encoding
# has most of its lead bytes elsewhere.
_FREQUENT = {"gb18030": ((0xA1, 0xA3), (0xB0, 0xD7)), "big5": ((0xA1, 0xA3), (0xA4, 0xC6))}

# A name with more of its other bytes in valid UTF-8 than this is UTF-8 that was cut or damaged.
_UTF8_SHARE = 0.7


def readable(path: str) -> str:
    """Return `path` for people: names that are no valid Unicode are decoded as GB18030 or Big5.

    Bytes that make no plausible name are written as `\\xNN`. The result need not name the file.
    """
    if is_unicode(path):
        return path
    return "/".join(name if is_unicode(name) else _decode(name) for name in path.split("/"))


def find_readable(path: str, *, shown: Callable[[str], str] = readable) -> str:
    """Return the path of the file that `readable` or `shown` shows as `path`.

    The path may go on to a member of the file. Where the file exists under `path` itself, or none is
    found, the result is `path`.
    """
    ends = [at for at, char in enumerate(path) if char == "#" or path[at : at + 2] == "!/"]
    for end in (len(path), *ends):
        if (found := _find(Path(path[:end]), shown)) is not None:
            return f"{found}{path[end:]}"
    return path


def _find(path: Path, shown: Callable[[str], str]) -> Path | None:
    if os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for name in path.parts[1 if path.anchor else 0 :]:
        if os.path.lexists(found / name):
            found /= name
            continue
        try:
            with os.scandir(found) as entries:
                names = [entry.name for entry in entries]
        except OSError:
            return None
        real = next((each for each in names if name in (readable(each), shown(each))), None)
        if real is None:
            return None
        found /= real
    return found


def _decode(name: str) -> str:
    try:
        raw = os.fsencode(name)
    except UnicodeEncodeError:  # half a pair in a name of Windows
        return name.encode("utf-8", "replace").decode("utf-8")
    as_utf8 = raw.decode("utf-8", "ignore")
    ascii_size = sum(byte < 0x80 for byte in raw)
    if len(as_utf8.encode("utf-8")) - ascii_size >= _UTF8_SHARE * (len(raw) - ascii_size):
        return raw.decode("utf-8", "backslashreplace")
    shares = {encoding: _frequent_share(raw, encoding) for encoding in _FREQUENT}
    best = max(shares, key=lambda encoding: shares[encoding])
    return raw.decode(best if shares[best] >= 0 else "ascii", "backslashreplace")


def _frequent_share(raw: bytes, encoding: str) -> float:
    """Return the share of frequent characters in `raw` read as `encoding`; -1 where it is not valid."""
    try:
        characters = [char for char in raw.decode(encoding) if not char.isascii()]
    except UnicodeDecodeError:
        return -1.0
    leads = [char.encode(encoding)[0] for char in characters]
    zones = _FREQUENT[encoding]
    return sum(any(low <= lead <= high for low, high in zones) for lead in leads) / max(len(leads), 1)
