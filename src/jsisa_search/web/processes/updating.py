"""The program that updates an index beside a server: jobs on standard input, lines of JSON as it goes.

A process of its own, so that searches neither wait for it nor share its memory; where it fails, the server
goes on with the last complete index.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jsisa_search import CommitWarning, Index, Progress
from jsisa_search.errors import IndexNotFoundError, JsisaSearchError, ReleaseNotFoundError
from jsisa_search.translation import VARIABLE, language_of, reason_of, use_language
from jsisa_search.translation import gettext as tr

# Seconds between two lines of progress.
_INTERVAL = 0.2

# Files of each sort that a report names; the server shows a page of them.
_MAX_NAMED = 2000

# How much nicer than searches an update is (POSIX).
_NICENESS = 10

Say = Callable[[dict[str, Any]], None]


def run_job(job: dict[str, Any], say: Say) -> None:
    """Do what `job` says, and `say` each step: `progress`, `waiting`, `report`, `removed` or `error`.

    `job` has `index_dir`, and `folders` to update or `remove`, a folder whose releases are removed;
    `allow_removal` and `jobs` as in `Index.update`.
    """
    try:
        with _open_or_create(job["index_dir"]) as index:
            if job.get("remove"):
                with suppress(ReleaseNotFoundError):  # nothing of it was indexed
                    say({"removed": index.remove([job["remove"]])})
                    index.search("一", limit=0)  # finds the families of reprints, which servers wait for
            if job.get("folders"):
                say({"report": _update(index, job, say)})
                # Completions need what all texts contain; collected here, it is ready when somebody types.
                index.harvest()
    except JsisaSearchError as error:
        say({"error": str(error), "kind": type(error).__name__})
    except OSError as error:
        say({"error": f"{error.filename or job['index_dir']}: {reason_of(error)}", "kind": "OSError"})
    except MemoryError:
        say({"error": tr("not enough memory"), "kind": "MemoryError"})


def _update(index: Index, job: dict[str, Any], say: Say) -> dict[str, Any]:
    last = 0.0

    def say_progress(progress: Progress) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= _INTERVAL:
            last = now
            say({"progress": _fields(progress)})

    report = index.update(
        job["folders"],
        jobs=job.get("jobs", 1),
        allow_mass_removal=bool(job.get("allow_removal")),
        progress=say_progress,
        on_wait=lambda holder: say({"waiting": str(holder)}),
    )
    found = report.to_dict()
    for name in ("unreadable", "doubtful", "list_pages", "unlisted"):
        found[f"{name}_total"] = len(found[name])
        found[name] = found[name][:_MAX_NAMED]
    return found


def _fields(progress: Progress) -> dict[str, Any]:
    return {
        "phase": progress.phase,
        "done": progress.done,
        "total": progress.total,
        "share": progress.share,
        "file": str(progress.file) if progress.file else "",
    }


def _open_or_create(folder: str) -> Index:
    try:
        return Index.open(folder)
    except IndexNotFoundError:
        return Index.create(folder)


def _language() -> str:
    """Return the language of reports, which the pages show: theirs, unless English is asked for.

    A system that says nothing of its language is no system in English.
    """
    known = os.environ.get(VARIABLE, "")
    system = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return known if known not in ("", "en") or language_of(system or "") == "en" else "zh_CN"


def main() -> None:
    """Read jobs from standard input; write what happens, and `done` after each, to standard output."""
    warnings.simplefilter("ignore", CommitWarning)
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    use_language(_language())

    def say(step: dict[str, Any]) -> None:
        sys.stdout.buffer.write(json.dumps(step, ensure_ascii=True).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()

    with suppress(BrokenPipeError):  # the server has gone; the index stays as it was last committed
        for line in sys.stdin.buffer:
            run_job(json.loads(line), say)
            say({"done": True})


if __name__ == "__main__":
    main()
