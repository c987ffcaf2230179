"""Turns a run's JSON into the tables that people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import geometric_mean
from typing import Any

Run = dict[str, Any]

SCORED_ALIKE = {"jsisa", "whoosh", "whoosh-rjieba"}
"""The engines that mean the same by a score."""


def render(run: Run) -> str:
    """Return the run as Markdown."""
    parts = [_head(run), _build_table(run["stages"]["1"]), _latency_tables(run["stages"]["1"])]
    parts += [_targets(run), _agreement(run)]
    parts += [_copies(run, copies) for copies in run["stages"] if copies != "1"]
    parts += (
        [f"## Profile of {run['profile']['engine']}\n\n" + _profiles(run["profile"])]
        if "profile" in run
        else []
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def number(value: float | None) -> str:
    """Return a figure with three significant digits, '-' for none."""
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.1 else f"{value:.2g}"


def write_run(run: Run, tables: str, target: Path) -> str:
    """Write a run as JSON and its tables beside it; return the tables."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    target.with_suffix(".md").write_text(tables, encoding="utf-8")
    return tables


def _head(run: Run) -> str:
    machine, corpus = run["machine"], run["corpus"]
    loads = [load["load_average"][0] for load in run["loads"]]
    busy = [load["busy_percent"] for load in run["loads"]]
    engines = "\n".join(f"- `{name}`: {text}" for name, text in run["engines"].items())
    return (
        f"# Engines side by side, {run['date']}\n\n"
        f"{corpus['paragraphs']:,} paragraphs of {corpus['name']}, {corpus['characters']:,} characters, "
        f"{corpus['bytes'] / 1e6:.1f} MB of UTF-8; {len(run['queries'])} queries, seed {run['seed']}; "
        f"{run['repeat']} rounds, {run['passes']} passes a round.\n\n"
        f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}, SQLite {machine['sqlite']}; "
        + ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        + f".\nLoad average (1 minute) {min(loads)} to {max(loads)}, which includes the run itself; "
        f"processors busy before each step {min(busy):.0f} to {max(busy):.0f} %.\n\n{engines}"
    )


def _build_table(stage: Run) -> str:
    ours = stage["engines"].get("jsisa")
    rows = []
    for name, engine in stage["engines"].items():
        build, search, add = engine["build"], engine["search"], engine.get("add")
        ratio = build["seconds"] / ours["build"]["seconds"] if ours else None
        rows.append(
            [
                name,
                f"{number(build['seconds'])} ({build['rounds']}x)",
                number(ratio),
                number(build["bytes"] / 1e6),
                number(build["bytes"] / stage["text_bytes"]),
                number(build["peak_mb"]),
                number(search["open_ms"]),
                number(search["open_and_first_ms"]),
                number(search["resident_above_import_mb"]),
                number(search["anonymous_above_import_mb"]),
                f"{number(add['median_ms'])} / {number(add['worst_ms'])}" if add else "-",
            ]
        )
    head = [
        "engine",
        "build s (rounds)",
        "times ours",
        "index MB",
        "times text",
        "peak MB",
        "open ms",
        "open + first query ms",
        "resident MB above import",
        "of it anonymous",
        "add a release ms, median / worst",
    ]
    return "## Build, size, memory, opening, adding\n\n" + table(head, rows)


def _latency_tables(stage: Run) -> str:
    plain = _latency(stage, "classes", "top 10 with score")
    return plain + "\n\n" + _latency(stage, "counted_classes", "top 10 with score and the exact total")


def _latency(stage: Run, key: str, title: str) -> str:
    names = list(next(iter(stage["engines"].values()))["search"][key])
    rows = []
    for name, engine in stage["engines"].items():
        figures = [engine["search"][key].get(class_name) for class_name in names]
        rows.append([name, *(_three(figure) for figure in figures)])
    return f"## Latency in ms, {title}: median / 95th percentile / worst\n\n" + table(
        ["engine", *names], rows
    )


def _three(figure: dict[str, float] | None) -> str:
    return " / ".join(number(figure[key]) for key in ("median_ms", "p95_ms", "worst_ms")) if figure else "-"


def _targets(run: Run) -> str:
    engines = run["stages"]["1"]["engines"]
    if "jsisa" not in engines:
        return ""
    rows = list(_target_rows(run))
    return target_table(rows)


def _target_rows(run: Run) -> Iterable[list[str]]:
    stage = run["stages"]["1"]
    engines, ours = stage["engines"], stage["engines"]["jsisa"]
    if "whoosh" in engines:
        yield at_least(
            "build, Whoosh : ours", 15, engines["whoosh"]["build"]["seconds"] / ours["build"]["seconds"]
        )
        yield from _whoosh_rows(engines["whoosh"], ours)
    if "tantivy" in engines:
        yield at_least(
            "build, Tantivy : ours", 1, engines["tantivy"]["build"]["seconds"] / ours["build"]["seconds"]
        )
        yield from _tantivy_rows(engines["tantivy"], ours)
    yield at_most("size, times text", 2, ours["build"]["bytes"] / stage["text_bytes"])
    yield at_most("open + first query, ms", 20, ours["search"]["open_and_first_ms"])
    yield at_most("resident above import, MB", 100, ours["search"]["resident_above_import_mb"])
    for copies, other in run["stages"].items():
        add = other["engines"]["jsisa"].get("add")
        if add:
            yield at_most(f"add a release, median ms, {copies} x corpus", 50, add["median_ms"])


