"""The files that the last update could not read, kept beside the index so that a search can name them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

#: Name of the file in the index folder; there is none where every file was read.
REPORT_FILE = "jsisa-search-report.json"

#: Bytes of the file; a line is a path and a sentence.
_MAX_BYTES = 16 << 20

#: Files that are kept; who has more has another problem than one of them.
_MAX_FILES = 10_000


def write_unreadable(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Keep files, (path as the index stores it, reason), in place of what was kept; whole or not at all.

    Where the folder can't be written to, nothing is kept: the file only helps to explain.
    """
    kept = list(files)[:_MAX_FILES]
    path = folder / REPORT_FILE
    temporary = folder / f"{REPORT_FILE}.{os.getpid()}.tmp"
    try:
        if not kept:
            path.unlink(missing_ok=True)
        elif tuple(kept) != read_unreadable(folder):
            temporary.write_text(json.dumps({"unreadable": kept}), encoding="ascii")
            temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)


def read_unreadable(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the files that were kept; none where the report is missing or damaged."""
    path = folder / REPORT_FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ()
        kept = json.loads(path.read_text(encoding="ascii"))["unreadable"]
        files = tuple((name, reason) for name, reason in kept)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ()
    is_text = all(isinstance(name, str) and isinstance(reason, str) for name, reason in files)
    return files if is_text else ()
