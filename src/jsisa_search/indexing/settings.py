"""The settings an index was made with, in a file beside it; an incompatible index is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from jsisa_search.analysis import FOLDING_VERSION, default_segmenter
from jsisa_search.analysis.dictionary_file import write_dictionary
from jsisa_search.codec.segment.container import sync_folder
from jsisa_search.codec.whoosh_compat.toc import read_toc, warned_after_commit
from jsisa_search.errors import (
    ArchiveError,
    ArgumentError,
    IndexDamagedError,
    IndexNotFoundError,
    IndexVersionError,
)
from jsisa_search.model import Plain
from jsisa_search.own_files import read_regular, replace_file
from jsisa_search.schema import SCHEMA_VERSION
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

FILE_NAME = "jsisa-search.json"
_MAX_BYTES = 1 << 16

_INDEX_NAME = "MAIN"
#: The remedy for an index that is incompatible or damaged.
REBUILD = mark("rebuild it with: jsisa-search index FOLDER --rebuild")


@dataclass(frozen=True, slots=True)
class Settings(Plain):
    """What shaped the terms and documents of an index; `created` is local time, ISO 8601.

    `date_pattern` reads dates from names of files and folders; empty where none is set.
    """

    schema: int
    folding: int
    segmenter: str
    created: str
    date_pattern: str = ""


def has_lost_settings(folder: Path) -> bool:
    """Return whether `folder` has no settings, but documents or an unreadable table of contents.

    An empty index without settings is what an interrupted creation leaves.
    """
    if (folder / FILE_NAME).exists():
        return False
    try:
        return bool(read_toc(folder, _INDEX_NAME).segments)
    except (FileNotFoundError, NotADirectoryError, IndexNotFoundError):
        return False
    except ArchiveError:
        return True


def current_settings(replaced: Path | None = None) -> Settings:
    """Return the settings of an index made now, with the date pattern of one in the folder `replaced`."""
    now = datetime.now().isoformat(" ", "seconds")
    pattern = read_date_pattern(replaced) if replaced else ""
    return Settings(SCHEMA_VERSION, FOLDING_VERSION, default_segmenter().name, now, pattern)


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `settings` into the index folder, durably, all of them or nothing, beside the dictionary."""
    if settings.segmenter.startswith("rjieba "):
        write_dictionary(folder, settings.segmenter)
    content = json.dumps(asdict(settings), ensure_ascii=False, indent=2) + "\n"
    replace_file(folder / FILE_NAME, content.encode())
    sync_folder(folder)


def record_segmenter(folder: Path) -> Settings:
    """Record in the index folder that its texts are segmented by the installed segmenter; return that."""
    settings = replace(read_settings(folder), segmenter=default_segmenter().name)
    with warned_after_commit(tr("the segmenter could not be recorded in the settings of the index")):
        write_settings(folder, settings)
    return settings


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files beside the index that killed processes left; to be called while writing.

    A reader that is just storing what it harvested only loses that.
    """
    with suppress(OSError):
        for leftover in folder.glob("jsisa-search*.tmp"):
            leftover.unlink(missing_ok=True)


def is_pattern(text: str) -> bool:
    """Return whether `text` is a date pattern."""
    # Only writers ask; a query would wait for the page readers to load.
    from jsisa_search.page.facts.date_pattern import parse_pattern

    try:
        parse_pattern(text)
    except ArgumentError:
        return False
    return True


def read_date_pattern(folder: Path) -> str:
    """Return the date pattern of an index that is replaced, damaged or not; empty where it has none."""
    try:
        stored = json.loads(read_regular(folder / FILE_NAME, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return ""
    pattern = stored.get("date_pattern") if isinstance(stored, dict) else None
    return pattern if isinstance(pattern, str) and is_pattern(pattern) else ""


def read_settings(folder: Path) -> Settings:
    """Return the settings of the index in `folder`.

    Raises `IndexNotFoundError` when there is no index, or one whose creation was interrupted;
    `IndexDamagedError` when the file is lost or is not what was written; `IndexVersionError` when the
    index needs to be rebuilt for this version.
    """
    settings = _parsed(_settings_text(folder), folder / FILE_NAME)
    if (settings.schema, settings.folding) != (SCHEMA_VERSION, FOLDING_VERSION):
        raise IndexVersionError(
            tr("the index in {folder} was made by another version; {rebuild}").format(
                folder=folder, rebuild=tr(REBUILD)
            )
        )
    return settings


def _settings_text(folder: Path) -> str:
    """Return the content of the settings file, or raise what it means that there is none."""
    file = folder / FILE_NAME
    try:
        return read_regular(file, _MAX_BYTES).decode()
    except (FileNotFoundError, NotADirectoryError) as error:
        if has_lost_settings(folder):
            lost = tr("{file} is missing from an index; {rebuild}")
            raise IndexDamagedError(lost.format(file=file, rebuild=tr(REBUILD))) from error
        missing = tr(
            "there is no index in {folder}; make one with: jsisa-search index FOLDER --index-dir {folder}"
        )
        raise IndexNotFoundError(missing.format(folder=folder)) from error
    except (OSError, UnicodeDecodeError) as error:
        unread = tr("{file} can't be read ({error}); {rebuild}")
        raise IndexDamagedError(unread.format(file=file, error=error, rebuild=tr(REBUILD))) from error


def _parsed(text: str, file: Path) -> Settings:
    damaged = tr("{file} is damaged; {rebuild}").format(file=file, rebuild=tr(REBUILD))
    try:
        settings = Settings(**json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise IndexDamagedError(damaged) from error
    texts = (settings.segmenter, settings.created, settings.date_pattern)
    if not all(isinstance(value, str) for value in texts):
        raise IndexDamagedError(damaged)
    return settings
