"""Where time goes, told by the modules of the package."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsisa_search

PACKAGE = Path(jsisa_search.__file__).parent

#: How many modules are told one by one.
SHOWN = 8


def shares_by_area(call: Callable[[], object]) -> dict[str, float]:
    """Run `call` under a profiler; return the share of the whole that each module itself takes, most first.

    What native code takes is counted to the module that called it. A profiler makes calls dearer than
    they are, so these are shares to compare, no times.
    """
    profiler = cProfile.Profile()
    profiler.runcall(call)
    statistics: dict[Any, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in statistics.items():
        if file == "~":
            for caller, figures in callers.items():
                spent[_area(caller[0])] += figures[2]
        else:
            spent[_area(file)] += own
    whole = sum(spent.values()) or 1.0
    return {area: round(seconds / whole, 4) for area, seconds in spent.most_common(SHOWN)}


def _area(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(PACKAGE):
        return path.relative_to(PACKAGE).as_posix()
    return next((name for name in ("numpy", "whoosh") if name in path.parts), "other")
