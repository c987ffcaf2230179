"""Measure how long a user waits for a command that starts from nothing, against Python itself.

python benchmarks/cold_start.py --index-dir DIR

Takes turns over `python -c pass`, `jsisa-search --help` and `jsisa-search query 网格化`, each in a new
process, and prints the medians and their ratio to the first. Without --index-dir the query is left out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from measure import describe_load, describe_machine, now, python_command
from report import number, table

QUERY = "网格化"


def time_command(command: Sequence[str]) -> float:
    """Return the wall time of one run in seconds; exit with its message when it fails."""
    started = time.perf_counter()
    child = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    seconds = time.perf_counter() - started
    if child.returncode:
        sys.exit(f"{' '.join(command[-3:])} ended with {child.returncode}: {child.stderr.strip()[-2000:]}")
    return seconds


def measure_commands(commands: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Run the commands in turns, so that a busy moment hits all of them; one round before is not counted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            seconds = time_command(command)
            if turn:
                times[name].append(seconds)
    return times


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--index-dir", type=Path, help=f"an index in which {QUERY} is found, such as that of seeds/"
    )
    parser.add_argument("--rounds", type=int, default=10, help="how many times each")
    settings = parser.parse_args(arguments)
    commands = {
        "python -c pass": python_command("-c", "pass"),
        "jsisa-search --help": ["jsisa-search", "--help"],
    }
    if settings.index_dir:
        query = ["jsisa-search", "query", QUERY, "--index-dir", str(settings.index_dir)]
        commands[f"jsisa-search query {QUERY}"] = query
    machine, load = describe_machine(), describe_load()
    times = measure_commands(commands, settings.rounds)
    base = median(times["python -c pass"])
    rows = [
        [name, number(median(taken) * 1e3), number(max(taken) * 1e3), number(median(taken) / base)]
        for name, taken in times.items()
    ]
    print(
        f"{now()}, {machine['processor']}, {machine['cores']} cores, load {load['load_average'][0]} before\n"
    )
    print(table(["command", "median ms", "worst ms", "times python -c pass"], rows))


if __name__ == "__main__":
    main()
