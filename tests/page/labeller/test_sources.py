"""What stands around a time and below a text: buttons are no source, 来源 below the text is one."""

from __future__ import annotations

from datetime import date

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release

TITLE = "清河区织密地下管网"
TEXT = ["清河区启动老旧小区雨污分流改造，首批涉及12个小区，惠及居民3.2万人。", "下一步，该区将逐户排查。"]


def read(byline: str, *, below: str = "", head: str = "", title: str = TITLE) -> Release:
    """Return the release of a page with `byline` between title and text."""
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    return parse_release(
        f"<html><head><meta charset='utf-8'><title>{title}_清河区政府网</title>{head}</head><body>"
        f"<h1>{title}</h1>{byline}<div class='con'>{text}</div>{below}<p>版权所有：清河区人民政府</p>"
        "</body></html>".encode(),
        "a.html",
    )


@pytest.mark.parametrize(
    "byline",
    [
        "<div>2023-04-18 <a>放大</a> <a>缩小</a> <a>PDF版</a></div>",
        "<div><span>2023-04-18</span><span>上一期</span><span>下一期</span></div>",
        "<div><span>2023-04-18 09:30</span> <a>订阅</a> <a>打印</a></div>",
        "<div>2023-04-18</div><div class='t'><a>微信</a><a>微博</a><a>QQ空间</a></div>",
        "<div>2023-04-18 <a>微信</a> <a>新浪微博</a> <a>QQ好友</a><a>复制链接</a></div>",
        "<div><span>2023-04-18</span><span>收听</span><span>朗读</span><span>无障碍</span></div>",
        "<div>2023年04月18日 第03版 <a>放大</a> <a>默认</a></div>",
        "<div><span>2023-04-18</span> <span>下载PDF</span><span>分享到微信</span></div>",
    ],
)
def test_buttons_beside_the_time_are_no_source(byline: str) -> None:
    """A page that names no source has none, whatever stands beside its time."""
    release = read(byline)
    assert (release.source, release.author) == (None, None)
    assert release.published is not None
    assert release.published.date() == date(2023, 4, 18)
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT


@pytest.mark.parametrize(
    "byline",
    [
        "<div>来源： 2023-04-18 09:30 字号：大 中 小</div>",
        "<div><span>来源：</span><span>发布时间：2023-04-18</span></div>",
        "<div>日期：2023-04-18 来源：<a>放大</a> <a>打印</a></div>",
        "<div>发布时间：2023-04-18 来源： 浏览：120</div>",
    ],
)
def test_an_empty_source_is_none(byline: str) -> None:
    """Neither the time nor the next label nor a button stands for a source that is not there."""
    release = read(byline)
    assert release.source is None
    assert release.published is not None
    assert release.published.date() == date(2023, 4, 18)


@pytest.mark.parametrize("value", [TITLE, f"{TITLE}_清河区政府网"])
def test_a_meta_that_repeats_the_title_is_no_source(value: str) -> None:
    """Some systems fill every <meta> with the title of the page."""
    head = f"<meta name='source' content='{value}'><meta name='author' content='{value}'>"
    assert read("<div>2023-04-18</div>", head=head).source is None
    head = "<meta name='source' content='清河日报'>"
    assert read("<div>2023-04-18</div>", head=head).source == "清河日报"


@pytest.mark.parametrize(
    "below", ["<p>来源：清河日报</p>", "<p>（来源：清河日报）</p>", "<div>来源：清河日报　编辑：周青苗</div>"]
)
def test_a_source_below_the_text_is_one(below: str) -> None:
    """It is no paragraph, and the source of a page that names none above."""
    release = read("<div>2023-04-18 <a>打印</a></div>", below=below)
    assert release.source == "清河日报"
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT


def test_the_agency_in_the_table_of_a_document_is_its_issuer() -> None:
    """发布机构, in a row that begins with a label of no interest; 发文机关 goes before it."""
    row = "<tr><td>索引号</td><td>QH-1</td><td>发布机构</td><td>清河区住房和城乡建设局</td></tr>"
    facts = "<tr><td>成文日期</td><td>2023-04-18</td><td>文号</td><td>清建发〔2023〕7号</td></tr>"
    release = read(f"<table>{row}{facts}</table>", title="关于推进城市更新的通知")
    assert (release.issuer, release.document_number) == ("清河区住房和城乡建设局", "清建发〔2023〕7号")
    assert release.dated == date(2023, 4, 18)
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT
    office = "<tr><td>发文机关</td><td>清河区人民政府办公室</td><td>主题分类</td><td>城建</td></tr>"
    assert read(f"<table>{row}{office}</table>").issuer == "清河区人民政府办公室"


@pytest.mark.parametrize(
    ("byline", "source"),
    [
        ("2023-04-18 09:30　放大　缩小　PDF版", None),
        ("来源：　发布时间：2023-04-18", None),
        ("发布时间：2023-04-18　来源：　【打印】", None),
        ("发布时间：2023-04-18　来源：清河日报　【打印】【订阅】", "清河日报"),
    ],
)
def test_the_same_in_plain_text(byline: str, source: str | None) -> None:
    """A page that was copied into a text file has its buttons in a line with the time."""
    release = parse_release("\n".join([TITLE, byline, *TEXT]).encode(), "a.txt")
    assert (release.title, release.source) == (TITLE, source)
    assert release.published is not None
    assert release.published.date() == date(2023, 4, 18)
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT


def test_the_title_again_beside_the_time_is_no_source() -> None:
    """Some frames print it once more between time and text, in an element called a source."""
    release = read(f"<div>2023-04-18</div><div class='source'>{TITLE}</div>")
    assert (release.title, release.source) == (TITLE, None)
