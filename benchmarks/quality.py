"""How well this product ranks, beside plain BM25, Tantivy and SQLite FTS5, on judged queries.

python benchmarks/quality.py DATA [--sets NAME ...] [--half tune] [--product-only] [--keep FOLDER]
python benchmarks/quality.py DATA --gate benchmarks/quality_floors.json

DATA has the judged sets as folders, itself or in `relevance/`, and the news corpus in `xwlb/`. The run is
written to benchmarks/runs/quality-DATE.json, its tables beside it. Exits with 1 when the gate does not hold,
with 2 when data are missing.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import quality_gate
from judged import (
    HEADLINES,
    NEWS,
    JudgedSet,
    MissingDataError,
    Query,
    Task,
    find_sets,
    load_headlines,
    load_set,
)
from kept import indexing_key, keep, key_of, ranking_key, read_kept
from measure import describe_load, describe_machine, now, summarize, versions
from metrics import METRICS, intervals, judge_all
from product import Product, build_index, releases_of
from quality_report import PRODUCT, best_baseline, render
from rankers import BASELINES, ENGINES, SYSTEMS, TITLE, System
from report import write_run

HERE = Path(__file__).parent
PACKAGES = ("jsisa-search", "Whoosh", "numpy", "rjieba", "tantivy")
NAMES = (PRODUCT, *BASELINES, *ENGINES)

Answers = dict[str, list[list[str]]]
"""By name of the task the ranking for each of its queries."""
Rank = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run does: which engines on which queries, and where their indexes are kept."""

    engines: tuple[str, ...]
    half: str
    headlines: int
    folder: Path


def run_set(judged: JudgedSet, plan: Plan) -> dict[str, Any]:
    """Put every query of a set to every engine; return the set's part of the run."""
    judged = _only_half(judged, plan.half)
    engines = {}
    values: dict[str, dict[str, Any]] = {task.name: {} for task in judged.tasks}
    for name, answers, facts in _answer_all(judged, plan):
        engines[name] = facts
        for task in judged.tasks:
            values[task.name][name] = judge_all(answers[task.name], task.queries)
    return {
        "sha256": judged.sha256,
        "passages": len(judged.passages),
        "unjudged": judged.unjudged,
        "engines": engines,
        "tasks": {task.name: _summary(task, values[task.name]) for task in judged.tasks},
    }


def _only_half(judged: JudgedSet, half: str) -> JudgedSet:
    tasks = (
        replace(task, queries=tuple(query for query in task.queries if half in ("all", query.half)))
        for task in judged.tasks
    )
    return replace(judged, tasks=tuple(tasks))


def _answer_all(judged: JudgedSet, plan: Plan) -> Iterator[tuple[str, Answers, dict[str, Any]]]:
    """Give each engine's name, its answers, and what else is to be told of it."""
    if PRODUCT in plan.engines:
        yield PRODUCT, *_answer_by_product(judged, plan)
    has_titles = any(passage.title or passage.section for passage in judged.passages)
    before: tuple[Answers, dict[str, Any]] | None = None
    for system in SYSTEMS:
        if system.name.removesuffix(TITLE) not in plan.engines:
            continue
        # Without titles the joined text is the text: the answers are those of the form before.
        if before is None or has_titles or not system.joined:
            before = _answer_by_peer(judged, system, plan)
        yield system.name, *before


def _answer_by_product(judged: JudgedSet, plan: Plan) -> tuple[Answers, dict[str, Any]]:
    _tell(f"{judged.name}: {PRODUCT}")
    folder, note = plan.folder / judged.name / "index", plan.folder / judged.name / "index.json"
    key = key_of(judged.name, judged.sha256, indexing_key())
    facts = read_kept(note, key)
    if facts is None:
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)
        built = build_index(folder, releases_of(judged.passages))
        facts = {"build_s": built.seconds, "index_bytes": built.size}
        keep(note, key, facts)
    product = Product(folder, judged.passages)
    answers, seconds = _answer(judged, product.rank)
    product.close()
    return answers, facts | {"latency": summarize(seconds)}


def _answer_by_peer(judged: JudgedSet, system: System, plan: Plan) -> tuple[Answers, dict[str, Any]]:
    file = plan.folder / judged.name / f"{system.name}, {plan.half}.json"
    queries = [(task.name, [query.id for query in task.queries]) for task in judged.tasks]
    key = key_of(system.name, judged.sha256, queries, ranking_key(), versions(PACKAGES[2:]))
    kept = read_kept(file, key)
    if kept is None:
        _tell(f"{judged.name}: {system.name}")
        answers, seconds = _answer(judged, system.open(judged.passages))
        kept = [answers, {"latency": summarize(seconds)}]
        keep(file, key, kept)
    return kept[0], kept[1]


def _answer(judged: JudgedSet, rank: Rank) -> tuple[Answers, list[float]]:
    """Put all queries once; return the rankings, and the seconds of each."""
    answers: Answers = {}
    seconds = []
    for task in judged.tasks:
        answers[task.name] = rankings = []
        for query in task.queries:
            started = time.perf_counter()
            rankings.append(rank(query.text))
            seconds.append(time.perf_counter() - started)
    return answers, seconds


