"""What the last update did not index, in a file beside the index: a search can name it, an update compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sized
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from jsisa_search.own_files import read_regular, replace_file

#: Name of the file in the index folder; there is none where every file was indexed.
REPORT_FILE = "jsisa-search-report.json"

#: Bytes of the file; a line is a path and a sentence.
_MAX_BYTES = 16 << 20

#: Files of each sort that are named in the file; the others are only counted.
_MAX_FILES = 10_000

#: Characters of a reason that are written; all of them together stay below `_MAX_BYTES`.
_MAX_REASON = 300

#: Stored path and reason of a file.
Entry = tuple[str, str]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """The first files that could not be read, and the first list pages, each with the number of all."""

    files: tuple[Entry, ...] = ()
    total: int = 0
    list_pages: tuple[str, ...] = ()
    list_pages_total: int = 0


def entry_of(stored: str, reason: str) -> Entry:
    """Return the entry of a file with a stored path that could not be read."""
    return stored, reason[:_MAX_REASON]


def write_unread(folder: Path, files: Iterable[Entry], list_pages: Iterable[str] = ()) -> None:
    """Replace what the index folder says of unreadable files and list pages; all of it or nothing.

    To be called while the index is locked for writing. Where the folder can't be written to nothing is
    changed: the file only helps to explain.
    """
    unread = Unread(*_first(files), *_first(list_pages))
    path = folder / REPORT_FILE
    with suppress(OSError):
        if not unread.total and not unread.list_pages_total:
            path.unlink(missing_ok=True)
        elif unread != read_unread(folder):
            content = json.dumps(
                {
                    "unreadable": unread.files,
                    "total": unread.total,
                    "list_pages": unread.list_pages,
                    "list_pages_total": unread.list_pages_total,
                }
            )
            replace_file(path, content.encode("ascii"), is_durable=False)


def _first(entries: Iterable[T]) -> tuple[tuple[T, ...], int]:
    """Return the first of `entries`, and the number of all."""
    entries = iter(entries)
    first = tuple(islice(entries, _MAX_FILES))
    return first, len(first) + sum(1 for _ in entries)


def read_unread(folder: Path) -> Unread:
    """Return what the last update did not index; nothing where that file is missing or damaged."""
    try:
        content = json.loads(read_regular(folder / REPORT_FILE, _MAX_BYTES).decode("ascii"))
        files = tuple(entry_of(path, reason) for path, reason in content["unreadable"])
        total = content["total"]
        # Absent in a file that an earlier version wrote.
        list_pages, pages_total = tuple(content.get("list_pages", ())), content.get("list_pages_total", 0)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Unread()
    is_text = all(isinstance(text, str) for text in (*chain.from_iterable(files), *list_pages))
    is_counted = _counts(total, files) and _counts(pages_total, list_pages)
    return Unread(files, total, list_pages, pages_total) if is_text and is_counted else Unread()


def _counts(total: object, entries: Sized) -> bool:
    return isinstance(total, int) and total >= len(entries)
