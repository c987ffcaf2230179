from datetime import datetime

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release

BODY = "全市推进网格化社会治理，群众安全感达到99.12%。"


def read(*lines: str) -> Release:
    """Read a plain text page of these lines."""
    return parse_release("\n".join(lines).encode(), "page.txt")


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_title_directly_below_address_lines() -> None:
    """A title with | and , that stands right under the address lines is the title, and they are not text."""
    release = read(
        "2025年12月18日",
        "",
        "星期四",
        "",
        "新闻动态",
        "联系我们",
        "云浦市钢铁行业协会",
        "协会地址 : 滨江路58-2号 703室",
        "咨询热线 : 0577-84490768、84487588",
        "协会传真 : 0577-84487588",
        "奋进新时代 建功新征程|多措并举,书写平安新答卷",
        "",
        "2022-09-06 16:42:49",
        "",
        "来源:微讯云浦",
        "",
        "浏览251",
        "",
        BODY,
    )
    assert release.title == "奋进新时代 建功新征程|多措并举,书写平安新答卷"
    assert release.title_line == 11
    assert release.published == datetime(2022, 9, 6, 16, 42, 49)
    assert (release.source, release.publisher, release.views) == ("微讯云浦", "云浦市钢铁行业协会", 251)
    assert texts(release) == [BODY]


@pytest.mark.parametrize(
    "date",
    [
        ["2025年12月18日"],
        ["2025年12月18日", "星期四"],
        ["今天是2025年12月18日 星期四"],
        ["2025-12-18 星期四"],
    ],
)
def test_date_of_saving_is_not_the_time_of_publishing(date: list[str]) -> None:
    """A date above the title is the day of saving; a page without another has no time."""
    release = read(*date, "平安建设取得新成效", BODY)
    assert (release.title, release.published) == ("平安建设取得新成效", None)
    assert texts(release) == [BODY]


def test_what_the_page_does_not_say_is_none() -> None:
    """A page of a title and a paragraph has nothing else."""
    release = read("平安建设取得新成效", "", BODY)
    assert release.title == "平安建设取得新成效"
    assert {
        release.published,
        release.published_precision,
        release.source,
        release.publisher,
        release.author,
        release.views,
        release.document_number,
        release.url,
    } == {None}


def test_paragraphs_alone_have_no_title() -> None:
    """A first line that is a sentence is a paragraph and no title."""
    release = read(BODY, BODY)
    assert (release.title, release.title_line, texts(release)) == (None, None, [BODY, BODY])


def test_title_that_stands_twice() -> None:
    """A title that is repeated, above the site's lines or below the metadata, is no paragraph."""
    release = read(
        "平安建设取得新成效",
        "当前位置：首页 > 动态",
        "平安建设取得新成效",
        "2022-09-06",
        "平安建设取得新成效",
        BODY,
    )
    assert (release.title, release.title_line, texts(release)) == ("平安建设取得新成效", 3, [BODY])


def test_subtitle_joins_the_title() -> None:
    """A line that begins with a dash below the title is its subtitle."""
    release = read("把服务送到家门口", "——桐岭区网格化治理纪实", "2022-09-06", BODY)
    assert release.title == "把服务送到家门口——桐岭区网格化治理纪实"
    assert texts(release) == [BODY]


def test_line_over_the_headline_is_kept() -> None:
    """A line above the title that nothing shows to be the site's is not lost."""
    release = read("深入推进更高水平平安建设", "桐岭区织密基层治理网格", "2022-09-06 10:00", BODY)
    assert release.title == "桐岭区织密基层治理网格"
    assert texts(release) == ["深入推进更高水平平安建设", BODY]


def test_unlisted_menu_entries_are_dropped() -> None:
    """Short lines above the title are menu entries even if no list knows them."""
    release = read("本会风貌", "首页", "平安建设取得新成效", "2022-09-06", BODY)
    assert (release.title, texts(release)) == ("平安建设取得新成效", [BODY])


def test_footer_is_no_text_and_names_the_owner() -> None:
    """Buttons, neighbours, owner and registration below the text are dropped; the owner is the publisher."""
    release = read(
        "平安建设取得新成效",
        "2022-09-06",
        BODY,
        "责任编辑：许若晴",
        "【打印】【关闭】",
        "电话：0577-84490768",
        "上一篇：甲",
        "下一篇：乙",
        "某个栏目",
        "地址：清溪大道66号",
        "版权所有 © 2022 云浦市钢铁行业协会",
        "浦ICP备00000000号",
    )
    assert texts(release) == [BODY]
    assert (release.author, release.editor, release.publisher) == (None, "许若晴", "云浦市钢铁行业协会")


