from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jsisa_search.analysis import fold


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("２０２２年１２月３１日", "2022年12月31日"),
        ("ＡＰＰ与５Ｇ，Wi-Fi", "app与5g,wi-fi"),
        ("國務院辦公廳關於優化營商環境的意見", "国务院办公厅关于优化营商环境的意见"),
        ("（一）：；！？％", "(一):;!?%"),
        ("⼀⾏豈", "一行岂"),
        ("網格化\u3000管理", "网格化 管理"),
        ("裏裡里後后", "里里里后后"),
    ],
)
def test_forms_of_one_character_become_one(original: str, folded: str) -> None:
    """Width, case, traditional characters and compatibility forms are folded."""
    assert fold(original) == folded


@pytest.mark.parametrize("text", ["㎡", "ﬁ", "Ⅳ", "…", "“三降三升”", "\U0010ffff", "ß"])
def test_what_has_no_single_character_form_keeps_its_length(text: str) -> None:
    """A form that would need two characters is not expanded."""
    assert len(fold(text)) == len(text)


@given(st.text())
@example("İ\u1e9e\ud800")
def test_folding_keeps_the_length_and_is_idempotent(text: str) -> None:
    """Offsets stay true for any text, and folding folded text changes nothing."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@pytest.mark.parametrize("end", [0x20000, pytest.param(0x110000, marks=pytest.mark.slow)])
def test_every_character_of_unicode_folds_one_to_one(end: int) -> None:
    """There is no exception anywhere in Unicode."""
    everything = "".join(map(chr, range(end)))
    folded = fold(everything)
    assert len(folded) == len(everything)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("⺠生保障", "民生保障"),
        ("⻓期坚持", "长期坚持"),
        ("⻋站", "车站"),
        ("⻛险可控", "风险可控"),
        ("2021—2025年", "2021-2025年"),
        ("2021－2025年", "2021～2025年"),
        ("1–6月", "1~6月"),
        ("卡尔・马克思", "卡尔·马克思"),
        ("衞生", "卫生"),
        ("二○二四年", "二〇二四年"),
    ],
)
def test_forms_that_look_alike_are_one(written: str, typed: str) -> None:
    """Radicals of PDF text layers, dashes, range marks, middle dots and regional forms fold to one form."""
    assert fold(written) == fold(typed)
