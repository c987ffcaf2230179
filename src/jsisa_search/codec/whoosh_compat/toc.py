"""The table of contents: written durably with a checksum, read without running anything.

It is the file that Whoosh writes (`_MAIN_<generation>.toc`: schema and segments, pickled), followed by a
trailer of 12 bytes that Whoosh does not read: `JSISATOC` and the CRC-32 of all before it.
"""

from __future__ import annotations

import pickle
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC
from whoosh.writing import IndexingError

from jsisa_search.codec.segment.container import sync_folder
from jsisa_search.codec.whoosh_compat.pickles import load_pickle
from jsisa_search.codec.whoosh_compat.segment import EXTENSION, ArraySegment
from jsisa_search.errors import (
    ArchiveError,
    CommitWarning,
    IndexDamagedError,
    IndexNotFoundError,
    IndexVersionError,
)
from jsisa_search.own_files import IrregularFileError, read_regular, replace_file
from jsisa_search.translation import gettext as tr

_TRAILER = struct.Struct("<8sI")
_MAGIC = b"JSISATOC"
_TOC_VERSION = -111

#: Bytes of the file: four for each deleted document.
_MAX_BYTES = 256 << 20
_MAX_DOCS = 1 << 32


class _Capture:
    """The part of a storage that `TOC.write` uses; captures what is written."""

    def __init__(self) -> None:
        self.content = b""

    def create_file(self, name: str) -> StructFile:
        return StructFile(BytesIO(), name, onclose=self._keep)

    def _keep(self, file: StructFile) -> None:
        self.content = file.file.getvalue()

    def rename_file(self, *_: Any, **__: Any) -> None:
        """Do nothing: the file gets its name in `write_toc`."""


def toc_path(folder: Path, indexname: str, generation: int) -> Path:
    """Return where the table of contents of a generation is."""
    return folder / str(TOC._filename(indexname, generation))


def write_toc(
    folder: Path, indexname: str, schema: Schema, segments: list[ArraySegment], generation: int
) -> None:
    """Write a generation's table of contents; it is the current one once this returns.

    Raise `IndexingError`, and write nothing, where it could not be read again. Any other error means that
    the generation does not count either; where flushing the folder fails afterwards, that is a warning.
    """
    capture = _Capture()
    TOC(schema, segments, generation).write(capture, indexname)
    try:
        _parse(capture.content, indexname, generation, None)
    except pickle.UnpicklingError as error:
        raise IndexingError(
            tr(
                "the schema cannot be stored ({error}): use fields, analyzers and columns that come with "
                "Whoosh"
            ).format(error=error)
        ) from error
    # The segments' names must be on disk before the name that makes them count.
    sync_folder(folder)
    trailer = _TRAILER.pack(_MAGIC, zlib.crc32(capture.content))
    replace_file(toc_path(folder, indexname, generation), capture.content + trailer)
    # From here on the generation counts: what fails now can no longer make the commit fail.
    with warned_after_commit(
        tr("{folder} could not be flushed to disk; a power failure may undo the update").format(folder=folder)
    ):
        sync_folder(folder)


@contextmanager
def warned_after_commit(what: str) -> Iterator[None]:
    """Turn an error in the block into a `CommitWarning` that begins with `what`: the commit is in effect."""
    try:
        yield
    except (OSError, ArchiveError) as error:
        warnings.warn(f"{what} ({error})", CommitWarning, stacklevel=3)


def read_toc(folder: Path, indexname: str, schema: Schema | None = None) -> TOC:
    """Read the current table of contents.

    Raises `IndexNotFoundError`, `IndexDamagedError` (altered, or made of what no index consists of),
    `IndexVersionError`, and `FileNotFoundError` where a writer has just replaced it.
    """
    generation = latest_generation(folder, indexname)
    if generation < 0:
        raise IndexNotFoundError(
            tr("there is no index in {folder}: make one with jsisa-search index").format(folder=folder)
        )
    path = toc_path(folder, indexname, generation)
    try:
        content = read_regular(path, _MAX_BYTES)
    except IrregularFileError as error:
        raise _damage(path, str(error.strerror)) from error
    try:
        return _parse(_checked(content, path), indexname, generation, schema)
    except (IndexDamagedError, IndexVersionError):
        raise
    except Exception as error:  # a hostile pickle can raise anything
        raise _damage(path, str(error)) from error