def test_contact_lines_of_a_notice_are_text() -> None:
    """Whom to call, at the end of a notice, is part of it; a date below it stays too."""
    release = read(
        "关于开展排查的通知",
        BODY,
        "联系人：卢静姝",
        "联系电话：0599-6210119",
        "云浦市应急管理局",
        "2025年9月25日",
    )
    assert texts(release)[1:] == [
        "联系人：卢静姝",
        "联系电话：0599-6210119",
        "云浦市应急管理局",
        "2025年9月25日",
    ]
    assert release.issuer == "云浦市应急管理局"


def test_nothing_between_sentences_is_dropped() -> None:
    """Words of buttons and menus between paragraphs are text."""
    release = read("平安建设取得新成效", "2022-09-06", BODY, "联系我们", "打印", BODY)
    assert [line for section in release.sections for line in (section.heading, section.subheading)] + texts(
        release
    )
    everything = {BODY, "联系我们", "打印"}
    assert everything <= {
        *texts(release),
        *(s.heading for s in release.sections),
        *(s.subheading for s in release.sections),
    }


def test_document_number_and_red_head() -> None:
    """The head of an official document is not its title; its number is kept."""
    release = read(
        "云浦市应急管理局文件", "云应急〔2025〕37号", "关于加强排查工作的通知", "各有关单位：", BODY
    )
    assert (release.title, release.document_number) == ("关于加强排查工作的通知", "云应急〔2025〕37号")


def test_author_is_writer_then_reporter_and_no_editor() -> None:
    """The author is 作者, without one 记者; an editor is the editor and wrote nothing."""
    head = ["平安建设取得新成效", "2022-09-06"]
    assert read(*head, "编辑：甲某 记者：乙某 作者：丙某", BODY).author == "丙某"
    assert read(*head, "编辑：甲某 记者：乙某", BODY).author == "乙某"
    release = read(*head, "编辑：甲某", BODY)
    assert (release.author, release.editor) == (None, "甲某")


def test_labelled_time_wins_over_a_bare_one() -> None:
    """发布时间 says when a release was published even where another time stands below the title."""
    release = read("平安建设取得新成效", "2025-01-01", "发布时间：2022-09-06 10:00", BODY)
    assert release.published == datetime(2022, 9, 6, 10, 0)


def test_title_below_its_metadata() -> None:
    """A page whose metadata stand above the title is read too."""
    release = read("发布时间：2022-09-06 来源：微讯云浦", "平安建设取得新成效", BODY)
    assert (release.title, release.source) == ("平安建设取得新成效", "微讯云浦")
    assert release.published == datetime(2022, 9, 6)


def test_label_and_value_on_two_lines() -> None:
    """A value that a browser put on the line below its label is found as long as metadata follow."""
    release = read("平安建设取得新成效", "来源：", "微讯云浦", "2022-09-06", "作者：", "审批再提速", BODY)
    assert (release.source, release.published, release.author) == ("微讯云浦", datetime(2022, 9, 6), None)
    assert [section.heading for section in release.sections] == ["审批再提速"]


def test_address_of_the_original() -> None:
    """原文链接 gives the address of the release."""
    assert (
        read("平安建设取得新成效", "2022-09-06", BODY, "原文链接：https://a.example/1").url
        == "https://a.example/1"
    )


def test_headline_that_ends_like_an_office() -> None:
    """A headline that ends in 中心 or 局 and has a verb is no owner of a site."""
    release = read("市领导调研大数据中心", "2022-09-06", BODY)
    assert (release.title, release.publisher) == ("市领导调研大数据中心", None)


def test_what_a_browser_copies_around_a_text_is_no_text() -> None:
    """Buttons in one line, tags and headlines below the text are left out where the site shows in them."""
    release = read(
        "平安建设取得新成效",
        "2022-09-06 16:42 云浦网",
        "缩小字体放大字体收藏微博微信分享 0",
        BODY,
        "云浦市网格办",
        "2022年9月6日",
        "标签：平安 网格",
        "云浦市召开平安建设推进会",
        "夜市亮灯满月",
        "网站地图 | 联系我们",
        "版权所有 © 2022 云浦网",
    )
    assert texts(release) == [BODY, "云浦市网格办", "2022年9月6日"]


def test_a_list_at_the_end_of_a_text_file_is_text() -> None:
    """Where nothing of a site follows the last sentence, whatever stands below is text."""
    release = read("关于公布名单的通知", BODY, "清河街道", "东山街道", "云浦市民政局")
    assert texts(release)[-1] == "云浦市民政局"
    assert {"清河街道", "东山街道"} <= {*texts(release), *(s.heading for s in release.sections)}
