"""Texts to figures. All texts are written for these tests; places and figures in them are invented."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.rows import pack, unpack
from jsisa_search.research.figures import period_name
from jsisa_search.schema import FIGURE_NUMBERS, RowsColumn

DAY = date(2022, 9, 6)
SETTING = Setting(DAY)

PIECES = [
    *("全市", "群众安全感", "达", "9", "99.14", "%", "1,234", "万", "元", "多", "三成", "二十四", "项", "约"),
    *(
        "从2021年的",
        "提高到",
        "，",
        "。",
        "、",
        "比上年增长",
        "今年1至8月",
        "（",
        "）",
        "第",
        "家",
        "企业",
        " ",
        "Ⅲ",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def said(text: str, setting: Setting = SETTING) -> list[tuple[str | None, str]]:
    """Return indicator and written figure of each figure of a text."""
    return [
        (text[slice(*figure.indicator)] if figure.indicator else None, text[slice(*figure.span)])
        for figure in extract(text, setting)
    ]


EXAMPLES: list[tuple[str, list[tuple[str | None, str]]]] = [
    (
        "全市群众安全感从2012年的93%提高到2021年的98.7%，提高了5.7个百分点。",
        [("群众安全感", "93%"), ("群众安全感", "98.7%"), ("群众安全感", "5.7个百分点")],
    ),
    (
        "全市共打掉犯罪团伙63个、恶势力组织12个，抓获犯罪嫌疑人770名。",
        [("打掉犯罪团伙", "63个"), ("恶势力组织", "12个"), ("抓获犯罪嫌疑人", "770名")],
    ),
    ("92.5%的审批事项网上可办。", [("审批事项", "92.5%")]),
    ("建成街道服务站1.8万余个。", [("建成街道服务站", "1.8万余个")]),
    ("平台服务4.2亿用户，总点击数近1.2亿次。", [("用户", "4.2亿"), ("总点击数", "1.2亿次")]),
    ("3个县的56家企业参加了展览。", [("县", "3个"), ("企业", "56家")]),
    ("一起事故造成5人受伤。", [("受伤", "5人")]),
    (
        "第一产业、第二产业和第三产业增加值分别增长3.1%、4.2%和5.3%。",
        [("第一产业", "3.1%"), ("第二产业", "4.2%"), ("第三产业增加值", "5.3%")],
    ),
    ("出口2.7亿美元，同比增长13.3%。", [("出口", "2.7亿美元"), ("出口", "13.3%")]),
    ("出警时间从15分钟缩短到5分钟。", [("出警时间", "15分钟"), ("出警时间", "5分钟")]),
    ("160名来自外地的志愿者到场。", [("志愿者", "160名")]),
    ("全年国内生产总值增长6.6%。", [("国内生产总值", "6.6%")]),
    ("全社会用电量3亿千瓦时。", [("全社会用电量", "3亿千瓦时")]),
    ("院内已有2人受伤。", [("受伤", "2人")]),
    ("售价在15.5万-23.6万元之间。", [("售价", "23.6万元")]),
    (
        "三次产业分别比上年提高3.9、2.0、2.9个百分点。",
        [("三次产业", "3.9"), ("三次产业", "2.0"), ("三次产业", "2.9个百分点")],
    ),
    (
        "工业、建筑业和服务业增速分别收窄3.1、2.7和1.9个百分点。",
        [("工业", "3.1"), ("建筑业", "2.7"), ("服务业增速", "1.9个百分点")],
    ),
    (
        "列车运行时间由5个多小时缩短到3个半小时。",
        [("列车运行时间", "5个多小时"), ("列车运行时间", "3个半小时")],
    ),
    ("《管护条例》共44条。", [("《管护条例》", "44条")]),
    ("186项行政审批服务权下放，24个大型机场建成。", [("行政审批服务权", "186项"), ("大型机场", "24个")]),
    ("粮食总产量居全省第3位。", [("粮食总产量", "第3位")]),
    ("专职调解员（网格员）共２，３４６名。", [("专职调解员（网格员）", "２，３４６名")]),
    (
        "民营工业产值增长9.4%，占全部工业产值的比重为63.7%。",
        [("民营工业产值", "9.4%"), ("占全部工业产值的比重", "63.7%")],
    ),
    ("全年社会领域投资[5]增长26.2%。", [("社会领域投资", "26.2%")]),
    ("全市PM2.5平均浓度为31μg/m³。", [("PM2.5平均浓度", "31μg/m³")]),
    ("400万人口的城市。", [("人口", "400万")]),
    ("出口额280万新加坡元。", [("出口额", "280万新加坡元")]),
    ("青溪县人口是云岭县人口的十倍。", [("人口", "十倍")]),
    ("粗梳棉纱出厂价为每吨497元。", [("粗梳棉纱出厂价", "497元")]),
    ("队员平均年龄不到21岁。", [("平均年龄", "21岁")]),
    ("军乐团奏两国国歌，鸣礼炮19响。", [("鸣礼炮", "19响")]),
    (
        "全县公共预算收入5.2亿元，完成预算的99%，同比增长8.3%。",
        [("公共预算收入", "5.2亿元"), ("预算", "99%"), ("公共预算收入", "8.3%")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_figures_come_with_the_words_that_name_them(text: str, expected: Any) -> None:
    """Each figure has its indicator, as written, before or behind it or earlier in the sentence."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2022年9月6日16时42分，第12届会议在第3会议室召开。",
        "贯彻《条例》第二十六条，落实“澄川文创50条”。",
        "5G、4K和H7N9，请拨打110。",
        "今年34岁的她当选，庆祝建市70周年。",
        "万一十分重要，唯一一次。",
        "以6秒47的成绩进入前3名。",
        "红十字会举办十字绣展览。",
        "这一成果历时5个多月完成。",
        "他的决心一成不变，一点一点地实现。",
        "《2019元宵晚会》今晚播出。",
        "一名47岁的居民和他12岁的女儿到场。",
        "这是近3个月来最热闹的一次，14天前刚下过雨。",
        "协会将在20天内组建考察团。",
    ],
)
def test_dates_ordinals_names_and_codes_are_no_figures(text: str) -> None:
    """Numbers that neither measure nor count are left alone."""
    assert extract(text, SETTING) == []


