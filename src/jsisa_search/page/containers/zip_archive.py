"""Archive (.zip) -> its members, inflated in memory one after the other; nothing is ever written out."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from jsisa_search.errors import PageError
from jsisa_search.page.containers.parts import Budget, Part
from jsisa_search.page.lines import drop_controls
from jsisa_search.page.rules import load_rules

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
# What the module raises for archives that are damaged, encrypted or packed in ways it does not know.
BAD = (
    BadZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


def read_zip(data: bytes, budget: Budget, *, suffixes: tuple[str, ...], largest: int) -> Iterator[Part]:
    """Yield the members of an archive; of those whose suffix is not among `suffixes` the name only.

    A member that can't be inflated, is encrypted, has more than `largest` bytes or would exceed `budget`
    has a reason instead of a content.
    """
    try:
        archive = ZipFile(BytesIO(data))
    except BAD as error:
        raise PageError(f"is no archive that can be read ({error}); pack it again") from error
    names: set[str] = set()
    for info in archive.infolist():
        if info.filename.endswith("/"):
            continue
        name = _unique(_read_name(info), names)
        suffix = PurePosixPath(name).suffix.lower()
        if _is_hidden(name):
            continue
        if suffix not in suffixes:
            yield Part(f"!/{name}", suffix)
        elif not budget.take(info.file_size):
            yield Part(f"!/{name}", suffix, reason="lies beyond what is read of one archive; unpack it")
            return
        else:
            yield _read_member(archive, info, Part(f"!/{name}", suffix), largest)


def _read_member(archive: ZipFile, info: ZipInfo, part: Part, largest: int) -> Part:
    reason = _refuse(info, largest)
    if reason:
        return Part(part.name, part.suffix, reason=reason)
    try:
        with archive.open(info) as file:
            # No more than it says it has: the sizes in an archive are claims.
            content = file.read(info.file_size + 1)
    except BAD as error:
        return Part(part.name, part.suffix, reason=f"can't be unpacked ({error}); pack it again")
    return Part(part.name, part.suffix, content)


def _refuse(info: ZipInfo, largest: int) -> str:
    """Return why a member is not even begun with; empty where it is."""
    limits = load_rules("containers")["limits"]
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "is encrypted; unpack the archive with its password"
    if info.file_size > largest:
        return f"has {info.file_size:,} bytes, more than the {largest:,} that are read of a page"
    if info.file_size > limits["ratio_from"] and info.file_size > limits["ratio"] * max(
        info.compress_size, 1
    ):
        return "is packed too densely to be a page; unpack it if you know what it is"
    return ""


def _read_name(info: ZipInfo) -> str:
    """Return the name of a member as a harmless relative path.

    Archives made by Chinese Windows hold GBK names without saying so; the module reads them as cp437.
    """
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    parts = drop_controls(name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip() not in ("", ".", "..")) or "member"


def _is_hidden(name: str) -> bool:
    """Whether a name is one that folders hide too, or the shadow that macOS packs beside each file."""
    return name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/"))


def _unique(name: str, names: set[str]) -> str:
    """Return `name`, numbered where an earlier member has it already."""
    path, number, unique = PurePosixPath(name), 2, name
    while unique in names:
        unique = str(path.with_name(f"{path.stem}~{number}{path.suffix}"))
        number += 1
    names.add(unique)
    return unique
