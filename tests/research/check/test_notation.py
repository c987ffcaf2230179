"""Quotations that write a number in another way than the passage: the same value, other characters."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import CheckedItem, Index
from jsisa_search.query.numerals import forms_of
from jsisa_search.research.check.notation import is_same_value
from tests.cluster.engines import Place
from tests.properties import examples
from tests.research.check.samples import fill


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of two releases, and of one with numbers in Chinese."""
    with Index.create(place(tmp_path_factory.mktemp("index"))) as index:
        fill(index)
        index.add_text(
            "二〇二二年，南屏市十四个街道的三点六万户居民参与议事，百分之九十九的事项当场答复，三分之一由网格员代办。",
            id="chinese",
            title="南屏市议事",
            published="2022-12-01",
        )
        yield index


def checked(index: Index, quotation: str) -> CheckedItem:
    """Return what was found of a block quotation."""
    (item,) = index.check_draft(f"> {quotation}\n".encode(), name="draft.md").items
    return item


@pytest.mark.parametrize(
    ("quotation", "before", "after"),
    [
        ("南屏市14个街道的三点六万户居民参与议事", "十四个", "14个"),
        ("十四个街道的3.6万户居民参与议事", "三点六万户", "3.6万户"),
        ("十四个街道的36000户居民参与议事", "三点六万户", "36000户"),
        ("99%的事项当场答复", "百分之九十九", "99%"),
        ("2022年，南屏市十四个街道", "二〇二二", "2022"),
        ("1/3由网格员代办", "三分之一", "1/3"),
        ("划分网格一千二百八十六个，配备网格员3268名", "1286个", "一千二百八十六个"),
        ("连续5年居全省前列", "五", "5"),
    ],
)
def test_another_notation_is_no_alteration(archive: Index, quotation: str, before: str, after: str) -> None:
    """The value is the same, and what is written otherwise is told."""
    item = checked(archive, quotation)
    assert item.verdict == "exact but for notation"
    assert not item.is_right
    (difference,) = (each for each in item.passages[0].differences if each.kind != "punctuation")
    assert (difference.kind, difference.before, difference.after) == ("notation", before, after)


@pytest.mark.parametrize(
    "quotation",
    [
        "南屏市15个街道的三点六万户居民参与议事",
        "十四个街道的3.60万户居民参与议事",
        "98%的事项当场答复",
        "-99%的事项当场答复",
        "99‰的事项当场答复",
        "2023年，南屏市十四个街道",
        "整改率达百分之九十九点一五",
        "调解成功率达95.0%",
    ],
)
def test_another_value_is_an_alteration(archive: Index, quotation: str) -> None:
    """Nor is a number that is more exact, or has another sign, the same in another notation."""
    assert not checked(archive, quotation).verdict.startswith("exact")


def test_digits_in_full_width_are_punctuation(archive: Index) -> None:
    """They are the same characters in another width."""
    assert checked(archive, "群众安全感从２０１２年的94.2%提高到").verdict == "exact but for punctuation"


def test_a_notation_within_an_altered_quotation(archive: Index) -> None:
    """It is told apart from the figure that is altered."""
    item = checked(
        archive,
        "青溪市全域推行网格化管理，划分网格一千二百八十六个，配备网格员3286名，群众安全感从2012年的94.2%提高",
    )
    assert item.verdict == "altered"
    kinds = [each.kind for each in item.passages[0].differences if each.kind != "punctuation"]
    assert kinds == ["figure", "notation"]


_VALUES = st.one_of(st.integers(2, 10**9), st.integers(2, 10**6).map(lambda n: n * 10**4))


@examples(2)
@given(st.data(), _VALUES, _VALUES)
def test_forms_of_one_value_are_the_same_and_of_two_are_not(
    data: st.DataObject, one: int, other: int
) -> None:
    """Whatever forms two numbers have: they are equal if and only if their values are."""
    forms = (
        data.draw(st.sampled_from(forms_of(Decimal(one)))),
        data.draw(st.sampled_from(forms_of(Decimal(other)))),
    )
    if forms[0] != forms[1]:
        assert is_same_value(f"{forms[0]}个", f"{forms[1]}个") == (one == other)
    for form in forms_of(Decimal(one)):
        assert form == forms[0] or is_same_value(f"{form}个", f"{forms[0]}个")
