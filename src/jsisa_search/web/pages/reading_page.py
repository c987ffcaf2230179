"""How the page of a release, or a file that was not taken in, was read: line by line, beside its own text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from jsisa_search.errors import PageError, ReleaseNotFoundError
from jsisa_search.translation import VARIABLE
from jsisa_search.translation import gettext as tr
from jsisa_search.web.originals import missing_file
from jsisa_search.web.pages.rendering import path_key, render, texts_of
from jsisa_search.web.pages.texts import MESSAGES
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.requests.refusals import refused

if TYPE_CHECKING:
    from starlette.requests import Request

# Seconds for reading a file again; the readers have bounds of their own.
_READING_SECONDS = 60

# Lines on one page, and lines below each other for one reason that are shown without a click.
_MOST_LINES = 1500
_SHOWN_ALIKE = 3

# Findings that are about lines, which have their own place on the page.
_OF_LINES = ("text", "left out")

# The lists of files in the report of an update.
_REPORTED = ("unreadable", "doubtful", "list_pages")


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the file; `at` is its place among all, `role` what it was taken for, `rule` why not."""

    at: int
    number: int
    text: str
    role: str
    ordinal: int | None
    fields: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Run:
    """Lines below each other; those that were left out for one reason are folded where they are many."""

    lines: tuple[LineView, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact that was recognised, by which rule and where; `at` is the line that gave it, if one did."""

    what: str
    text: str
    rule: str
    place: str
    line: int | None
    at: int | None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How a file was read; `release` is the id of its release, empty where it was not taken in.

    `start` and `end` are the lines that are shown of `total`.
    """

    path: str
    release: str
    title: str
    reason: str
    doubts: tuple[str, ...]
    facts: tuple[FactView, ...]
    runs: tuple[Run, ...]
    start: int
    end: int
    total: int


def reading_page(request: Request) -> Response:
    """Answer with how the file of a release was read."""
    collection: Collection = request.app.state.collection
    info = collection.index.find_release(request.path_params["id"])
    if collection.file_of(info.path) is None:
        return refused(request.scope, 404, missing_file(collection))
    return _answer(request, info.path, info.id, info.title or "")


def reported_page(request: Request) -> Response:
    """Answer with how a file was read that the last update reported; no other file is opened."""
    collection: Collection = request.app.state.collection
    path = _reported(collection.state.report).get(request.query_params.get("file", ""))
    if path is None:
        unknown = tr("the last update did not report this file; look at the page of folders again")
        return refused(request.scope, 404, unknown)
    try:
        info = collection.index.find_release(path)
    except ReleaseNotFoundError:
        return _answer(request, path, "", "")
    return _answer(request, path, info.id, info.title or "")


def _reported(report: dict[str, Any]) -> dict[str, str]:
    paths = {str(file.get("path", "")) for name in _REPORTED for file in report.get(name, ())}
    return {path_key(path): path for path in paths - {""}}


def _answer(request: Request, path: str, release: str, title: str) -> Response:
    place = request.app.state.collection.place
    reading = _explained(path, place, MESSAGES[texts_of(request).language])
    typed = request.query_params.get("from", "")
    start = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
    view = view_reading(reading, path, release=release, title=title, start=start)
    return render(request, "how_read.html", view=view)


def view_reading(
    reading: dict[str, Any], path: str, *, release: str = "", title: str = "", start: int = 0
) -> ReadingView:
    """Return what `jsisa-search show --explain` says of a file as it is shown, from line `start` on."""
    lines = tuple(_lines(reading.get("lines", ())))
    shown = lines[start : start + _MOST_LINES]
    return ReadingView(
        path,
        release,
        str(reading.get("title") or title),
        str(reading.get("reason", "")).removeprefix(f"{path}: "),
        tuple(str(doubt["reason"]) for doubt in reading.get("doubts", ())),
        tuple(_facts(reading.get("findings", ()), lines)),
        tuple(_runs(shown)),
        start,
        start + len(shown),
        len(lines),
    )


def _lines(lines: Iterable[dict[str, Any]]) -> Iterator[LineView]:
    for at, line in enumerate(lines):
        fields = tuple(line["fields"])
        yield LineView(at, line["number"], line["text"], line["role"], line["ordinal"], fields, line["rule"])


def _facts(findings: Iterable[dict[str, Any]], lines: tuple[LineView, ...]) -> Iterator[FactView]:
    givers = {field: line.at for line in reversed(lines) for field in line.fields}
    givers |= {line.role: line.at for line in reversed(lines) if line.role == "title"}
    for finding in findings:
        if (what := finding["what"]) not in _OF_LINES:
            at = givers.get(what) if finding["line"] else None
            yield FactView(what, finding["text"], finding["rule"], finding["place"], finding["line"], at)


def _runs(lines: Iterable[LineView]) -> Iterator[Run]:
    """Yield lines in runs: many that were left out for one reason make one that is folded."""
    open_lines: list[LineView] = []
    for (role, rule), group in groupby(lines, key=lambda line: (line.role, line.rule)):
        found = tuple(group)
        if role == "left out" and rule and len(found) > _SHOWN_ALIKE:
            if open_lines:
                yield Run(tuple(open_lines), is_folded=False)
            open_lines = []
            yield Run(found, is_folded=True)
        else:
            open_lines += found
    if open_lines:
        yield Run(tuple(open_lines), is_folded=False)


def _explained(path: str, index_dir: Path | str, language: str) -> dict[str, Any]:
    """Return what `jsisa-search show --explain` says of a file; raise `PageError` where it can't.

    It is read by a process of its own, within the bounds of the readers.
    """
    command = [sys.executable, "-m", "jsisa_search", "show", path, "--explain", "--format", "json"]
    try:
        done = subprocess.run(
            [*command, "--index-dir", str(index_dir)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | {VARIABLE: language},
            timeout=_READING_SECONDS,
            check=False,
        )
        reading: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise PageError(
            tr("{name} can't be read again ({reason})").format(
                name=Path(path).name, reason=type(error).__name__
            )
        ) from error
    if not reading:
        said = done.stderr.decode("utf-8", "replace").strip()[:1000]
        raise PageError(said or tr("the file can't be read again"))
    return reading
