"""Periods of numbers. All texts are written for these tests; what they tell is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.dating import (
    UNIT,
    Candidate,
    Dated,
    PeriodWeights,
    Use,
    choose_period,
    days_of,
    shipped_weights,
)
from jsisa_search.figures.extraction import extract
from jsisa_search.figures.figure import Setting
from jsisa_search.figures.mentions import answer, mentions_of
from jsisa_search.figures.periods import Calendar, find_periods
from jsisa_search.package_data import read_data
from jsisa_search.research.figures import period_name

SETTING = Setting(date(2022, 9, 6))
UNDATED = Setting()
REPORT = Setting.of("青溪县2021年国民经济和社会发展统计公报", date(2022, 4, 1))
PIECES = [
    *(
        "2021年",
        "今年上半年",
        "去年同期",
        "5月3日",
        "目前",
        "十三五期间",
        "全年",
        "从",
        "由",
        "到",
        "较",
        "与",
        "截至",
    ),
    *(
        "产值",
        "新建学校",
        "增长",
        "提高到",
        "达",
        "的",
        "其中",
        "同比",
        "相比",
        "12个",
        "3.5万人",
        "98.6%",
        "20亿元",
    ),
    *("，", "。", "、", "；", "(", ")"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=18).map("".join)


def periods_of(text: str, setting: Setting = SETTING) -> list[str]:
    """Return the periods of the figures of a text."""
    return [period_name(figure.first, figure.last) for figure in extract(text, setting)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("门票收入2.3亿元，仅恢复到2019年同期的73.9%；接待游客5万人。", ["", "", ""]),
        ("客流恢复至2019年的81%，其中省内游客占比65%。", ["", ""]),
        ("今年上半年，客流12万人次，恢复到2019年同期的73.9%，收入3亿元。", ["2022-H1"] * 3),
        ("2020和2021两年平均增长5.1%。", ["2020..2021"]),
        ("2013-2015年，累计新建学校12所。", ["2013..2015"]),
    ],
)
def test_a_compared_period_is_not_that_of_what_follows(text: str, names: list[str]) -> None:
    """恢复到2019年同期的73.9% tells a share of 2019, and years that are joined are one period."""
    assert periods_of(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("在院病例于2023年1月5日达到12.5万人，1月30日下降至4.4万人。", ["2023-01-05", "2023-01-30"]),
        ("2021年全县经济平稳增长。全年新增就业1269人。", ["2021"]),
    ],
)
def test_a_part_of_a_year_is_in_the_year_that_is_told_before_it(text: str, names: list[str]) -> None:
    """A release without a date still tells the year of 1月30日, of 全年 and of 当年, in words before it."""
    assert periods_of(text, UNDATED) == names


def test_what_is_without_its_year_may_be_of_the_year_before_it() -> None:
    """It is a candidate as it is, and with that year; not with one that something is compared with."""
    text = "2017年6月开业，比2015年增加，当年案发3起。一季度又有2起，自2009年以来最多，第四季度没有。"
    mentions = list(mentions_of(text, find_periods(text, Calendar(None)), None))
    completed = [
        (text[slice(*each.period[:2])], period_name(*days_of(each.period)))
        for each in mentions
        if each.is_completed
    ]
    assert completed == [("当年", "2017"), ("一季度", "2017-Q1"), ("第四季度", "2017-Q4")]


def test_a_number_of_a_report_is_of_its_year_where_nothing_else_is_told() -> None:
    """A communiqué of 2021 tells of 2021."""
    assert periods_of("新建学校25所。", REPORT) == ["2021"]
    assert periods_of("新建学校25所。", SETTING) == [""]


def _recorded(text: str, setting: Setting = SETTING) -> list[tuple[Use, Sequence[Candidate]]]:
    found: list[tuple[Use, Sequence[Candidate]]] = []

    def date_it(use: Use, candidates: Sequence[Candidate]) -> Dated:
        found.append((use, candidates))
        return choose_period(use, candidates)

    extract(text, setting, dater=date_it)
    return found


def _slow_scores(candidates: Sequence[Candidate]) -> list[float]:
    weights = {}
    for line in read_data("jsisa_search.figures", "periods.tsv").splitlines():
        if not line.startswith("#"):
            feature, weight = line.split("\t")
            weights[feature] = int(weight) * UNIT
    return [
        sum(weights.get(feature, 0.0) for asked in each.asked for feature in answer(asked))
        for each in candidates
    ]


@given(TEXTS, st.sampled_from([SETTING, UNDATED, REPORT]))
def test_scores_by_tables_are_those_by_features(text: str, setting: Setting) -> None:
    """The period has the highest sum of the weights of its features, and its days are as probable as told."""
    for use, candidates in _recorded(text, setting):
        scores = _slow_scores(candidates)
        dated = choose_period(use, candidates)
        at = scores.index(max(scores))
        assert dated.period == candidates[at].period
        parts = [exp(score) for score in scores]
        same = [
            part
            for part, each in zip(parts, candidates, strict=True)
            if days_of(each.period) == days_of(dated.period)
        ]
        assert dated.probability <= sum(same) / sum(parts) + 1e-9
        assert 0 < dated.probability <= 1


@given(TEXTS)
def test_a_period_is_the_same_whatever_was_read_before(text: str) -> None:
    """Weights that were summed for other texts change nothing."""
    fresh = PeriodWeights(shipped_weights().weights)

    def date_it(use: Use, candidates: Sequence[Candidate]) -> Dated:
        return choose_period(use, candidates, fresh)

    assert extract(text, SETTING, dater=date_it) == extract(text, SETTING)


@given(TEXTS)
def test_a_figure_that_goes_on_is_no_surer_than_the_one_before_it(text: str) -> None:
    """Where one period is wrong, those that continue it are."""
    found = _recorded(text)
    dated = [choose_period(*each) for each in found]
    for (before, after), (use, _) in zip(pairwise(dated), found[1:], strict=True):
        if use.previous == before and not use.is_first and days_of(before.period) == days_of(after.period):
            assert after.probability <= before.probability


def test_a_figure_is_doubtful_where_its_name_or_its_period_is() -> None:
    """Neither alone is enough for a fact."""
    text = "2021年，全县用电量达到47026万千瓦时。"

    def doubt(probability: float) -> bool:
        (figure,) = extract(text, SETTING, dater=lambda *_: Dated(None, probability))
        return figure.is_doubtful

    assert not doubt(1.0)
    assert doubt(0.2)
