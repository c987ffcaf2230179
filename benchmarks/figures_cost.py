"""What reading figures costs when a folder is indexed: the share of the processor time of all processes.

python benchmarks/figures_cost.py FOLDER... [--repeat 3]

Each folder is indexed into a new index with and without figures in turn, each time by a process of its own as
`jsisa-search index` does it. User time of all its processes; a share is that of the medians. It exits with 2
where the system does not tell the times of processes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import describe_load, describe_machine, now

from jsisa_search import Index

#: Indexes a folder as the command does; where there is a third argument, without figures.
_RUN = """
import sys
import jsisa_search.indexing.documents as documents
from jsisa_search.cli import main
folder, index, *without = sys.argv[1:]
if without:
    documents.extract = lambda text, setting: []
sys.exit(main(["index", folder, "--index-dir", index]))
"""


def user_seconds(folder: Path, index: Path, *, with_figures: bool) -> float:
    """Index a folder into a new index; return the user time of all processes that took part."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-c", _RUN, str(folder), str(index), *([] if with_figures else ["without"])]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(folder: Path, repeat: int) -> tuple[int, list[float], list[float]]:
    """Return the passages of a folder and the times of indexing it with and without figures."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    passages = 0
    for _ in range(repeat):
        for with_figures in (True, False):
            with tempfile.TemporaryDirectory() as temporary:
                index = Path(temporary) / "index"
                spent[with_figures].append(user_seconds(folder, index, with_figures=with_figures))
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
    args = parser.parse_args()
    if sys.platform == "win32":
        print("this system does not tell the times of processes that have ended", file=sys.stderr)
        return 2
    print(f"{now()}, load {describe_load()['load_average']}, {describe_machine()['processor']}\n")
    print("| folder | passages | with figures | without | figures, µs a passage | share of indexing |")
    print("|---|---|---|---|---|---|")
    for folder in args.folders:
        passages, *times = measure(folder, args.repeat)
        both, without = map(median, times)
        spread = [" ".join(f"{seconds:.1f}" for seconds in each) for each in times]
        each = (both - without) / passages * 1e6
        print(
            f"| {folder.name} | {passages} | {both:.2f} s ({spread[0]}) | {without:.2f} s ({spread[1]}) "
            f"| {each:.0f} | {(both - without) / both:.1%} |",
            flush=True,
        )
    print(f"\nload after it {describe_load()['load_average']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
