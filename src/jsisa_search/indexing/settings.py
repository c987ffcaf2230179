"""How an index was made, kept in a file beside it, so that what does not fit is refused."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from jsisa_search.analysis import FOLDING_VERSION, default_segmenter
from jsisa_search.analysis.dictionary_file import write_dictionary
from jsisa_search.errors import (
    IndexDamagedError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
)
from jsisa_search.lexicon.user_lexicon import FILE_NAMES as LEXICON_FILE_NAMES
from jsisa_search.schema import SCHEMA_VERSION

FILE_NAME = "jsisa-search.json"

# How the names of files begin that an index folder may hold.
_OWN_NAMES = (".", "_MAIN", "MAIN", "jsisa-search")

#: What mends an index that does not fit or is damaged.
REBUILD = "make it anew with: jsisa-search index FOLDER --rebuild"


@dataclass(frozen=True, slots=True)
class Settings:
    """What shaped the terms and documents of an index; `created` is local time, ISO 8601."""

    schema: int
    folding: int
    segmenter: str
    created: str


def check_can_create(folder: Path, *, overwrite: bool) -> None:
    """Raise `IndexExistsError` where `folder` is a file, holds other files, or an index that is to stay.

    What users put beside an index, and what is left of one, is no other file.
    """
    if folder.exists() and not folder.is_dir():
        raise IndexExistsError(f"{folder} is a file; name a folder for the index")
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    if FILE_NAME in names:
        if not overwrite:
            raise IndexExistsError(f"there already is an index in {folder}; open it, or overwrite it")
    elif not all(name.startswith(_OWN_NAMES) or name in LEXICON_FILE_NAMES for name in names):
        raise IndexExistsError(f"{folder} holds other files; name an empty folder for the index")


def current_settings() -> Settings:
    """Return the settings of an index made now."""
    now = datetime.now().isoformat(" ", "seconds")
    return Settings(SCHEMA_VERSION, FOLDING_VERSION, default_segmenter().name, now)


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `settings` into the index folder, all of them or nothing, beside the segmenter's dictionary."""
    if settings.segmenter.startswith("rjieba "):
        write_dictionary(folder, settings.segmenter)
    temporary = folder / f"{FILE_NAME}.tmp"
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(asdict(settings), file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE_NAME)


def read_settings(folder: Path) -> Settings:
    """Return the settings of the index in `folder`.

    Raises `IndexNotFoundError` when there is no index, `IndexDamagedError` when the file is not
    what was written, `IndexVersionError` when the index needs to be rebuilt for this version.
    """
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexNotFoundError(
            f"there is no index in {folder}; make one with: jsisa-search index FOLDER --index-dir {folder}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{folder / FILE_NAME} can't be read ({error}); {REBUILD}") from error
    try:
        settings = Settings(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"{folder / FILE_NAME} is damaged; {REBUILD}") from error
    if (settings.schema, settings.folding) != (SCHEMA_VERSION, FOLDING_VERSION):
        raise IndexVersionError(f"the index in {folder} was made by another version; {REBUILD}")
    return settings