def _summary(task: Task, values: dict[str, Any]) -> dict[str, Any]:
    scopes: dict[str, dict[str, Any]] = {
        scope: {"queries": len(rows), "engines": _figures({n: found[rows] for n, found in values.items()})}
        for scope, rows in _scopes(task.queries)
    }
    summary: dict[str, Any] = {"is_variant": task.is_variant, "scopes": scopes}
    against = best_baseline(scopes["all"]["engines"])
    if against and PRODUCT in values:
        summary["ahead"] = {"of": against, **_figures({"": values[PRODUCT] - values[against]})[""]}
    return summary


def _scopes(queries: Sequence[Query]) -> Iterator[tuple[str, list[int]]]:
    """Give the parts of a task that are reported apart, with the numbers of their queries."""
    yield "all", list(range(len(queries)))
    for name in ("tune", "report"):
        yield f"half {name}", [n for n, query in enumerate(queries) if query.half == name]
    splits = sorted({query.split for query in queries if query.split})
    for split in splits if len(splits) > 1 else ():
        yield f"split {split}", [n for n, query in enumerate(queries) if query.split == split]


def _figures(values: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Return by engine and metric the mean and the ends of its interval; nothing where no query is."""
    columns = np.concatenate(list(values.values()), axis=1)
    if not len(columns):
        return {}
    rows = iter(intervals(columns).round(6).tolist())
    return {name: {metric: next(rows) for metric in METRICS} for name in values}


def load_sets(data: Path, wanted: Sequence[str], headlines: int) -> Iterator[JudgedSet]:
    """Read the wanted sets one after the other; all that are there where none is named."""
    folders = find_sets(data)
    known = [*folders, HEADLINES]
    missing = [name for name in wanted if name not in known]
    if missing or not folders:
        raise MissingDataError(f"{data} has no judged set {', '.join(missing)}".rstrip())
    if HEADLINES in (wanted or known) and not (data / NEWS).is_file():
        raise MissingDataError(f"there is no {data / NEWS}; leave {HEADLINES} out with --sets")
    for name in wanted or known:
        yield load_headlines(data / NEWS, headlines) if name == HEADLINES else load_set(folders[name])


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def make_run(sets: Iterator[JudgedSet], plan: Plan) -> dict[str, Any]:
    """Do all of it and return what is to be written down."""
    return {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(PACKAGES),
        "half": plan.half,
        "headlines": plan.headlines,
        "engines": plan.engines,
        "sets": {judged.name: run_set(judged, plan) for judged in sets},
    }


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("data", type=Path, help="the folder of the data")
    add("--sets", nargs="+", default=(), metavar="NAME", help=f"folders of judged sets, and “{HEADLINES}”")
    add("--engines", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    add("--product-only", action="store_true", help="leave all other engines out")
    add("--half", choices=("tune", "report", "all"), default="all", help="put only these queries")
    add("--queries", type=int, default=1000, help="how many headlines are drawn; 1000 by default")
    add("--keep", type=Path, metavar="FOLDER", help="keep indexes and the peers' answers there, and use them")
    add("--gate", type=Path, metavar="FILE", help="fail where the product is below the floors in this file")
    add("--write-floors", action="store_true", help="write what was reached into the file of --gate")
    add("--allow-lower", action="store_true", help="let --write-floors lower a floor")
    add("--out", type=Path, help="the JSON file; by default benchmarks/runs/quality-DATE.json")
    return parser.parse_args(arguments)


def _pinned(settings: argparse.Namespace) -> tuple[str, ...]:
    """Return the sets that a gate is about: one that is missing is told, not left out."""
    if not settings.gate or settings.write_floors:
        return ()
    return tuple(dict.fromkeys(floor["set"] for floor in quality_gate.read_floors(settings.gate).values()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    settings = _read_arguments(arguments)
    engines = (PRODUCT,) if settings.product_only else tuple(settings.engines)
    with tempfile.TemporaryDirectory() as temporary:
        plan = Plan(engines, settings.half, settings.queries, settings.keep or Path(temporary))
        try:
            if settings.gate:
                quality_gate.check_settings(settings.gate, plan.half, engines, write=settings.write_floors)
            wanted = settings.sets or _pinned(settings)
            run = make_run(load_sets(settings.data, wanted, settings.queries), plan)
        except (MissingDataError, quality_gate.GateError) as error:
            print(f"quality.py: {error}", file=sys.stderr)
            return 2
    target = settings.out or HERE / "runs" / f"quality-{run['date'].replace(':', '')}.json"
    print(write_run(run, render(run), target))
    if not settings.gate:
        return 0
    if settings.write_floors:
        return quality_gate.write(settings.gate, run, allow_lower=settings.allow_lower)
    return quality_gate.hold(settings.gate, run)


if __name__ == "__main__":
    sys.exit(main())
