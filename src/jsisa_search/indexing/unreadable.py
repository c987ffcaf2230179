"""The files that the last update could not read, in a file beside the index: a search can name them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jsisa_search.own_files import read_regular, replace_file

#: Name of the file in the index folder; there is none where every file was read.
REPORT_FILE = "jsisa-search-report.json"

#: Bytes of the file; a line is a path and a sentence.
_MAX_BYTES = 16 << 20

#: Files that are named in the file; the others are only counted.
_MAX_FILES = 10_000

#: Characters of a reason that are written; all of them together stay below `_MAX_BYTES`.
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Unread:
    """Files that could not be read: stored path and reason of the first, and how many in all."""

    files: tuple[tuple[str, str], ...] = ()
    total: int = 0


def write_unreadable(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Replace what the index folder says of unreadable files by `files`; all of it or nothing.

    To be called while the index is locked for writing. Where the folder can't be written to nothing is
    changed: the file only helps to explain.
    """
    files = iter(files)
    named = [(path, reason[:_MAX_REASON]) for path, reason in islice(files, _MAX_FILES)]
    unread = Unread(tuple(named), len(named) + sum(1 for _ in files))
    path = folder / REPORT_FILE
    with suppress(OSError):
        if not unread.total:
            path.unlink(missing_ok=True)
        elif unread != read_unreadable(folder):
            content = json.dumps({"unreadable": unread.files, "total": unread.total})
            replace_file(path, content.encode("ascii"), is_durable=False)


def read_unreadable(folder: Path) -> Unread:
    """Return what the index folder says of unreadable files; none where that is missing or damaged."""
    path = folder / REPORT_FILE
    try:
        content = json.loads(read_regular(path, _MAX_BYTES).decode("ascii"))
        files = tuple((name, reason) for name, reason in content["unreadable"])
        total = content["total"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Unread()
    is_text = all(isinstance(name, str) and isinstance(reason, str) for name, reason in files)
    return Unread(files, total) if is_text and isinstance(total, int) and total >= len(files) else Unread()
