"""Periods in texts, and their days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.periods import OPEN, Calendar, find_periods
from jsisa_search.research.figures import period_name

DAY = date(2019, 9, 6)

RESOLVED = [
    ("2012年", "2012"),
    ("今年", "2019"),
    ("去年", "2018"),
    ("今年上半年", "2019-H1"),
    ("2022年上半年", "2022-H1"),
    ("前三季度", "2019-01..2019-09"),
    ("一季度", "2019-Q1"),
    ("2018年第四季度", "2018-Q4"),
    ("1-8月", "2019-01..2019-08"),
    ("1至8月份", "2019-01..2019-08"),
    ("前8个月", "2019-01..2019-08"),
    ("8月份", "2019-08"),
    ("11月", "2018-11"),
    ("截至8月底", "2019-08-31"),
    ("去年12月底", "2018-12-31"),
    ("2018年末", "2018-12-31"),
    ("8月中旬", "2019-08-11..2019-08-20"),
    ("9月3日", "2019-09-03"),
    ("2018年2月29日", ""),
    ("3月5日至9月1日", "2019-03-05..2019-09-01"),
    ("2013年以来", "2013-01-01..2019-09-06"),
    ("“十三五”时期", "2016..2020"),
    ("“九五”期间", "1996..2000"),
    ("“十五”末", "2005-12-31"),
    ("“十三五”规划期间", "2016..2020"),
    ("近五年", "2014-09-06..2019-09-06"),
    ("70年来", "1949-09-06..2019-09-06"),
    ("截至目前", "2019-09-06"),
    ("昨天", "2019-09-05"),
    ("31日", "2019-08-31"),
    ("10月2到4日", "2019-10-02..2019-10-04"),
    ("今年5月10-12日", "2019-05-10..2019-05-12"),
    ("将于10月2日", "2019-10-02"),
    ("定于3月", "2020-03"),
    ("上周", ""),
    ("全年", ""),
    ("去年全年", "2018"),
    ("这五年", "2014-09-06..2019-09-06"),
    ("20年的时间里", "1999-09-06..2019-09-06"),
]


@pytest.mark.parametrize(("text", "name"), RESOLVED)
def test_periods_are_resolved_by_the_date_of_the_release(text: str, name: str) -> None:
    """What is relative counts from the day of the release; what can't be resolved has no days."""
    *_, period = find_periods(text, Calendar(DAY))
    assert period_name(period.first, period.last) == name
    assert period.end == len(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("从5月8日火炬传递至今，", "2019-05-08..2019-09-06"),
        ("行动自8月25日启动以来，", "2019-08-25..2019-09-06"),
        ("从2012年开工到2018年竣工以来，", "2012..2018"),
        ("2016年9月15日投产以来，", "2016-09-15..2019-09-06"),
        ("从5月8日出发，至今", "2019-05-08"),
        ("5月8日火炬传递至今", "2019-05-08"),
    ],
)
def test_what_began_on_a_day_and_goes_on_is_a_period_up_to_the_release(text: str, name: str) -> None:
    """A day with what began then and 以来, or 至今 after 从, in one clause and up to no other day."""
    period, *_ = find_periods(text, Calendar(DAY))
    assert period_name(period.first, period.last) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("从2018年改造开始到今年6月，", ["2018-01..2019-06"]),
        ("2017年和2018年,", ["2017..2018"]),
        ("7日和8日,", ["2019-09-07..2019-09-08"]),
        ("2017年和2018年,分别", ["2017", "2018"]),
        ("从2012年的三成提高到2018年的五成", ["2012", "2018"]),
        ("几十年来", []),
        ("年初三以来", []),
    ],
)
def test_two_periods_of_one_figure_are_one(text: str, names: list[str]) -> None:
    """From one to another with words between, and both of two; two values have a period each."""
    found = find_periods(text, Calendar(DAY))
    assert [period_name(period.first, period.last) for period in found] == names


