"""Passages counted by what their files are: the folder, with all those above it, and the format."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import PurePath

from jsisa_search.schema import FORMAT, TEXT_SCHEME
from jsisa_search.search.interface import Matches, Searcher


def count_folders(
    searcher: Searcher, found: Matches, path_of: Callable[[str], str], *, by_release: bool = False
) -> Counter[str]:
    """Return the folders of the files of what is found, with the passages or releases below each.

    They begin with the lowest folder that has all files of the index, and are paths as `path_of` shows
    those that are stored.
    """
    top = _common([path_of(folder) for folder in searcher.path_groups(folder_of)])
    counts: Counter[str] = Counter()
    for folder, count in found.count_groups(folder_of, by_release=by_release).items():
        path = PurePath(path_of(folder))
        for parent in (path, *path.parents):
            if not top or parent.is_relative_to(top):
                counts[str(parent)] += count
    return counts


def folder_of(stored: str) -> str | None:
    """Return the stored folder of a stored path, `None` for a release without a file."""
    return None if stored.startswith(TEXT_SCHEME) else stored.rpartition("/")[0]


def format_of(stored: str) -> str | None:
    """Return the suffix of the file of a stored path, `None` where it has none."""
    found = None if stored.startswith(TEXT_SCHEME) else FORMAT.search(stored)
    return found[1].lower() if found else None


def _common(folders: list[str]) -> str:
    """Return the lowest folder that has all of some; empty where there is none, as on two drives."""
    try:
        return os.path.commonpath(folders) if folders else ""
    except ValueError:
        return ""
