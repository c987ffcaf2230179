"""Turns a run of quality.py into the tables that people read."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean
from typing import Any

from metrics import METRICS
from report import number, table

Run = dict[str, Any]

PRODUCT = "jsisa-search"

#: The engines a judged set's result is held against: those of the design's table, on the text alone.
PLAIN = ("BM25 words", "BM25 search mode", "BM25 bigrams")

#: What the product must reach: ahead of the best plain BM25's mean, MRR@10 of headlines, and how far the
#: converted queries of a task may be from its own.
MEAN_AHEAD, HEADLINES_MRR, VARIANT_GAP = 1.03, 0.83, 0.01

#: 0.83 on headlines was asked for beside 0.77 of jieba words, on a draw of titles that is not known; on ours
#: these have less. How far ahead of them the same is.
HEADLINES_AHEAD = 0.06

#: What is no average of the judged sets: another kind of task.
OTHER_TASKS = ("headlines",)


def best_baseline(engines: dict[str, Any]) -> str | None:
    """Return which plain BM25 has the best MRR, None where none took part."""
    present = [name for name in PLAIN if engines.get(name)]
    return max(present, key=lambda name: engines[name][METRICS[0]][0]) if present else None


def render(run: Run) -> str:
    """Return the run as Markdown."""
    parts = [_head(run), *(_metric_table(run, metric) for metric in METRICS)]
    if PRODUCT in run["engines"]:
        parts += [_product_table(run), _target_table(run), _scope_table(run), _speed_table(run)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(run: Run) -> str:
    machine = run["machine"]
    half = "all queries" if run["half"] == "all" else f"only the half to {run['half']}"
    software = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    return (
        f"# Ranking on judged queries, {run['date']}\n\n"
        f"{half}. {machine['processor']}, {machine['cores']} cores, Python {machine['python']}, "
        f"SQLite {machine['sqlite']}, load {run['load']['load_average'][0]} before; {software}.\n\n"
        "“+ title”: title and section stand in front of the text; this product has them in fields of "
        "their own. “mean” is over the judged sets, without variants and headlines."
    )


def tasks_of(run: Run) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every task of every set by name."""
    for part in run["sets"].values():
        yield from part["tasks"].items()


def _metric_table(run: Run, metric: str) -> str:
    tasks = list(tasks_of(run))
    # Every engine is there in every task.
    engines = list(tasks[0][1]["scopes"]["all"]["engines"])
    averaged = [name for name, task in tasks if not task["is_variant"] and name not in OTHER_TASKS]
    rows = []
    for engine in engines:
        found = {name: _value(task, engine, metric) for name, task in tasks}
        average = _mean([found[name] for name in averaged])
        rows.append([engine, *map(_three, found.values()), _three(average)])
    counts = [str(task["scopes"]["all"]["queries"]) for _, task in tasks]
    head = ["", *(name for name, _ in tasks), "mean"]
    return f"## {metric}\n\n" + table(head, [["queries", *counts, ""], *rows])


def _value(task: dict[str, Any], engine: str, metric: str, scope: str = "all") -> float | None:
    figures = task["scopes"].get(scope, {"engines": {}})["engines"].get(engine)
    return figures[metric][0] if figures else None


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if known and len(known) == len(values) else None


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _product_table(run: Run) -> str:
    rows = [
        [name, *(_interval(figures[metric]) for metric in METRICS), *_ahead(task)]
        for name, task in tasks_of(run)
        if (figures := task["scopes"]["all"]["engines"][PRODUCT])
    ]
    head = ["task", *METRICS, "best plain BM25 on the text", "MRR ahead of it"]
    return f"## {PRODUCT}, with 95 % intervals\n\n" + table(head, rows)


def _target_table(run: Run) -> str:
    rows = [
        [name, _three(reached), _three(wanted), "yes" if reached >= wanted else "no"]
        for name, reached, wanted in _targets(dict(tasks_of(run)))
        if reached is not None and wanted is not None
    ]
    return "## Targets, MRR@10\n\n" + table(["target", "reached", "wanted", "holds"], rows) if rows else ""


def _targets(tasks: dict[str, dict[str, Any]]) -> Iterator[tuple[str, float | None, float | None]]:
    """Give each target with what was reached and what is wanted, None where that was not measured."""
    values = {n: {e: _value(task, e, METRICS[0]) for e in (PRODUCT, *PLAIN)} for n, task in tasks.items()}
    judged = [n for n, task in tasks.items() if not task["is_variant"] and n not in OTHER_TASKS]
    for name in judged:
        yield f"{name}: best plain BM25", values[name][PRODUCT], _best(values[name])
    means = {engine: _mean([values[name][engine] for name in judged]) for engine in (PRODUCT, *PLAIN)}
    best = _best(means)
    yield f"mean: {MEAN_AHEAD} times the best one's mean", means[PRODUCT], best and MEAN_AHEAD * best
    for name in tasks:
        original = values.get(name.removesuffix("-simplified"), {}).get(PRODUCT)
        if tasks[name]["is_variant"] and original is not None:
            yield (
                f"{name}: within {VARIANT_GAP} of its original",
                values[name][PRODUCT],
                original - VARIANT_GAP,
            )
        elif name in OTHER_TASKS:
            yield name, values[name][PRODUCT], HEADLINES_MRR
            words = values[name][PLAIN[0]]
            yield (
                f"{name}: {HEADLINES_AHEAD} ahead of {PLAIN[0]}",
                values[name][PRODUCT],
                words and words + HEADLINES_AHEAD,
            )


def _best(values: dict[str, float | None]) -> float | None:
    return max((value for name in PLAIN if (value := values[name]) is not None), default=None)


def _ahead(task: dict[str, Any]) -> tuple[str, str]:
    if "ahead" not in task:
        return "-", "-"
    name = task["ahead"]["of"]
    mean_ahead, low, high = task["ahead"][METRICS[0]]
    reached = _three(_value(task, name, METRICS[0]))
    return f"{name} {reached}", f"{mean_ahead:+.3f} ({low:+.3f} to {high:+.3f})"


def _interval(figures: list[float]) -> str:
    value, low, high = figures
    return f"{value:.3f} ({low:.3f}-{high:.3f})"


def _scope_table(run: Run) -> str:
    rows = []
    for name, task in tasks_of(run):
        for scope, part in task["scopes"].items():
            engines = part["engines"]
            if scope == "all" or not engines.get(PRODUCT):
                continue
            best = best_baseline(engines)
            against = f"{best} {_three(_value(task, best, METRICS[0], scope))}" if best else "-"
            figures = [_interval(engines[PRODUCT][metric]) for metric in METRICS]
            rows.append([name, scope, part["queries"], *figures, against])
    head = ["task", "part", "queries", *METRICS, "best plain BM25, MRR@10"]
    return f"## {PRODUCT} on parts of the queries\n\n" + table(head, rows)


def _speed_table(run: Run) -> str:
    rows = []
    for name, part in run["sets"].items():
        facts = part["engines"][PRODUCT]
        times = [number(facts["latency"][column]) for column in ("median_ms", "p95_ms", "worst_ms")]
        size = number(facts["index_bytes"] / 1e6)
        rows.append([name, f"{part['passages']:,}", number(facts["build_s"]), size, *times])
    head = ["set", "passages", "build s", "index MB", "median ms", "95 % ms", "worst ms"]
    return (
        f"## {PRODUCT}, time\n\nOne search is what ten passages take, with more pages where titles "
        "are passed over.\n\n" + table(head, rows)
    )
