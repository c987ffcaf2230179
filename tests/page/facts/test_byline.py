from datetime import datetime

import pytest

from jsisa_search.page.facts.byline import is_time_line, parse_metadata
from jsisa_search.page.facts.timestamps import find_stamp, find_yearless, read_stamp
from jsisa_search.page.facts.values import (
    read_count,
    read_document_number,
    read_labelled_number,
    read_url,
)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2022-09-06 16:42:49", (2022, 9, 6, 16, 42, 49), "second"),
        ("2022年9月6日", (2022, 9, 6), "day"),
        ("2022/9/6 16:42", (2022, 9, 6, 16, 42), "minute"),
        ("2022.9.6", (2022, 9, 6), "day"),
        ("2022年09月06日 16时42分", (2022, 9, 6, 16, 42), "minute"),
        ("２０２２年９月６日　１６：４２", (2022, 9, 6, 16, 42), "minute"),
        ("2022年9月6日 星期二 08:05", (2022, 9, 6, 8, 5), "minute"),
        ("2022-09-06 下午3:20", (2022, 9, 6, 15, 20), "minute"),
        ("2022年9月", (2022, 9, 1), "month"),
        ("二〇二二年十二月三十一日", (2022, 12, 31), "day"),
        ("二○二二年十月", (2022, 10, 1), "month"),
        ("中華民國111年9月6日", (2022, 9, 6), "day"),
        ("2022-09-06T08:42:49Z", (2022, 9, 6, 16, 42, 49), "second"),
        ("2022-09-06T16:42:49+08:00", (2022, 9, 6, 16, 42, 49), "second"),
        ("2022-09-06 99:99", (2022, 9, 6), "day"),
        ("09/06/2022 14:23", (2022, 9, 6, 14, 23), "minute"),
        ("25/12/2022", (2022, 12, 25), "day"),
        ("2022—09—06", (2022, 9, 6), "day"),
        ("Sep 6, 2022 2:23 PM", (2022, 9, 6, 14, 23), "minute"),
        ("Tue Sep 06 14:23:11 CST 2022", (2022, 9, 6, 14, 23, 11), "second"),
        ("14:23 2022-09-06", (2022, 9, 6, 14, 23), "minute"),
        ("2022年9月6日 北京时间14:23", (2022, 9, 6, 14, 23), "minute"),
        ("2022年9月6日, 格林尼治标准时间10:41", (2022, 9, 6, 18, 41), "minute"),
        ("2022-09-06 | 14:23", (2022, 9, 6, 14, 23), "minute"),
        ("2022-09-06 凌晨12:10", (2022, 9, 6, 0, 10), "minute"),
    ],
)
def test_time_stamps_in_the_usual_forms(text: str, moment: tuple[int, ...], precision: str) -> None:
    """A time stamp is read exactly as precise as it is written."""
    stamp = find_stamp(text)
    assert stamp is not None
    assert (stamp.moment, stamp.precision) == (datetime(*moment), precision)


