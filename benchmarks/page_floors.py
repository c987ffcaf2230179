"""Floors under this product's reading of pages: a gate that a change for the worse does not pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FLOORED = (
    "f1",
    "worst_f1",
    "title",
    "date",
    "source",
    "number",
    "office",
    "complete",
    "heading_precision",
    "heading_recall",
)
PRODUCT = "jsisa"
_ROUNDING = 1e-4

Floors = dict[str, dict[str, float]]


class FloorsError(Exception):
    """The floors are of other pages, gold or readers, or would be lowered; the message says which."""


def figures_of(run: dict[str, Any]) -> Floors:
    """Return this product's figures of a run, shares as numbers from 0 to 1, cut to four digits."""
    figures: Floors = {}
    for name, part in run["parts"].items():
        if PRODUCT not in part["readers"]:
            raise FloorsError(f"The floors are those of {PRODUCT}; let it take part with --readers.")
        summary = part["readers"][PRODUCT]["summary"]
        values = {key: _as_share(summary[key]) for key in FLOORED}
        figures[name] = {
            key: int(value / _ROUNDING) * _ROUNDING for key, value in values.items() if value is not None
        }
    return figures


def _as_share(value: Any) -> float | None:
    if isinstance(value, list):
        return float(value[0] / value[1])
    return None if value is None else float(value)


def check_floors(run: dict[str, Any], path: Path) -> list[str]:
    """Return a line for each figure that is under its floor.

    Raise `FloorsError` when there are no floors, or when they are of other pages or other gold.
    """
    pinned = _read(path)
    for key, value in (("split", run["split"]), ("fingerprint", run["fingerprint"])):
        if pinned[key] != value:
            raise FloorsError(
                f"The floors in {path} have {key} {pinned[key]}, this run has {value}: not comparable."
            )
    figures = figures_of(run)
    return [
        f"{part}: {key} is {figures[part].get(key, 0.0):.4f}, the floor is {floor:.4f}"
        for part, floors in pinned["floors"].items()
        for key, floor in floors.items()
        if figures[part].get(key, 0.0) < floor - _ROUNDING / 2
    ]


def pin_floors(run: dict[str, Any], path: Path, may_lower: bool) -> None:
    """Write the figures of a run as floors; raise `FloorsError` where that would lower one unasked."""
    if path.exists() and not may_lower and _read(path)["fingerprint"] == run["fingerprint"]:
        missed = check_floors(run, path)
        if missed:
            raise FloorsError("\n".join([*missed, "Use --lower to lower floors."]))
    pinned = {
        "split": run["split"],
        "fingerprint": run["fingerprint"],
        "floors": {
            part: {key: round(value, 4) for key, value in figures.items()}
            for part, figures in figures_of(run).items()
        },
    }
    path.write_text(json.dumps(pinned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FloorsError(f"There are no floors in {path}; write them with --pin.")
    pinned: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return pinned
