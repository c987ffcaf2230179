"""Which lines of a page are headings, and where its text begins and ends."""

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release

TITLE = "云浦市召开网格化治理工作推进会"
LONG = "云浦市有关部门负责人介绍，全市网格员每天走访群众，矛盾纠纷在社区得到化解，群众满意度明显提高。"
MORE = "下一步，全市将继续推进智能化改造和数字化转型，支持中小企业上云用数，力争全年完成技术改造投资。"


def read(*blocks: str) -> Release:
    """Read a page with these blocks between its byline and its foot."""
    html = (
        f"<html><head><title>{TITLE}_云浦网</title></head><body><div class=c><h1>{TITLE}</h1>"
        "<div class=info>2022-09-06 14:23 来源：云浦日报</div>"
        f"<div class=content>{''.join(blocks)}</div></div>"
        "<div class=footer>版权所有 云浦网</div></body></html>"
    )
    return parse_release(html.encode(), "page.html")


def p(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{text}</p>"


def headings(release: Release) -> list[str]:
    """Return the headings of a release."""
    return [section.heading for section in release.sections if section.heading]


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_numbers_alone_are_headings() -> None:
    """Lines with 1, 2, 3 and so on part a long text; two of them, or others, do not."""
    assert headings(read(*(p(text) for text in ("1", LONG, "2", MORE, "3", LONG)))) == ["1", "2", "3"]
    assert headings(read(*(p(text) for text in ("1", LONG, "2", MORE)))) == []
    assert headings(read(*(p(text) for text in ("1", LONG, "7", MORE, "3", LONG)))) == []


def test_lines_above_tables_are_headings() -> None:
    """The name above each table is a heading; a unit or the number of a table is none."""
    table = "<table><tr><td>街道</td><td>网格</td></tr><tr><td>清河</td><td>12</td></tr></table>"
    release = read(p(LONG), p("清河街道"), table, p("东山街道"), table, p(MORE))
    assert headings(release) == ["清河街道", "东山街道"]
    assert headings(read(p(LONG), p("单位：个"), table, p("表2"), table, p(MORE))) == []


def test_a_framed_heading_below_a_picture_is_no_caption() -> None:
    """【嘉宾介绍】 right below a picture heads what follows."""
    release = read("<p><img src=a.jpg></p>", p("【嘉宾介绍】"), p(LONG), p(MORE))
    assert (headings(release), release.captions) == (["【嘉宾介绍】"], ())


def test_related_news_below_each_part_do_not_end_a_round_up() -> None:
    """A text of parts goes on below the 相关新闻 of each; those below the last part end it."""
    links = "".join(f"<p><a href='/{n}'>云浦市第{n}届运动会今天开幕了</a></p>" for n in range(3))
    related = p(">>>相关新闻") + links
    parts = (
        p(f"<b>第{n}站清河街道</b>") + p(f"{n}号线。{LONG}") + p(f"{n}号站。{MORE}") + related
        for n in "一二三"
    )
    release = read(*parts)
    assert texts(release)[-1] == f"三号站。{MORE}"
    assert len(headings(release)) == 3
    assert not any("运动会" in text for text in texts(release))


def test_organisers_of_an_event_are_text() -> None:
    """主办单位 in a notice that goes on is no foot of the site; at the end it may be."""
    release = read(p(LONG), p(MORE), p("主办单位：云浦市总工会"), p("让我们用作品讲好红色故事，共庆国庆！"))
    assert texts(release)[-2:] == ["主办单位：云浦市总工会", "让我们用作品讲好红色故事，共庆国庆！"]


def test_a_sentence_with_a_long_link_begins_the_text() -> None:
    """A sentence most of which is a link is text, as headlines and menus have no full stop."""
    first = '1、下载<a href="/a.doc">《云浦市讲座申请表》</a>。'
    assert texts(read(p(first), p(LONG), p(MORE)))[0] == "1、下载《云浦市讲座申请表》。"


@pytest.mark.parametrize(
    ("blocks", "author"),
    [
        ((p(LONG), p(MORE), p(LONG), p(MORE), p("<b>云浦报记者&nbsp;李小禾</b>"), *[p(MORE)] * 6), "李小禾"),
        ((p(LONG), p(f"{MORE}（李小禾／雲浦報導）"), *[p(LONG)] * 6), "李小禾"),
        ((p("文/Anna Berg(中文名：安娜)　　译者/李小禾"), p(LONG), p(MORE)), "Anna Berg"),
        ((p(LONG), p(MORE), p("作者：云浦网专栏作者 李小禾")), "李小禾"),
        ((p(LONG), p(MORE), p("云浦晨报/爱云浦记者 李小禾"), p("清河游泳比赛。")), "李小禾"),
    ],
)
def test_who_wrote_a_text_is_named_in_it(blocks: tuple[str, ...], author: str) -> None:
    """A line or brackets in the text name the author; the source is that of the byline."""
    release = read(*blocks)
    assert (release.author, release.source) == (author, "云浦日报")


def test_an_element_named_as_the_author_has_the_author() -> None:
    """A name in an element for authors is the author though its surname is rare."""
    html = (
        f"<body><h1>{TITLE}</h1><div>15:312018/09/16</div><div class=source>云浦时报</div>"
        '<div class="author"><a href="/r/1">纳小禾</a></div>'
        f"<div class=content>{p(LONG)}{p(MORE)}</div></body>"
    )
    release = parse_release(html.encode(), "page.html")
    assert (release.author, release.source) == ("纳小禾", "云浦时报")


def test_a_labelled_source_goes_before_a_name_beside_the_time() -> None:
    """The column beside the time is no source where 来源 follows on the next line."""
    html = (
        f"<body><h1>{TITLE}</h1><div><span>教育在线</span> <span>2019-09-15 20:21</span></div>"
        f"<div><span>来源：云浦日报</span> <span>作者：李小禾</span></div>{p(LONG)}{p(MORE)}</body>"
    )
    release = parse_release(html.encode(), "page.html")
    assert (release.source, release.author) == ("云浦日报", "李小禾")


def test_a_series_before_the_stated_title_is_not_in_the_headline() -> None:
    """【…】 before the window's title does not keep the headline from being found."""
    html = (
        f"<title>【云浦网格】{TITLE} 云浦网清河</title><body><h2>{TITLE}</h2><div>2019-09-15 20:21</div>"
        f"<div>{p(LONG)}{p(MORE)}</div></body>"
    )
    assert parse_release(html.encode(), "page.html").title == TITLE


def test_who_collected_a_text_is_no_part_of_its_source() -> None:
    """The site that took a text from its source is not named with it."""
    byline = "<div>来源：云浦日报　 清河网收集　2019-09-15</div>"
    html = f"<body><h1>{TITLE}</h1>{byline}<div>{p(LONG)}{p(MORE)}</div></body>"
    assert parse_release(html.encode(), "page.html").source == "云浦日报"
