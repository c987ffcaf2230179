"""Names of what numbers measure. All texts are written for these tests; what they tell is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures import features
from jsisa_search.figures.edges import adjusted
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.naming import Name, Situation, around, choose, describe, find_regions, is_ruled_out
from jsisa_search.figures.tokens import PERIOD, fixed_spans, tokenize
from jsisa_search.figures.weights import CHOICES, SIDES, Weights, shipped_weights
from jsisa_search.model import Range
from jsisa_search.package_data import read_data

SETTING = Setting(date(2022, 9, 6))
PIECES = [
    *(
        "全市",
        "群众安全感",
        "达",
        "为",
        "提高到",
        "增长",
        "新建",
        "的",
        "居民",
        "成功抓获",
        "参加演练",
        "志愿者",
        "占",
        "都",
        "人均",
        "高于",
        "每户",
    ),
    *("12个", "3.5万人", "98.6%", "20亿元", "6.2个百分点", "15分钟", "2021年", "比上年", "(含县)", "“", "”"),
    *("，", "。", "、", "和", "；", "其中", "名", "学生"),
]
NAMED = re.compile(r"[a-z\u4e00-\u9fff]")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


def name_of(text: str) -> list[str | None]:
    """Return the names of the figures of a text."""
    found = extract(text, SETTING)
    return [text[slice(*each.indicator)] if each.indicator else None for each in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("青溪县36支龙舟队一争高下。", ["龙舟队"]),
        ("两省警方抓获的58名犯罪嫌疑人已被依法逮捕。", ["犯罪嫌疑人"]),
        ("三年来，平江市投入2.6亿元，对老旧管网进行改造。", ["投入"]),
        ("事故造成3名工人死亡、12人受伤。", ["工人", "受伤"]),
        ("用户达5亿人。网上交易额，近四年年均增长30%。", ["用户", "网上交易额"]),
    ],
)
def test_a_name_ends_where_its_sentence_goes_on(text: str, names: list[str | None]) -> None:
    """Verbs, adverbs and neighbours of the sentence are no part of the name."""
    assert name_of(text) == names


@pytest.mark.parametrize(
    ("text", "name", "bound"),
    [
        ("青溪中学有24名内地学生。", "内地学生", ""),
        ("平江公布12项内部整改。", "内部整改", ""),
        ("方圆30公里内有树。", "方圆", "less"),
    ],
)
def test_what_is_counted_may_begin_with_a_character_that_bounds_a_length(
    text: str, name: str, bound: str
) -> None:
    """内 is 以内 behind a length or a time, and the beginning of a word behind a count."""
    figure = extract(text, SETTING)[0]
    assert (text[slice(*(figure.indicator or (0, 0)))], figure.bound) == (name, bound)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("青溪有36辆新车未经检测出厂，其中约19辆后来被召回。", "后来"),
        ("个人缴费提高30元，达到人均120元。", "人均"),
        ("净收入704亿元，相较去年同期下滑2%。", "相"),
        ("平江市实现地区生产总值26亿元，同比增长8%，高于全省平均增速1.1个百分点。", "高于全省平均增速"),
        ("高新技术产业的增速达到11.6%，快于规模以上工业增速2.3个百分点。", "规模以上工业增速"),
        ("合作社的效益比普通农户高出十几倍。", "普通农户"),
        ("两支驻军将在“很短的时间内”分别减至约2000人和4000人。", "“很短的时间内”"),
        ("门诊人数为6万人，较峰值下降92.5%。", "较峰值"),
        ("2023年的报名人数将直逼1200万人。", "直逼"),
        ("金价曾经冲破420美元的大关。", "大关"),
    ],
)
def test_what_names_nothing_is_never_the_name(text: str, name: str) -> None:
    """An adverb, 人均 alone and what a change is compared with give way to the next best, or to none."""
    figures = extract(text, SETTING)
    assert figures
    assert all(each.indicator is None or text[slice(*each.indicator)] != name for each in figures)


def test_a_change_above_another_is_that_of_the_level_before_it() -> None:
    """高于全省平均增速1.1个百分点 goes on from what the sentence is about."""
    text = "平江市实现地区生产总值26亿元，同比增长8%，高于全省平均增速1.1个百分点。"
    assert name_of(text)[-1] == name_of(text)[0]


@pytest.mark.parametrize(
    ("text", "name", "adjusted_name"),
    [
        ("已收治患者", "已收治患者", "收治患者"),
        ("已", "已", "已"),
        ("市图书馆中", "市图书馆中", "市图书馆"),
        ("小微企业占全部企业的比重", "小微企业占全部企业", "小微企业占全部企业的比重"),
        ("标准化项目占比", "标准化项目", "标准化项目占比"),
        ("产业比例失调", "产业", "产业"),
        ("“青溪少年”评选", "“青溪", "“青溪少年”"),
        ("“青溪少年评选", "“青溪", "“青溪"),
        ("社会投资[5]", "社会投资[5]", "社会投资"),
        ("[5]", "[5]", "[5]"),
        ("主支管网基本", "主支管网基本", "主支管网"),
        ("含税价为每吨", "含税价为每吨", "含税价"),
        ("读书微信群里", "读书微信群里", "读书微信群"),
        ("符合条件且基础较好的企业,", "符合条件", "符合条件且基础较好的企业"),
        ("有条件、有基础的城市,", "有条件", "有条件、有基础的城市"),
        ("有条件", "有条件", "有条件"),
        ("青溪服务业实现增加值", "实现增加值", "服务业实现增加值"),
        ("变为亏损", "变为亏损", "亏损"),
        ("要保证时速", "要保证时速", "时速"),
        ("低于上次报价", "低于上次报价", "上次报价"),
        ("参保面在", "参保面在", "参保面"),
        ("库存商品", "库存商品", "库存商品"),
        ("青溪县教师王某出资", "青溪县教师王某出资", "出资"),
        ("流程改造使车间产能", "流程改造使车间产能", "车间产能"),
        ("警犬搭乘军用飞机", "警犬搭乘军用飞机", "警犬"),
        ("警犬搭乘的飞机", "警犬搭乘的飞机", "警犬搭乘的飞机"),
        ("青溪水务调整后毛利率", "毛利率", "调整后毛利率"),
        ("平江与邻近省份的货物贸易", "货物贸易", "与邻近省份的货物贸易"),
        ("参与的企业", "企业", "企业"),
        ("耕地红线", "耕地", "耕地红线"),
        ("非水务行业的企业", "非水务行业", "非水务行业的企业"),
        ("经验丰富的裁判", "经验丰富", "经验丰富的裁判"),
        ("规模较大的企业", "规模较大", "规模较大的企业"),
        ("迄今举办赛事", "迄今举办赛事", "举办赛事"),
        ("审批权下放", "审批权下放", "审批权"),
        ("安顺达分别", "安顺", "安顺达"),
    ],
)
def test_a_name_has_all_of_its_words_and_no_others(text: str, name: str, adjusted_name: str) -> None:
    """Adverbs of the sentence, 中 and footnotes are left out; 的比重 and closing marks belong to it."""
    words, places = tokenize(text, 0, len(text), fixed_spans(text, [], []))
    start = text.index(name)
    kinds = dict(zip(places, (kind for _, kind in words), strict=False))
    places = sorted({*places, start, start + len(name)})
    parts = [(text[first:last], kinds.get(first, "n")) for first, last in pairwise(places)]
    span = adjusted(text, (start, start + len(name)), parts, places, is_behind=True)
    assert text[slice(*span)] == adjusted_name


def test_only_what_is_counted_has_a_verb_of_its_own() -> None:
    """22条警犬搭乘飞机 counts dogs; before its number, a name may be a subject with its verb and object."""
    text = "青溪学校收到评论"
    words, places = tokenize(text, 0, len(text), [])
    for is_behind, expected in ((False, text), (True, "青溪学校")):
        assert text[slice(*adjusted(text, (0, len(text)), words, places, is_behind=is_behind))] == expected


#: A candidate with its end and its score.
Tried = tuple[Range | None, object, float]


def slow_choice(situation: Situation) -> list[Tried]:
    """Return the name, the end and the score of every candidate, with no sum shared."""
    weights = shipped_weights()
    regions = list(find_regions(situation))
    scores = dict.fromkeys(CHOICES, 0.0)
    for asked in around(situation, regions):
        for told in features.answer(asked):
            for choice, value in zip(CHOICES, weights.around.weights.get(told, ()), strict=False):
                scores[choice] += value
    found: list[Tried] = [(None, "none", scores["none"])]
    if situation.previous is not None:
        found.append((situation.previous.indicator, "previous", scores["previous"]))
    for at, region in enumerate(regions):
        side = weights.sides[region.side]
        for first in range(len(region.words)):
            for last in range(first + 1, len(region.words) + 1):
                score = scores[region.side] + side.sum(describe(region, situation, first, last))
                found.append((region.range_of(first, last), (at, last), score))
    return found


def _adjusted(situation: Situation, name: Range | None, end: object) -> Range | None:
    if name is None or not isinstance(end, tuple):
        return name
    region = list(find_regions(situation))[end[0]]
    is_behind = region.side == "behind"
    return adjusted(situation.text, name, region.words, region.places, is_behind=is_behind)


def outcomes(situation: Situation, tried: list[Tried], total: float) -> Iterator[tuple[Range | None, float]]:
    """Yield the names that may be chosen, more than one in a tie, with how probable their ends are."""
    regions = list(find_regions(situation))
    best = max(score for _, _, score in tried)  # not nearly: sums are exact in any order
    for name, end, score in tried:
        if score < best:
            continue
        weight = sum(exp(each) for _, other, each in tried if other == end)
        region = regions[end[0]] if isinstance(end, tuple) else None
        read = _adjusted(situation, name, end)
        if read is not None and not NAMED.search(situation.text, *(name or read)):
            read = None  # a name of marks alone is none
        if is_ruled_out(situation, read, region):
            rest = [each for each in tried if not isinstance(each[1], tuple) or each[1][0] != end[0]]  # type: ignore[index]
            yield from outcomes(situation, rest, total - weight)
        else:
            yield read, weight / total


@given(TEXTS)
def test_the_chosen_name_has_the_highest_score_of_all(text: str) -> None:
    """One pass over the words finds what trying every row of words finds, and how probable its end is."""

    def namer(situation: Situation) -> Name:
        chosen = choose(situation)
        tried = slow_choice(situation)
        total = sum(exp(score) for _, _, score in tried)
        expected = list(outcomes(situation, tried, total))
        assert any(chosen == (name, pytest.approx(probability)) for name, probability in expected)
        return chosen

    extract(text, SETTING, namer=namer)


def test_a_name_that_is_left_open_is_doubtful() -> None:
    """A figure is marked where another name is about as likely, and so are those that go on from it."""
    text = "新建12个，其中4个已交付"
    for probability in (0.3, 0.95):
        found = extract(text, SETTING, namer=lambda _, p=probability: Name((0, 2), p))  # type: ignore[misc]
        assert [each.is_doubtful for each in found] == [probability < 0.5] * 2
    sure = iter((0.3, 0.95))
    found = extract(text, SETTING, namer=lambda _: Name((0, 2), next(sure)))
    assert [each.is_doubtful for each in found] == [True, True]
    assert not extract(text, SETTING, namer=lambda _: Name(None, 0.1))[0].is_doubtful


@given(TEXTS)
def test_words_are_the_text_in_order(text: str) -> None:
    """No character is lost or told twice, and what is one word is not cut."""
    spans = fixed_spans(text, [], [])
    words, places = tokenize(text, 0, len(text), spans)
    assert places[0] == 0
    assert places[-1] == len(text)
    parts = [text[start:end] for start, end in pairwise(places)]
    assert "".join(parts) == text
    assert all(word in ("", part) for (word, _), part in zip(words, parts, strict=True))
    assert {start for (start, _), _ in spans} <= set(places)


def test_weights_are_read_by_side_and_by_choice() -> None:
    """A line with three numbers is of words by side, one with five of situations by choice; empty is 0."""
    weights = Weights.of(["# a comment", "E:t=n\t1.5\t\t-2", "new=1\t\t\t\t0.25\t"])
    sums = [weights.sides[side].sum(["E:t=n", "E:t=v"]) for side in SIDES]
    assert sums == pytest.approx([1.5, 0.0, -2.0], rel=1e-4)
    assert weights.around.weights == {"new=1": pytest.approx((0.0, 0.0, 0.0, 0.25, 0.0), rel=1e-4)}


def test_sums_of_weights_do_not_depend_on_their_order() -> None:
    """So a tie is a tie, whatever is summed first, and names are the same on every Python."""
    side = shipped_weights().sides["before"]
    told = list(side.weights)[:2000]
    assert side.sum(told) == side.sum(reversed(told)) == side.sum(told[::2]) + side.sum(told[1::2])
    given_weights = read_data("jsisa_search.figures", "weights.tsv").splitlines()
    numbers = {
        number for line in given_weights if line[:1] != "#" for number in line.split("\t")[1:] if number
    }
    assert all(number == f"{float(number):.2f}".rstrip("0").rstrip(".") for number in numbers)


@given(
    st.one_of(
        st.sampled_from(("收入", "面积", "人口", "企业", "提高", "全国", "的", "达到", "其中", "")),
        st.text("龙舟队志愿者大会的上涨率价", max_size=5),
    ),
    st.sampled_from(("n", "v", "ns", "uj", "，", PERIOD)),
)
def test_scores_of_a_word_and_of_its_neighbours_are_the_sums_of_their_features(word: str, kind: str) -> None:
    """The tables of weights have for any word what its features, written out, sum up to."""
    told = word, kind
    for side in shipped_weights().sides.values():
        scores = side.words[told]
        for part in features.PARTS:
            assert getattr(scores, part) == side.sum(features.told_as(part, told))
        rest = [side.sum([features.rest(kind, has_of=has_of)]) for has_of in (False, True)]
        assert list(scores.rest) == rest
        for other in (("的", "uj"), ("", PERIOD), ("比赛", "vn"), ("", "")):
            outer, kinds = side.words[other], features.of_kinds(other[1], kind)
            assert outer.kinds[kind] == tuple(side.sum([feature]) for feature in kinds)
