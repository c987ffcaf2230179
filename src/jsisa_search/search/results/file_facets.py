"""Passages counted by what their files are: the folder, with all those above it, and the format."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.schema import FORMAT, TEXT_SCHEME
from jsisa_search.search.engine.searcher import ArraySearcher

Array = NDArray[Any]


def count_folders(
    searcher: ArraySearcher, docs: Array, path_of: Callable[[str], str]
) -> tuple[tuple[str, int], ...]:
    """Return the folders of `docs` (int64, ascending) with their counts, the most frequent first.

    Each contains those below it. They begin with the lowest folder that has all files of the index, and are
    paths as `path_of` shows those that are stored.
    """
    top = _common([path_of(folder) for folder in _groups(searcher, _folder_of)])
    found: Counter[str] = Counter()
    for folder, count in _counted(searcher, docs, _folder_of):
        path = PurePath(path_of(folder))
        for parent in (path, *path.parents):
            if not top or parent.is_relative_to(top):
                found[str(parent)] += count
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def count_formats(searcher: ArraySearcher, docs: Array) -> tuple[tuple[str, int], ...]:
    """Return the suffixes of the files of `docs` (int64, ascending), the most frequent first."""
    found: Counter[str] = Counter()
    for suffix, count in _counted(searcher, docs, _format_of):
        found[suffix] += count
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _folder_of(stored: str) -> str | None:
    return None if stored.startswith(TEXT_SCHEME) else stored.rpartition("/")[0]


def _format_of(stored: str) -> str | None:
    found = None if stored.startswith(TEXT_SCHEME) else FORMAT.search(stored)
    return found[1].lower() if found else None


def _groups(searcher: ArraySearcher, group_of: Callable[[str], str | None]) -> Iterator[str]:
    """Yield the groups of the files of an index, some of them repeatedly."""
    with searcher.concluding_damage():
        for view in searcher.views:
            yield from view.term_groups("path", group_of)[1]


def _counted(
    searcher: ArraySearcher, docs: Array, group_of: Callable[[str], str | None]
) -> Iterator[tuple[str, int]]:
    """Yield the groups of the files of `docs` with their counts in a segment."""
    with searcher.concluding_damage():
        for view in searcher.views:
            numbers, groups = view.term_groups("path", group_of)
            counts = np.bincount(numbers.take(view.inside(docs)), minlength=len(groups) + 1)
            for number in np.flatnonzero(counts[1:]).tolist():
                yield groups[number], int(counts[number + 1])


def _common(folders: list[str]) -> str:
    """Return the lowest folder that has all of some; empty where there is none, as on two drives."""
    try:
        return os.path.commonpath(folders) if folders else ""
    except ValueError:
        return ""
