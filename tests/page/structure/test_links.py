"""Lines that lead elsewhere: attachments, buttons, lists of links, tables of contents."""

from __future__ import annotations

import pytest

from jsisa_search.model import Link, Release
from jsisa_search.page import explain_release, parse_release
from tests.page.sample_files import json_lines

ADDRESS = "https://www.qinghe.example.cn/art/2023/4/18/art_1.html"
TEXT = "请各单位于5月10日前报送城市更新项目，逾期不再受理。"


def read(text: str, name: str = "a.md") -> Release:
    """Read a page."""
    return parse_release(text.encode(), name)


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def notice(below: str, *, outside: str = "") -> Release:
    """Return the release of a notice in HTML with `below` under its text and `outside` further down."""
    return read(
        f'<html><head><link rel="canonical" href="{ADDRESS}"></head><body><h1>关于申报城市更新项目的通知</h1>'
        "<p>发布时间：2023-04-18 来源：区住建局</p>"
        f'<div class="content"><p>{TEXT}</p><p>清河区住房和城乡建设局</p><p>2023年4月18日</p>{below}</div>'
        f"{outside}"
        "<p>版权所有：清河区人民政府</p></body></html>",
        "a.html",
    )


FORM, SUMS = '<a href="./files/a.docx">项目申报表</a>', '<a href="/b.xlsx">项目汇总表.xlsx</a>'


@pytest.mark.parametrize(
    "below",
    [
        f"<p>附件：1.{FORM}</p><p>2.{SUMS}</p>",
        f"<p>附件：</p><p>1.{FORM}</p><p>2.{SUMS}</p>",
        f"<p>附件：{FORM} {SUMS}</p>",
        f"<ul><li>{FORM}</li><li>{SUMS}</li></ul>",
    ],
)
def test_attachments_below_the_text_are_no_paragraphs(below: str) -> None:
    """They have names and whole addresses; the last paragraph is that above them."""
    release = notice(below)
    assert texts(release) == [TEXT, "清河区住房和城乡建设局", "2023年4月18日"]
    assert {(link.name, link.url) for link in release.attachments} == {
        ("项目申报表", "https://www.qinghe.example.cn/art/2023/4/18/files/a.docx"),
        ("项目汇总表.xlsx", "https://www.qinghe.example.cn/b.xlsx"),
    }


def test_attachments_in_a_box_beside_the_text() -> None:
    """A list of files outside of the text is found, too; scripts are no addresses."""
    box = '<div class="download"><h3>附件下载</h3><a href="/a.pdf">实施方案.pdf</a>'
    box += '<a href="javascript:void(0)">附件打包下载</a></div>'
    release = notice("", outside=box)
    assert ("实施方案.pdf", "https://www.qinghe.example.cn/a.pdf") in {
        (link.name, link.url) for link in release.attachments
    }
    assert texts(release)[-1] == "2023年4月18日"


def test_a_link_to_a_file_within_the_text_stays_there() -> None:
    """Its paragraph is quoted as it stands, and the file is among the attachments."""
    release = notice(f'<p>请填写<a href="/a.docx">附件1</a>并盖章。</p><p>{TEXT}</p>')
    assert "请填写附件1并盖章。" in texts(release)
    assert [link.name for link in release.attachments] == ["附件1"]


def test_named_attachments_below_a_text_without_addresses() -> None:
    """附件 with its numbered lines at the end; above the signature the note is part of the document."""
    names = ["附件：1.任务分解表", "2.联系人名单"]
    release = read("\n".join(["关于报送项目的通知", TEXT, *names]), "a.txt")
    assert (texts(release), [link.name for link in release.attachments]) == ([TEXT], names)
    signed = read("\n".join(["关于报送项目的通知", TEXT, *names, "清河区人民政府", "2023年4月18日"]), "a.txt")
    assert texts(signed) == [TEXT, *names, "清河区人民政府", "2023年4月18日"]


def test_buttons_between_paragraphs_are_links() -> None:
    """查看原文 is no passage, wherever it stands; its address is kept, also below the last line."""
    release = read(
        f"# 清河播报\n\n## 织密地下管网\n\n{TEXT}\n\n[查看原文]({ADDRESS})\n\n"
        f"## 老街开街\n\n首批商户入驻。\n\n[查看原文]({ADDRESS}?2)\n"
    )
    assert texts(release) == [TEXT, "首批商户入驻。"]
    assert release.links == (Link("查看原文", ADDRESS, 7), Link("查看原文", f"{ADDRESS}?2", 13))


