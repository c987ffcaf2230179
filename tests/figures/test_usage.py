"""How words are used in names, as it was counted in text without labels."""

from __future__ import annotations

from collections import Counter
from math import log

import pytest

from jsisa_search.figures.units import NO_UNIT, units
from jsisa_search.figures.usage import SELDOM, bonds_of, usage_of
from jsisa_search.package_data import read_data


def rows() -> list[list[str]]:
    """Return the cells of the shipped table; the first row has the units."""
    lines = read_data("jsisa_search.figures", "usage.tsv").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_the_table_has_words_once_and_units_that_are_known() -> None:
    """Each word has its five shares or none, and names of units that the first row counts.

    A unit may have got another name since names were counted; one that has not has the same class.
    """
    first, *others = rows()
    totals = {name: (kind, int(count)) for name, kind, count in (each.rsplit("=", 2) for each in first)}
    known = {unit.name: unit.kind for unit in (NO_UNIT, *units().by_form.values())}
    assert all(known.get(name, kind) == kind for name, (kind, _) in totals.items())
    words = [row[0] for row in others]
    assert len(words) == len(set(words))
    for _, shares, *listings in others:
        assert len(shares) in (0, 5)
        assert set(shares) <= set("0123456789abcdefghij")
        for each in " ".join(filter(None, listings)).split(" "):
            assert not each or each.rpartition("=")[0] in totals


@pytest.mark.parametrize("part", [0, 1])
def test_bonds_are_the_logarithm_of_names_over_those_expected(part: int) -> None:
    """Counted anew from the table, the names of a word with a unit over those by chance give its step."""
    first, *others = rows()
    totals = {name: int(count) for name, _, count in (each.rsplit("=", 2) for each in first)}
    every = sum(totals.values())
    unit = units().by_form["家"]
    for word, _, *listings in others[::37]:
        if not (listed := listings[part]):
            assert bonds_of(unit, word)[part] == SELDOM
            continue
        counts = Counter(
            {each.rpartition("=")[0]: int(each.rpartition("=")[2]) for each in listed.split(" ")}
        )
        expected = totals[unit.name] * counts.total() / every
        step = round(log((counts[unit.name] + 0.1) / (expected + 0.1)))
        assert bonds_of(unit, word)[part] == str(min(max(step, -3), 4))


def test_nothing_is_told_of_a_word_that_was_not_seen() -> None:
    """A word that no table has is as seldom as can be, whatever the unit."""
    assert set(usage_of("青溪龙舟队员们")) == {SELDOM}
    assert set(bonds_of(NO_UNIT, "")) == {SELDOM}
    assert bonds_of(units().by_form["家"], "青溪企鹅")[:3] == (SELDOM,) * 3


def test_a_head_goes_with_its_own_units() -> None:
    """Names with 家 end with 企业 more often than names with 公里 do."""
    company, length = (int(bonds_of(units().by_form[form], "企业").end) for form in ("家", "公里"))
    assert company > 0 > length
