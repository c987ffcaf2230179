"""Figures of another period, compared otherwise, or that fell and not rose; periods beside quotations."""

from __future__ import annotations

import random

import pytest

from jsisa_search import CheckedItem, Index

JULY = "海关今天公布，前7个月，白石省外贸进出口总值13.21万亿元，比去年同期增长3%，环比下降1.2%。"
MAY = "海关今天公布，前5个月，白石省外贸进出口总值9.47万亿元，比去年同期增长8%。"
SAFETY = (
    "青溪市群众安全感从2012年的94.2%提高到2022年上半年的98.7%，比全省高2.1个百分点。"
    "青溪市2022年群众安全感比2012年提高了4.5个百分点。"
)


def fill(index: Index) -> Index:
    """Give an index two reports of trade and one of a survey."""
    index.add_text(JULY, id="july", title="白石省外贸", source="青溪日报", published="2015-08-08")
    index.add_text(MAY, id="may", title="白石省外贸", source="青溪日报", published="2015-06-08")
    index.add_text(SAFETY, id="safety", title="群众安全感", source="青溪日报", published="2022-09-06")
    return index


@pytest.fixture(scope="module")
def archive(shared_index: Index) -> Index:
    """Return an index of the three reports, which is only read."""
    return fill(shared_index)


def checked(index: Index, draft: str) -> list[CheckedItem]:
    """Return what was found of a draft."""
    return list(index.check_draft(draft.encode(), name="draft.md").items)


@pytest.mark.parametrize(
    ("draft", "claims"),
    [
        ("前7个月，白石省外贸进出口总值13.21万亿元。", []),
        ("2015年前7个月，白石省外贸进出口总值13.21万亿元。", []),
        ("1-7月，白石省外贸进出口总值13.21万亿元。", []),
        ("今年前7个月，白石省外贸进出口总值13.21万亿元。", []),
        ("2015年，白石省外贸进出口总值13.21万亿元。", []),
        ("2014年前7个月，白石省外贸进出口总值13.21万亿元。", [("period", "2014年前7个月", "前7个月")]),
        ("前三季度，白石省外贸进出口总值13.21万亿元。", [("period", "前三季度", "前7个月")]),
        ("上半年，白石省外贸进出口总值13.21万亿元。", [("period", "上半年", "前7个月")]),
        ("7月份，白石省外贸进出口总值13.21万亿元。", [("period", "7月份", "前7个月")]),
        ("2021年上半年，青溪市群众安全感98.7%。", [("period", "2021年上半年", "2022年上半年")]),
        ("2022年前三季度，青溪市群众安全感98.7%。", [("period", "2022年前三季度", "2022年上半年")]),
        ("2022年，青溪市群众安全感98.7%。", []),
        ("2020年底，青溪市群众安全感98.7%。", [("period", "2020年底", "2022年上半年")]),
        ("青溪市群众安全感，2022年群众安全感比2012年提高了4.5个百分点。", []),
        ("据青溪日报9月7日报道，青溪市群众安全感提高到98.7%。", []),
    ],
)
def test_a_figure_of_another_period_is_altered(
    archive: Index, draft: str, claims: list[tuple[str, str, str]]
) -> None:
    """The value alone makes no figure exact; a year around its period is only less exact."""
    (item,) = checked(archive, draft)
    assert [(claim.kind, claim.text, claim.stated) for claim in item.claims] == claims
    assert item.verdict == ("altered" if claims else "exact")
    assert item.is_right is not bool(claims)


def test_a_change_the_other_way_is_altered(archive: Index) -> None:
    """3% 同比 are not 3% 环比, and a growth is no decline."""
    draft = "前7个月，白石省外贸进出口总值13.21万亿元，{}3%。"
    wordings = {"同比增长": [], "比去年同期增长": [], "环比增长": ["环比"], "比去年同期下降": ["下降"]}
    for wording, claims in wordings.items():
        _, item = checked(archive, draft.format(wording))
        assert [claim.text for claim in item.claims] == claims
        assert item.verdict == ("altered" if claims else "exact"), wording


