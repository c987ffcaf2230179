"""The units of figures: how they are written, and what kind of figure each makes. Data: `data/units.tsv`."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from jsisa_search.analysis.fold import fold
from jsisa_search.figures.scanning import sizes_by_first
from jsisa_search.package_data import read_data

UnitClass = Literal["percent", "points", "money", "measure", "count", "time", "rank", "none"]


class Unit(NamedTuple):
    """A unit: the number that an index stores, its class, and the form that stands for all others."""

    number: int
    kind: UnitClass
    name: str


#: A number without a unit: 4.2亿用户.
NO_UNIT = Unit(0, "none", "")


#: The unit of ranks: 居全国第3位.
RANK = Unit(230, "rank", "位")


class Units(NamedTuple):
    """All units by their folded written forms, and by their numbers.

    `sizes` has the lengths of the forms that begin with a character, the longest first.
    """

    by_form: dict[str, Unit]
    by_number: dict[int, Unit]
    sizes: dict[str, tuple[int, ...]]

    def at(self, folded: str, start: int) -> tuple[Unit, int] | None:
        """Return the longest unit that a folded text has at `start`, and where it ends."""
        for size in self.sizes.get(folded[start : start + 1], ()):
            unit = self.by_form.get(form := folded[start : start + size])
            if unit is not None and len(form) == size:
                return unit, start + size
        return None


@cache
def units() -> Units:
    """Return the shipped units."""
    by_form: dict[str, Unit] = {}
    by_number = {NO_UNIT.number: NO_UNIT}
    for line in read_data("jsisa_search.figures", "units.tsv").splitlines():
        if not line or line.startswith("#"):
            continue
        number, kind, name, *others = line.split("\t")
        unit = Unit(int(number), kind, name)  # type: ignore[arg-type]  # a test reads the classes
        by_number[unit.number] = unit
        if kind != "rank":
            by_form |= {fold(form): unit for form in (name, *(others[0].split() if others else ()))}
    return Units(by_form, by_number, sizes_by_first(by_form))
