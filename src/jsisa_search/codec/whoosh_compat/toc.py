"""The table of contents: written durably with a checksum, read without running anything.

It is the file that Whoosh writes (`_MAIN_<generation>.toc`: schema and segments, pickled), followed by a
trailer of 12 bytes that Whoosh does not read: `JSISATOC` and the CRC-32 of all before it.
"""

from __future__ import annotations

import os
import pickle
import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC
from whoosh.writing import IndexingError

from jsisa_search.codec.segment.container import sync_folder
from jsisa_search.codec.segment.segment_file import EXTENSION, ArraySegment
from jsisa_search.errors import IndexDamagedError, IndexNotFoundError, IndexVersionError

_TRAILER = struct.Struct("<8sI")
_MAGIC = b"JSISATOC"
_TOC_VERSION = -111

#: What a table of contents may consist of. Everything else is refused before it is even imported.
_ADMITTED: dict[str, frozenset[str]] = {
    "jsisa_search.analysis.analyzers": frozenset({"GRAMS", "GramAnalyzer", "WordAnalyzer"}),
    "jsisa_search.codec.segment.segment_file": frozenset({"ArraySegment"}),
    "whoosh.analysis.acore": frozenset({"CompositeAnalyzer"}),
    "whoosh.analysis.analyzers": frozenset({"CompositeAnalyzer"}),
    "whoosh.analysis.filters": frozenset(
        {
            "CharsetFilter",
            "DelimitedAttributeFilter",
            "LowercaseFilter",
            "MultiFilter",
            "PassFilter",
            "ReverseTextFilter",
            "StopFilter",
            "StripFilter",
            "SubstitutionFilter",
            "TeeFilter",
        }
    ),
    "whoosh.analysis.intraword": frozenset(
        {"BiWordFilter", "CompoundWordFilter", "IntraWordFilter", "ShingleFilter"}
    ),
    "whoosh.analysis.morph": frozenset({"DoubleMetaphoneFilter", "PyStemmerFilter", "StemFilter"}),
    "whoosh.analysis.ngrams": frozenset({"NgramFilter", "NgramTokenizer"}),
    "whoosh.analysis.tokenizers": frozenset(
        {"CharsetTokenizer", "IDTokenizer", "PathTokenizer", "RegexTokenizer"}
    ),
    "whoosh.columns": frozenset(
        {
            "BitColumn",
            "CompressedBlockColumn",
            "CompressedBytesColumn",
            "FixedBytesColumn",
            "NumericColumn",
            "RefBytesColumn",
            "VarBytesColumn",
        }
    ),
    "whoosh.fields": frozenset(
        {
            "BOOLEAN",
            "COLUMN",
            "DATETIME",
            "FieldType",
            "ID",
            "IDLIST",
            "KEYWORD",
            "NGRAM",
            "NGRAMWORDS",
            "NUMERIC",
            "STORED",
            "Schema",
            "TEXT",
        }
    ),
    "whoosh.formats": frozenset(
        {
            "CharacterBoosts",
            "Characters",
            "Existence",
            "Frequency",
            "PositionBoosts",
            "Positions",
        }
    ),
    "whoosh.lang.porter": frozenset({"stem"}),
    "builtins": frozenset({"float", "frozenset", "int", "long", "object", "set"}),
    "re": frozenset({"_compile"}),
    "copyreg": frozenset({"_reconstructor"}),
}
#: Names that Python 2 compatible pickles use for the same things.
_RENAMED = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _STAND_INS:
            return _STAND_INS[module, name]
        if name not in _ADMITTED.get(_RENAMED.get(module, module), frozenset()):
            raise pickle.UnpicklingError(f"it names {module}.{name}, which no index consists of")
        return super().find_class(module, name)