@pytest.mark.parametrize(
    ("text", "kind", "direction", "bound"),
    [
        ("满意率达97.6%。", "level", 0, ""),
        ("满意率超过97%。", "level", 0, "more"),
        ("满意率不低于97%。", "level", 0, "more"),
        ("费率降至1%以下。", "level", -1, "less"),
        ("支出约30万元。", "level", 0, "about"),
        ("发案率同比下降5.3%。", "change", -1, ""),
        ("破案率提高了10个百分点。", "change", 1, ""),
        ("服务业占生产总值的比重为52%。", "share", 0, ""),
        ("近八成的受访者表示满意。", "share", 0, "about"),
        ("发展志愿者20余万名。", "level", 0, "more"),
    ],
)
def test_kind_direction_and_bound(text: str, kind: str, direction: int, bound: str) -> None:
    """A level, a change or a share; up or down; about, more or less."""
    (figure,) = extract(text, SETTING)
    assert (figure.kind, figure.direction, figure.bound) == (kind, direction, bound)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("展会保持了12%的增长。", "change"),
        ("灾害造成粮食100多亿斤的减产。", "change"),
        ("对进口灯具加征25%的关税。", "level"),
        ("40%的企业已经开工。", "share"),
        ("灯具销售收入的40%用于研发。", "share"),
        ("出口额相当于全省总额的近15%。", "share"),
        ("游客占比78.3%。", "share"),
        ("合格率从去年的40%提高到50%。", "level"),
        ("灯具产量是三年前的3.5倍。", "level"),
    ],
)
def test_a_percentage_of_something_is_a_share(text: str, kind: str) -> None:
    """The part of a whole is a share, with 的 before or behind it; growth is a change, a tariff a level."""
    assert extract(text, Setting())[0].kind == kind


def test_values_are_multiplied_out() -> None:
    """15.89亿元 is 1,589,000,000元, however it is written."""
    texts = ["挽损15.89亿元。", "挽损158900万元。", "挽损十五点八九亿元。", "挽損1,589,000,000元。"]
    figures = [extract(text, SETTING)[0] for text in texts]
    assert {(round(figure.value, 3), figure.unit.name) for figure in figures} == {(1.589e9, "元")}


def test_a_report_of_a_year_speaks_of_that_year() -> None:
    """What names no period is of the year in the title of a yearly report; 上年 is the one before."""
    setting = Setting.of("澄川市2021年国民经济和社会发展统计公报", date(2022, 4, 1))
    text = "全年粮食产量30万吨。新增企业25家，上年的产值3亿元。"
    days = [(figure.first, figure.last) for figure in extract(text, setting)]
    year = date(2021, 1, 1), date(2021, 12, 31)
    assert days == [year, year, (date(2020, 1, 1), date(2020, 12, 31))]


def test_a_text_that_lists_figures_speaks_of_one_period() -> None:
    """Its later sentences are of the period before them; those of a text with few figures are not."""
    listed = "2021年，产值3亿元。出口7亿元，增长2%。产量8万吨，增长3%。进口5亿元，增长4%。"
    assert {figure.first for figure in extract(listed, SETTING)} == {date(2021, 1, 1)}
    few = extract("2021年，新增就业3万人。出口7亿元。", SETTING)
    assert [figure.first for figure in few] == [date(2021, 1, 1), None]