@pytest.mark.parametrize(
    "text",
    [
        "2022-13-45",
        "2022.9",
        "0599-6210345",
        "99.14%",
        "3022年1月1日",
        "",
        "2022",
        "2022年9月6日至12日",
        "2022-09-06 - 2022-09-12",
        "20220906",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Numbers that only look like dates are none."""
    assert find_stamp(text) is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("20220906", (2022, 9, 6)),
        ("20220906142311", (2022, 9, 6, 14, 23, 11)),
        ("22-09-06 14:23", (2022, 9, 6, 14, 23)),
        ("1662445391", (2022, 9, 6, 14, 23, 11)),
        ("1662445391000", (2022, 9, 6, 14, 23, 11)),
        ("111年9月6日", (2022, 9, 6)),
        ("2022年9月6日", (2022, 9, 6)),
    ],
)
def test_a_value_that_is_known_to_be_a_time_may_be_short(value: str, moment: tuple[int, ...]) -> None:
    """Behind a label, digits alone, two-digit years and seconds since 1970 are times."""
    stamp = read_stamp(value)
    assert stamp is not None and stamp.moment == datetime(*moment)


def test_a_time_without_its_year_takes_that_of_another_on_the_day() -> None:
    """Only a time on the same day tells the year; the clock is the one of the line."""
    yearless = find_yearless("发布时间 09-06 14:23")
    others = [find_stamp("2021-01-01"), find_stamp("2022-09-06")]
    assert yearless is not None
    completed = yearless.with_year_of(stamp for stamp in others if stamp)
    assert completed is not None and completed.moment == datetime(2022, 9, 6, 14, 23)
    assert yearless.with_year_of([]) is None
    assert find_yearless("2022-09-06") is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("251次", 251),
        ("1,234", 1234),
        ("1，234", 1234),
        ("1.2万", 12000),
        ("3.5w", 35000),
        ("[88]", 88),
        ("无", None),
    ],
)
def test_counts_of_readers(text: str, count: int | None) -> None:
    """Counts may have separators, units and multiples of ten thousand."""
    assert read_count(text) == count


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("来源:微讯江苏", {"source": "微讯江苏"}),
        ("来源：云浦日报 2022-09-06 16:42", {"source": "云浦日报"}),
        ("编辑|张三", {"editor": "张三"}),
        ("来源丨云浦日报、澄川晚报", {"source": "云浦日报、澄川晚报"}),
        ("[来源：云浦日报] [作者：张三]", {"source": "云浦日报", "author": "张三"}),
        ("云政办发〔 2022 〕 31 号", {"document_number": "云政办发〔2022〕31号"}),
        ("发布时间：3小时前 来源：云浦日报", {"published": "3小时前", "source": "云浦日报"}),
        ("浏览251", {"views": "251"}),
        ("阅读 1.2万", {"views": "1.2万"}),
        ("点击数：[251]", {"views": "251"}),
        ("来　源：新华日报", {"source": "新华日报"}),
        (
            "来源:微讯江苏  作者:张三  时间:2022-09-06  浏览:251次",
            {"source": "微讯江苏", "author": "张三", "published": "2022-09-06", "views": "251次"},
        ),
        (
            "稿源：桐岭融媒|记者：方以宁｜阅读量：2.3万",
            {"source": "桐岭融媒", "reporter": "方以宁", "views": "2.3万"},
        ),
        ("来源：新华社作者：张三责任编辑：李四", {"source": "新华社", "author": "张三", "editor": "李四"}),
        ("（来源：澄川发布）", {"source": "澄川发布"}),
        ("【责任编辑：许若晴】", {"editor": "许若晴"}),
        ("來源：海灣社區通訊　瀏覽：518", {"source": "海灣社區通訊", "views": "518"}),
        ("苏钢协〔2022〕15号", {"document_number": "苏钢协〔2022〕15号"}),
        ("发文字号：国办发[2017]47号", {"document_number": "国办发[2017]47号"}),
        ("本报记者 张三 李四", {"reporter": "张三 李四"}),
        ("原文链接：https://a.example/b?c=1", {"url": "https://a.example/b?c=1"}),
        ("来源：新华日报（电子版）", {"source": "新华日报（电子版）"}),
    ],
)
def test_lines_of_metadata(line: str, fields: dict[str, str]) -> None:
    """A line of labels and values gives its fields, however they are separated."""
    metadata = parse_metadata(line, in_head=True)
    assert metadata is not None
    assert dict(metadata.fields) == fields


@pytest.mark.parametrize(
    "line",
    [
        "资金来源：由市级财政安排。各县配套。",
        "时间就是金钱，效率就是生命",
        "2022年9月6日，我市召开大会",
        "发布时间：待定",
        "浏览器升级提示",
        "社会工作者：新时代的摆渡人",
        "来源：" + "长" * 80,
        "长" * 300,
    ],
)
def test_lines_that_are_no_metadata(line: str) -> None:
    """A line of text that holds a label word or a date stays text."""
    assert parse_metadata(line, in_head=True) is None


def test_everyday_words_are_labels_in_the_head_only() -> None:
    """`时间：` in the text is a meeting's and not the release's."""
    assert parse_metadata("时间：2022年9月6日", in_head=False) is None
    assert parse_metadata("时间：2022年9月6日", in_head=True) is not None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("澄民发〔 2024 〕 18 号", "澄民发〔2024〕18号"),
        ("澄办便函第十八号", "澄办便函第十八号"),
        ("澄川市民政管理委员会", None),
    ],
)
def test_what_stands_under_the_label_of_a_number_has_a_number(text: str, number: str | None) -> None:
    """Tables of facts that name the office there have no document number."""
    assert read_labelled_number(text) == number


def test_addresses_and_document_numbers_are_recognised_by_form() -> None:
    """A web address ends where Chinese punctuation begins; a document number is the whole text."""
    assert read_url("见https://a.example/b。") == "https://a.example/b"
    assert read_url("无") is None
    assert read_document_number("根据苏钢协〔2022〕15号文件") is None


@pytest.mark.parametrize(
    ("line", "is_time"),
    [
        ("08-10 20:13", True),
        ("8月10日 20:13", True),
        ("08-10", True),
        ("云浦发布 08-10 20:13", True),
        ("08-10 20:13 云浦发布", True),
        ("发布于 2024-08-10 20:13 云浦发布", True),
        ("时间：08-10 20:13", True),
        ("今天 20:13", True),
        ("8月10日 20:13 部分地区停电", False),
        ("2024-08-10 云浦要闻", False),
        ("直播：云浦队 08-10 20:13 迎战桐岭队", False),
        ("云浦发布", False),
        ("", False),
    ],
)
def test_lines_that_only_say_when(line: str, is_time: bool) -> None:
    """Times with a name beside them are no titles; what happens at a time may be one."""
    assert is_time_line(line) is is_time


@pytest.mark.parametrize(
    ("line", "yearless"),
    [
        ("08-10 20:13", "08-10 20:13"),
        ("[08-10 20:13:45]", "08-10 20:13:45"),
        ("云浦发布 08-10 20:13", "08-10 20:13"),
        ("08-10 20:13 来源：云浦日报", "08-10 20:13"),
        ("8月10日 20:13 部分地区停电", None),
        ("08-10", None),
    ],
)
def test_a_time_without_a_year_is_metadata_in_the_head(line: str, yearless: str | None) -> None:
    """With a clock, alone or beside names and labels; in the text it is text."""
    metadata = parse_metadata(line, in_head=True)
    assert (metadata and metadata.fields.get("yearless")) == yearless
    assert parse_metadata("08-10 20:13", in_head=False) is None


@pytest.mark.parametrize(
    ("text", "other", "within", "moment"),
    [
        ("08-10 20:13", "2024-08-10", 0, (2024, 8, 10, 20, 13)),
        ("08-10 20:13", "2024-08-12", 0, None),
        ("08-10 20:13", "2024-08-12", 31, (2024, 8, 10, 20, 13)),
        ("12-30 20:13", "2024-01-02", 31, (2023, 12, 30, 20, 13)),
        ("08-10 20:13", "2024-02-12", 31, None),
        ("08-10 20:13", "2024年8月", 31, (2024, 8, 10, 20, 13)),
        ("08-10 20:13", "2024年8月", 0, None),
        ("02-29 20:13", "2024-03-01", 31, (2024, 2, 29, 20, 13)),
        ("02-29 20:13", "2023-03-01", 31, None),
    ],
)
def test_a_year_comes_from_another_date_near_by(
    text: str, other: str, within: int, moment: tuple[int, ...] | None
) -> None:
    """From one at most so many days away, also across the turn of the year."""
    yearless, stamp = find_yearless(text), find_stamp(other)
    assert yearless is not None
    assert stamp is not None
    found = yearless.with_year_of([stamp], within=within)
    assert (found and found.moment) == (moment and datetime(*moment))  # type: ignore[arg-type]