def _encode_latin1(text: str, encoding: str = "latin1") -> bytes:
    """Stand in for `_codecs.encode`, by which old pickles write bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes text as {encoding}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    """Stand in for `bytes`, by which old pickles write none of them."""
    return b""


_STAND_INS: dict[tuple[str, str], Callable[..., bytes]] = {
    ("_codecs", "encode"): _encode_latin1,
    ("__builtin__", "bytes"): _no_bytes,
}


class _Capture:
    """The part of a storage that `TOC.write` uses; keeps what is written."""

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

    Raise `IndexingError`, and write nothing, where it could not be read again.
    """
    capture = _Capture()
    TOC(schema, segments, generation).write(capture, indexname)
    try:
        _parse(capture.content, generation, None)
    except pickle.UnpicklingError as error:
        raise IndexingError(
            f"the schema cannot be kept ({error}): use fields, analyzers and columns that come with Whoosh"
        ) from error
    path = toc_path(folder, indexname, generation)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(capture.content)
        file.write(_TRAILER.pack(_MAGIC, zlib.crc32(capture.content)))
        file.flush()
        os.fsync(file.fileno())
    # The segments' names must be on disk before the name that makes them count.
    sync_folder(folder)
    temporary.replace(path)
    sync_folder(folder)


def read_toc(folder: Path, indexname: str, schema: Schema | None = None) -> TOC:
    """Read the current table of contents.

    Raises `IndexNotFoundError`, `IndexDamagedError` (altered, or made of what no index consists of),
    `IndexVersionError`, and `FileNotFoundError` where a writer has just replaced it.
    """
    generation = latest_generation(folder, indexname)
    if generation < 0:
        raise IndexNotFoundError(f"there is no index in {folder}: make one with jsisa-search index")
    path = toc_path(folder, indexname, generation)
    content = path.read_bytes()
    try:
        return _parse(_checked(content, path), generation, schema)
    except (IndexDamagedError, IndexVersionError):
        raise
    except Exception as error:  # a hostile pickle can raise anything
        raise _damage(path, str(error)) from error


def _checked(content: bytes, path: Path) -> bytes:
    body = content[: -_TRAILER.size]
    if len(content) <= _TRAILER.size:
        raise _damage(path, "it is truncated")
    magic, checksum = _TRAILER.unpack(content[-_TRAILER.size :])
    if magic != _MAGIC:
        raise _damage(path, "it is truncated, or not written by jsisa-search")
    if zlib.crc32(body) != checksum:
        raise _damage(path, "it was altered")
    return body


def _damage(path: Path, what: str) -> IndexDamagedError:
    return IndexDamagedError(f"{path} is damaged: {what}; rebuild the index with index --rebuild")


def _parse(content: bytes, generation: int, schema: Schema | None) -> TOC:
    stream = StructFile(BytesIO(content))
    sizes: list[int] = [stream.read_varint() for _ in range(3)]
    if sizes != [4, 8, 4] or stream.read_int() != -12345:
        raise ValueError("it was written on another architecture")
    version = stream.read_int()
    if version != _TOC_VERSION:
        raise IndexVersionError(
            f"the index has Whoosh's format {version}, not {_TOC_VERSION}: rebuild it with index --rebuild"
        )
    release = tuple(stream.read_varint() for _ in range(3))
    stored_schema = _Unpickler(BytesIO(stream.read_string())).load()
    if stream.read_int() != generation:
        raise ValueError("it is that of another generation")
    stream.read_int()
    segments = _Unpickler(BytesIO(content[stream.tell() :])).load()
    _check_types(stored_schema, segments)
    return TOC(schema or stored_schema, segments, generation, version, release)


def _check_types(schema: object, segments: object) -> None:
    if not isinstance(schema, Schema) or not isinstance(segments, list):
        raise ValueError("it holds no schema and segments")
    for segment in segments:
        if not isinstance(segment, ArraySegment):
            raise ValueError("a segment was written by another program")
        if not re.fullmatch(r"[0-9a-z]+", segment.segid):
            raise ValueError("a segment has an impossible name")


def latest_generation(folder: Path, indexname: str) -> int:
    """Return the current generation, -1 where there is none."""
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
