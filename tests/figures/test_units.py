"""The shipped units."""

from __future__ import annotations

from typing import get_args

from jsisa_search.figures.units import RANK, UnitClass, units
from jsisa_search.package_data import read_data


def test_units_are_well_formed() -> None:
    """Numbers and written forms are each given once, classes are known."""
    lines = read_data("jsisa_search.figures", "units.tsv").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    forms = [
        form
        for row in rows
        if row[1] != "rank"
        for form in (row[2], *(row[3].split() if len(row) > 3 else ()))
    ]
    assert len({row[0] for row in rows}) == len(rows)
    assert len(set(forms)) == len(forms)
    assert {row[1] for row in rows} <= set(get_args(UnitClass))
    assert all(0 < int(row[0]) < 1 << 16 for row in rows)


def test_the_longest_unit_is_read() -> None:
    """人次 is no 人, 平方公里 no 平方米; the written form gives the usual one."""
    table = units()
    found = [table.at(text, 0) for text in ("人次到访", "平方千米", "元/吨", "％", "龘")]
    assert [each and (each[0].name, each[1]) for each in found[:3]] == [
        ("人次", 2),
        ("平方公里", 4),
        ("元/吨", 3),
    ]
    assert found[3:] == [None, None]
    assert table.by_number[RANK.number] == RANK