@pytest.mark.parametrize(
    "row", ["同比增长5.3%和6.4%", "分别增长5.3%、6.4%", "比上年分别提高5.3个百分点和6.4个百分点"]
)
def test_a_row_of_changes_belongs_to_the_figures_before_it(row: str) -> None:
    """As many values as there were levels, and no names of their own: each is the change of one of them."""
    found = said(f"城镇居民收入达42000元，农村居民收入达20300元，{row}。")
    assert [name for name, _ in found] == ["城镇居民收入", "农村居民收入"] * 2


def test_the_first_of_two_values_is_not_of_all_the_years_between() -> None:
    """In the last five years 从80天增加到120天: the 80 days were before, and no day is told."""
    before, after = extract("五年来，平均停留时间从80天增加到120天。", SETTING)
    assert (before.value, before.first, before.last) == (80.0, None, None)
    assert (after.value, after.last) == (120.0, SETTING.day)


def test_a_row_that_fits_no_names_is_left_where_it_is() -> None:
    """Two changes behind one level are both of that."""
    found = said("城镇居民收入达42000元，同比增长5.3%和6.4%。")
    assert [name for name, _ in found] == ["城镇居民收入"] * 3


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("扬州通过了考核验收，群众安全感保持在95%以上，跃升至98.2%。", "扬州"),
        ("扬州市委部署了工作。全市群众安全感达98.2%。", "全市"),
        ("扬州通过了考核验收。群众安全感达98.2%。", None),
        ("北京时间8时，测得的合格率达98.2%。", None),
    ],
)
def test_the_place_that_begins_a_sentence_is_that_of_its_figures(text: str, place: str | None) -> None:
    """What a sentence is about stands first; the place of the release is for those that name none."""
    for figure in extract(text, SETTING):
        assert (text[slice(*figure.place)] if figure.place else None) == place


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("今年一季度的产量是去年同期的2.5倍。", ["2022-Q1"]),
        ("旅客吞吐量将由现在的30万人次增加到100万人次。", ["2022-09-06", ""]),
        ("从5月1日起，费率降至16%。", ["2022-05-01..2022-09-06"]),
        ("大会将于10月2日开幕，有100家企业参加。", ["2022-10-02"]),
        ("协会将于10月2日向100家企业颁奖。", ["2022-10-02"]),
        ("共有41家企业从5日起停业。", [""]),
        ("《2021年青溪县阅读报告》显示，居民人均藏书12册。", [""]),
        ("今年上半年，公司由去年同期盈利3亿元变为亏损2亿元。", ["2021-H1", "2022-H1"]),
        ("成本从2020年一季度的8亿元增长25%至2021年同期的10亿元。", ["2020-Q1", "2021-Q1", "2021-Q1"]),
        ("今年上半年，青溪县产值增长8%。出口额增长5%。", ["2022-H1", "2022-H1"]),
        ("今年上半年，青溪县产值增长8%。新建学校4所。", ["2022-H1", ""]),
        ("到2025年，青溪县识字率达到95%。人均藏书12册。", ["2025", "2025"]),
        ("到2020年，青溪县识字率达到95%。人均藏书12册。", ["2020", ""]),
        ("今年初春，青溪县来客3.2万人次。", ["2022"]),
    ],
)
def test_a_figure_has_the_period_that_is_told_of_it(text: str, names: list[str]) -> None:
    """Not that of another value, of what it is compared with, of an event before it or of a report's name."""
    found = extract(text, SETTING)
    assert [period_name(figure.first, figure.last) for figure in found] == names


def test_the_day_of_speaking_is_not_the_period() -> None:
    """A period belongs to the figures of its sentence, but not the day on which somebody says it."""
    said_on = extract("市长9月5日表示，新增学位3万个。", SETTING)[0]
    of_then = extract("9月5日，新增学位3万个，新增床位200张。", SETTING)
    assert said_on.first is None
    assert [figure.first for figure in of_then] == [date(2022, 9, 5)] * 2


def test_the_dead_and_the_hurt_are_counted_apart() -> None:
    """6死7伤 says what happened to how many."""
    assert said("塌方造成6死7伤。") == [("死", "6"), ("伤", "7")]


@given(TEXTS)
def test_ranges_lie_in_the_text_and_figures_do_not_overlap(text: str) -> None:
    """Figures come in order; an indicator has a character and does not overlap with its figure."""
    figures = extract(text, SETTING)
    spans = [figure.span for figure in figures if figure.kind != "rank"]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for figure in figures:
        for span in (figure.span, figure.indicator, figure.place, figure.period):
            assert span is None or 0 <= span[0] < span[1] <= len(text)
        if figure.indicator and figure.kind != "rank":
            assert figure.indicator[1] <= figure.span[0] or figure.span[1] <= figure.indicator[0]


@given(TEXTS)
def test_figures_survive_as_rows(text: str) -> None:
    """Packed and unpacked, a figure is what it was."""
    figures = extract(text, SETTING)
    dtype = RowsColumn(FIGURE_NUMBERS).dtype
    rows = np.frombuffer(pack(figures), dtype)
    assert list(unpack(rows)) == figures
