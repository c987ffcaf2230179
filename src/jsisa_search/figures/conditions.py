"""What the values of figures are restricted to: equal, above or below a number, in a unit or in any."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Comparison = Literal["=", ">", ">=", "<", "<="]

# Values that differ by less than this share are the same: 15.89 times 10**8 is not a whole number of doubles.
_SAME = 1e-9

_COMPARE: dict[Comparison, Callable[[Any, float], Any]] = {
    "=": lambda values, wanted: np.isclose(values, wanted, rtol=_SAME, atol=0),
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


@dataclass(frozen=True, slots=True)
class ValueCondition:
    """A restriction of values; `unit` is the number of a unit, `None` for any."""

    comparison: Comparison
    value: float
    unit: int | None

    def holds(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return whether each of some rows of figures satisfies it (bool); rows have `value` and `unit`."""
        fits: NDArray[Any] = _COMPARE[self.comparison](rows["value"], self.value)
        return fits if self.unit is None else fits & (rows["unit"] == self.unit)

    def bounds(self) -> tuple[float, float]:
        """Return the least and the greatest value that may satisfy it."""
        least, most = -sys.float_info.max, sys.float_info.max
        if self.comparison == "=":
            around = abs(self.value) * _SAME
            return max(self.value - around, least), min(self.value + around, most)
        value = min(max(self.value, least), most)
        return (value, most) if self.comparison.startswith(">") else (least, value)
