"""Turns a run of passages.py into the tables that people read."""

from __future__ import annotations

from typing import Any

from passage_queries import RULES
from report import number, table

Run = dict[str, Any]


def render(run: Run) -> str:
    """Return the run as Markdown."""
    parts = [_head(run), _build_table(run), _latency_table(run), _total_table(run), _share_table(run)]
    return "\n\n".join(parts) + "\n"


def _head(run: Run) -> str:
    machine, corpus = run["machine"], run["corpus"]
    rules = "\n".join(f"- {name}: {rule}" for name, rule in RULES.items())
    return (
        f"# The product on {corpus['paragraphs']:,} paragraphs, {run['date']}\n\n"
        f"{corpus['releases']:,} releases of {corpus['name']}, {corpus['characters']:,} characters, "
        f"{corpus['bytes'] / 1e6:.1f} MB of UTF-8 without the titles. {machine['processor']}, "
        f"{machine['cores']} cores, Python {machine['python']}, load {run['load']['load_average'][0]} "
        "before; " + ", ".join(f"{name} {version}" for name, version in run["versions"].items()) + ".\n\n"
        f"Queries, seed {run['seed']}:\n\n{rules}"
    )


def _build_table(run: Run) -> str:
    rows = []
    for name, built in run["builds"].items():
        phases = [built[phase] / built["seconds"] for phase in ("documents_s", "add_s", "commit_s")]
        rows.append(
            [
                name,
                number(built["seconds"]),
                number(built["processor_s"]),
                f"{run['corpus']['paragraphs'] / built['seconds']:,.0f}",
                number(run["corpus"]["bytes"] / built["seconds"] / 1e6),
                number(built["size"] / 1e6),
                number(built["size"] / run["corpus"]["bytes"]),
                *(f"{share:.0%}" for share in phases),
            ]
        )
    head = [
        "index",
        "build s",
        "processor s",
        "paragraphs/s",
        "MB/s",
        "MB",
        "times text",
        "documents",
        "adding",
        "commit",
    ]
    return "## Building\n\n" + table(head, rows) + "\n\n" + _rate(run)


def _rate(run: Run) -> str:
    whole, words = run["builds"]["all spaces"], run["builds"]["words only"]
    wall, processor = (words[clock] / whole[clock] for clock in ("seconds", "processor_s"))
    return (
        f"All spaces are built at {wall:.2f} times the rate of words alone; {processor:.2f} times by "
        "processor time, which others on the machine disturb less."
    )


def _latency_table(run: Run) -> str:
    rows = []
    for name, found in run["classes"].items():
        labels = {
            "first": "first time",
            "median": f"{run['passes']} times",
            "processor": f"{run['passes']} times, processor time",
            "counts": "counts alone",
            "counts_processor": "counts alone, processor time",
        }
        for key, label in labels.items():
            times = [number(found[key][column]) for column in ("median_ms", "p95_ms", "worst_ms")]
            rows.append([name, found["queries"], label, *times])
    return "## Latency of Index.search, ten hits with snippets and the total\n\n" + table(
        ["class", "queries", "put", "median ms", "95 % ms", "worst ms"], rows
    )


def _total_table(run: Run) -> str:
    rows = [
        [name, *found["totals"].values()]
        for name, found in run["classes"].items()
        if any(found["totals"].values())
    ]
    return "## Totals of literal queries against a plain scan\n\n" + table(
        ["class", "equal", "less", "more"], rows
    )


def _share_table(run: Run) -> str:
    rows = [
        [name, ", ".join(f"{area} {share:.0%}" for area, share in found["shares"].items())]
        for name, found in run["classes"].items()
    ]
    return "## Where the time goes, by the code that spends it\n\n" + table(["class", "share"], rows)
