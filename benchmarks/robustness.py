"""Kill a writer, damage files, read beside a writer: many times each.

    python benchmarks/robustness.py [--kills 200] [--damages 500] [--readers 8] [--commits 100]

Prints what was survived; ends with a traceback at the first thing that was not. The tests do the same a few
times each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.codec import ordeal


def main() -> None:
    """Run the ordeals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--damages", type=int, default=500)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--commits", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        committed = ordeal.survive_kills(folder / "kills", options.kills)
        _say(f"{options.kills} kills", f"{committed} generations committed, all of them there", started)
        started = time.perf_counter()
        ordeal.make_index(folder / "damages")
        files = sum(path.stat().st_size > 0 for path in (folder / "damages").iterdir())
        outcomes = ordeal.survive_damage(folder / "damages", options.damages)
        _say(f"{options.damages} damages to each of {files} files", str(outcomes), started)
        started = time.perf_counter()
        results = ordeal.survive_readers(folder / "readers", options.readers, options.commits)
        _say(
            f"{options.readers} readers beside {options.commits} commits",
            f"(reads, generations seen) {results}",
            started,
        )


def _say(what: str, outcome: str, started: float) -> None:
    print(f"{what}: {outcome} ({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
