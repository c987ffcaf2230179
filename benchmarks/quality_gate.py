"""Floors under the product's ranking: what was reached once, on exactly which data."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from metrics import METRICS
from quality_report import PRODUCT

#: Floors are rounded down to this many decimals: less than one query of any set is no loss.
DECIMALS = 3


class GateError(Exception):
    """The gate can't be held to what was asked for."""


def check_settings(file: Path, half: str, engines: Sequence[str], *, write: bool) -> None:
    """Raise `GateError` where a run with these settings says nothing about the floors in `file`."""
    if half != "all" or PRODUCT not in engines:
        raise GateError("a gate is about all queries to the product; leave --half and --engines out")
    if not write and not file.is_file():
        raise GateError(f"there are no floors in {file}; write them with --write-floors")


def read_floors(file: Path) -> dict[str, Any]:
    """Return the floors by set; none where there is no file."""
    floors: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return floors


def hold(file: Path, run: dict[str, Any]) -> int:
    """Print how the run stands to the floors; return 1 where it falls below one, or the data differ."""
    faults = list(find_faults(read_floors(file), run))
    for fault in faults:
        print(f"gate: {fault}", file=sys.stderr)
    if not faults:
        print(f"gate: {', '.join(run['sets'])} hold the floors of {file}")
    return int(bool(faults))


def find_faults(floors: dict[str, Any], run: dict[str, Any]) -> Iterator[str]:
    """Give a sentence for each set that can't be compared and each figure below its floor."""
    for name, found in make_floors(run).items():
        pinned = floors.get(name)
        if pinned is None:
            yield f"{name} has no floors; write them with --write-floors"
        elif (pinned["sha256"], pinned["queries"]) != (found["sha256"], found["queries"]):
            yield f"{name} has other data or another number of queries than its floors"
        else:
            yield from _below(name, pinned["floors"], found["floors"])


def _below(name: str, floors: dict[str, float], reached: dict[str, float]) -> Iterator[str]:
    for metric, floor in floors.items():
        if reached[metric] < floor:
            yield f"{name} reaches {metric} {reached[metric]:.3f}, its floor is {floor:.3f}"


def make_floors(run: dict[str, Any]) -> dict[str, Any]:
    """Return what a run reached, by task, in the form of the floors."""
    return {
        task: {
            "set": name,
            "sha256": part["sha256"],
            "queries": facts["scopes"]["all"]["queries"],
            "floors": _rounded(facts["scopes"]["all"]["engines"][PRODUCT]),
        }
        for name, part in run["sets"].items()
        for task, facts in part["tasks"].items()
    }


def _rounded(figures: dict[str, list[float]]) -> dict[str, float]:
    scale = 10**DECIMALS
    # A hair is added, so that 0.847 is not cut to 0.846 for how it is held in the machine.
    return {metric: math.floor(figures[metric][0] * scale + 1e-6) / scale for metric in METRICS}


def write(file: Path, run: dict[str, Any], *, allow_lower: bool) -> int:
    """Pin what the run reached; return 1 and write nothing where that would lower a floor unasked."""
    floors = read_floors(file)
    lowered = list(find_lowered(floors, run))
    if lowered and not allow_lower:
        for fault in lowered:
            print(f"gate: {fault}", file=sys.stderr)
        print("gate: nothing was written; if it must be so, add --allow-lower", file=sys.stderr)
        return 1
    text = json.dumps(floors | make_floors(run), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    print(f"gate: floors of {', '.join(run['sets'])} written to {file}")
    return 0


def find_lowered(floors: dict[str, Any], run: dict[str, Any]) -> Iterator[str]:
    """Give a sentence for each floor that the run would lower; other data make the old floors void, too."""
    for name, found in make_floors(run).items():
        pinned = floors.get(name)
        if pinned is None:
            continue
        if (pinned["sha256"], pinned["queries"]) != (found["sha256"], found["queries"]):
            yield f"{name} has other data or another number of queries than its floors"
        yield from _below(name, pinned["floors"], found["floors"])
