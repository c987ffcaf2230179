"""The file of a release: found through the index alone, opened in its own program, or downloaded."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from jsisa_search.errors import PageError
from jsisa_search.own_files import open_regular
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import reason_of
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search.web.processes.collection import Collection

# Files that a double click shows and never runs; any other, whatever text is in it, is only downloaded.
_DOCUMENTS = frozenset(
    (
        *(".txt", ".text", ".md", ".markdown", ".html", ".htm", ".mht", ".mhtml", ".xhtml", ".pdf", ".ofd"),
        *(".doc", ".docx", ".wps", ".rtf", ".odt", ".xls", ".xlsx", ".et", ".csv", ".tsv", ".ppt", ".pptx"),
        *(".dps", ".epub", ".eml", ".msg", ".zip", ".json", ".jsonl"),
    )
)

_CHUNK = 1 << 18

FileOf = Callable[[str], Path | None]
"""Returns the file of a release that may be handed out, by the path of the release."""

# Behind the path of a file, the member that a release is.
_MEMBER_MARKS = ("!/", "#")


def original_of(path: str) -> Path | None:
    """Return the file of a release with the path `path`: of a member, its container; `None` for none."""
    if path.startswith("text:"):
        return None
    ends = [len(path), *(at for mark in _MEMBER_MARKS for at in _places(path, mark))]
    for end in sorted(ends, reverse=True):
        file = Path(path[:end])
        try:
            if stat.S_ISREG(file.stat().st_mode):
                return file
        except (OSError, ValueError):
            continue
    return None


def missing_file(collection: Collection) -> str:
    """Return why there is no file of a release that the index has."""
    if collection.is_on_cluster:
        return tr(
            "the file of this release is not in a folder of this machine: open it where it was indexed; "
            "the text is in the index"
        )
    return tr("the file of this release is gone; the text is still in the index")


def can_open(file: Path) -> bool:
    """Return whether a double click on a file shows it, and surely runs nothing."""
    return file.suffix.lower() in _DOCUMENTS


def download(request: Request) -> Response:
    """Answer with the file of a release as an attachment, which no browser shows or runs."""
    collection: Collection = request.app.state.collection
    file = collection.file_of(collection.index.release(request.path_params["id"]).path)
    if file is None:
        return problem(404, missing_file(collection))
    try:
        content = open_regular(file)
    except OSError as error:
        return problem(404, tr("the file can't be read ({reason})").format(reason=reason_of(error)))
    size = os.fstat(content.fileno()).st_size

    def chunks() -> Iterator[bytes]:
        with content:
            while chunk := content.read(_CHUNK):
                yield chunk

    name = file.name.encode("utf-8", "replace").decode("utf-8")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Length": str(size),
    }
    return StreamingResponse(chunks(), media_type="application/octet-stream", headers=headers)


def open_original(file: Path) -> None:
    """Open a file in the program that the system has for it. Raises `PageError` where that is refused."""
    if not can_open(file):
        raise PageError(
            tr("{name}: files of this kind are not opened from here; download it").format(name=file.name)
        )
    try:
        if sys.platform == "win32":
            os.startfile(file)
        else:
            program = "open" if sys.platform == "darwin" else "xdg-open"
            # The absolute path never looks like an option.
            subprocess.Popen(
                [program, os.fspath(file.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
    except OSError as error:
        raise PageError(
            tr("{name} can't be opened ({reason}); download it").format(
                name=file.name, reason=reason_of(error)
            )
        ) from error


def _places(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)