def test_what_a_change_is_compared_with(index: Index) -> None:
    """A change since another year is another one."""
    fill(index).add_text("云浦县家庭医生签约率比2016年提高了14.5个百分点。", id="doctors", title="家庭医生")
    draft = "云浦县家庭医生签约率比{}提高了14.5个百分点。"
    for year, verdict in (("2016年", "exact"), ("2013年", "altered")):
        (item,) = checked(index, draft.format(year))
        assert item.verdict == verdict
    assert [(claim.kind, claim.stated) for claim in item.claims] == [("change", "2016年")]


def test_each_of_several_figures_has_its_own_period(archive: Index) -> None:
    """Values that changed places are both of another period, though all words are in the passage."""
    right = checked(archive, "青溪市群众安全感2012年为94.2%，2022年上半年为98.7%。")
    swapped = checked(archive, "青溪市群众安全感2012年为98.7%，2022年上半年为94.2%。")
    assert [item.verdict for item in right] == ["exact", "exact"]
    assert [item.verdict for item in swapped] == ["altered", "altered"]


def test_the_period_before_a_quotation(archive: Index) -> None:
    """A quotation is exact to the letter and not right where the draft says that it is of another time."""
    draft = "{}“白石省外贸进出口总值13.21万亿元”，各界关注。"
    for before, stated in (
        ("2015年前7个月，", None),
        ("前5个月，", "前7个月"),
        ("2014年前7个月，", "前7个月"),
    ):
        (item,) = checked(archive, draft.format(before))
        assert item.verdict == "exact"
        assert [claim.stated for claim in item.claims if claim.is_right is False] == (
            [stated] if stated else []
        )
        assert item.is_right is (stated is None)


def test_the_day_of_an_event_before_a_quotation_is_no_period(archive: Index) -> None:
    """When somebody said it is not of what time the figure is."""
    draft = "2023年1月5日，市委召开会议，提出“群众安全感从2012年的94.2%提高到2022年上半年的98.7%”。"
    (item,) = (each for each in checked(archive, draft) if each.kind == "quotation")
    assert item.is_right


def test_another_passage_has_the_figure_of_that_period(index: Index) -> None:
    """Of several passages with a figure the one of the draft's period is taken."""
    fill(index).add_text(
        JULY.replace("前7个月", "前11个月"),
        id="november",
        title="白石省外贸",
        source="青溪日报",
        published="2015-12-08",
    )
    (item,) = checked(index, "前11个月，白石省外贸进出口总值13.21万亿元。")
    assert item.verdict == "exact"
    assert "前11个月" in item.passages[0].hit.text


PERIODS = (
    "前2个月",
    "前4个月",
    "一季度",
    "上半年",
    "三季度",
    "8月份",
    "2014年1-7月",
    "2016年上半年",
    "2013年",
)


def test_no_other_period_is_exact(archive: Index) -> None:
    """Whatever period is put before a figure instead of its own, it is not exact."""
    chance = random.Random(3)
    for period in PERIODS:
        wording = chance.choice(
            ("{}，白石省外贸进出口总值13.21万亿元。", "白石省{}外贸进出口总值达13.21万亿元")
        )
        (item,) = checked(archive, wording.format(period))
        assert item.verdict != "exact", period


@pytest.mark.parametrize("size", range(8, 36, 3))
def test_the_period_of_what_another_passage_has_is_not_looked_for_in_the_first(
    archive: Index, size: int
) -> None:
    """Of a quotation that is pieced together the first figure may be in any of its passages."""
    joined = MAY[:20] + SAFETY[-size:].rstrip("。")
    (item,) = (each for each in checked(archive, f"2019年有人说“{joined}”。") if each.kind == "quotation")
    assert item.verdict != "exact"
    assert not item.is_right
