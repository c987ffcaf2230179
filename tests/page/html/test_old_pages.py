"""Pages in the styles of 1998 to 2010: GB2312, tables for layout, <font>, lines broken by <br>."""

import pytest

from jsisa_search.model import format_timestamp
from jsisa_search.page import parse_release

TITLE = "云浦市召开农村税费改革试点工作会议"
SENTENCES = (
    "云浦市农村税费改革试点工作会议昨天在市政府礼堂召开，市委、市政府主要领导出席会议并讲话。",
    "会议指出，农村税费改革是减轻农民负担的治本之策，各地各部门要统一思想，加强领导，精心组织。",
    "会议要求，各级干部要深入村组，把政策交给群众，严肃查处各种加重农民负担的行为。",
)
BROKEN = "<br><br>\n".join(f"　　{sentence}" for sentence in SENTENCES)
UNCLOSED = "".join(f"\n<p>　　{sentence}" for sentence in SENTENCES)
NAVIGATION = (
    "<table width=780><tr>"
    + "".join(
        f"<td><a href=/{word}>{word}</a></td>"
        for word in ("首页", "新闻中心", "财经", "体育", "聊天", "邮件")
    )
    + "</tr></table>"
)
RELATED = (
    "<table><tr><td bgcolor=#cccccc>相关新闻</td></tr><tr><td>·<a href=1>云浦市召开人大常委会会议</a><br>"
    "·<a href=2>云浦市部署春耕生产工作任务</a></td></tr></table>"
)
FOOT = (
    "<hr><p align=center><font size=2>版权所有：云浦热线<br>地址：云浦市人民路1号　电话：0123456</font></p>"
)
HEAD = f"<center><font size=5 color=red><b>{TITLE}</b></font></center>"

DAY = "2001-03-15"
CASES = {
    "time and paper below the title": (
        f"{NAVIGATION}<center><b>{TITLE}</b><br>2001年3月15日 08:30　云浦日报</center><hr>{BROKEN}",
        "2001-03-15T08:30",
        "云浦日报",
    ),
    "the site's address before the time": (
        f"{NAVIGATION}{HEAD}<p>http://www.yunpu.example 2001年03月15日08:30 云浦热线</p>{BROKEN}",
        "2001-03-15T08:30",
        "云浦热线",
    ),
    "a year of two digits": (
        f"<table><tr><td>{TITLE}</td></tr><tr><td>云浦日报 01年3月15日</td></tr></table>{BROKEN}",
        DAY,
        "云浦日报",
    ),
    "a year of two digits with a clock": (
        f"{HEAD}<center>01-03-15 10:20</center>{BROKEN}",
        "2001-03-15T10:20",
        None,
    ),
    "a day in brackets": (
        f"{HEAD}<p align=center>( 2001-3-15 )</p><font size=3>{UNCLOSED}</font>",
        DAY,
        None,
    ),
    "a day in Chinese numerals": (f"{HEAD}<p align=center>二○○一年三月十五日</p>{BROKEN}", DAY, None),
    "a day in wide digits": (f"{HEAD}<div align=center>２００１．３．１５</div>{BROKEN}", DAY, None),
    "the day of saving above": (
        f"<table><tr><td>2008年8月8日 星期五</td></tr></table>{HEAD}<center>2001-03-15</center>{BROKEN}",
        DAY,
        None,
    ),
    "the day below the text": (f"{NAVIGATION}{HEAD}{BROKEN}<br><br>[2001-03-15]<br>", DAY, None),
    "paper and day below the text": (
        f"{NAVIGATION}{HEAD}{UNCLOSED}<p align=right>（云浦日报 2001年03月15日）</p>",
        DAY,
        "云浦日报",
    ),
    "paper, day and page below the text, authors above": (
        f"{HEAD}<center>张小禾　李小禾<br>2001年03月15日08:30　【<a href=a>字号 大</a> 小】【打印】</center>"
        f"{BROKEN}<br>《云浦日报》 （2001年03月15日 第一版）",
        "2001-03-15T08:30",
        "云浦日报",
    ),
    "the last change below the text": (f"{HEAD}{BROKEN}<p>更新日期：2001-3-15</p>", DAY, None),
}


@pytest.mark.parametrize(("body", "published", "source"), CASES.values(), ids=CASES)
def test_an_old_page_is_read(body: str, published: str, source: str | None) -> None:
    """Title, time, source and text are those of the page, whatever its editor called the window."""
    for window in (f"{TITLE}--云浦热线", "Untitled Document", "New Page 1"):
        meta = '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'
        html = f"<html><head>{meta}<title>{window}</title></head><body>{body}{RELATED}{FOOT}</body></html>"
        release = parse_release(html.encode("gb18030"), "page.htm")
        assert release.title == TITLE
        assert format_timestamp(release.published, release.published_precision) == published
        assert release.source == source
        assert [paragraph.text for paragraph in release.paragraphs] == list(SENTENCES)


def test_the_signature_of_a_document_is_text() -> None:
    """An office and a day below a text sign it; they are no byline."""
    body = f"{HEAD}{UNCLOSED}<p align=right>云浦市财政局</p><p align=right>2001年3月15日</p>"
    release = parse_release(f"<body>{body}{FOOT}</body>".encode(), "page.htm")
    assert [paragraph.text for paragraph in release.paragraphs][-2:] == ["云浦市财政局", "2001年3月15日"]
    assert (release.published, release.date_from) == (None, "signature")


def test_the_masthead_of_a_paper_is_no_text() -> None:
    """A row with the paper's name, the day and the page above the title gives the day, and is no sentence."""
    row = "<table><tr><td>云浦日报</td><td>2001年3月15日　星期四</td><td>第一版</td></tr></table>"
    release = parse_release(f"<body>{row}<h3>{TITLE}</h3>{BROKEN}{FOOT}</body>".encode(), "page.htm")
    assert format_timestamp(release.published, release.published_precision) == DAY
    assert [paragraph.text for paragraph in release.paragraphs] == list(SENTENCES)
