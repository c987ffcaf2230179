"""Numbers with their units, as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.numbers import find_numbers


def read(text: str) -> list[tuple[float, str]]:
    """Return the values and units in a text."""
    return [(number.value, number.unit.name) for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1万1千名官兵", [(11_000, "名")]),
        ("1万1千余名官兵", [(11_000, "名")]),
        ("1亿5千万美元", [(150_000_000, "美元")]),
        ("3亿2000万人", [(320_000_000, "人")]),
        ("2万5000元", [(25_000, "元")]),
        ("5千8百人", [(5_800, "人")]),
        ("投入7万9千亿元", [(70_000, ""), (900_000_000_000, "元")]),
        ("增加1万2022年", [(10_000, "")]),
        ("欠下3万6的货款", [(36_000, "")]),
        ("每月挣4千5，", [(4_500, "")]),
        ("1万5人", [(15_000, "人")]),
        ("共有2万5月起", [(20_000, "")]),
    ],
)
def test_a_number_of_several_scales_is_one(text: str, expected: list[tuple[float, str]]) -> None:
    """What follows 万 or 亿 in the same number is a part of it, but not a year."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("重340余千克", [(340, "公斤")]),
        ("发电500多千瓦时", [(500, "千瓦时")]),
        ("长约3千米", [(3, "公里")]),
        ("二千克", [(2, "公斤")]),
        ("5千万千瓦", [(50_000_000, "千瓦")]),
        ("有5千人", [(5_000, "人")]),
    ],
)
def test_the_thousand_of_a_unit_is_none_of_the_number(text: str, expected: list[tuple[float, str]]) -> None:
    """千克, 千米 and 千瓦 are units; the 千 of 5千人 belongs to the number."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("台阶的坡度约为35度", [(35, "度")]),
        ("水温升到了21.5度", [(21.5, "度")]),
        ("气温零下36度", [(-36, "度")]),
        ("气温为零下12.5摄氏度", [(-12.5, "℃")]),
        ("360度环绕", []),
        ("实现gdp3021亿元", [(302_100_000_000, "元")]),
        ("型号ab3021亿元", []),
        ("书市已举办了26届", [(26, "届")]),
        ("26届书市开幕", []),
        ("会上提出6点意见", [(6, "点")]),
        ("下午6点要求集合", []),
        ("造成5死12伤", [(5, ""), (12, "")]),
        ("找到8具遗骸", [(8, "具")]),
        ("有5具有资格", []),
        ("收到120框画作", [(120, "框")]),
        ("投了3记三分", [(3, "记")]),
        ("约3亿人民币", [(300_000_000, "元")]),
        ("补贴1.2万元/年", [(12_000, "元/年")]),
    ],
)
def test_units_of_several_senses_are_read_where_their_words_are(
    text: str, expected: list[tuple[float, str]]
) -> None:
    """A slope has degrees, a fair so many sessions; what begins another word or tells the hour is no unit."""
    assert read(text) == expected


@given(st.integers(1, 9_999), st.integers(1_000, 9_999), st.booleans())
def test_any_number_with_wan_in_it_has_its_value(above: int, below: int, is_rounded: bool) -> None:
    """12万3456 is 123456, and 12万3千 is 123000."""
    written = f"{above}万{below // 1000}千" if is_rounded else f"{above}万{below}"
    value = above * 10_000 + (below // 1000 * 1000 if is_rounded else below)
    assert read(f"共有{written}人") == [(value, "人")]
