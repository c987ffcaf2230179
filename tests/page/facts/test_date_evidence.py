"""What tells the day of a release beside its byline: title, file name, address, folders, last lines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.page.facts.date_evidence import (
    Place,
    day_in_address,
    day_in_folders,
    day_in_name,
    day_in_title,
    day_of_event,
    day_of_signature,
    gather_evidence,
)
from jsisa_search.page.facts.timestamps import CHINA, Stamp


def shown(stamp: Stamp | None) -> str | None:
    """Return a day as 2024-03-15, a month as 2024-03."""
    return stamp and stamp.moment.strftime("%Y-%m" if stamp.precision == "month" else "%Y-%m-%d")


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("晚间新闻（20240315）", "2024-03-15"),
        ("云浦日报 (2024-03-15)", "2024-03-15"),
        ("平安建设简报【2024年3月15日】", "2024-03-15"),
        ("领导讲话（二〇二四年三月十五日 根据录音整理）", "2024-03-15"),
        ("晚间新闻20240315", "2024-03-15"),
        ("2024.03.15 云浦要闻", "2024-03-15"),
        ("晚间新闻（20241399）", None),
        ("晚间新闻（20240230）", None),
        ("活动安排（2024-03-15至2024-03-20）", None),
        ("2024-03-15 与 2024-04-15 两期", None),
        ("文件编号120240315", None),
        ("晚间新闻（18990315）", None),
        ("到20991231完成的任务", None),
        ("平安建设取得新成效", None),
    ],
)
def test_day_set_apart_in_a_title(title: str, day: str | None) -> None:
    """A day in brackets or in digits is that of the issue; periods, ids and the future are none."""
    assert shown(day_in_title(title)) == day


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("2024年3月15日新闻发布会实录", "2024-03-15"),
        ("市政府常务会议纪要 2024年3月15日", "2024-03-15"),
        ("关于2024年3月15日停水的通知", None),
        ("2024年3月15日至20日活动安排", None),
        ("2024年3月工作要点", None),
    ],
)
def test_day_written_out_in_a_title(title: str, day: str | None) -> None:
    """A day written out counts at the beginning or the end of a title only."""
    assert shown(day_of_event(title)) == day


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20240315.md", "2024-03-15"),
        ("2024-03-15 云浦要闻.html", "2024-03-15"),
        ("关于2024年3月5日停水的通知.txt", None),
        ("t20240315_123.html", "2024-03-15"),
        ("IMG_20240315093000.html", "2024-03-15"),
        ("20241399.md", None),
        ("20240315993000.md", None),
        ("202403151.md", None),
        ("c_1120240315.html", None),
        ("2024-03.md", None),
        ("20240315-20240320.md", None),
        ("01-要闻.md", None),
    ],
)
def test_day_in_a_file_name(name: str, day: str | None) -> None:
    """A whole day that is possible counts; longer numbers, months and two days do not."""
    assert shown(day_in_name(name)) == day


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://www.yunpu.example/2024/03/15/a.html", "2024-03-15"),
        ("https://www.yunpu.example/2024-03/15/c_1.htm", "2024-03-15"),
        ("https://www.yunpu.example/202403/15/a.html", "2024-03-15"),
        ("https://www.yunpu.example/n1/2024/0315/c1-2.html", "2024-03-15"),
        ("https://www.yunpu.example/2024/3/5/a.html", "2024-03-05"),
        ("https://www.yunpu.example/art/2024/3/5/art_1_2.html", "2024-03-05"),
        ("http://www.yunpu.example/zt/20220101/t20220906_1.html", "2022-09-06"),
        ("/2024/03/15/a.html", "2024-03-15"),
        ("http://20240315.example/a.html", None),
        ("http://www.yunpu.example/a.html?id=20240315", None),
        ("http://www.yunpu.example/12345678.html", None),
        ("http://www.yunpu.example/20241399.html", None),
        ("http://www.yunpu.example/2024/03/", None),
    ],
)
def test_day_in_an_address(address: str, day: str | None) -> None:
    """The day in the path of an address counts, and of several the last."""
    assert shown(day_in_address(address)) == day


@pytest.mark.parametrize(
    ("folders", "day"),
    [
        ("data/2024/03/15", "2024-03-15"),
        ("data/2024年/3月/5日", "2024-03-05"),
        ("data/2024-03/15", "2024-03-15"),
        ("data/2024/0315", "2024-03-15"),
        ("data/2024-03-15 云浦日报", "2024-03-15"),
        ("data/2024/03/15/云浦日报", "2024-03-15"),
        ("data/2024-03", "2024-03"),
        ("data/202403", "2024-03"),
        ("data/2024年3月", "2024-03"),
        ("data/2024/03", "2024-03"),
        ("data/2024/03/云浦日报", "2024-03"),
        ("data/2024-03/云浦日报/要闻", None),
        ("data/2024", None),
        ("data/2024/13", None),
        ("data/2024/03/45", "2024-03"),
        ("", None),
    ],
)
def test_date_in_folders(folders: str, day: str | None) -> None:
    """The folder of a file, or the one above it, may name a day or a month, also over several folders."""
    assert shown(day_in_folders(folders.split("/"))) == day


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["各单位：", "请认真执行。", "云浦市人民政府", "2024年3月15日"], "2024-03-15"),
        (["请认真执行。", "云浦市人民政府", "二〇二四年三月十五日", "（此件公开发布）"], "2024-03-15"),
        (["请认真执行。", "云浦市人民政府办公室 2024年3月15日印发"], None),
        (["请于2024年3月15日前报送。"], None),
        (["2024年3月15日", *["正文。"] * 9], None),
        ([], None),
    ],
)
def test_day_below_a_signature(lines: list[str], day: str | None) -> None:
    """A line near the end that is nothing but a day is the date of the document."""
    assert shown(day_of_signature(lines)) == day


def test_the_best_evidence_comes_first() -> None:
    """A day set apart in the title comes before the name, that before the address, that before folders."""
    place = Place.of("/data/2021-01/20220202.html")
    found = list(gather_evidence("要闻（20240404）", place, ["http://a.example/2023/03/03/"], None))
    assert [each.origin for each in found] == ["title", "file name", "address", "folder"]
    written_out = gather_evidence("2020年5月5日活动举行", place, ["http://a.example/2023/03/03/"], None)
    assert [each.origin for each in written_out] == ["file name", "address", "title", "folder"]


def test_a_name_that_is_a_title_counts_as_one() -> None:
    """A day written out at an edge of a file's name comes after the address, as that of an event may."""
    place = Place.of("/data/2024年3月5日活动举行.txt")
    address = "http://a.example/2024/03/06/"
    assert [each.origin for each in gather_evidence(None, place, [address], None)] == ["address", "file name"]
    assert shown(day_of_event("云浦要闻_2024年3月5日")) == "2024-03-05"


def test_a_place_is_that_of_the_member_of_an_archive() -> None:
    """Folders in an archive count, its own name is a folder, and the number of a record is left out."""
    assert Place.of("/a/b.zip!/2024/03/x.html") == Place(("a", "b.zip", "2024", "03"), "x.html")
    assert Place.of("20240315.jsonl#12").name == "20240315.jsonl"


def test_tomorrow_is_possible_and_later_days_are_not() -> None:
    """Clocks differ by a day; what is later can be no day of publishing."""
    today = datetime.now(CHINA).replace(tzinfo=None)
    assert day_in_name(f"{today + timedelta(days=1):%Y%m%d}.md") is not None
    assert day_in_name(f"{today + timedelta(days=3):%Y%m%d}.md") is None


@given(st.text(max_size=400), st.lists(st.text(max_size=40), max_size=8))
def test_any_names_are_searched(text: str, folders: list[str]) -> None:
    """Whatever names and addresses are, what is found is a possible date."""
    place = Place(tuple(folders), text)
    for each in gather_evidence(text, place, [text, *folders], None):
        assert 1990 <= each.stamp.moment.year <= datetime.now(CHINA).year + 1
