from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import fold
from jsisa_search.lexicon.corpus.definitions import Definition, count_definitions, distinct_definitions


def _pairs(*texts: str) -> list[tuple[str, str]]:
    return [(found.short, found.full) for found in count_definitions(texts)]


@pytest.mark.parametrize(
    "marked",
    [
        "（以下简称“网格中心”）",
        "（以下简称网格中心）",
        "（以下简称为“网格中心”）",
        "(下称“网格中心”)",
        "（简称：网格中心）",
        "（以下称“網格中心”）",
        "，简称“网格中心”，",
        "，简称网格中心，",
        '（以下简称"网格中心"）',
        "（以下簡稱「网格中心」）",
    ],
)
def test_the_forms_of_a_definition(marked: str) -> None:
    """Each way to define an abbreviation is found, in any form of its characters."""
    found = _pairs(f"昨天，澄川市网格化服务管理中心{marked}向全市公布了名单。")
    assert [(fold(short), full) for short, full in found] == [("网格中心", "澄川市网格化服务管理中心")]


def test_the_sentence_comes_with_it() -> None:
    """A definition brings the sentence that it stands in."""
    text = "会议开了半天。桐岭区决定成立基层治理促进会（以下简称“基促会”）。首批会员三十家。"
    assert list(count_definitions([text])) == [
        Definition("基促会", "基层治理促进会", "桐岭区决定成立基层治理促进会（以下简称“基促会”）。")
    ]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("由澄川市发展改革委员会（以下简称市改委）牵头", "澄川市发展改革委员会"),
        ("对桐岭钢铁（集团）有限公司（以下简称“桐钢”）进行检查", "桐岭钢铁（集团）有限公司"),
        ("《澄川市住宅物业服务办法》（以下简称《物业规定》）已经通过", "《澄川市住宅物业服务办法》"),
        ("近日，市里印发“一网统揽三年行动方案”（以下简称“统揽计划”）", "一网统揽三年行动方案"),
        ("开展“三降三升、为民解忧”专项治理行动（以下简称“降升行动”）", "“三降三升、为民解忧”专项治理行动"),
        ("参加澄川市和桐岭区社会治理联合会（以下简称治联会）", "桐岭区社会治理联合会"),
    ],
)
def test_where_the_full_name_begins(text: str, full: str) -> None:
    """The walk back passes brackets and quotations, and stops at verbs and prepositions."""
    assert [found for _, found in _pairs(text)] == [full]


@pytest.mark.parametrize(
    "text",
    [
        "《澄川市城镇燃气管理条例》（以下简称《条例》）",
        "市燃气安全领导小组（以下简称领导小组）",
        "土地所有权、承包权、经营权（以下简称“三权”）",
        "《内务规定》《队列规定》（以下简称“共同守则”）",
        "汽车号牌依次为汉字简称、所属单位代号。",
        "（以下简称“网格中心”）",
        "（以下简称“”）",
        "这项工作，简称“桐钢”",
        "“”（以下简称桐钢）",
    ],
)
def test_what_defines_nothing(text: str) -> None:
    """An abbreviation that its name contains, sums of several things, and stray words are left out."""
    assert _pairs(text) == []


def test_a_definition_is_told_once() -> None:
    """The same definition in many texts comes once, with its shortest sentence, and names in order."""
    long, short = "今天桐岭钢铁公司（简称桐钢）开工。", "桐岭钢铁公司（简称桐钢）。"
    other = "澄川钢铁公司（简称澄钢）。"
    counts = count_definitions([long, short, other, short])
    assert sorted(counts.values()) == [1, 1, 2]
    assert [found.sentence for found in distinct_definitions(counts)] == [short, other]


def test_a_long_sentence_is_cut_off() -> None:
    """A text without full stops does not come as a whole."""
    (found,) = count_definitions(["网" * 1000 + "，桐岭钢铁公司（简称桐钢）" + "格" * 1000])
    assert len(found.sentence) < 400


@given(st.text(alphabet="网格公司桐钢，。、的和以下简称“”《》（）() \n", max_size=80))
def test_definitions_are_cut_from_the_text(text: str) -> None:
    """Whatever the text, short form, full name and sentence stand in it."""
    for found in count_definitions([text]):
        assert found.short in text
        assert found.full in text
        assert found.sentence in text
        assert found.short not in found.full
