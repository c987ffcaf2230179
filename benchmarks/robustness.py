"""Kill a writer, damage files, read beside a writer, each at length; exit status 1 on any failure.

python -m benchmarks.robustness [kill] [damage] [read]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import describe_load, describe_machine, now, versions
from tests.codec.concurrent_reads import read_while_writing
from tests.codec.damage_trials import damage_often, make_damageable
from tests.codec.kill_trials import kill_often

STEPS = ("kill", "damage", "read")


def run_kill(work: Path, settings: argparse.Namespace) -> list[str]:
    """Run the kill test, print its row and return the failures."""
    report = kill_often(work, settings.kills, settings.seed)
    print("| kills | generations | while committing | committed, not recorded | with leftovers | failures |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {report.kills} | {report.generations} | {report.while_committing} | {report.not_recorded} "
        f"| {report.with_leftovers} | {len(report.failures)} |\n"
    )
    return report.failures


def run_damage(work: Path, settings: argparse.Namespace) -> list[str]:
    """Run the damage test, print a row per file and return the failures."""
    print("| file | bytes | trials | detected | harmless | failures |")
    print("|---|---|---|---|---|---|")
    failures = []
    folder = make_damageable(work, paragraphs=settings.paragraphs)
    for report in damage_often(folder, settings.positions, settings.seed):
        print(
            f"| {report.name} | {report.size} | {report.trials} | {report.detected} | {report.harmless} "
            f"| {len(report.failures)} |",
            flush=True,
        )
        failures += report.failures
    print()
    return failures


def run_read(work: Path, settings: argparse.Namespace) -> list[str]:
    """Run the readers, print their row and return the failures."""
    report = read_while_writing(work / "index", settings.readers, settings.commits)
    print("| readers | commits | checks | fewest generations seen | failures |")
    print("|---|---|---|---|---|")
    print(
        f"| {report.readers} | {report.commits} | {report.checks} | {report.fewest_generations} "
        f"| {len(report.failures)} |\n"
    )
    return report.failures


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"some of {', '.join(STEPS)}; default all")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--positions", type=int, default=500, help="per file, cut and flipped each")
    parser.add_argument("--paragraphs", type=int, default=400, help="in the index that is damaged")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    settings = parser.parse_args(arguments)
    unknown = set(settings.steps) - set(STEPS)
    if unknown:
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    facts = {"date": now(), **describe_machine(), **describe_load(), **versions(["numpy", "Whoosh"])}
    print(", ".join(f"{name} {value}" for name, value in facts.items()) + "\n", flush=True)
    runs = {"kill": run_kill, "damage": run_damage, "read": run_read}
    failures: list[str] = []
    for step in settings.steps or STEPS:
        with tempfile.TemporaryDirectory() as work:
            failures += runs[step](Path(work), settings)
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
