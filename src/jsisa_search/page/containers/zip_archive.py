"""Archive (.zip) -> its members, inflated in memory one after the other; nothing is written to disk."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from jsisa_search.errors import PageBudgetError, PageError
from jsisa_search.page.budget import Budget, check_time
from jsisa_search.page.containers.parts import Part, Recognise
from jsisa_search.page.decode import decode_name, mend_name
from jsisa_search.page.kinds import HEAD, is_clutter
from jsisa_search.page.lines import clean_line
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DIRECTORY_ENTRY = b"PK\x01\x02"
# What `zipfile` raises for archives that are damaged, encrypted or packed by an unknown method.
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


def read_zip(data: bytes, budget: Budget, *, recognise: Recognise, largest: int) -> Iterator[Part]:
    """Yield the members of an archive; of those that `recognise` knows no reader for the name only.

    A member that can't be inflated, is encrypted, has more than `largest` bytes or would exceed `budget`
    has a reason instead of a content.
    """
    check_directory(data)
    try:
        archive = ZipFile(BytesIO(data))
    except BAD as error:
        raise PageError(
            tr("is no archive that can be read ({error}); pack it again").format(error=error)
        ) from error
    names: dict[str, int] = {}
    for info in archive.infolist():
        check_time()
        if info.filename.endswith("/"):
            continue
        name = _unique(_read_name(info), names)
        if _is_hidden(name):
            continue
        suffix, reason = recognise(name, partial(_read_head, archive, info))
        if not suffix:
            yield Part(f"!/{name}", "", reason=reason)
        elif not budget.take(info.file_size):
            yield Part(f"!/{name}", suffix, reason=tr("lies beyond what is read of one archive; unpack it"))
            return
        else:
            yield _read_member(archive, info, Part(f"!/{name}", suffix), largest)


def _read_head(archive: ZipFile, info: ZipInfo) -> bytes:
    """Return the first bytes of a member, none of one that can't be inflated."""
    try:
        with archive.open(info) as file:
            return file.read(HEAD)
    except BAD:
        return b""


def check_directory(data: bytes) -> None:
    """Raise `PageBudgetError` for an archive whose directory would fill the memory when it is read."""
    limit = load_rules("budget")["limits"]["archive_names"]
    if data.count(_DIRECTORY_ENTRY) > limit:
        raise PageBudgetError(tr("has more than {limit:,} members; unpack it").format(limit=limit))


def _read_member(archive: ZipFile, info: ZipInfo, part: Part, largest: int) -> Part:
    reason = refuse_member(info, largest)
    if reason:
        return Part(part.name, part.suffix, reason=reason)
    try:
        with archive.open(info) as file:
            # No more than it says it has: the sizes in an archive are claims.
            content = file.read(info.file_size + 1)
    except BAD as error:
        return Part(
            part.name,
            part.suffix,
            reason=tr("can't be unpacked ({error}); pack it again").format(error=error),
        )
    return Part(part.name, part.suffix, content)


def refuse_member(info: ZipInfo, largest: int) -> str:
    """Return why a member is not inflated; empty where it is."""
    limits = load_rules("budget")["limits"]
    if info.flag_bits & _ENCRYPTED_FLAG:
        return tr("is encrypted; unpack the archive with its password")
    if info.file_size > largest:
        return tr("has {size:,} bytes, more than the {limit:,} that are read of a page").format(
            size=info.file_size, limit=largest
        )
    if info.file_size > limits["ratio_from"] and info.file_size > limits["ratio"] * max(
        info.compress_size, 1
    ):
        return tr("is packed too densely to be a page; unpack it if you know what it is")
    return ""


def _read_name(info: ZipInfo) -> str:
    """Return the name of a member as a harmless relative path.

    Archives made by Chinese Windows have GBK names without saying so, which `zipfile` decodes as cp437.
    """
    name = info.filename
    is_utf8 = info.flag_bits & _UTF8_FLAG
    name = mend_name(name) if is_utf8 else decode_name(name.encode("cp437", "replace"))
    return harmless_path(name)


def harmless_path(name: str) -> str:
    """Return the name of a member as a relative path that is clean, not empty and does not climb out."""
    longest = load_rules("budget")["limits"]["name_characters"]
    parts = clean_line(name[:longest]).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip() not in ("", ".", "..")) or "member"


def _is_hidden(name: str) -> bool:
    """Whether a name is one that folders hide too, or the shadow that macOS packs beside each file."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or is_clutter(parts[-1]) or any(part.startswith(".") for part in parts)


def _unique(name: str, names: dict[str, int]) -> str:
    """Return `name`, numbered where an earlier member has it already; `names` has how many had each."""
    number = names[name] = names.get(name, 0) + 1
    if number == 1:
        return name
    path = PurePosixPath(name)
    numbered = f"{path.stem}~{number}{path.suffix}"
    return _unique(str(path.with_name(numbered)), names)
