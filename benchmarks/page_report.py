"""Turns a run of pages.py into the tables that people read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report import at_least, at_most, number, table, target_table

Run = dict[str, Any]

_COLUMNS = {
    "f1": "body F1",
    "precision": "precision",
    "recall": "recall",
    "worst_f1": "worst",
    "under_0.5": "under 0.5",
    "under_0.3": "under 0.3",
    "title": "title",
    "date": "date",
    "day": "its day",
    "dates_invented": "dates invented",
    "source": "source or author",
    "number": "文号",
    "office": "issuing office",
    "complete": "all three",
    "heading_precision": "heading precision",
    "heading_recall": "heading recall",
    "errors": "refused",
    "median_ms": "ms a page, median",
    "worst_ms": "worst ms",
}
_NAMES = {
    "together": "All pages with gold made by hand",
    "news_sites": "News and government sites",
    "misc": "Pages from the tests of other libraries",
    "gov_communique": "Statistical communiqués",
    "gov_policy": "Documents of the State Council",
}


def render_pages(run: Run, worst: int) -> str:
    """Return the run as Markdown, with this product's worst pages."""
    parts = [_head(run), _targets(run["parts"])]
    for name, part in run["parts"].items():
        if part["pages"]:
            parts += [f"## {_NAMES.get(name, name)}: {part['pages']} pages", _means(part["readers"])]
        if part["pages"] and name != "together" and worst:
            parts += [_worst(part["readers"], worst), _not_releases(part["readers"])]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(run: Run) -> str:
    machine, prints = run["machine"], run["fingerprint"]
    return (
        f"# Readers of pages side by side, {run['date']}\n\n"
        f"Part of the split: {run['split']}; best of {run['repeat']} readings a page. "
        f"Pages {prints['data']}, gold {prints['gold']}.\n\n"
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, "
        f"load {run['load']['load_average'][0]} before; "
        + ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        + "."
    )


def _means(readers: dict[str, Any]) -> str:
    used = [
        name for name in _COLUMNS if any(_is_worth_showing(one["summary"][name]) for one in readers.values())
    ]
    rows = [
        [reader, *(_figure(name, one["summary"][name]) for name in used)] for reader, one in readers.items()
    ]
    return table(["reader", *(_COLUMNS[name] for name in used)], rows)


def _is_worth_showing(value: Any) -> bool:
    """Tell whether a figure is there, and no count of nothing."""
    return value is not None and not (isinstance(value, int) and value == 0)


def _figure(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{value[0]} of {value[1]}"
    if value is None or name.endswith("_ms") or isinstance(value, int):
        return number(value) if name.endswith("_ms") or value is None else str(value)
    return f"{value:.3f}"


def _targets(parts: Run) -> str:
    rows: list[list[str]] = []
    part = parts.get("together") or parts.get("news_sites")
    if part and "jsisa" in part["readers"]:
        rows += _page_rows(part["readers"])
    policy = parts.get("gov_policy", {}).get("readers", {}).get("jsisa")
    if policy and policy["summary"]["complete"]:
        rows.append(_share_row("title, 文号 and issuing office of a document", 58 / 60, policy, "complete"))
    return target_table(rows) if rows else ""


def _page_rows(readers: Run) -> list[list[str]]:
    ours = readers["jsisa"]
    figures = {key: value or 0.0 for key, value in ours["summary"].items()}
    rows = [
        at_least("body F1, mean", 0.95, figures["f1"]),
        at_least("body F1, worst page", 0.5, figures["worst_f1"]),
        _share_row("date", 0.95, ours, "date"),
        _share_row("source or author", 0.85, ours, "source"),
        _share_row("title", 0.97, ours, "title"),
        at_least("headings, precision", 0.9, figures["heading_precision"]),
        at_least("headings, recall", 0.9, figures["heading_recall"]),
        at_most("ms a page, median", 20, figures["median_ms"]),
    ]
    if "trafilatura" in readers:
        ratio = readers["trafilatura"]["summary"]["median_ms"] / figures["median_ms"]
        rows.append(at_least("ms a page, median, trafilatura : ours", 5, ratio))
    return rows


def _share_row(name: str, wanted: float, reader: Run, key: str) -> list[str]:
    right, asked = reader["summary"][key] or (0, 1)
    return at_least(f"{name}, {right} of {asked}", wanted, right / asked)


def _worst(readers: dict[str, Any], worst: int) -> str:
    name = next(iter(readers))
    shown = [score for score in readers[name]["pages"] if _asks(score)][:worst]
    return f"The worst of {name}:\n\n" + table(
        ["page", "F1", "precision", "recall", "title", "date", "source", "headings", "ms", "error"],
        [_row(score) for score in shown],
    )


def _asks(score: Run) -> bool:
    return any(score[name] is not None for name in ("f1", "title", "number"))


def _row(score: Run) -> list[str]:
    headings = score["headings"] or {"wanted": 0, "given": 0, "right": 0}
    figures = ("-" if score[name] is None else f"{score[name]:.3f}" for name in ("f1", "precision", "recall"))
    judged = (_judged(score, name) for name in ("title", "date"))
    source = _judged(score, "source" if score["number"] is None else "office")
    return [
        score["file"].rpartition("/")[2],
        *figures,
        *judged,
        source if score["number"] is not False else source + ", 文号 **no**",
        f"{headings['right']} of {headings['wanted']}, {headings['given']} given",
        number(score["ms"]),
        (score["error"] or "").split(":")[0],
    ]


def _judged(score: Run, name: str) -> str:
    return {None: "-", True: "yes", False: "**no**"}[score[name]]


def _not_releases(readers: dict[str, Any]) -> str:
    rows: list[Sequence[object]] = []
    for reader, one in readers.items():
        others = [score for score in one["pages"] if score["kind"] != "release"]
        rows += [
            (reader, score["file"].rpartition("/")[2], score["kind"], score["chars"], score["error"] or "")
            for score in others
        ]
    head = ("reader", "page", "kind", "characters given", "error")
    return "Pages that hold no release:\n\n" + table(head, rows) if rows else ""
