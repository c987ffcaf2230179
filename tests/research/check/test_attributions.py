"""What a draft says of when and from whom a quotation is, and what it says of something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jsisa_search import CheckedItem, Index
from tests.cluster.engines import Place
from tests.research.check.samples import fill

_QUOTATION = "“调解成功率达95%，受到居民好评”"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of two releases, and of one that an office issued."""
    with Index.create(place(tmp_path_factory.mktemp("index"))) as index:
        fill(index)
        index.add_text(
            "新华社南屏10月3日电 南屏省三季度共排查隐患3268处，整改率达九成。",
            id="issued",
            title="关于三季度安全生产情况的通报",
            source="南屏应急管理",
            issuer="南屏省应急管理厅",
            published="2022-10-04",
        )
        yield index


def stated(index: Index, draft: str) -> list[tuple[str, bool | None]]:
    """Return the claims beside the quotation `_QUOTATION`, or another, of a draft."""
    items: list[CheckedItem] = list(index.check_draft(draft.encode(), name="draft.md").items)
    (item,) = (item for item in items if item.kind == "quotation")
    return [(claim.text, claim.is_right) for claim in item.claims]


@pytest.mark.parametrize(
    "before",
    [
        "2012年，",
        "2022年9月1日，云浦县发生火灾，有关方面说：",
        "9月8日召开新闻发布会，",
        "9月8日的电话会议上，",
        "李明2022年9月8日发表讲话指出，",
        "据2012年的统计，",
        "据了解，",
        "据该局介绍，",
        "据消息人士9月8日透露，",
    ],
)
def test_what_is_said_of_an_event_is_not_compared(archive: Index, before: str) -> None:
    """Neither the date of an event nor a body without a name is said of the release."""
    assert stated(archive, before + _QUOTATION) == []


@pytest.mark.parametrize(
    ("before", "date"),
    [
        ("据青溪日报{}报道，", "2022年9月7日"),
        ("青溪日报{}晚间消息，9月1日当地发生火灾，", "9月7日"),
        ("{}公布的数据显示，", "2022年9月7日"),
        ("根据{}《青溪日报》，", "2022-09-07"),
        ("《青溪日报》{}写道：", "二〇二二年九月七日"),
        ("青溪日报以《一张网》为题{}刊发文章，", "2022年9月7日"),
    ],
)
def test_the_date_of_a_report(archive: Index, before: str, date: str) -> None:
    """It is that of the release, or wrong; other dates in the sentence are not looked at."""
    claims = stated(archive, before.format(date) + _QUOTATION)
    assert (date, False) in claims
    right = date.replace("7日", "6日").replace("七日", "六日").replace("-07", "-06")
    claims = stated(archive, before.format(right) + _QUOTATION)
    assert (right, True) in claims
    assert all(is_right for _, is_right in claims)


@pytest.mark.parametrize(
    ("behind", "claims"),
    [
        ("（2022年9月6日）", [("2022年9月6日", True)]),
        ("（《青溪日报》，2022年9月7日，第2版）", [("2022年9月7日", False), ("青溪日报", True)]),
        ("（云浦县2012年统计）", []),
        ("——青溪日报，2022年9月6日", [("2022年9月6日", True), ("青溪日报", True)]),
        ("，2012年以来有很大进步。", []),
    ],
)
def test_brackets_right_behind_a_quotation(archive: Index, behind: str, claims: list[object]) -> None:
    """They say where it is from if a part of them has nothing but a date and a source."""
    assert stated(archive, _QUOTATION + behind) == claims


@pytest.mark.parametrize(
    ("before", "name", "is_right"),
    [
        ("据{}发布的消息，", "南屏省应急管理厅", True),
        ("据{}10月4日在官网公布的数据，", "省应急管理厅", True),
        ("据{}通报，", "云浦县公安局", False),
        ("据{}报道，", "路透社", False),
        ("来源：{} ", "南屏省应急管理厅", True),
        ("据{}10月3日电，", "新华社", True),
    ],
)
def test_a_source_without_marks(archive: Index, before: str, name: str, is_right: bool) -> None:
    """An office or agency is compared with source, publisher, issuer and the text of the release."""
    draft = before.format(name) + "“三季度共排查隐患3268处”"
    claims = stated(archive, draft)
    assert (name, is_right) in claims
    assert all(right for text, right in claims if text != name)
