"""Unpickle tables of contents, and nothing else, in bounded memory and time.

A pickle is a program. Before it is run, `check_pickle` walks over its instructions: only those are admitted
that our tables of contents need, and only as many as they need. Running it then admits a fixed list of
classes and functions.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from jsisa_search.translation import gettext as tr

#: What a table of contents may consist of. Everything else is refused before it is even imported.
_ADMITTED: dict[str, frozenset[str]] = {
    "jsisa_search.analysis.analyzers": frozenset({"GRAMS", "GramAnalyzer", "WordAnalyzer"}),
    "jsisa_search.codec.whoosh_compat.segment": frozenset({"ArraySegment"}),
    "jsisa_search.schema": frozenset({"RowsColumn"}),
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
    "copyreg": frozenset({"_reconstructor"}),
}
#: Names that Python 2 compatible pickles use for the same things.
_RENAMED = {"__builtin__": "builtins", "copy_reg": "copyreg"}

# A schema of ours has about a thousand instructions and two for each user word, a segment thirty.
_MAX_INSTRUCTIONS = 4_000_000
# Nested tuples are hashed by recursion in C, which nothing else bounds.
_MAX_TUPLES = 10_000
_MAX_NESTING = 100
# The longest pattern of Whoosh's analyzers has 40.
_MAX_PATTERN = 10_000


def _table(sizes: dict[int, tuple[bytes, ...]]) -> list[int]:
    table = [0] * 256
    for size, codes in sizes.items():
        for code in codes:
            table[code[0]] = size
    return table


#: The bytes of each admitted instruction that needs no further look; 0 for any other.
_SIZES = _table(
    {
        1: (
            *(pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE, pickle.EMPTY_DICT, pickle.EMPTY_LIST),
            *(pickle.EMPTY_TUPLE, pickle.EMPTY_SET, pickle.SETITEM, pickle.APPEND, pickle.NEWOBJ),
            *(pickle.BUILD, pickle.REDUCE, pickle.MEMOIZE, pickle.STACK_GLOBAL),
        ),
        2: (pickle.PROTO, pickle.BINPUT, pickle.BINGET, pickle.BININT1),
        3: (pickle.BININT2,),
        5: (pickle.BININT, pickle.LONG_BINGET),
        9: (pickle.BINFLOAT, pickle.FRAME),
    }
)
#: In how many bytes the length of what follows is written, of instructions that have one; 0 for any other.
_LENGTHS = _table(
    {
        1: (pickle.SHORT_BINUNICODE, pickle.SHORT_BINBYTES, pickle.LONG1),
        4: (pickle.BINUNICODE, pickle.BINBYTES),
    }
)
_TUPLES = frozenset(code[0] for code in (pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3))
_CLOSING = frozenset(
    code[0] for code in (pickle.TUPLE, pickle.SETITEMS, pickle.APPENDS, pickle.ADDITEMS, pickle.FROZENSET)
)


def load_pickle(data: bytes) -> Any:
    """Return the unpickled object; `pickle.UnpicklingError` where it can't be part of a table of contents."""
    check_pickle(data)
    return _Unpickler(BytesIO(data)).load()


def check_pickle(data: bytes) -> None:
    """Raise `pickle.UnpicklingError` for instructions that our tables of contents never have."""
    scan, at, end = _Scan(data), 0, len(data)
    for count in range(_MAX_INSTRUCTIONS):
        if at >= end:
            raise pickle.UnpicklingError(tr("it is truncated"))
        code = data[at]
        if _SIZES[code]:
            at += _SIZES[code]
        elif _LENGTHS[code]:
            start = at + 1 + _LENGTHS[code]
            at = start + int.from_bytes(data[at + 1 : start], "little")
        elif code == pickle.STOP[0]:
            return
        else:
            at = scan.step(code, at, count)
    raise pickle.UnpicklingError(tr("it is larger than that of any index"))


class _Scan:
    """Counters of one scan over the instructions of a pickle."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tuples = self._depth = 0

    def step(self, code: int, at: int, count: int) -> int:
        """Check instruction number `count`, which is at `at`; return where the next one begins."""
        if code == pickle.GLOBAL[0]:
            return _check_name(self._data, at + 1)
        if code == pickle.LONG_BINPUT[0]:
            if int.from_bytes(self._data[at + 1 : at + 5], "little") > count:
                raise pickle.UnpicklingError(tr("it reserves space for more than it contains"))
            return at + 5
        if code not in _TUPLES and code not in _CLOSING and code != pickle.MARK[0]:
            raise pickle.UnpicklingError(
                tr("it has the instruction {code:#04x}, which no index consists of").format(code=code)
            )
        self._tuples += code in _TUPLES
        self._depth += (code == pickle.MARK[0]) - (code in _CLOSING)
        if self._tuples > _MAX_TUPLES or self._depth > _MAX_NESTING:
            raise pickle.UnpicklingError(tr("it is more deeply nested than that of any index"))
        return at + 1


def _check_name(data: bytes, at: int) -> int:
    """Check the two lines of a name from `at` on; return where the next instruction begins."""
    module_end = data.find(b"\n", at)
    end = data.find(b"\n", module_end + 1)
    if module_end < 0 or end < 0:
        raise pickle.UnpicklingError(tr("it is truncated"))
    module, name = data[at:end].decode(errors="replace").split("\n")
    _check_admitted(module, name)
    return end + 1


def _check_admitted(module: str, name: str) -> None:
    is_admitted = name in _ADMITTED.get(_RENAMED.get(module, module), frozenset())
    if not is_admitted and (module, name) not in _STAND_INS:
        raise pickle.UnpicklingError(
            tr("it names {module}.{name}, which no index consists of").format(module=module, name=name)
        )


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _STAND_INS:
            return _STAND_INS[module, name]
        _check_admitted(module, name)
        return super().find_class(module, name)


def _encode_latin1(text: str, encoding: str = "latin1") -> bytes:
    """Stand in for `_codecs.encode`, by which old pickles write bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(tr("it encodes text as {encoding}").format(encoding=encoding))
    return text.encode("latin1")


def _no_bytes() -> bytes:
    """Stand in for `bytes`, by which old pickles write none of them."""
    return b""


def _compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Stand in for `re._compile`: a pattern as short as those of analyzers are."""
    if len(pattern) > _MAX_PATTERN:
        raise pickle.UnpicklingError(
            tr("it has a regular expression of {number} characters").format(number=len(pattern))
        )
    return re.compile(pattern, flags)


_STAND_INS: dict[tuple[str, str], Callable[..., Any]] = {
    ("_codecs", "encode"): _encode_latin1,
    ("__builtin__", "bytes"): _no_bytes,
    ("re", "_compile"): _compile_pattern,
}
