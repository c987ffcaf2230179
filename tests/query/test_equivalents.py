from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.query.equivalents import MAX_CHARS, MAX_FORMS, days_of_year, equivalents, is_amount

GROUPS = [
    ["2.4万", "24000", "二万四千", "两万四千"],
    ["6.9亿元", "69000万元", "六亿九千万元", "六点九亿元"],
    ["2.4万亿元", "24000亿元", "二万四千亿元"],
    ["9年义务教育", "九年义务教育"],
    ["99.14%", "百分之九十九点一四"],
    ["1/3", "三分之一"],
    ["9月6日", "九月六日", "9月6号"],
    ["2022-09-06", "2022年9月6日", "2022.9.6", "2022/9/6", "二〇二二年九月六日"],
    ["2022年9月", "二〇二二年九月", "2022-09"],
    ["2022年", "二〇二二年"],
    ["19大", "十九大"],
    ["两个一百年", "2个100年"],
]


@pytest.mark.parametrize("group", GROUPS)
def test_the_forms_of_a_number_lead_to_each_other(group: list[str]) -> None:
    """Each to all others, except to those that are written in one way only."""
    for typed in group[:2]:
        forms = equivalents(typed)
        assert typed not in forms
        missing = {form for form in group if form != typed} - {*forms}
        assert not missing - {"2022-09", "9月6号"}


@pytest.mark.parametrize(
    "typed",
    [
        *[
            "一带一路",
            "十分",
            "万一",
            "三农",
            "一些",
            "唯一",
            "第一",
            "十四五",
            "五一",
            "三三两两",
            "亿元",
            "百年",
        ],
        *["PM2.5", "10:30", "5G", "G20", "COVID-19", "2012-2019", "1.2.3", "9", "网格化", ""],
    ],
)
def test_words_and_codes_have_no_other_form(typed: str) -> None:
    """A numeral that counts nothing, a code, a time, a range, a single digit."""
    assert equivalents(fold(typed)) == ()


def test_values_that_differ_are_not_equivalent() -> None:
    """2.4万 is not 2.4万亿, and the second of February is not the twenty-second."""
    assert not {*equivalents("2.4万")} & {*equivalents("2.4万亿")}
    assert "二月二十二日" not in equivalents("2月2日")
    assert equivalents("13月40日") == equivalents("2022-13-40") == ()


def test_a_date_ends_like_that_of_any_year() -> None:
    """9月6日 finds 2022-09-06; a date with its year finds 9月6日 in releases of the year."""
    assert {"-09-06", ".9.6"} <= {*equivalents("9月6日")}
    assert days_of_year("2022.9.6") == (("9月6日", "九月六日", "09月06日", "9月6号"), 2022)
    assert days_of_year("二〇二二年九月六日")[1] == 2022
    assert days_of_year("9月6日") == days_of_year("2022年") == ((), 0)


@pytest.mark.parametrize(
    "typed", ["6.9亿元", "2.4万", "5.2%", "九月六日", "2022-09-06", "9年", "三万人", "百分之五"]
)
def test_a_number_with_its_unit_and_a_date_are_amounts(typed: str) -> None:
    """Their words apart say something else."""
    assert is_amount(typed)


@pytest.mark.parametrize(
    "typed", ["", "9", "网格化", "十九大", "5g", "增长5.2%", "一带一路", "6.9亿元投资", "亿" * 100]
)
def test_other_texts_are_no_amounts(typed: str) -> None:
    """Neither a single digit, nor text around a number."""
    assert not is_amount(typed)


@given(text=st.text(st.sampled_from("0123456789〇一二九十百万亿点年月日号%/.-分之个人a"), max_size=70))
def test_the_forms_are_few_and_another_text_each(text: str) -> None:
    """Whatever numbers a text has; a long one has none."""
    forms = equivalents(text)
    assert len(forms) == len({*forms}) <= MAX_FORMS
    assert text not in forms
    assert len(text) <= MAX_CHARS or not forms


def test_a_row_of_numerals_takes_little_time() -> None:
    """The longest text of what may be in a number."""
    started = time.process_time()
    for char in "一9百万":
        equivalents(char * MAX_CHARS)
        is_amount(char * MAX_CHARS)
    assert time.process_time() - started < 60