def _whoosh_rows(whoosh: Run, ours: Run) -> Iterable[list[str]]:
    for class_name, figures in ours["search"]["classes"].items():
        theirs = whoosh["search"]["classes"][class_name]
        for key, wanted in (("median_ms", 100), ("p95_ms", 30)):
            yield at_least(f"{class_name}, {key[:-3]}, Whoosh : ours", wanted, theirs[key] / figures[key])


def _tantivy_rows(tantivy: Run, ours: Run) -> Iterable[list[str]]:
    for key, title in (("classes", "without totals"), ("counted_classes", "with totals")):
        ratios = [
            f["median_ms"] / tantivy["search"][key][c]["median_ms"] for c, f in ours["search"][key].items()
        ]
        yield at_most(f"medians, ours : Tantivy, geometric mean, {title}", 1, geometric_mean(ratios))
        yield at_most(f"medians, ours : Tantivy, worst class, {title}", 2, max(ratios))


def target_table(rows: Iterable[Sequence[object]]) -> str:
    """Return a table of rows of `at_least` and `at_most` under its heading."""
    return "## Against what must be reached\n\n" + table(
        ["figure", "must reach", "measured", "reached"], rows
    )


def at_least(name: str, wanted: float, found: float) -> list[str]:
    """Return a row of a table of targets: a figure that must not be smaller."""
    return [name, f">= {number(wanted)}", number(found), "yes" if found >= wanted else "**no**"]


def at_most(name: str, wanted: float, found: float) -> list[str]:
    """Return a row of a table of targets: a figure that must not be larger."""
    return [name, f"<= {number(wanted)}", number(found), "yes" if found <= wanted else "**no**"]


def _agreement(run: Run) -> str:
    agreement = run["agreement"]
    if not agreement["engines"]:
        return ""
    names = list(next(iter(agreement["engines"].values())))
    rows = [
        [
            engine,
            *(
                _agreed(classes[class_name], {engine, agreement["reference"]} <= SCORED_ALIKE)
                for class_name in names
            ),
        ]
        for engine, classes in agreement["engines"].items()
    ]
    return (
        f"## Agreement with `{agreement['reference']}`\n\n"
        "Share of queries with the same total / mean share of the ten best (ties accepted) / largest "
        "relative difference of a score at the same place, between engines that mean the same by a score: "
        "Whoosh, which rounds field lengths to a byte, and this engine, which does not.\n\n"
        + table(["engine", *names], rows)
    )


def _agreed(figures: dict[str, float | None], with_scores: bool) -> str:
    keys = ("same_total", "overlap", *(("score_difference",) if with_scores else ()))
    return " / ".join(number(figures[key]) for key in keys)


def _copies(run: Run, copies: str) -> str:
    stage, base = run["stages"][copies], run["stages"]["1"]
    names = list(next(iter(stage["engines"].values()))["search"]["classes"])
    rows = []
    for name, engine in stage["engines"].items():
        first = base["engines"][name]
        growth = [
            engine["search"]["classes"][c]["median_ms"] / first["search"]["classes"][c]["median_ms"]
            for c in names
        ]
        rows.append(
            [
                name,
                number(engine["build"]["seconds"]),
                number(engine["build"]["paragraphs"] / engine["build"]["seconds"]),
                number(first["build"]["paragraphs"] / first["build"]["seconds"]),
                number(engine["build"]["peak_mb"]),
                number(engine["build"]["bytes"] / stage["text_bytes"]),
                number(engine["search"]["open_and_first_ms"]),
                f"{number(engine['add']['median_ms'])} / {number(engine['add']['worst_ms'])}",
                *(
                    f"{_three(engine['search']['classes'][c])} ({number(g)}x)"
                    for c, g in zip(names, growth, strict=True)
                ),
            ]
        )
    head = [
        "engine",
        "build s",
        "paragraphs/s",
        "paragraphs/s, 1 x",
        "peak MB",
        "times text",
        "open + first ms",
        "add a release ms, median / worst",
        *(f"{name} ms (growth of the median)" for name in names),
    ]
    return f"## {copies} copies of the corpus: {stage['paragraphs']:,} paragraphs\n\n" + table(head, rows)


def _profiles(profile: Run) -> str:
    parts = (f"### {name}\n\n```\n{text.strip()}\n```" for name, text in profile["parts"].items())
    return "\n\n".join(parts)
