"""What reading figures costs when a folder is indexed: its share of the time, and of the processors' time.

python benchmarks/figures_cost.py FOLDER... [--repeat 3] [--jobs N]

Each folder is indexed into a new index with and without figures in turn, each time by a process of its own as
`jsisa-search index` does it, with the processes that read files for it. The user time is that of all of them;
a share is that of the medians. It exits with 2 where the system does not tell the times of processes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from measure import describe_load, describe_machine, now

from jsisa_search import Index

#: Run by each process at its start where figures shall be left out: by those that read files, too.
_WITHOUT = """
import jsisa_search.indexing.documents as documents
documents.extract = lambda text, setting: []
"""


class Spent(NamedTuple):
    """Seconds of one run: on the clock, and of the processors in all its processes."""

    clock: float
    user: float


def index_once(folder: Path, index: Path, jobs: int, *, with_figures: bool) -> Spent:
    """Index a folder into a new index; return what it took."""
    import resource

    with tempfile.TemporaryDirectory() as name:
        environment = dict(os.environ)
        if not with_figures:
            (Path(name) / "sitecustomize.py").write_text(_WITHOUT, encoding="utf-8")
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (name, os.environ.get("PYTHONPATH"))))
        program = [sys.executable, "-m", "jsisa_search"]
        command = [*program, "index", str(folder), "--index-dir", str(index), "--jobs", str(jobs)]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.monotonic()
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        clock = time.monotonic() - started
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    return Spent(clock, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)


def measure(folder: Path, repeat: int, jobs: int) -> tuple[int, list[Spent], list[Spent]]:
    """Return the passages of a folder, and what indexing it takes with and without figures."""
    spent: dict[bool, list[Spent]] = {True: [], False: []}
    passages = 0
    for _ in range(repeat):
        for with_figures in (True, False):
            with tempfile.TemporaryDirectory() as temporary:
                index = Path(temporary) / "index"
                spent[with_figures].append(index_once(folder, index, jobs, with_figures=with_figures))
                with Index.open(index) as opened:
                    passages = opened.info().paragraphs
    return passages, spent[True], spent[False]


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="one per core")
    args = parser.parse_args()
    if sys.platform == "win32":
        print("this system does not tell the times of processes that have ended", file=sys.stderr)
        return 2
    load = describe_load()["load_average"]
    print(f"{now()}, load {load}, {describe_machine()['processor']}, {args.jobs} processes read\n")
    print(
        "| folder | passages | time | with figures, s | without | figures, µs a passage | share of indexing |"
    )
    print("|---|---|---|---|---|---|---|")
    for folder in args.folders:
        passages, *runs = measure(folder, args.repeat, args.jobs)
        for kind in Spent._fields:
            times = [[getattr(each, kind) for each in run] for run in runs]
            both, without = map(median, times)
            spread = [" ".join(f"{seconds:.1f}" for seconds in each) for each in times]
            each, share = (both - without) / passages * 1e6, (both - without) / both
            cells = (
                *(folder.name, passages, kind, f"{both:.2f} ({spread[0]})", f"{without:.2f} ({spread[1]})"),
                *(f"{each:.0f}", f"{share:.1%}"),
            )
            print("|", " | ".join(map(str, cells)), "|", flush=True)
    print(f"\nload after it {describe_load()['load_average']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