@pytest.mark.parametrize(
    ("text", "is_compared"),
    [
        ("是去年同期的2.5倍", True),
        ("去年同期的2.5万吨", False),
        ("《2018年青溪县阅读报告》", True),
        ("青溪县2018年的阅读报告", False),
        ("2018年财政预算执行情况", True),
        ("2022年冬奥会", True),
        ("2018年冬奥会期间", False),
        ("2018年春运和冬奥会", False),
        ("2018年经济和社会发展计划执行情况", True),
        ("2018年以来的首次", True),
        ("2018年以来首次突破", True),
        ("今年首个雷电预警", True),
        ("今年首次突破", False),
        ("今年首批12项", False),
        ("今年首届书市期间，", False),
        ("2018年《青溪往事》", True),
        ("高于2018年", True),
        ("馆舍建于2018年", True),
        ("工程将于2018年", False),
    ],
)
def test_periods_of_reports_multiples_and_foundings_are_of_no_figure(text: str, is_compared: bool) -> None:
    """What a period is of may be a report, a plan, what is compared with, or an event of that time."""
    (period,) = find_periods(text, Calendar(DAY))
    assert period.is_compared == is_compared


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("今年前三季度盈利3亿元，去年同期亏损", "2018-01..2018-09"),
        ("2017年一季度盈利3亿元，2018年同期亏损", "2018-Q1"),
        ("截至今年2月底存款3亿元，去年同期", "2018-02-28"),
        ("截至2016年2月29日存款3亿元，2018年同期", "2018-02-28"),
        ("今年盈利。去年同期", "2018"),
        ("近五年盈利3亿元，去年同期", "2018"),
        ("2018年8月盈利，全年亏损", "2018"),
        ("开工。2018年8月盈利，9月", "2018-09"),
        ("比2017年多，9月", "2018-09"),
    ],
)
def test_a_part_of_a_year_is_that_of_the_sentence(text: str, name: str) -> None:
    """同期 is the same part as the period before it, 全年 and 9月 of the year that the sentence states."""
    *_, period = find_periods(text, Calendar(date(2019, 6, 6)))
    assert period_name(period.first, period.last) == name


def test_this_year_that_is_told_of_is_not_the_last_one() -> None:
    """这一年 and 这两年 are no years up to the release."""
    assert find_periods("这一年，这两年，", Calendar(DAY)) == []


def test_without_a_date_only_what_is_stated_is_known() -> None:
    """A release without a date leaves relative periods as they are written."""
    periods = find_periods("2018年，去年，3月，2013年以来，近五年", Calendar(None))
    names = [period_name(period.first, period.last) for period in periods]
    assert names == ["2018", "", "2018-03", "2013-01-01..", ""]
    assert periods[3].last == OPEN


def test_what_is_compared_with_is_known_as_such() -> None:
    """比去年 names no period of the figure."""
    periods = find_periods("今年比去年同期增长", Calendar(DAY))
    assert [period.is_compared for period in periods] == [False, True]


@given(
    st.text("0123456789一二三十年月日号上下半前季度近来至-今去昨天同期末底旬“”以截止十三五时期", max_size=24),
    st.one_of(st.none(), st.dates()),
)
def test_any_text_has_periods_in_order(text: str, day: date | None) -> None:
    """No text makes it fail; periods do not overlap, and none ends before it begins."""
    periods = find_periods(text, Calendar(day))
    assert all(one.end <= other.start for one, other in pairwise(periods))
    assert all((period.first is None) == (period.last is None) for period in periods)


def test_the_number_of_a_spacecraft_is_no_day() -> None:
    """神舟十号 is a name; 十号 and 10号 are days."""
    assert find_periods("神舟十号、嫦娥三号发射。", Calendar(DAY)) == []
    assert len(find_periods("于十号发射，10号返回。", Calendar(DAY))) == 2


def test_two_years_of_one_sum_are_one_period() -> None:
    """2009年和2010年共 is both years."""
    (period,) = find_periods("2009年和2010年共安排6250万元。", Calendar(DAY))
    assert (period.first, period.last) == (date(2009, 1, 1), date(2010, 12, 31))
