"""Texts that are passed over without being folded have no figures."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis.fold import fold, folded_form
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.numbers import find_numbers
from jsisa_search.figures.quick_look import NO_UNIT, RANKED, may_have_figures
from jsisa_search.figures.units import units
from jsisa_search.package_data import load_toml
from tests.properties import examples

DIGITS = frozenset("0123456789一二两三四五六七八九十百千〇零")
PIECES = st.one_of(
    st.sampled_from(
        (
            *"12３一二兩三十百千万萬亿億〇零多餘几幾.點之第前成倍近期为¥",
            *"个個百分%元人年月日号 　\u200b\ufe0f，。",
            *("居全国第", "任期", "日元", "百分之", "个百分点", "同学", "2012年"),
        )
    ),
    st.characters(),
)


@examples(10)
@given(st.lists(PIECES, max_size=10).map("".join))
def test_nothing_is_lost_by_the_quick_look(text: str) -> None:
    """A text that is passed over has no number that measures or counts and no rank."""
    if not may_have_figures(text):
        folded = fold(text)
        assert list(find_numbers(folded)) == []
        assert [figure for figure in extract(f"{text}。3个", Setting()) if figure.kind == "rank"] == []


def test_whatever_is_folded_to_a_digit_is_looked_at() -> None:
    """Circled, raised and traditional digits, radicals and those in brackets may be of numbers."""
    blocks = range(0x20, 0x3400), range(0xF900, 0x10000), range(0x1F100, 0x1F300)
    digits = [
        chr(code) for block in blocks for code in block if not DIGITS.isdisjoint(folded_form(chr(code)))
    ]
    assert len(digits) > 250
    assert [char for char in (*digits, "兩", "韆") if not may_have_figures(f"{char}{char}人")] == []


def test_no_unit_begins_like_what_is_passed_over() -> None:
    """So digits before 月, 时 and their like are no figures; with 日元 and 大卡 they are."""
    forms = {form for form in units().by_form if (form.removeprefix("千") or form)[0] in NO_UNIT}
    assert forms == {"届", "年", "大卡", "级"}
    assert [text for text in ("已举办79届", "舉辦過120屆", "历经3届") if not may_have_figures(text)] == []
    assert [text for text in ("十八届", "第79届", "2届") if may_have_figures(text)] == []
    years = re.findall(r"\w+年", "任期5年 任期為10年 刑期达15年 学制4年 寿命约8年 期限6年")
    assert [text for text in years if not may_have_figures(text)] == []
    assert [text for text in ("今后5年", "于2012年", "任期至2012年") if may_have_figures(text)] == []
    assert [form for form in units().by_form if form[0] == "日" and form[:2] != "日元"] == []


def test_whatever_may_be_before_a_rank_is_looked_at() -> None:
    """A rank in any spelling of what is before it: 居第三, 居全國第三."""
    common = [chr(code) for code in range(0x4E00, 0xA000)]
    before = [char for char in common if folded_form(char) in RANKED]
    assert [char for char in before if not may_have_figures(f"{char}第三")] == []
    pattern = load_toml("jsisa_search.figures", "words")["rank"]["pattern"]
    verbs, places = re.findall(r"\((?:\?:|\?P<place>)([^()]+)\)", pattern)
    assert {word[-1] for words in (verbs, places) for word in words.split("|")} <= {*RANKED}
    assert extract("产量居亚洲第二", Setting())[0].kind == "rank"


@pytest.mark.parametrize(
    ("text", "is_looked_at"),
    [
        ("会议于2012年9月6日在青溪举行。", False),
        ("这是一个好办法，三天后再说。", False),
        ("第二届会议讨论了十八大报告，3时结束。", False),
        ("9月6日，青溪县有3个镇", True),
        ("投资十八亿港元", True),
        ("下降百分之十五", True),
        ("产量居全国第一", True),
        ("涨了三 成", True),
        ("约５００日元", True),
        ("近百名選手", True),
        ("萬余人", True),
        ("附近的人", False),
        ("每份500大卡", True),
        ("攀登6100级台阶", True),
        ("发生5级地震", False),
        ("￥3999的灯", True),
    ],
)
def test_dates_alone_are_no_figures(text: str, is_looked_at: bool) -> None:
    """Most texts with digits have dates; numbers in Chinese characters alone count too."""
    assert may_have_figures(text) is is_looked_at
