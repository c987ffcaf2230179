from datetime import datetime

import pytest

from jsisa_search.errors import PageError, PageTooLargeError
from jsisa_search.model import Release
from jsisa_search.page import parse_release

BODY = "全市推进网格化社会治理，群众安全感达到99.12%。"


def read(body: str, head: str = "") -> Release:
    """Read an HTML page."""
    return parse_release(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "page.html")


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_title_meta_headings_and_paragraphs() -> None:
    """A simple page gives title, stated fields, sections and paragraphs."""
    release = read(
        f"<nav>首页</nav><h1>平安建设取得新成效</h1><p>{BODY}</p><h2>审批再提速</h2>"
        f"<p>{BODY}</p><script>var a='网格';</script>",
        '<meta name="PubDate" content="2022-09-06 16:42"><meta name="ContentSource" content="来源：微讯云浦">'
        '<meta name="SiteName" content="云浦市政府网"><meta name="Author" content="张三"><meta name="Url" content="https://a.example/1">',
    )
    assert (release.title, release.published) == ("平安建设取得新成效", datetime(2022, 9, 6, 16, 42))
    assert (release.source, release.publisher, release.author) == ("微讯云浦", "云浦市政府网", "张三")
    assert release.url == "https://a.example/1"
    assert [(s.heading, len(s.paragraphs)) for s in release.sections] == [(None, 1), ("审批再提速", 1)]


@pytest.mark.parametrize(
    "window",
    [
        "平安建设取得新成效_云浦市人民政府",
        "平安建设取得新成效 - 工作动态 - 云浦新闻网",
        "平安建设取得新成效|新闻中心|云浦市应急管理局",
    ],
)
def test_window_title_without_the_site(window: str) -> None:
    """Names of column and site after the title of the window are not the release's title."""
    assert read(f"<p>{BODY}</p>", f"<title>{window}</title>").title == "平安建设取得新成效"


def test_window_title_may_hold_separators() -> None:
    """A | within a title is no separator before a site's name."""
    assert (
        read(f"<p>{BODY}</p>", "<title>建功新时代|书写平安新答卷</title>").title
        == "建功新时代|书写平安新答卷"
    )


def test_line_that_repeats_the_window_title_is_the_title() -> None:
    """Without a heading element the line that the window's title begins with is the title."""
    release = read(
        f"<div>首页</div><div><b>平安建设取得新成效</b></div>\n<p>{BODY}</p>",
        "<title>平安建设取得新成效_云浦网</title>",
    )
    assert (release.title, release.title_line, texts(release)) == ("平安建设取得新成效", 1, [BODY])


def test_stated_title_wins_over_a_guess() -> None:
    """A page that does not show its stated title keeps it; the line that looked like one stays as text."""
    release = read(
        f"<p>另外一行较长的文字</p><p>2022-09-06</p><p>{BODY}</p>", "<title>平安建设取得新成效</title>"
    )
    assert (release.title, release.title_line) == ("平安建设取得新成效", None)
    assert texts(release) == ["另外一行较长的文字", BODY]


def test_paragraphs_know_their_lines() -> None:
    """A paragraph's line is where its text begins, with br and line ends within tags counted, CRLF or not."""
    body = (
        "\n<p\n class='a'>\n\n第一段文字。<br>\n第二段文字。</p>\n<!-- x\n y -->\n"
        "<div><b>第三段\n</b>文字。</div><pre>四。\n五。</pre>"
    )
    for page in (body, body.replace("\n", "\r\n")):
        release = read(page)
        assert [(p.text, p.line) for p in release.paragraphs] == [
            ("第一段文字。", 5),
            ("第二段文字。", 6),
            ("第三段文字。", 9),
            ("四。", 10),
            ("五。", 11),
        ]


def test_items_and_cells() -> None:
    """Items of a list are paragraphs, cells of a row stay on one line."""
    release = read(
        f"<h1>平安建设取得新成效</h1><p>{BODY}</p><ul><li>帐篷60顶</li><li>床300张</li></ul><p>{BODY}</p><table><tr><td>单位</td><td>数量</td></tr></table>"
    )
    assert texts(release) == [BODY, "帐篷60顶", "床300张", BODY, "单位 | 数量"]


