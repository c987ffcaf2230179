from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.query.numerals import chinese, forms_of, value_of

NUMBERS = st.integers(0, 10**15 - 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24000", "24000"),
        ("2.4万", "24000"),
        ("二万四千", "24000"),
        ("两万四千", "24000"),
        ("二点四万", "24000"),
        ("2.4万亿", "2400000000000"),
        ("二万四千亿", "2400000000000"),
        ("十五", "15"),
        ("一百〇五", "105"),
        ("一百零五", "105"),
        ("一百一十五", "115"),
        ("十万零一", "100001"),
        ("九十九点一四", "99.14"),
        ("零点五", "0.5"),
        ("3百万", "3000000"),
        ("零", "0"),
    ],
)
def test_a_number_has_its_value(text: str, value: str) -> None:
    """However it is written."""
    assert value_of(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "007",
        "十四五",
        "万一",
        "亿元",
        "百",
        "一一",
        "五一",
        "千万",
        "1.2.3",
        "二百二百",
        "零零",
        "点五",
        "9" * 20,
    ],
)
def test_what_is_no_number_has_no_value(text: str) -> None:
    """Codes, words with numerals, and rows of digits."""
    assert value_of(text) is None


@given(number=NUMBERS)
def test_every_form_of_an_integer_has_its_value(number: int) -> None:
    """Among the forms are the Western digits and the Chinese numerals."""
    forms = forms_of(Decimal(number))
    assert {str(number), chinese(number)} <= {*forms}
    assert all(value_of(form) == number for form in forms)


@given(number=st.integers(0, 10**12), places=st.integers(0, 4))
def test_every_form_of_a_decimal_has_its_value(number: int, places: int) -> None:
    """With 万 and 亿 behind it, too."""
    value = Decimal(number).scaleb(-places)
    assert all(value_of(form) == value for form in forms_of(value))


@given(text=st.text(st.sampled_from("〇零一二两九十百千万亿点1.0"), max_size=12))
def test_any_row_of_numerals_has_a_value_or_none(text: str) -> None:
    """Nothing raises, and a value has forms."""
    value = value_of(text)
    assert value is None or forms_of(value)
