"""Measure how long `jsisa-search serve` takes to find a file that has just been saved.

python benchmarks/saved_file.py --index-dir DIR [--files 20] [--clients 10] [--workers N]

Serves a copy of the index with one more folder. A release with a word of its own is saved there, and that
word is searched for through HTTP until it is found; then the next one follows after a pause, as somebody
saves pages. Once while nobody else searches, and once while clients search as people do, with a pause of 1
to 3 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import psutil
from measure import describe_machine, now, percentile
from report import number, table
from serve_load import SEED, Run, ask, cpu_of, draw_queries, serving

from jsisa_search import Index

#: Seconds between a file that was found and the next one, each as likely: an update rests for longest 8.
PAUSE = (9.0, 11.0)

#: Seconds between two searches for a file, and after which it counts as never found.
LOOK_SECONDS = 0.05
GIVE_UP_SECONDS = 300.0

# Characters of words that no text has.
_RARE = "龘靐齉爩麤灪籱龗"


def find_saved(url: str, folder: Path, files: int, chance: random.Random) -> list[float]:
    """Save files one after the other; return the seconds until each was found."""
    seconds = []
    for _ in range(files):
        time.sleep(chance.uniform(*PAUSE))
        word = "".join(chance.choices(_RARE, k=8))
        text = f"会议召开\n\n2019-03-05\n\n全市推进网格化管理，群众满意率提高。\n\n代号{word}。\n"
        (folder / f"{time.time_ns()}.txt").write_text(text, encoding="utf-8")
        saved = time.perf_counter()
        while total_of(url, word) == 0:
            if time.perf_counter() - saved > GIVE_UP_SECONDS:
                break
            time.sleep(LOOK_SECONDS)
        seconds.append(time.perf_counter() - saved)
    return seconds


def total_of(url: str, query: str) -> int:
    """Return how many passages a search finds."""
    with urlopen(f"{url}api/search?limit=0&q={quote(f'“{query}”')}") as answer:
        return int(json.loads(answer.read())["total"])


def measure(
    url: str, folder: Path, settings: argparse.Namespace, queries: Sequence[str], clients: int
) -> list[str]:
    """Return the row of one run, with so many clients that search meanwhile."""
    run, chance = Run("people"), random.Random(SEED + clients)
    is_over = threading.Event()

    def search() -> None:
        while clients and not is_over.is_set():
            asyncio.run(ask(run, url, queries, clients, 10.0, think=True))

    thread = threading.Thread(target=search)
    thread.start()
    seconds = find_saved(url, folder, settings.files, chance)
    is_over.set()
    thread.join()
    times = run.seconds or [0.0]
    return [
        f"{clients} people search" if clients else "at rest",
        str(len(seconds)),
        *(number(percentile(seconds, share)) for share in (0.5, 0.95, 1.0)),
        str(len(run.seconds)),
        number(percentile(times, 0.95) * 1e3),
        str(len(run.errors)),
        number(os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0),
    ]


_HEAD = ["run", "files", "median s", "p95 s", "worst s", "searches", "their p95 ms", "errors", "load after"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index-dir", type=Path, required=True, help="the index that is copied and served")
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--clients", type=int, default=10, help="who search in the second run")
    parser.add_argument("--workers", type=int, default=None, help="as of the server")
    settings = parser.parse_args(arguments)
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as temporary:
        index_dir, folder = Path(temporary) / "index", Path(temporary) / "saved"
        shutil.copytree(settings.index_dir, index_dir)
        folder.mkdir()
        with Index.open(settings.index_dir) as index:
            queries = draw_queries(index, 1000)
        with serving(index_dir, folder, settings.workers) as (url, process):
            rows = [measure(url, folder, settings, queries, clients) for clients in (0, settings.clients)]
            update = updating(process)
            used = f"{number(cpu_of([update]))} s of the processor for all updates" if update else ""
    print(table(_HEAD, rows))
    print(f"\n{used}\n{now()}, {machine['processor']}, {machine['cores']} cores")


def updating(process: psutil.Process) -> psutil.Process | None:
    """Return the process in which updates run, if it is there."""
    children = (
        child for child in process.children() if "jsisa_search.web.processes.updating" in child.cmdline()
    )
    return next(children, None)


if __name__ == "__main__":
    main()
