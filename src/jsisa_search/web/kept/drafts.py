"""Drafts that were handed in to be checked: files beside the index, for a day at most.

The page of a check has an address, so that it can be loaded again and downloaded in other forms; any process
of the server may be asked for it. Its key is random: it is the only way to a draft.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jsisa_search.errors import ArchiveError
from jsisa_search.export.plain import plain_text
from jsisa_search.own_files import read_regular, replace_file
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.requests.guard import MAX_UPLOAD

#: Name of the folder in the index folder.
DRAFTS_FOLDER = "jsisa-search-drafts"

# Drafts that are kept, the newest; seconds after which each is deleted.
_MOST_DRAFTS = 20
_SECONDS = 24 * 3600

# Characters of the name of a draft, and bytes of the line that has it.
_MOST_NAME = 200
_MOST_HEAD = 4096

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: the name of its file, which determines its format, its bytes, whether all is checked."""

    name: str
    content: bytes
    every_sentence: bool = False


class Drafts:
    """The drafts beside an index; may be used by any thread of any process."""

    def __init__(self, index_dir: Path) -> None:
        """Use the folder in `index_dir`, which is made when a draft is added."""
        self._folder = index_dir / DRAFTS_FOLDER

    def add(self, draft: Draft) -> str:
        """Store a draft and return its key; old ones are deleted. Raises `ArchiveError`."""
        key = secrets.token_hex(16)
        name = plain_text(re.split(r"[\\/]", draft.name)[-1])[-_MOST_NAME:] or "draft.txt"
        head = json.dumps({"name": name, "every_sentence": draft.every_sentence})
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._delete_old()
            replace_file(self._folder / key, head.encode("ascii") + b"\n" + draft.content, is_durable=False)
        except OSError as error:
            raise ArchiveError(
                tr("the draft can't be stored in {folder} ({reason})").format(
                    folder=self._folder, reason=reason_of(error)
                )
            ) from error
        return key

    def get(self, key: str) -> Draft | None:
        """Return the draft of a key; `None` where there is none any more."""
        if not _KEY.fullmatch(key):
            return None
        try:
            head, _, content = read_regular(self._folder / key, MAX_UPLOAD + _MOST_HEAD).partition(b"\n")
            facts = json.loads(head)
            return Draft(str(facts["name"]), content, bool(facts["every_sentence"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remove(self, key: str) -> None:
        """Delete a draft, if there is one of that key."""
        if _KEY.fullmatch(key):
            with suppress(OSError):
                (self._folder / key).unlink()

    def _delete_old(self) -> None:
        found = sorted(self._files(), reverse=True)
        for number, (changed, path) in enumerate(found, start=1):
            if number >= _MOST_DRAFTS or changed < time.time() - _SECONDS:
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, Path]]:
        for path in self._folder.iterdir():
            if _KEY.fullmatch(path.name):
                with suppress(OSError):
                    yield path.lstat().st_mtime, path
