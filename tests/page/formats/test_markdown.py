from datetime import datetime

from jsisa_search.model import Release
from jsisa_search.page import parse_release

BODY = "全市推进网格化社会治理，群众安全感达到99.12%。"


def read(*lines: str) -> Release:
    """Read a Markdown page of these lines."""
    return parse_release("\n".join(lines).encode(), "page.md")


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_front_matter() -> None:
    """Known keys of the front matter fill the fields, in English or Chinese; unknown ones are passed over."""
    release = read(
        "---",
        "title: '平安建设取得新成效'",
        "date: 2022-09-06 16:42",
        "来源：微讯云浦",
        "author: 张三",
        "tags: [a]",
        "x",
        "---",
        "",
        BODY,
    )
    assert (release.title, release.title_line) == ("平安建设取得新成效", None)
    assert (release.published, release.source, release.author) == (
        datetime(2022, 9, 6, 16, 42),
        "微讯云浦",
        "张三",
    )
    assert texts(release) == [BODY]


def test_rule_at_the_top_is_no_front_matter() -> None:
    """A rule in the first line without a second one hides nothing."""
    assert texts(read("---", BODY)) == [BODY]


def test_headings_of_both_kinds() -> None:
    """# and underlined headings make title and sections."""
    release = read(
        "平安建设取得新成效", "=====", "", BODY, "", "审批再提速", "-----", "", BODY, "", "### 市级 ###", BODY
    )
    assert (release.title, release.title_line) == ("平安建设取得新成效", 1)
    assert [(s.heading, s.subheading) for s in release.sections] == [
        (None, None),
        ("审批再提速", None),
        ("审批再提速", "市级"),
    ]


def test_marks_are_taken_off() -> None:
    """Emphasis, links, images, code, escapes, tags and comments leave their text."""
    release = read(
        "# 标题在此",
        "",
        '**网格化**治理[方案](https://a.example "题")，`99%`，~~旧~~，'
        "\\*星，<b>粗</b>，<https://b.example>，甲&amp;乙。",
        "",
        "> 引用的话。",
        "",
        "- 第一项；",
        "1. 第二项；",
        "",
        "![图为现场。](a.png)",
        "",
        "| 单位 | 数量 |",
        "|---|:--:|",
        "| 甲 | 3 |",
        "",
        "***",
        "",
        "```",
        "代码。",
        "```",
        "<!-- 注 -->",
        BODY,
    )
    assert texts(release) == [
        "网格化治理方案，99%，旧，*星，粗，https://b.example，甲&乙。",
        "引用的话。",
        "第一项；",
        "1. 第二项；",
        "图为现场。",
        "单位 | 数量",
        "甲 | 3",
        "代码。",
        BODY,
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    """A paragraph wrapped over lines is joined, Latin words with a blank; lines that were ended are not."""
    first = "这一段文字被笔记软件在固定的宽度处折成了两行并且使用 press"
    release = read("# 标题在此", "", first, "release 一词。", "来源：微讯云浦", "短行", "另一行。")
    assert texts(release)[0] == f"{first} release 一词。"
    assert texts(release)[-1] == "另一行。"


def test_text_without_marks_follows_the_rules_of_text() -> None:
    """A Markdown file without headings is read like plain text."""
    release = read("平安建设取得新成效", "", "2022-09-06", "", BODY, "", "审批再提速", "", BODY)
    assert release.title == "平安建设取得新成效"
    assert [s.heading for s in release.sections] == [None, "审批再提速"]