def test_a_table_of_contents_is_no_text() -> None:
    """Entries below 新闻摘要, and those that come again as headings; each is kept and marked."""
    contents = ["- [织密地下管网](#a)", "- （1）市住建局发布年报；", "- （2）老街开街；"]
    body = f"## 织密地下管网\n\n{TEXT}\n\n## 老街开街\n\n首批商户入驻。\n"
    reading = explain_release(
        ("# 清河播报\n\n## 新闻摘要\n\n" + "\n".join(contents) + f"\n\n{body}").encode(), "a.md"
    )
    assert texts(reading.release) == [TEXT, "首批商户入驻。"]
    assert [link.name for link in reading.release.links] == [
        "新闻摘要",
        "织密地下管网",
        "（1）市住建局发布年报；",
        "（2）老街开街；",
    ]
    assert "a table of contents" in {finding.rule for finding in reading.findings}
    repeated = read(f"# 清河播报\n\n1. 织密地下管网\n2. 老街开街\n\n{body}")
    assert texts(repeated) == [TEXT, "首批商户入驻。"]


def test_numbered_items_of_a_text_are_no_table_of_contents() -> None:
    """A list that is not repeated and stands under no such heading is text."""
    items = ["（1）申请书；", "（2）身份证复印件；", "（3）房屋权属证明。"]
    release = read("\n\n".join(["# 关于申报项目的通知", "申报材料如下：", *items]))
    assert texts(release) == ["申报材料如下：", *items]


def test_a_table_of_contents_with_numbers_of_chapters() -> None:
    """Entries in the numbers of plans, with pages behind dots; the first heading of the text ends it."""
    chapters = ["1 总则", "1.1 编制目的", "1.2 工作原则", "2 组织机构"]
    text = [line for chapter in chapters for line in (chapter, TEXT)]
    for dots in ("", "……3"):
        release = read("\n".join(["清河区粮食应急预案", *(c + dots for c in chapters), *text]), "a.txt")
        assert [link.name for link in release.links] == [c + dots for c in chapters]
        assert texts(release).count(TEXT) == 4


def test_lines_that_come_again_are_no_table_of_contents() -> None:
    """Refrains, code and rows of a table have neither numbers nor addresses."""
    for lines in (["清清河水流", "岸上人家住"], ["import json", "while True:"], ["X | Y", "甲 | 乙"]):
        release = read("\n".join(["清河谣", TEXT, *lines, TEXT, *lines, TEXT]), "a.txt")
        assert release.links == ()


def test_documents_in_a_list_of_other_releases_are_no_attachments() -> None:
    """Elsewhere on the page a link to a file is one only where it is named so."""
    others = "".join(f'<li><a href="/o/{n}.pdf">清河区第{n}号工作规范</a></li>' for n in range(3))
    release = notice("", outside=f"<div><h3>政策文件</h3><ul>{others}</ul></div>")
    assert release.attachments == ()


def test_a_page_of_nothing_but_links_keeps_its_lines() -> None:
    """Nothing is lost where there is no text beside the links."""
    release = read(f"# 旧文\n\n[清河区织密地下管网]({ADDRESS})\n")
    assert texts(release) == ["清河区织密地下管网"]


def test_a_linked_sentence_is_text() -> None:
    """A paragraph that is a link all through, and a linked heading, stay."""
    release = read(f"# 清河播报\n\n## [老街开街]({ADDRESS})\n\n[{TEXT}]({ADDRESS})\n\n首批商户入驻。\n")
    assert texts(release) == [TEXT, "首批商户入驻。"]
    assert release.sections[0].heading == "老街开街"


def test_links_of_a_record_stand_on_its_line() -> None:
    """A record of JSON is one line of its file, also for what its HTML attaches."""
    html = f'<p>{TEXT}</p>\n<p>附件：<a href="https://a.example.cn/a.docx">申报表</a></p>'
    only = parse_release(json_lines({"title": "关于申报项目的通知", "html": html}), "a.jsonl")
    assert [(link.name, link.line) for link in only.attachments] == [("申报表", 1)]


@pytest.mark.parametrize(
    "line", ["附件：" * 30_000, "1." * 60_000, "·" * 60_000, "[" * 60_000, "a.pdf" * 20_000]
)
def test_long_lines_take_bounded_time(line: str) -> None:
    """Patterns look at the beginning of a line, or at lines of bounded length."""
    assert read(f"关于申报的通知\n{TEXT}\n{line}\n{TEXT}\n", "a.txt").title == "关于申报的通知"


def test_lines_that_come_again_in_code_or_tables_are_text() -> None:
    """Lines that recur below without a sentence under them are no contents: code, heads of tables."""
    code = "import json\n\nimport redis\n\nclient = redis.Redis()\n\ndef parse():\n\n"
    release = read(f"# 延迟调用\n\n{TEXT}\n\n{code}{TEXT}\n\n{code}finish()\n\n{TEXT}\n")
    assert texts(release).count("import json") == 2
    assert release.links == ()
