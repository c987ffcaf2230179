"""Small files of the pages beside the index: JSON that is read with care, and replaced as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsisa_search.errors import ArchiveError
from jsisa_search.own_files import read_regular, replace_file

#: Bytes of such a file.
MAX_BYTES = 32 << 20


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file; an empty one where the file is missing.

    Raises `ArchiveError` for a file that can't be read: it may hold work of people, and is never overwritten.
    """
    try:
        content = json.loads(read_regular(path, MAX_BYTES).decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ArchiveError(f"{path} can't be read ({error}); mend it or move it away") from error
    if not isinstance(content, dict):
        raise ArchiveError(f"{path} is not a file of this program; move it away")
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace the file by `content`, durably. Raises `ArchiveError`; the file is then unchanged."""
    text = json.dumps(content, ensure_ascii=True, indent=1)
    try:
        replace_file(path, text.encode("ascii"), is_shared=True)
    except OSError as error:
        raise ArchiveError(f"{path} can't be written ({error.strerror}); free some space") from error
