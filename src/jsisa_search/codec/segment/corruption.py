"""Nonsense in the files of an index, told as what it is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from jsisa_search.errors import IndexDamagedError

#: What NumPy, zlib and Python raise when the content of a file makes no sense.
SYMPTOMS = (
    ArithmeticError,
    AssertionError,
    LookupError,
    MemoryError,
    ValueError,
    struct.error,
    zlib.error,
)


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn what NumPy, zlib and Python raise over nonsense in a file into `IndexDamagedError`."""
    try:
        yield
    except SYMPTOMS as error:
        raise damage_of(error) from error


def damage_of(error: Exception) -> IndexDamagedError:
    """Return the error that tells a symptom as damage."""
    return IndexDamagedError(f"the index holds what no index can hold ({error!r}): run jsisa-search verify")
