"""Numbers with their units, as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.figures.numbers import find_numbers, whole_number
from jsisa_search.figures.units import units


def read(text: str) -> list[tuple[float, str]]:
    """Return the values and units in a text."""
    return [(number.value, number.unit.name) for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1万1千名官兵", [(11_000, "名")]),
        ("1万1千余名官兵", [(11_000, "名")]),
        ("1亿5千万美元", [(150_000_000, "美元")]),
        ("3亿2000万人", [(320_000_000, "人")]),
        ("2万5000元", [(25_000, "元")]),
        ("5千8百人", [(5_800, "人")]),
        ("投入7万9千亿元", [(70_000, ""), (900_000_000_000, "元")]),
        ("增加1万2022年", [(10_000, "")]),
        ("欠下3万6的货款", [(36_000, "")]),
        ("每月挣4千5，", [(4_500, "")]),
        ("1万5人", [(15_000, "人")]),
        ("共有2万5月起", [(20_000, "")]),
    ],
)
def test_a_number_of_several_scales_is_one(text: str, expected: list[tuple[float, str]]) -> None:
    """What follows 万 or 亿 in the same number is a part of it, but not a year."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("重340余千克", [(340, "公斤")]),
        ("发电500多千瓦时", [(500, "千瓦时")]),
        ("长约3千米", [(3, "公里")]),
        ("二千克", [(2, "公斤")]),
        ("5千万千瓦", [(50_000_000, "千瓦")]),
        ("有5千人", [(5_000, "人")]),
        ("气压为985百帕", [(985, "百帕")]),
        ("有2百多人", [(200, "人")]),
    ],
)
def test_the_thousand_of_a_unit_is_none_of_the_number(text: str, expected: list[tuple[float, str]]) -> None:
    """千克, 千米 and 千瓦 are units; the 千 of 5千人 belongs to the number."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("台阶的坡度约为35度", [(35, "度")]),
        ("水温升到了21.5度", [(21.5, "度")]),
        ("气温零下36度", [(-36, "度")]),
        ("气温为零下12.5摄氏度", [(-12.5, "℃")]),
        ("360度环绕", []),
        ("实现gdp3021亿元", [(302_100_000_000, "元")]),
        ("型号ab3021亿元", []),
        ("书市已举办了26届", [(26, "届")]),
        ("26届书市开幕", []),
        ("会上提出6点意见", [(6, "点")]),
        ("下午6点要求集合", []),
        ("造成5死12伤", [(5, ""), (12, "")]),
        ("找到8具遗骸", [(8, "具")]),
        ("有5具有资格", []),
        ("收到120框画作", [(120, "框")]),
        ("投了3记三分", [(3, "记")]),
        ("约3亿人民币", [(300_000_000, "元")]),
        ("补贴1.2万元/年", [(12_000, "元/年")]),
    ],
)
def test_units_of_several_senses_are_read_where_their_words_are(
    text: str, expected: list[tuple[float, str]]
) -> None:
    """A slope has degrees, a fair so many sessions; what begins another word or tells the hour is no unit."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("近百名绣娘", [(100, "名")]),
        ("千余款灯笼", [(1_000, "款")]),
        ("万余人到场", [(10_000, "人")]),
        ("近千万户居民", [(10_000_000, "户")]),
        ("投资近百亿元", [(10_000_000_000, "元")]),
        ("数百余次", []),
        ("上千名游客", []),
        ("贴近百姓", []),
        ("附近百货", []),
    ],
)
def test_a_scale_alone_is_one_where_words_say_about_how_many(
    text: str, expected: list[tuple[float, str]]
) -> None:
    """近百 and 千余 are 100 and 1000; 上千 and 数百 are vague, and 近 may end another word."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("净利润为-6.61亿元", [(-661_000_000, "元")]),
        ("增速分别为-2.1%、0.7%、-1.5%", [(-2.1, "%"), (0.7, "%"), (-1.5, "%")]),
        ("(-24.2%)", [(-24.2, "%")]),
        ("气温降至-10°c", [(-10, "℃")]),
        ("3万元-5万元", [(30_000, "元")]),
        ("5‰-6.6‰", [(5, "‰")]),
        ("歼-15架", []),
        ("赔偿--100亿美元", []),
        ("b-5元", []),
    ],
)
def test_a_dash_before_a_number_may_be_its_sign(text: str, expected: list[tuple[float, str]]) -> None:
    """A loss, a decrease and a temperature may be negative; ranges, names of models and dashes are not."""
    assert read(text) == expected
    assert {text[number.start] for number in find_numbers(text) if number.value < 0} <= {"-"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("安置4000多滞留旅客", [(4_000, "")]),
        ("一百多村民", [(100, "")]),
        ("百余医院", [(100, "")]),
        ("7小时40多分", [(7, "小时")]),
        ("2022多哈", []),
        ("m2余额", []),
        ("三多一少", []),
        ("以34金、21银、18铜列第二", [(34, ""), (21, ""), (18, "")]),
        ("获20金16银", [(20, ""), (16, "")]),
        ("2金店", []),
        ("采购经理指数为50.6,", [(50.6, "")]),
        ("出生人口性别比下降到112以下", [(112, "")]),
        ("代号为50.6,", []),
        ("售价¥3999起", [(3_999, "元")]),
        ("定价542¥", [(542, "元")]),
    ],
)
def test_some_numbers_count_without_a_measure_word(text: str, expected: list[tuple[float, str]]) -> None:
    """Numbers with 多 or 余 before a noun, medals and what an index comes to are figures."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("以五成三的得票率", [(5.3, "成")]),
        ("六成一线城市", [(6, "成")]),
        ("2031成都灯会", []),
        ("3千多万元", [(30_000_000, "元")]),
        ("1万5千600件", [(15_600, "件")]),
        ("第31号01组", []),
        ("车票09:30起售", []),
        ("june, 2022 we", []),
        ("流量7200立方米每秒", [(7_200, "立方米/秒")]),
        ("每亩增产27.4公斤/亩", [(27.4, "公斤/亩")]),
        ("峰值亮度1900nit", [(1_900, "尼特")]),
        ("渲染用了2430机时", [(2_430, "机时")]),
        ("每10股转增3股", [(10, "股"), (3, "股")]),
        ("4股东", []),
        ("86面红旗", [(86, "面")]),
        ("86面积", []),
        ("满分是100分", [(100, "分")]),
        ("成绩为13分54秒", [(54, "秒")]),
        ("记6分", []),
        ("每届任期5年", [(5, "年")]),
        ("任期5年半", []),
        ("为期5年", []),
        ("讲了20分钟", [(20, "分钟")]),
        ("零下40多度", [(-40, "度")]),
        ("走访156位居民", [(156, "位")]),
        ("第1208次列车", []),
        ("目前9名伤者", [(9, "名")]),
        ("跻身前9名", []),
        ("现有92人均已脱险", [(92, "人")]),
        ("2031人均可支配收入", []),
        ("缩短到3个半小时", [(3.5, "小时")]),
        ("缩短到1小时30分，", [(1.5, "小时")]),
        ("跑了2小时12分30秒", [(2, "小时"), (30, "秒")]),
        ("收窄3.1、2.7和1.9个百分点", [(3.1, "个百分点"), (2.7, "个百分点"), (1.9, "个百分点")]),
        ("含3.1、2.7和1.9吨", [(1.9, "吨")]),
        ("输电7亿度", [(700_000_000, "度")]),
        ("引水184万方", [(1_840_000, "方")]),
        ("15方面", []),
        ("投资8000多亿元", [(800_000_000_000, "元")]),
        ("达3万多亿元", [(3_000_000_000_000, "元")]),
        ("每秒2亿亿次", [(2e16, "次")]),
        ("上升1.6百分点", [(1.6, "个百分点")]),
        ("下降0.75个千分点", [(0.75, "个千分点")]),
        ("报名总人数是12500,", [(12_500, "")]),
        ("编号是12500,", []),
        ("抽检1万零187个", [(10_187, "个")]),
        ("演出1万九千两百场", [(19_200, "场")]),
        ("来了1万两千多名", [(12_000, "名")]),
        ("增加到1万7千多，", [(17_000, "")]),
        ("攀登6100级台阶", [(6_100, "级")]),
        ("发生5级地震", []),
        ("局地超过40度", [(40, "度")]),
        ("北纬40度", []),
        ("入股4.66亿h股", [(466_000_000, "股")]),
        ("水费降到7毛多", [(7, "角")]),
        ("13手机", []),
        ("直15次列车", []),
        ("1.06亿包括", [(106_000_000, "")]),
    ],
)
def test_a_unit_is_read_where_no_word_begins(text: str, expected: list[tuple[float, str]]) -> None:
    """The longest unit is read, in Latin letters too, unless it begins a word, a time or a code."""
    assert read(text) == expected


@given(st.integers(1, 9_999), st.integers(1_000, 9_999), st.booleans())
def test_any_number_with_wan_in_it_has_its_value(above: int, below: int, is_rounded: bool) -> None:
    """12万3456 is 123456, and 12万3千 is 123000."""
    written = f"{above}万{below // 1000}千" if is_rounded else f"{above}万{below}"
    value = above * 10_000 + (below // 1000 * 1000 if is_rounded else below)
    assert read(f"共有{written}人") == [(value, "人")]


def test_a_value_that_is_asked_for_may_have_any_unit() -> None:
    """8.3分 and 20度 are values by themselves, though in a sentence other words must name them."""
    for form, unit in units().by_form.items():
        number = whole_number(f"20{form}")
        assert number is not None and (number.value, number.unit) == (20, unit), form
    assert [whole_number(text) for text in ("很多", "20", "20度左右", "度")] == [None] * 4