def _checked(content: bytes, path: Path) -> bytes:
    body = content[: -_TRAILER.size]
    if len(content) <= _TRAILER.size:
        raise _damage(path, tr("it is truncated"))
    magic, checksum = _TRAILER.unpack(content[-_TRAILER.size :])
    if magic != _MAGIC:
        raise _damage(path, tr("it is truncated, or not written by jsisa-search"))
    if zlib.crc32(body) != checksum:
        raise _damage(path, tr("it was altered"))
    return body


def _damage(path: Path, what: str) -> IndexDamagedError:
    return IndexDamagedError(
        tr("{path} is damaged: {what}; rebuild the index with index --rebuild").format(path=path, what=what)
    )


def _parse(content: bytes, indexname: str, generation: int, schema: Schema | None) -> TOC:
    stream = StructFile(BytesIO(content))
    sizes: list[int] = [stream.read_varint() for _ in range(3)]
    if sizes != [4, 8, 4] or stream.read_int() != -12345:
        raise ValueError(tr("it was written on another architecture"))
    version = stream.read_int()
    if version != _TOC_VERSION:
        raise IndexVersionError(
            tr(
                "the index has Whoosh's format {version}, not {toc_version}: rebuild it with index --rebuild"
            ).format(version=version, toc_version=_TOC_VERSION)
        )
    release = tuple(stream.read_varint() for _ in range(3))
    stored_schema = load_pickle(stream.read_string())
    if stream.read_int() != generation:
        raise ValueError(tr("it is that of another generation"))
    stream.read_int()
    segments = load_pickle(content[stream.tell() :])
    if not isinstance(stored_schema, Schema) or not isinstance(segments, list):
        raise ValueError(tr("it contains no schema and segments"))
    for segment in segments:
        _check_segment(segment, indexname)
    if len({segment.segid for segment in segments}) < len(segments):
        raise ValueError(tr("it names a segment twice"))
    return TOC(schema or stored_schema, segments, generation, version, release)


def _check_segment(segment: Any, indexname: str) -> None:
    if not isinstance(segment, ArraySegment):
        raise ValueError(tr("a segment was written by another program"))
    state = vars(segment)
    if state.keys() != _SEGMENT_ATTRIBUTES.keys() or any(
        type(value) is not _SEGMENT_ATTRIBUTES[name] for name, value in state.items()
    ):
        raise ValueError(tr("a segment is not described as segments are"))
    if segment.indexname != indexname or not re.fullmatch(r"[0-9a-z]+", segment.segid):
        raise ValueError(tr("a segment has an impossible name"))
    if segment.compound or not 0 <= segment.doc_count_all() < _MAX_DOCS:
        raise ValueError(tr("a segment has an impossible number of documents"))
    if not segment.has_possible_deletions():
        raise ValueError(tr("a segment has an impossible list of deleted documents"))


#: The pickled attributes of a segment, and their types.
_SEGMENT_ATTRIBUTES = {"indexname": str, "segid": str, "compound": bool, "_doc_count": int, "_deleted": bytes}


def check_index_name(indexname: str) -> None:
    """Raise `ArchiveError` for a name that could lead out of the folder or be taken for a pattern."""
    if not re.fullmatch(r"[\w-]+", indexname):
        raise ArchiveError(
            tr("an index can't be called {indexname!r}; use letters, digits, - and _").format(
                indexname=indexname
            )
        )


def latest_generation(folder: Path, indexname: str) -> int:
    """Return the current generation, -1 where there is none; `ArchiveError` for an impossible name."""
    check_index_name(indexname)
    pattern = TOC._pattern(indexname)
    try:
        names = [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return -1
    return max((int(match[1]) for name in names if (match := pattern.match(name))), default=-1)


def remove_stale_files(folder: Path, indexname: str, generation: int, segments: list[ArraySegment]) -> None:
    """Remove what no longer belongs to the index; a file that is still in use is left for later."""
    current = {segment.file_name() for segment in segments} | {toc_path(folder, indexname, generation).name}
    ours: list[Callable[[str], Any]] = [
        re.compile(rf"_{re.escape(indexname)}_[0-9]+\.toc(\.tmp)?").fullmatch,
        re.compile(rf"{re.escape(indexname)}_[0-9a-z]+{re.escape(EXTENSION)}(\.tmp)?").fullmatch,
    ]
    for path in list(folder.iterdir()):
        if path.name not in current and any(match(path.name) for match in ours):
            try:
                path.unlink(missing_ok=True)
            except PermissionError:  # Windows, while a reader has it mapped
                continue
