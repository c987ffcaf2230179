"""The pages of folders and of words: what is indexed, what could not be, what users add to the dictionary."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from jsisa_search import Index, Lexicon, make_filters
from jsisa_search.errors import JsisaSearchError, LexiconError, PageError
from jsisa_search.filenames import readable
from jsisa_search.own_files import read_regular, replace_file
from jsisa_search.web.pages.rendering import render, texts_of
from jsisa_search.web.pages.retelling import retold
from jsisa_search.web.processes.collection import Collection

if TYPE_CHECKING:
    from starlette.requests import Request

#: Names of the files in the index folder that the page of words edits.
WORD_FILES = {"words": "user-words.txt", "synonyms": "synonyms.txt"}

# Bytes of such a file, as the library reads them.
_MAX_WORDS = 4 << 20

# Files that are named for each reason.
_NAMED = 50

# Passages that an audit on the page searches for; it takes a second or two.
_AUDIT_SAMPLES = 200

_NO_PROGRESS: dict[str, Any] = {"phase": "starting", "done": 0, "total": 0, "share": 0.0, "file": ""}

# A report of an update that found nothing to report.
_NO_REPORT: dict[str, Any] = {
    **dict.fromkeys(("new", "changed", "moved", "removed", "unreadable_total", "doubtful_total"), 0),
    **dict.fromkeys(("list_pages_total", "unlisted_total"), 0),
    **dict.fromkeys(("unreadable", "doubtful", "list_pages", "unlisted"), ()),
    "passed_over": {},
}

_NUMBERS = re.compile(r"\d+(?:(?:, ?|[-.:])\d+)*")


@dataclass(frozen=True, slots=True)
class ReportedFile:
    """A file, the sentence about it, and the id of the release that was read from it, empty for none."""

    path: str
    reason: str
    release: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """Files that an update reported for one reason: its word, one of the sentences, the first files, all."""

    kind: str
    reason: str
    files: tuple[ReportedFile, ...]
    total: int


def folders_page(request: Request, *, message: str = "", error: str = "", status: int = 200) -> Response:
    """Answer with the page of folders."""
    collection: Collection = request.app.state.collection
    state = collection.state
    info = collection.index.info()
    report = _NO_REPORT | state.report
    report["unlisted"] = [entry | {"reason": retold(str(entry["reason"]))} for entry in report["unlisted"]]
    return render(
        request,
        "folders.html",
        status=status,
        folders=collection.folders,
        counts=_counts(collection, info.releases),
        state=replace(state, error=retold(state.error)),
        info=info,
        progress=_NO_PROGRESS | state.progress,
        report=report if state.report else None,
        is_watching=collection.is_watching,
        unreadable=grouped(report.get("unreadable", ())),
        doubtful=grouped(_doubts(report.get("doubtful", ())), collection.index),
        list_pages=[str(page.get("path", "")) for page in report.get("list_pages", ())][:_NAMED],
        message=message,
        error=error,
    )


def change_folders(request: Request) -> Response:
    """Add, remove or update folders, or check the index, as the form says."""
    collection: Collection = request.app.state.collection
    form: dict[str, list[str]] = request.state.form
    folder = form.get("folder", [""])[0].strip().strip('"“”')
    match form.get("action", [""])[0]:
        case "add":
            texts = texts_of(request)
            if not folder or not Path(folder).expanduser().is_absolute():
                return folders_page(request, error=texts("folders.whole_path"), status=400)
            try:
                collection.add(folder)
            except PageError:
                return folders_page(request, error=texts("folders.no_folder", folder=folder), status=400)
        case "remove":
            collection.remove(folder)
        case "update":
            collection.update()
        case "allow removal":
            collection.update(allow_removal=True)
        case "check":
            message, error_text = _checked(collection)
            return folders_page(request, message=message, error=error_text)
        case _:
            return folders_page(request, status=400)
    return RedirectResponse("/folders", 303)


def folders_state(request: Request) -> Response:
    """Answer with what the update is doing, for the page to show while it is open."""
    state = request.app.state.collection.state
    progress = state.progress
    return JSONResponse(
        {
            "is_running": state.is_running,
            "serial": state.serial,
            "phase": progress.get("phase", ""),
            "done": progress.get("done", 0),
            "total": progress.get("total", 0),
            "share": progress.get("share", 0.0),
            "file": os.path.basename(readable(progress.get("file", ""))),  # noqa: PTH119
            "waiting_for": state.waiting_for,
        }
    )


def words_page(
    request: Request,
    *,
    texts: Mapping[str, str] | None = None,
    error: str = "",
    is_saved: bool = False,
    status: int = 200,
) -> Response:
    """Answer with the page of user words and synonyms; `texts` are what was typed and could not be saved."""
    folder = request.app.state.collection.index_dir
    shown = texts or {name: _read_words(folder / file) for name, file in WORD_FILES.items()}
    return render(request, "words.html", status=status, texts=shown, error=error, is_saved=is_saved)


def save_words(request: Request) -> Response:
    """Replace the files of words by what was typed, unless they could then not be understood."""
    folder: Path = request.app.state.collection.index_dir
    form: dict[str, list[str]] = request.state.form
    texts = {name: "\n".join(form.get(name, [""])[0].splitlines()).strip() + "\n" for name in WORD_FILES}
    try:
        with tempfile.TemporaryDirectory() as trial:
            for name, file in WORD_FILES.items():
                (Path(trial) / file).write_text(texts[name], encoding="utf-8", newline="\n")
            Lexicon.load(Path(trial))
        for name, file in WORD_FILES.items():
            replace_file(folder / file, texts[name].encode())
    except LexiconError as error:
        reason = str(error).replace(f"{trial}{os.sep}", "")
        shown = texts_of(request)
        reason = reason.replace(WORD_FILES["words"], shown("words.own"))
        reason = reason.replace(WORD_FILES["synonyms"], shown("words.synonyms"))
        return words_page(request, texts=texts, error=reason, status=400)
    except (OSError, UnicodeEncodeError) as error:
        return words_page(request, texts=texts, error=str(error), status=400)
    return words_page(request, is_saved=True)


def grouped(files: Iterable[Mapping[str, Any]], index: Index | None = None) -> list[Reported]:
    """Return reported files by kind and sort of reason, the largest group first, in the language of who asks.

    With an `index` they are in it, if doubtful: then the kind says enough, and each has its release.
    """
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for file in files:
        path, kind, reason = (str(file.get(name, "")) for name in ("path", "kind", "reason"))
        reason = reason.removeprefix(f"{path}: ").removeprefix(f"{readable(path)}: ")
        sort = "" if index else _NUMBERS.sub("N", reason)
        groups.setdefault((kind, sort), []).append((path, reason))
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [
        Reported(kind, retold(found[0][1]), tuple(_file(index, *each) for each in found[:_NAMED]), len(found))
        for (kind, _), found in ordered
    ]


def _file(index: Index | None, path: str, reason: str) -> ReportedFile:
    reason = retold(reason)
    with suppress(JsisaSearchError):
        if index is not None:
            return ReportedFile(path, reason, index.find_release(path).id)
    return ReportedFile(path, reason)


def _doubts(files: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for file in files:
        for doubt in file.get("doubts", ()):
            yield {"path": file.get("path", ""), **doubt}


def _counts(collection: Collection, releases: int) -> dict[str, int]:
    """Return the number of releases below each folder, and under an empty name those below none of them."""
    if not collection.is_on_cluster:
        return _counts_below(collection.index, collection.folders)
    # Most are of other machines, and too many to list.
    counts = {
        str(folder): sum(
            collection.index.count_by(
                "date_from", unit="releases", filters=make_filters(folder=(str(folder),))
            ).values()
        )
        for folder in collection.folders
    }
    return counts | {"": max(releases - sum(counts.values()), 0)}


def _counts_below(index: Index, folders: tuple[Path, ...]) -> dict[str, int]:
    """Return the number of releases below each folder, and under an empty name those below none of them."""
    prefixes = [(str(folder), f"{folder}{os.sep}") for folder in folders]
    counts: Counter[str] = Counter()
    for release in index.releases():
        owner = next(
            (name for name, prefix in prefixes if release.path.startswith((prefix, f"{name}!", f"{name}#"))
             or release.path == name),
            "",
        )  # fmt: skip
        counts[owner] += 1
    return counts


def _checked(collection: Collection) -> tuple[str, str]:
    """Check every byte, and search for random strings; return what was counted, or what is wrong."""
    try:
        found = Index.verify(collection.place)
        if found.problems:
            return "", "; ".join(f"{problem.path}: {problem.what}" for problem in found.problems[:5])
        with Index.open(collection.place) as index:  # without the time limit of searches
            audit = index.audit(_AUDIT_SAMPLES)
    except JsisaSearchError as error:
        return "", str(error)
    return f"{found.documents}|{audit.samples}|{audit.recall:.3f}|{audit.precision:.3f}", ""


def _read_words(path: Path) -> str:
    try:
        data = read_regular(path, _MAX_WORDS)
    except OSError:
        return ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
