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


def placed(release: Release) -> list[tuple[str, int]]:
    """Return the paragraphs of a release with their lines."""
    return [(paragraph.text, paragraph.line) for paragraph in release.paragraphs]


def test_html_within_markdown_makes_lines() -> None:
    """Elements that make lines do so, on one line of the file too; those within a line are taken off."""
    release = read(
        "# 标题在此",
        "",
        "<p>第一段。</p><p>第二段**粗**。</p>",
        "",
        "甲。<br>乙。<div>丙。</div>末。",
        "",
        "丁<u>戊</u>。",
    )
    assert placed(release) == [
        ("第一段。", 3),
        ("第二段粗。", 3),
        ("甲。", 5),
        ("乙。", 5),
        ("丙。", 5),
        ("末。", 5),
        ("丁戊。", 7),
    ]


def test_blocks_of_html_keep_their_lines() -> None:
    """A block of HTML is read as in a page: hidden text is left out, lines are those of the file."""
    release = read(
        "# 标题在此", "", "<div>", "<p>第一段。</p>", "<p style='display:none'>藏。</p>", "</div>", "", BODY
    )
    assert placed(release) == [("第一段。", 4), (BODY, 8)]


def test_a_comment_without_an_end_hides_nothing() -> None:
    """A comment that is never closed does not take the rest of the file with it."""
    assert texts(read("# 标题在此", "", "<!-- 注", "", BODY))[-1] == BODY


def test_what_only_looks_like_a_tag_is_text() -> None:
    """A word in angle brackets that is no element of HTML stays."""
    assert texts(read("# 标题在此", "", "下载<PDF>版本，见<附件>。")) == ["下载<PDF>版本，见<附件>。"]


def test_bold_beside_chinese_punctuation() -> None:
    """Marks between punctuation and a character are emphasis, whatever CommonMark says."""
    assert texts(
        read("# 标题在此", "", "**一是夯实基础。**全市推进，重点**“三个一”**落实，5 * 3 * 2不变。")
    ) == ["一是夯实基础。全市推进，重点“三个一”落实，5 * 3 * 2不变。"]


def test_headings_without_a_space() -> None:
    """`#标题` is a heading before Chinese characters, as many programs take it; `\\#` is none."""
    release = read("#标题在此", "", "##小标题", BODY, "", "\\#井号。")
    assert release.title == "标题在此"
    assert [section.heading for section in release.sections] == ["小标题"]
    assert texts(release) == [BODY, "#井号。"]


def test_numbers_of_items_stay() -> None:
    """Numbered items keep their numbers, each its own, and are wrapped or nested without losing them."""
    release = read(
        "# 标题在此",
        "",
        "3. 第三项；",
        "4. 第四项；",
        "   续行。",
        "",
        "10) 第十项；",
        "- [x] 已办；",
        "  - 下一级。",
    )
    assert texts(release) == ["3. 第三项；", "4. 第四项；", "续行。", "10) 第十项；", "已办；", "下一级。"]


def test_no_line_is_lost_as_a_definition_or_as_code() -> None:
    """A line in the form of a definition of a link, and one with an indent, are lines of the text."""
    assert texts(
        read("# 标题在此", "", "[备注]: 全市推进。", "", "    缩进四格的一段。", "", "\t缩进的又一段。")
    ) == [
        "[备注]: 全市推进。",
        "缩进四格的一段。",
        "缩进的又一段。",
    ]


def test_lines_are_counted_through_front_matter_code_and_quotations() -> None:
    """The number of each line is that of the file, whatever stands above it."""
    release = read(
        *("---", "title: 标题在此", "---", "", "> 引用一，", "> 引用二。", "", "```", "代码。", "```", ""),
        *("| 甲 |", "|---|", "| 乙 |", "", "用`跨。", "行`写。", "最后一行。"),
    )
    assert placed(release) == [
        ("引用一，", 5),
        ("引用二。", 6),
        ("代码。", 9),
        ("甲", 12),
        ("乙", 14),
        ("用`跨。", 16),
        ("行`写。", 17),
        ("最后一行。", 18),
    ]


def test_links_are_their_text_whatever_their_address() -> None:
    """No address is refused or rewritten, and a picture is its caption."""
    assert texts(
        read(
            "# 标题在此",
            "",
            "见[方案](javascript:x)和[附件](<a b.doc>)，<https://例.cn>，![图](x.png)。",
        )
    ) == ["见方案和附件，https://例.cn，图。"]