def test_entities_are_characters_and_controls_are_dropped() -> None:
    """Character references are read; those of control characters show nothing."""
    assert texts(read("<p>甲&amp;乙&#27;[31m&#20013;。</p>")) == ["甲&乙[31m中。"]


def test_account_names_are_no_authors() -> None:
    """An author without a Han character is an editor's account; a bad date is none."""
    release = read(
        f"<p>{BODY}</p>",
        '<meta name="author" content="admin"><meta name="PubDate" content="soon">'
        '<meta name="url" content="x">',
    )
    assert (release.author, release.published, release.url) == (None, None, None)


def test_page_nested_too_deep_is_refused() -> None:
    """A hundred thousand nested elements are refused with a reason."""
    with pytest.raises(PageTooLargeError, match=r"deep\.html: its elements are nested"):
        parse_release(("<div>" * 100_000 + "网格化").encode(), "deep.html")


@pytest.mark.parametrize("page", ["", "<html></html>", "<script>x</script>", "<!-- 注 -->", "   "])
def test_page_without_text_is_refused(page: str) -> None:
    """A page that shows nothing is no release."""
    with pytest.raises(PageError, match="holds no text"):
        parse_release(page.encode(), "a.html")


def test_numbered_lines_that_head_paragraphs_are_headings() -> None:
    """Lines with 1. are headings where each stands above a paragraph, and items where they are sentences."""
    heads = "".join(f"<p>{n}. 加强第{n}项工作</p><p>{BODY}</p>" for n in (1, 2, 3))
    assert [s.heading for s in read(f"<h1>平安建设</h1>{heads}").sections] == [
        "1. 加强第1项工作",
        "2. 加强第2项工作",
        "3. 加强第3项工作",
    ]
    items = "".join(f"<p>{n}. {BODY}</p>" for n in (1, 2, 3))
    assert [s.heading for s in read(f"<h1>平安建设</h1><p>{BODY}</p>{items}").sections] == [None]


def test_bold_sentences_and_their_parts_are_no_headings() -> None:
    """A bold line is a heading where it stands alone; beside a bold sentence it is part of the emphasis."""
    body = (
        f"<h1>平安建设</h1><p>{BODY}</p><p><b>网格进楼栋</b></p><p>{BODY}</p><p><b>愿大家都能</b></p>"
        f"<p><b>平安出行，安全到家。</b></p><p>{BODY}</p>"
    )
    assert [s.heading for s in read(body).sections] == [None, "网格进楼栋"]


def test_line_that_names_the_document_is_no_source() -> None:
    """A row of a table beside the date that holds a 文号 is the number of the document alone."""
    rows = (
        "<table><tr><td>发文机关：</td><td>云浦市政府</td></tr><tr><td>发文字号：</td><td>云政发〔2022〕3号</td></tr>"
        "<tr><td>发布日期：</td><td>2022年9月6日</td></tr></table>"
    )
    release = read(f"{rows}<h1>关于平安建设的通知</h1><p>{BODY}</p>")
    assert (release.source, release.document_number) == (None, "云政发〔2022〕3号")
    assert release.issuer == "云浦市政府"


def test_time_without_label_gives_way_to_two_that_agree() -> None:
    """A bare day beside the title that nothing supports is not believed against <meta> and address."""
    head = (
        '<meta name="pubdate" content="2022-09-06 16:42"><link rel="canonical" '
        'href="https://a.example/2022-09/06/1.html">'
    )
    page = "<h1>平安建设取得新成效</h1><p>2019-01-02 10:00</p><p>{}</p>"
    assert str(read(page.format(BODY), head).published) == "2022-09-06 16:42:00"
    assert str(read(page.format(BODY)).published) == "2019-01-02 10:00:00"


def test_what_accounts_ask_of_their_readers_is_no_text() -> None:
    """Credits with bars and requests to follow end the text."""
    tail = "编辑|张三", "校对|李四", "更多精彩资讯请关注云浦发布客户端", "扫描下方二维码解锁更多"
    body = f"<h1>平安建设</h1><div><p>{BODY}</p><p>{BODY}</p>" + "".join(f"<p>{line}</p>" for line in tail)
    assert texts(read(body + "</div>")) == [BODY, BODY]
